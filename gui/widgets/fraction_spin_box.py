"""A field for a share of at least 0 and less than 1, such as a drop rate."""

from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from gui.widgets.number_range import field_text

DIGITS = 6
STEP = 0.05


class FractionSpinBox(QDoubleSpinBox):
    """Shows the shortest text that reads back as the same number, not `0.500000`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(DIGITS)
        self.setRange(0.0, 1 - 10**-DIGITS)
        self.setSingleStep(STEP)
        self.setKeyboardTracking(False)

    def textFromValue(self, value: float) -> str:
        return field_text(round(value, DIGITS))
