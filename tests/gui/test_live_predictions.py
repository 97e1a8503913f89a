"""Predictions of a run: asked while they can be seen, right for the step, gone with the run."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from engine.edits import apply_edit
from engine.experiment import DataSpec, Experiment
from engine.journal import RenameVariant
from engine.prediction_values import Predictions
from engine.predictions import Predictor
from engine.run import train
from engine.structure import add_variant
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.live_predictions import LivePredictions
from gui.plots.prediction_view import PredictionView
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.theme import ThemeSource
from gui.widgets.number_text import three_digits
from gui.widgets.pace_slider import FLAT_OUT
from tests.gui.live_bench import STEPS, bursting, points


class WatchedView(PredictionView):
    """A view that remembers what it was given."""

    def __init__(self, themes: ThemeSource) -> None:
        self.answers: list[Predictions] = []
        super().__init__(themes)

    def set_predictions(self, predictions: Predictions) -> None:
        self.answers.append(predictions)
        super().set_predictions(predictions)


class Bench:
    def __init__(self, gate: EngineGate, experiment: Experiment, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.document = Document(experiment)
        self.store = RunStore()
        self.controller = RunController(self.document, self.store, gate, FLAT_OUT)
        self.view = WatchedView(ThemeSource())
        qtbot.addWidget(self.view)
        self.view.resize(600, 300)
        self.view.show()
        self.live = LivePredictions(self.document, self.store, gate, self.controller, self.view)

    @property
    def latest(self) -> Predictions | None:
        return self.view.answers[-1] if self.view.answers else None

    def until(self, seen: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(seen)

    def until_step(self, step: int) -> None:
        self.until(lambda: self.latest is not None and self.latest.step == step)

    def finish(self) -> None:
        self.controller.run_or_pause()
        self.until(lambda: self.controller.state == "finished")

    def variants(self) -> list[str]:
        return [part.partition(":")[0] for part in self.view.spoken.split("; ")]


BenchOf = Callable[..., Bench]


@pytest.fixture
def bench_of(live_gate: EngineGate, qtbot: QtBot):  # type: ignore[no-untyped-def]
    made: list[Bench] = []

    def make(experiment: Experiment) -> Bench:
        made.append(Bench(live_gate, experiment, qtbot))
        return made[-1]

    yield make
    for bench in made:
        bench.controller.forget()


@pytest.fixture
def bench(bench_of: BenchOf) -> Bench:
    return bench_of(points())


def test_before_a_run_the_view_says_what_to_do(bench: Bench) -> None:
    assert "press Run or Step" in bench.view.spoken
    assert bench.view.answers == []


def test_while_the_first_answer_is_awaited_the_panels_say_so(bench: Bench) -> None:
    bench.view.hide()
    bench.finish()
    bench.view.show()
    assert bench.view.spoken == "Asking the network…"
    bench.until_step(4 * STEPS)
    assert "Asking" not in bench.view.spoken
    bench.controller.reset()
    bench.controller.forget()  # before it has answered
    assert "press Run or Step" in bench.view.spoken


def test_any_seed_can_answer_and_stays_chosen_while_runs_have_it(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(3, 2**31 - 1, 5)))
    bench.finish()
    logged = train(bench.document.experiment).log.column("validation_loss")[-1]  # seed by seed

    def told(seed: int, place: int) -> bool:
        """Whether the latest answer is this seed's, and right."""
        standings = bench.latest.standings if bench.latest else ()
        right = [each.loss for each in standings] == pytest.approx(logged[place::3], rel=1e-5)
        return right and {each.seed for each in standings} == {seed}

    bench.until(lambda: told(3, 0))
    assert bench.view.seed.isVisible()
    bench.view.seed.chosen.emit(2**31 - 1)
    bench.until(lambda: told(2**31 - 1, 1))
    assert bench.view.seed.value() == 2**31 - 1
    bench.controller.reset()
    bench.finish()
    bench.until(lambda: told(2**31 - 1, 1))


