"""Questions to the present run that take it a moment, answered between two steps."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Slot

from gui.engine_gate import EngineGate
from gui.run_store import RunStore

if TYPE_CHECKING:
    from engine.run import Run

POLL = 20  # milliseconds between two looks whether an answer is there


@dataclass(frozen=True)
class _Open:
    future: "Future[Any]"
    on_answer: Callable[[Any], None]
    on_problem: Callable[[str], None]


class Questions(QObject):
    """Asks on the training thread and answers on the window's; the run goes on unchanged."""

    def __init__(self, store: RunStore, gate: EngineGate, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._gate = gate
        self._open: list[_Open] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._on_poll)
        store.changed.connect(self._on_run_changed)

    def ask(
        self,
        question: "Callable[[Run], Any]",
        on_answer: Callable[[Any], None],
        on_problem: Callable[[str], None],
    ) -> None:
        """Ask the present run; exactly one of the two is called, never at once.

        Without a run, or once it has ended, the problem says so.
        """
        record = self._store.current
        future: Future[Any] = Future()
        if record is None or not self._gate.is_ready:
            future.cancel()
        else:
            future = self._gate.worker.ask(record.run, question)
        self._open.append(_Open(future, on_answer, on_problem))
        self._timer.start()

    @Slot()
    def _on_run_changed(self) -> None:
        """What was asked of the run before is not true of this one."""
        self._open.clear()

    @Slot()
    def _on_poll(self) -> None:
        done = [each for each in self._open if each.future.done()]
        self._open = [each for each in self._open if each not in done]
        if not self._open:
            self._timer.stop()
        for each in done:
            self._answer(each)

    def _answer(self, each: _Open) -> None:
        if each.future.cancelled():
            each.on_problem(self.tr("There is no run to ask: press Run or Step first"))
            return
        error = each.future.exception()
        if error is not None:
            each.on_problem(str(error))
        else:
            each.on_answer(each.future.result())
