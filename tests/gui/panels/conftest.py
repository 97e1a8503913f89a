import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.appearance import Appearance
from gui.icons import Icons
from gui.panels.layer_painting import row_metrics
from gui.panels.layer_stack import LayerStack
from gui.settings import Settings
from gui.theme import ThemeSource
from tests.gui.panels.stack_parts import entry, submenu


@pytest.fixture
def themes(qapp, tmp_path):
    """The program's own look, light."""
    source = ThemeSource()
    settings = Settings(tmp_path / "settings.ini")
    settings.theme = "light"
    appearance = Appearance(qapp, source, settings)
    yield source
    appearance.withdraw()


@pytest.fixture
def icons(themes):
    return Icons(themes)


@pytest.fixture
def show(qtbot):
    """Show a widget at a size, and wait until it can be clicked."""

    def shown(widget, width=330, height=700):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return shown


@pytest.fixture
def stack(document, themes, icons, show):
    return show(LayerStack(document, themes, icons), 400, 400)


@pytest.fixture
def plan(document):
    """How the selected variant treats a layer now."""

    def of(layer):
        variant = document.experiment.variant(document.view.selected_variant)
        return variant.layers[layer]

    return of


@pytest.fixture
def cell(stack):
    """The middle of a cell's upper line, in the viewport."""

    def middle(row, column):
        grid = stack.grid
        rect = grid.visualRect(grid.model().index(row, column))
        metrics = row_metrics(grid.font())
        return QPoint(rect.center().x(), rect.top() + metrics.top + metrics.control // 2)

    return middle


@pytest.fixture
def click(stack, cell):
    def at(row, column, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(
            stack.grid.viewport(), Qt.MouseButton.LeftButton, modifiers, cell(row, column)
        )

    return at


@pytest.fixture
def enter(qtbot):
    """Write something into a field as a person does, and press Return."""

    def written(field, text):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    return written


@pytest.fixture
def choose(qtbot):
    """Choose an entry of a list with the keyboard."""

    def chosen(field, value):
        field.setFocus()
        texts = [field.itemText(index) for index in range(field.count())]
        target = next(index for index, text in enumerate(texts) if value in text)
        while field.currentIndex() != target:
            down = field.currentIndex() < target
            QTest.keyClick(field, Qt.Key.Key_Down if down else Qt.Key.Key_Up)

    return chosen


@pytest.fixture
def act(stack):
    """Choose an entry of the menu of the selected layers, or of a menu in it."""

    def chosen(*path):
        menu = stack.layer_menu
        for name in path[:-1]:
            menu = submenu(menu, name)
        entry(menu, path[-1]).trigger()

    return chosen
