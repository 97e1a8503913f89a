"""The names of a sweep's curves, each with its sign; pointing at one lifts its curve."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.models.sweep_curves import SweepCurve
from gui.plots.plot_style import small_font
from gui.theme import ThemeSource
from gui.widgets.flow_area import FlowArea
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.tip_text import plain_tip
from gui.widgets.variant_sign import paint_variant_sign

SIGN = 22.0
GAP = 6.0
NAME_WIDTH = 160.0
ROW = 18
ROW_GAP = 4
BETWEEN = 10  # pixels between two names
MOST_ROWS = 3  # more scroll


class LegendName(PaintedWidget):
    """One variant: its sign and its name."""

    pointed = Signal(str)
    """Its id when the mouse comes, nothing when it leaves."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, parent)
        self._variant, self._name, self._place = "", "", 0
        self.setFont(small_font(self.font()))

    def set_curve(self, curve: SweepCurve) -> None:
        """Be the name of this curve."""
        if (curve.variant, curve.name, curve.place) != (self._variant, self._name, self._place):
            self._variant, self._name, self._place = curve.variant, curve.name, curve.place
            self.setAccessibleName(curve.name)
            self.setToolTip(plain_tip(curve.name))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(self.font()).horizontalAdvance(self._shown())
        return QSize(math.ceil(SIGN + GAP + words) + BETWEEN, ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.theme
        paint_variant_sign(painter, QRectF(0, (ROW - 13) / 2, SIGN, 13), self._place, theme)
        painter.setPen(QColor(theme.text))
        place = QRectF(self.rect()).adjusted(SIGN + GAP, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._shown())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(self._variant)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit("")

    def _shown(self) -> str:
        metrics = QFontMetricsF(self.font())
        return metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, NAME_WIDTH)


class SweepLegend(FlowArea):
    """All names in rows; nothing where there is a single curve."""

    pointed = Signal(str)
    """The id of the variant under the mouse; empty when it has left."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(ROW_GAP, (ROW + ROW_GAP) * MOST_ROWS, parent)
        self._themes = themes
        self._names: list[LegendName] = []
        self.flow.setContentsMargins(12, 0, 12, 0)
        self.setAccessibleName(self.tr("Legend"))
        self.hide()

    def set_curves(self, curves: Sequence[SweepCurve]) -> None:
        """Name these; what is there already is used again."""
        wanted = curves if len(curves) > 1 else ()
        while len(self._names) < len(wanted):
            name = LegendName(self._themes)
            name.pointed.connect(self.pointed)
            self.flow.addWidget(name)
            self._names.append(name)
        for name, curve in zip(self._names, wanted, strict=False):
            name.set_curve(curve)
        for place, name in enumerate(self._names):
            name.setVisible(place < len(wanted))
        self.setVisible(bool(wanted))
