import gc
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.edits import apply_edit
from engine.errors import EngineError, ExperimentError
from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.journal import SetLearningRate, SetTrainable
from engine.layer_specs import Dense
from engine.structure import add_variant, remove_variant
from gui.document import UNDO_STEPS, Document


def experiment(name="Classic"):
    layers = (Dense(id="hidden-1", units=16), Dense(id="output", units=1, activation="sigmoid"))
    plans = {layer.id: LayerPlan() for layer in layers}
    variants = (
        Variant(id="all", name="All trainable", layers=plans),
        Variant(id="first", name="First only", layers=plans),
    )
    return Experiment(
        name=name, data=DataSpec(name="breast_cancer"), layers=layers, variants=variants
    )


def with_rate(of, rate):
    return apply_edit(of, SetLearningRate(variant="all", layer="hidden-1", learning_rate=rate))


def frozen(of):
    return apply_edit(of, SetTrainable(variant="all", layer="hidden-1", trainable=False))


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def document(qapp, clock):
    return Document(experiment(), clock=clock)


def test_an_edit_is_told_undone_and_redone(document, qtbot):
    before = document.experiment
    after = frozen(before)
    with qtbot.waitSignal(document.changed) as told:
        document.edit(after, "Freeze hidden-1")
    assert told.args == [before, after]
    assert document.undo_stack.undoText() == "Freeze hidden-1"
    document.undo_stack.undo()
    assert document.experiment == before
    document.undo_stack.redo()
    assert document.experiment == after


def test_an_edit_that_changes_nothing_leaves_no_trace(document, qtbot):
    with qtbot.assertNotEmitted(document.changed):
        document.edit(experiment(), "Nothing")
    assert document.undo_stack.count() == 0
    assert not document.modified


def test_quick_edits_with_one_key_are_one_step(document):
    start = document.experiment
    for rate in (2e-3, 3e-3, 4e-3):
        document.edit(with_rate(start, rate), "Set rate", "rate")
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Set rate"
    document.undo_stack.undo()
    assert document.experiment == start
    document.undo_stack.redo()
    assert document.experiment == with_rate(start, 4e-3)


def test_an_edit_after_undo_does_not_merge_into_what_was_undone(document):
    start = document.experiment
    document.edit(with_rate(start, 2e-3), "Set rate", "rate")
    document.undo_stack.undo()
    document.edit(with_rate(start, 3e-3), "Set rate", "rate")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.experiment == start


def test_an_edit_after_a_step_that_merged_away_does_not_merge_into_the_one_before(document):
    start = document.experiment
    document.edit(frozen(start), "Freeze hidden-1", "freeze")
    document.edit(with_rate(frozen(start), 2e-3), "Set rate", "rate")
    document.edit(frozen(start), "Set rate", "rate")
    assert document.undo_stack.count() == 1
    document.edit(with_rate(frozen(start), 3e-3), "Set rate", "rate")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.experiment == frozen(start)


def test_the_oldest_steps_are_forgotten(document):
    start = document.experiment
    names = [f"Experiment {number}" for number in range(UNDO_STEPS + 5)]
    for name in names:
        document.edit(start.replace(name=name), "Rename")
    assert document.undo_stack.count() == UNDO_STEPS
    document.undo_stack.undo()
    assert document.experiment.name == names[-2]
    document.undo_stack.setIndex(0)
    assert document.experiment.name == names[4]
    document.undo_stack.setIndex(UNDO_STEPS)
    assert document.experiment.name == names[-1]


