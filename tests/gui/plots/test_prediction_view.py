"""Predictions side by side: what the panels say, and what is chosen, moved and written."""

import csv
import io

import pytest
from prediction_answers import boundary, confusion, curve, numbers, wrong
from prediction_views import Seen, distance
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from gui.plots.prediction_canvas import PANEL_HEIGHT
from gui.plots.prediction_footer import PredictionFooter
from gui.plots.prediction_panel import PredictionHeading, body_of
from gui.theme import LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def seen(qtbot, themes):
    return Seen(qtbot, themes)


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
