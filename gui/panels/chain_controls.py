"""Which layer the chain-rule check is about, and what is done to its weights in a copy."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from engine.chain_rule_values import Alteration, ChainRuleCheck
from gui.models.chain_weight_text import alteration_tip, alteration_word
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.ink_label import InkLabel

ALTERATIONS = (
    None,
    Alteration("scale", 2.0),
    Alteration("scale", 0.5),
    Alteration("zero"),
    Alteration("shuffle"),
)
CHOICE_WIDTH = 128


class ChainControls(QWidget):
    """Reads as a sentence: the gradient of layer 1 through [layer], its weights [as it is]."""

    middle_chosen = Signal(str)
    alteration_chosen = Signal(object)
    """An Alteration, or None for the weights as they are."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of = InkLabel(themes)
        self._with = InkLabel(themes, text=self.tr("with its weights"))
        self._middle = ChoiceField()
        self._group = QButtonGroup(self)
        self._themes = themes
        self._assemble()
        self._on_theme_changed()
        themes.changed.connect(self._on_theme_changed)
        self._middle.chosen.connect(self._on_middle_chosen)
        self._group.idClicked.connect(self._on_clicked)

    @property
    def middle(self) -> ChoiceField:
        """Where the layer is chosen."""
        return self._middle

    def button(self, alteration: Alteration | None) -> QPushButton:
        """The button that does this to the weights."""
        button = self._group.button(ALTERATIONS.index(alteration))
        assert isinstance(button, QPushButton)
        return button

    def set_check(self, check: ChainRuleCheck) -> None:
        """Show what was asked: the layer, and what was done to it."""
        self._of.setText(self.tr("Gradient of {layer} through").format(layer=check.layer))
        self._middle.set_choices([(name, name) for name in check.middles])
        self._middle.set_value(check.middle)
        alteration = check.altered.alteration if check.altered else None
        if alteration is not None and alteration.kind != "scale":
            alteration = Alteration(alteration.kind)  # a factor means nothing to the others
        self._group.setExclusive(False)
        for place, offered in enumerate(ALTERATIONS):
            self._group.button(place).setChecked(offered == alteration)
        self._group.setExclusive(True)

    @Slot(object)
    def _on_middle_chosen(self, middle: object) -> None:
        self._middle.set_value(middle)  # at once: the answer takes a moment
        self.middle_chosen.emit(str(middle))

    @Slot(int)
    def _on_clicked(self, place: int) -> None:
        self.alteration_chosen.emit(ALTERATIONS[place])

    @Slot()
    def _on_theme_changed(self) -> None:
        """Slimmer buttons than elsewhere; the one that is on has the colour of a selection."""
        theme = self._themes.theme
        self.setStyleSheet(
            f"QPushButton {{ padding: 3px 9px; }} QPushButton:focus {{ padding: 2px 8px; }}"
            f"QPushButton:checked {{ background: {theme.selection}; "
            f" border-color: {theme.accent}; }}"
        )

    def _assemble(self) -> None:
        row = FlowLayout(self, spacing=8)
        self._middle.setFixedWidth(CHOICE_WIDTH)
        self._middle.setAccessibleName(self.tr("Layer in question"))
        self._middle.setToolTip(
            self.tr(
                "The later layer that the gradient comes through; at first the earliest frozen one."
            )
        )
        height = self._middle.sizeHint().height()
        for widget in (self._of, self._middle, self._with):
            if isinstance(widget, QLabel):
                widget.setMinimumHeight(height)
                widget.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            row.addWidget(widget)
        for place, alteration in enumerate(ALTERATIONS):
            button = QPushButton(alteration_word(alteration))
            button.setCheckable(True)
            button.setAutoDefault(False)  # Return in a field must not press it
            button.setToolTip(alteration_tip(alteration))
            button.setAccessibleName(
                self.tr("Weights of the layer in question: {0}").format(button.text())
            )
            self._group.addButton(button, place)
            row.addWidget(button)
