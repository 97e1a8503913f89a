"""What is trained where the form cannot say it: read-only, in words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from engine.sweep import Sweep
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_recall import is_of
from gui.models.sweep_text import base_text, sweep_sentence, values_text
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel


class SweepSummary(QWidget):
    """Describes a sweep of another experiment, or over what the form does not offer."""

    another = Signal()
    """A person wants to say what varies in the next one."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reason, self._base = InkLabel(themes), InkLabel(themes)
        self._varied, self._sentence = InkLabel(themes, "text"), InkLabel(themes, "text")
        self.another_button = QPushButton(self.tr("Plan another sweep"))
        self.another_button.setAutoDefault(False)
        self.another_button.setToolTip(self.tr("Say what varies in the experiment at hand"))
        self.another_button.clicked.connect(self.another)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(8)
        for label in (self._base, self._reason, self._varied, self._sentence):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self.another_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        labels = (self._base, self._reason, self._varied, self._sentence)
        return "\n".join(label.text() for label in labels if label.text())

    def set_sweep(self, sweep: Sweep, experiment: Experiment) -> None:
        """Describe this one. The experiment is the one in the main window."""
        fields = sweep_fields(sweep.base)
        self._base.setText(base_text(sweep.base))
        other = "" if is_of(sweep, experiment) else self._other(sweep, experiment)
        self._reason.setText(other)
        self._reason.setVisible(bool(other))
        self._varied.setText("\n".join(values_text(axis, fields) for axis in sweep.axes))
        self._varied.setVisible(bool(sweep.axes))
        self._sentence.setText(sweep_sentence(sweep, fields))

    def _other(self, sweep: Sweep, experiment: Experiment) -> str:
        if sweep.base.name == experiment.name:
            return self.tr("The experiment in the main window has changed since.")
        text = self.tr("In the main window is another experiment, “{0}”.")
        return text.format(experiment.name)
