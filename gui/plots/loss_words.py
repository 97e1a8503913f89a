"""The loss plot's own words."""

from PySide6.QtCore import QCoreApplication

from gui.plots.live_plot import PlotTitles
from gui.plots.plot_actions import PlotWords


def titles() -> PlotTitles:
    """Its name, its axes, and how to read it aloud."""
    return PlotTitles(
        name=QCoreApplication.translate("LossPlot", "Loss plot"),
        description=QCoreApplication.translate(
            "LossPlot",
            "Loss over the epochs. Left and Right read the values, Up and Down show the seeds of a "
            "curve, 0 fits, plus and minus zoom.",
        ),
        x=QCoreApplication.translate("LossPlot", "epoch"),
        y=QCoreApplication.translate("LossPlot", "loss"),
    )


def words() -> PlotWords:
    """What its menu and its files are called."""
    return PlotWords(QCoreApplication.translate("LossPlot", "&Logarithmic loss"), "loss")
