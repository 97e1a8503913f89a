from engine.errors import DatasetError, ExperimentError, Problem
from engine.structure import with_data
from gui.models.checked_edit import new_problems, problem_text, try_edit


def with_fraction(experiment, fraction):
    data = experiment.data.replace(validation_fraction=fraction)
    return experiment.replace(data=data)


def test_a_good_edit_is_made(document):
    assert try_edit(document, lambda e: with_fraction(e, 0.5), "Hold out half") == ""
    assert document.experiment.data.validation_fraction == 0.5
    assert document.undo_stack.undoText() == "Hold out half"


def test_what_the_engine_refuses_changes_nothing(document):
    reason = try_edit(document, lambda e: with_fraction(e, 3.0), "Hold out more than all")
    assert "less than or equal to 0.9" in reason
    assert document.undo_stack.count() == 0


def test_what_could_not_be_trained_changes_nothing(document):
    reason = try_edit(document, lambda e: with_fraction(e, 0.001), "Hold out one row")
    assert "choose 0 or" in reason
    assert document.undo_stack.count() == 0


def test_an_experiment_with_a_problem_can_still_be_edited(document):
    document.edit(with_fraction(document.experiment, 0.001), "as if from a file")
    assert try_edit(document, lambda e: e.replace(name="Renamed"), "Rename") == ""
    assert try_edit(document, lambda e: with_fraction(e, 0.002), "Still too little") == ""
    assert document.experiment.name == "Renamed"


def test_problems_are_new_where_there_was_none(experiment):
    bad = with_fraction(experiment, 0.001)
    assert [p.path for p in new_problems(experiment, bad)] == ["data.validation_fraction"]
    assert new_problems(bad, bad) == []
    assert new_problems(bad, experiment) == []


def test_every_problem_has_a_line():
    error = ExperimentError([Problem("a", "must be 1"), Problem("b", "must be 2")])
    assert problem_text(error) == "must be 1\nmust be 2"
    assert problem_text(DatasetError("there is no such set")) == "there is no such set"


def test_an_unknown_data_set_is_refused_in_words(document):
    reason = try_edit(document, lambda e: with_data(e, "titanic"), "Other data")
    assert "titanic" in reason
    assert "breast_cancer" in reason
