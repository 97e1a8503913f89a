"""The lattice of cards: what it shows and what it reports."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from gui.models.lattice import arrange
from gui.models.lattice_cards import LatticeCard
from gui.models.variant_results import variant_results
from gui.plots.lattice_view import LatticeView
from gui.theme import DARK, LIGHT, ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.segmented_choice import SegmentedChoice
from tests.gui.live_bench import points

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, themes: ThemeSource) -> LatticeView:
    view = LatticeView(themes)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


def cards(experiment: Experiment, train: Sequence[float] = ()) -> list[LatticeCard]:
    """A card for every variant; with losses of one epoch, one for each."""
    table = None
    if train:
        table = np.full((1, 4, len(train)), 0.5, np.float32)
        table[0, 0] = train
    return [LatticeCard(each, seeds=1) for each in variant_results(experiment, table)]


def show(view: LatticeView, train: Sequence[float] = ()) -> Experiment:
    """All 8 patterns of three layers."""
    experiment = with_every_pattern(points())
    view.set_cards(arrange(experiment), cards(experiment, train), held_out=True)
    view.set_selected("all")
    return experiment


def test_it_asks_for_no_more_width_than_its_controls_need(view: LatticeView) -> None:
    """A window of the smallest size holds it beside its docks."""
    show(view)
    view.set_arrangement("sorted")
    layout = view.layout()
    assert layout is not None
    assert layout.minimumSize().width() <= view.minimumSizeHint().width() <= 320
    card = next(iter(view.places.cards.values()))
    assert view.minimumSizeHint().width() >= card.width()


def image_of(view: LatticeView, variant: str) -> QImage:
    """A card's pixels."""
    place = view.places.cards[variant].toAlignedRect()
    return view.canvas.grab(place).toImage()


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }


def click(view: LatticeView, variant: str) -> None:
    place = view.places.cards[variant].center().toPoint()
    QTest.mouseClick(view.canvas, LEFT, pos=place)


