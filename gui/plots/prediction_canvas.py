"""Where each variant's panel stands, the paint event of all, and what is pointed at and chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent

from gui.plots.prediction_drawing import share_of
from gui.plots.prediction_look import PredictionLook
from gui.plots.prediction_panel import PredictionHeading, PredictionPanel, body_of
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget

PANEL_WIDTH, PANEL_HEIGHT = 208, 192  # pixels, the least
MARGIN = 8  # at the edges of all
TALLEST, WIDEST = 1.25, 1.8  # of its width and height: a panel does not get better beyond
CORNER = 4.0
RENEWED_AT_ONCE = 4  # panels with another picture in one paint event


class PredictionCanvas(PaintedWidget):
    """Places the panels and draws them all in its one paint event."""

    chosen = Signal(str)
    opened = Signal(str)
    probed = Signal(str)
    """What stands at the probe, in words; empty where nothing does."""

    def __init__(self, themes: ThemeSource) -> None:
        super().__init__(themes)
        self._look = PredictionLook(themes.theme, self.font())
        self._panels: dict[str, PredictionPanel] = {}
        self._selected = ""
        self._probe: QPointF | None = None  # a share of the area, the same in all panels
        self._columns, self._size = 1, (PANEL_WIDTH, PANEL_HEIGHT)
        self._pointed = ""  # the variant whose panel the probe is moved in
        self._asking = False
        self.empty_text = self.asking_text = ""
        self.setMouseTracking(True)

    @property
    def look(self) -> PredictionLook:
        """The look in force."""
        return self._look

    @property
    def panels(self) -> dict[str, PredictionPanel]:
        """The panels by variant, in the order shown."""
        return self._panels

    @property
    def selected(self) -> str:
        """The variant that is outlined."""
        return self._selected

    @property
    def columns(self) -> int:
        """How many panels stand side by side."""
        return self._columns

    def set_headings(self, headings: Sequence[PredictionHeading]) -> None:
        """Show these variants, in this order. Those that stay keep their picture."""
        panels = {}
        for heading in headings:
            panel = self._panels.get(heading.variant) or PredictionPanel(heading)
            panel.heading = heading
            panels[heading.variant] = panel
        self._panels = panels
        self.reflow()
        self.update()

    @property
    def waiting_text(self) -> str:
        """What is said where there is no picture."""
        if self._panels:
            return self.asking_text if self._asking else ""
        return self.empty_text

    def set_asking(self, asking: bool) -> None:
        """Whether an answer is on its way: panels without a picture say so."""
        if asking != self._asking:
            self._asking = asking
            if any(panel.content is None for panel in self._panels.values()):
                self.update()

    def set_selected(self, variant: str) -> None:
        """Outline this variant's panel."""
        if variant != self._selected:
            self._selected = variant
            self.update()

    def place(self, index: int) -> QRectF:
        """Where the panel with this index stands."""
        width, height = self._size
        row, column = divmod(index, self._columns)
        return QRectF(MARGIN + column * width, MARGIN + row * height, width, height)

    def between(self, top: float, bottom: float) -> tuple[str, ...]:
        """The variants whose panels stand between these heights, if only in part."""
        return tuple(
            variant
            for index, variant in enumerate(self._panels)
            if self.place(index).top() < bottom and self.place(index).bottom() > top
        )

    def reflow(self) -> None:
        """Arrange the panels so that they are as large as can be, in as few rows as can be."""
        most = max(1, (self.width() - 2 * MARGIN) // PANEL_WIDTH)
        choices = range(min(most, max(1, len(self._panels))), 0, -1)
        best = max(choices, key=lambda columns: min(self._size_with(columns)))
        rows = -(-len(self._panels) // best)
        self._columns = max(1, -(-len(self._panels) // max(1, rows)))  # as even as can be
        self._size = self._size_with(self._columns)
        self.setMinimumHeight(rows * PANEL_HEIGHT + 2 * MARGIN)

    def move_probe(self, across: float, up: float) -> None:
        """Move the probe by shares of the axes, in the selected panel."""
        before = self._probe if self._probe is not None else QPointF(0.5, 0.5)
        moved = QPointF(
            min(max(before.x() + across, 0.0), 1.0), min(max(before.y() + up, 0.0), 1.0)
        )
        self._set_probe(self._selected or next(iter(self._panels), ""), moved)

    def drop_probe(self) -> None:
        """Take the hairlines away."""
        self._set_probe("", None)

    def tell_probe(self) -> None:
        """Say again what stands at the probe: the pictures have changed."""
        if self._pointed in self._panels:
            self.probed.emit(self._told())

    def tip_at(self, point: QPointF) -> str:
        """What the words over a picture mean."""
        tips = (
            panel.tip_at(self.place(index), point)
            for index, panel in enumerate(self._panels.values())
        )
        return next(filter(None, tips), "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.panel)
        width, renewed = self._size[0], 0
        level = max((p.level(width, self._look) for p in self._panels.values()), default=0)
        for index, (variant, panel) in enumerate(self._panels.items()):
            place = self.place(index)
            if not place.intersects(QRectF(event.rect())):
                continue
            may_renew = renewed < RENEWED_AT_ONCE
            renewed += panel.paint(painter, place, self._look, level, may_renew)
            if panel.content is None:
                self._say_waiting(painter, body_of(place))
            if self._probe is not None and panel.drawing is not None:
                panel.drawing.paint_probe(painter, body_of(place), self._probe, self._look)
            if variant == self._selected and len(self._panels) > 1:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(self._look.selected)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(place.adjusted(2, 2, -2, -2), CORNER, CORNER)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if renewed >= RENEWED_AT_ONCE:
            self.update()  # the others in a moment: short pieces of work leave room to answer
        if not self._panels:
            seen = QRectF(self.visibleRegion().boundingRect())
            self._say_waiting(painter, seen.adjusted(16, 16, -16, -16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reflow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the variant."""
        variant = self._variant_at(event.position())
        if variant and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(variant)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click opens it."""
        variant = self._variant_at(event.position())
        if variant and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(variant)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Put the probe under the pointer."""
        super().mouseMoveEvent(event)
        variant = self._variant_at(event.position())
        drawing = self._panels[variant].drawing if variant else None
        if drawing is None:
            self.drop_probe()
            return
        body = body_of(self.place(list(self._panels).index(variant)))
        share = share_of(drawing.area(body, self._look), event.position())
        inside = 0 <= share.x() <= 1 and 0 <= share.y() <= 1
        self._set_probe(variant if inside else "", share if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.drop_probe()

    def _say_waiting(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(self._look.muted)
        painter.setFont(self._look.font)
        wrapped = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(place, wrapped, self.waiting_text)

    def _set_probe(self, variant: str, share: QPointF | None) -> None:
        if (variant, share) != (self._pointed, self._probe):
            self._pointed, self._probe = variant, share
            self.probed.emit(self._told())
            self.update()

    def _told(self) -> str:
        panel = self._panels.get(self._pointed)
        if panel is None or panel.drawing is None or self._probe is None:
            return ""
        body = body_of(self.place(list(self._panels).index(self._pointed)))
        return panel.drawing.probed(body, self._probe, self._look)

    def _variant_at(self, point: QPointF) -> str:
        for index, variant in enumerate(self._panels):
            if self.place(index).contains(point):
                return variant
        return ""

    def _on_looks_changed(self) -> None:
        self._look = PredictionLook(self._themes.theme, self.font())
        self.update()

    def _size_with(self, columns: int) -> tuple[int, int]:
        """Width and height of every panel if so many stand side by side, in whole pixels.

        All are equally large: they share the picture of the data's rows.
        """
        rows = max(1, -(-len(self._panels) // columns))
        viewport = self.parentWidget()
        seen = self.height() if viewport is None else viewport.height()
        width = (self.width() - 2 * MARGIN) // columns
        height = max(PANEL_HEIGHT, min((seen - 2 * MARGIN) // rows, int(TALLEST * width)))
        return min(width, int(WIDEST * height)), height
