"""What a drawing looks like, without depending on where exactly each stroke falls."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter


def drawn(width: int, height: int, ground: str, paint: Callable[[QPainter], None]) -> QImage:
    """An image of this size and ground with something painted on it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def count(image: QImage, color: str) -> int:
    """How many pixels have exactly this colour."""
    return int(_matches(image, color).sum())


def colored_columns(image: QImage, color: str) -> set[int]:
    """The columns that have a pixel of this colour."""
    return {int(column) for column in _matches(image, color).any(axis=0).nonzero()[0]}


def _matches(image: QImage, color: str) -> NDArray[np.bool_]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.width())
    return pixels == np.uint32(QColor(color).rgb())
