"""Where a sweep is trained: in this process, on all cores, or on a cluster at an address."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.problem_mark import mark_problem
from gui.widgets.segmented_choice import Segment, SegmentedChoice

if TYPE_CHECKING:
    from engine.executors import Where

PLACES: tuple["Where", ...] = ("here", "cores", "cluster")


class SweepPlace(QWidget):
    """A choice of three; the results are the same everywhere, bit for bit."""

    changed = Signal()

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
        self._problem = ProblemLabel(themes)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 4)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(InkLabel(themes, text=self.tr("Train")))
        line.addWidget(self.choice, 1)
        column.addLayout(line)
        column.addWidget(self.field)
        column.addWidget(self._problem)
        self.choice.chosen.connect(self._on_changed)
        self.field.textEdited.connect(self._on_changed)
        self._on_changed()

    @property
    def where(self) -> "Where":
        """The place that is chosen."""
        return next(place for place in PLACES if place == self.choice.value())

    @property
    def address(self) -> str:
        """The scheduler's address; empty where there is no cluster."""
        return self.field.text().strip() if self.where == "cluster" else ""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.where != "cluster" or bool(self.address)

    @Slot()
    def _on_changed(self) -> None:
        self.field.setVisible(self.where == "cluster")
        problem = self.tr("Write the scheduler's address, such as tcp://10.0.0.1:8786")
        problem = "" if self.is_complete else problem
        mark_problem(self.field, problem)
        self._problem.set_problem(problem)
        self.changed.emit()
