"""What all widgets share that paint themselves: their looks and what they tell the mouse."""

from PySide6.QtCore import QEvent, QPointF, Slot
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.theme import ThemeSource


class PaintedWidget(QWidget):
    """Follows the theme and the type, and tells what is under the mouse."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        themes.changed.connect(self._on_looks_changed)

    def tip_at(self, point: QPointF) -> str:
        """What is told about the place under the mouse."""
        return self.toolTip()

    def changeEvent(self, event: QEvent) -> None:
        """Another type is another look."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._on_looks_changed()

    def event(self, event: QEvent) -> bool:
        """Tell what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    @Slot()
    def _on_looks_changed(self) -> None:
        """There is another theme or another type: draw anew."""
        self.update()
