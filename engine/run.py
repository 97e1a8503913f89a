"""A run: an experiment, its journal and what was logged; replaying the two reproduces it."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

import torch
from torch import Tensor

from engine.checks import checked
from engine.datasets.loading import load_dataset
from engine.edits import Edit, JournalEntry, SetTrainable, apply_edit
from engine.experiment import DataSpec, Dense, Experiment, LayerPlan, Training, Variant
from engine.probes import (
    Histogram,
    bin_counts,
    bin_edges,
    moved_distance,
    starting_limit,
    widened_limits,
)
from engine.telemetry import (
    Event,
    EventKind,
    HistogramHistory,
    Mailbox,
    MetricLog,
    Snapshot,
    SnapshotRequest,
)
from engine.trainer import Trainer

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
        self.histograms = {layer.id: HistogramHistory() for layer in experiment.layers}
        self.mailbox = Mailbox()
        self.events: deque[Event] = deque()
        self.status: Status = "waiting"
        self.step_count = 0
        self.steps_per_epoch = 0
        self.steps_per_second = 0.0
        self.trainer: Trainer | None = None
        self._released = False
        self._script = deque(sorted(script, key=lambda entry: entry.step))
        self._limits: dict[str, Tensor] = {}  # of the histograms' edges, (M,) float64
        for entry in self._script:
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
            self.trainer = Trainer(self.started_as, load_dataset(self.started_as.data))
            self.steps_per_epoch = self.trainer.batches.steps_per_epoch
            self._limits = {
                layer: torch.full((len(start),), starting_limit(start), dtype=torch.float64)
                for layer, start in self.trainer.start.items()
            }
            self.tell("started")
            for variant in self.experiment.variants:
                self._tell_if_idle(variant.id)
        return self.trainer

    def step(self) -> bool:
        """Take what the script holds for this moment, then one step; whether an epoch ended."""
        trainer = self.prepare()
        self.follow_script()
        diverged = len(trainer.diverged)
        metrics = trainer.step()
        self.step_count = trainer.step_count
        if len(trainer.diverged) > diverged:
            self._tell_diverged(trainer, diverged)
        if metrics is None:
            return False
        self._record_histograms(trainer)
        self.log.append(metrics)
        return True

    def follow_script(self) -> None:
        """Take the script's edits that are due."""
        while self._script and self._script[0].step <= self.step_count:
            self.apply(self._script.popleft().edit)

    def apply(self, edit: Edit) -> None:
        """Take an edit now, between two steps, and write it into the journal.

        Raises ExperimentError if it does not fit; then nothing is changed.
        """
        trainer = self.prepare()
        trainer.apply(edit)
        self.experiment = trainer.experiment
        self.journal.append(JournalEntry(step=self.step_count, edit=edit))
        self.tell("edited", variant=edit.variant)
        if isinstance(edit, SetTrainable):
            self._tell_if_idle(edit.variant)

    def snapshot(self, request: SnapshotRequest | None) -> Snapshot:
        """The run as it is now; with a request, one member's histograms and distances as well."""
        trainer = self.prepare()
        histograms: dict[str, Histogram] = {}
        distances: dict[str, float] = {}
        if request is not None:
            index = self.experiment.members.index((request.variant, request.seed))
            member = slice(index, index + 1)
            for layer in trainer.network.layers:
                now = layer.flat_parameters(member)
                start = trainer.start[layer.id]
                histograms[layer.id] = self._histogram(layer.id, now, start, member)
                distances[layer.id] = float(moved_distance(now, start[member])[0])
        return Snapshot(
            request=request,
            step=trainer.step_count,
            epoch=trainer.epoch,
            epoch_fraction=trainer.epoch_fraction,
            running_loss=trainer.running_loss,
            steps_per_second=self.steps_per_second,
            histograms=histograms,
            moved=distances,
        )

    def tell(self, kind: EventKind, text: str = "", variant: str | None = None) -> None:
        """Queue an event for whoever reads."""
        self.events.append(Event(kind, self.step_count, text, variant))

    def release(self) -> None:
        """Give back the memory of network and data; log, journal and histories stay."""
        self.trainer = None
        self._released = True

    def _histogram(self, layer: str, now: Tensor, start: Tensor, member: slice) -> Histogram:
        limits = widened_limits(self._limits[layer][member], now)
        limit = limits.item()
        return Histogram(
            bin_edges(limit),
            bin_counts(now, limits)[0],
            bin_counts(start[member], limits)[0],
            widened=limit > starting_limit(start),
        )

    def _record_histograms(self, trainer: Trainer) -> None:
        for layer in trainer.network.layers:
            history = self.histograms[layer.id]
            if history.wants(trainer.epoch):
                values = layer.flat_parameters()
                limits = widened_limits(self._limits[layer.id], values)
                self._limits[layer.id] = limits
                history.append(trainer.epoch, limits.numpy(), bin_counts(values, limits))

    def _tell_diverged(self, trainer: Trainer, known: int) -> None:
        for divergence in list(trainer.diverged.values())[known:]:
            variant, seed = self.experiment.members[divergence.member]
            text = f"{divergence.layer} went non-finite at step {divergence.step} (seed {seed})"
            self.tell("diverged", text, variant)

    def _tell_if_idle(self, variant_id: str) -> None:
        plans = self.experiment.variant(variant_id).layers.values()
        if not any(plan.trainable for plan in plans):
            self.tell("nothing trainable", "Nothing is trainable: the loss stays flat", variant_id)


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
    run.follow_script()
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
    """Train the run's experiment again under its journal, for as many steps: bit for bit equal."""
    again = Run(run.started_as, run.journal)
    again.epochs = run.epochs
    again.prepare()
    while again.step_count < run.step_count:
        again.step()
    again.follow_script()
    again.status = run.status
    return again
