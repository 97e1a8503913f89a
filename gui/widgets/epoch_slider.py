"""One slider over the epochs that are kept; at its right end it follows the present."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from gui.widgets.fonts import number_font, scaled_font

PAGES = 10  # how many times Page Down goes from one end to the other
SMALL = 0.88  # of the window's type


class EpochSlider(QWidget):
    """Shows an epoch, or the present, and reports another one as soon as it moves.

    Every position is an epoch that is kept, the last one is the present.
    """

    epoch_chosen = Signal(object)
    """The epoch that a person chose, None for the present."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: tuple[int, ...] = ()
        self._planned, self._stride = -1, 1
        self._epoch: int | None = None
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setMinimumWidth(72)
        self._slider.setAccessibleName(self.tr("Epoch shown"))
        self._slider.valueChanged.connect(self._on_moved)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setFont(scaled_font(number_font(self.font()), SMALL))
        self._lay_out()
        self.setFocusProxy(self._slider)
        self.set_epochs((), 0)

    def value(self) -> int | None:
        """The epoch shown, None for the present."""
        return self._epoch

    def set_epochs(self, kept: Sequence[int], planned: int) -> None:
        """The epochs that can be chosen, in rising order, of so many planned ones.

        The value stays: the present follows, an epoch that is not kept any more becomes the
        nearest one.
        """
        epochs = tuple(kept)
        if (epochs, planned) == (self._kept, self._planned):
            return
        self._kept, self._planned = epochs, planned
        gaps = [after - before for before, after in pairwise(epochs)]
        self._stride = min(gaps, default=1)
        self._text.setFixedWidth(self._widest())
        self.setEnabled(bool(epochs))
        self.set_value(self._epoch)

    def set_value(self, epoch: int | None) -> None:
        """Show the kept epoch nearest to this one, None for the present; reports nothing."""
        distances = [abs(kept - epoch) for kept in self._kept] if epoch is not None else []
        place = distances.index(min(distances)) if distances else len(self._kept)
        self._epoch = self._kept[place] if distances else None
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(0, len(self._kept))
        self._slider.setPageStep(max(1, len(self._kept) // PAGES))
        self._slider.setValue(place)
        self._slider.blockSignals(blocked)
        self._show_text()

    def sizeHint(self) -> QSize:
        return QSize(320, super().sizeHint().height())

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        self._epoch = self._kept[place] if place < len(self._kept) else None
        self._show_text()
        self.epoch_chosen.emit(self._epoch)

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._text)

    def _show_text(self) -> None:
        self._text.setText(self._words(self._epoch))
        spoken = self._words(self._epoch)
        if self._stride > 1:
            spoken += self.tr("; of every {0} epochs one is kept").format(self._stride)
        self._slider.setAccessibleDescription(spoken)
        tip = self.tr("The epoch that all histograms and numbers show; at the right end: now")
        self.setToolTip(f"{tip}\n{spoken}")

    def _words(self, epoch: int | None) -> str:
        if epoch is None:
            return self.tr("now")
        if self._stride > 1:
            return self.tr("epoch {0} of {1}, 1 in {2} kept").format(
                epoch, self._planned, self._stride
            )
        return self.tr("epoch {0} of {1}").format(epoch, self._planned)

    def _widest(self) -> int:
        """The slider must not shift while it moves."""
        metrics = self._text.fontMetrics()
        return max(metrics.horizontalAdvance(self._words(e)) for e in (self._planned, None)) + 2
