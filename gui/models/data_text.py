"""Data sets in words: what the list offers, and what becomes of the rows."""

from PySide6.QtCore import QCoreApplication

from engine.datasets.registry import Description
from engine.datasets.rows import row_counts
from engine.experiment import DataSpec

translate = QCoreApplication.translate


def dataset_text(description: Description) -> str:
    """A line of the list: `Breast cancer  569 × 30`."""
    if description.rows is None and description.inputs == 1:
        return translate("data", "{title}   points on a curve").format(title=description.title)
    if description.rows is None:
        return translate("data", "{title}   points in 2 dimensions").format(title=description.title)
    return f"{description.title}   {description.rows:,} × {description.inputs}"


def dataset_tip(description: Description) -> str:
    """What a data set is and where it comes from."""
    target = translate("data", "a number to predict")
    if description.classes:
        target = translate("data", "{count} classes").format(count=description.classes)
    inputs = translate("data", "{count} inputs").format(count=description.inputs)
    return f"{inputs}, {target}\n{description.source}"


def split_text(spec: DataSpec) -> str:
    """What becomes of the rows: `455 rows to train on, 114 held out`."""
    counts = row_counts(spec)
    if not counts.held_out:
        return translate("data", "{rows} rows to train on, none held out").format(
            rows=f"{counts.training:,}"
        )
    return translate("data", "{rows} rows to train on, {held} held out").format(
        rows=f"{counts.training:,}", held=f"{counts.held_out:,}"
    )
