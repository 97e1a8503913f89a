"""The base of the live plots: axes, grid, zoom and pan, fit, context menu, theme."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.plots.figures import Extent, Tick, axis_ticks
from gui.plots.plot_actions import PlotActions, PlotWords
from gui.plots.plot_style import hairline, small_font
from gui.plots.series import FloatArray
from gui.theme import Theme, ThemeSource

LEFT_AXIS = 58  # pixels; fixed, so that the frame stays while the numbers beside it change
BOTTOM_AXIS = 36
LOOKS = (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange)
KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
LINEAR_LIMIT, LOG_LIMIT = 1e31, 40.0


@dataclass(frozen=True)
class PlotView:
    """What part of the data is in view, and on how many pixels. With `log`, y holds logarithms."""

    x: Extent
    y: Extent
    width: float
    height: float
    log: bool
    scale: float = 1.0  # device pixels per pixel

    def to_x(self, x: FloatArray) -> FloatArray:
        """Pixels from the left edge."""
        return (x - self.x[0]) * (self.width / (self.x[1] - self.x[0]))

    def to_y(self, y: FloatArray) -> FloatArray:
        """Pixels from the top edge."""
        return (self.y[1] - y) * (self.height / (self.y[1] - self.y[0]))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """One point in pixels."""
        return (
            (x - self.x[0]) * self.width / (self.x[1] - self.x[0]),
            (self.y[1] - y) * self.height / (self.y[1] - self.y[0]),
        )

    def data_x(self, pixel: float) -> float:
        """The data's x at so many pixels from the left edge."""
        return self.x[0] + pixel * (self.x[1] - self.x[0]) / self.width


@dataclass(frozen=True)
class PlotTitles:
    """The plot's own words, translated: its name, its axes, and how to read it aloud."""

    name: str
    description: str
    x: str
    y: str


