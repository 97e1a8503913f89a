"""The window of the chain-rule check, beside the main one."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

FIRST = QSize(920, 760)


class ChainRuleDialog(QDialog):
    """Holds the panel of the check; it stays open while one goes on working in the main window."""

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Chain-rule check"))
        self.setModal(False)
        self.setSizeGripEnabled(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.resize(FIRST.expandedTo(self.minimumSizeHint()))
