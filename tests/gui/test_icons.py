from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from gui.icons import ICON_FOLDER, Icons
from gui.theme import DARK, LIGHT, ThemeSource

NEEDED = """
    play pause step epoch stop reset dice fast-forward add duplicate remove up down drag-grip
    snowflake flame trainable undo redo open save sun moon close more eye eye-off frostline
"""


@pytest.fixture
def themes() -> ThemeSource:
    return ThemeSource(LIGHT)


@pytest.fixture
def icons(qtbot: QtBot, themes: ThemeSource) -> Icons:
    return Icons(themes)


def image(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, scale: int = 1) -> QImage:
    pixmap = icon.pixmap(QSize(20, 20), float(scale), mode)
    return pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)


def inks(picture: QImage) -> set[str]:
    """The colours of the pixels that are wholly covered."""
    pixels = np.frombuffer(picture.constBits(), np.uint32)
    return {QColor(int(pixel)).name() for pixel in np.unique(pixels[pixels >> 24 == 255])}


def only(color: str, picture: QImage) -> bool:
    """Whether a drawing has this ink and no other, but for what blending rounds away."""
    wanted = QColor(color)
    found = [QColor(ink) for ink in inks(picture)]
    channels = (QColor.red, QColor.green, QColor.blue)
    near = all(abs(part(ink) - part(wanted)) <= 2 for ink in found for part in channels)
    return bool(found) and near


def test_every_icon_that_is_needed_is_there(icons: Icons) -> None:
    assert set(NEEDED.split()) <= set(icons.names())


@pytest.mark.parametrize("path", sorted(ICON_FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_drawings_are_plain_svg(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.get("viewBox") in {"0 0 24 24", "0 0 128 128"}
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "path", "rect", "circle",
    }  # fmt: skip


@pytest.mark.parametrize("name", NEEDED.split())
def test_icons_are_drawn_in_the_themes_colour(icons: Icons, themes: ThemeSource, name: str) -> None:
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        if name != "frostline":
            assert only(theme.text, image(icons.icon(name), scale=3))


def test_roles_have_their_colours(icons: Icons) -> None:
    assert only(LIGHT.problem, image(icons.icon("stop", "problem")))
    assert only(LIGHT.on_accent, image(icons.icon("play", "on_accent")))
    assert only(LIGHT.frozen_ink, image(icons.icon("snowflake", "frozen")))
    assert only(LIGHT.trainable_ink, image(icons.icon("trainable", "trainable")))


def test_disabled_icons_are_grey(icons: Icons) -> None:
    disabled = image(icons.icon("play", "accent"), QIcon.Mode.Disabled)
    assert only(LIGHT.disabled, disabled)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_icons_are_sharp_on_dense_screens(icons: Icons, scale: int) -> None:
    assert image(icons.icon("play"), scale=scale).size() == QSize(20, 20) * scale


def test_an_unknown_icon_is_named(icons: Icons) -> None:
    with pytest.raises(KeyError, match="no icon 'plya'"):
        icons.icon("plya")


def test_bound_icons_follow_the_theme(qtbot: QtBot, icons: Icons, themes: ThemeSource) -> None:
    action, button = QAction(), QToolButton()
    qtbot.addWidget(button)
    icons.bind(action, "play")
    icons.bind(button, "eye", "muted")
    themes.set_theme(DARK)
    assert only(DARK.text, image(action.icon()))
    assert only(DARK.muted, image(button.icon()))


def test_binding_again_replaces(qtbot: QtBot, icons: Icons, themes: ThemeSource) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    icons.bind(button, "eye", "muted")
    icons.bind(button, "stop", "problem")
    themes.set_theme(DARK)
    assert only(DARK.problem, image(button.icon()))
    assert len(button.children()) == 1


def test_a_bound_button_may_go(icons: Icons, themes: ThemeSource) -> None:
    parent = QToolButton()
    button = QToolButton(parent)
    icons.bind(button, "play")
    del button
    parent.deleteLater()
    del parent
    themes.set_theme(DARK)  # must not reach for what is gone


def test_the_application_icon_is_in_colour(icons: Icons) -> None:
    picture = image(icons.application_icon())
    assert not picture.isNull()
    assert len(inks(picture)) > 3
