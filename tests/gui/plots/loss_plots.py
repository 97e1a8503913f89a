"""Loss plots for tests: curves, and where things stand in their pictures."""

import itertools

import numpy as np
from plot_pictures import pixels
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView

from gui.plots.loss_inputs import CurveStyle

EPOCHS = np.arange(1.0, 101.0)
FLAT = np.full(100, 0.5)
FALLING = np.exp(-EPOCHS / 20)
TRAIN = CurveStyle("a", "All", 0)
HELD_OUT = CurveStyle("a held-out", "All", 0, held_out=True)
FIRST = CurveStyle("b", "First only", 1)


def show(plot, *styles, mean=FLAT, epochs=EPOCHS, now=0.0):
    plot.set_curves(styles)
    for style in styles:
        plot.set_data(style.key, epochs, mean)
    plot.finish_frame(now)


def row_along(plot, value, first=20.0, last=80.0, reach=1):
    """The pixels around the height of a value, between two epochs."""
    left, right = plot.place_of(first, value), plot.place_of(last, value)
    y = round(left.y())
    return pixels(plot)[y - reach : y + reach + 1, round(left.x()) : round(right.x())]


def canvas(plot):
    return plot.findChild(QGraphicsView).viewport()


def on_canvas(plot, x, y):
    return canvas(plot).mapFrom(plot, plot.place_of(x, y).toPoint())


def hover(qtbot, plot, epoch):
    """Move the mouse there; pyqtgraph drops moves that follow each other within 10 ms."""

    heights = itertools.cycle((0.3, 0.32))

    def moved():
        QTest.mouseMove(canvas(plot), on_canvas(plot, epoch, next(heights)))
        return plot.crosshair == round(epoch)

    qtbot.waitUntil(moved)
