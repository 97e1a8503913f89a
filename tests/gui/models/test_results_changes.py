"""What a run's journal changed of its variants: told of each once, and of nothing else."""

import pytest

from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import JournalEntry, RenameVariant, SetLearningRate, SetTrainable
from gui.models.results_changes import MOST_TOLD, Change, RunChanges, caveat_lines, changes_text
from gui.models.results_columns import seed_columns, variant_columns
from gui.models.results_rows import seed_rows, variant_rows
from gui.models.results_run import RunNumbers
from gui.models.variant_results import MemberNumbers, variant_results

UNFREEZE = SetTrainable(variant="first", layer="hidden-2", trainable=True)
SLOWER = SetLearningRate(variant="first", layer="hidden-2", learning_rate=3e-4)
FASTER = SLOWER.replace(learning_rate=0.5)


def entries(*edits):
    return tuple(JournalEntry(step=step, edit=edit) for step, edit in edits)


def test_changes_are_those_of_the_journal_by_variant(experiment: Experiment) -> None:
    rename = RenameVariant(variant="all", name="Every layer")
    journal = entries((0, SLOWER), (5, UNFREEZE), (5, rename), (9, FASTER))
    changes = RunChanges(experiment).read_on(journal)
    first = (
        Change(5, "unfroze hidden-2", planned=False),
        Change(9, "learning rate of hidden-2 3e-4 → 0.5", planned=False, rate_of="hidden-2"),
    )
    assert changes.of == {"first": first}  # not what was so from the first step on, and no name


def test_it_reads_on_as_if_it_had_read_at_once(experiment: Experiment) -> None:
    journal = entries((5, UNFREEZE), (6, SLOWER), (8, FASTER))
    at_once, by_turns = RunChanges(experiment).read_on(journal), RunChanges(experiment)
    for length in (1, 1, 2, 3):
        by_turns = by_turns.read_on(journal[:length])
    assert by_turns == at_once
    assert at_once.of["first"][-1].text == "learning rate of hidden-2 3e-4 → 0.5"
    assert by_turns.read_on(journal) is by_turns


def test_what_was_taken_back_before_the_next_step_is_no_change(experiment: Experiment) -> None:
    freeze = UNFREEZE.replace(trainable=False)
    changes = RunChanges(experiment).read_on(entries((5, UNFREEZE)))
    assert changes.after(5) == changes.of  # shown is what will train, not what did
    changes = changes.read_on(entries((5, UNFREEZE), (5, freeze)))
    assert changes.after(5) == {}
    assert changes.after(6) == changes.of  # the layer's moments began anew
    earlier = RunChanges(experiment).read_on(entries((3, SLOWER), (5, UNFREEZE), (5, freeze)))
    assert [change.step for change in earlier.after(5)["first"]] == [3]
    later = RunChanges(experiment).read_on(entries((3, UNFREEZE), (5, freeze)))
    assert later.after(5) == later.of


def test_a_rate_set_back_before_the_next_step_changed_nothing(experiment: Experiment) -> None:
    plan = experiment.variant("first").layers["hidden-2"]
    back = SLOWER.replace(learning_rate=plan.learning_rate)
    journal = entries((5, SLOWER), (5, UNFREEZE), (5, FASTER), (5, back), (7, SLOWER), (8, back))
    told = [change.text for change in RunChanges(experiment).read_on(journal).after(9)["first"]]
    assert told == [
        "unfroze hidden-2",  # its moments began anew
        "learning rate of hidden-2 1e-3 → 3e-4",
        "learning rate of hidden-2 3e-4 → 1e-3",  # a step was made in between
    ]
    changes = RunChanges(experiment).read_on(entries((100, SLOWER)))
    assert changes.after(101)["first"]
    set_back = changes.read_on(entries((100, SLOWER), (100, back)))
    assert set_back.after(101) == {}
    again = set_back.read_on(entries((100, SLOWER), (100, back), (100, FASTER)))
    assert [change.text for change in again.after(101)["first"]] == [
        "learning rate of hidden-2 1e-3 → 0.5"
    ]


def test_what_the_script_does_is_known_as_planned(experiment: Experiment) -> None:
    script = entries((5, UNFREEZE))
    changes = RunChanges(experiment.replace(script=script)).read_on(
        (*script, *entries((7, UNFREEZE)))
    )
    assert [change.planned for change in changes.of["first"]] == [True, False]


@pytest.mark.parametrize(
    ("planned", "text"),
    [
        ((False,), "changed at step 1,000: froze a"),
        ((False, False), "changed 2 times, first at step 1,000: froze a"),
        ((True,), "changed as planned at step 1,000"),
        ((True, True, True), "changed 3 times as planned, first at step 1,000"),
        ((True, False), "changed at step 1,001: froze a; changed as planned at step 1,000"),
    ],
)
def test_the_words_have_the_count_and_the_first(planned: tuple[bool, ...], text: str) -> None:
    changes = [Change(1000 + at, "froze a", each) for at, each in enumerate(planned)]
    assert changes_text(changes) == text


def test_of_very_many_changes_the_first_are_told(experiment: Experiment) -> None:
    changes = {"all": tuple(Change(step, "froze a", planned=False) for step in range(1, 100))}
    lines = caveat_lines(experiment, changes, ("all", "all"))
    assert (len(lines), lines[-1]) == (MOST_TOLD + 1, "…")
    assert lines[0] == "All trainable, step 1: froze a"


def test_a_changed_variant_is_marked_at_its_pattern(experiment: Experiment) -> None:
    now = apply_edit(experiment, UNFREEZE)
    run = RunNumbers(
        variants=("all", "first"),
        seeds=(7, 8),
        numbers=MemberNumbers.before_a_run(4),
        epochs=9,
        changes=RunChanges(experiment).read_on(entries((331, UNFREEZE))).of,
    )
    fixed = variant_results(now)
    for columns, rows in (
        (variant_columns("accuracy"), variant_rows(fixed, run)),
        (seed_columns("accuracy"), seed_rows(fixed, (), run)),
    ):
        at = [column.key for column in columns].index("pattern")
        plain, marked = rows[0].values[at], rows[-1].values[at]
        assert plain.signs == "■■■"
        assert marked.signs.startswith("■■")
        assert marked.signs.endswith(" *")
        assert marked.words == ("trains, trains, frozen; changed at step 331: unfroze hidden-2")
    before = variant_rows(fixed, None)[1].values[1]
    assert "*" not in before.signs
