"""Makes and checks a sweep on a thread, a moment after the last change of its plan."""

from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.background import in_background
from gui.models.sweep_plan import SweepCheck, SweepPlan, checked_plan

QUIET = 200  # milliseconds without a change before a check begins
POLL = 20  # milliseconds between two looks whether it has ended


class SweepChecker(QObject):
    """Tells what the latest plan comes to, and what is wrong with it; one check at a time."""

    checked = Signal(object)
    """The SweepCheck of the latest plan."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: SweepPlan | None = None
        self._checking: Future[SweepCheck] | None = None
        self._asked: SweepPlan | None = None  # what is being checked
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET)
        self._quiet.timeout.connect(self._on_quiet)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL)
        self._poll.timeout.connect(self._on_poll)

    @property
    def is_pending(self) -> bool:
        """Whether the latest plan has not been told of yet."""
        return self._quiet.isActive() or self._checking is not None

    def check(self, plan: SweepPlan | None) -> None:
        """Ask about this plan, and no longer about the one before; None: about none."""
        self._plan = plan
        if plan is None:
            self._quiet.stop()
        else:
            self._quiet.start()

    @Slot()
    def _on_quiet(self) -> None:
        if self._checking is None and self._plan is not None:
            self._asked = self._plan
            self._checking = in_background(partial(checked_plan, self._plan), "frostline-check")
            self._poll.start()

    @Slot()
    def _on_poll(self) -> None:
        if self._checking is None or not self._checking.done():
            return
        self._poll.stop()
        check, self._checking = self._checking.result(), None
        if self._asked is self._plan:
            self.checked.emit(check)
        elif not self._quiet.isActive():
            self._on_quiet()
