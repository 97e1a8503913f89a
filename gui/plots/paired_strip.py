"""A strip of paired differences: a dot per seed beside the line where two variants are equal."""

import math

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.models.paired_differences import (
    PairedDifferences,
    picture_name,
    picture_text,
    seed_text,
    summary_text,
)
from gui.plots.paired_layout import swarm
from gui.plots.paired_painting import DOTS, LANE, MIDDLE, SeedDot, StripPainting, half_axis
from gui.theme import ThemeSource
from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.tip_text import plain_tip

SMALL = 0.85  # of the window's type
NARROWEST, USUAL = 200, 400
REACH = 8.0  # pixels from a dot's middle within which it is pointed at


class PairedStrip(PaintedWidget):
    """Draws A − B of every seed, their mean and deviation; tells the numbers of one seed.

    The axis is linear and as long on both sides of 0, which stands in the middle.
    """

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, parent)
        self._differences: PairedDifferences | None = None
        self._dots: tuple[SeedDot, ...] | None = None  # None: to be laid out anew
        self._seed: int | None = None  # pointed at, or reached with the keyboard
        self.setFont(number_font(scaled_font(self.font(), SMALL)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)

    @property
    def differences(self) -> PairedDifferences | None:
        """What is shown; None: nothing yet."""
        return self._differences

    @property
    def zero(self) -> float:
        """Where the line stands on which the two variants are equal, in pixels from the left."""
        return self.width() / 2

    @property
    def pixels_per_unit(self) -> float:
        """How far a difference of 1 is from the line; 0 where all differences are 0."""
        end = self._differences.end if self._differences is not None else 0.0
        return half_axis(self.width(), QFontMetricsF(self.font())) / end if end else 0.0

    @property
    def dots(self) -> tuple[SeedDot, ...]:
        """The seeds that can be compared, from left to right."""
        if self._dots is None:
            self._dots = () if self._differences is None else self._laid_out(self._differences)
        return self._dots

    @property
    def band(self) -> tuple[float, float, float] | None:
        """Where mean − deviation, mean and mean + deviation stand; None below two seeds."""
        numbers = self._differences
        if numbers is None or not math.isfinite(numbers.deviation):
            return None
        low, high = numbers.mean - numbers.deviation, numbers.mean + numbers.deviation
        unit = self.pixels_per_unit
        return self.zero + low * unit, self.zero + numbers.mean * unit, self.zero + high * unit

    @property
    def reading(self) -> str:
        """The numbers of the seed that is pointed at; empty where none is."""
        if self._differences is None or self._seed is None:
            return ""
        return seed_text(self._differences, self._differences.seeds.index(self._seed))

    def set_differences(self, differences: PairedDifferences) -> None:
        """Show these; a seed that is pointed at stays so while it has a dot."""
        self._differences, self._dots = differences, None
        if self._seed not in differences.compared_seeds:
            self._seed = None
        if self.isVisible():
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(USUAL, LANE + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._describe()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dots = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._differences is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting = StripPainting(painter, self._themes.theme, self._differences, self.size())
        painting.draw_axis()
        band = self.band
        if band is not None:
            painting.draw_band(band[0], band[2])
        painting.draw_zero()
        if band is not None:
            painting.draw_mean(band[1])
        painting.draw_dots(self.dots, self._seed)
        if self.reading:
            painting.write_reading(self.reading)
        else:
            painting.write_words()
        if self.hasFocus():
            painting.draw_focus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._seed_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from seed to seed along the axis, Home and End to the outer ones."""
        seeds = [dot.seed for dot in self.dots]
        last = len(seeds) - 1
        at = seeds.index(self._seed) if self._seed in seeds else None
        wanted = {
            Qt.Key.Key_Left: last if at is None else max(0, at - 1),
            Qt.Key.Key_Right: 0 if at is None else min(last, at + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None or not seeds:
            super().keyPressEvent(event)
        else:
            self._point_at(seeds[wanted])

    @Slot()
    def _on_looks_changed(self) -> None:
        """Another type leaves the axis another length, which the dots stand on too."""
        super()._on_looks_changed()
        self._dots = None
        self.updateGeometry()

    def _laid_out(self, numbers: PairedDifferences) -> tuple[SeedDot, ...]:
        unit = self.pixels_per_unit
        offsets = [float(numbers.differences[place]) * unit for place in numbers.compared]
        laid = swarm(offsets, DOTS)
        dots = [
            SeedDot(
                seed=numbers.seeds[place],
                centre=QPointF(self.zero + offset, MIDDLE + height),
                radius=laid.radius,
                winner=numbers.winner_at(place),
            )
            for place, offset, height in zip(numbers.compared, offsets, laid.heights, strict=True)
        ]
        return tuple(sorted(dots, key=lambda dot: dot.centre.x()))

    def _seed_at(self, point: QPointF) -> int | None:
        """The seed whose dot is nearest, if it is near."""
        nearest = min(self.dots, key=lambda dot: _apart(dot.centre, point), default=None)
        if nearest is None or _apart(nearest.centre, point) > REACH:
            return None
        return nearest.seed

    def _point_at(self, seed: int | None) -> None:
        if seed != self._seed:
            self._seed = seed
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Tell a screen reader the numbers: of one seed, then of all."""
        if self._differences is None:
            return
        reading, summary = self.reading, summary_text(self._differences)
        told = reading or picture_text(self._differences)
        self.setAccessibleName(picture_name(self._differences))
        self.setAccessibleDescription("; ".join(filter(None, (reading, summary))))
        self.setToolTip("".join(map(plain_tip, told.split("\n"))))


def _apart(first: QPointF, second: QPointF) -> float:
    return math.hypot(first.x() - second.x(), first.y() - second.y())
