"""Sweeps that are cancelled, left, offered, resumed and discarded in the window."""

from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.sweep_window import SweepWindow
from tests.gui.sweep_hands import Open, ask, press, start_long, wait_for, wait_for_check, write
from tests.gui.sweeps import small


def test_a_cancelled_sweep_is_resumed_and_nothing_is_trained_twice(
    window: SweepWindow, qtbot: QtBot
) -> None:
    done = start_long(window, qtbot)
    assert 0 < done < 240
    assert window.form.isEnabled()
    press(window.status.resume_button)
    assert not window.form.isEnabled()
    wait_for(window, f"{done} from before", qtbot)
    wait_for(window, "Finished · 240 of 240 runs", qtbot)
    assert window.results.table.model.rowCount() == 120


def test_an_unfinished_sweep_is_offered_by_the_next_program(
    open_window: Open, qtbot: QtBot
) -> None:
    first = open_window()
    assert first.offer.text == ""
    done = start_long(first, qtbot)
    first.close()
    second = open_window()
    qtbot.waitUntil(lambda: second.offer.text.endswith(f": {done} of 240 runs."))
    assert second.offer.text.startswith("An unfinished sweep of “Small”, left ")
    assert second.offer.varied == "2 learning rates × 30 numbers of epochs × 2 variants × 2 seeds"
    press(second.offer.resume_button)
    wait_for(second, "Finished · 240 of 240 runs", qtbot)
    assert second.offer.text == ""
    assert second.results.table.model.rowCount() == 120
    assert second.results.table.model.columns[1].title == "epochs"


def test_an_offer_can_be_discarded_and_brought_back(open_window: Open, qtbot: QtBot) -> None:
    start_long(open_window(), qtbot)
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    offered = second.offer.text
    press(second.offer.discard_button)
    assert second.offer.text.startswith("Discarded the sweep of “Small”")
    press(second.offer.undo_button)
    assert second.offer.text == offered
    press(second.offer.discard_button)
    second.close()  # now it is gone
    third = open_window()
    with qtbot.waitSignal(third.controller.stored_changed):
        third.controller.look_for_stored()
    assert not third.offer.isVisible()


def test_a_resumed_sweep_is_what_the_form_says(open_window: Open, qtbot: QtBot) -> None:
    start_long(open_window(), qtbot)
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    assert "5 learning rates" in second.form.sentence
    press(second.offer.resume_button)
    assert [row.text.text() for row in second.form.axes.rows] == [
        "0.01, 0.02",
        ", ".join(map(str, range(20, 50))),
    ]
    wait_for_check(second, qtbot, "2 learning rates × 30 numbers of epochs ×")
    wait_for(second, "Finished · 240 of 240 runs", qtbot)
    third = open_window()
    qtbot.waitUntil(third.offer.isVisible)
    press(third.offer.resume_button)  # shows its results
    wait_for(third, "Finished · 240 of 240 runs, all from before", qtbot)
    wait_for_check(third, qtbot, "= 240 runs")
    assert third.status.start_button.isEnabled()


def test_seeds_and_patterns_come_back_too(
    window: SweepWindow, open_window: Open, qtbot: QtBot
) -> None:
    window.form.every_pattern.click()
    write(window.form.seeds, "3")
    ask(window, "0.02", "4 patterns × 3 seeds", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 12 of 12 runs", qtbot)
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    press(second.offer.resume_button)
    wait_for_check(second, qtbot, "1 learning rate × 4 patterns × 3 seeds")
    assert second.form.every_pattern.isChecked()


def test_a_sweep_of_another_experiment_is_described_and_not_asked(
    window: SweepWindow, open_window: Open, document: Document, qtbot: QtBot
) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 8 of 8 runs", qtbot)
    window.close()
    document.edit(small(epochs=3).replace(name="Mine"), "another")
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    assert "of another experiment, “Small”" in second.offer.text
    press(second.offer.resume_button)
    wait_for(second, "Finished · 8 of 8 runs", qtbot)
    assert not second.shows_form
    assert second.summary.isVisible()
    assert "learning rate: 0.01, 0.1" in second.summary.text
    assert "“Mine”" in second.summary.text
    assert not second.status.start_button.isEnabled()
    press(second.summary.another_button)
    assert second.shows_form
    wait_for_check(second, qtbot, "5 learning rates")
    assert second.status.start_button.isEnabled()


def test_the_summary_of_a_sweep_that_ended_knows_what_is_in_the_main_window(
    window: SweepWindow, document: Document, qtbot: QtBot
) -> None:
    base = document.experiment
    window.form.axes.add_row("training.epochs").set_text("20-49")
    ask(window, "0.01, 0.02", "240 runs", qtbot)
    press(window.status.start_button)
    qtbot.waitUntil(lambda: window.controller.state == "running")
    document.edit(small(epochs=3).replace(name="Mine"), "another")
    press(window.status.cancel_button)
    wait_for(window, "Cancelled", qtbot)
    assert "In the main window is another experiment, “Mine”." in window.summary.text
    document.undo_stack.undo()
    assert document.experiment == base
    assert "In the main window" not in window.summary.text
    document.undo_stack.redo()
    assert "In the main window is another experiment, “Mine”." in window.summary.text


def test_a_resume_cancelled_before_it_went_on_shows_what_is_stored(
    open_window: Open, qtbot: QtBot
) -> None:
    done = start_long(open_window(), qtbot)
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    press(second.offer.resume_button)
    press(second.status.cancel_button)
    assert second.status.text == "Cancelled before it began"
    wait_for(second, f"Cancelled · {done} of 240 runs, all from before", qtbot)
    assert second.results.table.model.rowCount() > 0


def test_what_changes_meanwhile_does_not_change_what_is_said_to_be_trained(
    window: SweepWindow, document: Document, qtbot: QtBot
) -> None:
    window.form.axes.add_row("training.epochs").set_text("20-49")
    ask(window, "0.01, 0.02", "240 runs", qtbot)
    press(window.status.start_button)
    qtbot.waitUntil(lambda: window.controller.state == "running")
    document.edit(small(epochs=3).replace(name="Mine"), "another")
    assert not window.shows_form
    assert "= 240 runs" in window.summary.text
    press(window.status.cancel_button)
    wait_for(window, "Cancelled", qtbot)
    press(window.summary.another_button)
    wait_for_check(window, qtbot, "2 variants")
    assert window.form.plan is not None
    assert window.form.plan.base.name == "Mine"
