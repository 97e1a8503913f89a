"""A field that does not break off in the middle of what it holds."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.widgets.elided_field import ElidedField

LONG = "1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1"
WIDTH = 160


@pytest.fixture
def fields(appearance, qtbot):
    """The field, one that holds nothing else, and an ordinary one; all equally wide."""
    window = QWidget()
    column = QVBoxLayout(window)
    found = (ElidedField(), QLineEdit(), QLineEdit())
    for field in found:
        field.setFixedWidth(WIDTH)
        column.addWidget(field)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    found[2].setFocus()
    yield found
    window.close()


def picture(field):
    image = field.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[:, : image.width(), :3].copy()


def write(field, text):
    field.setText(text)
    field.setCursorPosition(0)


def test_what_fits_is_drawn_as_in_any_field(fields):
    field, plain, _ = fields
    for each in (field, plain):
        write(each, "1e-4, 0.01")
    assert field.shown_text == "1e-4, 0.01"
    np.testing.assert_array_equal(picture(field), picture(plain))


@pytest.mark.parametrize("problem", [False, True])
def test_what_is_too_long_ends_with_an_ellipsis(fields, problem):
    field, plain, _ = fields
    for each in (field, plain):
        each.setProperty("problem", problem)
        each.style().unpolish(each)
        each.style().polish(each)
    write(field, LONG)
    assert field.shown_text.endswith("…")
    assert LONG.startswith(field.shown_text.rstrip("…"))
    write(plain, field.shown_text)  # an ordinary field draws the same words the same way
    difference = np.abs(picture(field).astype(int) - picture(plain).astype(int)).max(axis=2)
    assert (difference > 40).mean() < 0.01
    write(plain, LONG)
    assert (np.abs(picture(field).astype(int) - picture(plain).astype(int)) > 40).any()


def test_who_types_sees_the_text_itself(fields):
    field, _, other = fields
    write(field, LONG)
    elided = picture(field)
    field.setFocus()
    QTest.keyClicks(field, "7")
    assert field.text() == f"7{LONG}"
    assert (picture(field) != elided).any()
    other.setFocus()
    assert field.shown_text.startswith("71e-4")
