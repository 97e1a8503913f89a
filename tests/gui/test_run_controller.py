"""The controller with a real worker: commands, live edits, what a person sees of a run."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import resources
from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import JournalEntry, SetTrainable
from engine.project import open_project
from engine.structure import insert_layer
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.widgets.pace_slider import FLAT_OUT, Pace

SLOW = Pace("steps", 2.0)


def classic(epochs: int = 20) -> Experiment:
    experiment = open_project(resources.path("examples", "first-layer-only.json"))
    return experiment.replace(training=experiment.training.replace(epochs=epochs))


@pytest.fixture
def gate(qtbot: QtBot) -> Iterator[EngineGate]:
    gate = EngineGate()
    with qtbot.waitSignal(gate.ready):
        gate.start()
    yield gate
    qtbot.waitUntil(gate.close)


class Bench:
    """A document, its controller, and everything the controller told."""

    def __init__(self, gate: EngineGate, experiment: Experiment, pace: Pace = FLAT_OUT) -> None:
        self.document = Document(experiment)
        self.store = RunStore()
        self.controller = RunController(self.document, self.store, gate, pace)
        self.events: list[str] = []
        self.controller.happened.connect(lambda event: self.events.append(event.kind))
        self.refusals: list[str] = []
        self.controller.refused.connect(self.refusals.append)

    def freeze(self, layer: str, trainable: bool = False) -> None:
        edit = SetTrainable(variant="all", layer=layer, trainable=trainable)
        self.document.edit(apply_edit(self.document.experiment, edit), "Freeze")

    def reaches(self, qtbot: QtBot, state: str) -> None:
        qtbot.waitUntil(lambda: self.controller.state == state)


BenchOf = Callable[..., Bench]


@pytest.fixture
def bench_of(gate: EngineGate) -> Iterator[BenchOf]:
    made: list[Bench] = []

    def make(*arguments: object) -> Bench:
        made.append(Bench(gate, *arguments))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for bench in made:
        bench.controller.forget()


def test_a_run_trains_to_its_end_and_then_as_much_again(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic(epochs=5))
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    record = bench.store.current
    assert record is not None
    qtbot.waitUntil(lambda: record.epochs == 5)
    bench.controller.run_or_pause()
    qtbot.waitUntil(lambda: record.epochs == 10)
    bench.reaches(qtbot, "finished")
    assert bench.store.current is record


def test_curves_are_the_means_of_the_log(bench_of: BenchOf, qtbot: QtBot) -> None:
    experiment = classic(epochs=4)
    seeds = experiment.training.replace(seeds=(1, 2, 3))
    bench = bench_of(experiment.replace(training=seeds))
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    record = bench.store.current
    assert record is not None
    qtbot.waitUntil(lambda: record.epochs == 4)
    first = record.run.log.column("validation_loss")[:, 3:6]
    curve = record.curves["first", True]
    np.testing.assert_allclose(curve.centre, first.mean(axis=1), rtol=1e-6)
    assert curve.band is not None
    np.testing.assert_array_equal(curve.band[0], first.min(axis=1))
    np.testing.assert_array_equal(curve.band[1], first.max(axis=1))


def test_step_takes_one_step_and_epoch_the_rest_of_it(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic())
    bench.controller.step()
    qtbot.waitUntil(lambda: bench.store.current is not None)
    run = bench.store.current.run  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: run.step_count == 1)
    bench.reaches(qtbot, "paused")
    bench.controller.step_epoch()
    qtbot.waitUntil(lambda: run.step_count == run.steps_per_epoch)
    bench.reaches(qtbot, "paused")
    bench.controller.step()
    qtbot.waitUntil(lambda: run.step_count == run.steps_per_epoch + 1)


def test_pause_and_continue(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic(epochs=10_000))
    bench.controller.run_or_pause()
    run = bench.store.current.run  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: run.step_count > 20)
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "paused")
    stood = run.step_count
    bench.controller.step()
    qtbot.waitUntil(lambda: run.step_count == stood + 1)
    bench.controller.run_or_pause()
    qtbot.waitUntil(lambda: run.step_count > stood + 20)


def test_a_freeze_while_training_acts_at_once_and_is_journalled(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(classic(epochs=10_000))
    bench.controller.run_or_pause()
    run = bench.store.current.run  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: run.step_count > 5)
    with qtbot.waitSignal(bench.controller.journal_changed):
        bench.freeze("hidden-2")
    (entry,) = bench.controller.journal
    assert entry.edit == SetTrainable(variant="all", layer="hidden-2", trainable=False)
    assert entry.step > 5
    bench.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(bench.controller.journal) == 2)
    assert isinstance(bench.controller.journal[1], JournalEntry)
    assert bench.controller.running_experiment == bench.document.experiment


def test_a_structural_change_waits_but_freezing_beside_it_does_not(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(classic(epochs=10_000), SLOW)
    bench.controller.run_or_pause()
    assert not bench.controller.applies_at_next_run
    bench.document.edit(insert_layer(bench.document.experiment, 1), "Add layer")
    assert bench.controller.applies_at_next_run
    bench.freeze("hidden-2")
    qtbot.waitUntil(lambda: len(bench.controller.journal) == 1)
    bench.controller.reset()
    assert not bench.controller.applies_at_next_run
    assert len(bench.store.current.experiment.layers) == 4  # type: ignore[union-attr]


def test_renaming_the_experiment_is_not_for_the_next_run(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic(), SLOW)
    bench.controller.run_or_pause()
    bench.document.edit(bench.document.experiment.replace(name="Mine"), "Rename")
    assert not bench.controller.applies_at_next_run


def test_reset_starts_from_the_same_weights_and_leaves_a_ghost(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(classic(epochs=3))
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    first = bench.store.current
    assert first is not None
    qtbot.waitUntil(lambda: first.epochs == 3)
    bench.controller.reset()
    assert bench.store.ghosts == (first,)
    bench.controller.run_or_pause()
    second = bench.store.current
    assert second is not None
    qtbot.waitUntil(lambda: second.epochs == 3)
    np.testing.assert_array_equal(first.run.log.table, second.run.log.table)


def test_stop_ends_the_run_and_run_begins_another(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic(epochs=10_000))
    bench.controller.run_or_pause()
    first = bench.store.current
    assert first is not None
    qtbot.waitUntil(lambda: first.epochs > 2)
    bench.controller.stop()
    bench.reaches(qtbot, "stopped")
    bench.controller.run_or_pause()
    assert bench.store.current is not first


def test_an_experiment_that_cannot_be_trained_is_refused_in_words(bench_of: BenchOf) -> None:
    experiment = classic()
    output = experiment.layers[-1].replace(units=3)
    bench = bench_of(experiment.replace(layers=(*experiment.layers[:-1], output)))
    bench.controller.run_or_pause()
    assert bench.controller.state == "ready"
    assert bench.store.current is None
    assert "layers[2].units" in bench.refusals[0]


def test_a_snapshot_shows_the_selected_variant(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(classic(epochs=10_000))
    shown: list[str] = []
    bench.controller.frame.connect(
        lambda snapshot: shown.append(snapshot.request.variant) if snapshot else None
    )
    bench.controller.run_or_pause()
    qtbot.waitUntil(lambda: "all" in shown)
    bench.document.view.select("first")
    qtbot.waitUntil(lambda: shown[-1] == "first")


def test_everything_frozen_says_so_and_goes_on(bench_of: BenchOf, qtbot: QtBot) -> None:
    experiment = classic(epochs=3)
    for layer in ("hidden-1", "hidden-2", "output"):
        edit = SetTrainable(variant="all", layer=layer, trainable=False)
        experiment = apply_edit(experiment, edit)
    bench = bench_of(experiment)
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    assert "nothing trainable" in bench.events


def test_commands_given_while_the_engine_loads_are_carried_out_then(qtbot: QtBot) -> None:
    gate = EngineGate()
    bench = Bench(gate, classic(epochs=3))
    bench.controller.run_or_pause()
    assert bench.controller.state == "loading"
    bench.reaches(qtbot, "finished")
    bench.controller.forget()
    qtbot.waitUntil(gate.close)


def scripted() -> Experiment:
    """The classic experiment, in which a run freezes hidden-2 by itself after 20 steps."""
    frozen = SetTrainable(variant="all", layer="hidden-2", trainable=False)
    return classic(epochs=4).replace(script=(JournalEntry(step=20, edit=frozen),))


def test_what_a_run_changes_by_itself_is_known_and_in_the_journal(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(scripted())
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    told = bench.controller.running_experiment
    assert told is not None
    assert not told.variant("all").layers["hidden-2"].trainable
    assert bench.controller.journal == bench.document.experiment.script
    assert bench.document.experiment.variant("all").layers["hidden-2"].trainable
    assert not bench.controller.applies_at_next_run


def test_an_edit_of_another_layer_leaves_alone_what_the_script_froze(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(scripted())
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "finished")
    bench.freeze("output")
    qtbot.waitUntil(lambda: len(bench.controller.journal) == 2)
    told = bench.controller.running_experiment
    assert told is not None
    plans = told.variant("all").layers
    assert [plan.trainable for plan in plans.values()] == [True, False, False]


def test_edits_and_script_count_in_the_order_in_which_the_run_took_them(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(scripted())
    bench.controller.step()
    bench.reaches(qtbot, "paused")
    bench.freeze("hidden-2")
    bench.freeze("hidden-2", trainable=True)
    bench.controller.run_or_pause()  # and then the script freezes it
    bench.reaches(qtbot, "finished")
    record = bench.store.current
    assert record is not None
    told = bench.controller.running_experiment
    assert told == record.run.experiment
    assert not record.run.experiment.variant("all").layers["hidden-2"].trainable
    assert bench.controller.planned == ()


def test_step_while_a_run_is_going_takes_one_more_and_pauses(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(classic(epochs=1000), SLOW)
    bench.controller.run_or_pause()
    bench.reaches(qtbot, "running")
    bench.controller.step()
    bench.reaches(qtbot, "paused")
    assert bench.store.current is not None
    assert 1 <= bench.store.current.run.step_count <= 3
