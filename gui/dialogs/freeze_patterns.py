"""Asks which layers are to be trained or frozen in every way, and with how many seeds."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.backprop import layer_parameters
from engine.patterns import varied_layers
from gui.document import Document
from gui.icons import Icons
from gui.models.lattice_patterns import (
    PatternPlan,
    plan_patterns,
    plan_text,
    usually_varied,
)
from gui.models.seed_text import MOST_SEEDS, format_seeds
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_field import NumberField
from gui.widgets.number_range import NumberRange, add
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.section_title import SectionTitle

WIDTH = 528  # pixels
ROWS_IN_SIGHT = 8  # layers; more are scrolled


class FreezePatternsDialog(QDialog):
    """Makes a variant for every way to train or freeze the ticked layers: one undo step."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._like = document.view.selected_variant
        self._boxes: dict[str, QCheckBox] = {}
        numbers = NumberRange(lowest=1, highest=MOST_SEEDS, whole=True)
        self._seeds = NumberField(numbers, add("1"))
        self._which = InkLabel(themes)
        self._sentence = QLabel()
        self._problem = ProblemLabel(themes)
        self._buttons = QDialogButtonBox()
        self.setWindowTitle(self.tr("All freeze patterns"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each opening leaves one
        self._add_boxes()
        self._set_up_seeds()
        self._add_buttons(icons)
        self._lay_out(themes)
        self._plan = self._planned()
        self._show_plan()

    @property
    def plan(self) -> PatternPlan:
        """What "Make" would make."""
        return self._plan

    @property
    def sentence(self) -> str:
        """What is counted, in words."""
        return self._sentence.text()

    @property
    def problem(self) -> str:
        """What is in the way; empty if nothing is."""
        return self._problem.problem

    @Slot()
    def accept(self) -> None:
        """Give the document the patterns, and close."""
        if self._plan.experiment is None or self._plan.problem or self._seeds.problem:
            return
        self._document.edit(self._plan.experiment, self.tr("All freeze patterns"))
        super().accept()

    @Slot()
    def _on_changed(self) -> None:
        self._plan = self._planned()
        self._show_plan()

    @Slot(object)
    def _on_seeds_edited(self, count: float) -> None:
        self._seeds.set_value(count)
        self._on_changed()

    def _planned(self) -> PatternPlan:
        varied = [layer for layer, box in self._boxes.items() if box.isChecked()]
        count = int(self._seeds.value() or 1)
        return plan_patterns(self._document.experiment, varied, count, self._like)

    @Slot()
    def _show_plan(self) -> None:
        plan = self._plan
        self._sentence.setText(plan_text(plan) if plan.layers else "")
        self._sentence.setVisible(plan.layers > 0)
        self._which.setText(format_seeds(plan.seeds))
        self._problem.set_problem(self._seeds.problem or plan.problem)
        changes = plan.experiment is not None and plan.experiment != self._document.experiment
        self._make.setEnabled(changes and not self.problem)

    def _add_boxes(self) -> None:
        experiment = self._document.experiment
        ticked, parameters = usually_varied(experiment), layer_parameters(experiment)
        for layer in varied_layers(experiment):
            count = self.tr("{0} parameters").format(f"{parameters[layer]:,}")
            box = QCheckBox(self.tr("{0} · {1}").format(layer, count).replace("&", "&&"))
            box.setChecked(layer in ticked)
            box.toggled.connect(self._on_changed)
            self._boxes[layer] = box

    def _set_up_seeds(self) -> None:
        self._seeds.set_value(len(self._document.experiment.training.seeds))
        self._seeds.setAccessibleName(self.tr("Number of seeds"))
        self._seeds.setToolTip(self.tr("Every pattern is trained once with each seed."))
        self._seeds.setFixedWidth(88)
        self._seeds.edited.connect(self._on_seeds_edited)
        self._seeds.problem_changed.connect(self._show_plan)

    def _add_buttons(self, icons: Icons) -> None:
        role = QDialogButtonBox.ButtonRole
        self._make = self._buttons.addButton(self.tr("Make"), role.AcceptRole)
        self._buttons.addButton(self.tr("Cancel"), role.RejectRole)
        self._make.setDefault(True)
        self._make.setProperty("primary", True)
        icons.bind(self._make, "add", "on_accent")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _lay_out(self, themes: ThemeSource) -> None:
        self._sentence.setWordWrap(True)
        self._sentence.setAccessibleName(self.tr("What is made"))
        seeds = QHBoxLayout()
        seeds.setSpacing(8)
        seeds.addWidget(self._seeds)
        seeds.addWidget(self._which, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(SectionTitle(themes, self.tr("Layers that are trained or frozen")))
        column.addWidget(self._layers())
        column.addWidget(self._note(themes))
        column.addSpacing(8)
        column.addWidget(SectionTitle(themes, self.tr("Seeds")))
        column.addLayout(seeds)
        column.addSpacing(8)
        column.addWidget(self._sentence)
        column.addWidget(self._problem)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(WIDTH)

    def _layers(self) -> QWidget:
        """The boxes, scrolled where there are many."""
        inner = QWidget()
        boxes = QVBoxLayout(inner)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setSpacing(4)
        for box in self._boxes.values():
            boxes.addWidget(box)
        if len(self._boxes) <= ROWS_IN_SIGHT:
            return inner
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFixedHeight(inner.sizeHint().height() * ROWS_IN_SIGHT // len(self._boxes))
        return scroll

    def _note(self, themes: ThemeSource) -> QWidget:
        name = self._document.experiment.variant(self._like).name
        text = self.tr("Learning rates, and layers that are not ticked, are as in “{0}”.")
        note = InkLabel(themes, "muted", text.format(name))
        note.setWordWrap(True)
        return note
