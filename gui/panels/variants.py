"""The variants as chips under their title: select, rename, add, duplicate, hide, delete."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.layer_rows import variant_pattern
from gui.models.variant_edits import VariantEdits
from gui.theme import ThemeSource
from gui.widgets.flow_area import FlowArea
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.section_title import SectionTitle
from gui.widgets.variant_chip import VariantChip

HIGHEST = 148  # pixels of chips, four rows; 32 variants must not push the layers out of sight


class VariantsPanel(QWidget):
    """A chip for every variant, in their order; the layer stack shows the selected one."""

    patterns_wanted = Signal()
    """A person wants a variant for every freeze pattern."""

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
        self._icons = icons
        self._edits = VariantEdits(document, self)
        self._chips: dict[str, VariantChip] = {}
        self._area = FlowArea(spacing=4, most=HIGHEST)
        self._menu = QMenu(self)
        self.add = self._make_action(self.tr("Add variant"), "add", self._edits.add)
        self.rename = self._make_action(self.tr("Rename variant"), "", self._on_rename, "F2")
        self.duplicate = self._make_action(
            self.tr("Duplicate variant"), "duplicate", self._on_duplicate, "Ctrl+D"
        )
        self.add_controls = self._make_action(
            self.tr("Add capacity-fair controls"), "", self._on_add_controls
        )
        self.add_controls.setToolTip(
            self.tr(
                "Variants that train exactly as many parameters, chosen at random elsewhere or "
                "anywhere: they tell where a variant trains from how much"
            )
        )
        self.hide_or_show = self._make_action("", "eye-off", self._on_hide)
        self.remove = self._make_action(
            self.tr("Delete variant"), "remove", self._on_remove, "Delete"
        )
        self._assemble()
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_view_changed)
        document.view.hidden_changed.connect(self._on_view_changed)
        self._show()

    @property
    def chips(self) -> tuple[VariantChip, ...]:
        """The chips, in the order of the variants."""
        return tuple(self._chips[v.id] for v in self._document.experiment.variants)

    def shortcuts(self) -> list[tuple[str, str]]:
        """(command, keys) of what the keyboard does on a chip."""
        native = QKeySequence.SequenceFormat.NativeText
        actions = (self.rename, self.duplicate, self.remove)
        return [(action.text(), action.shortcut().toString(native)) for action in actions]

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    @Slot()
    def _on_view_changed(self) -> None:
        self._show()

    @Slot()
    def _on_chip_selected(self) -> None:
        self._document.view.select(self.sender().objectName())

    @Slot(str)
    def _on_chip_renamed(self, name: str) -> None:
        self._edits.rename(self.sender().objectName(), name)

    @Slot(bool)
    def _on_chip_toggled(self, shown: bool) -> None:
        self._document.view.set_hidden(self.sender().objectName(), not shown)

    @Slot(QPoint)
    def _on_menu_wanted(self, position: QPoint) -> None:
        chip = self.sender()
        if isinstance(chip, VariantChip):
            chip.setFocus(Qt.FocusReason.MouseFocusReason)  # the menu is about this one
            self._menu.popup(chip.mapToGlobal(position))

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        hidden = self._target() in self._document.view.hidden
        text = self.tr("Show in the plots") if hidden else self.tr("Hide in the plots")
        self.hide_or_show.setText(text)
        self._icons.bind(self.hide_or_show, "eye" if hidden else "eye-off")

    @Slot()
    def _on_rename(self) -> None:
        self._chips[self._target()].start_rename()

    @Slot()
    def _on_duplicate(self) -> None:
        self._edits.duplicate(self._target())

    @Slot()
    def _on_add_controls(self) -> None:
        self._edits.add_controls(self._target())

    @Slot()
    def _on_hide(self) -> None:
        view = self._document.view
        view.set_hidden(self._target(), self._target() not in view.hidden)

    @Slot()
    def _on_remove(self) -> None:
        target = self._target()
        had_focus = self._chips[target].hasFocus()
        self._edits.remove(target)
        if had_focus and target not in self._chips:
            self._chips[self._document.view.selected_variant].setFocus()

    def _target(self) -> str:
        """The variant that commands are about: the one with the keyboard, else the selected one."""
        for variant, chip in self._chips.items():
            if chip.hasFocus():
                return variant
        return self._document.view.selected_variant

    def _make_action(self, text: str, icon: str, do: Callable[[], None], keys: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(do)
        if icon:
            self._icons.bind(action, icon)
        self.addAction(action)
        return action

    def _assemble(self) -> None:
        self._menu.addActions([self.rename, self.duplicate, self.hide_or_show, self.remove])
        self._menu.addSeparator()
        self._menu.addAction(self.add_controls)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._plus = self._make_button("add", self.tr("Add variant"))
        self._plus.clicked.connect(self._edits.add)
        more = self._make_button("more", self.tr("Rename, duplicate, hide or delete the variant"))
        more.setMenu(self._menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        patterns = self._make_button(
            "", self.tr("A variant for every way to train or freeze the layers")
        )
        patterns.setText(self.tr("All freeze patterns…"))
        patterns.clicked.connect(self.patterns_wanted)
        header = QHBoxLayout()
        header.setSpacing(4)
        header.addWidget(SectionTitle(self._themes, self.tr("Variants")), 1)
        for button in (patterns, self._plus, more):
            header.addWidget(button)
        problem = ProblemLabel(self._themes)
        self._edits.refused.connect(problem.set_problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(header)
        column.addWidget(self._area)
        column.addWidget(problem)

    def _make_button(self, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        if icon:
            self._icons.bind(button, icon)
        return button

    def _show(self) -> None:
        layers, variants = self._document.experiment.layers, self._document.experiment.variants
        view = self._document.view
        self._make_room_for([variant.id for variant in variants])
        for index, variant in enumerate(variants):
            chip = self._chips[variant.id]
            chip.set_value(variant.name, index, variant_pattern(layers, variant))
            chip.set_selected(variant.id == view.selected_variant)
            chip.set_shown(variant.id not in view.hidden)
        self.remove.setEnabled(len(variants) > 1)
        self._area.keep_in_sight(self._chips.get(view.selected_variant))

    def _make_room_for(self, ids: list[str]) -> None:
        """As many chips as there are variants, each where its variant is."""
        for gone in set(self._chips) - set(ids):
            chip = self._chips.pop(gone)
            self._area.flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for place, variant in enumerate(ids):
            if variant not in self._chips:
                self._chips[variant] = self._make_chip(variant)
                self._area.flow.insert_widget(place, self._chips[variant])
            elif self._area.flow.indexOf(self._chips[variant]) != place:
                self._area.flow.removeWidget(self._chips[variant])
                self._area.flow.insert_widget(place, self._chips[variant])

    def _make_chip(self, variant: str) -> VariantChip:
        chip = VariantChip(self._themes, self._icons)
        chip.setObjectName(variant)
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(self._on_menu_wanted)
        chip.selected.connect(self._on_chip_selected)
        chip.rename_requested.connect(self._on_chip_renamed)
        chip.visibility_toggled.connect(self._on_chip_toggled)
        return chip
