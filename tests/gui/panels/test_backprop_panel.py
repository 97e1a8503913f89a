"""The backprop dock as a person meets it: live numbers, what-if, slow motion, costs."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QToolButton

from engine.datasets.loading import load_dataset
from engine.edits import apply_edit
from engine.journal import SetTrainable
from engine.lone_member import LoneMember
from engine.probes import LayerMeasures
from engine.trainer import Trainer
from gui.panels.backprop import BackpropPanel

LAYERS = ("hidden-1", "hidden-2", "output")
FULL = LayerMeasures(
    moved=0.31, gradient_norm=0.0123, output_gradient_norm=0.0487, update_ratio=8.1e-4
)
MEASURES = dict.fromkeys(LAYERS, FULL)


@pytest.fixture
def panel(document, themes, icons, show):
    return show(BackpropPanel(document, themes, icons), 300, 700)


def tell(panel, experiment, measures=MEASURES, what_if=None, observed="step", step=1230):
    panel.set_telemetry(measures, what_if or {}, observed, step, 3e-4, experiment)


def numbers(panel):
    return [(text.arrives.number, text.own.number) for text in panel.view.texts]


def words(panel):
    return [row.reach for row in panel.view.backprop.rows]


def frozen(experiment, *layers, variant="all"):
    for layer in layers:
        edit = SetTrainable(variant=variant, layer=layer, trainable=False)
        experiment = apply_edit(experiment, edit)
    return experiment


def button(panel, text, kind=QPushButton):
    return next(found for found in panel.findChildren(kind) if found.text() == text)


def test_before_a_run_there_are_words_and_costs_but_no_numbers(panel, document):
    assert words(panel) == ["updated"] * 3
    assert numbers(panel) == [("–", "–")] * 3
    assert panel.state_text == "All trainable · numbers appear with the first step"
    assert panel.costs.share_text == "100 %"
    document.view.select("first")
    assert words(panel) == ["updated", "passed through", "passed through"]
    assert panel.costs.share_text == "82 %"
    assert panel.state_text.startswith("First layer only")


def test_an_edit_is_seen_at_once(panel, document, experiment):
    document.edit(frozen(experiment, "hidden-1"), "Freeze hidden-1")
    assert words(panel) == ["not reached", "updated", "updated"]
    document.undo_stack.undo()
    assert words(panel) == ["updated"] * 3


def test_a_run_brings_its_numbers(panel, experiment):
    tell(panel, experiment)
    assert numbers(panel) == [("0.0487", "0.0123")] * 3
    assert panel.state_text == "All trainable · gradients of step 1,230"
    tell(panel, None, {}, observed=None, step=0)
    assert numbers(panel) == [("–", "–")] * 3


def test_what_the_run_trains_counts_and_not_what_the_document_has(panel, document, experiment):
    tell(panel, experiment)
    document.edit(frozen(experiment, "hidden-1"), "Freeze hidden-1")
    assert words(panel) == ["updated"] * 3
    tell(panel, frozen(experiment, "hidden-1"))
    assert words(panel) == ["not reached", "updated", "updated"]


def test_numbers_of_another_variant_go(panel, document, experiment):
    tell(panel, experiment)
    document.view.select("first")
    assert numbers(panel) == [("–", "–")] * 3
    tell(panel, experiment, observed="now")
    assert [own for _, own in numbers(panel)] == ["0.0123", "–", "–"]
    assert "weights as they are now" in panel.state_text


def test_a_variant_that_the_run_has_not_shows_the_document(panel, document, experiment):
    new = experiment.variant("first").replace(id="new", name="New")
    document.edit(experiment.replace(variants=(*experiment.variants, new)), "Add")
    document.view.select("new")
    tell(panel, experiment)
    assert words(panel)[0] == "updated"
    assert numbers(panel) == [("–", "–")] * 3


def test_numbers_are_renewed_ten_times_a_second_and_the_last_one_is_shown(panel, experiment, qtbot):
    tell(panel, experiment)
    for norm in (0.1, 0.2, 0.3):
        measures = dict.fromkeys(LAYERS, LayerMeasures(output_gradient_norm=norm))
        tell(panel, experiment, measures)
    assert numbers(panel)[0][0] == "0.0487"
    qtbot.waitUntil(lambda: numbers(panel)[0][0] == "0.300")


def test_a_closed_dock_shows_the_latest_when_it_opens(panel, experiment):
    tell(panel, experiment)
    panel.hide()
    tell(panel, experiment, dict.fromkeys(LAYERS, LayerMeasures(output_gradient_norm=0.5)))
    panel.show()
    assert numbers(panel)[0][0] == "0.500"


@pytest.mark.parametrize(
    "layers", [(), ("hidden-1",), ("hidden-2",), ("hidden-2", "output"), ("hidden-1", "hidden-2")]
)
def test_dashes_stand_exactly_where_autograd_computes_nothing(panel, experiment, layers):
    experiment = frozen(experiment, *layers)
    experiment = experiment.replace(variants=(experiment.variant("all"),))
    trainer = Trainer(experiment, load_dataset(experiment.data))
    trainer.step()
    seen = LoneMember.of(trainer, 0).observe()
    measures = {
        layer: LayerMeasures(
            gradient_norm=None if own is None else float(own.norm()),
            output_gradient_norm=None if out is None else float(out.norm()),
        )
        for layer, own, out in zip(LAYERS, seen.gradients, seen.output_gradients, strict=True)
    }
    tell(panel, experiment, measures)
    assert [out == "–" for out, _ in numbers(panel)] == [
        gradient is None for gradient in seen.output_gradients
    ]
    assert [own == "–" for _, own in numbers(panel)] == [
        gradient is None for gradient in seen.gradients
    ]


def test_what_if_is_asked_for_and_shown_only_while_it_is_ticked(panel, experiment, qtbot):
    experiment = frozen(experiment, "hidden-1")
    what_if = dict.fromkeys(LAYERS, LayerMeasures(gradient_norm=0.7, output_gradient_norm=0.8))
    tell(panel, experiment, what_if=what_if)
    assert numbers(panel)[0] == ("–", "–")
    box = panel.findChild(QCheckBox)
    with qtbot.waitSignal(panel.what_if_toggled) as asked:
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert asked.args == [True]
    assert numbers(panel)[0] == ("0.800", "0.700")
    assert numbers(panel)[1] == ("0.0487", "0.0123")
    assert "hypothetical" in panel.legend_text
    with qtbot.waitSignal(panel.what_if_toggled) as asked:
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert asked.args == [False]
    assert numbers(panel)[0] == ("–", "–")
    assert "hypothetical" not in panel.legend_text


def test_what_if_has_nothing_to_add_where_nothing_is_frozen(panel):
    box = panel.findChild(QCheckBox)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert "nothing is frozen" in panel.legend_text


def test_a_diverged_run_says_so_until_it_is_another(panel, experiment):
    tell(panel, experiment)
    panel.set_diverged("hidden-1 went non-finite at step 12")
    assert "hidden-1 went non-finite at step 12" in panel.problem_text
    panel.set_diverged("")
    assert panel.problem_text == ""


def test_slow_motion_steps_by_buttons_and_keys(panel, experiment):
    tell(panel, experiment)
    slow = panel.slow_motion
    assert not slow.is_open
    QTest.mouseClick(button(panel, "Slow motion"), Qt.MouseButton.LeftButton)
    assert slow.caption.startswith("1 of 7 · ")
    assert slow.is_playing
    assert not button(panel, "Slow motion").isVisible()
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert slow.caption.startswith("2 of 7 · The gradient arrives at output (0.0487).")
    assert not slow.is_playing
    QTest.mouseClick(button(panel, "Next", QToolButton), Qt.MouseButton.LeftButton)
    assert slow.caption.startswith("3 of 7 · ")
    QTest.keyClick(panel.view, Qt.Key.Key_Left)
    assert slow.caption.startswith("2 of 7 · ")
    QTest.mouseClick(button(panel, "Back", QToolButton), Qt.MouseButton.LeftButton)
    assert slow.caption.startswith("1 of 7 · ")
    assert not button(panel, "Back", QToolButton).isEnabled()
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert slow.is_playing
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not slow.is_open
    assert not slow.isVisible()
    assert button(panel, "Slow motion").isVisible()


def test_slow_motion_goes_on_by_itself(panel, experiment, qtbot):
    tell(panel, experiment)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.slow_motion.caption.startswith("2 of 7"))


def test_slow_motion_ends_with_a_pause_and_can_begin_anew(panel, experiment):
    tell(panel, experiment)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    for _ in range(10):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert panel.slow_motion.caption.startswith("7 of 7")
    QTest.mouseClick(button(panel, "Again", QToolButton), Qt.MouseButton.LeftButton)
    assert panel.slow_motion.caption.startswith("1 of 7")


def test_numbers_stand_still_while_one_pass_is_shown(panel, experiment):
    tell(panel, experiment)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    later = dict.fromkeys(LAYERS, LayerMeasures(output_gradient_norm=0.9))
    tell(panel, experiment, later, observed="now")  # which waits for no turn
    assert numbers(panel)[0][0] == "0.0487"
    assert "1,230" in panel.state_text
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert numbers(panel)[0][0] == "0.900"
    assert "weights as they are now" in panel.state_text


def test_freezing_ends_the_slow_motion(panel, document, experiment):
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.slow_motion.is_open
    document.edit(frozen(experiment, "hidden-1"), "Freeze hidden-1")
    assert not panel.slow_motion.is_open


def test_another_look_ends_the_slow_motion(panel, experiment):
    tell(panel, experiment)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    QTest.keyClick(panel.findChild(QCheckBox), Qt.Key.Key_Space)
    assert not panel.slow_motion.is_open


def test_a_diverged_run_has_one_caption(panel, experiment):
    tell(panel, experiment)
    panel.set_diverged("hidden-1 went non-finite at step 12")
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.slow_motion.caption.startswith("1 of 1 · The run diverged: hidden-1 went")


def test_nothing_trainable_is_a_single_caption(panel, document, experiment):
    document.edit(frozen(experiment, *LAYERS), "Freeze all")
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.slow_motion.caption == "1 of 1 · Nothing is trainable: no backward pass at all."
    assert not panel.slow_motion.is_playing
    assert panel.costs.share_text == "0 %"


def test_the_step_time_stands_beside_the_computed_cost(panel, document, experiment, qtbot):
    document.view.select("first")
    with qtbot.waitSignal(panel.step_time_asked):
        QTest.mouseClick(button(panel, "Measure the step time"), Qt.MouseButton.LeftButton)
    assert panel.costs.measured_text == "measuring …"
    panel.set_step_time(1.18e-4, 1.41e-4)
    assert panel.costs.measured_text == (
        "0.118 ms a step alone, 0.141 ms with all layers trainable: 84 %"
    )
    assert panel.costs.share_text == "82 %"
    panel.set_step_time_problem("The run is too short")
    assert panel.costs.problem_text == "The run is too short"
    assert panel.costs.measured_text == ""


def test_a_step_time_of_another_pattern_goes(panel, document, experiment):
    panel.set_step_time(1.18e-4, 1.41e-4)
    document.edit(frozen(experiment, "hidden-1"), "Freeze hidden-1")
    assert panel.costs.measured_text == ""


def test_the_chain_rule_is_asked_for(panel, qtbot):
    with qtbot.waitSignal(panel.chain_rule_asked):
        QTest.mouseClick(button(panel, "Chain-rule check…"), Qt.MouseButton.LeftButton)


def test_a_time_that_is_not_known_is_not_shown(panel, experiment):
    panel.set_telemetry(MEASURES, {}, "step", 1, math.nan, experiment)
    assert not any("all variants" in label for label in _visible_texts(panel))
    panel.set_telemetry(MEASURES, {}, "step", 1, 3.12e-4, experiment.replace(name="Another"))
    assert any("0.312 ms a step" in label for label in _visible_texts(panel))


@pytest.mark.parametrize("width", [260, 300, 420])
def test_nothing_is_wider_than_the_dock(panel, experiment, width):
    tell(panel, experiment)
    panel.resize(width, 500)
    panel.view.repaint()
    assert panel.width() == width
    assert panel.view.mapTo(panel, panel.view.rect().bottomRight()).x() < width


def test_the_keyboard_reaches_everything(panel):
    assert [keys for _, keys in panel.shortcuts()] == ["Left", "Right", "Space", "Esc"]
    for widget in (panel.view, *panel.findChildren(QPushButton), panel.findChild(QCheckBox)):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def _visible_texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