@settings(max_examples=50)
@given(
    actions=st.lists(
        st.one_of(
            st.tuples(st.just("edit"), st.integers(0, 3), st.sampled_from([None, "a", "b"])),
            st.sampled_from([("undo",), ("redo",), ("save",), ("load",)]),
        ),
        max_size=30,
    )
)
def test_the_history_leads_to_every_state_there_was(qapp, tmp_path_factory, actions):
    """Against the plainest history there is: a list of states and a place in it."""
    folder = tmp_path_factory.mktemp("history")
    names = [experiment(f"Experiment {number}") for number in range(4)]
    document = Document(names[0], clock=lambda: 0.0)
    states, place, key, saved = [names[0]], 0, None, 0
    for action, *details in actions:
        if action == "edit" and names[details[0]] != states[place]:
            wanted = details[1]
            merges = wanted is not None and wanted == key and 0 < place == len(states) - 1
            document.edit(names[details[0]], "Edit", wanted)
            key = wanted
            if merges and saved != place:
                states[place] = names[details[0]]
                if states[place] == states[place - 1]:
                    states.pop()
                    place, key = place - 1, None
            else:
                saved = -1 if saved > place else saved
                states[place + 1 :] = [names[details[0]]]
                place += 1
        elif action == "undo":
            document.undo_stack.undo()
            place = max(0, place - 1)
        elif action == "redo":
            document.undo_stack.redo()
            place = min(len(states) - 1, place + 1)
        elif action == "save":
            document.save(folder / "a.json")
            saved = place
        elif action == "load":
            document.load(names[3], folder / "b.json", "Open")
            states[place + 1 :] = [names[3]]
            place, key = place + 1, None
            saved = place
        assert document.experiment == states[place]
        assert document.undo_stack.count() == len(states) - 1
        assert document.undo_stack.index() == place
        assert document.modified == (saved != place)


def test_documents_with_edits_can_be_collected(qapp):
    """PySide6 6.10 frees undo commands twice that were made in Python, and crashes."""
    start = experiment()
    for number in range(60):
        document = Document(start)
        for rate in range(1, 9):
            key = "rate" if rate % 3 else None
            document.edit(with_rate(start, rate * 1e-3), "Set rate", key)
            gc.collect(rate % 3)
        if number % 5 == 0:
            gc.collect()
    assert document.undo_stack.count() > 1


@pytest.mark.parametrize("keys", [("rate a", "rate b"), (None, None), ("rate a", None)])
def test_edits_with_other_keys_stay_apart(document, keys):
    start = document.experiment
    for rate, key in zip((2e-3, 3e-3), keys, strict=True):
        document.edit(with_rate(start, rate), "Set rate", key)
    assert document.undo_stack.count() == 2


def test_a_pause_begins_a_new_step(document, clock):
    start = document.experiment
    document.edit(with_rate(start, 2e-3), "Set rate", "rate")
    clock.now = 1.5
    document.edit(with_rate(start, 3e-3), "Set rate", "rate")
    clock.now = 3.0
    document.edit(with_rate(start, 4e-3), "Set rate", "rate")
    assert document.undo_stack.count() == 1
    clock.now = 10.0
    document.edit(with_rate(start, 5e-3), "Set rate", "rate")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.experiment == with_rate(start, 4e-3)


def test_merged_edits_that_lead_back_leave_no_step(document):
    start = document.experiment
    document.edit(with_rate(start, 2e-3), "Set rate", "rate")
    document.edit(start, "Set rate", "rate")
    assert document.undo_stack.count() == 0
    assert not document.modified


def test_saved_and_opened_again_it_is_equal(document, tmp_path):
    path = tmp_path / "first.json"
    document.edit(frozen(document.experiment), "Freeze hidden-1")
    assert document.modified
    document.save(path)
    assert not document.modified
    assert document.path == path

    other = Document(experiment("Other"))
    other.edit(frozen(other.experiment), "Freeze hidden-1")
    other.open(path)
    assert other.experiment == document.experiment
    assert other.path == path
    assert not other.modified


def test_modified_is_told_and_undo_takes_it_back(document, qtbot, tmp_path):
    document.save(tmp_path / "a.json")
    told = []
    document.modified_changed.connect(told.append)
    document.edit(frozen(document.experiment), "Freeze hidden-1")
    document.undo_stack.undo()
    assert told == [True, False]


def test_an_edit_after_saving_does_not_merge_into_what_was_saved(document, tmp_path):
    start = document.experiment
    document.edit(with_rate(start, 2e-3), "Set rate", "rate")
    document.save(tmp_path / "a.json")
    document.edit(with_rate(start, 3e-3), "Set rate", "rate")
    document.undo_stack.undo()
    assert not document.modified
    assert document.experiment == with_rate(start, 2e-3)


