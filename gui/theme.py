"""The look in one place: colour tokens, light and dark, and who is told when they change."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Theme:
    """Colours of one scheme as #RRGGBB, by what they are for."""

    name: str
    window: str
    panel: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    frozen_fill: str
    frozen_ink: str
    trainable_ink: str
    problem: str
    variants: tuple[str, ...]
    control: str
    """Edge of an input, a check box, a slider's groove: at least 3:1 on panel and window."""
    hover: str
    pressed: str
    selection: str
    """Fill behind selected rows and text; text and muted text stay readable on it."""
    disabled: str
    """Text and edges of what cannot be used now."""
    trainable_fill: str
    problem_fill: str

    @property
    def dark(self) -> bool:
        """Whether this is the dark scheme."""
        return self.name == "dark"

    def variant(self, index: int) -> str:
        """The colour of the variant at this place; after the last, they begin anew."""
        return self.variants[index % len(self.variants)]


def mixed(color: str, other: str, share: float) -> str:
    """The first #RRGGBB colour with a share, 0 to 1, of the second."""
    pairs = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


LIGHT = Theme(
    name="light",
    window="#F6F7F9",
    panel="#FFFFFF",
    line="#E3E6EB",
    text="#1E2430",
    muted="#5B6472",
    accent="#2F6FDE",
    on_accent="#FFFFFF",
    frozen_fill="#DDEEFB",
    frozen_ink="#1F6FA8",
    trainable_ink="#B94A12",
    problem="#B3261E",
    variants=("#0072B2", "#D55E00", "#009E73", "#C4679A", "#8A6D00", "#2F94D0"),
    control="#7A8391",
    hover="#ECEFF4",
    pressed="#DFE4EC",
    selection="#E1ECFD",
    disabled="#8A93A1",
    trainable_fill="#FDF1EA",
    problem_fill="#FBE9E7",
)

DARK = Theme(
    name="dark",
    window="#15181D",
    panel="#1C2027",
    line="#2C323C",
    text="#E7EAF0",
    muted="#9AA4B2",
    accent="#6EA2FF",
    on_accent="#10141A",
    frozen_fill="#16324A",
    frozen_ink="#7CC4F5",
    trainable_ink="#F0905A",
    problem="#FF8A80",
    variants=("#56B4E9", "#E69F00", "#2FBF95", "#E39AC4", "#F0E442", "#7FB2FF"),
    control="#7C8797",
    hover="#262C35",
    pressed="#313945",
    selection="#27385A",
    disabled="#707A8A",
    trainable_fill="#3A2619",
    problem_fill="#3B1F1F",
)


class ThemeSource(QObject):
    """The theme in force. Handed to whatever paints; `changed` tells of a switch."""

    changed = Signal()

    def __init__(self, theme: Theme = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Switch, and tell everyone who paints."""
        if theme != self._theme:
            self._theme = theme
            self.changed.emit()
