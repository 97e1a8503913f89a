"""The results of the present run: a table of its variants or seeds, and two of them compared."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.results_columns import score_name, seed_columns, variant_columns
from gui.models.results_model import ResultColumn, ResultRow
from gui.models.results_rows import seed_rows, state_text, variant_rows
from gui.models.results_run import RunNumbers
from gui.models.variant_results import VariantResult, variant_results
from gui.panels.results_comparison import ComparisonPanel
from gui.panels.results_scroll import ResultsScroll
from gui.panels.results_table import ResultsTable
from gui.panels.results_view import LEAST_ROWS
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.segmented_choice import Segment, SegmentedChoice

VARIANTS, SEEDS = "variants", "seeds"
MARGIN, SPACING = 4, 8  # pixels above and below all, and between one and the next


class ResultsPanel(QWidget):
    """Shows what every variant, or every seed of it, has come to; says which one is chosen."""

    variant_chosen = Signal(str)
    """The variant whose row a person went to."""
    opened = Signal(str)
    """The variant whose row was double-clicked, or on which Enter was pressed."""
    controls_wanted = Signal(str)
    """The variant whose capacity-fair controls should be added."""
    splits_wanted = Signal()
    """Every seed should have a split of its own."""
    notice = Signal(str)
    """What was copied or saved, for the line at the bottom of the window."""
    shown = Signal(bool)
    """Whether it can be seen from now on."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._run: RunNumbers | None = None
        self._fixed: tuple[VariantResult, ...] = ()
        self._outdated = True
        self._choice = SegmentedChoice(themes, self.tr("One row per"), self._segments())
        self.table = ResultsTable(themes, icons)
        self.comparison = ComparisonPanel(document, themes, icons)
        self._scroll = ResultsScroll(self.comparison)
        self._state = InkLabel(themes)
        self._assemble()
        self._choice.chosen.connect(self._on_rows_chosen)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.comparison.controls_wanted.connect(self.controls_wanted)
        self.comparison.splits_wanted.connect(self.splits_wanted)
        for source in (self.table, self.comparison):
            source.notice.connect(self.notice)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)

    @property
    def state(self) -> str:
        """The line that says what the numbers are of."""
        return self._state.text()

    def set_run(self, run: RunNumbers | None) -> None:
        """Show this run as it stands; None: there is none yet."""
        self._run = run
        self._show_unless_hidden()
        self.comparison.set_run(run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self._show_table()
        self._show_current()
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._fixed = ()
        self._show_unless_hidden()

    @Slot(str)
    def _on_variant_selected(self, variant: str) -> None:
        if self.isVisible():
            self._show_current()

    @Slot(str)
    def _on_rows_chosen(self, rows: str) -> None:
        self._show_unless_hidden()

    @Slot(str)
    def _on_row_chosen(self, key: str) -> None:
        self.variant_chosen.emit(_variant(key))

    @Slot(str)
    def _on_row_opened(self, key: str) -> None:
        self.opened.emit(_variant(key))

    def _show_unless_hidden(self) -> None:
        self._outdated = True
        if self.isVisible():
            self._show_table()

    def _show_table(self) -> None:
        experiment = self._document.experiment
        if not self._fixed:
            self._fixed = variant_results(experiment)
        self._outdated = False
        self.table.set_table(*self._content(experiment))
        self._state.setText(state_text(experiment, self._run, single=self._choice.value() == SEEDS))
        self._share_height()
        self._show_current()

    def _share_height(self) -> None:
        """Half of it is the table's, or as much as it needs if its rows are few."""
        room = self.height() // 2
        if len(self.table.model.rows) <= LEAST_ROWS:
            table = self.table.minimumSizeHint().height()
            state = self._state.heightForWidth(self.width())
            room = max(room, self.height() - table - state - 2 * MARGIN - 2 * SPACING)
        self._scroll.setMaximumHeight(room)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self.comparison.set_room(QSize(self.width() - bar, room))  # fits there: needs no bar

    def _content(
        self, experiment: Experiment
    ) -> tuple[tuple[ResultColumn, ...], tuple[ResultRow, ...]]:
        score = score_name(experiment)
        if self._choice.value() == SEEDS:
            seeds = experiment.training.seeds
            return seed_columns(score), seed_rows(self._fixed, seeds, self._run)
        return variant_columns(score), variant_rows(self._fixed, self._run)

    def _show_current(self) -> None:
        """The row of the selected variant; of its seeds, the one that is current already."""
        selected = self._document.view.selected_variant
        keys = [row.key for row in self.table.model.rows if _variant(row.key) == selected]
        if keys and self.table.current not in keys:
            self.table.set_current(keys[0])

    def _segments(self) -> tuple[Segment, ...]:
        return (
            Segment(VARIANTS, self.tr("Variants"), self.tr("One row per variant, over all seeds")),
            Segment(SEEDS, self.tr("Seeds"), self.tr("One row per seed of every variant")),
        )

    def _assemble(self) -> None:
        self.table.add_to_bar(self._choice)
        self._state.setContentsMargins(8, 0, 8, 0)
        self._state.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, MARGIN, 0, MARGIN)
        column.setSpacing(SPACING)
        column.addWidget(self.table, 1)
        column.addWidget(self._state)
        column.addWidget(self._scroll)


def _variant(key: str) -> str:
    """The variant of a row's key, which may name a seed as well."""
    return key.partition("/")[0]
