"""The strip of paired differences: where its dots are, in which colour, and how a seed is told."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.comparison import FOUND, compare, paired_differences
from gui.models.paired_differences import PairedDifferences
from gui.plots.paired_strip import PairedStrip
from gui.theme import DARK, LIGHT
from tests.gui.widgets.pictures import colored_columns, count

LOWER, HIGHER = "lower", "higher"


def of(first, second, better="lower") -> PairedDifferences:
    """Differences of the first and the second variant, as they are compared."""
    first, second = np.array(first, float), np.array(second, float)
    comparison = compare(first, second)
    winner = None
    if comparison.verdict in FOUND:
        winner = int((comparison.verdict == "first lower") != (better == "lower"))
    return PairedDifferences(
        measure="training loss",
        better=better,
        names=("All", "First"),
        places=(0, 1),
        winner=winner,
        seeds=tuple(range(100, 100 + len(first))),
        first=first,
        second=second,
        differences=paired_differences(first, second),
        mean=comparison.mean,
        deviation=comparison.deviation,
    )


def swapped(differences: PairedDifferences) -> PairedDifferences:
    """The same two variants, the other way round."""
    back = of(differences.second, differences.first, differences.better)
    return replace(back, names=differences.names[::-1], places=differences.places[::-1])


def drawn(seeds: int, shift: float, better="lower") -> PairedDifferences:
    generator = np.random.default_rng(seeds)
    second = generator.uniform(0.1, 0.2, seeds)
    return of(second + generator.normal(shift, 0.02, seeds), second, better)


@pytest.fixture
def strip(qtbot, themes):
    strip = PairedStrip(themes)
    qtbot.addWidget(strip)
    strip.resize(480, strip.sizeHint().height())
    with qtbot.waitExposed(strip):
        strip.show()
    strip.setFocus()
    return strip


def picture(strip):
    """What is drawn without the mark of the keyboard's place."""
    strip.clearFocus()
    return strip.grab().toImage()


def press(strip, *keys):
    for key in keys:
        QTest.keyClick(strip, key)


@pytest.mark.parametrize("seeds", [1, 2, 6, 20, 200])
def test_every_dot_is_as_far_from_the_line_as_its_difference(strip, seeds):
    differences = drawn(seeds, -0.03)
    strip.set_differences(differences)
    assert [dot.seed for dot in strip.dots] == [
        differences.seeds[place] for place in np.argsort(differences.differences, kind="stable")
    ]
    found = [(dot.centre.x() - strip.zero) / strip.pixels_per_unit for dot in strip.dots]
    np.testing.assert_allclose(found, np.sort(differences.first - differences.second))
    assert all(0 < dot.centre.x() < strip.width() for dot in strip.dots)
    assert strip.zero == strip.width() / 2


@pytest.mark.parametrize("seeds", [2, 6, 20, 200])
def test_mean_and_deviation_are_numpy_s(strip, seeds):
    differences = drawn(seeds, 0.01)
    strip.set_differences(differences)
    numbers = differences.first - differences.second
    low, mean, high = ((at - strip.zero) / strip.pixels_per_unit for at in strip.band)
    assert mean == pytest.approx(np.mean(numbers))
    assert high - mean == pytest.approx(np.std(numbers, ddof=1))
    assert mean - low == pytest.approx(np.std(numbers, ddof=1))


def test_a_single_seed_has_a_dot_and_no_band(strip):
    strip.set_differences(of([0.1], [0.3]))
    assert len(strip.dots) == 1
    assert strip.band is None
    assert strip.dots[0].centre.x() < strip.zero


@pytest.mark.parametrize("seeds", [2, 6, 20, 200])
@pytest.mark.parametrize("better", [LOWER, HIGHER])
def test_swapping_the_two_mirrors_the_picture(strip, seeds, better):
    there = drawn(seeds, -0.03, better)
    strip.set_differences(there)
    dots = {dot.seed: dot for dot in strip.dots}
    low, mean, high = strip.band
    strip.set_differences(swapped(there))
    for dot in strip.dots:
        former = dots[dot.seed]
        assert dot.centre.x() - strip.zero == pytest.approx(strip.zero - former.centre.x())
        assert (dot.centre.y(), dot.radius) == (former.centre.y(), former.radius)
        assert (dot.winner is None) == (former.winner is None)
    mirrored = [2 * strip.zero - at for at in (high, mean, low)]
    np.testing.assert_allclose(strip.band, mirrored)


