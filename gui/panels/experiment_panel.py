"""The experiment dock: its name, data, variants, layers and training, one below the other."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.checked_edit import try_edit
from gui.models.layer_rows import LayerTelemetry
from gui.panels.data import DataPanel
from gui.panels.layer_stack import LayerStack
from gui.panels.training import TrainingPanel
from gui.panels.variants import VariantsPanel
from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.section_title import SectionTitle
from gui.widgets.text_field import TextField
from gui.widgets.tip_text import plain_tip

NARROWEST = 316

_TITLE_STYLE = """
QLineEdit { padding: 3px 1px; }
QLineEdit:focus { padding: 2px 0px; }
QLineEdit:!hover:!focus[problem="false"] { border-color: transparent; background: transparent; }
"""
"""A name reads as a title until the mouse or the keyboard is on it."""


class ExperimentPanel(QScrollArea):
    """Everything that says what to train, scrolling up and down but never sideways."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._themes = themes
        self._content = QFrame()
        self._name = TextField()
        self._name_problem = ProblemLabel(themes)
        self._data = DataPanel(document, themes)
        self._variants = VariantsPanel(document, themes, icons)
        self._layers_title = SectionTitle(themes)
        self._stack = LayerStack(document, themes, icons)
        self._training = TrainingPanel(document, themes, icons)
        self._assemble()
        self._name.edited.connect(self._on_name_edited)
        self._name.problem_changed.connect(self._name_problem.set_problem)
        self._stack.current_moved.connect(self._on_current_moved)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)
        self._show()

    @property
    def variants(self) -> VariantsPanel:
        """The variants' chips."""
        return self._variants

    @property
    def stack(self) -> LayerStack:
        """The layers, for whoever points at them."""
        return self._stack

    def shortcuts(self) -> list[tuple[str, str]]:
        """(command, keys) of what the keyboard does in this dock."""
        return [*self._stack.shortcuts(), *self._variants.shortcuts()]

    def set_running(self, experiment: Experiment | None) -> None:
        """Say what applies at the next run only; None: no run is going."""
        for part in (self._data, self._stack, self._training):
            part.set_running(experiment)

    @Slot(object)
    def set_telemetry(self, telemetry: Mapping[str, LayerTelemetry]) -> None:
        """Show what a run measured on the layers of the selected variant, by layer id."""
        self._stack.set_telemetry(telemetry)

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    @Slot(str)
    def _on_variant_selected(self, variant_id: str) -> None:
        self._show()

    @Slot(str)
    def _on_name_edited(self, name: str) -> None:
        problem = try_edit(
            self._document,
            lambda experiment: experiment.replace(name=name.strip()),
            self.tr("Rename experiment"),
        )
        if problem:
            self._name.set_problem(self.tr("Write a name of 1 to 80 characters"))
        else:
            self._name.restore()

    @Slot(QRect)
    def _on_current_moved(self, row: QRect) -> None:
        """Keep the row with the keyboard in sight."""
        top_left = self._stack.mapTo(self._content, row.topLeft())
        self.ensureVisible(top_left.x(), top_left.y(), 0, 8)
        self.ensureVisible(top_left.x(), top_left.y() + row.height(), 0, 8)

    def _show(self) -> None:
        experiment = self._document.experiment
        self._name.set_value(experiment.name)
        self._name.setToolTip(plain_tip(experiment.name))
        variant = experiment.variant(self._document.view.selected_variant)
        self._layers_title.setText(self.tr("Layers · {variant}").format(variant=variant.name))

    def _assemble(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(NARROWEST)
        self._name.setFont(scaled_font(self.font(), 1.15, QFont.Weight.DemiBold))
        self._name.setStyleSheet(_TITLE_STYLE)
        self._name.setAccessibleName(self.tr("Name of the experiment"))
        self._content.setProperty("panel", True)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._name)
        column.addWidget(self._name_problem)
        column.addWidget(self._data)
        column.addSpacing(8)
        column.addWidget(self._variants)
        column.addSpacing(8)
        column.addWidget(self._layers_title)
        column.addWidget(self._stack)
        column.addSpacing(8)
        column.addWidget(self._training)
        column.addStretch(1)
        self.setWidget(self._content)
