"""The strips of paired differences under the sentences: how many there is room for, and what."""

import pytest
from PySide6.QtCore import QSize

from gui.panels.results_comparison import ComparisonPanel
from gui.panels.results_comparison_line import ComparisonLine
from tests.gui.panels.comparison_parts import ended_run, press, run_of, strips, swap


@pytest.fixture
def ended():
    return ended_run()


@pytest.fixture
def panel(document, themes, icons, show):
    return show(ComparisonPanel(document, themes, icons), 700, 240)


def test_strips_take_the_room_that_the_sentences_leave(panel, ended, qtbot):
    panel.set_run(ended)
    qtbot.waitUntil(lambda: len(strips(panel)) == 3)
    words = panel.heightForWidth(panel.width())
    panel.set_room(QSize(700, words))
    assert strips(panel) == [False, False, False]
    for count in (1, 2, 3, 2, 1, 0):
        panel.set_room(QSize(700, words + round((count + 0.5) * 42)))
        shown = [True] * count + [False] * (3 - count)
        qtbot.waitUntil(lambda shown=shown: strips(panel) == shown)
        qtbot.waitUntil(
            lambda: panel.heightForWidth(panel.width()) <= words + strips(panel).count(True) * 42
        )


@pytest.mark.parametrize("width", [320, 400, 700])
def test_strips_never_make_it_higher_than_its_room(panel, ended, qtbot, width):
    panel.set_run(ended)
    panel.resize(width, 240)
    for room in range(140, 440, 50):
        panel.set_room(QSize(width, room))
        qtbot.wait(20)
        assert not any(strips(panel)) or panel.heightForWidth(width) <= room


def test_a_strip_that_gave_way_stays_away_until_there_is_room_to_spare(panel, ended, qtbot):
    short = run_of((0.1, 0.1), (0.1, 0.1), (0.9, 0.9))
    panel.resize(400, 400)
    panel.set_run(short)
    qtbot.waitUntil(lambda: len(strips(panel)) == 3)
    qtbot.wait(20)  # for the layouts in one another
    room = QSize(400, panel.heightForWidth(400) + 3 * 42 + 5)
    panel.set_room(room)
    qtbot.waitUntil(lambda: strips(panel) == [True] * 3)
    panel.set_run(ended)
    qtbot.waitUntil(lambda: strips(panel) != [True] * 3)
    panel.set_run(short)
    qtbot.waitUntil(lambda: panel.heightForWidth(400) + 42 <= room.height())
    assert strips(panel) == [True, True, False]
    panel.set_room(QSize(400, room.height() + 1))
    qtbot.waitUntil(lambda: strips(panel) == [True] * 3)


def test_a_strip_shows_what_its_sentence_says(panel, ended, qtbot):
    panel.set_room(QSize(700, 900))
    panel.set_run(ended)
    qtbot.waitUntil(lambda: strips(panel) == [True] * 3)
    trained, held_out, score = (line.strip for line in panel.findChildren(ComparisonLine))
    assert [dot.winner for dot in trained.dots] == [0] * 10
    assert all(dot.centre.x() < trained.zero for dot in trained.dots)
    assert [dot.winner for dot in held_out.dots] == [None] * 10
    assert {dot.centre.x() for dot in score.dots} == {score.zero}
    assert f"± {trained.differences.deviation:.3g}" in panel.sentences[0]
    press(swap(panel))
    assert [dot.winner for dot in trained.dots] == [1] * 10
    assert all(dot.centre.x() > trained.zero for dot in trained.dots)


def test_strips_are_renewed_with_the_sentences_and_not_while_hidden(panel, ended, qtbot):
    panel.set_room(QSize(700, 900))
    panel.set_run(ended)
    strip = panel.findChild(ComparisonLine).strip
    before = strip.differences
    panel.hide()
    panel.set_run(run_of((0.5, 0.1), (0.1, 0.1)))
    assert strip.differences is before
    panel.show()
    assert strip.differences.mean == pytest.approx(0.4)
    panel.set_run(run_of((0.1, 0.5), (0.1, 0.1)))
    assert strip.differences.mean == pytest.approx(-0.4)
