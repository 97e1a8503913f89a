"""The data: which set, how much of it is held out, how it is scaled, and how points are made."""

from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.datasets.registry import DATASETS, describe
from engine.experiment import DataSpec, Experiment
from engine.structure import with_data
from gui.document import Document
from gui.models.data_text import dataset_text, dataset_tip, split_text
from gui.models.field_range import field_tip
from gui.panels.panel_form import PanelForm
from gui.theme import ThemeSource
from gui.widgets.field_grid import FieldGrid
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_range import NumberRange, add
from gui.widgets.section_title import SectionTitle

POINTS = ("samples", "noise", "seed")
"""What only generated points have."""


class DataPanel(PanelForm):
    """Shows the experiment's data and edits it."""

    def __init__(
        self, document: Document, themes: ThemeSource, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, themes, "data", DataSpec, parent)
        self._sets = FieldGrid(themes)
        self._grid = FieldGrid(themes)
        self._split = InkLabel(themes)
        self._split.setWordWrap(True)
        self._add_fields()
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(SectionTitle(themes, self.tr("Data")))
        header.addWidget(self._sets, 1)
        self._column.addLayout(header)
        self._column.addWidget(self._grid)
        self._column.addWidget(self._split)
        self._column.addWidget(self._later)
        self._show_experiment()

    def _show_experiment(self) -> None:
        super()._show_experiment()
        spec = self._document.experiment.data
        description = describe(spec.name)
        for name in POINTS:
            self._grid.set_shown(name, description.generated)
        self._show_splits(spec)
        self._bindings["name"].field.setToolTip(dataset_tip(description))
        self._split.setText(split_text(spec))

    def _show_splits(self, spec: DataSpec) -> None:
        """Always there where rows are held out, so that nothing moves when a seed is added."""
        self._grid.set_shown("split_per_seed", spec.validation_fraction > 0 or spec.split_per_seed)
        several = len(self._document.experiment.training.seeds) > 1
        why = self.tr("A choice for several seeds: this experiment has one.")
        tip = field_tip(DataSpec, "split_per_seed")
        field = self._bindings["split_per_seed"].field
        field.setEnabled(several or spec.split_per_seed)
        field.setToolTip(tip if field.isEnabled() else f"{why}\n{tip}")

    def _add_fields(self) -> None:
        grid = self._grid
        sets = [(name, dataset_text(description)) for name, description in DATASETS.items()]
        undo = self.tr("Choose data set")
        data_set = self._add_choice(
            self._sets, "name", "", sets, span=4, undo=undo, change=with_data
        )
        data_set.setAccessibleName(self.tr("Data set"))
        self._add_number(grid, "samples", self.tr("points"), add("50"))
        self._add_number(grid, "noise", self.tr("noise"), add("0.05"))
        self._add_number(grid, "seed", self.tr("seed of the points"), add("1"), span=2)
        self._add_number(
            grid,
            "validation_fraction",
            self.tr("held out, %"),
            add("5"),
            undo=self.tr("Set held-out share"),
            numbers=NumberRange(lowest=0, highest=90),
            read=lambda experiment: _percent(experiment.data.validation_fraction),
            change=_with_held_out,
        )
        self._add_number(grid, "split_seed", self.tr("split seed"), add("1"))
        self._add_choice(
            grid,
            "standardize",
            self.tr("standardized on"),
            [
                ("train", self.tr("training rows")),
                ("all", self.tr("all rows")),
                ("", self.tr("not standardized")),
            ],
            undo=self.tr("Set standardizing"),
            read=_scaling,
            change=_with_scaling,
        )
        self._add_choice(
            grid,
            "split_per_seed",
            self.tr("held-out rows"),
            [
                (False, self.tr("the same for every seed")),
                (True, self.tr("others for every seed")),
            ],
            span=4,
            undo=self.tr("Set split of the seeds"),
        )
        tips = [field_tip(DataSpec, name) for name in ("standardize", "standardize_on")]
        self._bindings["standardize"].field.setToolTip("\n".join(tips))


def _percent(share: float) -> float:
    """In decimals, so that 0.07 is 7 and not 7.000000000000001."""
    return float(Decimal(repr(share)) * 100)


def _with_held_out(experiment: Experiment, percent: float) -> Experiment:
    share = float(Decimal(repr(percent)) / 100)
    return experiment.replace(data=experiment.data.replace(validation_fraction=share))


def _scaling(experiment: Experiment) -> str:
    return experiment.data.standardize_on if experiment.data.standardize else ""


def _with_scaling(experiment: Experiment, rows: str) -> Experiment:
    changes = {"standardize": bool(rows), "standardize_on": rows or experiment.data.standardize_on}
    return experiment.replace(data=experiment.data.replace(**changes))
