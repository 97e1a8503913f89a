"""A plot as a file."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots.plot_export import csv_text, plain_cell, write_whole


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_text_never_starts_a_formula(text):
    assert plain_cell(text) == "'" + text


def test_numbers_and_harmless_text_stay():
    assert plain_cell(-0.5) == -0.5
    assert plain_cell("a = b") == "a = b"


@given(st.floats(allow_nan=False))
def test_numbers_come_back_bit_for_bit(value):
    assert float(list(csv.reader(io.StringIO(csv_text(["v"], [[value]]))))[1][0]) == value


def test_commas_and_quotes_are_kept():
    rows = list(csv.reader(io.StringIO(csv_text(["a", "b"], [['x, "y"', 1]]))))
    assert rows == [["a", "b"], ['x, "y"', "1"]]


def test_a_file_is_written_whole_or_the_reason_is_told(tmp_path):
    path = tmp_path / "data.csv"
    assert write_whole(str(path), b"content") == ""
    assert path.read_bytes() == b"content"
    assert write_whole(str(path / "below a file"), b"x") != ""
    assert path.read_bytes() == b"content"
