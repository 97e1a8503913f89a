"""What the chain-rule check shows before there is anything to check."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font
from gui.widgets.ink_label import InkLabel

LARGE = 1.12


class ChainEmpty(QWidget):
    """Says what to do first, and what will be seen then."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = InkLabel(themes, "text")
        self._about = InkLabel(themes)
        self._first.setFont(scaled_font(self.font(), LARGE))
        self._first.setText(
            self.tr(
                "Take a step first: the check looks at the gradient of the batch that was trained"
                " last."
            )
        )
        self._about.setText(
            self.tr(
                "This window shows the gradient of the lowest layer with weights, computed in"
                " several ways: by autograd, from losses alone, with a later layer detached,"
                " left out, and with that layer's weights altered in a copy. It answers whether a"
                " frozen layer takes part in the backpropagation of the layers before it."
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for label in (self._first, self._about):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)

    def set_first_shown(self, shown: bool) -> None:
        """Say what to do first, or leave that to a problem that is shown."""
        self._first.setVisible(shown)