def test_a_seed_that_nobody_chose_does_not_follow_to_another_run(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(5, 3)))
    bench.finish()
    assert bench.view.seed.value() == 5
    training = bench.document.experiment.training.replace(seeds=(3, 5))
    bench.document.edit(bench.document.experiment.replace(training=training), "Seeds")
    bench.controller.reset()
    bench.finish()
    bench.until_step(4 * STEPS)
    assert bench.view.seed.value() == 3
    assert bench.latest is not None
    assert bench.latest.standings[0].seed == 3


def test_a_run_that_was_stopped_answers_for_no_other_seed(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(5, 3), epochs=1_000_000))
    bench.controller.run_or_pause()
    bench.until(lambda: bench.latest is not None)
    assert bench.view.seed.isEnabled()
    bench.controller.stop()
    bench.until(lambda: bench.controller.state == "stopped")
    assert not bench.view.seed.isEnabled()


def test_with_one_seed_there_is_nothing_to_choose(bench: Bench) -> None:
    bench.finish()
    bench.until_step(4 * STEPS)
    assert not bench.view.seed.isVisible()


def test_other_data_in_the_document_are_told_until_the_next_run(bench: Bench) -> None:
    bench.finish()
    bench.until_step(4 * STEPS)
    assert bench.view.note == ""
    experiment = bench.document.experiment
    bench.document.edit(experiment.replace(data=DataSpec(name="spirals")), "Data")
    assert bench.view.note == "of the run on Moons; Spirals at the next run"
    bench.document.undo_stack.undo()
    assert bench.view.note == ""
    bench.document.undo_stack.redo()
    bench.controller.reset()
    assert bench.view.note == ""
    bench.until_step(0)


def test_every_step_of_a_run_that_stands_is_shown(bench: Bench) -> None:
    bench.controller.step()
    bench.until_step(1)
    bench.controller.step()
    bench.until_step(2)
    assert bench.variants() == ["All", "Last"]


def test_a_new_run_shows_its_untrained_networks(bench: Bench) -> None:
    bench.finish()
    bench.until_step(4 * STEPS)
    bench.controller.reset()
    bench.until_step(0)


def test_at_the_end_the_numbers_are_those_of_the_log(bench: Bench) -> None:
    bench.finish()
    bench.until_step(4 * STEPS)
    expected = train(points()).log.table[-1]
    assert bench.latest is not None
    for member, standing in enumerate(bench.latest.standings):
        assert standing.loss == pytest.approx(float(expected[1, member]), rel=1e-5)
        assert three_digits(standing.loss) in bench.view.spoken


def test_asking_while_it_trains_changes_nothing_in_the_run(bench_of: BenchOf) -> None:
    bench = bench_of(points(epochs=300))
    bench.finish()
    bench.until_step(300 * STEPS)
    assert bench.store.current is not None
    alone = train(points(epochs=300))
    assert (bench.store.current.run.log.table == alone.log.table).all()


def test_a_run_is_shown_while_it_trains_and_not_more_often_than_can_be_seen(
    bench_of: BenchOf,
) -> None:
    bench = bench_of(points(epochs=100_000))
    bench.controller.run_or_pause()
    bench.until(lambda: len({each.step for each in bench.view.answers}) >= 4)
    assert bench.controller.state == "running"
    bench.controller.stop()


def test_what_cannot_be_seen_is_not_asked_and_comes_when_it_can(bench: Bench) -> None:
    bench.view.hide()
    bench.finish()
    bench.qtbot.waitUntil(lambda: bench.store.current is not None)
    assert bench.view.answers == []
    bench.view.show()
    bench.until_step(4 * STEPS)


def test_a_hidden_variant_is_not_asked_for_and_comes_back(bench: Bench) -> None:
    bench.document.view.set_hidden("all", True)
    bench.controller.step()
    bench.until_step(1)
    assert bench.latest is not None
    assert [each.variant for each in bench.latest.standings] == ["last"]
    assert bench.variants() == ["Last"]
    bench.document.view.set_hidden("all", False)
    bench.until(lambda: bench.variants() == ["All", "Last"])


