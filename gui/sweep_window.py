"""The window of the sweeps: what to vary on the left, the results as they come on the right."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QSplitter, QToolButton, QVBoxLayout, QWidget

from engine.sweep import Sweep
from gui.document import Document
from gui.icons import Icons
from gui.models.sweep_checker import SweepChecker
from gui.models.sweep_curves import CurveMaker
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_plan import SweepCheck
from gui.models.sweep_table import SweepTable
from gui.panels.results_table import ResultsTable
from gui.panels.sweep_form import SweepForm
from gui.panels.sweep_offer import SweepOffer
from gui.panels.sweep_place import SweepPlace
from gui.panels.sweep_plot_panel import SweepPlotPanel
from gui.panels.sweep_status import SweepStatus
from gui.sweep_controller import SweepController
from gui.theme import ThemeSource
from gui.widgets.segmented_choice import Segment, SegmentedChoice
from gui.widgets.titled_panel import TitledPanel
from gui.widgets.view_stack import ViewStack

LEAST_PAUSE = 0.4  # seconds between two renewals of the table, or the plot
SHARE = 0.1  # of the time that they may take, however large they are
FIRST_AXIS = "learning_rate"
LEFT_WIDTH = 360


class SweepWindow(QDialog):
    """Asks for a sweep, follows it, and shows its results; closing it only hides it."""

    experiment_wanted = Signal(object, str)
    """A cell's experiment and the id of a variant: a person wants to work on with it."""
    notice = Signal(str)
    """What was done with table or plot, for the line at the bottom of the main window."""

    def __init__(
        self,
        document: Document,
        controller: SweepController,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sweep – Frostline"))
        self._document = document
        self._controller = controller
        self._check: SweepCheck | None = None
        self._wants_start = False  # pressed while the check was under way
        self._sweep: Sweep | None = None  # whose results are shown
        self._table: SweepTable | None = None
        self._curves: CurveMaker | None = None
        self._chosen = ""  # the key of a row
        self._renew_after = 0.0
        self.form = SweepForm(document.experiment, themes, icons)
        self.place = SweepPlace(themes)
        self.offer = SweepOffer()
        self.status = SweepStatus(themes)
        self.results = ResultsTable(themes, icons)
        self.spread = self._make_spread(themes)
        self.views = ViewStack(themes, self.tr("View of the results"))
        self.plot_panel: SweepPlotPanel | None = None  # made when it is first wanted
        self.open_cell = QToolButton()
        self.open_cell.setText(self.tr("Open"))
        self.open_cell.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        icons.bind(self.open_cell, "open")
        self._checker = SweepChecker(self)
        self._add_views(themes)
        self._assemble(themes)
        self._connect()
        self.form.axes.add_row(FIRST_AXIS)
        self.resize(900, 640)

    @property
    def controller(self) -> SweepController:
        """What trains behind the window."""
        return self._controller

    def showEvent(self, event: QShowEvent) -> None:
        """Look for what an earlier start left, and catch up with what happened while hidden."""
        super().showEvent(event)
        self._on_document_changed()
        if not self._controller.is_busy:
            self._controller.look_for_stored()
        self._on_changed()

    @Slot()
    def _on_plan_changed(self) -> None:
        self._wants_start = False
        plan = self.form.plan
        if plan is None:
            self._check = None
            self.form.set_check(None)
        self._checker.check(plan)
        self._show_startable()

    @Slot(object)
    def _on_checked(self, check: SweepCheck) -> None:
        self._check = check
        self.form.set_check(check)
        self._show_startable()
        if self._wants_start:
            self._on_start()

    @Slot()
    def _on_start(self) -> None:
        """Start what was checked; wait for the check if it is under way."""
        self._wants_start = self._checker.is_pending
        sweep = self._check.good_sweep if self._check is not None else None
        if not self._wants_start and sweep is not None:
            self._controller.start(sweep, self.place.where, self.place.address)

    @Slot()
    def _on_resume(self) -> None:
        self._controller.resume(self.place.where, self.place.address)

    @Slot(object)
    def _on_stored_resume(self, path: Path) -> None:
        self._controller.resume_stored(path, self.place.where, self.place.address)

    @Slot()
    def _on_document_changed(self) -> None:
        if self.isVisible():
            self.form.set_experiment(self._document.experiment)

    @Slot()
    def _on_stored_changed(self) -> None:
        stored = self._controller.stored
        self.offer.set_stored(stored[0] if stored and not self._controller.is_busy else None)

    @Slot()
    def _on_changed(self) -> None:
        controller = self._controller
        self.status.set_state(controller.state, controller.progress, controller.error)
        self.form.setEnabled(not controller.is_busy)
        self.place.setEnabled(not controller.is_busy)
        self._on_stored_changed()
        self._show_startable()
        self._show_results()

    @Slot()
    def _on_progressed(self) -> None:
        if self.isVisible():
            self.status.set_progress(self._controller.state, self._controller.progress)
            if time.monotonic() >= self._renew_after:
                self._show_results()

    @Slot(str)
    def _on_view_changed(self, view: str) -> None:
        self.spread.setVisible(view == "table")
        self._show_results()

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
        if self._table is not None:
            cell, variant = self._table.origin(key)
            self.experiment_wanted.emit(cell.experiment, variant)

    @Slot()
    def _show_results(self) -> None:
        """Renew what is seen, at most so often that the window has time for everything else."""
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

    def _show_table(self) -> None:
        if self._table is None:
            self.results.set_table((), ())
        else:
            over_seeds = self.spread.value() == "seeds"
            rows = self._table.rows(self._controller.results, over_seeds=over_seeds)
            self.results.set_table(self._table.columns(over_seeds=over_seeds), rows)

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
        self._sweep, self._table, self._curves = sweep, None, None
        self._chosen = ""  # what was chosen is of another sweep
        if sweep is not None:
            self._table = SweepTable(sweep, self._controller.cells, sweep_fields(sweep.base))

    @property
    def _key(self) -> str:
        """Of the row or the point that is chosen in the view that is seen."""
        if self.plot_panel is not None and self.views.shown == "plot":
            return self.plot_panel.plot.chosen
        return self._chosen

    @Slot()
    def _show_openable(self) -> None:
        self.open_cell.setEnabled(bool(self._key))

    def _show_startable(self) -> None:
        checked = self._checker.is_pending or (
            self._check is not None and self._check.good_sweep is not None
        )
        readable = self.form.plan is not None and self.place.is_complete
        self.status.set_startable(readable and checked and not self._controller.is_busy)

    def _make_spread(self, themes: ThemeSource) -> SegmentedChoice:
        segments = (
            Segment("seeds", self.tr("means"), self.tr("Mean ± standard deviation over the seeds")),
            Segment("runs", self.tr("runs"), self.tr("A row for every seed")),
        )
        return SegmentedChoice(themes, self.tr("Rows of the table"), segments)

    def _add_views(self, themes: ThemeSource) -> None:
        """The table, and the plot as soon as somebody wants to see it."""

        def make_plot() -> SweepPlotPanel:
            self.plot_panel = SweepPlotPanel(themes)
            self.plot_panel.plot.point_chosen.connect(self._show_openable)
            self.plot_panel.plot.point_opened.connect(self._on_row_opened)
            self.plot_panel.plot.notice.connect(self.notice)
            return self.plot_panel

        table = Segment("table", self.tr("Table"), self.tr("Every number, to sort and to copy"))
        plot = Segment("plot", self.tr("Plot"), self.tr("One number against what varies"))
        self.views.add_view(table, lambda: self.results)
        self.views.add_view(plot, make_plot)

    def _assemble(self, themes: ThemeSource) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has the focus
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.form)
        for widget in (self.form, scroll.viewport()):
            widget.setAutoFillBackground(False)  # the panel's colour, not the window's
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(scroll, 1)
        column.addWidget(self.place)
        self.results.set_file_stem("sweep")
        self.results.set_empty_text(self.tr("No results yet. Say what varies, and press Start."))
        self.open_cell.setToolTip(
            self.tr(
                "Make the experiment of the chosen row or point the one in the main window; "
                "Undo goes back"
            )
        )
        self.open_cell.setEnabled(False)
        results = TitledPanel(themes, self.tr("Results"), self.views)
        results.add_to_header(self.spread)
        results.add_to_header(self.views.choice)
        results.add_to_header(self.open_cell)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setHandleWidth(8)
        middle.setChildrenCollapsible(False)
        middle.addWidget(TitledPanel(themes, self.tr("What varies"), asked))
        middle.addWidget(results)
        middle.setStretchFactor(1, 1)
        middle.setSizes([LEFT_WIDTH, 900 - LEFT_WIDTH])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.setSpacing(8)
        whole.addWidget(self.offer)
        whole.addWidget(middle, 1)
        whole.addWidget(self.status)

    def _connect(self) -> None:
        controller = self._controller
        controller.changed.connect(self._on_changed)
        controller.progressed.connect(self._on_progressed)
        controller.stored_changed.connect(self._on_stored_changed)
        self._document.changed.connect(self._on_document_changed)
        self._checker.checked.connect(self._on_checked)
        self.form.changed.connect(self._on_plan_changed)
        self.place.changed.connect(self._show_startable)
        self.status.start.connect(self._on_start)
        self.status.cancel.connect(controller.cancel)
        self.status.resume.connect(self._on_resume)
        self.offer.resume.connect(self._on_stored_resume)
        self.offer.discard.connect(controller.discard)
        self.spread.chosen.connect(self._show_results)
        self.views.view_changed.connect(self._on_view_changed)
        self.results.row_chosen.connect(self._on_row_chosen)
        self.results.row_opened.connect(self._on_row_opened)
        self.results.notice.connect(self.notice)
        self.open_cell.clicked.connect(self._on_open_cell)
