import pytest

from engine.edits import apply_edit
from engine.journal import (
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)
from gui.models.edit_text import (
    describe_edit,
    detach_text,
    freeze_text,
    rate_step_text,
    when_frozen_step_text,
)

FREEZE = SetTrainable(variant="all", layer="hidden-2", trainable=False)
DETACH = SetDetached(variant="all", layer="hidden-2", detached=True)
CHOICE = SetWhenFrozen(variant="all", layer="batch-norm-1", when_frozen="training")
RATE = SetLearningRate(variant="all", layer="output", learning_rate=3e-4)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (FREEZE, "froze hidden-2 ({all})"),
        (FREEZE.replace(trainable=True), "unfroze hidden-2 ({all})"),
        (RATE, "learning rate of output 1e-3 → 3e-4 ({all})"),
        (RATE.replace(learning_rate=0.0), "learning rate of output 1e-3 → 0 ({all})"),
        (DETACH, "detached hidden-2 ({all})"),
        (DETACH.replace(detached=False), "reattached hidden-2 ({all})"),
        (CHOICE, "batch-norm-1 frozen as in training ({all})"),
        (CHOICE.replace(when_frozen="inference"), "batch-norm-1 frozen as in inference ({all})"),
        (RenameVariant(variant="all", name="Everything"), "renamed {all} to Everything"),
    ],
)
def test_every_edit_has_its_words(experiment, edit, text):
    assert describe_edit(edit, experiment) == text.format(all=experiment.variant("all").name)


def test_the_rate_before_is_left_out_where_it_is_not_another(experiment):
    done = apply_edit(experiment, RATE)
    assert "output → 3e-4" in describe_edit(RATE, done)


def test_what_is_gone_from_the_experiment_goes_by_its_id(experiment):
    gone = FREEZE.replace(variant="variant-9", layer="hidden-9")
    assert describe_edit(gone, experiment) == "froze hidden-9 (variant-9)"
    rate = RATE.replace(variant="variant-9")
    assert describe_edit(rate, experiment) == "learning rate of output → 3e-4 (variant-9)"


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        (["hidden-2"], "Freeze hidden-2"),
        (["hidden-1", "hidden-2"], "Freeze hidden-1 and hidden-2"),
        (["a", "b", "c"], "Freeze 3 layers"),
    ],
)
def test_undo_steps_name_their_layers(layers, text):
    assert freeze_text(layers, trainable=False) == text
    assert freeze_text(layers, trainable=True) == "Unf" + text[1:]
    assert detach_text(layers, detached=True) == text.replace("Freeze", "Detach")
    assert detach_text(layers, detached=False) == text.replace("Freeze", "Reattach")
    assert rate_step_text(layers) == text.replace("Freeze", "Set learning rate of")


def test_the_choice_for_frozen_layers_is_named():
    assert when_frozen_step_text(["bn"], "training") == "While frozen, bn as in training"
    assert when_frozen_step_text(["bn"], "inference") == "While frozen, bn as in inference"
