"""A tooltip of text that may hold anything: shown letter by letter, line by line."""

import pytest
from PySide6.QtGui import Qt, QTextDocument

from gui.widgets.tip_text import plain_tip


@pytest.mark.parametrize(
    "text", ["All trainable", "R&D", "o'brien", "a < b", "<b>bold</b>", "&amp;", "one\ntwo <i>"]
)
def test_what_is_shown_is_the_text(qapp, text):
    tip = plain_tip(text)
    assert Qt.mightBeRichText(tip)  # else a tooltip shows its tags and escapes
    shown = QTextDocument()
    shown.setHtml(tip)
    assert shown.toPlainText() == text


def test_nothing_has_no_tip():
    assert plain_tip("") == ""
