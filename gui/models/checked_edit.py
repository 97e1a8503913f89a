"""Trying an edit: the document takes it, or a person hears why not and nothing changes."""

from collections.abc import Callable

from engine.checks import experiment_problems
from engine.errors import EngineError, ExperimentError, Problem
from engine.experiment import Experiment
from gui.document import Document


def try_edit(
    document: Document,
    change: Callable[[Experiment], Experiment],
    text: str,
    merge_key: str | None = None,
) -> str:
    """Make the change, as an undo step called `text`; return why not, empty if it was made.

    Refused is what the engine refuses, and what could not be trained though it could before.
    """
    try:
        changed = change(document.experiment)
    except EngineError as error:
        return problem_text(error)
    problems = new_problems(document.experiment, changed)
    if problems:
        return "\n".join(problem.message for problem in problems)
    document.edit(changed, text, merge_key)
    return ""


def new_problems(before: Experiment, after: Experiment) -> list[Problem]:
    """What stands in the way of training after, in places where nothing did before."""
    known = {problem.path for problem in experiment_problems(before)}
    return [problem for problem in experiment_problems(after) if problem.path not in known]


def problem_text(error: EngineError) -> str:
    """What the engine refused, one line for each problem; the field beside it says where."""
    if not isinstance(error, ExperimentError):
        return str(error)
    return "\n".join(problem.message for problem in error.problems)
