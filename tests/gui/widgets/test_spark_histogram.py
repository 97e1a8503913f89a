from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from gui.widgets.spark_histogram import Counts, paint_spark_histogram
from tests.gui.widgets.pictures import colored_columns, count, drawn

INK, MUTED, GROUND = "#ff0000", "#0000ff", "#ffffff"


def picture(counts: Counts, start: Counts | None = None, width: int = 60) -> QImage:
    def paint(painter: QPainter) -> None:
        paint_spark_histogram(painter, QRect(0, 0, width, 20), counts, start, INK, QColor(MUTED))

    return drawn(width, 20, GROUND, paint)


def single(bins: int, place: int, height: float = 5.0) -> list[float]:
    return [height if index == place else 0.0 for index in range(bins)]


@pytest.mark.parametrize("bins", [1, 20, 30, 200])
def test_one_filled_bin_is_a_bar_of_full_height(bins: int) -> None:
    image = picture(single(bins, bins // 2))
    columns = colored_columns(image, INK)
    assert columns
    assert count(image, INK) >= 18
    assert all(abs(column - 60 * (bins // 2 + 0.5) / bins) <= 60 / bins for column in columns)


def test_a_bin_with_one_weight_beside_a_full_one_is_still_seen() -> None:
    counts = single(10, 2, 10_000)
    counts[7] = 1
    assert any(42 <= column < 48 for column in colored_columns(picture(counts), INK))


def test_no_counts_draw_no_bar_but_a_base_line() -> None:
    for counts in ([], [0.0] * 10):
        image = picture(counts)
        assert count(image, INK) == 0
        assert image.pixelColor(30, 19) != QColor(GROUND)


def test_the_start_is_drawn_behind_and_shares_the_scale() -> None:
    alone = count(picture(single(10, 3)), INK)
    beside_a_higher_start = picture(single(10, 3), single(10, 3, 10.0))
    assert count(beside_a_higher_start, INK) < 0.6 * alone
    assert beside_a_higher_start.pixelColor(20, 2) not in (QColor(GROUND), QColor(INK))


def test_counts_that_are_no_numbers_count_as_empty() -> None:
    broken: Sequence[float] = [float("nan"), 4.0, float("inf"), -3.0]
    assert picture(broken) == picture([0.0, 4.0, 0.0, 0.0])


def test_arrays_of_integers_are_taken_as_they_are() -> None:
    assert picture(np.array([1, 2, 3])) == picture([1.0, 2.0, 3.0])


def test_no_room_is_no_reason_to_fail() -> None:
    picture([1, 2, 3], [1, 2, 3], width=1)
