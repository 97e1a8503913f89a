"""Pictures of predictions, kind by kind: what is drawn and what is told under the pointer."""

import pytest
from prediction_answers import boundary, confusion, curve, numbers, wrong
from prediction_views import Seen, distance
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from gui.plots.plot_style import mixed
from gui.plots.prediction_footer import PredictionFooter
from gui.plots.prediction_look import CLASS_COLOURS, DEPTH
from gui.plots.prediction_panel import body_of
from gui.theme import DARK, LIGHT
from tests.gui.contrast import contrast


@pytest.fixture
def seen(qtbot, themes):
    return Seen(qtbot, themes)


# The decision boundary


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_fill_leans_to_the_colour_of_the_probable_class(seen, themes, theme):
    themes.set_theme(theme)
    seen.show(boundary())
    first, second = (
        mixed(colour, theme.panel, DEPTH[theme.name]) for colour in CLASS_COLOURS[theme.name][:2]
    )
    for variant, left, right in (("v0", first, second), ("v1", second, first)):
        assert distance(seen.pixel(variant, 0.1, 0.3), left) < 8
        assert distance(seen.pixel(variant, 0.9, 0.3), right) < 8
    assert distance(first, second) > 100
    assert distance(seen.pixel("v0", 0.485, 0.3), QColor(theme.panel)) < 90  # nothing is certain


def test_the_border_is_drawn_where_both_are_equally_probable(seen):
    seen.show(boundary())
    # A pixel beside it is nearly the panel's: nothing is certain there.
    ink = QColor(LIGHT.text)
    row = [seen.pixel("v0", 0.5 + step / 300, 0.3) for step in range(-4, 5)]
    assert min(distance(found, ink) for found in row) < 120
    assert distance(seen.pixel("v0", 0.45, 0.3), ink) > 300


def test_a_network_that_sees_one_class_only_has_no_border(seen):
    picture = boundary()
    picture.probabilities[:] = (1.0, 0.0)
    seen.show(picture)
    fill = mixed(CLASS_COLOURS["light"][0], LIGHT.panel, DEPTH["light"])
    assert all(distance(seen.pixel("v0", share / 10, 0.4), fill) < 8 for share in range(1, 10))


def test_rows_are_drawn_in_their_place_and_held_out_ones_are_hollow(seen):
    seen.show(boundary(rows=True))
    left, right = (QColor(colour) for colour in CLASS_COLOURS["light"][:2])
    assert distance(seen.pixel("v0", 0.25, 0.75), left) < 60
    assert distance(seen.pixel("v0", 0.75, 0.25), right) < 60
    panel, fill = QColor(LIGHT.panel), seen.pixel("v0", 0.75, 0.65)
    assert distance(seen.pixel("v0", 0.75, 0.75), panel) < 60 < distance(fill, panel)


def test_pointing_tells_the_place_and_the_probable_class(seen):
    seen.show(boundary())
    place, _, found = seen.point_at("v0", 0.9, 0.25).partition(": ")
    width, height = (float(part.split()[1]) for part in place.split(", "))
    assert (width, height) == pytest.approx((0.8, -5.0), abs=0.1)
    assert place.startswith("width 0.")
    assert found == "right 1.00"
    assert ": left 1.00" in seen.point_at("v1", 0.9, 0.25)
    QTest.mouseMove(seen.canvas, QPoint(1, 1))
    assert seen.view.told == ""


def test_what_is_told_follows_the_training(seen):
    seen.show(boundary())
    assert ": right 1.00" in seen.point_at("v0", 0.9, 0.25)
    mirrored = boundary()
    mirrored.probabilities[:] = mirrored.probabilities[..., ::-1].copy()
    seen.show(mirrored)
    assert ": left 1.00" in seen.view.told


def test_the_key_names_the_classes_and_what_is_held_out(seen):
    assert seen.view.key == ()
    seen.show(boundary(rows=True))
    assert seen.view.key == ("left", "right", "hollow: held-out", "equally probable")
    seen.show(boundary())
    assert "hollow: held-out" not in seen.view.key


def test_class_colours_are_legible_and_no_variants():
    for theme in (LIGHT, DARK):
        colours = CLASS_COLOURS[theme.name]
        assert len(set(colours)) == 3
        assert set(colours).isdisjoint(theme.variants)
        assert min(contrast(colour, theme.panel) for colour in colours) >= 3


# Numbers


