"""The parts of a sweep handed to workers a few at a time, and again where a worker died."""

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    wait,
)
from typing import Any

import engine
from engine.errors import EngineError
from engine.sweep import Part, RunResult
from engine.sweep_part import carry_out, order_text, results_of
from engine.workplace import Workplace

MOST_DEATHS = 3  # workers that a part may take with it
SUSPICIOUS = 2  # deaths after which a part is trained alone: the next one is its own doing

Trained = tuple[Part, tuple[RunResult, ...]]


class PartQueue:
    """Parts that wait, and how many workers died while they had them."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._waiting = deque(parts)
        self._deaths: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def next(self, under_way: Sequence[Part], room: int) -> Part | None:
        """The part to hand over beside those under way, if one may be."""
        if not self._waiting or len(under_way) >= room:
            return None
        together = [self._waiting[0], *under_way]
        if under_way and any(self._deaths[part.number] >= SUSPICIOUS for part in together):
            return None
        return self._waiting.popleft()

    def put_back(self, part: Part) -> None:
        """A part that was handed over and not begun."""
        self._waiting.appendleft(part)

    def died(self, part: Part) -> None:
        """A worker died while it, or a neighbour, had this part. Raises EngineError at the third.

        Which part it was cannot be seen; so suspicious ones are trained alone.
        """
        self._deaths[part.number] += 1
        if self._deaths[part.number] == MOST_DEATHS:
            text = f"{described(part)} ended its worker process {MOST_DEATHS} times"
            raise EngineError(f"{text}; is there memory enough? What was stored is kept")
        self.put_back(part)


def train_parts(
    parts: Iterable[Part], open_workplace: Callable[[], Workplace | None], stop: "Future[None]"
) -> Generator[Trained, None, None]:
    """Train parts at a workplace and yield each with its results, as they finish.

    Ends early when `stop` is done, or there is no workplace. A workplace that broke is replaced by
    a new one. Raises EngineError for a part that cannot be trained, and a workplace that is lost.
    """
    queue = PartQueue(parts)
    while queue and not stop.done():
        workplace = open_workplace()
        if workplace is None:
            return
        try:
            yield from _work_off(queue, workplace, stop)
        finally:
            workplace.close()


def described(part: Part) -> str:
    """A part in words."""
    cells = sorted({cell for cell, _ in part.origins})
    span = f"cell {cells[0]}" if len(cells) == 1 else f"{len(cells)} cells from {cells[0]} on"
    return f"part {part.number} ({part.runs} runs of {span})"


def _work_off(
    queue: PartQueue, workplace: Workplace, stop: "Future[None]"
) -> Generator[Trained, None, None]:
    """Yield what the workplace trains, until all is done, it must stop, or the workplace broke."""
    under_way: dict[Future[str], Part] = {}
    broken = False
    while not broken and not stop.done():
        broken = not _hand_over(queue, workplace, under_way)
        if not under_way:
            return
        awaited: list[Future[Any]] = [*under_way, stop]
        done, _ = wait(awaited, return_when=FIRST_COMPLETED)
        for future in [each for each in under_way if each in done]:
            part = under_way.pop(future)
            try:
                results = _results(part, future)
            except BrokenExecutor:
                broken = True
                queue.died(part)
            else:
                if results:
                    yield part, results
                elif not stop.done():
                    raise EngineError(f"{described(part)} came back without results")
    if broken:
        for part in under_way.values():
            queue.died(part)


def _hand_over(queue: PartQueue, workplace: Workplace, under_way: dict[Future[str], Part]) -> bool:
    """Hand over as many parts as the workplace takes; False where it is found broken."""
    while (part := queue.next(tuple(under_way.values()), workplace.room)) is not None:
        try:
            under_way[workplace.submit(carry_out, order_text(part))] = part
        except BrokenExecutor:
            queue.put_back(part)
            return False
    return True


def _results(part: Part, future: "Future[str]") -> tuple[RunResult, ...]:
    try:
        return results_of(future.result())
    except BrokenExecutor:
        raise
    except CancelledError as error:  # nobody here cancels one that is looked at
        text = "the scheduler is lost; what was finished is kept, start again to go on"
        raise EngineError(text) from error
    except (ImportError, AttributeError) as error:  # before anything of Frostline could answer
        text = f"a worker has no Frostline {engine.__version__} ({error})"
        raise EngineError(f"{text}; install the same version everywhere") from error
    except Exception as error:
        reason = (
            str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
        )
        raise EngineError(f"{described(part)} failed: {reason}") from error
