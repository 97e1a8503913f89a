"""What to sweep: what varies, which freeze patterns, how many seeds."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.icons import Icons
from gui.models.seed_text import MOST_SEEDS
from gui.models.sweep_fields import axis_notes, sweep_fields
from gui.models.sweep_plan import SweepCheck, SweepPlan
from gui.models.sweep_text import base_text, sweep_sentence
from gui.panels.sweep_axes import SweepAxes
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_field import NumberField
from gui.widgets.number_range import NumberRange, add
from gui.widgets.problem_label import ProblemLabel


class SweepForm(QWidget):
    """Holds what a person asks for, until it is started; it does not change the experiment."""

    changed = Signal()
    """`plan` is another."""

    def __init__(
        self,
        experiment: Experiment,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._base = InkLabel(themes)
        self._base.setWordWrap(True)
        self._base.setToolTip(self.tr("The experiment in the main window: what does not vary."))
        self.axes = SweepAxes(themes, icons)
        self.every_pattern = QCheckBox(self.tr("every freeze pattern"))
        self.every_pattern.setToolTip(
            self.tr("Beside its variants, one for every way to train or freeze the layers: 2ⁿ.")
        )
        self.seeds = NumberField(NumberRange(lowest=1, highest=MOST_SEEDS, whole=True), add("1"))
        self.seeds.setAccessibleName(self.tr("Number of seeds"))
        self.seeds.setToolTip(self.tr("The first seed and the ones after it, this many in all."))
        self.seeds.set_value(len(experiment.training.seeds))
        self._sentence = InkLabel(themes, "text")
        self._sentence.setWordWrap(True)
        self._problem = ProblemLabel(themes)
        self._assemble(themes)
        self._show_experiment()
        self.axes.changed.connect(self.changed)
        self.every_pattern.clicked.connect(self.changed)
        self.seeds.edited.connect(self._on_seeds_edited)
        self.seeds.problem_changed.connect(self._problem.set_problem)

    @property
    def plan(self) -> SweepPlan | None:
        """What is asked for; None while something cannot be read."""
        values, seeds = self.axes.values, self.seeds.value()
        if values is None or seeds is None or self.seeds.problem:
            return None
        ticked = self.every_pattern.isChecked()
        return SweepPlan(self._experiment, values, every_pattern=ticked, seeds=round(seeds))

    @property
    def sentence(self) -> str:
        """What it comes to, in words."""
        return self._sentence.text()

    @property
    def problem(self) -> str:
        """What is wrong with it as a whole."""
        return self._problem.problem

    def set_experiment(self, experiment: Experiment) -> None:
        """The experiment of which some values are varied."""
        if experiment == self._experiment:
            return
        self._experiment = experiment
        self._show_experiment()
        self.changed.emit()

    def set_plan(self, plan: SweepPlan) -> None:
        """Ask for this; reports nothing."""
        if plan == self.plan:
            return
        self._experiment = plan.base
        self._show_experiment()
        self.axes.set_values(plan.values)
        self.every_pattern.setChecked(plan.every_pattern)
        self.seeds.set_value(plan.seeds)
        self.seeds.restore()

    def set_check(self, check: SweepCheck | None) -> None:
        """Say what it comes to and what is wrong; None while it cannot be read."""
        self.axes.set_problems(check.problems if check is not None else {})
        plan = self.plan
        self.axes.set_notes(axis_notes(plan.base, plan.values) if plan is not None else {})
        self._problem.set_problem(check.general if check is not None else self.seeds.problem)
        sentence = ""
        if check is not None and check.sweep is not None and not check.problems:
            fields = sweep_fields(self._experiment)
            sentence = sweep_sentence(check.sweep, fields, check.parts)
        self._sentence.setText(sentence)

    @Slot(object)
    def _on_seeds_edited(self, seeds: object) -> None:
        self.seeds.set_value(seeds if isinstance(seeds, int) else 1)
        self.seeds.restore()
        self.changed.emit()

    def _show_experiment(self) -> None:
        self._base.setText(base_text(self._experiment))
        self.axes.set_fields(sweep_fields(self._experiment))

    def _assemble(self, themes: ThemeSource) -> None:
        label = InkLabel(themes, text=self.tr("seeds"))
        label.setBuddy(self.seeds)
        self.seeds.setFixedWidth(80)
        seeds = QHBoxLayout()
        seeds.setSpacing(8)
        seeds.addWidget(label)
        seeds.addWidget(self.seeds)
        seeds.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(8)
        for widget in (self._base, self.axes, self.every_pattern):
            column.addWidget(widget)
        column.addLayout(seeds)
        column.addWidget(self._sentence)
        column.addWidget(self._problem)
        column.addStretch(1)
