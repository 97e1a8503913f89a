"""What the histograms show as tables: the bins of one kind, and the numbers of every epoch."""

import math
from collections.abc import Iterable, Mapping

from gui.models.measure_text import MEASURES
from gui.models.probe_history import VariantHistory
from gui.plots.histogram_view import HistogramView
from gui.plots.plot_export import Cell, csv_text


def bins_text(views: Iterable[HistogramView], kind: str) -> str:
    """Every bin of every layer as CSV; of weights also the count at the start."""
    with_start = kind == "weights"
    header = ["layer", "from", "to", f"{kind} now" if with_start else kind]
    rows: list[list[Cell]] = []
    for view in views:
        data = view.data
        if data is None:
            continue
        for index, count in enumerate(data.counts.tolist()):
            edges = float(data.edges[index]), float(data.edges[index + 1])
            row: list[Cell] = [view.heading.title, *edges, count]
            if with_start:
                starts = data.start_counts
                row.append("" if starts is None else float(starts[index]))
            rows.append(row)
    return csv_text([*header, "weights at the start"] if with_start else header, rows)


def measures_text(history: VariantHistory, titles: Mapping[str, str]) -> str:
    """Every number of every layer and kept epoch as CSV; where there is no number, nothing."""
    rows: list[list[Cell]] = []
    for layer in history.layer_ids:
        columns = [history.measure(layer, measure).tolist() for measure in MEASURES]
        frozen = history.frozen(layer).tolist()
        for place, epoch in enumerate(history.kept.tolist()):
            numbers = [column[place] for column in columns]
            state = "frozen" if frozen[place] else "trainable"
            cells: list[Cell] = ["" if math.isnan(number) else number for number in numbers]
            rows.append([titles.get(layer, layer), epoch, history.step(place), state, *cells])
    return csv_text(("layer", "epoch", "step", "state", *MEASURES), rows)
