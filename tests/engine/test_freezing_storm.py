"""Frozen means frozen, whatever happens: 500 random live edits, checked after every single step.

Every kind of layer is in the stack, several variants and seeds train at once, weight decay pulls,
probes look on, and in the end the journal alone gives the same run bit for bit.
"""

import random

import pytest
import torch

from engine.backprop import updated_layers
from engine.edits import apply_edit, live_edits
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.journal import (
    JournalEntry,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, LayerNorm, Residual
from engine.probes import HISTOGRAM_KINDS
from engine.run import Run, replay
from engine.telemetry import SnapshotRequest

EDITS = 500
VARIANTS = ("a", "b", "c")
LAYERS = (
    BatchNorm(id="norm-1", momentum=0.3),
    Dense(id="hidden", units=9, activation="tanh"),
    Dropout(id="drop", rate=0.3),
    Residual(id="block", units=5, activation="sigmoid"),
    PCA(id="projection", units=6),
    LayerNorm(id="norm-2", activation="gelu"),
    BatchNorm(id="norm-3", activation="tanh"),
    Dense(id="output", units=3, activation="linear"),
)
STORMS = {  # name: (fields of Training, learning rates; none of them diverges)
    "sgd": ({"optimizer": "sgd"}, (0.0, 1e-3, 0.05)),
    "momentum": ({"optimizer": "sgd", "momentum": 0.9}, (0.0, 1e-4, 0.01)),
    "adam": ({"optimizer": "adam"}, (0.0, 1e-4, 0.01)),
    "adamw": ({"optimizer": "adamw"}, (0.0, 1e-4, 0.01)),
    "clipped": ({"optimizer": "adam", "clip_norm": 0.1, "on_unfreeze": "keep"}, (0.0, 0.01)),
}


def experiment_of(fields, rates):
    frozen = {"a": (), "b": ("norm-1", "hidden"), "c": ("projection", "norm-3")}
    variants = tuple(
        Variant(
            id=name,
            name=name,
            layers={
                layer.id: LayerPlan(trainable=layer.id not in frozen[name], learning_rate=rates[-1])
                for layer in LAYERS
            },
        )
        for name in VARIANTS
    )
    script = (
        JournalEntry(step=90, edit=SetTrainable(variant="a", layer="output", trainable=False)),
        JournalEntry(step=40, edit=SetDetached(variant="b", layer="block", detached=True)),
        JournalEntry(step=60, edit=SetDetached(variant="b", layer="block", detached=False)),
    )
    return Experiment(
        data=DataSpec(name="wine"),
        layers=LAYERS,
        training=Training(seeds=(1, 2), epochs=1000, **{"weight_decay": 0.05} | fields),
        variants=variants,
        script=script,
    )


class Storm:
    """Random edits of a run, each kept with what it changed, so that it can be undone."""

    def __init__(self, run, rates, seed):
        self.run = run
        self.rates = rates
        self.chance = random.Random(seed)
        self.taken = []  # (before, after) of every edit that changed something

    def blow(self):
        """Take one more edit: a new one, or the reverse of one of the latest."""
        before = self.run.experiment
        if self.taken and self.chance.random() < 0.3:
            was, now = self.taken.pop()
            for edit in live_edits(now, was):
                self.run.apply(edit)
            return
        self.run.apply(self.edit())
        if self.run.experiment != before:
            self.taken.append((before, self.run.experiment))

    def edit(self):
        chance = self.chance
        place = {"variant": chance.choice(VARIANTS), "layer": chance.choice(LAYERS).id}
        flag = chance.random() < 0.6
        match chance.choices(("box", "rate", "frozen", "cut", "name"), (8, 5, 3, 3, 1))[0]:
            case "box":
                state = chance.choice((None, "clear", "keep"))
                return SetTrainable(**place, trainable=flag, optimizer_state=state)
            case "rate":
                return SetLearningRate(**place, learning_rate=chance.choice(self.rates))
            case "frozen":
                return SetWhenFrozen(**place, when_frozen=chance.choice(("inference", "training")))
            case "cut":
                return SetDetached(**place, detached=chance.random() < 0.3)
        return RenameVariant(variant=place["variant"], name=chance.choice("xyz"))

    def look_on(self):
        """Measure this and that, as the window does."""
        run, chance = self.run, self.chance
        request = SnapshotRequest(
            chance.choice(VARIANTS),
            chance.choice((1, 2)),
            histograms=frozenset(chance.sample(HISTOGRAM_KINDS, 2)),
            gradients=chance.random() < 0.5,
            what_if=chance.random() < 0.5,
        )
        self.check_distances(run.snapshot(request), run.experiment.variant(request.variant))
        run.trainer.validate()
        run.record(request.histograms, request.gradients)

    def check_distances(self, snapshot, variant):
        """Moved while frozen: exactly 0, but for statistics that were let go on; else no number."""
        for layer in LAYERS:
            moved = snapshot.measures[layer.id].moved_while_frozen
            if variant.layers[layer.id].trainable or not layer.has_parameters:
                assert moved is None
            elif not isinstance(layer, BatchNorm):
                assert moved == 0.0


def state_of(run):
    """Parameters, buffers and moments of every block: {(variant, layer): (bytes, bytes, bytes)}."""
    trainer, found = run.trainer, {}
    optimizer, place = trainer.optimizer, 0
    for index, layer in enumerate(trainer.network.layers):
        mine = slice(place, place := place + len(layer.parameters))
        memory = [*optimizer.first_moments[mine], *optimizer.second_moments[mine]]
        for variant in VARIANTS:
            members = trainer.members_of(variant)
            found[variant, layer.id] = (
                in_bytes(layer.parameters, members),
                in_bytes(layer.buffers, members),
                in_bytes([*memory, optimizer.steps[index]], members),
            )
    return found


def in_bytes(tensors, members):
    return b"".join(tensor.detach()[members].numpy().tobytes() for tensor in tensors)


def check_one_step(run, before, after):
    """What the plans say happened in the step, and nothing else; how many blocks stood still."""
    still = 0
    for variant in run.experiment.variants:
        updated = updated_layers(LAYERS, variant)
        for layer, updates in zip(LAYERS, updated, strict=True):
            plan, block = variant.layers[layer.id], (variant.id, layer.id)
            (was, ran, held), (now, runs, holds) = before[block], after[block]
            assert (now != was) == (updates and plan.learning_rate > 0), block
            assert (holds != held) == updates, block
            in_training = plan.trainable or plan.when_frozen == "training"
            assert (runs != ran) == (isinstance(layer, BatchNorm) and in_training), block
            still += now == was and bool(now)
    return still


def fingerprint(run):
    return run.step_count, run.log.table.tobytes(), state_of(run)


@pytest.mark.parametrize("name", STORMS)
def test_500_live_edits_move_nothing_that_is_frozen_and_replay_bit_for_bit(name):
    fields, rates = STORMS[name]
    run = Run(experiment_of(fields, rates))
    run.prepare()
    storm = Storm(run, rates, seed=name)
    still = steps = 0
    while len(run.journal) < EDITS:
        for _ in range(storm.chance.choice((0, 1, 1, 2, 4))):
            storm.blow()
        if storm.chance.random() < 0.1:
            storm.look_on()
        run.follow_script()
        before = state_of(run)
        run.step(observe=storm.chance.random() < 0.2)
        still += check_one_step(run, before, state_of(run))
        steps += 1
    assert not run.trainer.diverged
    assert 0.2 < still / (steps * len(VARIANTS) * len(LAYERS)) < 0.8  # both kinds were seen
    kinds = {type(entry.edit) for entry in run.journal}
    assert len(kinds) == 5
    again = replay(run)
    assert fingerprint(again) == fingerprint(run)
    assert again.journal == run.journal
    for variant in VARIANTS:
        assert again.experiment.variant(variant) == run.experiment.variant(variant)


def test_the_storm_makes_a_difference():
    # Were edits not taken, the test above would hold as well.
    fields, rates = STORMS["adam"]
    calm, stormy = (Run(experiment_of(fields, rates)) for _ in range(2))
    storm = Storm(stormy, rates, seed=0)
    for run in (calm, stormy):
        run.prepare()
    for _ in range(30):
        storm.blow()
        for run in (calm, stormy):
            run.step()
    first, second = state_of(calm), state_of(stormy)
    parted = [first[block][0] != second[block][0] for block in first if block[1] != "drop"]
    assert sum(parted) > 0.8 * len(parted)  # all but what is frozen in both


def test_an_edit_and_its_reverse_before_the_next_step_change_nothing():
    fields, rates = STORMS["adamw"]
    edited, plain = (Run(experiment_of(fields | {"on_unfreeze": "keep"}, rates)) for _ in range(2))
    storm = Storm(edited, rates, seed=3)
    for _ in range(40):
        edited.prepare()
        edited.follow_script()
        before = edited.experiment
        edit = storm.edit()
        if not isinstance(edit, SetTrainable):
            edited.apply(edit)
            for back in live_edits(edited.experiment, before):
                edited.apply(back)
        assert edited.experiment == before
        for run in (edited, plain):
            run.step()
    assert fingerprint(edited) == fingerprint(plain)


def test_the_reverse_of_an_edit_is_an_edit():
    experiment = experiment_of(*STORMS["adam"])
    run = Run(experiment)
    storm = Storm(run, (0.0, 0.5), seed=5)
    for _ in range(200):
        after = apply_edit(experiment, storm.edit())
        back = live_edits(after, experiment)
        assert len(back) == (after != experiment)
        for edit in back:
            after = apply_edit(after, edit)
        assert after == experiment


def test_a_frozen_start_is_the_drawn_one_for_the_whole_run():
    run = Run(experiment_of(*STORMS["adamw"]))
    trainer = run.prepare()
    drawn = {layer.id: layer.flat_parameters() for layer in trainer.network.layers}
    while run.step_count < 35:
        run.step()
    for variant, layer in (("b", "norm-1"), ("b", "hidden"), ("c", "projection"), ("c", "norm-3")):
        now = trainer.network.layer(layer).flat_parameters()[trainer.members_of(variant)]
        assert torch.equal(now, drawn[layer][trainer.members_of(variant)])