def test_a_refused_file_changes_nothing_and_names_every_problem(document, tmp_path):
    raw = json.loads(document.experiment.to_json())
    raw["layers"][0]["units"] = 0
    raw["training"]["epochs"] = "many"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(raw))
    before = document.experiment
    with pytest.raises(ExperimentError) as error:
        document.open(path)
    assert "bad.json" in str(error.value)
    assert {p.path for p in error.value.problems} == {"layers[0].units", "training.epochs"}
    assert document.experiment == before
    assert document.path is None


def test_an_unknown_data_set_is_refused_with_the_known_ones(document, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(document.experiment.to_json().replace("breast_cancer", "titanic"))
    with pytest.raises(EngineError, match=r"titanic.*breast_cancer"):
        document.open(path)


def test_what_cannot_be_read_or_written_is_said_and_changes_nothing(document, tmp_path):
    document.edit(frozen(document.experiment), "Freeze hidden-1")
    before = document.experiment
    with pytest.raises(EngineError, match=r"none\.json"):
        document.open(tmp_path / "none.json")
    with pytest.raises(EngineError, match="folder"):
        document.save(tmp_path)
    assert document.experiment == before
    assert document.path is None
    assert document.modified
    assert document.undo_stack.canUndo()


def test_a_failed_save_keeps_the_old_file_and_stays_modified(document, tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    document.save(path)
    old = path.read_bytes()
    document.edit(frozen(document.experiment), "Freeze hidden-1")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(EngineError, match=r"a\.json.*No space left"):
        document.save(path)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["a.json"]
    assert document.modified


def test_a_copy_is_written_without_becoming_the_document(document, tmp_path):
    document.edit(frozen(document.experiment), "Freeze hidden-1")
    document.write_copy(tmp_path / "draft.json")
    assert document.modified
    assert document.path is None
    other = Document(experiment("Other"))
    other.open(tmp_path / "draft.json")
    assert other.experiment == document.experiment


def test_loading_another_experiment_can_be_undone_with_its_file(document, tmp_path):
    document.save(tmp_path / "a.json")
    document.edit(frozen(document.experiment), "Freeze hidden-1")
    unsaved = document.experiment
    document.load(experiment("Example"), None, "New")
    assert document.experiment.name == "Example"
    assert document.path is None
    assert not document.modified
    assert document.undo_stack.undoText() == "New"
    document.undo_stack.undo()
    assert document.experiment == unsaved
    assert document.path == tmp_path / "a.json"
    assert document.modified


def test_the_path_is_told_once(document, qtbot, tmp_path):
    told = []
    document.path_changed.connect(lambda: told.append(document.path))
    document.save(tmp_path / "a.json")
    document.save(tmp_path / "a.json")
    assert told == [tmp_path / "a.json"]


def test_selecting_a_variant_is_told_and_unknown_ones_are_refused(document, qtbot):
    view = document.view
    assert view.selected_variant == "all"
    with qtbot.waitSignal(view.selected_variant_changed) as told:
        view.select("first")
    assert told.args == ["first"]
    with pytest.raises(ExperimentError):
        view.select("none")
    assert document.undo_stack.count() == 0


def test_when_the_selected_variant_goes_its_neighbour_is_selected(document):
    document.edit(add_variant(document.experiment), "Add variant")
    added = document.experiment.variants[-1].id
    document.view.select("first")
    document.edit(remove_variant(document.experiment, "first"), "Remove")
    assert document.view.selected_variant == added
    document.edit(remove_variant(document.experiment, added), "Remove")
    assert document.view.selected_variant == "all"


def test_the_selection_holds_when_others_are_told_of_the_change(document):
    document.view.select("first")
    seen = []
    document.changed.connect(lambda b, a: seen.append(document.view.selected_variant))
    document.edit(remove_variant(document.experiment, "first"), "Remove")
    assert seen == ["all"]


def test_hidden_variants_are_forgotten_with_the_variant(document, qtbot):
    view = document.view
    with qtbot.waitSignal(view.hidden_changed):
        view.set_hidden("first", True)
    assert view.hidden == {"first"}
    with qtbot.assertNotEmitted(view.hidden_changed):
        view.set_hidden("first", True)
    document.edit(remove_variant(document.experiment, "first"), "Remove")
    assert view.hidden == set()
    view.set_hidden("all", True)
    view.set_hidden("all", False)
    assert view.hidden == set()
