"""What the engine raises: every message names the field and says what would be valid."""

from collections.abc import Sequence
from dataclasses import dataclass

LISTED = 20  # problems that a text tells one by one


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where: `path` as in the file, such as `layers[0].units`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class EngineError(Exception):
    """Everything the engine refuses on purpose. The text can be shown to a person as it is."""


class ExperimentError(EngineError):
    """An experiment, a journal or an edit that cannot be taken, and every problem of it.

    The text lists the first of them, and counts the others.
    """

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        lines = [f"  {problem}" for problem in self.problems[:LISTED]]
        if len(self.problems) > LISTED:
            lines.append(f"  and {len(self.problems) - LISTED:,} more")
        super().__init__("\n".join((f"{source or 'experiment'} was refused:", *lines)))


class DatasetError(EngineError):
    """A data set that is unknown, damaged or cannot be split as asked."""
