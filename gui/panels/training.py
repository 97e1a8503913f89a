"""The training: optimizer, batches, epochs, seeds, and under "more" what is rarely changed."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from engine.errors import ExperimentError, Problem
from engine.experiment import INITIALIZATIONS, OPTIMIZERS, Experiment, Training
from gui.document import Document
from gui.icons import Icons
from gui.models.field_range import field_tip
from gui.models.loss_choice import loss_choices, with_loss
from gui.models.seed_text import MOST_SEEDS, counted_seeds, format_seeds, parse_seeds
from gui.models.training_text import (
    RARE,
    fields_that_matter,
    initialization_text,
    loss_text,
    optimizer_text,
)
from gui.panels.panel_form import PanelForm
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.field_grid import FieldGrid
from gui.widgets.number_range import NumberRange, add, multiply
from gui.widgets.section_title import SectionTitle


class TrainingPanel(PanelForm):
    """Shows how the experiment is trained and edits it."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, themes, "training", Training, parent)
        self._icons = icons
        self._grid = FieldGrid(themes)
        self._rare = FieldGrid(themes)
        self._more = QToolButton()
        self._add_fields()
        self._loss = self._add_loss()
        self._add_rare_fields()
        self._set_up_more()
        header = QHBoxLayout()
        header.addWidget(SectionTitle(themes, self.tr("Training")), 1)
        header.addWidget(self._more)
        self._column.addLayout(header)
        for widget in (self._grid, self._rare, self._later):
            self._column.addWidget(widget)
        self._show_experiment()

    def _show_experiment(self) -> None:
        experiment = self._document.experiment
        choices = [(loss, loss_text(loss, experiment)) for loss in loss_choices(experiment)]
        self._loss.set_choices(choices)
        present = loss_text(experiment.training.loss, experiment)
        self._loss.setToolTip(f"{present}\n{field_tip(Training, 'loss')}")
        super()._show_experiment()
        matter = fields_that_matter(experiment.training)
        for name in RARE:
            self._rare.set_shown(name, name in matter)
        constant = "initialization_constant"
        self._grid.set_shown(constant, constant in matter)

    @Slot(bool)
    def _on_more_toggled(self, opened: bool) -> None:
        self._rare.setVisible(opened)
        self._icons.bind(self._more, "chevron-down" if opened else "chevron-right", "muted")

    def _add_fields(self) -> None:
        grid = self._grid
        optimizers = [(name, optimizer_text(name)) for name in OPTIMIZERS]
        self._add_choice(grid, "optimizer", self.tr("optimizer"), optimizers)
        self._add_number(grid, "batch_size", self.tr("batch size"), multiply("2"))
        self._add_number(grid, "epochs", self.tr("epochs"), add("10"))
        self._add_seeds(grid)
        ways = [(name, initialization_text(name)) for name in INITIALIZATIONS]
        self._add_choice(grid, "initialization", self.tr("initial weights"), ways)
        constant = self.tr("every weight")
        undo = self.tr("Set value of every weight")
        self._add_number(grid, "initialization_constant", constant, add("0.1"), undo=undo)

    def _add_seeds(self, grid: FieldGrid) -> None:
        count = self._add_number(
            grid,
            "seed_count",
            self.tr("number of seeds"),
            add("1"),
            span=2,
            undo=self.tr("Set number of seeds"),
            numbers=NumberRange(lowest=1, highest=MOST_SEEDS, whole=True),
            read=lambda experiment: len(experiment.training.seeds),
            change=_with_seed_count,
        )
        count.setToolTip(self.tr("The first seed and the ones after it, this many in all."))
        self._add_text(
            grid,
            "seeds",
            self.tr("which seeds"),
            span=2,
            read=lambda experiment: format_seeds(experiment.training.seeds),
            change=_with_seeds,
        )

    def _add_loss(self) -> ChoiceField:
        return self._add_choice(self._grid, "loss", self.tr("loss"), [], change=with_loss)

    def _add_rare_fields(self) -> None:
        grid = self._rare
        self._add_number(grid, "momentum", self.tr("momentum"), add("0.1"))
        self._add_number(grid, "weight_decay", self.tr("weight decay"), multiply("10", "0.0001"))
        self._add_number(grid, "beta1", self.tr("beta 1"), add("0.05"))
        self._add_number(grid, "beta2", self.tr("beta 2"), add("0.001"))
        self._add_number(grid, "epsilon", self.tr("epsilon"), multiply("10"))
        clip = self._add_number(grid, "clip_norm", self.tr("clip norm"), multiply("2"))
        clip.set_placeholder(self.tr("none"))
        states = [("clear", self.tr("starts anew")), ("keep", self.tr("goes on"))]
        self._add_choice(grid, "on_unfreeze", self.tr("state on unfreezing"), states)

    def _set_up_more(self) -> None:
        self._more.setText(self.tr("More"))
        self._more.setToolTip(self.tr("Momentum, weight decay and what else is rarely changed"))
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setStyleSheet("QToolButton:checked:!hover { background: transparent; }")
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.toggled.connect(self._on_more_toggled)
        self._on_more_toggled(False)


def _with_seeds(experiment: Experiment, text: str) -> Experiment:
    try:
        seeds = parse_seeds(text)
    except ValueError as error:
        raise ExperimentError([Problem("training.seeds", str(error))]) from error
    return experiment.replace(training=experiment.training.replace(seeds=seeds))


def _with_seed_count(experiment: Experiment, count: int) -> Experiment:
    seeds = counted_seeds(experiment.training.seeds[0], count)
    return experiment.replace(training=experiment.training.replace(seeds=seeds))
