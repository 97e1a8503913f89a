"""Sweeps of the window: started, cancelled, resumed, found again in their folder, and ended."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.sweep import RunResult, Sweep, parts
from engine.sweep_part import train_part
from engine.sweep_store import Store, read_sweep, stored_parts
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.stored_sweeps import StoredSweep, read_folder
from gui.sweep_controller import SweepController
from tests.gui.sweeps import long, quick, small

Make = Callable[[], SweepController]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sweeps"


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(small())


@pytest.fixture
def make(document: Document, live_gate: EngineGate, folder: Path, qtbot: QtBot) -> Iterator[Make]:
    """Makes controllers on one folder, as one program after the other."""
    made: list[SweepController] = []

    def one() -> SweepController:
        made.append(SweepController(document, live_gate, folder))
        return made[-1]

    yield one
    for controller in made:
        qtbot.waitUntil(controller.close)


@pytest.fixture
def controller(make: Make) -> SweepController:
    return make()


def wait_for(controller: SweepController, state: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: controller.state == state)


def cancel_half_way(controller: SweepController, qtbot: QtBot) -> int:
    """How many runs had finished."""
    qtbot.waitUntil(lambda: len(controller.results) >= 3)
    controller.cancel()
    assert controller.state == "stopping"
    wait_for(controller, "cancelled", qtbot)
    return len(controller.results)


def trained(sweep: Sweep) -> tuple[RunResult, ...]:
    """The results of the sweep's parts, one after the other on this thread, in order."""
    results = (result for part in parts(sweep) for result in train_part(part))
    return tuple(sorted(results, key=lambda each: (each.cell, each.variant, each.seed)))


def test_nothing_is_there_before_the_first(controller: SweepController, folder: Path) -> None:
    assert controller.state == "idle"
    assert (controller.sweep, controller.progress, controller.results) == (None, None, ())
    assert controller.close()
    assert not folder.exists()


def test_a_sweep_is_trained_and_kept(
    controller: SweepController, folder: Path, qtbot: QtBot
) -> None:
    states: list[str] = []
    controller.changed.connect(lambda: states.append(controller.state))
    controller.start(quick(), "here")
    assert controller.is_busy
    wait_for(controller, "finished", qtbot)
    assert states == ["preparing", "running", "finished"]
    assert controller.results == trained(quick())
    assert controller.progress is not None
    assert controller.progress.runs_done == controller.progress.runs == 8
    (path,) = folder.iterdir()
    assert read_sweep(path) == quick()


def test_a_cancelled_sweep_goes_on_where_it_stopped(
    controller: SweepController, qtbot: QtBot
) -> None:
    controller.start(long(), "here")
    done = cancel_half_way(controller, qtbot)
    assert 3 <= done < 40
    controller.resume("here")
    wait_for(controller, "finished", qtbot)
    assert controller.progress is not None
    assert controller.progress.runs_before == done
    assert controller.results == trained(long())


def test_what_an_earlier_program_left_is_found_and_finished(make: Make, qtbot: QtBot) -> None:
    earlier = make()
    earlier.start(long(), "here")
    done = cancel_half_way(earlier, qtbot)
    later = make()
    with qtbot.waitSignal(later.stored_changed):
        later.look_for_stored()
    (stored,) = later.stored
    assert (stored.name, stored.runs_done, stored.runs) == ("Small", done, 40)
    assert not stored.is_finished
    later.resume_stored(stored.path, "here")
    wait_for(later, "finished", qtbot)
    assert later.stored == ()  # it is the present one
    assert later.sweep == long()
    assert later.results == trained(long())


def left_half_way(make: Make, qtbot: QtBot) -> SweepController:
    """A later program that has found what an earlier one left."""
    earlier = make()
    earlier.start(long(), "here")
    cancel_half_way(earlier, qtbot)
    later = make()
    with qtbot.waitSignal(later.stored_changed):
        later.look_for_stored()
    return later


def test_a_discarded_sweep_can_be_brought_back(make: Make, folder: Path, qtbot: QtBot) -> None:
    later = left_half_way(make, qtbot)
    (stored,) = later.stored
    assert stored.sweep == long()
    assert stored.left == stored.path.stat().st_mtime
    later.discard(stored.path)
    assert (later.stored, later.discarded) == ((), stored)
    assert stored.path.exists()
    with qtbot.waitSignal(later.stored_changed):
        later.undo_discard()
    assert (later.stored, later.discarded) == ((stored,), None)


@pytest.mark.parametrize("end", ["close", "start", "remove_discarded"])
def test_the_file_of_a_discarded_sweep_goes_with_what_comes_next(
    make: Make, qtbot: QtBot, end: str
) -> None:
    later = left_half_way(make, qtbot)
    (stored,) = later.stored
    later.discard(stored.path)
    if end == "start":
        later.start(quick(), "here")
    else:
        getattr(later, end)()
    assert not stored.path.exists()
    assert later.discarded is None
    later.undo_discard()
    assert stored not in later.stored


