"""A plot of a sweep, and what a person does with it, for its tests."""

import itertools

from plot_pictures import pixels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView

from engine.sweep import cells
from gui.models.sweep_curves import CurveChoice
from gui.plots.sweep_plot import SweepPlot
from tests.gui.sweep_results import base, maker_of, results_of, sweep_of

LEFT = Qt.MouseButton.LeftButton
RATES = (0.001, 0.01, 0.1)
SWEEP = sweep_of(("learning_rate", RATES))


def shown_plot(qtbot, themes):
    QCursor.setPos(-9999, -9999)  # not over a name, where the test before may have left it
    plot = SweepPlot(themes)
    plot.set_empty_text("Nothing yet")
    qtbot.addWidget(plot)
    plot.resize(640, 480)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def curves(sweep=SWEEP, results=None, measure="validation_loss", axis="learning_rate"):
    found = results_of(cells(sweep)) if results is None else results
    return maker_of(sweep).curves(found, CurveChoice(axis, measure))


def patterns(count, seeds=(1, 2)):
    """A sweep of so many variants."""
    experiment = base(seeds)
    first = experiment.variants[0]
    many = tuple(first.replace(id=f"v{i}", name=f"Pattern {i}") for i in range(count))
    return sweep_of(("learning_rate", RATES), experiment=experiment.replace(variants=many))


def by_pattern(cell, variant, seed):
    """A height of its own for every variant."""
    return 1 + cell + 0.1 * int(variant[1:]) + 0.01 * seed


def canvas(plot):
    return plot.findChild(QGraphicsView).viewport()


def on_canvas(plot, key):
    return canvas(plot).mapFrom(plot, plot.place_of_point(key).toPoint())


def hover(qtbot, plot, key):
    """Move the mouse there; pyqtgraph drops moves that follow each other within 10 ms."""
    shifts = itertools.cycle((0, 1))

    def moved():
        QTest.mouseMove(canvas(plot), on_canvas(plot, key) + QPoint(next(shifts), 0))
        return plot.readout is not None

    qtbot.waitUntil(moved)


def double_click(plot, place):
    QTest.mouseDClick(canvas(plot), LEFT, pos=place)
    QTest.mouseRelease(canvas(plot), LEFT, pos=place)


def around(plot, key, reach=4):
    """The pixels about a point."""
    place = plot.place_of_point(key).toPoint()
    x, y = place.x(), place.y()
    return pixels(plot)[y - reach : y + reach + 1, x - reach : x + reach + 1]


def height(plot, value):
    """The pixel row of a value on the upright axis."""
    return plot.place_of(0.0, value).y()
