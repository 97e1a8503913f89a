"""Widgets in rows that take as much height as they need, up to a limit; beyond it they scroll."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.widgets.flow_layout import FlowLayout


class FlowArea(QScrollArea):
    """Fill `flow`; the height follows, at most `most` pixels."""

    def __init__(self, spacing: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._kept: QWidget | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._on_settled)
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

    def keep_in_sight(self, widget: QWidget | None) -> None:
        """Scroll to this widget, now and whenever the rows are arranged anew."""
        self._kept = widget
        self._settled.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Rows were added or taken away, or have got their places."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        elif event.type() == QEvent.Type.Resize:
            self._settled.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _on_settled(self) -> None:
        if self._kept is not None:
            self.ensureWidgetVisible(self._kept, 0, 4)

    def _fit(self) -> None:
        needed = self.flow.heightForWidth(self.viewport().width())
        self._content.setMinimumHeight(needed)
        self.setFixedHeight(min(needed, self._most))
