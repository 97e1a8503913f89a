"""Where a sweep is trained: in this process, on all cores, or on a cluster at an address."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.problem_mark import mark_problem
from gui.widgets.segmented_choice import Segment, SegmentedChoice

if TYPE_CHECKING:
    from engine.executors import Where

PLACES: tuple["Where", ...] = ("here", "cores", "cluster")


class SweepPlace(QWidget):
    """A choice of three; the results are the same everywhere, bit for bit.

    The line below it is as high with an address as without: the choice stays under the mouse.
    """

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tips = {
            "here": self.tr("One part after the other, beside everything else in this program."),
            "cores": self.tr("A process for every core; each takes a second or two to begin."),
            "cluster": self.tr("The workers of a dask scheduler, which need Frostline installed."),
        }
        words = {
            "here": self.tr("in this process"),
            "cores": self.tr("all cores"),
            "cluster": self.tr("cluster"),
        }
        segments = [Segment(place, words[place], tips[place]) for place in PLACES]
        self.choice = SegmentedChoice(themes, self.tr("Where to train"), segments)
        self.field = QLineEdit()
        self.field.setPlaceholderText("tcp://…:8786")
        self.field.setAccessibleName(self.tr("Address of the scheduler"))
        self.field.setToolTip(
            self.tr(
                "What `dask scheduler` says when it starts; this program and every worker need "
                "Frostline's extra “cluster”, in the same version."
            )
        )
        self._hint = InkLabel(themes)
        self._below = QStackedWidget()
        self._problem = ProblemLabel(themes)
        self._assemble(themes)
        self.choice.chosen.connect(self._on_chosen)
        self.field.textEdited.connect(self._on_edited)
        self._on_chosen()

    @property
    def where(self) -> "Where":
        """The place that is chosen."""
        return next(place for place in PLACES if place == self.choice.value())

    @property
    def address(self) -> str:
        """The scheduler's address; empty where there is no cluster."""
        return self.field.text().strip() if self.where == "cluster" else ""

    @property
    def problem(self) -> str:
        """What is missing, once it was asked for."""
        return self._problem.problem

    def complete(self) -> bool:
        """Whether nothing is missing; what is is said, and the keyboard goes there."""
        is_complete = self.where != "cluster" or bool(self.address)
        self._set_problem(not is_complete)
        if not is_complete:
            self.field.setFocus()
        return is_complete

    @Slot()
    def _on_chosen(self) -> None:
        self._below.setCurrentWidget(self.field if self.where == "cluster" else self._hint)
        hints = {
            "here": self.tr("one part after the other"),
            "cores": self.tr("a process for every core"),
        }
        self._hint.setText(hints.get(self.where, ""))
        self._set_problem(False)

    @Slot()
    def _on_edited(self) -> None:
        self._set_problem(not self.address)

    def _set_problem(self, missing: bool) -> None:
        text = self.tr("Write the scheduler's address, such as tcp://10.0.0.1:8786")
        problem = text if missing else ""
        mark_problem(self.field, problem)
        self._problem.set_problem(problem)

    def _assemble(self, themes: ThemeSource) -> None:
        self._below.addWidget(self._hint)
        self._below.addWidget(self.field)
        self._below.setFixedHeight(self.field.sizeHint().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 4)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(InkLabel(themes, text=self.tr("Train")))
        line.addWidget(self.choice, 1)
        column.addLayout(line)
        column.addWidget(self._below)
        column.addWidget(self._problem)
