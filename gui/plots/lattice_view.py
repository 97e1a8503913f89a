"""All variants of a run as cards: in rows by how many layers train, or sorted by a number."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.models.lattice import Lattice
from gui.models.lattice_cards import HELD_OUT, MEASURES, LatticeCard, Measure, sorted_ids
from gui.models.lattice_text import axes_text, measure_text
from gui.plots.lattice_canvas import LatticeCanvas
from gui.plots.lattice_curves import LatticeCurves
from gui.plots.lattice_layout import MARGIN, Places
from gui.plots.plot_style import small_font
from gui.plots.series import AnyFloatArray
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.scrolled import scrolled
from gui.widgets.segmented_choice import Segment, SegmentedChoice

LEAST_VARIANTS = 2  # one alone is compared with nothing
CALM = 500  # milliseconds between sorting and sorting again
SMALLEST = QSize(320, 176)
WIDEST_MEASURE = 208  # pixels


class LatticeView(QWidget):
    """Shows the cards that it is told, and reports what a person wants of them.

    `set_cards` when variants come and go, `set_card` when numbers change, `set_curve` for every
    curve of a frame and then `finish_frame`.
    """

    variant_chosen = Signal(str)
    opened = Signal(str)
    """A person wants to see this variant's curves in full."""
    patterns_wanted = Signal()
    shown = Signal()
    """It has come to be seen, and may have missed frames."""

    def __init__(
        self, themes: ThemeSource, parent: QWidget | None = None, *, log: bool = True
    ) -> None:
        super().__init__(parent)
        self._curves = LatticeCurves()
        self._curves.log = log
        self._changed: set[str] = set()
        self._held_out = True
        self._score = ""
        self._arrangement = SegmentedChoice(themes, self.tr("Arrangement"), self._segments())
        self._measure = ChoiceField()
        self._canvas = LatticeCanvas(themes, self._curves)
        self._scroll = scrolled(self._canvas)
        self._key = ElidedLabel()
        self._stack = QStackedWidget()
        self._resort = QTimer(self)
        self._resort.setSingleShot(True)
        self._resort.setInterval(CALM)
        self._lay_out()
        self._connect()
        self._offer_measures("accuracy", True)

    @property
    def arrangement(self) -> str:
        """How the cards stand: "lattice" or "sorted"."""
        return self._arrangement.value()

    @property
    def measure(self) -> str:
        """What sorted cards are sorted by."""
        return str(self._measure.value())

    @property
    def cards(self) -> tuple[LatticeCard, ...]:
        """The cards, in the order in which they stand."""
        cards = self._canvas.cards
        return tuple(cards[each] for line in self._canvas.places.lines for each in line)

    @property
    def places(self) -> Places:
        """Where the cards stand on the canvas."""
        return self._canvas.places

    @property
    def canvas(self) -> LatticeCanvas:
        """What is scrolled: all cards."""
        return self._canvas

    @property
    def axes(self) -> str:
        """What the curves are drawn against, in words; empty without curves."""
        return self._key.text

    def set_cards(self, lattice: Lattice, cards: Sequence[LatticeCard], *, held_out: bool) -> None:
        """Show these cards; `held_out`: whether the experiment holds rows out."""
        self._held_out = held_out
        if cards:
            self._offer_measures(cards[0].score, held_out)
        self._canvas.set_lattice(lattice, cards)
        self._sort()
        self._stack.setCurrentIndex(0 if len(cards) >= LEAST_VARIANTS else 1)
        self._header.setVisible(len(cards) >= LEAST_VARIANTS)
        self._show_key()

    def set_card(self, card: LatticeCard) -> None:
        """Show other numbers of a variant; sorted cards are sorted anew, calmly."""
        self._canvas.set_card(card)
        if self.arrangement == "sorted" and not self._resort.isActive():
            self._resort.start()

    def set_selected(self, variant: str) -> None:
        """Show which variant is the one that is edited."""
        self._canvas.set_selected(variant)

    def set_arrangement(self, arrangement: str) -> None:
        """Stand the cards in the "lattice" or "sorted"."""
        self._arrangement.set_value(arrangement)
        self._measure.setVisible(arrangement == "sorted")
        self._sort()

    def set_measure(self, measure: str) -> None:
        """Sort by this."""
        self._measure.set_value(measure)
        self._sort()

    def set_log(self, log: bool) -> None:
        """Show losses on a logarithmic axis or a linear one."""
        self._curves.log = log
        self._refit()

    def set_epochs(self, epochs: int) -> None:
        """The epochs that are planned: the curves' axis."""
        if epochs != self._curves.epochs:
            self._curves.epochs = epochs
            self._refit()

    def set_curve(self, variant: str, held_out: bool, losses: AnyFloatArray) -> None:
        """Show these losses, (epochs,), as the variant's curve."""
        if self._curves.take(variant, held_out, losses):
            self._changed.add(variant)

    def clear_curves(self) -> None:
        """Without curves, as before a run."""
        self._curves.clear()
        self._refit()

    def finish_frame(self) -> None:
        """Draw what is new in this frame."""
        if self._changed and self._curves.fit():
            self._refit()
        if self._changed:
            self._canvas.update_curves(self._changed)
        self._changed.clear()

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def minimumSizeHint(self) -> QSize:
        return SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_height()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_height()
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._resort.stop()

    @Slot(QRect)
    def _on_current_moved(self, place: QRect) -> None:
        middle, room = place.center(), round(MARGIN)
        across, down = place.width() // 2 + room, place.height() // 2 + room
        self._scroll.ensureVisible(middle.x(), middle.y(), across, down)

    @Slot()
    def _sort(self) -> None:
        """Put the cards in order, now."""
        if self.arrangement == "sorted":
            measure: Measure = next(each for each in MEASURES if each == self.measure)
            self._canvas.set_order(sorted_ids(self._canvas.cards.values(), measure))
        else:
            self._canvas.set_order(None)

    def _segments(self) -> list[Segment]:
        return [
            Segment(
                "lattice",
                self.tr("Lattice"),
                self.tr("In rows by how many layers train; lines join patterns one layer apart"),
            ),
            Segment("sorted", self.tr("Sorted"), self.tr("In the order of a number")),
        ]

    def _offer_measures(self, score: str, held_out: bool) -> None:
        measures = [each for each in MEASURES if held_out or each not in HELD_OUT]
        self._measure.set_choices([(each, measure_text(each, score)) for each in measures])
        if self.measure not in measures:
            self._measure.set_value(measures[0])

    def _refit(self) -> None:
        """Draw all curves anew."""
        self._curves.fit()
        self._show_key()
        self._canvas.update()

    def _show_key(self) -> None:
        curves = self._curves
        words = ""
        if not curves.is_empty:
            words = axes_text(curves.low, curves.high, curves.log, curves.epochs, self._held_out)
        self._key.set_text(words)

    def _fill_height(self) -> None:
        self._canvas.set_seen_height(self._scroll.viewport().height())

    def _connect(self) -> None:
        self._arrangement.chosen.connect(self.set_arrangement)
        self._measure.chosen.connect(self.set_measure)
        self._resort.timeout.connect(self._sort)
        self._canvas.variant_chosen.connect(self.variant_chosen)
        self._canvas.opened.connect(self.opened)
        self._canvas.current_moved.connect(self._on_current_moved)

    def _lay_out(self) -> None:
        self._measure.setAccessibleName(self.tr("Sort by"))
        self._measure.setToolTip(self.tr("What the cards are sorted by, the lowest first"))
        self._measure.setMaximumWidth(WIDEST_MEASURE)
        self._measure.setVisible(False)
        self._header = QWidget()
        row = QHBoxLayout(self._header)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._arrangement)
        row.addWidget(self._measure, 1)
        row.addStretch(0)
        row.addWidget(self._patterns_button())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._stack.addWidget(self._cards_page())
        self._stack.addWidget(self._empty_page())
        column.addWidget(self._header)
        column.addWidget(self._stack, 1)

    def _cards_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        self._key.setFont(small_font(self.font()))
        self._key.setForegroundRole(QPalette.ColorRole.PlaceholderText)  # muted
        below = QHBoxLayout()
        below.setContentsMargins(8, 4, 8, 4)
        below.addWidget(self._key)
        column.addLayout(below)
        return page

    def _empty_page(self) -> QWidget:
        page = QWidget()
        text = QLabel(
            self.tr(
                "One variant has nothing to be compared with: train every way to freeze its "
                "layers beside each other."
            )
        )
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 16, 32, 16)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(text)
        column.addWidget(self._patterns_button(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _patterns_button(self) -> QPushButton:
        button = QPushButton(self.tr("All freeze patterns…"))
        button.setToolTip(self.tr("Make a variant for every way to train or freeze the layers"))
        button.setAutoDefault(False)
        button.clicked.connect(self.patterns_wanted)
        return button
