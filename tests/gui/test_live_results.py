"""A run's results in their table, live: the last epoch's numbers, and no work for nobody."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from engine.comparison import compare, sentence
from gui.icons import Icons
from gui.live_results import LiveResults
from gui.panels.results_panel import ResultsPanel
from gui.theme import ThemeSource
from tests.gui.live_bench import Bench, BenchOf, bursting, points

SEEDS = tuple(range(1, 8))


class WatchedPanel(ResultsPanel):
    """A panel that counts how often it was renewed."""

    renewals = 0

    def set_run(self, run: object) -> None:
        self.renewals += 1
        super().set_run(run)


def panel_of(bench: Bench, qtbot: QtBot) -> WatchedPanel:
    themes = ThemeSource()
    panel = WatchedPanel(bench.document, themes, Icons(themes))
    LiveResults(bench.store, bench.controller, panel, panel)
    qtbot.addWidget(panel)
    return panel


def cells(panel: ResultsPanel, key: str) -> list[str]:
    """One column as a file would hold it: means, where it has spreads."""
    title = next(each.title for each in panel.table.model.columns if each.key == key)
    rows = csv.DictReader(io.StringIO(panel.table.csv_text()))
    return [row.get(f"{title} (mean)", row.get(title)) or "" for row in rows]


def column(panel: ResultsPanel, key: str) -> list[float]:
    """The numbers of one column, NaN where there is none."""
    return [float(cell or "nan") for cell in cells(panel, key)]


@pytest.fixture
def bench(bench_of: BenchOf) -> Bench:
    return bench_of(points(epochs=6, seeds=SEEDS))


def test_when_a_run_is_done_the_table_has_its_last_epoch(bench: Bench, qtbot: QtBot) -> None:
    panel = panel_of(bench, qtbot)
    panel.show()
    assert np.isnan(column(panel, "train_loss")).all()
    bench.finish()
    qtbot.waitUntil(lambda: column(panel, "epochs") == [6, 6])
    last = bench.run.log.table[-1].reshape(4, 2, len(SEEDS)).astype(np.float64)
    np.testing.assert_allclose(column(panel, "train_loss"), last[0].mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(column(panel, "validation_score"), last[3].mean(axis=1), rtol=1e-12)
    held_out = bench.run.log.column("validation_loss").reshape(6, 2, len(SEEDS))
    best = held_out.min(axis=0).astype(np.float64).mean(axis=1)
    np.testing.assert_allclose(column(panel, "best_loss"), best, rtol=1e-12)


def test_the_comparison_is_that_of_the_run_s_last_epoch(bench: Bench, qtbot: QtBot) -> None:
    panel = panel_of(bench, qtbot)
    panel.show()
    bench.finish()
    qtbot.waitUntil(lambda: panel.comparison.state.startswith("After epoch 6"))
    last = bench.run.log.column("train_loss")[-1].reshape(2, len(SEEDS))
    expected = sentence(compare(last[0], last[1]), "All", "Last", "training loss")
    assert panel.comparison.sentences[0].endswith(expected)


def test_while_hidden_nothing_is_renewed_and_shown_it_is_complete(
    bench: Bench, qtbot: QtBot
) -> None:
    panel = panel_of(bench, qtbot)
    bench.finish()
    assert panel.renewals == 0
    panel.show()
    assert panel.renewals == 1
    assert column(panel, "epochs") == [6, 6]
    panel.hide()
    panel.show()
    assert panel.renewals == 1  # nothing new


def test_while_running_it_is_renewed_a_few_times_a_second(bench_of: BenchOf, qtbot: QtBot) -> None:
    bench = bench_of(points(epochs=100_000))
    panel = panel_of(bench, qtbot)
    panel.show()
    bench.controller.run_or_pause()
    bench.until(lambda: bench.controller.state == "running" and bench.record.epochs > 0)
    frames, before = QSignalSpy(bench.controller.frame), panel.renewals
    bench.until(lambda: frames.count() >= 20)  # 38 ms each
    assert 1 <= panel.renewals - before <= frames.count() // 4
    bench.controller.run_or_pause()
    bench.until(lambda: bench.controller.state == "paused")
    bench.until(lambda: column(panel, "epochs") == [bench.run.log.table.shape[0]] * 2)


def test_a_change_is_told_at_once_and_not_of_the_next_run(bench: Bench, qtbot: QtBot) -> None:
    panel = panel_of(bench, qtbot)
    panel.show()
    bench.take_steps(7)
    assert panel.comparison.caveat == ""
    bench.freeze("middle")
    qtbot.waitUntil(lambda: panel.comparison.caveat == "* All was changed at step 7: froze middle")
    assert "*" in panel.table.model.rows[0].values[1].signs
    bench.controller.reset()
    qtbot.waitUntil(lambda: panel.comparison.caveat == "")


def test_another_run_begins_with_dashes(bench: Bench, qtbot: QtBot) -> None:
    panel = panel_of(bench, qtbot)
    panel.show()
    bench.finish()
    qtbot.waitUntil(lambda: column(panel, "epochs") == [6, 6])
    bench.controller.reset()
    assert np.isnan(column(panel, "train_loss")).all()
    bench.controller.forget()
    assert "No run yet" in panel.state


def test_a_diverged_variant_has_no_numbers_and_says_when_it_went(
    bench_of: BenchOf, qtbot: QtBot
) -> None:
    bench = bench_of(bursting())
    panel = panel_of(bench, qtbot)
    panel.show()
    bench.finish()
    qtbot.waitUntil(lambda: bench.run.epochs in column(panel, "epochs"))
    assert column(panel, "diverged") == [1, 0]
    gone, other = cells(panel, "train_loss")
    assert gone == "diverged"
    assert float(other) > 0
