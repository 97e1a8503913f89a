"""Fonts derived from the system's: tabular figures, small titles."""

from PySide6.QtGui import QFont


def number_font(base: QFont) -> QFont:
    """The same font with figures of equal width, so changing numbers do not dance."""
    font = QFont(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def title_font(base: QFont) -> QFont:
    """A little smaller and semibold, for section and dock titles."""
    return scaled_font(base, 0.92, QFont.Weight.DemiBold)


def scaled_font(base: QFont, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """The same font in another size; it follows the system's size, whatever its unit."""
    font = QFont(base)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:  # a font set in pixels has no point size
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))
    if weight is not None:
        font.setWeight(weight)
    return font
