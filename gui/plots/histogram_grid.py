"""All layers' histograms of one kind in one widget, drawn by one paint event."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.models.probe_history import VariantHistory
from gui.plots.histogram_canvas import CELL_HEIGHT, CELL_WIDTH, HistogramCanvas
from gui.plots.histogram_captions import kind_title
from gui.plots.histogram_footer import FOOTER, HistogramFooter
from gui.plots.histogram_tables import bins_text
from gui.plots.histogram_view import CellContent, HistogramView, LayerHeading
from gui.plots.plot_actions import PlotActions, PlotWords
from gui.theme import ThemeSource
from gui.widgets.scrolled import scrolled


class HistogramGrid(QWidget):
    """A histogram per layer with its past, wrapped to rows; more than fit are scrolled.

    In a frame call `set_content` for each layer; they are drawn together. The footer is the key:
    one given stands elsewhere.
    """

    notice = Signal(str)  # how a copy or a save went
    epoch_chosen = Signal(object)
    """The epoch that was clicked in a strip, None for the present."""

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        footer: HistogramFooter | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas = HistogramCanvas(themes)
        self._canvas.epoch_chosen.connect(self.epoch_chosen)
        self._footer = footer or HistogramFooter(themes, self)
        self._scroll = scrolled(self._canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll)
        if footer is None:
            layout.addWidget(self._footer)
        self.setAccessibleName(self.tr("Weight histograms"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = PlotWords(self.tr("&Logarithmic counts"), "histograms")
        self.actions_menu = PlotActions(self, words, self.csv_text)
        self.actions_menu.notice.connect(self.notice)
        self.actions_menu.log_asked.connect(self.set_log)
        self.set_layers(())

    @property
    def spoken(self) -> str:
        """Every layer's state in words, for a screen reader."""
        parts = []
        for view in self._canvas.views.values():
            content = view.content
            if content is not None:
                frozen = self.tr(", frozen") if content.frozen else ""
                words = [*content.captions[:1], *([content.reason] if content.reason else [])]
                parts.append(f"{view.heading.title}{frozen}: {', '.join(words)}")
        return "; ".join(parts) or self._canvas.empty_text

    @property
    def kind(self) -> str:
        """What the histograms count."""
        return self._canvas.kind

    @property
    def titles(self) -> dict[str, str]:
        """The layers' titles by id, in the order shown."""
        return {layer: view.heading.title for layer, view in self._canvas.views.items()}

    def set_layers(self, headings: Sequence[LayerHeading]) -> None:
        """Show these layers, in this order. Those that stay keep their histogram."""
        old = self._canvas.views
        self._canvas.set_views(
            {heading.layer_id: _renamed(old.get(heading.layer_id), heading) for heading in headings}
        )

    def set_kind(self, kind: str) -> None:
        """What comes next counts this: weights, gradients, updates or activations."""
        if kind == self._canvas.kind:
            return
        for view in self._canvas.views.values():
            view.set_content(None)
        self._canvas.set_kind(kind)
        self.setAccessibleName(self.tr("Histograms of {0}").format(kind_title(kind)))
        self._explain()

    def set_content(self, layer_id: str, content: CellContent) -> None:
        """Show a layer."""
        self._canvas.views[layer_id].set_content(content)
        self._canvas.update()

    def set_history(self, history: VariantHistory | None) -> None:
        """Show the layers' past below their histograms; None leaves no room for it."""
        self._canvas.set_history(history)
        self._explain()

    def set_epoch(self, epoch: int | None) -> None:
        """Mark an epoch in the past; None marks none."""
        self._canvas.set_epoch(epoch)

    def set_colour(self, variant_index: int) -> None:
        """Draw in this variant's colour."""
        if variant_index != self._canvas.variant_index:
            self._canvas.set_look(variant_index, self._canvas.log)
            self._footer.set_colour(variant_index)

    def set_edges_note(self, text: str) -> None:
        """Say whether the edges have stayed the same."""
        self._footer.set_note(text)

    def set_empty_text(self, text: str) -> None:
        """Say this as long as no layer has anything to show."""
        self._canvas.empty_text = text
        self._canvas.update()

    def set_log(self, log: bool) -> None:
        """Show counts on a logarithmic axis or a linear one."""
        self.actions_menu.set_log(log)
        self._canvas.set_look(self._canvas.variant_index, log)

    def clear(self) -> None:
        """Back to the empty state; the layers stay."""
        for view in self._canvas.views.values():
            view.set_content(None)
        self._canvas.update()
        self._footer.set_note("")

    def csv_text(self) -> str:
        """Every bin of every layer as CSV."""
        return bins_text(self._canvas.views.values(), self._canvas.kind)

    def place_of(self, layer_id: str) -> QRect:
        """Where in this widget a layer's cell stands, as far as it is scrolled into view."""
        index = list(self._canvas.views).index(layer_id)
        place = self._canvas.place(index).toRect()
        return QRect(self._canvas.mapTo(self, place.topLeft()), place.size())

    def past_of(self, layer_id: str) -> QRect:
        """Where in this widget a layer's strip and line stand; empty without room for them."""
        index = list(self._canvas.views).index(layer_id)
        place = self._canvas.parts(self._canvas.place(index)).lanes.whole.toRect()
        return QRect(self._canvas.mapTo(self, place.topLeft()), place.size())

    def sizeHint(self) -> QSize:
        return QSize(3 * CELL_WIDTH, CELL_HEIGHT + FOOTER)

    def minimumSizeHint(self) -> QSize:
        return QSize(CELL_WIDTH, CELL_HEIGHT // 2 + FOOTER)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Our own menu."""
        self.actions_menu.open_menu(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A screen reader hears the layers as they are now."""
        super().focusInEvent(event)
        self.setAccessibleDescription(self.spoken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and the page keys scroll, Ctrl+C copies the picture."""
        bar = self._scroll.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -CELL_HEIGHT // 2,
            Qt.Key.Key_Down: CELL_HEIGHT // 2,
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.actions_menu.copy_picture()
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _explain(self) -> None:
        self._footer.set_kind(self._canvas.kind, self._canvas.history is not None)


def _renamed(view: HistogramView | None, heading: LayerHeading) -> HistogramView:
    if view is None:
        return HistogramView(heading)
    view.heading = heading
    return view
