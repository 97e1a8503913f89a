"""Which swept values are written below the plot."""

import itertools

from PySide6.QtGui import QFont, QFontMetricsF

from gui.plots.sweep_ticks import WIDEST, fitting_ticks

TICKS = [(place / 9, f"value {place}") for place in range(10)]


def test_every_value_has_a_line_and_only_words_with_room_are_written(qapp):
    metrics = QFontMetricsF(QFont())
    wide = fitting_ticks(TICKS, 2000.0, metrics)
    assert wide == TICKS
    narrow = fitting_ticks(TICKS, 300.0, metrics)
    assert [place for place, _ in narrow] == [place for place, _ in TICKS]
    written = [(place * 300, words) for place, words in narrow if words]
    assert 1 < len(written) < 10
    for (left, before), (right, after) in itertools.pairwise(written):
        widths = metrics.horizontalAdvance(before) + metrics.horizontalAdvance(after)
        assert right - left > widths / 2


def test_a_long_word_is_shortened(qapp):
    metrics = QFontMetricsF(QFont())
    ((_, words),) = fitting_ticks([(0.0, "California housing " * 9)], 300.0, metrics)
    assert words.endswith("…")
    assert metrics.horizontalAdvance(words) <= WIDEST
