"""What a run brings to histograms, layer rows and Backprop: live, or as it was at an epoch."""

import math

import pytest
from PySide6.QtCore import Qt

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.structure import add_variant, insert_layer
from gui.plots.histogram_captions import KINDS
from tests.gui.live_bench import DASHES, PARAMETERS, STEPS, Bench, BenchOf, points

OUTPUTS = {"hidden": 4, "middle": 3, "output": 2}


def digits() -> Experiment:
    """64-3-10 on images of 8 x 8 pixels."""
    layers = (Dense(id="hidden", units=3), Dense(id="output", units=10, activation="linear"))
    return Experiment(
        data=DataSpec(name="digits"),
        layers=layers,
        training=Training(batch_size=256, epochs=2),
        variants=(Variant(id="all", name="All", layers={each.id: LayerPlan() for each in layers}),),
    )


# Histograms


def test_histograms_count_every_weight_of_the_selected_variant(bench: Bench) -> None:
    bench.take_steps(3)
    bench.until(lambda: len(bench.histograms()) == 3)
    assert bench.histograms() == bench.histograms_at_start() == PARAMETERS
    assert bench.panel.colour == 0
    assert "frozen" not in bench.panel.grid.spoken


def test_another_variant_s_histograms_come_with_its_selection(bench: Bench) -> None:
    bench.take_steps(3)
    bench.until(lambda: "hidden: moved 0" in bench.panel.grid.spoken)
    bench.document.view.select("last")
    bench.until(lambda: bench.panel.colour == 1)
    assert "hidden, frozen: moved exactly 0" in bench.panel.grid.spoken
    assert "middle, frozen: moved exactly 0" in bench.panel.grid.spoken
    assert "output: moved 0." in bench.panel.grid.spoken


def test_it_is_said_whose_weights_are_shown(bench: Bench) -> None:
    said: list[str] = []
    bench.layers.weights_shown.connect(said.append)
    names = {variant.id: variant.name for variant in bench.document.experiment.variants}
    bench.take_steps(3)
    bench.until(lambda: said[-1:] == [names[bench.document.view.selected_variant]])
    bench.document.view.select("last")
    bench.until(lambda: said[-1] == names["last"])


def test_a_frozen_layer_looks_frozen_at_once(bench: Bench) -> None:
    bench.take_steps(3)
    bench.until(lambda: "middle: moved" in bench.panel.grid.spoken)
    bench.freeze("middle")
    assert "middle, frozen: moved 0" in bench.panel.grid.spoken
    bench.document.undo_stack.undo()
    assert "middle: moved 0" in bench.panel.grid.spoken


def test_a_new_run_has_a_histogram_for_each_of_its_layers(bench: Bench) -> None:
    bench.take_steps(1)
    bench.until(lambda: len(bench.histograms()) == 3)
    bench.document.edit(insert_layer(bench.document.experiment, 1), "Add layer")
    assert len(bench.histograms()) == 3  # the run that is there goes on with three
    bench.controller.reset()
    assert bench.histograms() == {}
    bench.take_steps(1)
    bench.until(lambda: len(bench.histograms()) == 4)


# Kinds: what is chosen is measured from then on


def test_the_kind_that_is_chosen_is_measured_from_then_on(bench: Bench) -> None:
    bench.take_steps(2)
    assert bench.trainer.observation is None
    bench.choose_kind("gradients")
    assert bench.panel.kind == bench.panel.grid.kind == "gradients"
    bench.take_steps(1)
    bench.until(lambda: bench.histograms() == PARAMETERS)
    assert bench.trainer.observation is not None
    assert bench.trainer.observation.step == 3


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_counts_what_it_is_of(bench: Bench, kind: str) -> None:
    """Of a layer that is frozen there are no gradients and updates, and why stands there."""
    bench.document.view.select("last")
    bench.take_steps(1)
    if kind != "weights":
        bench.choose_kind(kind)
    bench.take_steps(1)
    trained = {"output": PARAMETERS["output"]}
    counted = {
        "weights": PARAMETERS,
        "gradients": trained,
        "updates": trained,
        "activations": {layer: 8 * units for layer, units in OUTPUTS.items()},
    }
    bench.until(lambda: bench.histograms() == counted[kind])
    assert "hidden, frozen: " in bench.panel.grid.spoken


