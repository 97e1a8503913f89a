"""What a run brings to the cards of the lattice, and that a hidden lattice costs nothing."""

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.structure import add_variant, remove_variant
from gui.live_lattice import LiveLattice
from gui.models.lattice_cards import LatticeCard
from gui.models.variant_results import VariantResult, variant_results
from gui.plots.lattice_view import LatticeView
from gui.plots.series import AnyFloatArray
from gui.theme import ThemeSource
from tests.gui.live_bench import Bench, BenchOf, bursting, points


class WatchedLattice(LatticeView):
    """A lattice that remembers its curves and counts what it is told."""

    def __init__(self) -> None:
        super().__init__(ThemeSource())
        self.curves: dict[tuple[str, bool], AnyFloatArray] = {}
        self.told = 0

    def set_curve(self, variant: str, held_out: bool, losses: AnyFloatArray) -> None:
        self.told += 1
        self.curves[variant, held_out] = np.array(losses)
        super().set_curve(variant, held_out, losses)

    def clear_curves(self) -> None:
        self.curves.clear()
        super().clear_curves()

    def set_card(self, card: LatticeCard) -> None:
        self.told += 1
        super().set_card(card)


class Lattice:
    """A bench with a lattice."""

    def __init__(self, bench: Bench, qtbot: QtBot) -> None:
        self.bench = bench
        self.view = WatchedLattice()
        qtbot.addWidget(self.view)
        self.view.resize(800, 600)
        self.live = LiveLattice(bench.document, bench.store, bench.controller, self.view)

    def card(self, variant: str) -> LatticeCard:
        return next(card for card in self.view.cards if card.id == variant)

    def expected(self) -> tuple[VariantResult, ...]:
        record = self.bench.record
        return variant_results(record.experiment, record.run.log.table)


@pytest.fixture
def lattice(bench: Bench, qtbot: QtBot) -> Lattice:
    lattice = Lattice(bench, qtbot)
    lattice.view.show()
    return lattice


def assert_complete(lattice: Lattice) -> None:
    """Curves and numbers are those of the run's log."""
    run = lattice.bench.run
    for result in lattice.expected():
        card = lattice.card(result.variant)
        assert card.result.epochs == run.epochs
        found, wanted = card.result.train_loss, result.train_loss
        assert found is not None
        assert wanted is not None
        assert found.mean == pytest.approx(wanted.mean)
        assert card.result.best_epoch == result.best_epoch
    for (variant, held_out), losses in lattice.view.curves.items():
        column = "validation_loss" if held_out else "train_loss"
        at = [each.id for each in lattice.bench.record.experiment.variants].index(variant)
        np.testing.assert_allclose(losses, run.log.column(column)[:, at], rtol=1e-6)


def test_before_a_run_the_cards_say_what_would_train(lattice: Lattice) -> None:
    assert [card.id for card in lattice.view.cards] == ["all", "last"]
    assert {card.state for card in lattice.view.cards} == {"not trained"}
    assert [card.result.trainable for card in lattice.view.cards] == [35, 8]
    assert lattice.view.curves == {}


def test_a_finished_run_is_on_the_cards_whole(lattice: Lattice) -> None:
    lattice.bench.finish()
    lattice.bench.until(lambda: lattice.card("all").result.epochs == 4)
    assert set(lattice.view.curves) == {(v, h) for v in ("all", "last") for h in (False, True)}
    assert {card.state for card in lattice.view.cards} == {"trained"}
    assert_complete(lattice)


def test_a_hidden_lattice_is_told_nothing_and_complete_when_it_is_seen_again(
    lattice: Lattice,
) -> None:
    lattice.view.hide()
    before = lattice.view.told
    lattice.bench.finish()
    assert lattice.view.told == before
    lattice.view.show()
    assert lattice.view.told > before
    assert_complete(lattice)


def test_what_changes_while_it_is_hidden_is_there_when_it_is_seen(lattice: Lattice) -> None:
    lattice.view.hide()
    document = lattice.bench.document
    document.edit(with_every_pattern(document.experiment), "Patterns")
    document.view.select("pattern-110")
    assert len(lattice.view.cards) == 2
    lattice.view.show()
    assert len(lattice.view.cards) == 8


def test_a_variant_that_the_run_has_not_waits_for_the_next_one(lattice: Lattice) -> None:
    lattice.bench.finish()
    document = lattice.bench.document
    document.edit(add_variant(document.experiment), "Add variant")
    assert lattice.card("variant-3").state == "next run"
    assert lattice.card("all").state == "trained"
    lattice.bench.controller.reset()
    lattice.bench.finish()
    lattice.bench.until(lambda: lattice.card("variant-3").result.epochs == 4)
    assert lattice.card("variant-3").state == "trained"
    assert_complete(lattice)


def test_a_new_run_begins_with_empty_cards(lattice: Lattice) -> None:
    lattice.bench.finish()
    lattice.bench.controller.reset()
    assert all(not len(losses) for losses in lattice.view.curves.values())
    assert {card.result.epochs for card in lattice.view.cards} == {0}


def test_a_removed_variant_goes_and_undo_brings_its_numbers_back(lattice: Lattice) -> None:
    lattice.bench.finish()
    lattice.bench.until(lambda: lattice.card("last").result.epochs == 4)
    numbers = lattice.card("last")
    document = lattice.bench.document
    document.edit(remove_variant(document.experiment, "last"), "Delete")
    assert [card.id for card in lattice.view.cards] == ["all"]
    document.undo_stack.undo()
    assert lattice.card("last") == numbers


def test_hidden_variants_are_marked_and_the_selected_one_is_outlined(lattice: Lattice) -> None:
    view = lattice.bench.document.view
    view.set_hidden("last", True)
    assert lattice.card("last").hidden
    assert not lattice.card("all").hidden
    view.set_hidden("last", False)
    assert not lattice.card("last").hidden
    lattice.view.canvas.setFocus()
    assert "selected" in lattice.view.canvas.accessibleDescription()
    view.select("last")
    assert lattice.view.canvas.accessibleName() == "Variants: Last"
    assert "selected" in lattice.view.canvas.accessibleDescription()


def test_freezing_changes_the_card_at_once(lattice: Lattice) -> None:
    lattice.bench.freeze("hidden")
    assert lattice.card("all").result.pattern == ("frozen", "trains", "trains")
    assert lattice.card("all").result.trainable == 23
    lattice.bench.freeze("hidden", trainable=True)
    assert lattice.card("all").result.trainable == 35


def test_seeds_that_diverge_are_counted(bench_of: BenchOf, qtbot: QtBot) -> None:
    experiment: Experiment = bursting()
    seeds = experiment.training.replace(seeds=(1, 2, 3))
    lattice = Lattice(bench_of(experiment.replace(training=seeds)), qtbot)
    lattice.view.show()
    lattice.bench.finish()
    lattice.bench.until(lambda: lattice.card("all").diverged == 3)
    assert lattice.card("last").diverged == 0
    loss = lattice.card("all").result.train_loss
    assert loss is not None
    assert math.isnan(loss.mean)


def test_more_epochs_lengthen_the_axis(bench_of: BenchOf, qtbot: QtBot) -> None:
    lattice = Lattice(bench_of(points(seeds=(1, 2))), qtbot)
    lattice.view.show()
    lattice.bench.finish()
    assert "4 epochs" in lattice.view.axes
    lattice.bench.controller.run_or_pause()
    lattice.bench.until(lambda: "8 epochs" in lattice.view.axes)
    lattice.bench.until(lambda: lattice.card("all").result.epochs == 8)
