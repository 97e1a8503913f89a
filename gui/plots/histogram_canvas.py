"""Where each layer's cell stands, the paint event of all, and what is told and chosen in them."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent

from gui.models.probe_history import VariantHistory
from gui.plots.histogram_captions import caption_level, caption_tip, kind_title
from gui.plots.histogram_cell import HEAD, SIDE, CellParts, cell_parts
from gui.plots.histogram_history import LayerPast
from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_strip import Span
from gui.plots.histogram_view import HistogramView, bin_told
from gui.theme import ThemeSource
from gui.widgets.number_text import three_digits
from gui.widgets.painted_widget import PaintedWidget

CELL_WIDTH, CELL_HEIGHT = 136, 104  # pixels, the least
MARGIN = 4  # at the left and the right of all
RENEWED_AT_ONCE = 2  # strips that lack the latest epochs: the others wait for the next frame
TALLEST = 360  # a histogram does not get better beyond


class HistogramCanvas(PaintedWidget):
    """Places the cells and draws them all in its one paint event."""

    epoch_chosen = Signal(object)
    """The kept epoch that was clicked in a strip; None past the last one: the present."""

    def __init__(self, themes: ThemeSource) -> None:
        super().__init__(themes)
        self.views: dict[str, HistogramView] = {}
        self.variant_index, self.log, self.kind = 0, False, "weights"
        self.history: VariantHistory | None = None
        self.epoch: int | None = None
        self._dragged: QRectF | None = None  # the strip that the mouse was pressed in
        self._look = HistogramLook(themes.theme, 0, self.font(), False)
        self.empty_text = self.tr("Weights appear with the first step")

    def set_views(self, views: dict[str, HistogramView]) -> None:
        """Show these, in this order."""
        self.views = views
        self._join_past()
        self._reflow()
        self.update()

    def set_look(self, variant_index: int, log: bool) -> None:
        """Draw in this variant's colour, on this axis."""
        self.variant_index, self.log = variant_index, log
        self._on_looks_changed()

    def set_kind(self, kind: str) -> None:
        """Histograms of another kind follow, on scales of their own."""
        self.kind = kind
        for view in self.views.values():
            view.forget_scale()
        self._join_past()
        self._level_captions()
        self.update()

    def set_history(self, history: VariantHistory | None) -> None:
        """Show this past; None leaves no room for one."""
        self.history = history
        self._join_past()
        self.update()

    def set_epoch(self, epoch: int | None) -> None:
        """Put the hairline at an epoch, or take it away."""
        if epoch != self.epoch:
            self.epoch = epoch
            self.update()

    def place(self, index: int) -> QRectF:
        """Where the cell with this index stands."""
        columns = self._columns()
        rows = max(1, -(-len(self.views) // columns))
        width = (self.width() - 2 * MARGIN) / columns
        height = min(max(CELL_HEIGHT, self.height() / rows), TALLEST)
        left = MARGIN + index % columns * width
        return QRectF(left, index // columns * height, width, height)

    def parts(self, place: QRectF) -> CellParts:
        """What stands where in a cell."""
        return cell_parts(place, self.history is not None)

    def tip_at(self, point: QPointF) -> str:
        """What is told about the place under the mouse: past, bin or number."""
        for index, view in enumerate(self.views.values()):
            place = self.place(index)
            if not place.contains(point):
                continue
            parts = self.parts(place)
            if view.past is not None and parts.lanes.whole.contains(point):
                return self._past_told(view.past, point, parts)
            found = view.bin_at(parts, point)
            if found is not None:
                return bin_told(view, found, kind_title(self.kind))
            if point.y() < place.top() + HEAD and view.content is not None:
                return caption_tip(self.kind)
            if view.content is not None and view.content.reason:
                return view.content.reason
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.panel)
        renewed = 0
        for index, view in enumerate(self.views.values()):
            place = self.place(index)
            if not place.intersects(QRectF(event.rect())):
                continue
            was_stale = view.past is not None and view.past.is_stale
            view.may_renew = renewed < RENEWED_AT_ONCE
            view.paint(painter, place, self.parts(place), self._look, self.epoch)
            renewed += was_stale
        if renewed > RENEWED_AT_ONCE:
            self.update()
        if all(view.content is None for view in self.views.values()):
            painter.setPen(self._look.muted)
            painter.setFont(self._look.font)
            seen = QRectF(self.visibleRegion().boundingRect())
            painter.drawText(seen, Qt.AlignmentFlag.AlignCenter, self.empty_text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click in a strip chooses the epoch, dragging goes through them."""
        left = event.button() == Qt.MouseButton.LeftButton
        self._dragged = self._past_at(event.position()) if left else None
        if self._dragged is None:
            super().mousePressEvent(event)
        else:
            self._choose(self._dragged, event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            super().mouseMoveEvent(event)
        else:
            self._choose(self._dragged, event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None
        super().mouseReleaseEvent(event)

    def _on_looks_changed(self) -> None:
        theme = self._themes.theme
        self._look = HistogramLook(theme, self.variant_index, self.font(), self.log)
        self._level_captions()
        self.update()

    def _level_captions(self) -> None:
        """Word neighbours alike, as fully as the cells' width allows."""
        width = self.place(0).width() - 2 * SIDE
        level = caption_level(self.kind, width, self._look.metrics)
        for view in self.views.values():
            view.caption_level = level

    def _join_past(self) -> None:
        """Give every view its layer's past; what has no weights has none but of activations."""
        for layer, view in self.views.items():
            history, before = self.history, view.past
            view.past = None
            if history is None or layer not in history.layer_ids:
                continue
            if self.kind == "activations" or history.has_weights(layer):
                view.past = LayerPast(history, self.kind, layer, before)

    def _choose(self, area: QRectF, x: float) -> None:
        """Report the epoch at this place of a strip; right of it stands the present."""
        if self.history is not None:
            share = max((x - area.left()) / area.width(), 0.0)
            self.epoch_chosen.emit(self.history.epoch_at(share) if share <= 1 else None)

    def _past_at(self, point: QPointF) -> QRectF | None:
        """The strip and line under the point."""
        for index, view in enumerate(self.views.values()):
            area = self.parts(self.place(index)).lanes.whole
            if view.past is not None and area.contains(point):
                return area
        return None

    def _past_told(self, past: LayerPast, point: QPointF, parts: CellParts) -> str:
        """What the strip says at the point, and how it is drawn."""
        assert self.history is not None
        whole = parts.lanes.whole
        epoch = self.history.epoch_at((point.x() - whole.left()) / whole.width())
        lines = []
        if epoch is not None:
            place = self.history.nearest(epoch)
            words = span_words(Span(past.spans[place])) if place is not None else ""
            if place is not None and past.frozen[place] and not words:
                words = self.tr("frozen")
            lines.append(self.tr("epoch {0}").format(epoch) + (f": {words}" if words else ""))
        if parts.lanes.line is not None and parts.lanes.line.contains(point):
            return "\n".join([*lines, caption_tip(self.kind)])
        return "\n".join([*lines, self._scale_told(past)])

    def _scale_told(self, past: LayerPast) -> str:
        text = self.tr(
            "Each column is the histogram at the end of an epoch, the deeper the colour the "
            "more values (by logarithm)."
        )
        if past.scale is not None:
            low, high = three_digits(past.scale.low), three_digits(past.scale.high)
            text += "\n" + self.tr("From {0} below to {1} above, one scale for all epochs").format(
                low, high
            )
            text += self.tr(", logarithmic away from 0.") if past.scale.bent else "."
        return text + "\n" + self.tr("Click to go to an epoch.")

    def _columns(self) -> int:
        return max(1, min(len(self.views) or 1, (self.width() - 2 * MARGIN) // CELL_WIDTH))

    def _reflow(self) -> None:
        rows = -(-len(self.views) // self._columns())
        self.setMinimumHeight(rows * CELL_HEIGHT)
        self._level_captions()


def span_words(span: Span) -> str:
    """What a span of a strip without a histogram means."""
    translate = QCoreApplication.translate
    return {
        Span.MISSING: translate("HistogramGrid", "not recorded: this was not shown at that time"),
        Span.FROZEN: translate("HistogramGrid", "frozen, so there is none"),
        Span.NOTHING: translate("HistogramGrid", "no gradient arrived, so there is none"),
        Span.LOST: translate("HistogramGrid", "not finite"),
    }.get(span, "")