def test_names_are_those_of_the_document_and_new_variants_wait_for_the_next_run(
    bench: Bench,
) -> None:
    bench.controller.step()
    bench.until_step(1)
    renamed = apply_edit(
        bench.document.experiment, RenameVariant(variant="last", name="Only the output")
    )
    bench.document.edit(renamed, "Rename")
    assert bench.variants() == ["All", "Only the output"]
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    assert bench.variants() == ["All", "Only the output"]
    bench.controller.reset()
    bench.until(lambda: len(bench.variants()) == 3)


def test_the_first_seed_is_shown_and_named_among_several(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(5, 6)))
    bench.finish()
    bench.until_step(4 * STEPS)
    assert bench.latest is not None
    assert {each.seed for each in bench.latest.standings} == {5}


def test_a_variant_that_diverged_says_so(bench_of: BenchOf) -> None:
    bench = bench_of(bursting())
    bench.finish()
    bench.until_step(8 * STEPS)
    assert "All: diverged: " in bench.view.spoken
    assert "Last: held-out: accuracy" in bench.view.spoken


def test_a_run_that_is_stopped_meanwhile_leaves_what_was_shown(bench_of: BenchOf) -> None:
    bench = bench_of(points(epochs=100_000))
    bench.controller.run_or_pause()
    bench.until(lambda: bench.latest is not None)
    for _ in range(3):
        bench.view.sight_changed.emit()
        bench.controller.stop()
    bench.until(lambda: bench.controller.state == "stopped")
    bench.view.sight_changed.emit()
    assert bench.variants() == ["All", "Last"]
    bench.controller.step()  # a new run begins
    bench.until_step(1)


def test_answers_about_the_run_before_are_dropped(bench: Bench) -> None:
    bench.finish()
    bench.until_step(4 * STEPS)
    bench.view.answers.clear()
    bench.view.hide()
    bench.view.show()
    bench.view.sight_changed.emit()
    bench.controller.reset()
    bench.until_step(0)
    assert {each.step for each in bench.view.answers} == {0}


def test_the_selected_variant_is_followed_and_chosen_by_a_person(bench: Bench) -> None:
    bench.controller.step()
    bench.until_step(1)
    before = bench.view.grab().toImage()
    bench.document.view.select("last")
    assert bench.view.grab().toImage() != before


def test_forgetting_the_run_empties_the_view(bench: Bench) -> None:
    bench.controller.step()
    bench.until_step(1)
    bench.controller.forget()
    assert "press Run or Step" in bench.view.spoken


def test_an_answer_that_takes_long_is_asked_for_less_often(
    bench_of: BenchOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The training thread spends a tenth of its time on answers, not more."""
    real = Predictor.__call__
    asked: list[float] = []

    def slow(self: Predictor, *arguments: object) -> Predictions:
        found = real(self, *arguments)  # type: ignore[arg-type]
        object.__setattr__(found, "seconds", 60.0)  # as if it had taken a minute
        asked.append(found.epoch)
        return found

    monkeypatch.setattr(Predictor, "__call__", slow)
    bench = bench_of(points(epochs=100_000))
    bench.controller.run_or_pause()
    bench.until(lambda: len(asked) > 0 and bench.controller.state == "running")
    seen = len(bench.view.answers)
    started = bench.store.current.run.step_count if bench.store.current else 0
    bench.until(
        lambda: (
            bench.store.current is not None and bench.store.current.run.step_count > started + 2_000
        )
    )
    assert len(bench.view.answers) <= seen + 1
    bench.controller.run_or_pause()  # pauses: what stands is shown at once, however long it takes
    bench.until(lambda: bench.controller.state == "paused")
    assert bench.store.current is not None
    bench.until_step(bench.store.current.run.step_count)
