"""The window's docks: where they stand at first, and what holds their place meanwhile."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabWidget, QWidget

Area = Qt.DockWidgetArea

LEFT_WIDTH, RIGHT_WIDTH, BOTTOM_HEIGHT = 380, 292, 64
NARROWEST = {"experiment": 316, "backprop": 260, "summary": 260}


class Docks:
    """Experiment left, Backprop and Summary right as tabs, Journal below the plots."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.experiment = self._make("experiment", _tr("Experiment"))
        self.backprop = self._make("backprop", _tr("Backprop"))
        self.summary = self._make("summary", _tr("Summary"))
        self.journal = self._make("journal", _tr("Journal"))
        self._place()

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every dock, in the order of the View menu."""
        return self.experiment, self.backprop, self.summary, self.journal

    def _make(self, name: str, title: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(_placeholder(NARROWEST.get(name, 0)))
        return dock

    def _place(self) -> None:
        window = self._window
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.addDockWidget(Area.LeftDockWidgetArea, self.experiment)
        window.addDockWidget(Area.RightDockWidgetArea, self.backprop)
        window.addDockWidget(Area.RightDockWidgetArea, self.summary)
        window.addDockWidget(Area.BottomDockWidgetArea, self.journal)
        window.tabifyDockWidget(self.backprop, self.summary)
        self.backprop.raise_()
        sides = [self.experiment, self.backprop]
        window.resizeDocks(sides, [LEFT_WIDTH, RIGHT_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([self.journal], [BOTTOM_HEIGHT], Qt.Orientation.Vertical)


def _placeholder(width: int) -> QWidget:
    """What holds a dock's width until its panel is there."""
    empty = QFrame()
    empty.setProperty("panel", True)
    empty.setMinimumWidth(width)
    return empty


def _tr(text: str) -> str:
    return QCoreApplication.translate("docks", text)
