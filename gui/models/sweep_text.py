"""A sweep in words: what it comes to, how far it is, how it ended."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from engine.backprop import layer_shapes
from engine.datasets.registry import describe
from engine.experiment import Experiment
from engine.patterns import trained_layers, varied_layers
from engine.sweep import Axis, Sweep
from gui.models.sweep_fields import SweepField, field_of
from gui.models.sweep_plan import combinations, runs
from gui.models.sweep_values import write_values
from gui.widgets.number_text import three_digits

translate = QCoreApplication.translate

MOST_NAMED = 20
"""So many values of an axis are named; more are counted."""


class Progress(Protocol):
    """How far a sweep is; engine.sweep_run.SweepProgress, which brings torch."""

    @property
    def runs(self) -> int:
        """All of them."""

    @property
    def runs_done(self) -> int:
        """Finished, by this start or an earlier one."""

    @property
    def runs_before(self) -> int:
        """Finished by an earlier start."""

    @property
    def runs_trained(self) -> float:
        """The finished ones and the steps of those under way."""

    @property
    def seconds(self) -> float:
        """Since this start."""

    @property
    def runs_per_second(self) -> float:
        """The pace so far."""

    @property
    def seconds_left(self) -> float | None:
        """Until the end, at the pace so far; None where there is none yet."""

    @property
    def workers_starting(self) -> int:
        """Processes that do not train yet; 0 once one does."""

    @property
    def connecting_to(self) -> str:
        """The address of a cluster that did not answer yet."""

    @property
    def waiting_for(self) -> str:
        """What a cluster lost: "workers", "scheduler", or nothing."""


def base_text(experiment: Experiment) -> str:
    """What does not vary: `First only · Breast cancer · 30-16-8-1 · 2 variants`."""
    shapes = layer_shapes(experiment)
    sizes = "-".join(str(size) for size in (shapes[0][0], *(after for _, after in shapes)))
    title = describe(experiment.data.name).title
    return " · ".join((experiment.name, title, sizes, _variants_text(experiment)))


def sweep_sentence(sweep: Sweep, fields: Sequence[SweepField], parts: int | None = None) -> str:
    """`2 optimizers × 5 learning rates × 8 patterns × 10 seeds = 800 runs in 13 parts`."""
    number = runs(sweep)
    total = counted(number, translate("sweep", "run"), translate("sweep", "runs"))
    sentence = f"{factors_text(sweep, fields)} = {total}"
    if parts is not None:
        few = counted(parts, translate("sweep", "part"), translate("sweep", "parts"))
        sentence = translate("sweep", "{sentence} in {parts}").format(sentence=sentence, parts=few)
    if combinations(sweep) > 1:
        return sentence
    return translate("sweep", "Nothing varies, so there is one cell: {sentence}").format(
        sentence=sentence
    )


def factors_text(sweep: Sweep, fields: Sequence[SweepField]) -> str:
    """`2 optimizers × 5 learning rates × 8 patterns × 10 seeds`."""
    factors = [_axis_text(axis.path, len(axis.values), fields) for axis in sweep.axes]
    factors.append(_variants_text(sweep.base))
    seeds = len(sweep.base.training.seeds)
    factors.append(counted(seeds, translate("sweep", "seed"), translate("sweep", "seeds")))
    return " × ".join(factors)


def values_text(axis: Axis, fields: Sequence[SweepField]) -> str:
    """`learning rate: 1e-3, 0.01`; of many values the first ones, and how many more there are."""
    field = field_of(fields, axis.path)
    first = axis.values[:MOST_NAMED]
    words = write_values(field.values, first) if field else ", ".join(map(str, first))
    more = len(axis.values) - len(first)
    if more:
        words = translate("sweep", "{0} and {1} more").format(words, f"{more:,}")
    return f"{field.name if field else axis.path}: {words}"


def progress_text(progress: Progress, *, going: bool) -> str:
    """`412 of 800 runs · 52 % · 13.0 runs/s · 0:00:31 left`; how long it took once it ended."""
    of = translate("sweep", "{done} of {all} runs")
    words = [of.format(done=f"{progress.runs_done:,}", all=f"{progress.runs:,}")]
    if not going and progress.runs_done == progress.runs_before:  # there is nothing that took time
        all_before = translate("sweep", "{0}, all from before").format(words[0])
        return all_before if progress.runs_before else words[0]
    if not going:
        took = translate("sweep", "{0} in {1}").format(words[0], duration(progress.seconds))
        words = [took]
    elif progress.seconds_left is not None:
        share = int(100 * progress.runs_trained / progress.runs)
        words.append(translate("sweep", "{share} %").format(share=share))
        speed = three_digits(progress.runs_per_second)
        words.append(translate("sweep", "{speed} runs/s").format(speed=speed))
        words.append(translate("sweep", "{time} left").format(time=clock(progress.seconds_left)))
    if progress.runs_before:
        before = translate("sweep", "{count} from before")
        words.append(before.format(count=f"{progress.runs_before:,}"))
    return " · ".join(words)


def waiting_text(progress: Progress) -> str:
    """`Starting 2 workers…` or `Connecting to tcp://…`; nothing where it trains."""
    if progress.connecting_to:
        text = translate("sweep", "Connecting to {address}…")
        return text.format(address=progress.connecting_to)
    if progress.waiting_for == "workers":
        return translate("sweep", "The cluster has no workers; waiting for one…")
    if progress.waiting_for == "scheduler":
        return translate("sweep", "The scheduler does not answer; waiting…")
    workers = progress.workers_starting
    few = counted(workers, translate("sweep", "worker"), translate("sweep", "workers"))
    return translate("sweep", "Starting {workers}…").format(workers=few) if workers else ""


def clock(seconds: float) -> str:
    """`0:00:31`, rounded."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """`2.31 s`, or as a clock from a minute on."""
    return clock(seconds) if seconds >= 60 else f"{three_digits(seconds)} s"


def counted(number: int, one: str, several: str) -> str:
    """`1 run`, `800 runs`."""
    return f"{number:,} {one if number == 1 else several}"


def _axis_text(path: str, number: int, fields: Sequence[SweepField]) -> str:
    field = field_of(fields, path)
    return counted(number, field.name, field.plural) if field else counted(number, path, path)


def _variants_text(experiment: Experiment) -> str:
    """Patterns where there is one variant for each way to train or freeze the layers."""
    trained = {trained_layers(experiment, variant) for variant in experiment.variants}
    number, patterns = len(experiment.variants), 2 ** len(varied_layers(experiment))
    if number == len(trained) == patterns:
        return counted(number, translate("sweep", "pattern"), translate("sweep", "patterns"))
    return counted(number, translate("sweep", "variant"), translate("sweep", "variants"))
