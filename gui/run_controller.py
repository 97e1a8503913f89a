"""Starts, steers and follows the present run; the only part of the window that talks to it."""

import logging
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.edits import apply_edit, apply_edits, live_edits, plan_edits
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.journal import Edit, JournalEntry
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.run_store import RunRecord, RunStore
from gui.shown import Shown
from gui.widgets.pace_slider import Pace

if TYPE_CHECKING:
    from engine.telemetry import Event, Snapshot

State = Literal[
    "loading", "ready", "preparing", "running", "paused", "finished", "stopped", "failed"
]

FRAME = 38  # milliseconds
QUICK_FRAME = 30  # where nothing but thin curves moves, thirty frames a second are affordable


LEADS_TO: dict[str, State] = {"resume": "running", "step": "paused", "step_epoch": "running"}
"""The worker's commands, and the state that each is shown as until the run itself tells."""

_log = logging.getLogger(__name__)


class RunController(QObject):
    """Commands for the present run, and what it tells, once a frame.

    The worker is never waited for: commands are sent, and the run's own events say what became of
    them.
    """

    state_changed = Signal()
    frame = Signal(object)
    """Something new to draw: the latest Snapshot, or None if only the log has grown."""
    journal_changed = Signal()
    happened = Signal(object)
    """An Event of the present run that a person should read."""
    refused = Signal(str)
    """Why a run could not be started."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        gate: EngineGate,
        pace: Pace,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._gate = gate
        self._pace = pace
        self._state: State = "ready"
        self._told: Experiment | None = None  # the run's experiment once all sent edits are taken
        self._taken: tuple[Experiment, int] | None = (
            None  # the run's, after so many journal entries
        )
        self._sent: deque[Edit] = deque()  # edits that are not in the journal yet
        self._script: deque[JournalEntry] = deque()  # what the run will change by itself
        self._wanted: list[str] = []  # commands given while engine or data were loading
        self._hurried = False  # flat out to the end of this run, whatever the pace
        self._shown = Shown()
        self._asked: tuple[object, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._on_frame)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_selection_changed)
        gate.ready.connect(self._on_engine_ready)
        gate.failed.connect(self._on_engine_failed)

    @property
    def state(self) -> State:
        """What the present run does; "ready" before the first."""
        return self._state

    @property
    def record(self) -> RunRecord | None:
        """The present run."""
        return self._store.current

    @property
    def running_experiment(self) -> Experiment | None:
        """What the present run trains, with all edits it was told; None before the first."""
        return self._told

    @property
    def applies_at_next_run(self) -> bool:
        """Whether the document differs from the present run in what a run cannot take."""
        return self._told is not None and self._cannot_follow(self._told)

    @property
    def begins_anew(self) -> bool:
        """Whether Run begins a new run: the last one is over, and was of another experiment.

        How many epochs the document asks for makes no difference: a run can be trained on.
        """
        if self._told is None or self._state != "finished":
            return self._state in ("ready", "stopped", "failed")
        training = self._told.training.replace(epochs=self.epochs_more)
        return self._cannot_follow(self._told.replace(training=training))

    @property
    def epochs_more(self) -> int:
        """How many epochs a finished run is trained on for."""
        return self._document.experiment.training.epochs

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The edits that the present run took, with their steps."""
        return tuple(self.record.run.journal) if self.record else ()

    @property
    def planned(self) -> tuple[JournalEntry, ...]:
        """What the run's script will still do; before a run, all of the experiment's script."""
        if self.record is None:
            return tuple(sorted(self._document.experiment.script, key=lambda entry: entry.step))
        return tuple(self._script)

    def run_or_pause(self) -> None:
        """Start, pause or go on; after the last epoch, train as many again.

        Where the last run cannot take what the document holds by now, a new one is begun.
        """
        if self._state == "running":
            self._worker_call("pause")
        elif self._state == "finished" and self.begins_anew:
            if self._begin():
                self._command("resume")
        elif self._state == "finished" and self.record is not None:
            self._gate.worker.extend(self.record.run, self.epochs_more)
            self._set_state("running")
        else:
            self._command("resume")

    def step(self) -> None:
        """One optimizer step, then pause."""
        self._command("step")

    def step_epoch(self) -> None:
        """To the end of the epoch, then pause."""
        self._command("step_epoch")

    def stop(self) -> None:
        """End the present run; what it logged stays."""
        self._wanted.clear()
        if self._state in ("running", "paused", "preparing"):
            self._worker_call("stop")
        elif self._state == "loading":
            self._set_state("ready")

    def reset(self) -> None:
        """Begin the experiment anew, from the same initial weights and batches, paused."""
        self._wanted.clear()
        self._hurried = False
        if self._state == "loading":
            self._set_state("ready")
        elif self._gate.is_ready:
            self._begin()

    def finish_at_full_speed(self) -> None:
        """Flat out to the last epoch of the run; the pace that was set holds again after it."""
        self._hurried = True
        self._command("resume")
        if self.record is not None and self._gate.is_ready:
            self._send_pace(self.record)

    def set_pace(self, pace: Pace) -> None:
        """Play faster or slower, at once."""
        self._pace = pace
        self._hurried = False
        if self.record is not None and self._gate.is_ready:
            self._send_pace(self.record)

    def set_shown(self, shown: Shown) -> None:
        """Ask for this from now on; what is not shown is not measured and costs nothing."""
        self._shown = shown
        if self.record is not None:
            self._ask(self.record)

    def set_quick(self, quick: bool) -> None:
        """Tell of what is new thirty times a second, or a little less often."""
        self._timer.setInterval(QUICK_FRAME if quick else FRAME)

    def forget(self) -> None:
        """Drop all runs, as when another file is opened."""
        self._wanted.clear()
        self._hurried = False
        self._worker_call("stop")  # a finished run as well: it still holds network and data
        self._timer.stop()
        self._told = self._taken = None
        self._store.clear()
        self._set_state("ready")
        self.journal_changed.emit()

    def _command(self, name: str) -> None:
        """Carry out a worker's command on the present run; start one first where there is none.

        A run whose data are not there yet gets it later: how many steps an epoch has, and so the
        pace, is known only then, and flat out a hundred steps would be taken meanwhile.
        """
        if not self._gate.is_ready:
            self._wanted.append(name)
            self._set_state("loading")
            self._gate.start()
            return
        if self._state in ("ready", "stopped", "failed") and not self._begin():
            return
        if self._state == "preparing":
            self._wanted.append(name)
            return
        self._worker_call(name)
        self._set_state(LEADS_TO[name])

    def _cannot_follow(self, told: Experiment) -> bool:
        """Whether the document differs from this in what a run cannot take."""
        wanted = self._document.experiment
        return live_edits(told.replace(name=wanted.name), wanted) is None

    def _carry_out_wanted(self) -> None:
        wanted, self._wanted = self._wanted, []
        for name in wanted:
            self._command(name)

    def _worker_call(self, name: str) -> None:
        if self.record is not None:
            getattr(self._gate.worker, name)(self.record.run)

    def _begin(self) -> bool:
        """Make a new run of the document's experiment the present one; False if it is refused."""
        try:
            run = self._gate.new_run(self._document.experiment)
        except EngineError as error:
            self.refused.emit(str(error))
            return False
        if self.record is not None:
            self._gate.worker.stop(self.record.run)
        self._told = run.started_as
        self._taken = run.started_as, 0
        self._sent.clear()
        self._script = deque(sorted(run.started_as.script, key=lambda entry: entry.step))
        self._asked = ()
        record = self._store.add(run)
        self._gate.worker.add(run)
        self._set_state("preparing")
        self._timer.start()
        self.journal_changed.emit()
        self._ask(record)
        return True

    def _send_pace(self, record: RunRecord) -> None:
        if record.run.steps_per_epoch:
            speed = self._pace.steps_per_second(record.run.steps_per_epoch)
            self._gate.worker.set_pace(record.run, None if self._hurried else speed)

    def _ask(self, record: RunRecord) -> None:
        """Ask for a snapshot of the selected variant, unless the latest is still true."""
        from engine.telemetry import SnapshotRequest

        experiment = record.experiment
        wanted = self._document.view.selected_variant
        known = [variant.id for variant in experiment.variants]
        variant = wanted if wanted in known else known[0]
        shown = self._shown
        question = (variant, record.run.step_count, len(record.run.journal), shown)
        if question != self._asked:
            self._asked = question
            seed = experiment.training.seeds[0]
            record.run.mailbox.ask(
                SnapshotRequest(
                    variant, seed, shown.histograms, shown.gradients, shown.what_if, shown.pictures
                )
            )

    def _set_state(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit()
            if state in ("paused", "finished", "stopped"):
                self._gate.tidy()

    @Slot()
    def _on_engine_ready(self) -> None:
        if self._state == "loading":
            self._set_state("ready")
        self._carry_out_wanted()

    @Slot(str)
    def _on_engine_failed(self, error: str) -> None:
        self._wanted.clear()
        self._set_state("failed")
        self.refused.emit(error)

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        if self._told is None or self.record is None:
            return
        edits = _fitting(plan_edits(before, after), self._told)
        if edits and self._state in ("running", "paused", "preparing", "finished"):
            self._told = apply_edits(self._told, edits)
            self._sent += edits
            self._gate.worker.edit(self.record.run, edits)
        self.state_changed.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        if self.record is not None:
            self._ask(self.record)

    @Slot()
    def _on_frame(self) -> None:
        record = self.record
        if record is None:
            return
        edited = False
        while record.run.events:
            event = record.run.events.popleft()
            edited = edited or event.kind == "edited"
            self._take(record, event)
        if edited:  # once, however many edits there were
            self._follow_journal(record)
            self.journal_changed.emit()
        grown = record.read_log()
        snapshot: Snapshot | None = record.run.mailbox.take()
        if grown or snapshot is not None:
            self.frame.emit(snapshot)
        self._ask(record)

    def _follow_journal(self, record: RunRecord) -> None:
        """Know what the run trains: what its journal says, then the edits on their way to it.

        Its script may take an edit while one is on its way: whose came first, the journal knows.
        """
        if self._taken is None:
            return
        experiment, read = self._taken
        entries = record.run.journal[read:]
        for entry in entries:
            experiment = apply_edit(experiment, entry.edit)
            if self._sent and self._sent[0] == entry.edit:
                self._sent.popleft()
            elif self._script and self._script[0].edit == entry.edit:
                self._script.popleft()
        self._taken = experiment, read + len(entries)
        self._told = apply_edits(experiment, self._sent)
        self.state_changed.emit()

    def _take(self, record: RunRecord, event: "Event") -> None:
        """Follow the run: what it says of itself is the truth."""
        match event.kind:
            case "started":
                self._send_pace(record)
            case "running":
                self._set_state("running")
            case "paused":
                self._set_state("paused")
                self._carry_out_wanted()
            case "finished":
                self._hurried = False
                self._send_pace(record)
                self._set_state("finished")
            case "stopped":
                self._sent.clear()
                self._hurried = False
                self._set_state("stopped")
            case "failed":
                self._wanted.clear()
                self._sent.clear()
                self._hurried = False
                self._set_state("failed")
                _log.error("run %d failed:\n%s", record.number, event.text)
            case "edited" | "diverged" | "nothing trainable":
                pass
        self.happened.emit(event)


def _fitting(edits: Iterable[Edit], experiment: Experiment) -> tuple[Edit, ...]:
    """The edits that name what the experiment has."""
    variants = {variant.id for variant in experiment.variants}
    layers = {layer.id for layer in experiment.layers} | {None}
    return tuple(
        edit
        for edit in edits
        if edit.variant in variants and getattr(edit, "layer", None) in layers
    )
