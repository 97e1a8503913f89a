"""Predictions side by side: what is drawn, told, chosen and written."""

import csv
import io

import pytest
from prediction_answers import answer, boundary, confusion, curve, numbers, wrong
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from gui.plots.plot_style import mixed
from gui.plots.prediction_canvas import PANEL_HEIGHT, PredictionCanvas
from gui.plots.prediction_footer import PredictionFooter
from gui.plots.prediction_look import CLASS_COLOURS, DEPTH
from gui.plots.prediction_panel import PredictionHeading, body_of
from gui.plots.prediction_view import PredictionView
from gui.theme import DARK, LIGHT, contrast

LEFT = Qt.MouseButton.LeftButton


class Seen:
    """A view with its signals written down."""

    def __init__(self, qtbot, themes, variants=2, size=(700, 360)):
        self.view = PredictionView(themes)
        qtbot.addWidget(self.view)
        self.view.resize(*size)
        self.name_variants(variants)
        self.chosen, self.opened, self.sights = [], [], []
        self.view.variant_chosen.connect(self.chosen.append)
        self.view.opened.connect(self.opened.append)
        self.view.sight_changed.connect(lambda: self.sights.append(self.view.in_sight))
        self.view.show()
        qtbot.waitExposed(self.view)

    def name_variants(self, count):
        self.view.set_variants(
            [PredictionHeading(f"v{n}", f"Variant {n}", n) for n in range(count)]
        )

    def show(self, picture, variants=2, **fields):
        self.view.set_predictions(answer(picture, variants, **fields))

    @property
    def canvas(self):
        return self.view.findChild(PredictionCanvas)

    def place(self, variant, across, up):
        """A point at a share of the axes of a variant's panel, in the canvas."""
        canvas = self.canvas
        body = body_of(canvas.place(list(canvas.panels).index(variant)))
        area = canvas.panels[variant].content.drawing.area(body, canvas.look)
        return QPointF(
            area.left() + across * area.width(), area.bottom() - up * area.height()
        ).toPoint()

    def point_at(self, variant, across, up):
        QTest.mouseMove(self.canvas, QPoint(1, 1))
        QTest.mouseMove(self.canvas, self.place(variant, across, up))
        return self.view.told

    def pixel(self, variant, across, up):
        return self.canvas.grab().toImage().pixelColor(self.place(variant, across, up))

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.view, key, modifiers)


@pytest.fixture
def seen(qtbot, themes):
    return Seen(qtbot, themes)


def distance(first, second):
    return sum(abs(a - b) for a, b in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True))


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
    assert seen.view.key == ("true → predicted, probability of the predicted", "most wrong first")
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


# Panels


def test_before_a_run_one_sentence_says_what_to_do(qtbot, themes):
    seen = Seen(qtbot, themes, variants=0)
    told = seen.view.grab().toImage()
    assert seen.view.spoken == "Predictions appear with a run: press Run or Step"
    seen.name_variants(2)
    assert seen.view.spoken == ""
    assert seen.view.grab().toImage() != told


def test_panels_without_an_answer_say_that_it_is_awaited(seen):
    blank = seen.view.grab().toImage()
    seen.view.set_asking(True)
    assert seen.view.spoken == "Asking the network…"
    asking = seen.view.grab().toImage()
    for variant in range(2):  # each in its own panel, and nothing across their border
        body = body_of(seen.canvas.place(variant)).toRect()
        assert asking.copy(body) != blank.copy(body)
    border = seen.canvas.place(0).toRect()
    strip = border.adjusted(border.width() - 8, 0, 8, 0)
    assert asking.copy(strip) == blank.copy(strip)
    seen.view.set_asking(False)
    assert seen.view.grab().toImage() == blank
    seen.show(boundary())
    answered = seen.canvas.grab().toImage()
    seen.view.set_asking(True)  # what is shown stays, as it is
    assert seen.canvas.grab().toImage() == answered
    assert "accuracy" in seen.view.spoken


def test_a_note_stands_under_the_panels_unless_something_is_probed(seen):
    seen.show(boundary())
    footer = seen.view.findChild(PredictionFooter)
    without = footer.grab().toImage()
    full, short = "of the run on Moons; Spirals at the next run", "of the run on Moons"
    seen.view.set_note((full, short))
    assert seen.view.note == full
    noted = footer.grab().toImage()
    assert noted != without
    assert seen.point_at("v0", 0.5, 0.5) != ""
    assert footer.grab().toImage() != noted
    seen.key(Qt.Key.Key_Escape)
    assert footer.grab().toImage() == noted
    QTest.mouseMove(seen.canvas, QPoint(1, 1))
    seen.view.setFocus()
    QApplication.sendEvent(seen.view, QFocusEvent(QEvent.Type.FocusIn))
    assert seen.view.accessibleDescription().endswith(full)
    seen.view.set_note(())
    assert footer.grab().toImage() == without


def test_the_first_answer_fills_the_panels_and_clearing_empties_them(seen):
    blank = seen.view.grab().toImage()
    seen.show(boundary())
    assert "Variant 0: held-out: accuracy 0.900 · loss 0.250" in seen.view.spoken
    assert seen.view.grab().toImage() != blank
    seen.view.clear()
    assert seen.view.grab().toImage() == blank
    assert seen.view.key == ()