def test_equal_seeds_are_on_the_line(strip):
    strip.set_differences(of([0.1, 0.2, 0.3, 0.1], [0.1, 0.2, 0.3, 0.2]))
    on_it = [dot.seed for dot in strip.dots if dot.centre.x() == strip.zero]
    assert sorted(on_it) == [100, 101, 102]
    strip.set_differences(of(np.ones(10), np.ones(10)))
    assert {dot.centre.x() for dot in strip.dots} == {strip.zero}
    assert len({dot.centre.y() for dot in strip.dots}) == 10
    assert strip.band == (strip.zero,) * 3


def test_a_seed_without_a_number_has_no_dot(strip):
    strip.set_differences(of([0.1, np.nan, 0.3], [0.2, 0.2, 0.1]))
    assert {dot.seed for dot in strip.dots} == {100, 102}
    assert "left out, without a number: 101" in strip.accessibleDescription()
    strip.set_differences(of([np.nan] * 3, np.ones(3)))
    assert strip.dots == ()
    assert picture(strip).width() == strip.width()


def dots_of(strip, colour):
    """How many pixels above the words, where only dots have colours, have this one."""
    bottom = int(max(dot.centre.y() + dot.radius for dot in strip.dots))
    return count(picture(strip).copy(0, 0, strip.width(), bottom), colour)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_found_difference_has_the_winner_s_colour_on_its_side(strip, themes, theme):
    themes.set_theme(theme)
    differences = drawn(20, -0.02)
    strip.set_differences(differences)
    first, second = theme.variant(0), theme.variant(1)
    assert differences.winner == 0
    assert [dot.winner for dot in strip.dots] == [
        0 if dot.centre.x() < strip.zero else None for dot in strip.dots
    ]
    assert dots_of(strip, first) > 50
    assert dots_of(strip, second) == 0
    strip.set_differences(drawn(20, 0.04))
    assert dots_of(strip, second) > 50
    assert dots_of(strip, first) == 0


def test_of_a_score_the_winner_is_on_the_other_side(strip):
    strip.set_differences(drawn(20, 0.03, HIGHER))
    counted = [dot.centre.x() for dot in strip.dots if dot.winner == 0]
    assert len(counted) > 10
    assert min(counted) > strip.zero
    assert not any(dot.winner == 1 for dot in strip.dots)


def test_where_nothing_is_claimed_the_dots_are_hollow_and_grey(strip):
    far_apart = np.arange(5.0) - 5
    strip.set_differences(of(far_apart, np.zeros(5)))
    assert {dot.winner for dot in strip.dots} == {None}
    assert dots_of(strip, LIGHT.variant(0)) == dots_of(strip, LIGHT.variant(1)) == 0
    middle = strip.dots[0].centre.toPoint()
    assert picture(strip).pixelColor(middle).name() == LIGHT.panel.lower()
    strip.set_differences(of([*far_apart, -6.0], np.zeros(6)))
    middle = strip.dots[0].centre.toPoint()
    assert picture(strip).pixelColor(middle).name() == LIGHT.variant(0).lower()


def test_the_sides_have_their_variants_colours(strip):
    strip.set_differences(drawn(5, 0))
    words = picture(strip).copy(0, int(strip.dots[0].centre.y()) + 14, strip.width(), 30)
    assert max(colored_columns(words, LIGHT.variant(0))) < 20
    assert min(colored_columns(words, LIGHT.variant(1))) > strip.width() - 20
    strip.set_differences(drawn(5, 0, HIGHER))
    words = picture(strip).copy(0, int(strip.dots[0].centre.y()) + 14, strip.width(), 30)
    assert max(colored_columns(words, LIGHT.variant(1))) < 20


