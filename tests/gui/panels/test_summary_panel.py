import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QToolButton

from engine.edits import apply_edit, with_plan, with_variant
from engine.experiment import Subset
from engine.journal import SetDetached, SetTrainable
from engine.structure import add_variant, duplicate_layer, insert_layer, remove_variant, with_data
from engine.summary import summaries_text, summary_text
from gui.document import Document
from gui.models.summary_text import SummaryColumn
from gui.panels.summary import MOST_VARIANTS, NARROWEST, SummaryPanel
from gui.theme import DARK, LIGHT

ENOUGH = 200  # pixels: far more than any letter


@pytest.fixture
def panel(document, themes, icons, show):
    return show(SummaryPanel(document, themes, icons), 300, 600)


def table(panel, name):
    [found] = [view for view in panel.findChildren(QTableView) if name in view.accessibleName()]
    return found


def layers(panel):
    return table(panel, "layers")


def variants(panel):
    return table(panel, "variant")


def texts(view):
    model = view.model()
    columns = range(model.columnCount())
    return [[model.index(r, c).data() for c in columns] for r in range(model.rowCount())]


def edit(document, change):
    document.edit(apply_edit(document.experiment, change), "as a person does")


def resize(qtbot, panel, width, height=600):
    """To a size, and wait until the tables have theirs."""
    panel.resize(width, height)
    room = panel.widget().layout().contentsMargins()
    qtbot.waitUntil(
        lambda: (
            layers(panel).width() == panel.viewport().width() - room.left() - room.right()
            and panel.width() == width
        )
    )


def freeze(document, layer, trainable=False):
    variant = document.view.selected_variant
    edit(document, SetTrainable(variant=variant, layer=layer, trainable=trainable))


