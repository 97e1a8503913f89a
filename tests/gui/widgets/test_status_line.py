"""The line at the bottom: news goes after a while, a problem stays, and neither moves the work."""

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from gui.theme import ThemeSource
from gui.widgets.status_line import StatusLine
from gui.widgets.tip_text import plain_tip


@pytest.fixture
def line(qtbot: QtBot, themes: ThemeSource, monkeypatch: pytest.MonkeyPatch) -> StatusLine:
    monkeypatch.setattr("gui.widgets.status_line.NEWS_STAYS", 40)
    window = QMainWindow()
    qtbot.addWidget(window)
    line = StatusLine(themes)
    window.statusBar().addWidget(line, 1)
    window.resize(400, 300)
    with qtbot.waitExposed(window):
        window.show()
    line.window_of_test = window  # it lives as long as the line
    return line


def labels(line: StatusLine) -> list[QLabel]:
    return [each for each in line.findChildren(QLabel) if each.isVisible() and each.text()]


def texts(line: StatusLine) -> list[str]:
    return [label.text() for label in labels(line)]


def test_news_goes_after_a_while(line: StatusLine, qtbot: QtBot) -> None:
    line.show_news("Copied 9 rows")
    assert texts(line) == ["Copied 9 rows"]
    qtbot.waitUntil(lambda: texts(line) == [])


def test_news_is_told_as_it_is(line: StatusLine) -> None:
    line.show_news("Saved R&D.json")
    (label,) = labels(line)
    assert label.toolTip() == plain_tip("Saved R&D.json")


def test_a_problem_stays_when_the_news_before_it_would_have_gone(
    line: StatusLine, qtbot: QtBot
) -> None:
    line.show_news("Copied 9 rows")
    line.show_problem("mine.json: is not an experiment")
    qtbot.wait(100)  # longer than news stays
    (problem,) = texts(line)
    assert problem.endswith("mine.json: is not an experiment")


def test_news_that_is_taken_back_goes_at_once_and_a_problem_does_not(line: StatusLine) -> None:
    line.show_news("Opened a row of the sweep: press Run. Undo goes back")
    line.take_back_news()
    assert texts(line) == []
    line.show_problem("No such file")
    line.take_back_news()
    assert len(texts(line)) == 1


def test_a_long_problem_is_one_line_that_neither_widens_nor_lifts_the_window(
    line: StatusLine, qtbot: QtBot
) -> None:
    window = line.window()
    line.show_news("Saved")
    low, narrow = line.sizeHint().height(), window.minimumSizeHint().width()
    line.show_problem("All trainable: 5 of 5 seeds diverged, " * 8, "every <seed> of it")
    assert line.sizeHint().height() <= low + 2
    assert window.minimumSizeHint().width() == narrow
    (label,) = labels(line)
    assert "every &lt;seed&gt; of it" in label.toolTip()
