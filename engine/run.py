"""A run: an experiment, its journal and what was logged; replaying the two reproduces it."""

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

import torch

from engine.backprop import updated_layers
from engine.checks import checked
from engine.datasets.loading import load_datasets
from engine.edits import apply_edit
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.journal import Edit, JournalEntry, SetDetached, SetTrainable
from engine.layer_specs import Dense
from engine.probes import HistogramKind
from engine.recording import Recorder
from engine.telemetry import (
    Event,
    EventKind,
    Mailbox,
    MetricLog,
    ProbeHistory,
    Snapshot,
    SnapshotRequest,
)
from engine.trainer import Trainer

HISTORY_SIZE = 40_000  # layers of variants whose histograms are kept: 800 bytes each with all kinds

Status = Literal["waiting", "paused", "running", "finished", "stopped", "failed"]


class Run:
    """One training of an experiment, from its first step on.

    It is light until `prepare` loads the data and builds the trainer, so that this can be done on
    the thread that trains. `script` is a journal to follow: its edits are taken at their steps.
    Raises ExperimentError for an experiment that cannot be trained or a script that does not fit.
    """

    def __init__(self, experiment: Experiment, script: Iterable[JournalEntry] = ()) -> None:
        self.started_as = checked(experiment)
        self.experiment = experiment
        self.epochs = experiment.training.epochs
        self.journal: list[JournalEntry] = []
        self.log = MetricLog(len(experiment.members))
        kept = HISTORY_SIZE // (len(experiment.variants) * len(experiment.layers))
        self.history = ProbeHistory(capacity=max(32, min(256, kept)))
        self.mailbox = Mailbox()
        self.events: deque[Event] = deque()
        self.status: Status = "waiting"
        self.step_count = 0
        self.steps_per_epoch = 0
        self.steps_per_second = 0.0
        self.step_seconds = math.nan
        self.trainer: Trainer | None = None
        self._released = False
        given = tuple(script)
        entries = (*experiment.script, *given)
        self._script = deque(sorted(entries, key=lambda entry: entry.step))
        self._recorder: Recorder | None = None
        self._recorded: frozenset[HistogramKind] = frozenset()
        self._gradients_recorded = False
        for entry in given:  # the experiment's own were validated with it
            apply_edit(experiment, entry.edit)

    @property
    def complete(self) -> bool:
        """Whether all epochs asked for are trained."""
        return len(self.log) >= self.epochs

    def prepare(self) -> Trainer:
        """Load the data and build the trainer, once. Raises DatasetError.

        Raises RuntimeError for a run that was released: it cannot go on from where it stood.
        """
        if self._released:
            raise RuntimeError("this run was released; make a new one")
        if self.trainer is None:
            spec, seeds = self.started_as.data, self.started_as.training.seeds
            self.trainer = Trainer(self.started_as, *load_datasets(spec, seeds))
            self.steps_per_epoch = self.trainer.batches.steps_per_epoch
            self._recorder = Recorder(self.trainer)
            self.tell("started")
            for variant in self.experiment.variants:
                self._tell_if_idle(variant.id)
        return self.trainer

    def record(self, histograms: Iterable[HistogramKind], gradients: bool = False) -> None:
        """From now on keep these histograms, and the gradients' norms, at the end of every epoch.

        What is not kept costs nothing.
        """
        self._recorded = frozenset(histograms)
        self._gradients_recorded = gradients

    def step(self, observe: bool = False) -> bool:
        """Take what the script holds for this moment, then one step; whether an epoch ended.

        With `observe`, the next snapshot shows gradients and updates of this very step.
        """
        trainer = self.prepare()
        self.follow_script()
        diverged = len(trainer.diverged)
        metrics = trainer.step(observe or self._watches_next_step(trainer))
        self.step_count = trainer.step_count
        if len(trainer.diverged) > diverged:
            self._tell_diverged(trainer, diverged)
        if metrics is None:
            return False
        self._record_epoch(trainer.epoch)
        self.log.append(metrics)
        if self.complete:
            self.follow_script()
        return True

    def fresh(self) -> "Run":
        """A new run of the same experiment that will take the same edits at the same steps."""
        again = Run(self.started_as)
        again.epochs = self.epochs
        again._script = deque([*self.journal, *self._script])
        return again

    def follow_script(self, most: float = math.inf) -> None:
        """Take the script's edits that are due, until the journal has at most so many entries."""
        while self._script and self._script[0].step <= self.step_count:
            if len(self.journal) >= most:
                return
            self.apply(self._script.popleft().edit)

    def apply(self, edit: Edit) -> None:
        """Take an edit now, between two steps, and write it into the journal.

        Raises ExperimentError if it does not fit; then nothing is changed.
        """
        trainer = self.prepare()
        trainer.apply(edit)
        if self._recorder is not None:
            self._recorder.note(edit)
        self.experiment = trainer.experiment
        self.journal.append(JournalEntry(step=self.step_count, edit=edit))
        self.tell("edited", variant=edit.variant)
        if isinstance(edit, SetTrainable | SetDetached):
            self._tell_if_idle(edit.variant)

    def snapshot(self, request: SnapshotRequest | None) -> Snapshot:
        """The run as it is now; with a request, what it asks for of one member's layers."""
        trainer = self.prepare()
        snapshot = Snapshot(
            request=request,
            step=trainer.step_count,
            epoch=trainer.epoch,
            epoch_fraction=trainer.epoch_fraction,
            running_loss=trainer.running_loss,
            steps_per_second=self.steps_per_second,
            step_seconds=self.step_seconds,
            histograms={},
            measures={},
        )
        if request is None or self._recorder is None:
            return snapshot
        recorder = self._recorder
        member = self.experiment.members.index((request.variant, request.seed))
        seen = recorder.look(member) if request.needs_observation else None
        values = recorder.values(member, seen)
        return replace(
            snapshot,
            histograms=recorder.histograms(request.histograms, values),
            measures=recorder.measures(values),
            observed=None if seen is None else seen.of,
            what_if=recorder.what_if(values) if request.what_if else {},
            pictures=recorder.pictures(member) if request.pictures else None,
        )

    def tell(
        self, kind: EventKind, text: str = "", variant: str | None = None, seed: int | None = None
    ) -> None:
        """Queue an event for whoever reads."""
        self.events.append(Event(kind, self.step_count, text, variant, seed))

    def release(self) -> None:
        """Give back the memory of network and data; log, journal and histories stay."""
        self.trainer = self._recorder = None
        self._released = True

    def _watches_next_step(self, trainer: Trainer) -> bool:
        """Whether the next step ends an epoch of which more than the weights is to be kept."""
        if not (self._gradients_recorded or self._recorded - {"weights"}):
            return False
        ends = (trainer.step_count + 1) % self.steps_per_epoch == 0
        return ends and self.history.wants(trainer.epoch + 1)

    def _record_epoch(self, epoch: int) -> None:
        if self._recorder is None or not (self._recorded or self._gradients_recorded):
            return
        if self.history.wants(epoch):
            record = self._recorder.epoch_record(self._recorded, self._gradients_recorded)
            self.history.append(record)

    def _tell_diverged(self, trainer: Trainer, known: int) -> None:
        for divergence in list(trainer.diverged.values())[known:]:
            variant, seed = self.experiment.members[divergence.member]
            text = f"{divergence.layer} went non-finite at step {divergence.step} (seed {seed})"
            self.tell("diverged", text, variant, seed)

    def _tell_if_idle(self, variant_id: str) -> None:
        variant = self.experiment.variant(variant_id)
        if not any(updated_layers(self.experiment.layers, variant)):
            self.tell(
                "nothing trainable", "Nothing is trainable: no weight will change", variant_id
            )


