"""The painted backward pass, judged by its pixels, its places and what it tells."""

import itertools

import numpy as np
import pytest
from plot_pictures import like, pixels
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.layer_specs import Dense, Dropout, Residual
from engine.probes import LayerMeasures
from gui.models.backprop_captions import slow_motion
from gui.models.backprop_rows import backprop_of
from gui.models.measure_text import definition
from gui.plots.backprop_look import THINNEST, WIDEST, arrow_width
from gui.plots.backprop_products import BackpropProducts
from gui.plots.backprop_view import BackpropView
from gui.theme import DARK, LIGHT

TRAINS, FROZEN = LayerPlan(), LayerPlan(trainable=False)
NAMES = ("hidden-1", "hidden-2", "output")
DENSE = tuple(Dense(id=name, units=units) for name, units in zip(NAMES, (16, 8, 1), strict=True))
FULL = LayerMeasures(
    moved=0.31, gradient_norm=0.0123, output_gradient_norm=0.0487, update_ratio=8.1e-4
)


def experiment(*plans, layers=DENSE):
    by_id = {layer.id: plan for layer, plan in zip(layers, plans, strict=True)}
    variants = (Variant(id="v", name="V", layers=by_id),)
    return Experiment(data=DataSpec(name="breast_cancer"), layers=layers, variants=variants)


def backprop(*plans, layers=DENSE):
    return backprop_of(experiment(*plans, layers=layers), "v")


def everywhere(**measures):
    return dict.fromkeys(NAMES, LayerMeasures(**measures))