def test_gradients_are_there_for_a_run_that_stands(bench: Bench) -> None:
    """Chosen while it is paused, they are computed on the last batch, without another step."""
    bench.take_steps(2)
    bench.choose_kind("gradients")
    bench.until(lambda: bench.histograms() == PARAMETERS)
    assert bench.run.step_count == 2


def test_what_is_not_shown_is_not_measured(bench: Bench) -> None:
    bench.finish()
    assert bench.trainer.observation is None
    for record in bench.run.history.records:
        assert list(record.histograms) == ["weights"]
        assert all(
            each.gradient_norm is None for each in record.layer_measures(0, PARAMETERS).values()
        )


def test_backprop_in_sight_has_gradients_measured_and_hidden_not(bench: Bench) -> None:
    bench.show_backprop()
    bench.take_steps(2)
    seen = bench.trainer.observation
    assert seen is not None
    assert seen.step == 2
    bench.show_backprop(False)
    bench.take_steps(2)
    assert bench.trainer.observation is seen  # nothing was watched any more
    bench.show_backprop()
    bench.take_steps(1)
    assert bench.trainer.observation is not None
    assert bench.trainer.observation.step == 5


def test_pictures_are_offered_for_images_and_show_the_first_layer(bench_of: BenchOf) -> None:
    bench = bench_of(digits())
    kinds = [segment.key for segment in bench.panel.kind_choice.segments]
    assert kinds == [*KINDS, "pictures"]
    empty = bench.panel.grab().toImage()
    bench.choose_kind("pictures")
    assert bench.panel.kind == "pictures"
    bench.take_steps(1)
    request = bench.run.mailbox.request
    assert request is not None
    assert request.pictures
    assert bench.trainer.observation is None  # pictures are of weights
    bench.until(lambda: bench.panel.grab().toImage() != empty)
    bench.choose_kind("weights")
    bench.take_steps(1)
    bench.until(lambda: bench.histograms() == {"hidden": 195, "output": 40})
    request = bench.run.mailbox.request
    assert request is not None
    assert not request.pictures


def test_pictures_go_and_come_with_the_data(bench: Bench) -> None:
    def offered() -> bool:
        return "pictures" in [segment.key for segment in bench.panel.kind_choice.segments]

    assert not offered()
    bench.document.edit(digits(), "Another data set")  # before a run the document counts
    assert offered()
    bench.document.undo_stack.undo()
    assert not offered()
    bench.take_steps(1)
    assert not offered()
    bench.document.edit(digits(), "Another data set")
    assert not offered()  # the run that is there goes on with what it has
    bench.controller.reset()
    assert offered()


# Epochs: one choice for all


def test_the_slider_shows_an_epoch_everywhere_and_then_the_present(bench: Bench) -> None:
    bench.show_backprop()
    bench.finish()
    bench.until(lambda: f"gradients of step {4 * STEPS}" in bench.backprop.state_text)
    now, spoken = bench.own(), bench.panel.grid.spoken
    bench.key_slider(Qt.Key.Key_Home)
    assert bench.panel.epoch == 1
    assert bench.plot.chosen == 1
    bench.until(lambda: f"gradients of step {STEPS}" in bench.backprop.state_text)
    record = bench.run.history.at(1)
    assert record is not None
    measured = record.layer_measures(0, PARAMETERS)
    norms = [measured[layer].gradient_norm for layer in PARAMETERS]
    assert [float(number) for number in bench.own()] == pytest.approx(norms, rel=5e-3)
    assert bench.own() != now
    assert bench.panel.grid.spoken != spoken
    bench.key_slider(Qt.Key.Key_End)
    assert bench.panel.epoch is None
    assert bench.plot.chosen is None
    bench.until(lambda: bench.own() == now)
    assert bench.panel.grid.spoken == spoken


def test_a_click_into_the_loss_plot_chooses_the_epoch_too(bench: Bench) -> None:
    bench.show_backprop()
    bench.plot.show()
    bench.finish()
    bench.click_plot(2.1)
    assert bench.panel.epoch == bench.plot.chosen == 2
    bench.until(lambda: f"gradients of step {2 * STEPS}" in bench.backprop.state_text)


def test_an_epoch_that_is_not_kept_is_the_nearest_kept_one_everywhere(bench_of: BenchOf) -> None:
    bench = bench_of(points(epochs=300))  # of more than 256 every second is kept
    bench.show_backprop()
    bench.finish()
    bench.until(lambda: bench.run.history.stride == 2)
    bench.layers.show_epoch(41.0)
    shown = bench.panel.epoch
    assert shown in (40, 42)
    assert bench.plot.chosen == shown
    bench.until(lambda: f"gradients of step {shown * STEPS}" in bench.backprop.state_text)