def test_a_diverged_variant_says_so_and_has_no_picture(seen):
    seen.show(boundary(), diverged={1: "hidden went non-finite at step 12"})
    assert "Variant 1: diverged: hidden went non-finite at step 12" in seen.view.spoken
    assert seen.point_at("v1", 0.5, 0.5) == ""
    assert seen.point_at("v0", 0.9, 0.5) != ""
    assert "Variant 1" not in seen.view.csv_text()


def test_a_click_chooses_and_a_double_click_opens(seen):
    seen.show(boundary())
    QTest.mouseClick(seen.canvas, LEFT, pos=seen.place("v1", 0.5, 0.5))
    assert seen.chosen == ["v1"]
    QTest.mouseDClick(seen.canvas, LEFT, pos=seen.place("v0", 0.5, 0.5))
    assert seen.opened == ["v0"]


def test_the_selected_variant_is_outlined(seen):
    seen.show(boundary())
    edge = seen.canvas.place(1).toRect()
    accent = QColor(LIGHT.accent)

    def outlined():
        image = seen.canvas.grab().toImage()
        return distance(image.pixelColor(edge.left() + 2, edge.center().y()), accent) < 120

    assert not outlined()
    seen.view.set_selected("v1")
    assert outlined()
    assert seen.chosen == []  # it was set, not chosen


def test_the_keyboard_chooses_opens_and_moves_the_probe(qtbot, themes):
    seen = Seen(qtbot, themes, variants=4, size=(520, 480))  # two columns
    seen.show(boundary(4), 4)
    assert seen.canvas.columns == 2
    seen.view.set_selected("v0")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        seen.key(key)
    assert seen.chosen == ["v1", "v2"]  # to the left and above there is none
    seen.key(Qt.Key.Key_Return)
    assert seen.opened == ["v0"]
    assert seen.view.told == ""
    seen.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert seen.view.told.startswith("width 0.1")
    seen.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert "height -1.00" in seen.view.told
    seen.key(Qt.Key.Key_Escape)
    assert seen.view.told == ""


def test_panels_wrap_and_what_does_not_fit_is_scrolled(qtbot, themes):
    seen = Seen(qtbot, themes, variants=8, size=(460, 240))
    seen.show(boundary(8), 8)
    assert seen.canvas.columns == 2
    assert seen.view.in_sight == ("v0", "v1", "v2", "v3")[: len(seen.view.in_sight)]
    assert "v7" not in seen.view.in_sight
    bar = seen.view.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: 2 * PANEL_HEIGHT < bar.maximum() < 4 * PANEL_HEIGHT)
    bar.setValue(bar.maximum())
    assert seen.sights[-1][-1] == "v7"
    assert "v0" not in seen.view.in_sight
    seen.view.set_selected("v0")  # brings it into sight
    assert "v0" in seen.view.in_sight
    seen.view.resize(1000, 500)
    assert seen.view.in_sight == tuple(f"v{number}" for number in range(8))


def test_a_hidden_view_has_nothing_in_sight_and_tells_when_it_is_back(seen):
    assert seen.view.in_sight == ("v0", "v1")
    seen.view.hide()
    assert seen.view.in_sight == ()
    seen.sights.clear()
    seen.view.show()
    assert seen.sights[-1] == ("v0", "v1")


def test_variants_that_stay_keep_their_picture_and_a_new_name_is_shown(seen):
    seen.show(boundary())
    seen.view.set_variants([PredictionHeading("v1", "Renamed", 1)])
    assert seen.view.spoken == "Renamed: held-out: accuracy 0.800 · loss 0.250"
    assert ": left 1.00" in seen.point_at("v1", 0.9, 0.25)


def test_answers_about_variants_that_are_not_shown_are_passed_over(seen):
    seen.view.set_variants([PredictionHeading("v1", "Second", 1)])
    seen.show(boundary())
    assert seen.view.spoken.startswith("Second: held-out: accuracy 0.800")


# Files


@pytest.mark.parametrize(
    ("picture", "header", "first", "count"),
    [
        (boundary(1), ["width", "height", "left", "right"], "-1.0", 31 * 31),
        (curve(2), ["x", "predicted 1", "predicted 2"], "-2.0", 41),
        (numbers(), ["actual", "predicted"], "100.0", 3),
        (wrong(3), ["actual", "predicted", "probability", "loss"], "1", 3),
        (confusion(), ["actual", "predicted", "rows"], "no", 4),
    ],
    ids=["boundary", "curve", "numbers", "wrong", "confusion"],
)
def test_the_table_has_every_number(seen, picture, header, first, count):
    seen.show(picture, 1)
    rows = list(csv.reader(io.StringIO(seen.view.csv_text())))
    assert rows[0] == ["variant", *header]
    assert rows[1][:2] == ["Variant 0", first]
    assert len(rows) == count + 1


def test_a_name_that_looks_like_a_formula_is_text_in_the_table(seen):
    seen.view.set_variants([PredictionHeading("v0", "=1+1", 0)])
    seen.show(confusion(), 1)
    assert "'=1+1,no,no,17" in seen.view.csv_text()


def test_the_picture_is_copied(seen):
    seen.show(boundary())
    QGuiApplication.clipboard().clear()
    seen.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().pixmap().size() == seen.view.size()
