"""Brings the present run's results to their table and comparison, a few times a second."""

from PySide6.QtCore import QObject, QTimer, Slot

from gui.models.results_changes import RunChanges
from gui.models.results_run import RunNumbers
from gui.models.variant_results import MemberNumbers
from gui.panels.results_panel import ResultsPanel
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore

RENEWAL = 250  # milliseconds between two renewals while a run is going
AT_REST = ("paused", "finished", "stopped", "failed")


class LiveResults(QObject):
    """Renews the panel while it can be seen, and at once when the run stands still."""

    def __init__(
        self,
        store: RunStore,
        controller: RunController,
        panel: ResultsPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._controller = controller
        self._panel = panel
        self._read: RunRecord | None = None  # the run that the numbers are of
        self._numbers = MemberNumbers.before_a_run(0)
        self._changes: RunChanges | None = None
        self._is_due = True
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(RENEWAL)
        self._pause.timeout.connect(self._on_pause_over)
        store.changed.connect(self._on_run_changed)
        controller.frame.connect(self._on_frame)
        controller.state_changed.connect(self._on_state_changed)
        controller.journal_changed.connect(self._on_journal_changed)
        panel.shown.connect(self._on_shown)
        self._on_run_changed()

    @Slot()
    def _on_run_changed(self) -> None:
        record = self._store.current
        members = 0 if record is None else len(record.experiment.members)
        self._read, self._numbers = record, MemberNumbers.before_a_run(members)
        self._changes = None if record is None else RunChanges(record.experiment)
        self._renew()

    @Slot(object)
    def _on_frame(self, snapshot: object) -> None:
        record = self._read
        if record is not None and len(record.run.log) > self._numbers.epochs:
            self._is_due = True
            self._renew_unless_just_done()

    @Slot()
    def _on_state_changed(self) -> None:
        if self._is_due and self._controller.state in AT_REST:
            self._renew()

    @Slot()
    def _on_journal_changed(self) -> None:
        self._is_due = True
        self._renew_unless_just_done()

    @Slot()
    def _on_pause_over(self) -> None:
        self._renew_unless_just_done()

    @Slot(bool)
    def _on_shown(self, shown: bool) -> None:
        if shown and self._is_due:
            self._renew()

    def _renew_unless_just_done(self) -> None:
        resting = self._controller.state in AT_REST
        if self._is_due and (resting or not self._pause.isActive()):
            self._renew()

    def _renew(self) -> None:
        """Show the run as it is now, if anybody can see it; else remember to."""
        self._is_due = True
        if not self._panel.isVisible():
            return
        self._is_due = False
        self._panel.set_run(self._run_numbers())
        if self._controller.state not in AT_REST:
            self._pause.start()

    def _run_numbers(self) -> RunNumbers | None:
        record = self._read
        if record is None or self._changes is None:
            return None
        self._changes = self._changes.read_on(tuple(record.run.journal))
        self._numbers = self._numbers.read_on(record.run.log.table)
        data = record.experiment.data
        return RunNumbers(
            variants=tuple(variant.id for variant in record.experiment.variants),
            seeds=record.experiment.training.seeds,
            numbers=self._numbers,
            epochs=record.run.epochs,
            one_split=data.validation_fraction > 0 and not data.split_per_seed,
            changes=self._changes.after(record.run.step_count),
        )
