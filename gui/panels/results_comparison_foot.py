"""What stands under the sentences of a comparison: by which test, with which limits, what helps."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.models.comparison_limits import CapacityNote
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.tip_text import plain_tip

LONGEST_NAME = 112  # pixels of a control's name on a button
ACROSS, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
UNKNOWN = 1 << 24  # a width that is enough for everything


class ComparisonFoot(QWidget):
    """Lines that are there where they limit something, each with the button that leads on."""

    controls_wanted = Signal(str)
    """The variant whose capacity-fair controls should be added."""
    pair_wanted = Signal(str, str)
    """The variant and the control that should be compared."""
    splits_wanted = Signal()
    """Every seed should have a split of its own."""

    def __init__(self, themes: ThemeSource, definition: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._capacity = CapacityNote()
        self._caveat, self._state = InkLabel(themes, "text"), InkLabel(themes)
        self._note, self._split_note = InkLabel(themes), InkLabel(themes)
        self._note_row, self._split_row = QWidget(), QWidget()
        self._width = UNKNOWN
        self._controls, self._split = QPushButton(), QPushButton(self.tr("Split for every seed"))
        self._assemble(definition)
        self.set_caveat("", ())
        self.set_split_note("")
        self.set_capacity(CapacityNote())
        self._controls.clicked.connect(self._on_controls_clicked)
        self._split.clicked.connect(self.splits_wanted)

    @property
    def caveat(self) -> str:
        """What was changed while the two trained; empty where nothing was."""
        return self._caveat.text()

    @property
    def state(self) -> str:
        """What was compared and by which test."""
        return self._state.text()

    @property
    def note(self) -> str:
        """What the numbers of parameters that the two train do to their comparison."""
        return self._capacity.text

    @property
    def split_note(self) -> str:
        """That the seeds share their held-out rows; empty where they do not."""
        return self._split_note.text()

    def set_caveat(self, text: str, lines: tuple[str, ...]) -> None:
        """What was changed, and all of it for the tooltip, a line each."""
        self._caveat.setText(text)
        self._caveat.setToolTip(plain_tip("\n".join(lines)))
        self._caveat.setVisible(bool(text))

    def set_state(self, text: str) -> None:
        """What was compared and by which test."""
        self._state.setText(text)

    def set_split_note(self, text: str) -> None:
        """That the seeds share their held-out rows; empty: they do not."""
        self._split_note.setText(text)
        self._split_row.setVisible(bool(text))

    def set_capacity(self, capacity: CapacityNote) -> None:
        """What the numbers of parameters do, and a button for what helps."""
        self._capacity = capacity
        self._note.setText(capacity.text)
        self._note_row.setVisible(bool(capacity.text))
        self._controls.setVisible(bool(capacity.variant))
        if capacity.control:
            self._offer_control(capacity.control_name)
        else:
            self._offer_adding()
        self._place_buttons()

    def set_room(self, width: int) -> None:
        """How wide it may get: where a line had less than its button beside it, that is below."""
        if width != self._width:
            self._width = width
            self._place_buttons()

    @Slot()
    def _on_controls_clicked(self) -> None:
        if self._capacity.control:
            self.pair_wanted.emit(self._capacity.variant, self._capacity.control)
        else:
            self.controls_wanted.emit(self._capacity.variant)

    def _place_buttons(self) -> None:
        for row, button in ((self._note_row, self._controls), (self._split_row, self._split)):
            layout = row.layout()
            assert isinstance(layout, QBoxLayout)
            is_narrow = self._width < 2 * button.sizeHint().width() + layout.spacing()
            layout.setDirection(DOWN if is_narrow else ACROSS)

    def _offer_adding(self) -> None:
        text = self.tr("Add controls")
        self._controls.setText(text)
        self._controls.setAccessibleName(text)
        self._controls.setToolTip(
            self.tr(
                "Add variants that train exactly as many parameters elsewhere, chosen at random: "
                "what they lack is due to which parameters train, not to how many"
            )
        )

    def _offer_control(self, name: str) -> None:
        """Its name may be long and hold anything: an ampersand would mark a key."""
        text, metrics = self.tr("Compare with {0}"), self._controls.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, LONGEST_NAME)
        self._controls.setText(text.format(shown.replace("&", "&&")))
        self._controls.setAccessibleName(text.format(name))
        tip = self.tr("Compare with {0}: as many parameters train, but not the same ones")
        self._controls.setToolTip(plain_tip(tip.format(name)))

    def _assemble(self, definition: str) -> None:
        self._split.setToolTip(
            self.tr("Hold out other rows for every seed, from the next run on; Undo goes back")
        )
        for label in (self._caveat, self._state, self._note, self._split_note):
            label.setWordWrap(True)
        self._state.setToolTip(plain_tip(definition))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._caveat)
        column.addWidget(self._state)
        for row, note, button in (
            (self._note_row, self._note, self._controls),
            (self._split_row, self._split_note, self._split),
        ):
            beside = QBoxLayout(ACROSS, row)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(8)
            beside.addWidget(note, 1)
            beside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
            column.addWidget(row)
