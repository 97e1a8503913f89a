"""The journal: what was changed while a run was going, and what its script will change."""

import contextlib
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QWidget,
)

from engine.edits import apply_edit
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.journal import JournalEntry
from gui.models.edit_text import describe_edit
from gui.theme import ThemeSource
from gui.widgets.fonts import number_font
from gui.widgets.ink_label import InkLabel

LOWEST = 40  # pixels: two lines


class JournalPanel(QWidget):
    """One line for every entry of a run's journal, the latest last, and what is planned below."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[JournalEntry, ...] = ()
        self._start: Experiment | None = None
        self._now: Experiment | None = None
        self._planned: tuple[JournalEntry, ...] = ()
        self._themes = themes
        self._list = QListWidget()
        self._empty = InkLabel(themes)
        self._pages = QStackedLayout(self)
        self._assemble()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as they are shown."""
        return tuple(self._list.item(row).text() for row in range(self._list.count()))

    @property
    def is_empty(self) -> bool:
        """Whether the words for an empty journal are shown."""
        return self._pages.currentWidget() is self._empty

    def set_journal(
        self,
        entries: Sequence[JournalEntry],
        experiment: Experiment,
        planned: Sequence[JournalEntry] = (),
    ) -> None:
        """Show the journal of a run that began with this experiment.

        `planned`: what the experiment's script will still do.
        """
        entries = tuple(entries)
        for _ in self._planned:
            self._list.takeItem(self._list.count() - 1)
        grown = entries[: len(self._entries)] == self._entries and experiment == self._start
        if not grown:
            self._list.clear()
            self._entries, self._start, self._now = (), experiment, experiment
        for entry in entries[len(self._entries) :]:
            self._list.addItem(self._make_item(entry))
        news = entries != self._entries
        self._entries = entries
        self._add_planned(planned)
        if news:
            self._list.scrollToBottom()
        self._pages.setCurrentWidget(self._list if self._list.count() else self._empty)

    @Slot()
    def _on_copy(self) -> None:
        lines = [item.text() for item in self._list.selectedItems()]
        QApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def _on_theme_changed(self) -> None:
        ink = QColor(self._themes.theme.muted)
        for row in range(len(self._entries), self._list.count()):
            self._list.item(row).setForeground(ink)

    def _add_planned(self, planned: Sequence[JournalEntry]) -> None:
        """What will happen, told of the experiment as it will be then."""
        assert self._now is not None
        self._planned = tuple(planned)
        now = self._now
        for entry in self._planned:
            text = self.tr("planned for step {step} · {edit}").format(
                step=f"{entry.step:,}", edit=describe_edit(entry.edit, now)
            )
            self._list.addItem(text)
            with contextlib.suppress(ExperimentError):
                now = apply_edit(now, entry.edit)
        self._on_theme_changed()

    def _make_item(self, entry: JournalEntry) -> QListWidgetItem:
        """The entry in words: told of the experiment as the entries before it left it."""
        now = self._now
        assert now is not None
        text = self.tr("step {step} · {edit}").format(
            step=f"{entry.step:,}", edit=describe_edit(entry.edit, now)
        )
        with contextlib.suppress(ExperimentError):  # about what this experiment has not
            self._now = apply_edit(now, entry.edit)
        return QListWidgetItem(text)

    def _assemble(self) -> None:
        self._empty.setText(
            self.tr(
                "Freeze a layer or change a learning rate while a run is going: it is noted here."
            )
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._list.setFont(number_font(self._list.font()))
        self._list.setAccessibleName(self.tr("Journal of the run"))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setUniformItemSizes(True)
        self._list.setMinimumHeight(LOWEST)
        self._list.setStyleSheet("QListWidget { padding: 4px 8px; }")
        copy = QAction(self.tr("Copy"), self._list)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._on_copy)
        self._list.addAction(copy)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._list)
        self._themes.changed.connect(self._on_theme_changed)
