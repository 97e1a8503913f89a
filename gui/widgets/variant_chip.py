"""A variant as a chip: its sign, its name, which layers train, and an eye to hide it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QToolButton, QWidget

from gui.icons import Icons
from gui.theme import ThemeSource
from gui.widgets.name_field import NameField
from gui.widgets.tip_text import plain_tip
from gui.widgets.variant_pattern import (
    LayerSign,
    describe_pattern,
    paint_variant_pattern,
    variant_pattern_size,
)
from gui.widgets.variant_sign import paint_variant_sign

PADDING = 8
GAP = 6
SPARE = 2  # pixels: letters reach a little past the width that fonts state
EDGE = 4  # between the eye and the chip's edge
RADIUS = 6.0
LONGEST_NAME = 22  # in average characters; longer names are elided, the tooltip has them whole
MAXIMUM_NAME = 80  # what an experiment accepts


class VariantChip(QAbstractButton):
    """Shows a variant, and reports selecting, renaming, hiding and showing it."""

    selected = Signal()
    rename_requested = Signal(str)
    visibility_toggled = Signal(bool)
    """True to show the variant's curves, False to hide them."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._icons = icons
        self._name = ""
        self._index = 0
        self._pattern: tuple[LayerSign, ...] = ()
        self._is_shown = True
        self.setCheckable(True)  # checked is selected: screen readers know that
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._on_clicked)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._eye = self._make_eye()
        self._field = NameField(MAXIMUM_NAME, self)
        self._field.renamed.connect(self.rename_requested)
        themes.changed.connect(self.update)
        self._describe()

    @property
    def name(self) -> str:
        """The variant's name."""
        return self._name

    @property
    def is_selected(self) -> bool:
        """Whether this is the variant the layer stack edits."""
        return self.isChecked()

    @property
    def is_shown(self) -> bool:
        """Whether the variant's curves are drawn."""
        return self._is_shown

    def set_value(self, name: str, index: int, pattern: Sequence[LayerSign]) -> None:
        """Show a name, the colour and symbol of this place, and what becomes of each layer."""
        value = (name, index, tuple(pattern))
        if value == (self._name, self._index, self._pattern):
            return
        self._name, self._index, self._pattern = value
        self._describe()
        self.updateGeometry()
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Show whether this variant is the one being edited."""
        self.setChecked(selected)

    def set_shown(self, shown: bool) -> None:
        """Show whether the variant's curves are drawn."""
        if shown != self._is_shown:
            self._is_shown = shown
            self._describe()
            self.update()

    @Slot()
    def start_rename(self) -> None:
        """Put a field over the name; Enter renames, Escape leaves it."""
        self._field.setGeometry(self._field_area())
        self._field.open(self._name)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        name = min(metrics.horizontalAdvance(self._name) + SPARE, self._longest_name())
        pattern = variant_pattern_size(metrics, len(self._pattern)).width()
        sign = self._sign_area().right()
        width = sign + GAP + name + GAP + pattern + 2 + self._eye_side() + EDGE
        return QSize(width, self._eye_side() + 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: object) -> None:
        side = self._eye_side()
        left, top = self.width() - side - EDGE, (self.height() - side) // 2
        self._eye.setGeometry(left, top, side, side)
        self._eye.setIconSize(QSize(side - 6, side - 6))
        self._field.setGeometry(self._field_area())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_body(painter)
        shown = self._is_shown and self.isEnabled()
        theme = self._themes.theme
        paint_variant_sign(painter, self._sign_area(), self._index, theme, enabled=shown)
        painter.setPen(QColor(theme.text if shown else self._dim()))
        name = self.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, self._name_area().width()
        )
        painter.drawText(self._name_area(), Qt.AlignmentFlag.AlignVCenter, name)
        paint_variant_pattern(painter, self._pattern_area(), self._pattern, theme, enabled=shown)

    def nextCheckState(self) -> None:
        """Stay: whoever hears `selected` decides what is selected, and shows it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.start_rename()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_F2:
            self.start_rename()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.EnabledChange):
            self.updateGeometry()
            self.update()

    @Slot()
    def _on_clicked(self) -> None:
        self.selected.emit()

    @Slot()
    def _on_eye_clicked(self) -> None:
        self.visibility_toggled.emit(not self._is_shown)

    def _make_eye(self) -> QToolButton:
        eye = QToolButton(self)
        eye.setProperty("compact", True)
        eye.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        eye.clicked.connect(self._on_eye_clicked)
        return eye

    def _describe(self) -> None:
        """Say in words what the chip shows, for screen readers and in the tooltip."""
        pattern = describe_pattern(self._pattern)
        self.setAccessibleName(self.tr("Variant {0}: {1}").format(self._name, pattern))
        self.setAccessibleDescription("" if self._is_shown else self.tr("hidden in the plots"))
        self.setToolTip(plain_tip(self.tr("{0}\n{1}").format(self._name, pattern)))
        self._icons.bind(self._eye, "eye" if self._is_shown else "eye-off", "muted")
        hide = (
            self.tr("Hide {0} in the plots") if self._is_shown else self.tr("Show {0} in the plots")
        )
        self._eye.setAccessibleName(hide.format(self._name))
        self._eye.setToolTip(plain_tip(hide.format(self._name)))

    def _paint_body(self, painter: QPainter) -> None:
        theme = self._themes.theme
        body = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        hovered = self.underMouse() and self.isEnabled()
        fill, edge = (
            theme.hover if hovered else theme.panel,
            theme.control if hovered else theme.line,
        )
        if self.isChecked():
            fill, edge = theme.selection, theme.accent if self.isEnabled() else theme.disabled
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(edge), 1))
        painter.drawRoundedRect(body, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, RADIUS + 1.5, RADIUS + 1.5)

    def _dim(self) -> str:
        theme = self._themes.theme
        return theme.muted if self.isEnabled() else theme.disabled

    def _sign_area(self) -> QRect:
        side = round(self.fontMetrics().height() * 0.8)
        return QRect(PADDING + 2, (self.height() - side) // 2, side * 2, side)

    def _name_area(self) -> QRect:
        left = self._sign_area().right() + GAP
        return QRect(left, 0, self._pattern_area().left() - GAP - left, self.height())

    def _pattern_area(self) -> QRect:
        size = variant_pattern_size(self.fontMetrics(), len(self._pattern))
        right = self._eye.x() - 2
        return QRect(QPoint(right - size.width(), (self.height() - size.height()) // 2), size)

    def _field_area(self) -> QRect:
        return self._name_area().adjusted(-4, 4, self._pattern_area().width(), -4)

    def _longest_name(self) -> int:
        return self.fontMetrics().averageCharWidth() * LONGEST_NAME

    def _eye_side(self) -> int:
        return self.fontMetrics().height() + 6
