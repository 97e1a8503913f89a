"""The context menu that every plot has: fit, logarithmic axis, picture, drawing, table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gui.plots.plot_export import png_bytes, svg_bytes, write_whole


@dataclass(frozen=True)
class PlotWords:
    """What this plot calls its own: the logarithmic axis, and the stem of its files' names.

    Without words for it there is no logarithmic axis to choose.
    """

    log: str
    file_stem: str


class PlotActions(QObject):
    """The plot's actions, added to it: its context menu, and what a command palette may list."""

    notice = Signal(str)
    log_asked = Signal(bool)

    def __init__(
        self,
        plot: QWidget,
        words: PlotWords,
        table: Callable[[], str],
        fit: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(plot)
        self._plot, self._words, self._table = plot, words, table
        if fit is not None:
            self._add(self.tr("&Fit and follow"), fit)
        self._log = self._add(words.log, None)
        self._log.setCheckable(True)
        self._log.setVisible(bool(words.log))
        self._log.triggered.connect(self.log_asked)
        self._add_separator()
        self._add(self.tr("&Copy picture"), self.copy_picture)
        self._add(self.tr("Save as &PNG…"), self._on_save_png)
        self._add(self.tr("Save as &SVG…"), self._on_save_svg)
        self._add_separator()
        self._add(self.tr("Save the &data as CSV…"), self._on_save_csv)

    def set_log(self, log: bool) -> None:
        """Show whether the axis is logarithmic."""
        self._log.setChecked(log)

    def open_menu(self, event: QContextMenuEvent) -> None:
        """Show the menu, without waiting for it; with the menu key it opens in the middle."""
        menu = QMenu(self._plot)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._plot.actions())
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        middle = self._plot.mapToGlobal(self._plot.rect().center())
        menu.popup(event.globalPos() if by_mouse else middle)
        event.accept()

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._plot.grab())
        self.notice.emit(self.tr("Picture copied"))

    def save_png(self, path: str) -> None:
        """Write the picture; a notice tells how it went."""
        self._write(path, png_bytes(self._plot.grab()))

    def save_svg(self, path: str) -> None:
        """Write the drawing; a notice tells how it went."""
        self._write(path, svg_bytes(self._plot, self._plot.accessibleName()))

    def save_csv(self, path: str) -> None:
        """Write the data as measured, not as thinned for the screen; a notice tells how it went."""
        self._write(path, self._table().encode())

    def _on_save_png(self) -> None:
        self._ask("png", self.tr("Picture (*.png)"), self.save_png)

    def _on_save_svg(self) -> None:
        self._ask("svg", self.tr("Drawing (*.svg)"), self.save_svg)

    def _on_save_csv(self) -> None:
        self._ask("csv", self.tr("Table (*.csv)"), self.save_csv)

    def _ask(self, ending: str, kind: str, save: Callable[[str], None]) -> None:
        suggestion = str(Path.home() / f"{self._words.file_stem}.{ending}")
        path, _ = QFileDialog.getSaveFileName(self._plot, self.tr("Save"), suggestion, kind)
        if path:
            save(path if Path(path).suffix else f"{path}.{ending}")

    def _write(self, path: str, content: bytes) -> None:
        reason = write_whole(path, content)
        if reason:
            self.notice.emit(self.tr("Could not write {0}: {1}").format(path, reason))
        else:
            self.notice.emit(self.tr("Saved {0}").format(path))

    def _add(self, text: str, run: Callable[[], None] | None) -> QAction:
        action = QAction(text, self._plot)
        if run is not None:
            action.triggered.connect(run)
        self._plot.addAction(action)
        return action

    def _add_separator(self) -> None:
        line = QAction(self._plot)
        line.setSeparator(True)
        self._plot.addAction(line)
