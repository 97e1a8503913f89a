"""Widgets in rows that take as much height as they need, up to a limit; beyond it they scroll."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.widgets.flow_layout import FlowLayout


class FlowArea(QScrollArea):
    """Fill `flow`; the height follows, at most `most` pixels."""

    def __init__(self, spacing: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self.flow = FlowLayout(spacing=spacing)
        self._content = QWidget()
        self._content.setLayout(self.flow)
        self._content.installEventFilter(self)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._content)
        for ground in (self.viewport(), self._content):  # what is behind shows through
            ground.setAutoFillBackground(False)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Rows were added or taken away."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self.flow.heightForWidth(self.viewport().width())
        self._content.setMinimumHeight(needed)
        self.setFixedHeight(min(needed, self._most))