def test_pointing_at_a_dot_tells_its_numbers(strip):
    strip.set_differences(of([0.0144, 0.2], [0.0625, 0.1]))
    before = picture(strip)
    QTest.mouseMove(strip, strip.dots[0].centre.toPoint())
    assert strip.reading == "seed 100: A 0.0144, B 0.0625, A − B −0.0481"
    assert "A − B −0.0481" in strip.toolTip()
    assert picture(strip) != before
    QTest.mouseMove(strip, strip.rect().topLeft())
    assert strip.reading == ""
    QTest.mouseMove(strip, strip.dots[1].centre.toPoint())
    assert strip.reading.startswith("seed 101: ")
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert strip.reading == ""
    assert "Every dot is a seed" in strip.toolTip()


def test_the_keyboard_goes_from_seed_to_seed_along_the_axis(strip):
    strip.set_differences(of([3, 1, 2], [0, 0, 0]))
    told = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right):
        press(strip, key)
        told.append(strip.reading.partition(":")[0])
    assert told == ["seed 101", "seed 102", "seed 100", "seed 100"]
    press(strip, Qt.Key.Key_Left)
    assert strip.reading.startswith("seed 102")
    press(strip, Qt.Key.Key_Home, Qt.Key.Key_Left)
    assert strip.reading.startswith("seed 101")
    assert strip.accessibleDescription().startswith("seed 101: A 1.00, B 0, A − B +1.00; ")
    strip.clearFocus()
    assert strip.reading == ""


def test_a_seed_stays_pointed_at_while_it_has_numbers(strip):
    strip.set_differences(of([1, 2, 3], [2, 2, 2]))
    press(strip, Qt.Key.Key_Home)
    strip.set_differences(of([5, 2, 3], [2, 2, 2]))
    assert strip.reading == "seed 100: A 5.00, B 2.00, A − B +3.00"
    strip.set_differences(of([np.nan, 2, 3], [2, 2, 2]))
    assert strip.reading == ""


def test_a_screen_reader_is_told_all_numbers(strip):
    strip.set_differences(of([0.1, 0.4], [0.2, 0.2]))
    assert strip.accessibleName() == "Differences of training loss, A − B, seed by seed: All, First"
    told = strip.accessibleDescription()
    assert "seeds compared: 2; mean difference A − B +0.0500, standard deviation 0.212" in told
    assert "seed 100: A 0.100, B 0.200, A − B −0.100; seed 101" in told


def test_what_is_hidden_is_told_when_it_is_shown(strip):
    strip.hide()
    strip.set_differences(of([0.1, 0.4], [0.2, 0.2]))
    assert strip.accessibleDescription() == ""
    strip.show()
    assert "seeds compared: 2" in strip.accessibleDescription()


def test_a_wider_strip_has_a_longer_axis_and_the_same_numbers(strip):
    strip.set_differences(drawn(6, 0))
    narrow = strip.dots[0].centre.x() - strip.zero
    strip.resize(960, strip.height())
    wide = strip.dots[0].centre.x() - strip.zero
    assert abs(wide) > 2 * abs(narrow)


def test_another_type_moves_dots_and_axis_together(strip):
    differences = drawn(6, -0.03)
    strip.set_differences(differences)
    before, unit = strip.dots, strip.pixels_per_unit
    font = strip.font()
    font.setPointSizeF(2 * font.pointSizeF())
    strip.setFont(font)
    assert strip.pixels_per_unit < unit
    found = [(dot.centre.x() - strip.zero) / strip.pixels_per_unit for dot in strip.dots]
    np.testing.assert_allclose(found, np.sort(differences.first - differences.second))
    assert strip.dots != before


def test_it_is_low_enough_to_stand_under_a_sentence(strip):
    assert strip.sizeHint().height() <= 26 + strip.fontMetrics().height()


def test_names_are_data_and_may_be_long(strip):
    plain = drawn(6, 0)
    strip.set_differences(replace(plain, names=("<b>" + "long " * 50, "{0} & <i>")))
    assert "&lt;i&gt;" in strip.toolTip()
    assert picture(strip).width() == 480
