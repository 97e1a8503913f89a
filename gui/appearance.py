"""Applies the theme to the whole program, and follows the system's light or dark."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from gui.control_pictures import ControlPictures
from gui.settings import Preference, Settings
from gui.style_sheet import build_style_sheet
from gui.theme import DARK, LIGHT, Theme, ThemeSource
from gui.widgets.check_drawing import CHECK_SIZE

_SCHEMES: dict[Preference, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Appearance(QObject):
    """Holds the preference (system, light or dark) and keeps palette and style sheet to it."""

    def __init__(self, app: QApplication, themes: ThemeSource, settings: Settings) -> None:
        super().__init__(app)
        self._app = app
        self._themes = themes
        self._settings = settings
        self._pictures = ControlPictures()
        # Before our own palette hides it: without a desktop's colour scheme this is all there is.
        self._former_palette = app.palette()
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._follow()
        self._apply()

    @property
    def preference(self) -> Preference:
        """What the person chose: system, light or dark."""
        return self._settings.theme

    @property
    def theme(self) -> Theme:
        """The theme that the preference comes to at present."""
        preference = self.preference
        if preference == "system":
            return DARK if self._system_is_dark() else LIGHT
        return DARK if preference == "dark" else LIGHT

    def set_preference(self, preference: Preference) -> None:
        """Choose, remember and apply."""
        self._settings.theme = preference
        self._settings.save()
        self._follow()
        self._apply()

    def withdraw(self) -> None:
        """Stop following the system, and give the program its former look back."""
        self._app.styleHints().colorSchemeChanged.disconnect(self._on_scheme_changed)
        self._app.styleHints().setColorScheme(Qt.ColorScheme.Unknown)
        self._app.setStyleSheet("")
        self._app.setPalette(self._former_palette)
        self.deleteLater()

    @Slot()
    def _on_scheme_changed(self) -> None:
        if self.theme != self._themes.theme:
            self._apply()

    def _follow(self) -> None:
        """Tell the platform too, for title bars and native dialogs; some platforms ignore it."""
        self._app.styleHints().setColorScheme(_SCHEMES[self.preference])

    def _apply(self) -> None:
        theme = self.theme
        self._pictures.draw(theme)
        self._app.setPalette(build_palette(theme))
        check_side = max(CHECK_SIZE, QFontMetrics(self._app.font()).height())
        self._app.setStyleSheet(build_style_sheet(theme, self._pictures, check_side))
        self._themes.set_theme(theme)

    def _system_is_dark(self) -> bool:
        scheme = self._app.styleHints().colorScheme()
        if scheme == Qt.ColorScheme.Unknown:
            return _is_dark(self._former_palette)
        return scheme == Qt.ColorScheme.Dark


def build_palette(theme: Theme) -> QPalette:
    """Every role that Qt's own widgets take their colours from."""
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.control,
        role.Shadow: theme.line,
    }
    palette = QPalette()
    for each, color in colors.items():
        palette.setColor(each, QColor(color))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.pressed))
    return palette


def _is_dark(palette: QPalette) -> bool:
    window = palette.color(QPalette.ColorRole.Window)
    return window.lightness() < palette.color(QPalette.ColorRole.WindowText).lightness()
