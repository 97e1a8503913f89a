"""Where cards stand: beside each other, never on each other, in whatever room there is."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from gui.plots.lattice_layout import (
    MARGIN,
    WIDEST,
    Places,
    edge_lines,
    neighbour,
    place_grid,
    place_rows,
)

rows = st.lists(st.integers(1, 20), min_size=1, max_size=6)
widths = st.floats(220, 2600)


def named(counts: list[int]) -> list[list[str]]:
    return [[f"{row}/{at}" for at in range(count)] for row, count in enumerate(counts)]


def heights(width: float) -> tuple[float, float]:
    return (100.0, 164.0) if width >= 288 else (140.0, 204.0)


def assert_apart(places: Places, width: float) -> None:
    for one, other in itertools.combinations(places.cards.values(), 2):
        assert not one.intersects(other)
    for place in places.cards.values():
        assert place.left() >= MARGIN - 1
        assert place.right() <= width - MARGIN + 1
        assert place.bottom() <= places.height - MARGIN + 1
        least, most = heights(place.width())
        assert least <= place.height() <= most
        assert place.width() <= WIDEST


@given(rows, widths, st.floats(100, 2000))
@settings(max_examples=60, deadline=None)
def test_rows_stand_below_each_other_with_titles_above_them(
    counts: list[int], width: float, height: float
) -> None:
    names = named(counts)
    places = place_rows(names, width, height, heights)
    assert_apart(places, width)
    assert [each for line in places.lines for each in line] == [e for row in names for e in row]
    assert len({place.width() for place in places.cards.values()}) == 1
    for row, title in zip(names, places.titles, strict=True):
        assert title.bottom() <= min(places.cards[each].top() for each in row)
    for above, below in itertools.pairwise(names):
        lowest = max(places.cards[each].bottom() for each in above)
        assert lowest <= min(places.cards[each].top() for each in below)


@given(st.integers(0, 40), widths, st.floats(100, 2000))
@settings(max_examples=60, deadline=None)
def test_a_grid_goes_from_left_to_right_and_down(count: int, width: float, height: float) -> None:
    names = [str(at) for at in range(count)]
    places = place_grid(names, width, height, heights)
    assert_apart(places, width)
    corners = [(places.cards[name].top(), places.cards[name].left()) for name in names]
    assert corners == sorted(corners)


def test_cards_grow_to_fill_what_there_is_to_see() -> None:
    low = place_grid(["a", "b"], 700, 100, heights)
    high = place_grid(["a", "b"], 700, 160, heights)
    assert high.cards["a"].height() > low.cards["a"].height()
    assert high.height <= 160


def test_lines_lead_to_neighbours_of_rows_that_are_one_line_each() -> None:
    edges = [("0/0", "1/0"), ("0/0", "1/1"), ("1/0", "2/0")]
    wide = place_rows(named([1, 2, 1]), 800, 100, heights)
    lines = edge_lines(edges, wide)
    assert set(lines) == set(edges)
    for (above, below), line in lines.items():
        assert line.y1() == wide.cards[above].bottom()
        assert line.y2() == wide.cards[below].top()
    narrow = place_rows(named([1, 2, 1]), 240, 100, heights)  # the second row takes two lines
    assert edge_lines(edges, narrow) == {}


def test_neighbours_are_beside_and_nearest_above_and_below() -> None:
    places = place_rows(named([1, 3, 3]), 800, 100, heights)
    assert neighbour(places, "0/0", 0, 1) == "1/1"
    assert neighbour(places, "1/2", 0, 1) == "2/2"
    assert neighbour(places, "1/0", 0, -1) == "0/0"
    assert neighbour(places, "0/0", 0, -1) == "0/0"
    assert neighbour(places, "0/0", 1, 0) == "1/0"
    assert neighbour(places, "2/2", 1, 0) == "2/2"
    assert neighbour(places, "0/0", -1, 0) == "0/0"
