"""All cards in one widget: paints them, and reports what mouse and keyboard do on them."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)

from gui.models.lattice import Lattice
from gui.models.lattice_cards import LatticeCard
from gui.models.lattice_text import card_lines, card_tip, row_title
from gui.plots.lattice_curves import Area, LatticeCurves
from gui.plots.lattice_layout import (
    MARGIN,
    NARROWEST,
    Places,
    edge_lines,
    neighbour,
    place_grid,
    place_rows,
)
from gui.plots.lattice_look import RADIUS, LatticeLook
from gui.plots.lattice_painting import CardFaces, FaceKey, paint_curves
from gui.theme import ThemeSource
from gui.widgets.fonts import title_font
from gui.widgets.painted_widget import PaintedWidget

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MOST_LINES = 200  # between rows; more are only noise


class LatticeCanvas(PaintedWidget):
    """Shows cards in the lattice's rows, or in the order that it is given."""

    variant_chosen = Signal(str)
    opened = Signal(str)
    current_moved = Signal(QRect)
    """Where the card is that the keyboard went to."""

    def __init__(self, themes: ThemeSource, curves: LatticeCurves) -> None:
        super().__init__(themes)
        self._curves = curves
        self._cards: dict[str, LatticeCard] = {}
        self._lattice = Lattice(0, (), ())
        self._order: tuple[str, ...] | None = None
        self._selected = self._current = self._hovered = ""
        self._seen_height = 0.0
        self._faces = CardFaces()
        self._look = LatticeLook(themes.theme, self.font())
        self._places = place_grid((), 0, 0, self._look.heights)
        self._lines = edge_lines((), self._places)
        self._areas: dict[str, Area] = {}  # of the plots
        self._reaches: dict[str, tuple[float, float]] = {}  # tops and bottoms of the cards
        self._plots = QRegion()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumWidth(round(NARROWEST + 2 * MARGIN))
        self._describe()

    @property
    def cards(self) -> Mapping[str, LatticeCard]:
        """The cards by variant."""
        return self._cards

    @property
    def places(self) -> Places:
        """Where everything stands."""
        return self._places

    @property
    def current(self) -> str:
        """The variant whose card the keyboard is on."""
        return self._current

    def set_lattice(self, lattice: Lattice, cards: Sequence[LatticeCard]) -> None:
        """Show these cards in these rows."""
        self._lattice = lattice
        self._cards = {card.id: card for card in cards}
        self._faces.clear()
        self._place()

    def set_order(self, order: Sequence[str] | None) -> None:
        """Show the cards in a grid in this order; None: in the lattice's rows."""
        order = None if order is None else tuple(order)
        if order != self._order:
            self._order = order
            self._place()

    def set_card(self, card: LatticeCard) -> None:
        """Show this in the place of the card of the same variant."""
        if self._cards[card.id] != card:
            self._cards[card.id] = card
            self.update(self.place_of(card.id))

    def set_selected(self, variant: str) -> None:
        """Show which variant is the one that is edited."""
        if variant != self._selected:
            self._selected = variant
            self._current = variant if variant in self._cards else self._current
            self.update()
            self._describe()

    def set_seen_height(self, height: float) -> None:
        """How much of it can be seen at once: cards grow to fill it."""
        if height != self._seen_height:
            self._seen_height = height
            self._place()

    def place_of(self, variant: str) -> QRect:
        """Where a card is."""
        return self._places.cards[variant].toAlignedRect()

    def update_curves(self, variants: Iterable[str]) -> None:
        """Draw these cards' curves anew."""
        changed = self._areas.keys() & set(variants)
        if len(changed) == len(self._areas):
            self.update(self._plots)  # one call instead of many, each of which may have to wait
        else:
            for variant in changed:
                self.update(_around(self._areas[variant]))

    def tip_at(self, point: QPointF) -> str:
        """What is told about the card under the mouse."""
        variant = self._at(point)
        return card_tip(self._cards[variant]) if variant else ""

    def sizeHint(self) -> QSize:
        return QSize(640, round(self._places.height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        only_curves = event.region().subtracted(self._plots).isEmpty()
        if not only_curves:
            painter.fillRect(event.rect(), self._look.panel)
        if self._order is None and not only_curves:
            self._paint_rows(painter)
        seen = self._seen(event.rect())
        scale = self.devicePixelRatioF()
        for card in seen:
            self._paint_card(painter, card, scale)
        paint_curves(painter, seen, self._areas, self._curves, self._look)
        if self.hasFocus() and self._current in self._cards and not only_curves:
            self._paint_focus(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        variant = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not variant:
            super().mousePressEvent(event)
            return
        self._go_to(variant)
        self.variant_chosen.emit(variant)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        variant = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and variant:
            self.opened.emit(variant)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hovered(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from card to card; Enter and Space select, Enter on a selected one opens it."""
        key = Qt.Key(event.key())
        opens = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not self._current:
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._go_to(neighbour(self._places, self._current, *ARROWS[key]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            line = self._places.lines[0 if key == Qt.Key.Key_Home else -1]
            self._go_to(line[0 if key == Qt.Key.Key_Home else -1])
        elif key in ENTER and (opens or self._current == self._selected):
            self.opened.emit(self._current)
        elif key in (*ENTER, Qt.Key.Key_Space):
            self.variant_chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_looks_changed(self) -> None:
        self._look = LatticeLook(self._themes.theme, self.font())
        self._faces.clear()
        self._place()

    def _place(self) -> None:
        """Find every card's place."""
        width, heights = float(self.width()), self._look.heights
        if self._order is None:
            rows = [row.variants for row in self._lattice.rows]
            self._places = place_rows(rows, width, self._seen_height, heights)
            edges = self._lattice.edges if len(self._lattice.edges) <= MOST_LINES else ()
            self._lines = edge_lines(edges, self._places)
        else:
            self._places = place_grid(self._order, width, self._seen_height, heights)
        self._find_plots()
        if self._current not in self._places.cards:
            first = next((line[0] for line in self._places.lines if line), "")
            self._current = self._selected if self._selected in self._places.cards else first
        self._hovered = self._hovered if self._hovered in self._places.cards else ""
        self.setMinimumHeight(round(self._places.height))
        self._describe()
        self.update()

    def _find_plots(self) -> None:
        """Note in plain numbers what every frame asks for."""
        cards = self._places.cards
        plots = {each: self._look.plot_area(at) for each, at in cards.items()}
        self._areas = {
            each: Area(at.left(), at.top(), at.width(), at.height()) for each, at in plots.items()
        }
        self._reaches = {each: (at.top(), at.bottom()) for each, at in cards.items()}
        self._plots = QRegion()
        for area in self._areas.values():
            self._plots += _around(area)

    def _paint_rows(self, painter: QPainter) -> None:
        """Lines from row to row, those of the selected and the hovered card in front; titles."""
        look = self._look
        near = {self._hovered or self._selected}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for front in (False, True):
            painter.setPen(look.near_edge if front else look.edge)
            for ends, line in self._lines.items():
                if front == bool(near & set(ends)):
                    painter.drawLine(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(title_font(self.font()))
        for row, place in zip(self._lattice.rows, self._places.titles, strict=True):
            words = row_title(row, self._lattice)
            around = painter.boundingRect(place, Qt.AlignmentFlag.AlignVCenter, words)
            painter.fillRect(around.adjusted(-4, 0, 8, 0), look.panel)
            painter.setPen(look.muted)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _seen(self, rect: QRect) -> list[LatticeCard]:
        """The cards that reach into the rectangle."""
        top, bottom = rect.top(), rect.bottom()
        return [
            self._cards[variant]
            for variant, (above, below) in self._reaches.items()
            if above <= bottom and below >= top
        ]

    def _paint_card(self, painter: QPainter, card: LatticeCard, scale: float) -> None:
        place = self._places.cards[card.id]
        key = FaceKey(
            card,
            place.size(),
            scale,
            selected=card.id == self._selected,
            hovered=card.id == self._hovered,
        )
        painter.drawPixmap(place.topLeft(), self._faces.face(key, self._look))

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._look.chosen_outline)
        ring = self._places.cards[self._current].adjusted(-2, -2, 2, 2)
        painter.drawRoundedRect(ring, RADIUS + 2, RADIUS + 2)

    def _go_to(self, variant: str) -> None:
        if variant != self._current:
            self._current = variant
            self.update()
            self._describe()
        self.current_moved.emit(self.place_of(variant))

    def _set_hovered(self, variant: str) -> None:
        if variant != self._hovered:
            self._hovered = variant
            self.update()

    def _at(self, point: QPointF) -> str:
        found = (each for each, place in self._places.cards.items() if place.contains(point))
        return next(found, "")

    def _describe(self) -> None:
        """Say in words which card the keyboard is on."""
        card = self._cards.get(self._current)
        name, *rest = card_lines(card) if card is not None else ("",)
        if card is not None and card.id == self._selected:
            rest.append(self.tr("selected"))
        if card is not None and card.hidden:
            rest.append(self.tr("hidden in the plots"))
        self.setAccessibleName(self.tr("Variants: {0}").format(name))
        self.setAccessibleDescription("\n".join(rest))
        if self.hasFocus():
            changed = QAccessibleEvent(self, QAccessible.Event.NameChanged)
            QAccessible.updateAccessibility(changed)


def _around(area: Area) -> QRect:
    """What has to be painted anew when a plot's curves change: lines reach a little beyond."""
    return QRectF(*area).toAlignedRect().adjusted(-1, -1, 1, 1)