def test_a_chosen_epoch_that_is_dropped_gives_way_to_its_neighbour(bench_of: BenchOf) -> None:
    bench = bench_of(points(epochs=200))
    bench.show_backprop()
    bench.finish()
    bench.layers.show_epoch(41)
    assert bench.panel.epoch == bench.plot.chosen == 41
    bench.finish()  # as many again: then only every second epoch is kept
    bench.until(lambda: bench.panel.epoch in (40, 42))
    assert bench.plot.chosen == bench.panel.epoch
    step = bench.panel.epoch * STEPS
    bench.until(lambda: f"gradients of step {step}" in bench.backprop.state_text)


def test_an_earlier_epoch_shows_what_was_frozen_then(bench: Bench) -> None:
    bench.show_backprop()
    bench.take_steps(STEPS)
    bench.freeze("hidden")
    bench.take_steps(STEPS)
    assert bench.words() == ["not reached", "updated", "updated"]
    bench.layers.show_epoch(1)
    assert bench.words() == ["updated", "updated", "updated"]
    assert "hidden: moved" in bench.panel.grid.spoken
    bench.layers.show_epoch(2)
    assert bench.words() == ["not reached", "updated", "updated"]
    assert "hidden, frozen: moved" in bench.panel.grid.spoken


def test_a_new_run_is_shown_live(bench: Bench) -> None:
    bench.show_backprop()
    bench.finish()
    bench.layers.show_epoch(2)
    bench.controller.reset()
    assert bench.panel.epoch is None
    assert bench.plot.chosen is None
    assert bench.own() == DASHES


def test_the_past_of_another_variant_comes_with_it_while_the_run_stands(bench: Bench) -> None:
    bench.finish()
    bench.until(lambda: "hidden,1,5,trainable" in bench.panel.measures_text())
    bench.document.view.select("last")
    bench.until(lambda: "hidden,1,5,frozen" in bench.panel.measures_text())


def test_an_epoch_whose_gradients_nobody_watched_has_dashes(bench: Bench) -> None:
    bench.finish()
    bench.show_backprop()
    bench.until(lambda: bench.own() != DASHES)  # of now, computed on the last batch
    bench.layers.show_epoch(2)
    bench.until(lambda: f"no gradient at step {2 * STEPS}" in bench.backprop.state_text)
    assert bench.own() == bench.arriving() == DASHES


# Rows


def test_the_rows_hear_what_the_histograms_show(bench: Bench) -> None:
    bench.take_steps(3)
    bench.until(lambda: set(bench.telemetry) == set(PARAMETERS))
    for layer, count in PARAMETERS.items():
        told = bench.telemetry[layer]
        assert sum(told.counts) == sum(told.start_counts) == count
        assert told.moved is not None
        assert told.moved > 0
    bench.document.view.select("last")
    bench.until(lambda: bool(bench.telemetry) and bench.telemetry["hidden"].moved == 0)
    assert (bench.telemetry["output"].moved or 0) > 0


def test_the_rows_of_a_variant_that_the_run_has_not_are_empty(bench: Bench) -> None:
    bench.take_steps(3)
    bench.until(lambda: set(bench.telemetry) == set(PARAMETERS))
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    bench.document.view.select("variant-3")
    assert bench.telemetry == {}
    bench.take_steps(2)
    assert bench.telemetry == {}
    bench.document.view.select("all")  # and its rows need no further step to be filled again
    bench.until(lambda: set(bench.telemetry) == set(PARAMETERS))


def test_the_rows_have_weights_whatever_the_histograms_show(bench: Bench) -> None:
    bench.take_steps(1)
    bench.choose_kind("activations")
    bench.take_steps(2)
    bench.until(lambda: bench.histograms() != {})
    assert {layer: sum(told.counts) for layer, told in bench.telemetry.items()} == PARAMETERS


def test_at_the_end_the_last_numbers_stand(bench: Bench) -> None:
    """The last snapshot is of the last step, not of a frame before it."""
    bench.finish()
    start = bench.trainer.start["hidden"][:1]
    moved = bench.trainer.network.layers[0].flat_parameters()[:1] - start
    told = bench.telemetry["hidden"].moved
    assert told is not None
    assert math.isclose(told, float(moved.norm() / start.norm()), rel_tol=1e-5)
