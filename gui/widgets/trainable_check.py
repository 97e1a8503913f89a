"""The check box that says whether a layer trains."""

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QStylePainter, QWidget

from gui.theme import ThemeSource
from gui.widgets.check_drawing import CHECK_SIZE, paint_check

GAP = 8
MARGIN = 4  # room for the focus ring


class TrainableCheck(QCheckBox):
    """Shows whether a layer trains, and reports when a person ticks or clears the box."""

    toggled_by_user = Signal(bool)

    def __init__(self, themes: ThemeSource, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._themes = themes
        self.setAccessibleName(text or self.tr("Trainable"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)
        themes.changed.connect(self.update)

    def value(self) -> bool:
        """Whether the box is ticked."""
        return self.isChecked()

    def set_value(self, ticked: bool) -> None:
        """Show this without reporting it."""
        self.setChecked(ticked)

    def sizeHint(self) -> QSize:
        side = self._side() + 2 * MARGIN
        if not self.text():
            return QSize(side, side)
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(side + GAP + text.width(), max(side, text.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: object) -> bool:
        return self.rect().contains(position)  # type: ignore[call-overload,no-any-return]

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        paint_check(
            painter,
            self._box(),
            self.checkState(),
            self._themes.theme,
            enabled=self.isEnabled(),
            focused=self.hasFocus(),
            hovered=bool(option.state & QStyle.StateFlag.State_MouseOver),
        )
        self._paint_text(painter)

    @Slot(bool)
    def _on_clicked(self, ticked: bool) -> None:
        self.toggled_by_user.emit(ticked)

    def _paint_text(self, painter: QPainter) -> None:
        area = self.rect().adjusted(self._side() + 2 * MARGIN + GAP - MARGIN, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        theme = self._themes.theme
        painter.setPen(theme.text if self.isEnabled() else theme.disabled)
        painter.drawText(area, flags, self.text())

    def _box(self) -> QRect:
        side = self._side()
        left = MARGIN if self.text() else (self.width() - side) // 2
        return QRect(left, (self.height() - side) // 2, side, side)

    def _side(self) -> int:
        return max(CHECK_SIZE, self.fontMetrics().height())