def test_the_curve_is_told_at_its_x_and_drawn_in_the_variants_colour(seen):
    seen.name_variants(1)
    seen.show(curve(), 1)
    assert seen.point_at("v0", 0.75, 0.1) == "x 1.00: predicted 2.00"
    line = QColor(LIGHT.variant(0))
    low, high = -2.4, 2.4  # the rows' range with its margin
    assert distance(seen.pixel("v0", 0.625, (1.0 - low) / (high - low)), line) < 60
    assert distance(seen.pixel("v0", 0.625, 0.1), line) > 200


def test_other_seeds_are_thin_lines_and_stand_in_the_key(seen):
    seen.show(curve(), 1)
    assert "thin: other seeds" not in seen.view.key
    one = seen.view.grab().toImage()
    seen.show(curve(seeds=3), 1)
    assert "thin: other seeds" in seen.view.key
    assert seen.view.grab().toImage() != one


def test_a_seed_that_diverged_has_no_line_and_the_others_stay(seen):
    seen.name_variants(1)
    picture = curve(seeds=2)
    seen.show(picture, 1)
    both = seen.canvas.grab().toImage()
    picture = curve(seeds=2)
    picture.y[0, 1] = float("nan")
    seen.show(picture, 1)
    assert seen.canvas.grab().toImage() != both
    assert seen.point_at("v0", 0.75, 0.1) == "x 1.00: predicted 2.00"


def test_a_row_is_told_under_the_pointer_and_what_runs_away_stands_at_the_edge(seen):
    seen.show(numbers(), 1)
    share = 0.5  # 200 of 80 … 320
    assert seen.point_at("v0", share, share) == "actual 200, predicted 200"
    assert seen.point_at("v0", share, 0.05) == ""
    assert seen.point_at("v0", 220 / 240, 0.995) == "actual 300, predicted 9000"


# Classes


def test_wrong_pictures_are_drawn_with_hard_edges_the_worst_first(seen):
    seen.name_variants(1)
    seen.show(wrong(1), 1)
    colours = {LIGHT.window.lower(), LIGHT.text.lower()}
    image = seen.canvas.grab().toImage()
    body = body_of(seen.canvas.place(0)).toRect()
    found = {
        image.pixelColor(x, y).name()
        for x in range(body.left(), body.right())
        for y in range(body.top(), body.top() + 90)
    }
    assert found - {LIGHT.panel.lower()} == colours  # no shade between them


def test_a_wrong_picture_is_told_under_the_pointer(seen):
    seen.show(wrong(3), 1)
    told = {seen.point_at("v0", across / 40, 0.9) for across in range(40)}
    assert told >= {
        "1 taken for 2 with probability 0.900; loss 4.00",
        "1 taken for 2 with probability 0.500; loss 1.00",
    }
    assert "3 of 40 wrong" in seen.view.spoken


def test_what_stands_under_wrong_pictures_is_explained(seen):
    footer = seen.view.findChild(PredictionFooter)
    blank = footer.grab().toImage()
    seen.show(wrong(3), 1)
    assert seen.view.key == ("true → predicted, probability of the predicted", "highest loss first")
    assert footer.grab().toImage() != blank


def test_without_wrong_pictures_it_says_so(seen):
    blank = seen.view.grab().toImage()
    seen.show(wrong(0), 1)
    assert "0 of 40 wrong" in seen.view.spoken
    assert seen.view.grab().toImage() != blank


def test_a_cell_of_the_confusion_matrix_is_told(seen):
    seen.show(confusion(), 1)
    told = {seen.point_at("v0", across / 20, up / 20) for across in range(20) for up in range(20)}
    assert told >= {
        "17 of 20 no were taken for no",
        "3 of 20 no were taken for yes",
        "20 of 20 yes were taken for yes",
    }


@pytest.mark.parametrize(
    "picture", [boundary(1), curve(), numbers()], ids=["boundary", "curve", "numbers"]
)
def test_numbers_that_are_not_finite_are_drawn_and_told_all_the_same(seen, picture):
    """For a moment before the run notices that it diverged."""
    seen.name_variants(1)
    seen.show(picture, 1)
    before = seen.canvas.grab().toImage()
    for name in ("probabilities", "y", "predicted"):
        values = getattr(picture, name, None)
        if values is not None and values.ndim > 1:
            values[:] = float("nan")
    seen.show(picture, 1)
    assert seen.canvas.grab().toImage() != before
    seen.point_at("v0", 0.75, 0.3)
    assert "nan" not in seen.view.told.lower()
