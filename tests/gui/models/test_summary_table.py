import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from engine.edits import apply_edit
from engine.journal import RenameVariant, SetTrainable
from engine.structure import add_variant, insert_layer, remove_layer
from engine.summary import summarize
from gui.models.summary_table import SummaryTable, VariantTotals
from gui.models.summary_text import short_shape

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def rows_of(experiment):
    return summarize(experiment, experiment.variants[0]).rows


@pytest.fixture
def layers(qapp, experiment):
    model = SummaryTable()
    model.set_rows(rows_of(experiment))
    return model


@pytest.fixture
def totals(qapp, experiment):
    model = VariantTotals()
    model.set_experiment(experiment)
    return model


def test_the_layers_are_a_proper_model(layers, experiment):
    QAbstractItemModelTester(layers, FATAL, layers)
    layers.set_rows(rows_of(insert_layer(experiment, 1, "dropout")))
    layers.set_rows(rows_of(remove_layer(experiment, "hidden-1")))
    layers.set_rows(())
    assert layers.rowCount() == 0


def test_the_totals_are_a_proper_model(totals, experiment):
    QAbstractItemModelTester(totals, FATAL, totals)
    totals.set_experiment(add_variant(experiment))
    assert totals.ids == ("all", "first", "variant-3")


def test_the_same_rows_are_not_told_of_again(layers, experiment):
    changed, reset = QSignalSpy(layers.dataChanged), QSignalSpy(layers.modelReset)
    layers.set_rows(rows_of(experiment))
    assert (changed.count(), reset.count()) == (0, 0)
    frozen = apply_edit(experiment, SetTrainable(variant="all", layer="output", trainable=False))
    layers.set_rows(rows_of(frozen))
    assert (changed.count(), reset.count()) == (1, 0)


def test_the_same_totals_are_not_told_of_again(totals, experiment):
    changed, reset = QSignalSpy(totals.dataChanged), QSignalSpy(totals.modelReset)
    totals.set_experiment(experiment.replace(name="Another"))
    assert (changed.count(), reset.count()) == (0, 0)
    renamed = apply_edit(experiment, RenameVariant(variant="all", name="two\nlines"))
    totals.set_experiment(renamed)
    assert (changed.count(), reset.count()) == (1, 0)
    assert totals.index(0, 0).data() == "two lines"


def test_a_screen_reader_hears_the_kind_and_the_state(layers):
    role = Qt.ItemDataRole.AccessibleTextRole
    assert layers.index(0, 0).data(role) == "hidden-1, dense"
    assert layers.index(0, 3).data(role) == "trains"


def test_every_title_says_what_it_means(layers, totals):
    across = Qt.Orientation.Horizontal
    for model in (layers, totals):
        for column in range(model.columnCount()):
            assert model.headerData(column, across)
            assert model.headerData(column, across, Qt.ItemDataRole.ToolTipRole)


def test_a_short_shape_leaves_the_batch_out():
    assert (short_shape((16,)), short_shape((28, 28))) == ("16", "28 × 28")
