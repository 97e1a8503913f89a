import pytest

from gui.plots.loss_plot import LossPlot
from gui.theme import LIGHT, ThemeSource


@pytest.fixture
def themes():
    return ThemeSource(LIGHT)


@pytest.fixture
def plot(qtbot, themes):
    plot = LossPlot(themes)
    qtbot.addWidget(plot)
    plot.resize(800, 420)
    plot.show()
    qtbot.waitExposed(plot)
    return plot
