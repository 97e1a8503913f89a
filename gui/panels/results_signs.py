"""The sign of a variant's curve before its name in a table of results."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.models.results_model import PLACE_ROLE
from gui.theme import ThemeSource
from gui.widgets.variant_sign import paint_variant_sign

SIGN = QSize(20, 12)
SIGN_ROOM = SIGN.width() + 6
"""Pixels that the sign takes before the words."""
Index = QModelIndex | QPersistentModelIndex


class VariantSignDelegate(QStyledItemDelegate):
    """Draws the sign as the cell's icon, in the theme's colours; made once for every place."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._icons: dict[tuple[str, int, float], QIcon] = {}

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        place = index.data(PLACE_ROLE)
        if place is not None:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = self._icon(place, option.widget.devicePixelRatioF())
            option.decorationSize = SIGN

    def _icon(self, place: int, ratio: float) -> QIcon:
        theme = self._themes.theme
        key = theme.name, place, ratio
        if key not in self._icons:
            pixmap = QPixmap(SIGN * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            paint_variant_sign(painter, QRectF(0, 0, SIGN.width(), SIGN.height()), place, theme)
            painter.end()
            icon = QIcon(pixmap)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or a selected row would tint it
            self._icons[key] = icon
        return self._icons[key]
