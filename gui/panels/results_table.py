"""A table of results to read, sort, filter and take along: into a spreadsheet or a file."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import Icons
from gui.models.results_model import ResultColumn, ResultRow, ResultsModel
from gui.panels.results_export import comma_text, tab_text
from gui.panels.results_filter import ResultsFilter
from gui.panels.results_view import ResultsView
from gui.plots.plot_export import write_whole
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel

COUNT_ROOM = 68  # "3 of 8 rows"


class ResultsTable(QWidget):
    """Shows rows of results, and reports the one that a person chooses or opens."""

    row_chosen = Signal(str)
    """The key of a row that was clicked, or reached with the keyboard."""
    row_opened = Signal(str)
    """The key of a row that was double-clicked, or on which Enter was pressed."""
    notice = Signal(str)
    """What a copy or a save did, for the line at the bottom of the window."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ResultsModel(self)
        self._view = ResultsView(self._model, themes)
        self._filter = ResultsFilter(icons)
        self._count = InkLabel(themes)
        self._message = InkLabel(themes)
        self._pages = QStackedLayout()
        self._bar = QHBoxLayout()
        self._empty_text = ""
        self._file_stem = "results"
        self.copy = self._make_action(self.tr("&Copy rows"), icons, "duplicate")
        self.save = self._make_action(self.tr("&Save as CSV…"), icons, "save")
        self._set_up_actions()
        self._assemble()
        self._filter.changed.connect(self._on_filter_changed)
        self._filter.left.connect(self._on_filter_left)
        self._view.row_chosen.connect(self.row_chosen)
        self._view.row_opened.connect(self.row_opened)
        self._show_state()

    @property
    def model(self) -> ResultsModel:
        """The rows that match the filter, as sorted."""
        return self._model

    @property
    def current(self) -> str:
        """The key of the current row; empty where there is none."""
        return self._view.current

    @property
    def count_text(self) -> str:
        """How many rows there are, as it stands above them."""
        return self._count.text()

    @property
    def message(self) -> str:
        """The sentence in the place of rows; empty where there are some."""
        return "" if self._pages.currentIndex() == 0 else self._message.text()

    def set_table(self, columns: Sequence[ResultColumn], rows: Sequence[ResultRow]) -> None:
        """Show this table; selection, sorting and filter stay."""
        self._model.set_table(columns, rows)
        self._view.fit_columns()
        self._show_state()

    def set_current(self, key: str) -> None:
        """Make this row the current one without reporting it; no row where there is no such."""
        self._view.set_current(key)

    def set_empty_text(self, text: str) -> None:
        """What to say where there are no rows."""
        self._empty_text = text
        self._show_state()

    def set_file_stem(self, stem: str) -> None:
        """What a saved file is called at first, without its ending."""
        self._file_stem = stem

    def add_to_bar(self, widget: QWidget) -> None:
        """Put a control before the filter."""
        self._bar.insertWidget(0, widget)

    def csv_text(self) -> str:
        """The same rows as CSV, nothing rounded."""
        return comma_text(self._model.columns, self._taken_rows())

    def copied_text(self) -> str:
        """All rows that are shown, or several selected ones, in columns set apart by tabs."""
        return tab_text(self._model.columns, self._taken_rows())

    def save_csv(self, path: str) -> None:
        """Write what would be copied as CSV; a notice tells how it went."""
        reason = write_whole(path, self.csv_text().encode())
        if reason:
            self.notice.emit(self.tr("Could not write {0}: {1}").format(path, reason))
        else:
            self.notice.emit(
                self.tr("Saved {0}: {1}").format(path, self._count_of(len(self._taken_rows())))
            )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(event.globalPos())

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        self._model.set_filter(text)
        self._show_state()

    @Slot()
    def _on_filter_left(self) -> None:
        self._view.enter()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied_text())
        self.notice.emit(self.tr("Copied {0}").format(self._count_of(len(self._taken_rows()))))

    @Slot()
    def _on_save(self) -> None:
        suggestion = str(Path.home() / f"{self._file_stem}.csv")
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as CSV"), suggestion, self.tr("Table (*.csv)")
        )
        if path:
            self.save_csv(path if Path(path).suffix else f"{path}.csv")

    def _taken_rows(self) -> tuple[ResultRow, ...]:
        """One row is nearly always selected, the current one, and says nothing of what to take."""
        shown, selected = self._model.shown, self._view.selected_rows()
        return tuple(shown[row] for row in selected) if len(selected) > 1 else shown

    def _show_state(self) -> None:
        """The count, and a sentence where there are no rows."""
        self._count.setText(self._count_of(self._model.rowCount()))
        empty = self._model.rowCount() == 0
        if empty:
            no_match = self.tr("No row matches “{0}”").format(self._filter.text())
            self._message.setText(no_match if self._model.rows else self._empty_text)
        self._pages.setCurrentIndex(int(empty))
        for action in (self.copy, self.save):
            action.setEnabled(not empty)

    def _count_of(self, rows: int) -> str:
        total = len(self._model.rows)
        if rows != total:
            return self.tr("{0:,} of {1:,} rows").format(rows, total)
        return self.tr("1 row") if total == 1 else self.tr("{0:,} rows").format(total)

    def _make_action(self, text: str, icons: Icons, icon: str) -> QAction:
        action = QAction(text, self)
        icons.bind(action, icon)
        self.addAction(action)
        return action

    def _set_up_actions(self) -> None:
        self.copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.copy.setToolTip(
            self.tr(
                "Copy all rows that are shown, or the selected ones where there are several, "
                "for a spreadsheet; nothing is rounded"
            )
        )
        self.save.setToolTip(
            self.tr(
                "Save all rows that are shown, or the selected ones where there are several, "
                "as a CSV file; nothing is rounded"
            )
        )
        self.copy.triggered.connect(self._on_copy)
        self.save.triggered.connect(self._on_save)

    def _assemble(self) -> None:
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(16)
        self._bar.setSpacing(4)
        self._count.setMinimumWidth(COUNT_ROOM)  # always: the filter must not move the window
        self._bar.setContentsMargins(8, 0, 8, 0)
        self._bar.addWidget(self._filter, 1)
        self._bar.addWidget(self._count)
        for action in (self.copy, self.save):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            button.setProperty("compact", True)
            self._bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._bar)
        column.addLayout(self._pages, 1)
        self._pages.addWidget(self._view)  # shown at once: without a parent, as a window
        self._pages.addWidget(self._message)
