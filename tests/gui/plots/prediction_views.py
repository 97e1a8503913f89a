"""A view of predictions as a person sees and handles it."""

from prediction_answers import answer
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from gui.plots.prediction_canvas import PredictionCanvas
from gui.plots.prediction_panel import PredictionHeading, body_of
from gui.plots.prediction_view import PredictionView


class Seen:
    """A view with its signals written down."""

    def __init__(self, qtbot, themes, variants=2, size=(700, 360)):
        self.view = PredictionView(themes)
        qtbot.addWidget(self.view)
        self.view.resize(*size)
        self.name_variants(variants)
        self.chosen, self.opened, self.sights = [], [], []
        self.view.variant_chosen.connect(self.chosen.append)
        self.view.opened.connect(self.opened.append)
        self.view.sight_changed.connect(lambda: self.sights.append(self.view.in_sight))
        self.view.show()
        qtbot.waitExposed(self.view)

    def name_variants(self, count):
        self.view.set_variants(
            [PredictionHeading(f"v{n}", f"Variant {n}", n) for n in range(count)]
        )

    def show(self, picture, variants=2, **fields):
        self.view.set_predictions(answer(picture, variants, **fields))

    @property
    def canvas(self):
        return self.view.findChild(PredictionCanvas)

    def place(self, variant, across, up):
        """A point at a share of the axes of a variant's panel, in the canvas."""
        canvas = self.canvas
        body = body_of(canvas.place(list(canvas.panels).index(variant)))
        area = canvas.panels[variant].content.drawing.area(body, canvas.look)
        return QPointF(
            area.left() + across * area.width(), area.bottom() - up * area.height()
        ).toPoint()

    def point_at(self, variant, across, up):
        QTest.mouseMove(self.canvas, QPoint(1, 1))
        QTest.mouseMove(self.canvas, self.place(variant, across, up))
        return self.view.told

    def pixel(self, variant, across, up):
        return self.canvas.grab().toImage().pixelColor(self.place(variant, across, up))

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.view, key, modifiers)


def distance(first, second):
    return sum(abs(a - b) for a, b in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True))
