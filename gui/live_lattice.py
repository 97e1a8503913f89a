"""Brings the present run's curves and numbers to the cards of the lattice, frame by frame."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.datasets.registry import describe
from engine.experiment import Experiment
from gui.document import Document
from gui.models.lattice import arrange
from gui.models.lattice_cards import CardState, LatticeCard
from gui.models.variant_results import (
    MemberNumbers,
    VariantResult,
    variant_results,
    with_numbers,
)
from gui.plots.lattice_view import LatticeView
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore

if TYPE_CHECKING:
    from engine.telemetry import Snapshot

BETWEEN_NUMBERS = 0.2  # seconds: figures that change faster cannot be read
SHARES = 4  # frames over which new figures are spread: to paint them takes longer than curves


class LiveLattice(QObject):
    """Shows the document's variants as cards, with what the present run made of them.

    Nothing is done while the view cannot be seen; when it comes to be seen it is made complete.
    """

    def __init__(
        self,
        document: Document,
        store: RunStore,
        controller: RunController,
        view: LatticeView,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._controller = controller
        self._view = view
        self._clock = clock
        self._fixed: tuple[VariantResult, ...] = ()
        self._fixed_of: Experiment | None = None  # the experiment that these are of
        self._numbers = MemberNumbers.before_a_run(0)
        self._numbers_of: RunRecord | None = None
        self._read = 0.0  # when the numbers were last read
        self._waiting: list[LatticeCard] = []  # cards with numbers to be shown in the next frames
        controller.frame.connect(self._on_frame)
        controller.state_changed.connect(self._on_state_changed)
        store.changed.connect(self._on_run_changed)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(view.set_selected)
        document.view.hidden_changed.connect(self._show_cards)
        view.shown.connect(self._show)
        self._show()

    @Slot(object)
    def _on_frame(self, snapshot: "Snapshot | None") -> None:
        if not self._view.isVisible():
            return
        self._show_curves()
        if not self._waiting and self._clock() - self._read >= BETWEEN_NUMBERS:
            self._waiting = self._cards()
        share = -(-len(self._fixed) // SHARES)
        now, self._waiting = self._waiting[:share], self._waiting[share:]
        for card in now:
            self._view.set_card(card)

    @Slot()
    def _on_state_changed(self) -> None:
        """The last numbers of a run may have come between two looks."""
        if self._view.isVisible() and self._controller.state != "running":
            self._show_numbers()

    @Slot()
    def _on_run_changed(self) -> None:
        self._view.clear_curves()
        self._show()

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        self._show_cards()

    @Slot()
    def _show(self) -> None:
        """Everything, as it is now."""
        self._show_cards()
        self._show_curves()

    @Slot()
    def _show_cards(self) -> None:
        if not self._view.isVisible():
            return
        experiment = self._document.experiment
        if experiment is not self._fixed_of:
            self._fixed_of, self._fixed = experiment, variant_results(experiment)
        held_out = experiment.data.validation_fraction > 0
        self._waiting.clear()
        self._view.set_cards(arrange(experiment), self._cards(), held_out=held_out)
        self._view.set_selected(self._document.view.selected_variant)

    def _show_curves(self) -> None:
        record = self._store.current
        if record is None or not self._view.isVisible():
            return
        self._view.set_epochs(record.run.epochs)
        for (variant, held_out), curve in record.curves.items():
            self._view.set_curve(variant, held_out, curve.centre)
        self._view.finish_frame()

    def _show_numbers(self) -> None:
        """All of them at once, as at the end of a run."""
        self._waiting.clear()
        for card in self._cards():
            self._view.set_card(card)

    def _cards(self) -> list[LatticeCard]:
        """The cards of the document's variants, with the numbers of the present run."""
        self._read = self._clock()
        record = self._store.current
        numbers = self._run_numbers(record)
        experiment = self._document.experiment if record is None else record.experiment
        states = _states(experiment, trained=record is not None)
        regression = describe(experiment.data.name).task == "regression"
        hidden = self._document.view.hidden
        return [
            LatticeCard(
                result=_with_numbers(fixed, record, numbers),
                seeds=len(experiment.training.seeds),
                state=states.get(fixed.variant, "next run"),
                hidden=fixed.variant in hidden,
                score="R²" if regression else "accuracy",
            )
            for fixed in self._fixed
        ]

    def _run_numbers(self, record: RunRecord | None) -> MemberNumbers:
        """The run's numbers as they are now."""
        if record is not self._numbers_of:
            self._numbers_of = record
            members = 0 if record is None else len(record.experiment.members)
            self._numbers = MemberNumbers.before_a_run(members)
        if record is not None:
            self._numbers = self._numbers.read_on(record.run.log.table)
        return self._numbers


def _with_numbers(
    fixed: VariantResult, record: RunRecord | None, numbers: MemberNumbers
) -> VariantResult:
    """As it is where the run has no such variant."""
    members = None if record is None else record.members(fixed.variant)
    return fixed if members is None else with_numbers(fixed, numbers, members)


def _states(experiment: Experiment, *, trained: bool) -> dict[str, CardState]:
    state: CardState = "trained" if trained else "not trained"
    return {variant.id: state for variant in experiment.variants}
