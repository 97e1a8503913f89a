import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget

from engine.journal import JournalEntry, SetLearningRate, SetTrainable
from gui.panels.journal import JournalPanel


def freeze(step, layer="hidden-2", trainable=False):
    edit = SetTrainable(variant="all", layer=layer, trainable=trainable)
    return JournalEntry(step=step, edit=edit)


def rate(step, value):
    edit = SetLearningRate(variant="all", layer="output", learning_rate=value)
    return JournalEntry(step=step, edit=edit)


@pytest.fixture
def panel(themes, show):
    return show(JournalPanel(themes), 500, 96)


def test_an_empty_journal_says_what_comes_here(panel, experiment):
    assert panel.is_empty
    panel.set_journal((freeze(3),), experiment)
    assert not panel.is_empty
    panel.set_journal((), experiment)
    assert panel.is_empty


def test_a_line_per_entry(panel, experiment):
    panel.set_journal((freeze(540), freeze(1720, trainable=True)), experiment)
    assert panel.lines == (
        "step 540 · froze hidden-2 (All trainable)",
        "step 1,720 · unfroze hidden-2 (All trainable)",
    )


def test_a_rate_says_where_it_came_from(panel, experiment):
    panel.set_journal((rate(1, 0.1), rate(2, 0.22)), experiment)
    assert panel.lines == (
        "step 1 · learning rate of output 1e-3 → 0.1 (All trainable)",
        "step 2 · learning rate of output 0.1 → 0.22 (All trainable)",
    )


def test_a_growing_journal_keeps_what_is_selected(panel, experiment):
    entries = [freeze(1)]
    panel.set_journal(entries, experiment)
    panel.findChild(QListWidget).setCurrentRow(0)
    panel.set_journal([*entries, rate(2, 0.1), rate(3, 0.22)], experiment)
    assert len(panel.lines) == 3
    assert "0.1 → 0.22" in panel.lines[2]
    assert panel.findChild(QListWidget).currentRow() == 0


def test_another_runs_journal_takes_the_place(panel, experiment):
    panel.set_journal((freeze(1), freeze(2, "output")), experiment)
    panel.set_journal((freeze(7, "hidden-1"),), experiment)
    assert panel.lines == ("step 7 · froze hidden-1 (All trainable)",)


def test_entries_about_what_is_gone_are_still_told(panel, experiment):
    gone = SetTrainable(variant="variant-9", layer="hidden-2", trainable=False)
    panel.set_journal((JournalEntry(step=1, edit=gone),), experiment)
    assert panel.lines == ("step 1 · froze hidden-2 (variant-9)",)


def test_lines_can_be_copied(panel, experiment):
    panel.set_journal((freeze(1), freeze(2, "output")), experiment)
    lines = panel.findChild(QListWidget)
    lines.setFocus()
    lines.selectAll()
    QTest.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "\n".join(panel.lines)


def test_what_the_script_will_do_stands_below_what_was_done(panel, experiment):
    planned = (freeze(20), freeze(40, trainable=True))
    panel.set_journal((), experiment, planned)
    assert not panel.is_empty
    assert panel.lines == (
        "planned for step 20 · froze hidden-2 (All trainable)",
        "planned for step 40 · unfroze hidden-2 (All trainable)",
    )
    panel.set_journal((rate(3, 0.1), freeze(20)), experiment, planned[1:])
    assert [line.split(" · ")[0] for line in panel.lines] == [
        "step 3", "step 20", "planned for step 40",
    ]  # fmt: skip
    panel.set_journal((rate(3, 0.1), freeze(20)), experiment)
    assert len(panel.lines) == 2


def test_moments_that_are_kept_are_told(panel, experiment):
    edit = SetTrainable(variant="all", layer="hidden-2", trainable=True, optimizer_state="keep")
    panel.set_journal((JournalEntry(step=7, edit=edit),), experiment)
    assert panel.lines == ("step 7 · unfroze hidden-2, its moments kept (All trainable)",)
