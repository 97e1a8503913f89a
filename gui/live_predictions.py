"""Brings what the present run predicts to the view: asked only while it can be seen."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.document import Document
from gui.engine_gate import EngineGate
from gui.live_view import colour_place
from gui.models.prediction_text import run_data_text
from gui.plots.prediction_panel import PredictionHeading
from gui.plots.prediction_view import PredictionView
from gui.questions import Questions
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore

if TYPE_CHECKING:
    from engine.prediction_values import Predictions
    from engine.predictions import Predictor
    from engine.run import Run
    from engine.telemetry import Event

RENEWED = 0.12  # seconds between two questions to a running run: nobody sees more changes
SHARE = 0.1  # of the time that a running run may spend on answers

Asked = tuple[int, int, int, tuple[str, ...]]
"""The run's number, its step, the seed and the variants of a question."""


class LivePredictions(QObject):
    """Asks for the panels that are in sight; a run that stands is asked once for each step."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        gate: EngineGate,
        controller: RunController,
        view: PredictionView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._controller = controller
        self._view = view
        self._questions = Questions(store, gate, self)
        self._predictor: Predictor | None = None
        self._record: RunRecord | None = None
        self._seed = 0  # whose networks answer
        self._chosen: int | None = None  # the one that a person chose
        self._asked: Asked | None = None  # what is shown, or is on its way
        self._waiting = False
        self._due = 0.0  # when a running run may be asked again
        store.changed.connect(self._on_run_changed)
        controller.state_changed.connect(self._on_state_changed)
        controller.frame.connect(self._on_frame)
        controller.happened.connect(self._on_happened)
        document.changed.connect(self._on_document_changed)
        document.view.hidden_changed.connect(self._show_variants)
        document.view.selected_variant_changed.connect(view.set_selected)
        view.sight_changed.connect(self._ask)
        view.seed_chosen.connect(self._on_seed_chosen)
        self._on_run_changed()

    @Slot()
    def _on_run_changed(self) -> None:
        """Answers about the run before are not waited for: Questions drops them."""
        self._record, self._predictor = self._store.current, None
        seeds = (0,) if self._record is None else self._record.seeds
        self._seed = self._chosen if self._chosen in seeds else seeds[0]
        self._asked, self._due = None, 0.0
        self._set_waiting(False)
        self._view.clear()
        self._show_variants()

    @Slot(object)
    def _on_seed_chosen(self, seed: int) -> None:
        self._seed = self._chosen = seed
        self._due = 0.0
        self._view.clear()  # the pictures are of another one
        self._show_variants()

    @Slot()
    def _on_state_changed(self) -> None:
        """A run that was stopped answers no more: what it said last stays."""
        self._view.seed.setEnabled(self._controller.state not in ("stopped", "failed"))

    @Slot(object)
    def _on_frame(self, snapshot: object) -> None:
        self._ask()

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        if event.kind in ("paused", "finished"):
            self._ask()

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        self._show_variants()

    @Slot()
    def _show_variants(self) -> None:
        """Make the panels those of the run's visible variants, by the names they have now."""
        self._view.set_variants(self._headings() if self._record is not None else ())
        self._view.set_seeds(() if self._record is None else self._record.seeds, self._seed)
        self._view.set_selected(self._document.view.selected_variant)
        self._view.set_note(self._data_note())
        self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask for what is in sight, unless it was asked already, waits, or comes too soon."""
        record = self._record
        if record is None or self._waiting or record.run.status == "waiting":
            return
        in_sight = self._view.in_sight
        wanted = record.number, record.run.step_count, self._seed, in_sight
        running, now = self._controller.state == "running", time.perf_counter()
        if not in_sight or wanted == self._asked or (running and now < self._due):
            return
        if self._controller.state in ("stopped", "failed"):
            return
        self._asked, self._due = wanted, now + RENEWED
        self._set_waiting(True)
        self._questions.ask(self._question(in_sight), self._on_answer, self._on_problem)

    def _question(self, variants: tuple[str, ...]) -> "Callable[[Run], Predictions]":
        from engine.predictions import Predictor

        if self._predictor is None:
            self._predictor = Predictor()
        predictor, seed = self._predictor, self._seed
        return lambda run: predictor(run.prepare(), variants, seed)

    def _on_answer(self, predictions: "Predictions") -> None:
        self._set_waiting(False)
        number, _, seed, in_sight = self._asked or (0, 0, 0, ())
        self._asked = number, predictions.step, seed, in_sight  # the run may have gone on meanwhile
        if seed != self._seed:
            self._ask()
            return
        self._due = max(self._due, time.perf_counter() + predictions.seconds / SHARE)
        self._view.set_predictions(predictions)
        if self._controller.state != "running":
            self._ask()  # for the step at which it stands now

    def _on_problem(self, problem: str) -> None:
        """The run was stopped meanwhile: what was shown last stays."""
        self._set_waiting(False)

    def _set_waiting(self, waiting: bool) -> None:
        self._waiting = waiting
        self._view.set_asking(waiting)

    def _data_note(self) -> tuple[str, ...]:
        """That another data set was chosen since the run began."""
        if self._record is None:
            return ()
        return run_data_text(self._record.experiment.data, self._document.experiment.data)

    def _headings(self) -> list[PredictionHeading]:
        record = self._record
        assert record is not None
        names = {variant.id: variant.name for variant in self._document.experiment.variants}
        note = self.tr("seed {0}").format(self._seed) if len(record.seeds) > 1 else ""
        hidden = self._document.view.hidden
        return [
            PredictionHeading(
                variant.id,
                names[variant.id],
                colour_place(self._document, record, variant.id),
                note,
            )
            for variant in record.experiment.variants
            if variant.id in names and variant.id not in hidden
        ]