def press(view: LatticeView, key: Qt.Key, control: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(view.canvas, key, modifier)


def order(view: LatticeView) -> list[str]:
    return [card.id for card in view.cards]


def test_cards_stand_in_rows_with_all_layers_on_top(view: LatticeView) -> None:
    experiment = show(view)
    places = view.places.cards
    tops = [[places[v].top() for v in row.variants] for row in arrange(experiment).rows]
    assert [len(set(row)) for row in tops] == [1, 1, 1, 1]
    assert tops == sorted(tops)
    assert order(view)[0] == "all"


def test_clicks_choose_and_double_clicks_open(view: LatticeView, qtbot: QtBot) -> None:
    show(view)
    with qtbot.waitSignal(view.variant_chosen) as chosen, qtbot.assertNotEmitted(view.opened):
        click(view, "last")
    assert chosen.args == ["last"]
    with qtbot.waitSignal(view.opened) as opened:
        place = view.places.cards["pattern-110"].center().toPoint()
        QTest.mouseDClick(view.canvas, LEFT, pos=place)
    assert opened.args == ["pattern-110"]
    with qtbot.assertNotEmitted(view.variant_chosen):
        QTest.mouseClick(view.canvas, LEFT, pos=QPoint(2, 2))  # beside the cards


def test_the_keyboard_goes_from_card_to_card_and_chooses(view: LatticeView, qtbot: QtBot) -> None:
    show(view)
    view.canvas.setFocus()
    press(view, Qt.Key.Key_Down)
    press(view, Qt.Key.Key_Left)
    with qtbot.waitSignal(view.variant_chosen) as chosen, qtbot.assertNotEmitted(view.opened):
        press(view, Qt.Key.Key_Space)
    assert chosen.args == [order(view)[1]]
    press(view, Qt.Key.Key_End)
    with qtbot.waitSignal(view.variant_chosen) as chosen:
        press(view, Qt.Key.Key_Return)
    assert chosen.args == [order(view)[-1]]
    view.set_selected(order(view)[-1])  # as whoever hears of it does
    with qtbot.waitSignal(view.opened) as opened:
        press(view, Qt.Key.Key_Return)
    assert opened.args == [order(view)[-1]]
    press(view, Qt.Key.Key_Home)
    with qtbot.waitSignal(view.opened) as opened:
        press(view, Qt.Key.Key_Enter, control=True)
    assert opened.args == ["all"]


def test_the_card_with_the_keyboard_is_scrolled_to(view: LatticeView) -> None:
    show(view)
    view.resize(460, 240)
    view.canvas.setFocus()
    scroll = view.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    for key, variant in ((Qt.Key.Key_End, order(view)[-1]), (Qt.Key.Key_Home, "all")):
        press(view, key)
        place = view.places.cards[variant].toAlignedRect()
        seen = scroll.viewport().rect().translated(0, scroll.verticalScrollBar().value())
        assert seen.contains(place)
    assert scroll.horizontalScrollBar().maximum() == 0


def test_a_screen_reader_hears_which_card_has_the_keyboard(view: LatticeView) -> None:
    experiment = show(view, [0.1] * 8)
    view.canvas.setFocus()
    assert view.canvas.accessibleName() == "Variants: All"
    assert "selected" in view.canvas.accessibleDescription()
    press(view, Qt.Key.Key_End)
    assert view.canvas.accessibleName() == f"Variants: {experiment.variants[-1].name}"
    told = view.canvas.accessibleDescription()
    assert "training loss 0.100" in told
    assert "frozen, frozen, frozen" in told
    assert "selected" not in told


def test_sorted_cards_stand_in_the_order_of_the_measure(view: LatticeView) -> None:
    losses = [0.4, 0.1, 0.8, 0.2, 0.6, 0.3, 0.7, 0.5]
    experiment = show(view, losses)
    ids = [variant.id for variant in experiment.variants]
    choice = view.findChild(SegmentedChoice)
    assert isinstance(choice, SegmentedChoice)
    QTest.mouseClick(choice, LEFT, pos=choice.place_of("sorted").center().toPoint())
    assert view.arrangement == "sorted"
    assert order(view) == [variant for _, variant in sorted(zip(losses, ids, strict=True))]
    view.set_measure("trainable")
    assert order(view)[0] == ids[-1]  # nothing
    assert order(view)[-1] == "all"
    QTest.mouseClick(choice, LEFT, pos=choice.place_of("lattice").center().toPoint())
    assert order(view)[0] == "all"


def test_new_numbers_sort_the_cards_anew_but_not_at_once(view: LatticeView, qtbot: QtBot) -> None:
    experiment = show(view, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    view.set_arrangement("sorted")
    before = order(view)
    for card in cards(experiment, [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]):
        view.set_card(card)
    assert order(view) == before  # cards must not run away under the mouse
    qtbot.waitUntil(lambda: order(view) == before[::-1])


def test_without_held_out_rows_nothing_is_sorted_by_them(view: LatticeView) -> None:
    experiment = show(view)
    measures = view.findChild(ChoiceField)
    assert isinstance(measures, ChoiceField)
    assert measures.findText("best held-out loss") >= 0
    assert measures.findText("accuracy, highest first") >= 0
    view.set_measure("validation_loss")
    numbers = [replace(card, score="R²") for card in cards(experiment)]
    view.set_cards(arrange(experiment), numbers, held_out=False)
    assert measures.findText("best held-out loss") < 0
    assert measures.findText("R², highest first") >= 0
    assert view.measure == "train_loss"


def test_one_variant_is_an_empty_state_that_offers_the_patterns(
    view: LatticeView, qtbot: QtBot
) -> None:
    def button_in_sight() -> QPushButton:
        (seen,) = [each for each in view.findChildren(QPushButton) if each.isVisible()]
        assert isinstance(seen, QPushButton)
        return seen

    one = points().replace(variants=points().variants[:1])
    view.set_cards(arrange(one), cards(one), held_out=True)
    words = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert any("nothing to be compared with" in text for text in words)
    assert not view.canvas.isVisible()
    with qtbot.waitSignal(view.patterns_wanted):
        QTest.mouseClick(button_in_sight(), LEFT)
    show(view)
    assert view.canvas.isVisible()
    with qtbot.waitSignal(view.patterns_wanted):
        QTest.mouseClick(button_in_sight(), LEFT)


def test_curves_are_drawn_on_the_cards_in_the_variants_colours(view: LatticeView) -> None:
    show(view)
    view.set_epochs(10)
    before = image_of(view, "pattern-110")
    view.set_curve("pattern-110", False, np.linspace(1, 0.1, 10))
    view.finish_frame()
    assert view.axes.startswith("solid train, dashed held-out · loss 0.100 … 1.00, logarithmic")
    assert image_of(view, "pattern-110") != before
    with_one = image_of(view, "pattern-110")
    view.set_curve("pattern-110", True, np.linspace(1, 0.5, 10))
    view.finish_frame()
    assert image_of(view, "pattern-110") != with_one
    view.clear_curves()
    assert image_of(view, "pattern-110") == before
    assert view.axes == ""


def test_linear_and_logarithmic_axes_differ(view: LatticeView) -> None:
    show(view)
    view.set_epochs(10)
    view.set_curve("all", False, np.geomspace(1, 0.01, 10))
    view.finish_frame()
    logarithmic = image_of(view, "all")
    view.set_log(False)
    assert image_of(view, "all") != logarithmic
    assert "loss 0 … 1.00 ·" in view.axes


def test_the_selected_card_is_outlined_and_a_hidden_one_pale(view: LatticeView) -> None:
    experiment = show(view)
    assert LIGHT.accent in colours(image_of(view, "all"))
    assert LIGHT.accent not in colours(image_of(view, "last"))
    view.set_selected("last")
    assert LIGHT.accent not in colours(image_of(view, "all"))
    assert LIGHT.accent in colours(image_of(view, "last"))
    ink = QColor(LIGHT.text).name().upper()
    assert ink in colours(image_of(view, "all"))
    view.set_card(replace(cards(experiment)[0], hidden=True))
    assert ink not in colours(image_of(view, "all"))


def test_another_theme_repaints_the_cards(view: LatticeView, themes: ThemeSource) -> None:
    show(view)
    assert LIGHT.text in colours(image_of(view, "last"))
    themes.set_theme(DARK)
    found = colours(image_of(view, "last"))
    assert LIGHT.text not in found
    assert {DARK.text, DARK.panel} <= found


def test_the_tooltip_tells_of_the_card_under_the_mouse(view: LatticeView) -> None:
    show(view, [0.25] * 8)
    tip = view.canvas.tip_at(QPointF(view.places.cards["last"].center()))
    assert tip.startswith("<b>Last</b>")
    assert "training loss 0.250" in tip
    assert view.canvas.tip_at(QPointF(1, 1)) == ""


class PaintCounter(QObject):
    """What is painted of a widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.painted = QRegion()
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.painted += event.region()
        return False


def test_a_frame_paints_only_the_curves_that_have_grown(view: LatticeView, qtbot: QtBot) -> None:
    show(view)
    view.set_curve("all", False, np.linspace(1, 0.1, 10))
    view.set_curve("last", False, np.linspace(1, 0.1, 10))
    view.finish_frame()
    QCoreApplication.sendPostedEvents()
    counter = PaintCounter(view.canvas)
    view.set_curve("all", False, np.linspace(1, 0.1, 10))
    view.finish_frame()
    view.set_curve("last", False, np.append(np.linspace(1, 0.1, 10), 0.1))
    view.finish_frame()
    qtbot.waitUntil(lambda: not counter.painted.isEmpty())
    card = view.places.cards["last"].toAlignedRect()
    assert card.contains(counter.painted.boundingRect())


@pytest.mark.parametrize("size", [(460, 240), (1000, 420), (1600, 1000)])
def test_cards_use_the_width_there_is(view: LatticeView, size: tuple[int, int]) -> None:
    show(view)
    view.resize(*size)
    places = view.places.cards.values()
    assert max(place.right() for place in places) <= view.canvas.width()
    rows = {place.top() for place in places}
    assert len(rows) == (6 if size[0] == 460 else 4)