@pytest.fixture
def view(qtbot, themes):
    view = BackpropView(themes, backprop(TRAINS, TRAINS, TRAINS))
    qtbot.addWidget(view)
    view.resize(300, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


def part(view, rect):
    return pixels(view)[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def width_of(view, layer):
    """Width in pixels of the arrow that arrives at a layer, in the middle of the gap below it."""
    rect = view.place_of_arrow(layer, own=False)
    row = part(view, rect)[rect.height() // 2]
    return int((np.abs(row - row[0]).max(axis=-1) > 40).sum())


@pytest.mark.parametrize(
    ("norm", "width"),
    [
        (None, THINNEST),
        (0.0, THINNEST),
        (1e-9, THINNEST),
        (1e-6, THINNEST),
        (10.0, WIDEST),
        (1e4, WIDEST),
        (float("nan"), THINNEST),
        (float("inf"), THINNEST),
        (10**-2.5, (THINNEST + WIDEST) / 2),
    ],
)
def test_widths_follow_the_logarithm_of_the_norm(norm, width):
    assert arrow_width(norm) == pytest.approx(width)


def test_a_larger_norm_is_a_wider_arrow(view):
    view.set_measures(everywhere(output_gradient_norm=1e-5), {})
    thin = width_of(view, "hidden-2")
    view.set_measures(everywhere(output_gradient_norm=1.0), {})
    assert width_of(view, "hidden-2") >= thin + 6
    assert thin >= 2


def test_a_frozen_row_is_ice_in_either_theme(view, themes):
    view.set_backprop(backprop(TRAINS, FROZEN, TRAINS))
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        assert like(part(view, view.place_of("hidden-2")), theme.frozen_fill, 4).mean() > 0.5
        assert not like(part(view, view.place_of("hidden-1")), theme.frozen_fill, 4).mean() > 0.2
        assert like(part(view, view.place_of("hidden-1")), theme.trainable_ink, 4).any()


def test_no_arrow_goes_into_the_weights_of_a_frozen_layer(view):
    view.set_backprop(backprop(TRAINS, FROZEN, TRAINS))
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    for name in NAMES:
        arrow = like(part(view, view.place_of_arrow(name, own=True)), LIGHT.trainable_ink, 8)
        assert arrow.any() == (name != "hidden-2")


def test_the_gradient_goes_through_the_frozen_layer_in_its_colour(view):
    view.set_backprop(backprop(TRAINS, FROZEN, TRAINS))
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    through_ice = part(view, view.place_of_arrow("hidden-1", own=False))
    assert like(through_ice, LIGHT.frozen_ink, 8).any()
    assert not like(through_ice, LIGHT.trainable_ink, 8).any()
    through_output = part(view, view.place_of_arrow("hidden-2", own=False))
    assert like(through_output, LIGHT.trainable_ink, 8).any()


@pytest.mark.parametrize(
    ("plans", "above", "below"),
    [
        ((TRAINS, TRAINS, TRAINS), None, "hidden-1"),
        ((FROZEN, TRAINS, TRAINS), "hidden-1", "hidden-2"),
        ((FROZEN, FROZEN, TRAINS), "hidden-2", "output"),
        ((FROZEN, FROZEN, FROZEN), "output", None),
        ((TRAINS, LayerPlan(detached=True), TRAINS), "hidden-2", "output"),
    ],
)
def test_the_boundary_is_between_the_right_layers(view, plans, above, below):
    view.set_backprop(backprop(*plans))
    line = view.place_of_boundary()
    picture = pixels(view)
    middle = picture[line.center().y(), line.left() + 2 : line.left() + 12]
    assert not like(middle, LIGHT.panel).any()
    if above is not None:
        assert view.place_of(above).bottom() < line.top()
        assert not like(part(view, view.place_of(above)), LIGHT.trainable_ink, 8).any()
    if below is not None:
        assert line.bottom() < view.place_of(below).top()


def test_what_if_draws_outlines_where_nothing_flows(view):
    view.set_backprop(backprop(FROZEN, FROZEN, TRAINS))
    real = {"output": FULL}
    hypothetical = everywhere(gradient_norm=5.0, output_gradient_norm=5.0)
    view.set_measures(real, {})
    plain = part(view, view.place_of_arrow("hidden-1", own=True))
    was_real = part(view, view.place_of_arrow("output", own=True))
    view.set_measures(real, hypothetical)
    dashed = part(view, view.place_of_arrow("hidden-1", own=True))
    assert (np.abs(dashed - plain).max(axis=-1) > 40).sum() > 20
    assert not like(dashed, LIGHT.trainable_ink, 8).mean() > 0.1  # an outline, not filled
    assert (part(view, view.place_of_arrow("output", own=True)) == was_real).all()


def test_slow_motion_lights_one_arrow_after_the_other(view):
    view.set_backprop(backprop(TRAINS, TRAINS, TRAINS))
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    steps = slow_motion(experiment(TRAINS, TRAINS, TRAINS), "v", {})
    arrived = []
    for step in steps:
        view.set_slow(step)
        arrived.append(
            [
                bool(
                    like(part(view, view.place_of_arrow(name, own=True)), LIGHT.trainable_ink).any()
                )
                for name in reversed(NAMES)
            ]
        )
    off, on = False, True
    assert arrived == [
        [off, off, off],
        [on, off, off],
        [on, off, off],
        [on, on, off],
        [on, on, off],
        [on, on, on],
        [on, on, on],
    ]
    view.set_slow(None)
    assert like(pixels(view), LIGHT.accent, 8).sum() == 0


def test_a_diverged_run_has_no_coloured_arrows(view):
    view.set_measures(dict.fromkeys(NAMES, FULL), {}, halted=True)
    for name in NAMES:
        rect = view.place_of_arrow(name, own=False)
        assert not like(part(view, rect), LIGHT.trainable_ink, 8).any()


def test_numbers_that_change_move_nothing(view):
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    places = [view.place_of(name) for name in NAMES]
    small = LayerMeasures(moved=1.23e-7, update_ratio=1.2e-6, gradient_norm=3e-5)
    view.set_measures(dict.fromkeys(NAMES, small), {})
    assert [view.place_of(name) for name in NAMES] == places


def test_the_room_of_dead_units_stays(view):
    view.set_measures(everywhere(dead_units=0), {})
    before = view.place_of("output")
    view.set_measures(everywhere(dead_units=3), {})
    grown = view.place_of("output")
    assert grown.top() > before.top()
    view.set_measures(everywhere(dead_units=0), {})
    assert view.place_of("output") == grown


def test_the_tooltips_define_what_is_under_the_mouse(view):
    view.set_backprop(backprop(FROZEN, TRAINS, TRAINS))
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    own = QPointF(view.place_of_arrow("output", own=True).center())
    assert definition("gradient_norm") in view.tip_at(own)
    arrives = QPointF(view.place_of_arrow("output", own=False).center())
    assert definition("output_gradient_norm") in view.tip_at(arrives)
    name = QPointF(view.place_of("hidden-1").topLeft()) + QPointF(60, 12)
    assert view.tip_at(name).startswith(
        "hidden-1 · Dense\nFrozen, and no earlier layer is trainable"
    )
    assert "hidden-2 is the first layer" in view.tip_at(QPointF(view.place_of_boundary().center()))
    assert view.tip_at(QPointF(5, 5)) == ""
    facts = view.place_of("output")
    assert definition("moved") in view.tip_at(QPointF(60, facts.bottom() - 26)) or definition(
        "update_ratio"
    ) in view.tip_at(QPointF(60, facts.bottom() - 12))


def test_every_layers_state_is_spoken(view):
    view.set_backprop(backprop(FROZEN, TRAINS, FROZEN))
    told = view.accessibleDescription()
    assert "output: frozen, passed through" in told
    assert "hidden-2: trainable, updated" in told
    assert "backprop stops here. hidden-1: frozen, not reached" in told


def test_the_numbers_are_spoken_to_who_comes_by_keyboard(view):
    view.clearFocus()
    view.set_measures(dict.fromkeys(NAMES, FULL), {})
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert "0.0123 into its weights" in view.accessibleDescription()
    assert like(pixels(view)[:, :3], LIGHT.accent, 8).any()  # where the focus is


def test_keys_ask_for_the_sub_steps(view, qtbot):
    for key, signal in (
        (Qt.Key.Key_Left, view.back_asked),
        (Qt.Key.Key_Right, view.next_asked),
        (Qt.Key.Key_Space, view.pause_asked),
        (Qt.Key.Key_Escape, view.end_asked),
    ):
        with qtbot.waitSignal(signal):
            QTest.keyClick(view, key)


def test_a_residual_block_shows_its_way_round_while_the_gradient_passes(view):
    layers = (DENSE[0], Residual(id="hidden-2", units=4), DENSE[2])
    seen = []
    for plans in ((TRAINS, TRAINS, TRAINS), (FROZEN, TRAINS, TRAINS)):
        view.set_backprop(backprop(*plans, layers=layers))
        row = view.place_of("hidden-2")
        beside = pixels(view)[row.top() : row.top() + 32, row.left() + 4 : row.left() + 10]
        seen.append(bool(like(beside, LIGHT.trainable_ink, 40).any()))
    assert seen == [True, False]


def test_twelve_layers_with_long_names_fit_below_each_other(view):
    layers = (
        *(Dense(id=f"a-hidden-layer-with-a-very-long-name-{n}", units=64) for n in range(10)),
        Dropout(id="another-layer-with-a-very-long-name"),
        Dense(id="output", units=1),
    )
    view.set_backprop(backprop(*[TRAINS] * 12, layers=layers))
    bodies = [view.place_of(layer.id) for layer in layers]
    for above, below in itertools.pairwise(bodies):
        assert above.bottom() < below.top()
    assert view.minimumHeight() > bodies[-1].bottom()
    assert view.height() >= view.minimumHeight()


def test_the_products_are_struck_through_where_they_are_skipped(qtbot, themes):
    table = BackpropProducts(themes, backprop(TRAINS, TRAINS, TRAINS))
    qtbot.addWidget(table)
    table.resize(300, table.height())
    height = table.height() / 7
    told = [table.tip_at(QPointF(5, (index + 1.5) * height)) for index in range(6)]
    assert [tip.startswith("∂L/∂W") for tip in told] == [True, False] * 3
    assert "never needed" in told[1]
    free = pixels(table)
    table.set_backprop(backprop(TRAINS, TRAINS, FROZEN))
    line = slice(round(5 * height) + 2, round(6 * height))
    assert (free[line] != pixels(table)[line]).any()
    assert "output: ∂L/∂W 8, skipped" in table.accessibleDescription()
    assert "output: ∂L/∂input 8, computed" in table.accessibleDescription()
