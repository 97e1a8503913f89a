"""Two variants of the present run compared seed by seed, in sentences that claim no more than so.

What counts as a difference is defined in engine.comparison, and the tooltips quote it.
"""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.comparison_limits import capacity_note, split_text
from gui.models.comparison_text import compared_measures, comparison_state, definition
from gui.models.results_changes import caveat_lines, caveat_text
from gui.models.results_columns import score_name
from gui.models.results_run import RunNumbers
from gui.models.results_text import one_line
from gui.panels.results_comparison_foot import ComparisonFoot
from gui.panels.results_comparison_line import ComparisonLine
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.ink_label import InkLabel

LINES = 3
MARGIN = 8  # pixels on either side
NARROWEST_NAME, WIDEST_NAME = 72, 240
SLACK = 16  # pixels to spare before a strip comes back that gave way to longer sentences


class ComparisonPanel(QWidget):
    """Compares the selected variant with another one; a person may choose any two."""

    controls_wanted = Signal(str)
    """The variant whose capacity-fair controls should be added."""
    splits_wanted = Signal()
    """Every seed should have a split of its own."""
    notice = Signal(str)
    """What was copied, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._run: RunNumbers | None = None
        self._room, self._slack = QSize(), 0
        self._pair = "", ""
        self._first, self._second = ChoiceField(), ChoiceField()
        self._swap = QToolButton()
        self._lines = tuple(ComparisonLine(themes) for _ in range(LINES))
        self._definition = definition()
        self._foot = ComparisonFoot(themes, self._definition)
        self.copy = self._make_copy(icons)
        self._assemble(themes)
        self._first.chosen.connect(self._on_first_chosen)
        self._second.chosen.connect(self._on_second_chosen)
        self._swap.clicked.connect(self._on_swap)
        self._foot.controls_wanted.connect(self.controls_wanted)
        self._foot.pair_wanted.connect(self._on_pair_wanted)
        self._foot.splits_wanted.connect(self.splits_wanted)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self.set_first)
        self.set_first(document.view.selected_variant)

    @property
    def pair(self) -> tuple[str, str]:
        """Ids of the two variants that are compared; the same twice where there is only one."""
        return self._pair

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said of training loss, held-out loss and score, with the sign before each."""
        shown = (line for line in self._lines if not line.isHidden())
        return tuple(f"{line.sign} {line.text}" for line in shown)

    @property
    def state(self) -> str:
        """The line that says what was compared and by which test."""
        return self._foot.state

    @property
    def caveat(self) -> str:
        """What was changed while the two trained; empty where nothing was."""
        return self._foot.caveat

    @property
    def note(self) -> str:
        """What the numbers of parameters that the two train do to their comparison."""
        return self._foot.note

    @property
    def split_note(self) -> str:
        """That the seeds share their held-out rows; empty where they do not."""
        return self._foot.split_note

    def set_run(self, run: RunNumbers | None) -> None:
        """Compare the variants of this run, as it stands; None: there is none."""
        trains = _variants(run) != _variants(self._run)
        self._run = run
        if self.isVisible():
            if trains:
                self._show_capacity()
            self._show_comparison()

    def set_room(self, room: QSize) -> None:
        """How high it may get if it is so wide; strips take what the sentences leave."""
        if room != self._room:
            self._room, self._slack = room, 0
            self._foot.set_room(room.width() - 2 * MARGIN)
            self._share_room()

    @Slot(str)
    def set_first(self, variant: str) -> None:
        """Compare this variant with the other one, or if it is that one, with the former first."""
        first, second = self._pair
        self._set_pair(variant, first if variant == second else second)

    def copied_text(self) -> str:
        """All sentences, with the test and what limits them, as plain text."""
        lines = tuple(line.text for line in self._lines if not line.isHidden())
        lines = (*lines, self.caveat, self.state, self.note, self.split_note)
        return "".join(f"{line}\n" for line in lines if line)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def event(self, event: QEvent) -> bool:
        """Sentences that have come, gone or grown leave other room for strips."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return handled

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(event.globalPos())

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._set_pair(*self._pair)

    @Slot(object)
    def _on_first_chosen(self, variant: str) -> None:
        self.set_first(variant)

    @Slot(object)
    def _on_second_chosen(self, variant: str) -> None:
        first, second = self._pair
        self._set_pair(second if variant == first else first, variant)

    @Slot()
    def _on_swap(self) -> None:
        self._set_pair(self._pair[1], self._pair[0])

    @Slot(str, str)
    def _on_pair_wanted(self, first: str, second: str) -> None:
        self._set_pair(first, second)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied_text())
        self.notice.emit(self.tr("Comparison copied"))

    def _set_pair(self, first: str, second: str) -> None:
        """Compare these, or what stands in for one that is not there any more."""
        variants = self._document.experiment.variants
        ids = [variant.id for variant in variants]
        first = first if first in ids else self._document.view.selected_variant
        first = first if first in ids else ids[0]
        others = [each for each in ids if each != first] or [first]
        self._pair = first, second if second in others else others[0]
        for field, chosen in zip((self._first, self._second), self._pair, strict=True):
            field.set_choices([(variant.id, one_line(variant.name)) for variant in variants])
            field.set_value(chosen)
        for control in (self._first, self._second, self._swap):
            control.setEnabled(len(ids) > 1)
        self._show()

    def _show(self) -> None:
        if self.isVisible():
            self._show_capacity()
            self._show_comparison()

    def _show_comparison(self) -> None:
        experiment = self._document.experiment
        measures = compared_measures(experiment, self._run, *self._pair, score_name(experiment))
        for place, line in enumerate(self._lines):
            if place < len(measures):
                line.set_measure(measures[place], self._definition)
            line.setVisible(place < len(measures))
        self.copy.setEnabled(bool(measures))
        changes = {} if self._run is None else self._run.changes
        told = experiment, changes, self._pair
        self._foot.set_caveat(caveat_text(*told), caveat_lines(*told))
        self._foot.set_state(comparison_state(experiment, self._run, *self._pair))
        self._foot.set_split_note(split_text(experiment, self._run))

    def _share_room(self) -> None:
        """Show as many strips as find room, from the first on, each under its sentence."""
        if self._room.isEmpty() or not self.isVisible():
            return
        strip = self._lines[0].strip_height
        shown = sum(not line.strip.isHidden() for line in self._lines if not line.isHidden())
        needed = self.heightForWidth(self._room.width())
        left = self._room.height() - needed + shown * strip
        most = left // strip
        if most < shown:
            self._slack = SLACK  # or it would come and go with every line more or less
        elif most > shown:
            most = max(shown, (left - self._slack) // strip)
        for place, line in enumerate(self._lines):
            line.set_strip_shown(place < most)

    def _show_capacity(self) -> None:
        experiment = self._document.experiment
        self._foot.set_capacity(capacity_note(experiment, self._run, *self._pair))

    def _make_copy(self, icons: Icons) -> QAction:
        copy = QAction(self.tr("&Copy comparison"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.setToolTip(self.tr("Copy the sentences, with the test, as text"))
        copy.triggered.connect(self._on_copy)
        icons.bind(copy, "duplicate")
        self.addAction(copy)
        return copy

    def _assemble(self, themes: ThemeSource) -> None:
        self._name_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 0, MARGIN, 0)
        column.setSpacing(4)
        column.addLayout(self._make_choices(themes))
        for line in self._lines:
            column.addWidget(line)
        column.addWidget(self._foot)

    def _name_controls(self) -> None:
        self._first.setAccessibleName(self.tr("Compare this variant, A"))
        self._second.setAccessibleName(self.tr("With this variant, B"))
        for field in (self._first, self._second):
            field.setMinimumWidth(NARROWEST_NAME)
            field.setMaximumWidth(WIDEST_NAME)
        self._swap.setText("⇄")
        self._swap.setAccessibleName(self.tr("Swap the two variants"))
        self._swap.setToolTip(self.tr("Swap the two variants"))

    def _make_choices(self, themes: ThemeSource) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(InkLabel(themes, text=self.tr("Compare A")))
        row.addWidget(self._first, 1)
        row.addWidget(self._swap)
        row.addWidget(InkLabel(themes, text=self.tr("with B")))
        row.addWidget(self._second, 1)
        row.addStretch()
        button = QToolButton()
        button.setDefaultAction(self.copy)
        button.setAccessibleName(self.tr("Copy comparison"))
        for compact in (button, self._swap):  # no wider than the other views of the run
            compact.setProperty("compact", True)
        row.addWidget(button)
        return row


def _variants(run: RunNumbers | None) -> tuple[str, ...]:
    """Ids of the variants that it trains."""
    return () if run is None else run.variants
