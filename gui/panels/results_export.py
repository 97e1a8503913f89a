"""A table of results at full precision, for a spreadsheet or a file."""

from collections.abc import Iterator, Sequence

from gui.models.results_model import ResultColumn, ResultRow
from gui.models.results_text import Cell, exact_cells, exact_header
from gui.models.variant_results import Spread
from gui.plots.plot_export import csv_text, plain_cell


def comma_text(columns: Sequence[ResultColumn], rows: Sequence[ResultRow]) -> str:
    """The rows as CSV text under their titles; a spread takes two columns, mean and sd."""
    spreads = _spreads(columns, rows)
    return csv_text(_header(columns, spreads), _lines(rows, spreads))


def tab_text(columns: Sequence[ResultColumn], rows: Sequence[ResultRow]) -> str:
    """The same with tabs between the cells, as spreadsheets paste it."""
    spreads = _spreads(columns, rows)
    lines = [_header(columns, spreads), *_lines(rows, spreads)]
    return "".join("\t".join(map(_pasted, line)) + "\n" for line in lines)


def _header(columns: Sequence[ResultColumn], spreads: Sequence[bool]) -> tuple[str, ...]:
    return exact_header([column.title for column in columns], spreads)


def _lines(rows: Sequence[ResultRow], spreads: Sequence[bool]) -> Iterator[list[Cell]]:
    for row in rows:
        pairs = zip(row.values, spreads, strict=True)
        yield [cell for value, spread in pairs for cell in exact_cells(value, spread=spread)]


def _spreads(columns: Sequence[ResultColumn], rows: Sequence[ResultRow]) -> list[bool]:
    """For every column, whether some row has a spread in it."""
    return [any(isinstance(row.values[at], Spread) for row in rows) for at in range(len(columns))]


def _pasted(cell: Cell) -> str:
    """A cell between tabs: a tab or a line break within it would begin another cell."""
    if isinstance(cell, str):
        return str(plain_cell(" ".join(cell.split())))
    return repr(cell)
