"""The results of a sweep as they come: a table, a plot, and the way from a row to an experiment."""

import time

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from engine.sweep import Sweep
from gui.icons import Icons
from gui.models.sweep_curves import CurveMaker
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_table import SweepTable
from gui.panels.results_table import ResultsTable
from gui.panels.sweep_plot_panel import SweepPlotPanel
from gui.sweep_controller import SweepController
from gui.theme import ThemeSource
from gui.widgets.segmented_choice import Segment, SegmentedChoice
from gui.widgets.titled_panel import TitledPanel
from gui.widgets.view_stack import ViewStack

translate = QCoreApplication.translate

LEAST_PAUSE = 0.4  # seconds between two renewals of the table, or the plot
SHARE = 0.1  # of the time that they may take, however large they are


class SweepResults(TitledPanel):
    """Shows the results of the controller's sweep in one of two views, when it is told to."""

    experiment_wanted = Signal(object, str)
    """A cell's experiment and the id of a variant: a person wants to work on with it."""
    notice = Signal(str)
    """What was done with table or plot, for the line at the bottom of the main window."""

    def __init__(
        self,
        controller: SweepController,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        views = ViewStack(themes, translate("SweepResults", "View of the results"))
        super().__init__(themes, translate("SweepResults", "Results"), views, parent)
        self.views = views
        self._controller = controller
        self._sweep: Sweep | None = None  # whose results are shown
        self._rows: SweepTable | None = None
        self._curves: CurveMaker | None = None
        self._chosen = ""  # the key of a row
        self._renew_after = 0.0
        self._empty_text = ""
        self.table = ResultsTable(themes, icons)
        self.table.set_file_stem("sweep")
        self.spread = self._make_spread(themes)
        self.plot_panel: SweepPlotPanel | None = None  # made when it is first wanted
        self.open_cell = self._make_opener(icons)
        self._add_views(themes)
        for control in (self.spread, self.views.choice, self.open_cell):
            self.add_to_header(control)
        self.set_busy(False)
        self.spread.chosen.connect(self.renew)
        self.views.view_changed.connect(self._on_view_changed)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.table.notice.connect(self.notice)
        self.open_cell.clicked.connect(self._on_open_cell)

    def set_busy(self, busy: bool) -> None:
        """Whether results are to be expected without anybody doing anything."""
        self._empty_text = self.tr("No results yet. Say what varies, and press Start.")
        if busy:
            self._empty_text = self.tr("Results come here part by part.")
        self.table.set_empty_text(self._empty_text)
        if self.plot_panel is not None:
            self.plot_panel.set_empty_text(self._empty_text)

    def renew_in_time(self) -> None:
        """Renew what is seen, so often that the window has time for everything else."""
        if time.monotonic() >= self._renew_after:
            self.renew()

    @Slot()
    def renew(self) -> None:
        """Renew what is seen."""
        if not self.isVisible():
            return
        began = time.monotonic()
        self._take_sweep()
        if self.plot_panel is not None and self.views.shown == "plot":
            self._show_plot(self.plot_panel)
        else:
            self._show_table()
        self._show_openable()
        took = time.monotonic() - began
        self._renew_after = began + max(LEAST_PAUSE, took / SHARE)

    @Slot(str)
    def _on_view_changed(self, view: str) -> None:
        self.spread.setVisible(view == "table")
        self.renew()

    @Slot(str)
    def _on_row_chosen(self, key: str) -> None:
        self._chosen = key
        self._show_openable()

    @Slot()
    def _on_open_cell(self) -> None:
        self._on_row_opened(self._key)

    @Slot(str)
    def _on_row_opened(self, key: str) -> None:
        """Tell of the cell and the variant of a row, or a point: their keys are the same."""
        if self._rows is not None:
            cell, variant = self._rows.origin(key)
            self.experiment_wanted.emit(cell.experiment, variant)

    def _show_table(self) -> None:
        if self._rows is None:
            self.table.set_table((), ())
        else:
            over_seeds = self.spread.value() == "seeds"
            rows = self._rows.rows(self._controller.results, over_seeds=over_seeds)
            self.table.set_table(self._rows.columns(over_seeds=over_seeds), rows)

    def _show_plot(self, panel: SweepPlotPanel) -> None:
        sweep = self._sweep
        if sweep is not None and self._curves is None:
            cells = self._controller.cells
            self._curves = CurveMaker(sweep, cells, sweep_fields(sweep.base))
        panel.set_results(self._curves, self._controller.results)

    def _take_sweep(self) -> None:
        """Begin a table, and curves, where there is another sweep than before."""
        sweep = self._controller.sweep
        if sweep is self._sweep:
            return
        self._sweep, self._rows, self._curves = sweep, None, None
        self._chosen = ""  # what was chosen is of another sweep
        self.table.set_current("")
        if sweep is not None:
            self._rows = SweepTable(sweep, self._controller.cells, sweep_fields(sweep.base))

    @property
    def _key(self) -> str:
        """Of the row or the point that is chosen in the view that is seen."""
        if self.plot_panel is not None and self.views.shown == "plot":
            return self.plot_panel.plot.chosen
        return self._chosen

    @Slot()
    def _show_openable(self) -> None:
        self.open_cell.setEnabled(bool(self._key))

    def _make_spread(self, themes: ThemeSource) -> SegmentedChoice:
        segments = (
            Segment("seeds", self.tr("means"), self.tr("Mean ± standard deviation over the seeds")),
            Segment("runs", self.tr("runs"), self.tr("A row for every seed")),
        )
        return SegmentedChoice(themes, self.tr("Rows of the table"), segments)

    def _make_opener(self, icons: Icons) -> QToolButton:
        opener = QToolButton()
        opener.setText(self.tr("Open"))
        opener.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        opener.setToolTip(
            self.tr(
                "Make the experiment of the chosen row or point the one in the main window; "
                "Undo goes back"
            )
        )
        opener.setEnabled(False)
        icons.bind(opener, "open")
        return opener

    def _add_views(self, themes: ThemeSource) -> None:
        """The table, and the plot as soon as somebody wants to see it."""

        def make_plot() -> SweepPlotPanel:
            self.plot_panel = SweepPlotPanel(themes)
            self.plot_panel.set_empty_text(self._empty_text)
            self.plot_panel.plot.point_chosen.connect(self._show_openable)
            self.plot_panel.plot.point_opened.connect(self._on_row_opened)
            self.plot_panel.plot.notice.connect(self.notice)
            return self.plot_panel

        table = Segment("table", self.tr("Table"), self.tr("Every number, to sort and to copy"))
        plot = Segment("plot", self.tr("Plot"), self.tr("One number against what varies"))
        self.views.add_view(table, lambda: self.table)
        self.views.add_view(plot, make_plot)
