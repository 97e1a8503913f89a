"""Reading grabbed pictures."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

Pixels = NDArray[np.int16]


def pixels(widget: QWidget) -> Pixels:
    """The grabbed widget as (height, width, red green blue)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : image.width() * 3].reshape(image.height(), -1, 3).astype(np.int16)


def like(picture: Pixels, colour: str, tolerance: int = 24) -> NDArray[np.bool_]:
    """Which pixels have about this colour."""
    wanted = QColor(colour)
    rgb = np.array([wanted.red(), wanted.green(), wanted.blue()])
    return np.abs(picture - rgb).max(axis=-1) <= tolerance


def distance(picture: Pixels, colour: str) -> NDArray[np.int16]:
    """How far each pixel is from this colour."""
    wanted = QColor(colour)
    return np.abs(picture - np.array([wanted.red(), wanted.green(), wanted.blue()])).max(axis=-1)