class LivePlot(QWidget):
    """A plot area that keeps still while its data move.

    Ranges are set by the subclass, never automatically. The wheel zooms, dragging pans, and either
    stops following until a double click, the key 0 or the menu fits again.
    """

    notice = Signal(str)  # how a copy or a save went
    log_toggled = Signal(bool)  # the menu changed the axis
    following_changed = Signal(bool)

    def __init__(
        self,
        themes: ThemeSource,
        titles: PlotTitles,
        words: PlotWords,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._themes, self._titles = themes, titles
        self._log, self._following, self._focus_shown = False, True, False
        self._shown_ticks: tuple[list[Tick], list[Tick]] = ([], [])
        self.setAccessibleName(titles.name)
        self.setAccessibleDescription(titles.description)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build_canvas()
        self.actions_menu = PlotActions(self, words, self.csv_text, self.fit)
        self.actions_menu.notice.connect(self.notice)
        self.actions_menu.log_asked.connect(self._on_log_asked)
        themes.changed.connect(self._on_theme_changed)
        self._dress()

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._themes.theme

    @property
    def log(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._log

    @property
    def following(self) -> bool:
        """Whether the view follows the data; not after zooming or panning by hand."""
        return self._following

    @property
    def view(self) -> PlotView:
        """What is in view."""
        (x, y), area = self._box.viewRange(), self._box.rect()
        return PlotView(
            (x[0], x[1]),
            (y[0], y[1]),
            max(area.width(), 1.0),
            max(area.height(), 1.0),
            self._log,
            self.devicePixelRatioF(),
        )

    @property
    def item_count(self) -> int:
        """Graphics items in the scene; constant while data are shown."""
        return len(self._scene.items())

    def place_of(self, x: float, y: float) -> QPointF:
        """Where in this widget a point of the data is drawn; y as it is, on a log axis too."""
        pixel = self.view.place(x, math.log10(y) if self._log else y)
        on_canvas = self._canvas.mapFromScene(self._box.mapToScene(QPointF(*pixel)))
        return QPointF(self._canvas.viewport().mapTo(self, on_canvas))

    def set_log(self, log: bool) -> None:
        """Show the y axis logarithmic or linear."""
        if log == self._log:
            return
        self._log = log
        self.actions_menu.set_log(log)
        with QSignalBlocker(self._box):  # the other axis's limits may squeeze the range to nothing
            self._set_limits()
        self.fit()

    def fit(self) -> None:
        """Show everything, and follow the data again."""
        if not self._following:
            self._following = True
            self.following_changed.emit(True)
        self._fit_now()

    def csv_text(self) -> str:
        """The data as measured, as CSV."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """0 fits, + and - zoom, Ctrl+C copies the picture."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.actions_menu.copy_picture()
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1.25 if event.key() == Qt.Key.Key_Minus else 0.8)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Our own menu."""
        self.actions_menu.open_menu(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A focus that came by keyboard is shown at the axes."""
        super().focusInEvent(event)
        self._focus_shown = event.reason() in KEYBOARD
        self._dress()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus_shown = False
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """The axes follow the window's type."""
        super().changeEvent(event)
        if event.type() in LOOKS and hasattr(self, "_canvas"):
            self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self._dress()
        self._theme_changed()

    def _on_log_asked(self, log: bool) -> None:
        self.set_log(log)
        self.log_toggled.emit(log)

    def _on_moved_by_hand(self, _enabled: object) -> None:
        if self._following:
            self._following = False
            self.following_changed.emit(False)
        self._view_changed()

    def _on_range_changed(self, *_what: object) -> None:
        self._renew_ticks()
        self._view_changed()

    def _on_resized(self, _box: object) -> None:
        self._area_resized()

    def _on_clicked(self, click: Any) -> None:
        if click.button() != Qt.MouseButton.LeftButton:
            return
        if click.double():
            self.fit()
        elif self._box.sceneBoundingRect().contains(click.scenePos()):
            self._clicked(self._box.mapSceneToView(click.scenePos()).x())

    def _theme_changed(self) -> None:
        """Other colours, or another type, from now on."""

    def _view_changed(self) -> None:
        """Another part of the data is in view, or on other pixels."""

    def _area_resized(self) -> None:
        """The same data are to be shown on other pixels."""
        self._renew_ticks()
        self._view_changed()

    def _fit_now(self) -> None:
        """Set the ranges from the data."""

    def _clicked(self, x: float) -> None:
        """The plot was clicked at this x of the data."""

    def _x_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        return axis_ticks(low, high, count)

    def _y_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        return axis_ticks(low, high, count, self._log)

    def _set_ranges(self, x: Extent, y: Extent) -> None:
        self._box.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def _dress(self) -> None:
        """Give canvas and axes the theme's colours and the window's type."""
        theme, font = self.theme, small_font(self.font())
        self._canvas.setBackground(theme.panel)
        for axis, title in ((self._bottom, self._titles.x), (self._left, self._titles.y)):
            axis.setPen(hairline(theme.accent if self._focus_shown else theme.line))
            axis.setTickPen(hairline(theme.line))
            axis.setTextPen(QColor(theme.muted))
            axis.setTickFont(font)
            axis.label.setFont(font)
            axis.setLabel(title, color=theme.muted)

    def _build_canvas(self) -> None:
        """One view box and two axes; pg.PlotWidget takes twice as long, for menus not ours."""
        self._canvas = pg.GraphicsView(self)
        self._canvas.setCacheMode(self._canvas.CacheModeFlag.CacheNone)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scene = self._canvas.scene()
        area = pg.GraphicsLayout()
        area.setContentsMargins(4, 8, 8, 2)
        area.setSpacing(0)
        self._canvas.setCentralItem(area)
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0)
        self._left, self._bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        area.addItem(self._left, 0, 0)
        area.addItem(self._box, 0, 1)
        area.addItem(self._bottom, 1, 1)
        self._left.setWidth(LEFT_AXIS)
        self._bottom.setHeight(BOTTOM_AXIS)
        for axis in (self._left, self._bottom):
            axis.linkToView(self._box)
            axis.setStyle(tickLength=0, autoExpandTextSpace=False, hideOverlappingLabels=False)
            axis.enableAutoSIPrefix(False)
            axis.setGrid(255)
            axis.setZValue(-200)  # the grid lies behind the view box, whose place is -100
        self._box.disableAutoRange()
        self._set_limits()
        self._box.sigRangeChanged.connect(self._on_range_changed)
        self._box.sigResized.connect(self._on_resized)
        self._box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        self._scene.sigMouseClicked.connect(self._on_clicked)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._canvas)

    def _set_limits(self) -> None:
        """How far the view may leave: beyond this, floating point itself breaks down."""
        limit = LOG_LIMIT if self._log else LINEAR_LIMIT
        self._box.setLimits(
            xMin=-1e9, xMax=1e9, minXRange=1e-3, yMin=-limit, yMax=limit, minYRange=1e-12
        )

    def _renew_ticks(self) -> None:
        view = self.view
        x = self._x_ticks(*view.x, max(2.0, view.width / 90))
        y = self._y_ticks(*view.y, max(2.0, view.height / 42))
        if (x, y) != self._shown_ticks:
            self._shown_ticks = (x, y)
            self._bottom.setTicks([x])
            self._left.setTicks([y])

    def _zoom(self, factor: float) -> None:
        self._box.scaleBy((factor, factor))
        self._on_moved_by_hand(None)


def nearest_place(places: FloatArray, wanted: float) -> int:
    """The index of the place nearest to the wanted one; places ascend and are not empty."""
    right = int(np.searchsorted(places, wanted))
    if right == 0:
        return 0
    if right == places.size or wanted - places[right - 1] <= places[right] - wanted:
        return right - 1
    return right
