"""Batches: every row once an epoch, the same for the same seed, the last one as small as it is."""

import pytest
import torch

from engine.batches import GATHERED_VALUES, BatchStream
from engine.trainer import random_stream

ROWS = 25


def stream(batch_size=8, seeds=(1, 2), variants=2, rows=ROWS, inputs=3):
    """Rows that carry their own number, in the inputs and in the targets."""
    numbers = torch.arange(rows)
    values = numbers.float().unsqueeze(1).expand(rows, inputs).contiguous()
    generators = [random_stream(seed, "batches") for seed in seeds]
    return BatchStream(values[None], numbers[None], batch_size, generators, variants)


def epoch(batches):
    """The batches of one epoch."""
    taken = [batches.next()]
    while not taken[-1].last:
        taken.append(batches.next())
    return taken


def rows_of(batches):
    """The row numbers of an epoch's batches, (M, rows)."""
    return torch.cat([batch.targets for batch in batches], dim=1)


def test_an_epoch_holds_every_row_once_for_every_member():
    batches = stream()
    for _ in range(3):
        rows = rows_of(epoch(batches))
        assert torch.equal(rows.sort(dim=1).values, torch.arange(ROWS).expand(4, ROWS))


def test_inputs_belong_to_their_targets_and_keep_the_published_order():
    batches = stream()
    taken = epoch(batches)
    for batch in taken:
        assert torch.equal(batch.inputs, batch.targets.unsqueeze(2).expand(-1, -1, 3).float())
    assert torch.equal(rows_of(taken), batches.order)
    assert torch.equal(batches.epoch_targets(), rows_of(taken))


def test_variants_share_the_batches_of_a_seed_and_seeds_do_not():
    rows = rows_of(epoch(stream(seeds=(1, 2, 3), variants=2)))
    assert torch.equal(rows[:3], rows[3:])
    assert len({tuple(row.tolist()) for row in rows[:3]}) == 3


def test_epochs_are_shuffled_anew():
    batches = stream()
    first, second = rows_of(epoch(batches)), rows_of(epoch(batches))
    assert not torch.equal(first, second)
    assert not torch.equal(first[0], torch.arange(ROWS))


@pytest.mark.parametrize(
    ("batch_size", "sizes"),
    [
        (8, [8, 8, 8, 1]),
        (5, [5] * 5),
        (24, [24, 1]),
        (25, [25]),
        (1000, [25]),
        (1, [1] * 25),
    ],
)
def test_only_the_last_batch_may_be_smaller_and_only_it_ends_the_epoch(batch_size, sizes):
    batches = stream(batch_size)
    assert batches.steps_per_epoch == len(sizes)
    for _ in range(2):
        taken = epoch(batches)
        assert [batch.targets.shape for batch in taken] == [(4, size) for size in sizes]
        assert [batch.last for batch in taken] == [False] * (len(sizes) - 1) + [True]


def test_wide_rows_are_gathered_in_pieces_with_the_same_result():
    wide = GATHERED_VALUES // 20  # 20 rows of one member at a time, the epoch in several pieces
    pieces = stream(batch_size=4, seeds=(1,), variants=1, inputs=wide)
    whole = stream(batch_size=4, seeds=(1,), variants=1)
    for _ in range(2):
        for piece, expected in zip(epoch(pieces), epoch(whole), strict=True):
            assert torch.equal(piece.targets, expected.targets)
            assert torch.equal(piece.inputs[..., :3], expected.inputs)
            assert piece.last == expected.last


def test_a_seed_gives_the_same_batches_whoever_trains_beside_it():
    among, alone = stream(seeds=(3, 1), variants=3), stream(seeds=(1,), variants=1)
    for _ in range(2):
        assert torch.equal(rows_of(epoch(among))[1], rows_of(epoch(alone))[0])
