"""What a run brings to Backprop: live numbers, what-if, divergence, edits and the script."""

from engine.experiment import Experiment
from engine.journal import JournalEntry, SetTrainable
from engine.structure import add_variant
from engine.telemetry import Event
from tests.gui.live_bench import DASHES, Bench, BenchOf, bursting, points


def scripted(step: int) -> Experiment:
    """`points`, whose first layer freezes by itself before this step."""
    edit = SetTrainable(variant="all", layer="hidden", trainable=False)
    return points().replace(script=(JournalEntry(step=step, edit=edit),))


def test_backprop_has_the_numbers_of_the_selected_variant(bench: Bench) -> None:
    bench.show_backprop()
    assert bench.own() == bench.arriving() == DASHES
    bench.take_steps(3)
    bench.until(lambda: bench.backprop.state_text == "All · gradients of step 3")
    assert "–" not in bench.own() + bench.arriving()
    of_all = bench.own()
    bench.document.view.select("last")
    assert bench.own() == DASHES  # not for a moment those of another one
    bench.until(lambda: bench.backprop.state_text == "Last · gradients of step 3")
    assert bench.words() == ["not reached", "not reached", "updated"]
    assert bench.own()[:2] == bench.arriving()[:2] == ["–", "–"]
    assert bench.own()[2] not in ("–", of_all[2])
    bench.document.view.select("all")
    bench.until(lambda: bench.own() == of_all)


def test_a_variant_that_the_run_has_not_has_words_and_dashes(bench: Bench) -> None:
    bench.show_backprop()
    bench.take_steps(3)
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    bench.document.view.select("variant-3")
    bench.take_steps(1)
    assert bench.own() == bench.arriving() == DASHES
    assert bench.words() == ["updated", "updated", "updated"]
    assert bench.backprop.state_text == "Variant 3 · at the next run"
    bench.document.view.select("all")
    bench.until(lambda: "–" not in bench.own())


def test_what_if_shows_what_would_flow_and_hides_it_again(bench: Bench) -> None:
    bench.show_backprop()
    bench.document.view.select("last")
    bench.take_steps(2)
    bench.until(lambda: bench.own()[2] != "–")
    assert bench.own()[:2] == ["–", "–"]
    bench.toggle_what_if()
    bench.until(lambda: "–" not in bench.own() + bench.arriving())
    hypothetical = [text.own.hypothetical for text in bench.backprop.view.texts]
    assert hypothetical == [True, True, False]
    assert bench.run.step_count == 2  # no step was taken for it
    bench.toggle_what_if()
    assert bench.own()[:2] == ["–", "–"]


def test_what_if_is_not_computed_while_nobody_looks(bench: Bench) -> None:
    bench.show_backprop()
    bench.toggle_what_if()
    bench.take_steps(1)
    bench.until(lambda: bench.run.mailbox.request is not None)
    asked = bench.run.mailbox.request
    assert asked is not None
    assert asked.what_if
    bench.show_backprop(False)
    bench.take_steps(1)
    asked = bench.run.mailbox.request
    assert asked is not None
    assert not asked.what_if
    assert not asked.gradients


def test_an_edit_while_it_stands_is_followed_on_the_last_batch(bench: Bench) -> None:
    bench.show_backprop()
    bench.take_steps(3)
    bench.until(lambda: bench.backprop.state_text == "All · gradients of step 3")
    bench.freeze("hidden")
    assert bench.words() == ["not reached", "updated", "updated"]  # at once
    bench.until(lambda: "weights as they are now" in bench.backprop.state_text)
    assert bench.own()[0] == "–"
    assert "–" not in bench.own()[1:]
    assert bench.run.step_count == 3
    bench.document.undo_stack.undo()
    bench.until(lambda: bench.backprop.state_text == "All · gradients of step 3")
    assert bench.words() == ["updated", "updated", "updated"]
    assert "–" not in bench.own()


def test_divergence_is_said_of_its_variant_and_goes_with_a_new_run(bench_of: BenchOf) -> None:
    bench = bench_of(bursting())
    bench.show_backprop()
    bench.finish()
    bench.until(lambda: "went non-finite at step" in bench.backprop.problem_text)
    bench.document.view.select("last")
    bench.until(lambda: bench.backprop.problem_text == "")
    bench.document.view.select("all")
    bench.until(lambda: "went non-finite at step" in bench.backprop.problem_text)
    bench.controller.reset()
    assert bench.backprop.problem_text == ""


def test_another_seeds_divergence_is_not_said_of_the_one_that_is_shown(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(1, 2)))
    bench.show_backprop()
    bench.take_steps(2)
    bench.until(lambda: "seed 1" in bench.backprop.state_text)
    for seed in (2, 1):
        gone = Event("diverged", 2, f"seed {seed} went", "all", seed)
        bench.run.events.append(gone)
        shown = "seed 1 went" if seed == 1 else ""
        bench.until(lambda gone=gone: gone not in bench.run.events)
        bench.until(lambda shown=shown: shown in bench.backprop.problem_text)
        assert bool(bench.backprop.problem_text) is bool(shown)


def test_a_chosen_epoch_is_named_and_what_if_is_of_the_latest_step(bench: Bench) -> None:
    bench.show_backprop()
    bench.finish()
    bench.toggle_what_if()
    bench.until(lambda: "gradients of step" in bench.backprop.state_text)
    bench.layers.show_epoch(2.0)
    assert bench.backprop.state_text.startswith("All · epoch 2 · ")
    bench.document.view.select("last")
    bench.until(lambda: bench.backprop.state_text.startswith("Last · epoch 2 · "))
    assert "at the latest step only" in bench.backprop.legend_text
    bench.layers.show_epoch(None)
    assert "epoch" not in bench.backprop.state_text


def test_what_the_script_does_is_followed(bench_of: BenchOf) -> None:
    bench = bench_of(scripted(step=3))
    bench.show_backprop()
    bench.take_steps(3)
    assert bench.words() == ["updated", "updated", "updated"]
    assert len(bench.controller.planned) == 1
    bench.take_steps(1)
    bench.until(lambda: bench.words() == ["not reached", "updated", "updated"])
    bench.until(lambda: bench.own()[0] == "–")
    assert bench.controller.planned == ()
    assert bench.document.experiment.variant("all").layers["hidden"].trainable  # it is as written
    bench.controller.reset()
    assert bench.words() == ["updated", "updated", "updated"]
    assert len(bench.controller.planned) == 1
