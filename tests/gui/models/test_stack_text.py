import pytest

from engine.structure import with_data
from gui.models.layer_rows import LayerTelemetry, Totals, layer_rows
from gui.models.layer_status import status_tip
from gui.models.layer_text import moved_words, parameters_words
from gui.models.stack_text import input_text, layer_problems, percent_text, totals_text


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_totals_are_one_line():
    line = plain(totals_text(Totals(total=203_530, trainable=200_960, backward_cost=0.988)))
    assert line == "total 203,530 · trains 200,960 · frozen 2,570 · backward cost 99 %"


def test_what_is_cut_off_is_counted():
    line = plain(totals_text(Totals(total=641, trainable=641, backward_cost=0.01, cut_off=632)))
    assert "trains 641, 632 of them cut off · frozen 0" in line
    nothing = Totals(total=641, trainable=9, backward_cost=0.0, cut_off=9)
    assert totals_text(nothing) == "Nothing is updated: every ticked layer is cut off"


def test_with_everything_frozen_the_line_says_what_follows():
    assert "Nothing is trainable" in totals_text(Totals(total=9, trainable=0, backward_cost=0.0))


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100 %"), (0.819, "82 %"), (0, "0 %"), (0.004, "0.4 %"), (1e-5, "0.001 %")],
)
def test_little_is_not_nothing(share, text):
    assert plain(percent_text(share)) == text


def test_the_input_line_follows_the_data(experiment):
    assert input_text(experiment) == "input 30 · Breast cancer"
    assert input_text(with_data(experiment, "mnist_5k")) == "input 784 · MNIST 28 × 28"


def test_problems_of_layers_go_by_their_names(experiment):
    assert layer_problems(experiment) == ""
    output = experiment.layers[-1].replace(units=3, activation="relu")
    bad = experiment.replace(layers=(*experiment.layers[:-1], output))
    lines = layer_problems(bad).splitlines()
    assert lines[0].startswith("output, units: must be 1 or 2")
    assert lines[1].startswith("output, activation: must be")


def test_a_row_says_what_happens_to_its_layer(experiment):
    first, second, _ = layer_rows(experiment, "first")
    assert "arrives here and moves" in status_tip(first)
    assert "goes through these weights" in status_tip(second)
    assert parameters_words(first) == "496 parameters"


def test_a_distance_is_a_dash_where_there_is_none():
    assert moved_words(LayerTelemetry(None, [], [])) == "moved –"
    assert moved_words(LayerTelemetry(0.0, [], [])) == "moved exactly 0"
    assert moved_words(LayerTelemetry(0.0312, [], [])) == "moved 0.0312"