def test_what_is_removed_while_the_folder_is_read_is_not_offered_again(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = left_half_way(make, qtbot)
    (stored,) = later.stored
    read, removed = threading.Event(), threading.Event()

    def read_early(folder: Path) -> tuple[StoredSweep, ...]:
        found = read_folder(folder)
        read.set()
        removed.wait(timeout=30)
        return found

    monkeypatch.setattr("gui.sweep_controller.read_folder", read_early)
    later.look_for_stored()
    qtbot.waitUntil(read.is_set)
    later.discard(stored.path)
    later.remove_discarded()
    with qtbot.waitSignal(later.stored_changed):
        removed.set()
    assert later.stored == ()


def test_a_sweep_of_which_nothing_is_trained_is_neither_kept_nor_offered(
    make: Make, folder: Path, qtbot: QtBot
) -> None:
    folder.mkdir(parents=True)
    with Store(folder / "20200101-empty.sweep", long(), parts(long())):
        pass  # as one that was killed before its first part was done
    controller = make()
    with qtbot.waitSignal(controller.stored_changed):
        controller.look_for_stored()
    assert controller.stored == ()
    controller.start(quick(), "cluster")  # no address: it fails before anything is trained
    wait_for(controller, "failed", qtbot)
    controller.start(quick(), "here")
    wait_for(controller, "finished", qtbot)
    assert len(list(folder.iterdir())) == 2  # the empty one of another program, and this one


def test_what_is_asked_is_known_before_it_is_made(make: Make, qtbot: QtBot) -> None:
    later = left_half_way(make, qtbot)
    assert later.asked is None
    later.resume_stored(later.stored[0].path, "here")
    assert later.sweep is None
    assert later.asked == long()
    later.cancel()


def test_of_finished_sweeps_the_last_is_kept_and_of_others_all(
    make: Make, folder: Path, qtbot: QtBot
) -> None:
    controller = make()
    controller.start(long(), "here")
    cancel_half_way(controller, qtbot)
    for _ in range(2):
        controller.start(quick(), "here")
        wait_for(controller, "finished", qtbot)
    assert len(list(folder.iterdir())) == 2
    later = make()
    with qtbot.waitSignal(later.stored_changed):
        later.look_for_stored()
    assert sorted(stored.is_finished for stored in later.stored) == [False, True]


def test_a_file_that_cannot_be_read_is_said_and_can_be_discarded(
    controller: SweepController, folder: Path, qtbot: QtBot
) -> None:
    folder.mkdir(parents=True)
    (folder / "bad.sweep").write_text("no sweep")
    with qtbot.waitSignal(controller.stored_changed):
        controller.look_for_stored()
    (stored,) = controller.stored
    assert "not the store of a sweep" in stored.problem
    assert not stored.is_finished
    controller.resume_stored(stored.path, "here")
    wait_for(controller, "failed", qtbot)
    assert "not the store of a sweep" in controller.error
    assert [each.path for each in controller.stored] == [stored.path]  # offered again
    controller.discard(stored.path)
    controller.remove_discarded()
    assert not stored.path.exists()


def test_a_sweep_that_cannot_be_trained_says_why_and_leaves_nothing(
    controller: SweepController, folder: Path, qtbot: QtBot
) -> None:
    bad = quick().replace(axes=(quick().axes[0].replace(path="training.no_such_field"),))
    controller.start(bad, "here")
    wait_for(controller, "failed", qtbot)
    assert "is not there to be varied" in controller.error
    assert list(folder.iterdir()) == []
    controller.start(quick(), "here")
    wait_for(controller, "finished", qtbot)
    assert controller.error == ""


def test_a_folder_that_cannot_be_made_is_said(
    document: Document, live_gate: EngineGate, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()
    controller = SweepController(document, live_gate, tmp_path / "file" / "sweeps")
    controller.start(quick(), "here")
    wait_for(controller, "failed", qtbot)
    assert "file" in controller.error
    qtbot.waitUntil(controller.close)


def test_a_cluster_without_an_address_fails_in_words(
    controller: SweepController, qtbot: QtBot
) -> None:
    controller.start(quick(), "cluster")
    wait_for(controller, "failed", qtbot)
    assert "cluster needs" in controller.error


def test_one_sweep_at_a_time(controller: SweepController, qtbot: QtBot) -> None:
    controller.start(long(), "here")
    controller.start(quick(), "here")
    qtbot.waitUntil(lambda: controller.sweep is not None)
    assert controller.sweep == long()
    controller.cancel()
    wait_for(controller, "cancelled", qtbot)


def test_a_sweep_cancelled_before_it_began_trains_nothing(
    controller: SweepController, qtbot: QtBot
) -> None:
    controller.start(long(), "here")
    controller.cancel()
    assert controller.state == "cancelled"
    qtbot.waitUntil(lambda: controller.sweep is not None)
    assert controller.state == "cancelled"
    assert controller.results == ()


def test_what_is_stored_is_told_of_even_if_it_was_cancelled_before_it_went_on(
    make: Make, qtbot: QtBot
) -> None:
    later = left_half_way(make, qtbot)
    (stored,) = later.stored
    later.resume_stored(stored.path, "here")
    later.cancel()
    assert (later.state, later.results) == ("cancelled", ())
    with qtbot.waitSignal(later.changed):  # once its file is read
        pass
    assert later.state == "cancelled"
    assert later.progress is not None
    assert len(later.results) == later.progress.runs_before == stored.runs_done


def test_closing_ends_a_sweep_and_keeps_what_was_finished(
    controller: SweepController, folder: Path, qtbot: QtBot
) -> None:
    controller.start(long(), "here")
    qtbot.waitUntil(lambda: len(controller.results) >= 3)
    qtbot.waitUntil(controller.close)
    assert not [each for each in threading.enumerate() if "sweep" in each.name]
    (path,) = folder.iterdir()
    assert 3 <= len(stored_parts(path, long(), parts(long()))) < 40
    controller.start(quick(), "here")  # nothing begins after the close
    assert len(list(folder.iterdir())) == 1


def test_a_cell_is_adopted_as_one_undo_step(
    controller: SweepController, document: Document, qtbot: QtBot
) -> None:
    controller.start(quick(), "here")
    wait_for(controller, "finished", qtbot)
    before = document.experiment
    cell = controller.cells[1]
    controller.adopt(cell.experiment, "first")
    assert document.experiment == cell.experiment != before
    assert document.view.selected_variant == "first"
    document.undo_stack.undo()
    assert document.experiment == before
