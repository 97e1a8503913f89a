"""A choice that fixes one more thing that a sweep varies, for the plot."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.models.sweep_curve_axis import CurveAxis
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.ink_label import InkLabel

FIELD_WIDTH = 96


class FixedValue(QWidget):
    """One more thing that varies, and at which of its values the plot is."""

    chosen = Signal(str, int)
    """Its path, and which value from the left."""

    def __init__(self, themes: ThemeSource, axis: CurveAxis, value: int) -> None:
        super().__init__()
        self._axis = axis
        self.field = ChoiceField()
        self.field.setMinimumWidth(FIELD_WIDTH)
        self.field.setAccessibleName(self.tr("{0} of the plot").format(axis.name))
        self.field.setToolTip(self.tr("The plot is of this value alone; nothing is averaged"))
        self.field.set_choices(list(enumerate(axis.texts)))
        self.field.set_value(value)
        self.field.chosen.connect(self._on_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(InkLabel(themes, text=axis.name))
        row.addWidget(self.field)

    @property
    def path(self) -> str:
        """What it fixes."""
        return self._axis.path

    @Slot(object)
    def _on_chosen(self, value: int) -> None:
        self.field.set_value(value)
        self.chosen.emit(self.path, value)
