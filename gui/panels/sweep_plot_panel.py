"""The results of a sweep as a plot, with the choices of what is drawn against what."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.sweep import RunResult
from gui.models.sweep_curves import CurveChoice, CurveMaker
from gui.panels.sweep_fixed_value import FixedValue
from gui.plots.sweep_plot import SweepPlot
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.flow_area import FlowArea
from gui.widgets.ink_label import InkLabel

MOST_HEIGHT = 72  # pixels of the fixed values; more scroll


class SweepPlotPanel(QWidget):
    """Remembers what a person chose as long as it lives, and shows it where the sweep has it."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._maker: CurveMaker | None = None
        self._results: Sequence[RunResult] = ()
        self._wanted_axis = self._wanted_measure = ""
        self._values: dict[str, int] = {}  # of fixed axes, by path
        self.measure, self.axis = ChoiceField(), ChoiceField()
        self.plot = SweepPlot(themes)
        self._header = QWidget()
        self._fixed = FlowArea(8, MOST_HEIGHT)
        self._fixed_values: list[FixedValue] = []
        self._assemble()
        self.measure.chosen.connect(self._on_measure_chosen)
        self.axis.chosen.connect(self._on_axis_chosen)

    @property
    def fixed_values(self) -> tuple[FixedValue, ...]:
        """A choice for every further thing that varies."""
        return tuple(self._fixed_values)

    def set_results(self, maker: CurveMaker | None, results: Sequence[RunResult]) -> None:
        """Show these results of a sweep, in the order of cells, variants and seeds."""
        is_other, self._maker, self._results = maker is not self._maker, maker, results
        if is_other:
            self._values.clear()
            self.plot.set_curves(None)  # what was chosen there is of another sweep
            self._offer()
        self._show()

    def set_empty_text(self, text: str) -> None:
        """What stands there without results."""
        self.plot.set_empty_text(text)

    @Slot(object)
    def _on_measure_chosen(self, key: str) -> None:
        self._wanted_measure = key
        self.measure.set_value(key)
        self._show()

    @Slot(object)
    def _on_axis_chosen(self, path: str) -> None:
        self._wanted_axis = path
        self.axis.set_value(path)
        self._offer_fixed()
        self._show()

    @Slot(str, int)
    def _on_value_chosen(self, path: str, value: int) -> None:
        self._values[path] = value
        self._show()

    def _show(self) -> None:
        if self._maker is None:
            self.plot.set_curves(None)
            return
        choice = CurveChoice(str(self.axis.value()), str(self.measure.value()), self._values)
        self.plot.set_curves(self._maker.curves(self._results, choice))

    def _offer(self) -> None:
        """What this sweep has; of several things what was wanted before, if it has that."""
        maker = self._maker
        axes = {axis.path: axis.name for axis in maker.axes} if maker is not None else {}
        measures = {each.key: each.title for each in maker.measures} if maker is not None else {}
        usual = maker.usual_measure if maker is not None else ""
        self.axis.set_choices(list(axes.items()))
        self.axis.set_value(
            self._wanted_axis if self._wanted_axis in axes else next(iter(axes), "")
        )
        self.measure.set_choices(list(measures.items()))
        self.measure.set_value(self._wanted_measure if self._wanted_measure in measures else usual)
        self._header.setVisible(maker is not None)
        self._offer_fixed()

    def _offer_fixed(self) -> None:
        """A choice for every other thing that varies."""
        others = self._maker.others(str(self.axis.value())) if self._maker is not None else ()
        for gone in self._fixed_values:
            self._fixed.flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._fixed_values = [
            FixedValue(self._themes, axis, self._values.get(axis.path, 0)) for axis in others
        ]
        for each in self._fixed_values:
            each.chosen.connect(self._on_value_chosen)
            self._fixed.flow.addWidget(each)
        self._fixed.setVisible(bool(others))

    def _assemble(self) -> None:
        self.measure.setAccessibleName(self.tr("Measure of the plot"))
        self.measure.setToolTip(self.tr("What is drawn: the mean over the seeds, upwards"))
        self.axis.setAccessibleName(self.tr("Axis of the plot"))
        self.axis.setToolTip(self.tr("Against what it is drawn: one thing that varies"))
        row = QHBoxLayout(self._header)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.measure, 1)
        row.addWidget(InkLabel(self._themes, text=self.tr("against")))
        row.addWidget(self.axis, 1)
        self._fixed.flow.setContentsMargins(8, 0, 8, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._header)
        column.addWidget(self._fixed)
        column.addWidget(self.plot, 1)
        self._offer()
