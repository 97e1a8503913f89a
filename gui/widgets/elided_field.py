"""A text field that does not break off in the middle of what it holds."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

TEXT_MARGIN = 2  # pixels that a line edit leaves beside its text


class ElidedField(QLineEdit):
    """Shows the beginning and an ellipsis where its text is too long, as long as nobody types.

    A list that is cut off without a sign reads as another one: `1e-3, 0` for `1e-3, 0.01`.
    """

    @property
    def shown_text(self) -> str:
        """The text as it stands there while the keyboard is elsewhere."""
        width = self._place().width() - 2 * TEXT_MARGIN
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() or self.shown_text == self.text():
            super().paintEvent(event)
            return
        frame = self._frame()
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, frame, painter, self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = self._place().adjusted(TEXT_MARGIN, 0, -TEXT_MARGIN, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.shown_text)

    def _place(self) -> QRect:
        contents = QStyle.SubElement.SE_LineEditContents
        return self.style().subElementRect(contents, self._frame(), self)

    def _frame(self) -> QStyleOptionFrame:
        frame = QStyleOptionFrame()
        self.initStyleOption(frame)
        return frame
