from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, ThemeSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.section_title import SectionTitle
from gui.widgets.tip_text import plain_tip
from gui.widgets.titled_panel import TitledPanel


def test_a_problem_appears_beside_the_field_and_vanishes(qtbot: QtBot, themes: ThemeSource) -> None:
    form = QWidget()
    qtbot.addWidget(form)
    label = ProblemLabel(themes)
    label.set_problem("units: 0 is not from 1 to 65536")  # before it has a place: no window opens
    assert not label.isVisible()
    QVBoxLayout(form).addWidget(label)
    form.show()
    assert label.isVisible()
    assert "1 to 65536" in label.text()
    assert label.accessibleName() == "Problem: units: 0 is not from 1 to 65536"
    label.set_problem("")
    assert not label.isVisible()
    assert label.accessibleName() == ""


def test_a_problem_from_a_file_is_plain_text(qtbot: QtBot, themes: ThemeSource) -> None:
    label = ProblemLabel(themes)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_labels_follow_the_theme(qtbot: QtBot) -> None:
    themes = ThemeSource(LIGHT)
    problem, title = ProblemLabel(themes), SectionTitle(themes, "Data")
    for label in (problem, title):
        qtbot.addWidget(label)
    role = QPalette.ColorRole.WindowText
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        assert problem.palette().color(role).name() == theme.problem.lower()
        assert title.palette().color(role).name() == theme.muted.lower()


def test_a_long_text_is_shortened_and_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("/home/ada/<b>experiments</b>/first.json")
    qtbot.addWidget(label)
    label.show()
    label.resize(label.sizeHint())
    assert not label.is_elided
    assert label.toolTip() == ""
    label.resize(60, 20)
    assert label.is_elided
    assert label.text == "/home/ada/<b>experiments</b>/first.json"
    assert label.toolTip() == plain_tip(label.text)
    assert label.accessibleName() == label.text
    assert label.minimumSizeHint().width() < 60


def test_line_breaks_become_spaces(qtbot: QtBot) -> None:
    label = ElidedLabel("one\ntwo")
    qtbot.addWidget(label)
    assert label.text == "one two"


def test_figures_are_tabular_and_sizes_follow_the_base() -> None:
    base = QFont()
    base.setPointSizeF(20)
    assert QFont.Tag("tnum") in number_font(base).featureTags()
    assert scaled_font(base, 0.5).pointSizeF() == 10
    base.setPixelSize(30)
    assert scaled_font(base, 0.5).pixelSize() == 15


def test_a_title_is_whole_words_or_nothing(qtbot, themes):
    """Neither "L…" nor a window made wider for a title."""
    label = ElidedLabel("Layers · All trainable", whole_word=True)
    qtbot.addWidget(label)
    label.show()
    room = label.fontMetrics().horizontalAdvance

    def is_blank(width):
        label.resize(width, 20)
        image = label.grab().toImage()
        return len({image.pixel(x, y) for x in range(width) for y in range(20)}) == 1

    assert is_blank(room("Lay…"))
    assert label.toolTip() == plain_tip(label.text)
    assert not is_blank(room("Layers …") + 8)
    assert not is_blank(label.sizeHint().width())
    assert label.minimumSizeHint().width() == 0


def test_a_panel_is_no_wider_for_its_title(qtbot, themes):
    narrow, wide = (TitledPanel(themes, title, QWidget()) for title in ("L", "Layers " * 9))
    for panel in (narrow, wide):
        qtbot.addWidget(panel)
    assert wide.minimumSizeHint() == narrow.minimumSizeHint()
