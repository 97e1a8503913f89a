"""The layers' numbers of all epochs as a file, from the histograms' context menu."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.plots.plot_export import write_whole


class MeasuresExport(QObject):
    """One more action of a plot: the numbers of all epochs as CSV."""

    notice = Signal(str)  # how it went

    def __init__(self, plot: QWidget, table: Callable[[], str]) -> None:
        super().__init__(plot)
        self._plot, self._table = plot, table
        action = QAction(self.tr("Save the &numbers of all epochs as CSV…"), plot)
        action.triggered.connect(self._on_asked)
        plot.addAction(action)

    @Slot()
    def _on_asked(self) -> None:
        suggestion = str(Path.home() / "layers-by-epoch.csv")
        kind = self.tr("Table (*.csv)")
        path, _ = QFileDialog.getSaveFileName(self._plot, self.tr("Save"), suggestion, kind)
        if path:
            self._save(path if Path(path).suffix else f"{path}.csv")

    def _save(self, path: str) -> None:
        reason = write_whole(path, self._table().encode())
        if reason:
            self.notice.emit(self.tr("Could not write {0}: {1}").format(path, reason))
        else:
            self.notice.emit(self.tr("Saved {0}").format(path))