def pixels(view, row, color):
    """How many pixels of a row have exactly this colour."""
    index = view.model().index(row, 0)
    rect = view.visualRect(index)
    rect.setWidth(view.viewport().width())
    image = view.viewport().grab(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(image.constBits(), np.uint32) == np.uint32(QColor(color).rgb())
    return int(found.sum())


def test_a_row_per_layer_and_the_totals_of_the_selected_variant(document, panel):
    assert texts(layers(panel)) == [
        ["hidden-1", "(None, 16)", "496", "trains"],
        ["hidden-2", "(None, 8)", "136", "trains"],
        ["output", "(None, 1)", "9", "trains"],
    ]
    assert panel.totals == ("641", "641", "0")
    document.view.select("first")
    assert [row[3] for row in texts(layers(panel))] == ["trains", "frozen", "frozen"]
    assert panel.totals == ("641", "496", "145")


def test_the_numbers_follow_every_edit_and_its_undoing(document, panel):
    freeze(document, "hidden-1")
    assert panel.totals == ("641", "145", "496")
    assert texts(layers(panel))[0][3] == "frozen"
    document.undo_stack.undo()
    assert panel.totals == ("641", "641", "0")
    assert texts(layers(panel))[0][3] == "trains"


def test_another_network_has_other_rows(document, panel):
    document.edit(insert_layer(document.experiment, 1, "batch_norm"), "Add batch norm")
    document.edit(insert_layer(document.experiment, 2, "dropout"), "Add dropout")
    assert texts(layers(panel))[1:3] == [
        ["batch-norm-1", "(None, 16)", "32", "trains"],
        ["dropout-1", "(None, 16)", "–", "–"],
    ]
    assert panel.totals == ("673", "673", "0")
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert len(texts(layers(panel))) == 3


def test_the_line_above_the_layers_says_what_reaches_the_first(document, panel):
    assert panel.source == "input (None, 30)"
    document.edit(with_data(document.experiment, "mnist_5k"), "Choose data set")
    assert panel.source == "input (None, 784) · images of 28 × 28"
    document.edit(insert_layer(document.experiment, 0, "flatten"), "Add flatten layer")
    assert panel.source == "input (None, 28, 28)"
    assert texts(layers(panel))[0] == ["flatten-1", "(None, 784)", "–", "–"]


def test_what_the_numbers_do_not_say_stands_below_them(document, panel):
    assert panel.notes == ""
    document.edit(insert_layer(document.experiment, 1, "batch_norm"), "Add batch norm")
    assert "32 running means and variances" in panel.notes
    edit(document, SetDetached(variant="all", layer="hidden-2", detached=True))
    assert "cut off" in panel.notes
    assert texts(layers(panel))[0][3] == "cut off"
    for layer in document.experiment.layers:
        freeze(document, layer.id)
    assert "Nothing is updated" in panel.notes
    assert panel.totals == ("673", "0", "673")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_frozen_row_is_ice_and_a_row_that_trains_is_not(document, themes, panel, theme):
    themes.set_theme(theme)
    view = layers(panel)
    assert pixels(view, 1, theme.frozen_fill) == 0
    assert pixels(view, 1, theme.trainable_ink) > 20
    freeze(document, "hidden-2")
    assert pixels(view, 1, theme.frozen_fill) > ENOUGH
    assert pixels(view, 1, theme.trainable_ink) == 0
    assert pixels(view, 0, theme.frozen_fill) == 0
    freeze(document, "hidden-2", trainable=True)
    assert pixels(view, 1, theme.frozen_fill) == 0


def test_a_line_per_variant_with_its_trainable_and_non_trainable_parameters(document, panel):
    assert texts(variants(panel)) == [
        ["All trainable", "641", "0"],
        ["First layer only", "496", "145"],
    ]
    edit(document, SetTrainable(variant="first", layer="output", trainable=True))
    assert texts(variants(panel))[1] == ["First layer only", "505", "136"]
    document.edit(add_variant(document.experiment), "Add variant")
    assert len(texts(variants(panel))) == 3


def test_a_single_variant_needs_no_table_of_variants(document, panel):
    assert variants(panel).isVisible()
    document.edit(remove_variant(document.experiment, "first"), "Delete variant")
    assert not variants(panel).isVisible()
    document.undo_stack.undo()
    assert variants(panel).isVisible()


def test_the_keyboard_chooses_a_variant_and_the_table_follows_the_choice(document, panel):
    view = variants(panel)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert document.view.selected_variant == "first"
    assert panel.totals == ("641", "496", "145")
    document.view.select("all")
    assert [index.row() for index in view.selectionModel().selectedRows()] == [0]
    assert document.undo_stack.count() == 0


def test_a_click_chooses_a_variant(document, panel):
    view = variants(panel)
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert document.view.selected_variant == "first"


def test_deleting_the_chosen_variant_chooses_its_neighbour(document, panel):
    document.view.select("first")
    document.edit(remove_variant(document.experiment, "first"), "Delete variant")
    assert document.view.selected_variant == "all"
    assert panel.totals == ("641", "641", "0")


def test_the_button_copies_the_summary_and_the_totals_of_all_variants(qtbot, document, panel):
    document.view.select("first")
    with qtbot.waitSignal(panel.notice) as told:
        QTest.mouseClick(panel.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert told.args == ["Summary copied"]
    experiment = document.experiment
    assert QApplication.clipboard().text() == (
        summary_text(experiment, experiment.variant("first")) + "\n" + summaries_text(experiment)
    )


def test_copy_keys_work_in_the_tables_and_a_single_variant_has_no_table_of_totals(document, panel):
    document.edit(remove_variant(document.experiment, "first"), "Delete variant")
    view = layers(panel)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    experiment = document.experiment
    assert QApplication.clipboard().text() == summary_text(experiment, experiment.variant("all"))


@pytest.mark.parametrize("width", [NARROWEST, 300, 420])
def test_everything_fits_the_width(qtbot, document, panel, width):
    document.edit(insert_layer(document.experiment, 1, "batch_norm"), "Add batch norm")
    resize(qtbot, panel, width, 900)
    for view in (layers(panel), variants(panel)):
        columns = range(view.model().columnCount())
        assert sum(map(view.columnWidth, columns)) == view.viewport().width()
        assert view.verticalScrollBar().maximum() == 0
    assert panel.widget().width() <= panel.viewport().width()
    narrow = layers(panel).fontMetrics().horizontalAdvance("hidden-1")
    assert layers(panel).columnWidth(SummaryColumn.LAYER) > narrow


def test_where_there_is_little_room_the_shapes_are_written_short(qtbot, document, panel):
    document.edit(insert_layer(document.experiment, 1, "batch_norm"), "Add batch norm")
    view = layers(panel)
    at_length = view.fontMetrics().horizontalAdvance("(None, 16)")
    resize(qtbot, panel, NARROWEST)
    assert view.columnWidth(SummaryColumn.SHAPE) < at_length
    resize(qtbot, panel, 420)
    assert view.columnWidth(SummaryColumn.SHAPE) > at_length
    resize(qtbot, panel, NARROWEST)
    assert view.columnWidth(SummaryColumn.SHAPE) < at_length


def test_the_panel_scrolls_to_the_row_with_the_keyboard(qtbot, document, panel):
    experiment = document.experiment
    for _ in range(20):
        experiment = duplicate_layer(experiment, "hidden-1")
    document.edit(experiment, "as if from a file")
    resize(qtbot, panel, 300, 300)
    view = layers(panel)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert panel.verticalScrollBar().value() == 0
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    last = view.visualRect(view.currentIndex())
    top = view.viewport().mapTo(panel.viewport(), last.topLeft()).y()
    assert view.currentIndex().row() == 22
    assert 0 <= top <= panel.viewport().height() - last.height()


def test_many_variants_scroll_in_their_own_table(qtbot, document, panel):
    experiment = document.experiment
    for _ in range(MOST_VARIANTS):
        experiment = add_variant(experiment)
    document.edit(experiment, "as if from a file")
    view = variants(panel)
    row = view.rowHeight(0)
    assert MOST_VARIANTS * row <= view.sizeHint().height() < (MOST_VARIANTS + 2) * row
    resize(qtbot, panel, 300, 1000)
    assert view.verticalScrollBar().maximum() > 0


def test_tab_reaches_both_tables_and_the_button(document, panel):
    start = layers(panel)
    start.setFocus()
    reached = []
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == [variants(panel), panel.findChild(QToolButton)]


def test_tips_are_definitions(document, panel):
    model, tip = layers(panel).model(), Qt.ItemDataRole.ToolTipRole
    assert "30 × 16 weights + 16 biases = 496" in model.index(0, SummaryColumn.PARAMETERS).data(tip)
    assert "fully connected" in model.index(0, SummaryColumn.LAYER).data(tip)
    assert "None stands for the rows" in model.index(0, SummaryColumn.SHAPE).data(tip)
    assert "optimizer updates" in model.index(0, SummaryColumn.TRAINS).data(tip)
    edit(document, SetDetached(variant="all", layer="hidden-2", detached=True))
    assert "detached" in model.index(0, SummaryColumn.TRAINS).data(tip)
    assert "detached" not in model.index(2, SummaryColumn.TRAINS).data(tip)
    assert panel.findChild(QToolButton).toolTip()


def test_a_name_that_looks_like_markup_stays_a_name(themes, icons, show, experiment):
    odd = experiment.variants[0].replace(name="<b>bold</b>")
    document = Document(experiment.replace(variants=(odd, experiment.variants[1])))
    panel = show(SummaryPanel(document, themes, icons), 300, 600)
    index = variants(panel).model().index(0, 0)
    assert index.data() == "<b>bold</b>"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert variants(panel).indexAt(QPoint(2, 2)).isValid()


def test_a_layer_that_trains_in_part_says_how_many_and_the_totals_count_them(panel, document):
    experiment = document.experiment
    plan = with_plan(experiment, experiment.variant("all"), "hidden-1", subset=Subset(count=9))
    document.edit(with_variant(experiment, plan), "part")
    model = layers(panel).model()
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert cells[SummaryColumn.TRAINS] == "trains, 9 of 496"
    assert cells[SummaryColumn.PARAMETERS] == "496"
    tip = model.index(0, SummaryColumn.TRAINS).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Trains in part: 9 of 496 of its parameters")
    assert model.index(1, SummaryColumn.TRAINS).data() == "trains"
    assert "154" in [str(cell) for row in texts(variants(panel)) for cell in row]
