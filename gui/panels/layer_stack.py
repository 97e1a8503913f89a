"""The layer stack, the main control: input on top, a row per layer, output last, and totals."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.layer_edits import LayerEdits
from gui.models.layer_rows import LayerTelemetry, totals
from gui.models.layer_table import LayerTable
from gui.models.stack_text import input_text, layer_problems, totals_text, totals_tip
from gui.panels.layer_actions import LayerActions
from gui.panels.layer_grid import LayerGrid
from gui.panels.layer_menu import make_kinds_menu, make_layer_menu
from gui.panels.layer_options import LayerOptions
from gui.panels.layer_painting import INDENT
from gui.panels.layer_plan_actions import LayerPlanActions
from gui.panels.layer_subset import LayerSubset
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel


class LayerStack(QWidget):
    """Shows and edits the layers of the selected variant."""

    current_moved = Signal(QRect)
    """The part of this widget where the keyboard went."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._running: Experiment | None = None
        self._edits = LayerEdits(document, self)
        self._table = LayerTable(document, self._edits, self)
        self._grid = LayerGrid(self._table, self._edits, themes, icons)
        self._actions = LayerActions(document, self._edits, self._grid, icons)
        self._plans = LayerPlanActions(document, self._edits, self._grid, icons)
        self._kinds = make_kinds_menu(self._actions, self)
        self._menu = make_layer_menu(self._actions, self._plans, self._kinds, self)
        self._icons = icons
        self._themes = themes
        self._input = InkLabel(themes)
        self._totals = InkLabel(themes)
        self._typed = ProblemLabel(themes)
        self._refusal = ProblemLabel(themes)
        self._problems = ProblemLabel(themes)
        self._add_button = self._make_add_button()
        self._add_other = self._make_add_other()
        self._assemble()
        self._grid.current_moved.connect(self._on_current_moved)
        self._grid.menu_wanted.connect(self._menu.popup)
        self._grid.rate_problem_changed.connect(self._on_rate_problem_changed)
        self._plans.options_wanted.connect(self._on_options_wanted)
        self._plans.part_wanted.connect(self._on_part_wanted)
        self._edits.refused.connect(self._refusal.set_problem)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)
        self._show()

    @property
    def grid(self) -> LayerGrid:
        """The table, for the focus and for what scrolls around it."""
        return self._grid

    @property
    def actions_on_layers(self) -> Sequence[QAction]:
        """What the buttons and keys do, for menus and the list of shortcuts."""
        return (*self._actions.all, self._plans.detach)

    @property
    def kinds_menu(self) -> QMenu:
        """The kinds of layers that can be added."""
        return self._kinds

    @property
    def layer_menu(self) -> QMenu:
        """What can be done to the selected layers."""
        return self._menu

    def shortcuts(self) -> list[tuple[str, str]]:
        """(command, keys) of everything the keyboard does here."""
        native = QKeySequence.SequenceFormat.NativeText
        keys = [(a.text(), a.shortcut().toString(native)) for a in self.actions_on_layers]
        return [
            *keys,
            (self._add_other.text(), self._add_other.shortcut().toString(native)),
            (self.tr("Tick or clear the layer's box"), self.tr("Space")),
            (self.tr("Next or previous field of the layers"), self.tr("Tab, Shift+Tab")),
            (self.tr("Edit units or activation"), self.tr("Return, F2")),
        ]

    def set_telemetry(self, telemetry: Mapping[str, LayerTelemetry]) -> None:
        """Show what a run measured on the layers of the selected variant, by layer id."""
        self._table.set_telemetry(telemetry)

    def set_running(self, experiment: Experiment | None) -> None:
        """Mark the layers that the run which is going has otherwise; None: no run is going."""
        self._running = experiment
        self._table.set_running(experiment)
        self._show()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        if before.name != after.name and before.replace(name=after.name) != after:
            self._grid.restore_rates()  # another file: what was typed was meant for the former
        self._show()

    @Slot(str)
    def _on_variant_selected(self, variant_id: str) -> None:
        self._grid.restore_rates()  # what was typed was meant for the other variant
        self._show()

    @Slot()
    def _on_rate_problem_changed(self) -> None:
        self._typed.set_problem(self._grid.rate_problem())

    @Slot(QRect)
    def _on_current_moved(self, row: QRect) -> None:
        top_left = self._grid.viewport().mapTo(self, row.topLeft())
        self.current_moved.emit(QRect(top_left, row.size()))

    @Slot()
    def _on_add_other(self) -> None:
        self._kinds.popup(self._add_button.mapToGlobal(self._add_button.rect().bottomLeft()))

    @Slot(str)
    def _on_options_wanted(self, layer_id: str) -> None:
        layer = self._document.experiment.layer(layer_id)
        LayerOptions(self._document, self._edits, self._themes, layer, self).show()

    @Slot(str)
    def _on_part_wanted(self, layer_id: str) -> None:
        layer = self._document.experiment.layer(layer_id)
        LayerSubset(self._document, self._edits, self._themes, layer, self).show()

    def _show(self) -> None:
        experiment = self._document.experiment
        self._input.setText(input_text(experiment))
        scripted = any(row.scripted for row in self._table.rows)
        trained = self._running if scripted and self._running is not None else experiment
        shown = totals(trained, self._document.view.selected_variant)
        self._totals.setText(totals_text(shown))
        self._totals.set_ink("muted" if shown.trainable else "frozen_ink")
        self._typed.set_problem(self._grid.rate_problem())
        self._problems.set_problem(layer_problems(experiment))

    def _assemble(self) -> None:
        self._input.setIndent(INDENT)
        self._totals.setWordWrap(True)
        self._totals.setToolTip(totals_tip())
        self._totals.setAccessibleName(self.tr("Totals of the selected variant"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._input)
        column.addWidget(self._grid)
        column.addWidget(self._typed)
        column.addWidget(self._problems)
        column.addWidget(self._refusal)
        column.addWidget(self._totals)
        column.addLayout(self._make_buttons())

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for action in self.actions_on_layers:
            row.addWidget(self._make_button(action))
        more = QToolButton()
        more.setAutoRaise(True)
        more.setProperty("compact", True)
        more.setToolTip(self.tr("What can be done to the selected layers"))
        more.setAccessibleName(more.toolTip())
        more.setMenu(self._menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._icons.bind(more, "more")
        row.addWidget(more)
        row.addStretch(1)
        return row

    def _make_button(self, action: QAction) -> QToolButton:
        button = self._add_button if action is self._actions.add else QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        button.setAutoRaise(True)
        button.setProperty("compact", button is not self._add_button)  # so that all find room
        return button

    def _make_add_button(self) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMenu(self._kinds)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button

    def _make_add_other(self) -> QAction:
        """The arrow of the button, for the keyboard."""
        action = QAction(self.tr("Add a layer of another kind…"), self)
        action.setShortcut(QKeySequence("Shift+Ins"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self._on_add_other)
        self._grid.addAction(action)
        return action
