"""What is said of a sweep from before: whose it is, what varied, how far it is, since when."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from engine.experiment import Experiment
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_recall import is_of
from gui.models.sweep_text import factors_text, values_text
from gui.stored_sweeps import StoredSweep

translate = QCoreApplication.translate


def offer_text(stored: StoredSweep, experiment: Experiment, now: datetime) -> str:
    """`An unfinished sweep of “Mine”, left today at 16:12: 960 of 2,000 runs.`"""
    if stored.problem:
        text = translate("sweep", "A stored sweep cannot be read. {0}")
        return text.format(stored.problem)
    if stored.is_finished:
        text = translate("sweep", "The last sweep, {whose}, finished {when}: all {runs} runs.")
    else:
        text = translate(
            "sweep", "An unfinished sweep {whose}, left {when}: {done} of {runs} runs."
        )
    return text.format(
        whose=_whose(stored, experiment),
        when=when_text(datetime.fromtimestamp(stored.left), now),
        done=f"{stored.runs_done:,}",
        runs=f"{stored.runs:,}",
    )


def varied_text(stored: StoredSweep) -> str:
    """`2 optimizers × 5 learning rates × 8 patterns × 10 seeds`; empty where it cannot be read."""
    sweep = stored.sweep
    return factors_text(sweep, sweep_fields(sweep.base)) if sweep is not None else ""


def varied_lines(stored: StoredSweep) -> tuple[str, ...]:
    """A line for everything that varied, with its values."""
    sweep = stored.sweep
    if sweep is None:
        return ()
    fields = sweep_fields(sweep.base)
    return tuple(values_text(axis, fields) for axis in sweep.axes)


def discarded_text(stored: StoredSweep) -> str:
    """`Discarded the sweep of “Mine”: 960 of 2,000 runs.`"""
    if stored.problem:
        return translate("sweep", "Discarded a sweep that cannot be read.")
    text = translate("sweep", "Discarded the sweep of “{name}”: {done} of {runs} runs.")
    done, runs = f"{stored.runs_done:,}", f"{stored.runs:,}"
    return text.format(name=stored.name, done=done, runs=runs)


def when_text(moment: datetime, now: datetime) -> str:
    """`today at 16:12`, `yesterday at 16:12`, `on 2026-05-31 at 16:12`."""
    day = translate("sweep", "on {0:%Y-%m-%d}").format(moment)
    if moment.date() == now.date():
        day = translate("sweep", "today")
    elif moment.date() == now.date() - timedelta(days=1):
        day = translate("sweep", "yesterday")
    return translate("sweep", "{0} at {1:%H:%M}").format(day, moment)


def _whose(stored: StoredSweep, experiment: Experiment) -> str:
    """Named as another experiment's where the one in the main window is not its base."""
    text = translate("sweep", "of another experiment, “{0}”")
    if stored.sweep is None or is_of(stored.sweep, experiment):
        text = translate("sweep", "of “{0}”")
    elif stored.name == experiment.name:
        text = translate("sweep", "of “{0}” as it was")
    return text.format(stored.name)
