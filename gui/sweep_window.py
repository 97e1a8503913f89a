"""The window of the sweeps: what to vary on the left, the results as they come on the right."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.document import Document
from gui.icons import Icons
from gui.models.sweep_checker import SweepChecker
from gui.models.sweep_plan import SweepCheck
from gui.models.sweep_recall import plan_of
from gui.panels.sweep_form import SweepForm
from gui.panels.sweep_offer import SweepOffer
from gui.panels.sweep_place import SweepPlace
from gui.panels.sweep_status import SweepStatus
from gui.panels.sweep_summary import SweepSummary
from gui.sweep_controller import SweepController
from gui.sweep_results import SweepResults
from gui.theme import ThemeSource
from gui.widgets.scrolled import scrolled
from gui.widgets.titled_panel import TitledPanel

FIRST_AXIS = "learning_rate"
LEFT_WIDTH = 360
FORM, SUMMARY = 0, 1  # the pages on the left


class SweepWindow(QDialog):
    """Asks for a sweep, follows it, and shows its results; closing it only hides it.

    What stands on the left is what is trained while something is: the form says it if it can, and
    otherwise a summary does.
    """

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
        self.form = SweepForm(document.experiment, themes, icons)
        self.summary = SweepSummary(themes)
        self._asked = QStackedWidget()
        self.place = SweepPlace(themes)
        self.offer = SweepOffer(themes)
        self.status = SweepStatus(themes)
        self.results = SweepResults(controller, themes, icons)
        self._checker = SweepChecker(self)
        self._assemble(themes)
        self._connect()
        self.form.axes.add_row(FIRST_AXIS)
        self.resize(900, 640)

    @property
    def controller(self) -> SweepController:
        """What trains behind the window."""
        return self._controller

    @property
    def shows_form(self) -> bool:
        """Whether the form stands there; otherwise a summary of what it cannot say does."""
        return self._asked.currentIndex() == FORM

    def showEvent(self, event: QShowEvent) -> None:
        """Look for what an earlier start left, and catch up with what happened while hidden."""
        super().showEvent(event)
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
        if not self._wants_start and sweep is not None and self.place.complete():
            self._controller.start(sweep, self.place.where, self.place.address)

    @Slot()
    def _on_resume(self) -> None:
        if self.place.complete():
            self._controller.resume(self.place.where, self.place.address)

    @Slot(object)
    def _on_stored_resume(self, path: Path) -> None:
        controller = self._controller
        if any(each.is_finished for each in controller.stored if each.path == path):
            controller.resume_stored(path, "here")  # there is nothing to train
        elif self.place.complete():
            controller.resume_stored(path, self.place.where, self.place.address)

    @Slot()
    def _on_another(self) -> None:
        """From the summary of a sweep that has ended back to the form."""
        self._asked.setCurrentIndex(FORM)
        self._on_document_changed()
        self._show_startable()
        self.form.axes.add.setFocus()

    @Slot()
    def _on_document_changed(self) -> None:
        if not self.isVisible():
            return
        if self._controller.is_busy:
            self._show_asked()
        else:
            self._show_at_hand()
        self._on_stored_changed()

    def _show_asked(self) -> None:
        """Say what is trained: in the form, or in words where the form has none for it."""
        sweep, experiment = self._controller.asked, self._document.experiment
        if sweep is None:
            return
        plan = plan_of(sweep, experiment)
        if plan is None:
            self.summary.set_sweep(sweep, experiment)
            self._asked.setCurrentIndex(SUMMARY)
        elif plan != self.form.plan or not self.shows_form:
            self._asked.setCurrentIndex(FORM)
            self.form.set_plan(plan)
            self._on_plan_changed()

    def _show_at_hand(self) -> None:
        """In the form, the experiment at hand; beside the summary, whether it is still the base."""
        sweep, experiment = self._controller.asked, self._document.experiment
        self.form.set_experiment(experiment)
        if sweep is not None and not self.shows_form:
            self.summary.set_sweep(sweep, experiment)

    @Slot()
    def _on_stored_changed(self) -> None:
        controller = self._controller
        discarded, stored = controller.discarded, controller.stored
        if discarded is not None and not controller.is_busy:
            self.offer.set_discarded(discarded, more=bool(stored))
            return
        offered = stored[0] if stored and not controller.is_busy else None
        self.offer.set_stored(offered, self._document.experiment)

    @Slot()
    def _on_changed(self) -> None:
        controller = self._controller
        self.status.set_state(controller.state, controller.progress, controller.error)
        self.results.set_busy(controller.is_busy)
        for part in (self.form, self.place, self.summary.another_button):
            part.setEnabled(not controller.is_busy)
        self._on_document_changed()
        self._show_startable()
        self.results.renew()

    @Slot()
    def _on_progressed(self) -> None:
        if self.isVisible():
            self.status.set_progress(self._controller.state, self._controller.progress)
            self.results.renew_in_time()

    @Slot()
    def _show_startable(self) -> None:
        checked = self._checker.is_pending or (
            self._check is not None and self._check.good_sweep is not None
        )
        self.status.set_startable(self.shows_form and self.form.plan is not None and checked)

    def _assemble(self, themes: ThemeSource) -> None:
        for part in (self.form, self.summary):
            self._asked.addWidget(_on_panel(part))
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(self._asked, 1)
        column.addWidget(self.place)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setHandleWidth(8)
        middle.setChildrenCollapsible(False)
        middle.addWidget(TitledPanel(themes, self.tr("What varies"), asked))
        middle.addWidget(self.results)
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
        self.summary.another.connect(self._on_another)
        self.status.start.connect(self._on_start)
        self.status.cancel.connect(controller.cancel)
        self.status.resume.connect(self._on_resume)
        self.offer.resume.connect(self._on_stored_resume)
        self.offer.discard.connect(controller.discard)
        self.offer.undo.connect(controller.undo_discard)
        self.offer.next.connect(controller.remove_discarded)
        self.finished.connect(controller.remove_discarded)
        self.results.experiment_wanted.connect(self.experiment_wanted)
        self.results.notice.connect(self.notice)


def _on_panel(content: QWidget) -> QScrollArea:
    """Scrolled, in the panel's colour and not the window's."""
    area = scrolled(content)
    for widget in (content, area.viewport()):
        widget.setAutoFillBackground(False)
    return area
