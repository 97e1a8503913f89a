"""Pictures that the style sheet names: check boxes and arrows, drawn for one theme into files.

A style sheet can only show pictures from files. Drawing them with `paint_check` keeps every check
box of the program alike without a Python style object, which Qt would call for each stroke of
every control while the trainer holds Python's lock.
"""

from itertools import product
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, QTemporaryDir
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from gui.icons import ICON_FOLDER
from gui.theme import Theme
from gui.widgets.check_drawing import CHECK_SIZE, paint_check

CHECK_STATES = {
    "unchecked": Qt.CheckState.Unchecked,
    "checked": Qt.CheckState.Checked,
    "indeterminate": Qt.CheckState.PartiallyChecked,
}
LOOKS = ("normal", "hover", "focus", "disabled")
ARROWS = ("chevron-up", "chevron-down", "chevron-right", "close")
CHECK_ROOM = 4  # in the picture around the box, for the focus ring


class ControlPictures:
    """A folder of pictures that lives as long as this object."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()

    @property
    def is_usable(self) -> bool:
        """Whether there is a folder to draw into; without one the controls keep Qt's look."""
        return self._folder.isValid()

    def draw(self, theme: Theme) -> None:
        """Draw every picture in this theme's colours, once."""
        if not self.is_usable or self._path(theme, "close-disabled").exists():
            return
        for (name, state), look in product(CHECK_STATES.items(), LOOKS):
            _draw_check(self._path(theme, f"check-{name}-{look}"), state, look, theme)
        for name in ARROWS:
            drawing = (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
            for look, color in (("normal", theme.muted), ("disabled", theme.disabled)):
                colored = drawing.replace("currentColor", color)
                self._path(theme, f"{name}-{look}").write_text(colored, encoding="utf-8")

    def url(self, theme: Theme, name: str) -> str:
        """The picture as a style sheet writes it."""
        return f'url("{self._path(theme, name).as_posix()}")'

    def _path(self, theme: Theme, name: str) -> Path:
        return Path(self._folder.path()) / f"{theme.name}-{name}.svg"


def _draw_check(path: Path, state: Qt.CheckState, look: str, theme: Theme) -> None:
    side = CHECK_SIZE + 2 * CHECK_ROOM
    picture = QSvgGenerator()
    picture.setFileName(str(path))
    picture.setSize(QSize(side, side))
    picture.setViewBox(QRect(0, 0, side, side))
    painter = QPainter(picture)
    paint_check(
        painter,
        QRect(CHECK_ROOM, CHECK_ROOM, CHECK_SIZE, CHECK_SIZE),
        state,
        theme,
        enabled=look != "disabled",
        focused=look == "focus",
        hovered=look == "hover",
    )
    painter.end()
