from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.appearance import Appearance, build_palette
from gui.control_pictures import ControlPictures
from gui.settings import Preference, Settings
from gui.style_sheet import build_style_sheet
from gui.theme import DARK, LIGHT, Theme, ThemeSource
from tests.gui.contrast import contrast
from tests.gui.widgets.pictures import count


@pytest.fixture
def themes() -> ThemeSource:
    return ThemeSource(LIGHT)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def appearance(qapp: QApplication, themes: ThemeSource, kept: Settings) -> Iterator[Appearance]:
    appearance = Appearance(qapp, themes, kept)
    yield appearance
    appearance.withdraw()


def window_color(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name().upper()


@pytest.mark.parametrize(("preference", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_a_preference_is_applied_and_remembered(
    qapp: QApplication,
    appearance: Appearance,
    themes: ThemeSource,
    kept: Settings,
    preference: Preference,
    theme: Theme,
) -> None:
    appearance.set_preference("light" if preference == "dark" else "dark")
    assert window_color(qapp) != theme.window
    appearance.set_preference(preference)
    assert window_color(qapp) == theme.window
    assert theme.panel in qapp.styleSheet()
    assert themes.theme is theme
    assert appearance.preference == kept.theme == preference


def test_the_remembered_preference_is_in_force_at_the_start(
    qapp: QApplication, themes: ThemeSource, kept: Settings
) -> None:
    kept.theme = "dark"
    appearance = Appearance(qapp, themes, kept)
    assert themes.theme is DARK
    appearance.withdraw()


@pytest.mark.parametrize("system", [LIGHT, DARK], ids=["light", "dark"])
def test_without_a_colour_scheme_the_systems_own_palette_decides(
    qapp: QApplication, themes: ThemeSource, kept: Settings, system: Theme
) -> None:
    before = qapp.palette()
    qapp.setPalette(build_palette(system))
    appearance = Appearance(qapp, themes, kept)
    assert appearance.preference == "system"
    assert themes.theme is system
    appearance.set_preference("light" if system is DARK else "dark")
    assert themes.theme is not system
    appearance.set_preference("system")
    assert themes.theme is system
    appearance.withdraw()
    qapp.setPalette(before)


def test_withdrawing_leaves_the_program_as_it_was(
    qapp: QApplication, themes: ThemeSource, kept: Settings
) -> None:
    before = window_color(qapp)
    appearance = Appearance(qapp, themes, kept)
    appearance.set_preference("dark")
    appearance.withdraw()
    assert window_color(qapp) == before
    assert qapp.styleSheet() == ""


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_palette_keeps_text_readable(theme: Theme) -> None:
    palette, role = build_palette(theme), QPalette.ColorRole
    pairs = [
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.PlaceholderText, role.Base),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.ToolTipText, role.ToolTipBase),
    ]
    for ink, ground in pairs:
        assert contrast(palette.color(ink).name(), palette.color(ground).name()) >= 4.5


@pytest.mark.parametrize("preference", ["light", "dark"])
def test_stock_check_boxes_are_drawn_as_ours(
    qtbot: QtBot, appearance: Appearance, themes: ThemeSource, preference: Preference
) -> None:
    appearance.set_preference(preference)
    box = QCheckBox()
    qtbot.addWidget(box)
    empty = box.grab().toImage()
    box.setChecked(True)
    ticked = box.grab().toImage()
    assert count(empty, themes.theme.trainable_ink) == 0
    assert count(ticked, themes.theme.trainable_ink) > 30
    edges = {empty.pixelColor(x, empty.height() // 2).name() for x in range(empty.width())}
    assert max(contrast(edge, themes.theme.window) for edge in edges) >= 3


def test_check_boxes_grow_with_the_font(
    qtbot: QtBot, qapp: QApplication, themes: ThemeSource, kept: Settings
) -> None:
    before = qapp.font()
    sides = []
    for points in (9, 24):
        font = QFont(before)
        font.setPointSize(points)
        qapp.setFont(font)
        appearance = Appearance(qapp, themes, kept)
        box = QCheckBox()
        qtbot.addWidget(box)
        box.setChecked(True)
        sides.append(count(box.grab().toImage(), themes.theme.trainable_ink) ** 0.5)
        appearance.withdraw()
    qapp.setFont(before)
    assert sides[1] > 1.5 * sides[0]


@pytest.mark.parametrize("preference", ["light", "dark"])
def test_fields_have_an_edge_and_a_focus_ring(
    qtbot: QtBot, appearance: Appearance, themes: ThemeSource, preference: Preference
) -> None:
    appearance.set_preference(preference)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    assert count(field.grab().toImage(), themes.theme.control) > 100
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert count(field.grab().toImage(), themes.theme.accent) > 200


def test_the_primary_button_is_the_filled_one(qtbot: QtBot, appearance: Appearance) -> None:
    appearance.set_preference("light")
    plain, primary = QPushButton("Run"), QPushButton("Run")
    primary.setProperty("primary", True)
    for button in (plain, primary):
        qtbot.addWidget(button)
    assert count(primary.grab().toImage(), LIGHT.accent) > 500
    assert count(plain.grab().toImage(), LIGHT.accent) == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_picture_the_sheet_names_is_there(qapp: QApplication, theme: Theme) -> None:
    pictures = ControlPictures()
    pictures.draw(theme)
    sheet = build_style_sheet(theme, pictures)
    named = {part.partition('")')[0] for part in sheet.split('url("')[1:]}  # checks and arrows
    assert len(named) == 18
    assert all(Path(name).is_file() for name in named)
    assert "$" not in sheet


def test_colours_in_the_sheet_are_colours(qapp: QApplication) -> None:
    sheet = build_style_sheet(DARK, ControlPictures())
    named = {word.strip(" ;}") for word in sheet.split() if word.startswith("#")}
    assert all(QColor.isValidColorName(name) for name in named)