def train(
    experiment: Experiment,
    *,
    script: Iterable[JournalEntry] = (),
    on_epoch: Callable[[Run], None] = lambda run: None,
) -> Run:
    """Train an experiment to its last epoch and return the run.

    Raises ExperimentError or DatasetError, listing what is wrong, before anything is trained.
    """
    run = Run(experiment, script)
    run.prepare()
    while not run.complete:
        if run.step():
            on_epoch(run)
    run.status = "finished"
    return run


def warm_up() -> None:
    """Train a tiny experiment for a moment, so that all that loads late is loaded now.

    Sets torch to one thread, before any thread has computed: several pools on few cores slow it.
    """
    torch.set_num_threads(1)
    plans = {"output": LayerPlan()}
    experiment = Experiment(
        data=DataSpec(name="moons", samples=40),
        layers=(Dense(id="output", units=1, activation="sigmoid"),),
        training=Training(epochs=1),
        variants=(Variant(id="only", name="Only", layers=plans),),
    )
    train(experiment).snapshot(SnapshotRequest("only", experiment.training.seeds[0]))


def replay(run: Run) -> Run:
    """Train the run's experiment again under its journal, for as many steps: bit for bit equal.

    What the run's script has not done yet is still to come, as it is there.
    """
    again = run.fresh()
    again.prepare()
    while again.step_count < run.step_count:
        again.step()
    again.follow_script(len(run.journal))
    again.status = run.status
    return again
