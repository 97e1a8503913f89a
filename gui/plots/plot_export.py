"""A plot as a file: picture, drawing and table."""

import csv
import io
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSaveFile
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from engine.spreadsheet import plain_text

Cell = str | int | float


def plain_cell(cell: Cell) -> Cell:
    """The cell as a spreadsheet may safely read it: text never starts a formula.

    Numbers stay numbers, minus sign and all.
    """
    return plain_text(cell) if isinstance(cell, str) else cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV text; numbers as repr, so that reading them back gives the same bits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow([plain_cell(cell) for cell in row])
    return text.getvalue()


def png_bytes(picture: QPixmap) -> bytes:
    """The picture as a PNG file's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg_bytes(widget: QWidget, title: str) -> bytes:
    """The widget as a drawing: lines stay lines, text stays text."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setResolution(widget.logicalDpiX())  # or type comes out smaller than on the screen
    drawing.setSize(widget.size())
    drawing.setViewBox(widget.rect())
    drawing.setTitle(title)
    painter = QPainter(drawing)
    widget.render(painter, QPoint())
    painter.end()
    return bytes(content.data())


def write_whole(path: str, content: bytes) -> str:
    """Write the file whole or not at all; the reason when it did not work, else nothing."""
    file = QSaveFile(path)
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return file.errorString()
    file.write(content)
    return "" if file.commit() else file.errorString()
