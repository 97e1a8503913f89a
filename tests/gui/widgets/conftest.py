from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.appearance import Appearance
from gui.icons import Icons
from gui.settings import Settings
from gui.theme import DARK, LIGHT, Theme, ThemeSource


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def themes(request: pytest.FixtureRequest) -> ThemeSource:
    """Every test that asks for it runs in both themes."""
    theme: Theme = request.param
    return ThemeSource(theme)


@pytest.fixture
def icons(qapp: QApplication, themes: ThemeSource) -> Icons:
    return Icons(themes)


@pytest.fixture
def appearance(qapp: QApplication, themes: ThemeSource, tmp_path: Path) -> Iterator[Appearance]:
    """The program's palette and style sheet, in the theme of the test."""
    settings = Settings(tmp_path / "settings.ini")
    settings.theme = "dark" if themes.theme.dark else "light"
    appearance = Appearance(qapp, themes, settings)
    yield appearance
    appearance.withdraw()
