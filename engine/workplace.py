"""A place where work is done: what a sweep must know of it, wherever it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Literal

MustStop = Callable[[float], bool]
"""Whether to stop; is told how much is done by now, in whatever the work counts."""
Work = Callable[[str, MustStop], str]
"""A function of a module, from text to text, that asks often whether it must stop."""
Missing = Literal["", "workers", "scheduler"]
"""What work waits for: nothing, a worker to come, or the scheduler to answer."""

HANDED_OVER = 3  # pieces of work per worker, so that none waits for the next one


class Workplace(ABC):
    """Does work on texts, so many at a time."""

    def __init__(self, executor: Executor, room: int) -> None:
        self._executor = executor
        self.room = room
        """How many pieces of work to hand over, at most, before the first is done."""

    @property
    def missing(self) -> Missing:
        """What nobody can work without, as far as is known; may be asked from any thread."""
        return ""

    def under_way(self) -> float:
        """How much is done of the pieces that are not finished; may be asked from any thread.

        None of it where that is not known: a cluster tells of nothing but what is finished.
        """
        return 0.0

    @abstractmethod
    def submit(self, work: Work, text: str) -> "Future[str]":
        """Hand over one piece of work.

        The future, or this call, raises BrokenExecutor where workers died: make a new workplace.
        """

    @abstractmethod
    def close(self) -> None:
        """End within a second; what was not done by then is not done."""
