"""The table of a finished sweep: a row for every run, as CSV or JSON text. Pure.

The same sweep gives the same text, byte for byte, whatever trained it and however often it was
stopped on the way.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import JsonValue

from engine.backprop import variant_backward_cost, variant_counts
from engine.datasets.registry import describe
from engine.spreadsheet import plain_text
from engine.sweep import Cell, RunResult, Sweep

FORMAT = 1
SCORES = {"classification": "accuracy", "regression": "r2"}

TableFormat = Literal["csv", "json"]
Row = dict[str, JsonValue]


def table_text(
    sweep: Sweep, cells: Sequence[Cell], results: Sequence[RunResult], kind: TableFormat
) -> str:
    """The table in one of its formats."""
    rows = table_rows(cells, results)
    if kind == "json":
        raw = {"format": FORMAT, "sweep": sweep.model_dump(mode="json"), "rows": rows}
        return json.dumps(raw, allow_nan=False) + "\n"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _in_csv(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def table_rows(cells: Sequence[Cell], results: Sequence[RunResult]) -> list[Row]:
    """A row for every run, all with the same columns.

    First what varies, under its path; then variant and seed, `trainable_parameters`,
    `backward_cost` (of all trainable: 1) at the start, and the fields of RunResult, scores under
    the names that the data sets give them. None where there is no number.
    """
    scores = _scores(cells)
    fixed = {
        (cell.number, variant): columns
        for cell in cells
        for variant, columns in _columns_of_variants(cell)
    }
    return [
        {**fixed[result.cell, result.variant], **_columns_of_run(result, cells, scores)}
        for result in results
    ]


def _scores(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of the scores that the cells' data sets have: one, or both."""
    tasks = {describe(cell.experiment.data.name).task for cell in cells}
    return tuple(name for task, name in SCORES.items() if task in tasks)


def _columns_of_variants(cell: Cell) -> Iterator[tuple[str, Row]]:
    for variant in cell.experiment.variants:
        yield (
            variant.id,
            {
                **dict(cell.settings),
                "variant": variant.id,
                "variant_name": variant.name,
                "trainable_parameters": variant_counts(cell.experiment, variant).trainable,
                "backward_cost": variant_backward_cost(cell.experiment, variant),
            },
        )


def _columns_of_run(result: RunResult, cells: Sequence[Cell], scores: Sequence[str]) -> Row:
    own = SCORES[describe(cells[result.cell].experiment.data.name).task]
    row: Row = {
        "seed": result.seed,
        "train_loss": result.train_loss,
        "validation_loss": result.validation_loss,
    }
    for score in scores:
        row[f"train_{score}"] = result.train_score if score == own else None
        row[f"validation_{score}"] = result.validation_score if score == own else None
    row["best_validation_loss"] = result.best_validation_loss
    row["best_epoch"] = result.best_epoch
    row["diverged"] = result.diverged
    return row


def _in_csv(value: JsonValue) -> str:
    """Text as it is, nothing where there is no number, all else as in JSON.

    Text that a spreadsheet would take for a formula begins with an apostrophe: then it is shown.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value)
    return plain_text(value)
