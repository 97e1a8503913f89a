"""The icons: own SVG drawings, coloured for the theme in force and renewed when it changes."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from gui.theme import Theme, ThemeSource

Role = Literal["text", "accent", "on_accent", "muted", "problem", "frozen", "trainable"]

ICON_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
SIZES = ((16, 1), (20, 1), (20, 2), (20, 3), (32, 1))
"""Side in points and pixels a point of what is drawn; Qt takes the nearest and scales it."""
APPLICATION_ICON = "frostline"

_TOKENS: dict[Role, str] = {"frozen": "frozen_ink", "trainable": "trainable_ink"}


class Icons(QObject):
    """Makes icons in the theme's colours, and keeps those that are bound up to date."""

    changed = Signal()
    """Icons made from now on have other colours."""

    def __init__(
        self, themes: ThemeSource, folder: Path = ICON_FOLDER, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._folder = folder
        self._made: dict[tuple[str, Role, str], QIcon] = {}
        themes.changed.connect(self._on_theme_changed)

    def names(self) -> tuple[str, ...]:
        """Every icon there is, in alphabetical order."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.svg")))

    def icon(self, name: str, role: Role = "text") -> QIcon:
        """The icon in the colour of this role, with a disabled look. KeyError if there is none."""
        theme = self._themes.theme
        key = (name, role, theme.name)
        if key not in self._made:
            self._made[key] = self._render(name, role, theme)
        return self._made[key]

    def bind(self, target: QAction | QAbstractButton, name: str, role: Role = "text") -> None:
        """Give an action or button this icon now and again whenever the theme changes."""
        binding = target.findChild(IconBinding)
        if not isinstance(binding, IconBinding):
            binding = IconBinding(self, target)
        binding.show_icon(name, role)

    def application_icon(self) -> QIcon:
        """The coloured icon of the window and the task bar."""
        renderer = _renderer(self._drawing(APPLICATION_ICON))
        icon = QIcon()
        for side in (16, 24, 32, 48, 64, 128, 256):
            icon.addPixmap(_pixmap(renderer, side, 1))
        return icon

    @Slot()
    def _on_theme_changed(self) -> None:
        self._made.clear()
        self.changed.emit()

    def _render(self, name: str, role: Role, theme: Theme) -> QIcon:
        drawing = self._drawing(name)
        ink = str(getattr(theme, _TOKENS.get(role, role)))
        icon = QIcon()
        renderer = _renderer(drawing.replace("currentColor", ink))  # Qt would draw it black
        for side, scale in SIZES:
            pixmap = _pixmap(renderer, side, scale)
            icon.addPixmap(pixmap, QIcon.Mode.Normal)
            icon.addPixmap(_tinted(pixmap, theme.disabled), QIcon.Mode.Disabled)
        return icon

    def _drawing(self, name: str) -> str:
        path = self._folder / f"{name}.svg"
        if not path.is_file():
            raise KeyError(f"no icon {name!r}; there are {', '.join(self.names())}")
        return path.read_text(encoding="utf-8")


class IconBinding(QObject):
    """Holds one action's or button's icon to the theme; the target owns it, so both go together."""

    def __init__(self, icons: Icons, target: QAction | QAbstractButton) -> None:
        super().__init__(target)
        self._icons = icons
        self._target = target
        self._name = ""
        self._role: Role = "text"
        icons.changed.connect(self._on_changed)

    def show_icon(self, name: str, role: Role) -> None:
        """Show another icon from now on."""
        self._name, self._role = name, role
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._target.setIcon(self._icons.icon(self._name, self._role))


def _renderer(drawing: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing.encode()))


def _pixmap(renderer: QSvgRenderer, side: int, scale: int) -> QPixmap:
    pixmap = QPixmap(QSize(side, side) * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def _tinted(pixmap: QPixmap, color: str) -> QPixmap:
    """The same shape in another colour."""
    tinted = QPixmap(pixmap)
    painter = QPainter(tinted)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(color))
    painter.end()
    return tinted
