"""The story of one question: does a frozen layer take part in the backpropagation of the others?"""

import csv
import io

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QMenu, QWidget

from engine.journal import SetDetached, SetTrainable
from gui.file_commands import example_files
from gui.models.layer_rows import Column
from gui.panels.backprop import BackpropPanel
from gui.panels.chain_rule import ChainRulePanel
from gui.plots.histogram_captions import KINDS
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import CONTROL, LEFT, SHIFT, Laboratory

LONGEST_SLOW_MOTION = 30  # sub-steps


def button(inside: QWidget, words: str) -> QAbstractButton:
    """The visible button that reads so."""
    buttons = [each for each in inside.findChildren(QAbstractButton) if each.isVisible()]
    return next(each for each in buttons if words in each.text())


def reach(panel: BackpropPanel) -> dict[str, str]:
    return {row.name: row.reach for row in panel.view.backprop.rows}


def numbers(panel: BackpropPanel) -> dict[str, tuple[str, str]]:
    """Layer -> what arrives at its output, and what goes into its own weights."""
    rows = zip(panel.view.backprop.rows, panel.view.texts, strict=True)
    return {row.name: (text.arrives.number, text.own.number) for row, text in rows}


def facts(panel: BackpropPanel, layer: str) -> list[str]:
    rows = zip(panel.view.backprop.rows, panel.view.texts, strict=True)
    return [fact.text for row, text in rows if row.name == layer for fact in text.facts]


def shows_colour(panel: BackpropPanel, place: QRect, colour: str) -> bool:
    picture = panel.view.grab(place).toImage()
    wanted = QColor(colour).rgb()
    return any(
        picture.pixel(x, y) == wanted
        for x in range(picture.width())
        for y in range(picture.height())
    )


def pick(menu: QMenu, words: str) -> None:
    """Click the entry of an open menu."""
    entry = next(each for each in menu.actions() if words in each.text().replace("&", ""))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())


def add_layer(laboratory: Laboratory, after: str, kind: str) -> str:
    """Open the menu of kinds by its key, pick one, and give back the new layer's name."""
    before = {layer.id for layer in laboratory.experiment.layers}
    laboratory.click_cell(after, Column.LAYER)
    laboratory.key(Qt.Key.Key_Insert, SHIFT)
    menu = laboratory.window.experiment_panel.stack.kinds_menu
    laboratory.qtbot.waitUntil(menu.isVisible)
    pick(menu, kind)
    laboratory.qtbot.waitUntil(lambda: not menu.isVisible())
    laboratory.window.activateWindow()  # a desktop does so when a menu closes
    laboratory.qtbot.waitUntil(laboratory.window.isActiveWindow)
    (new,) = {layer.id for layer in laboratory.experiment.layers} - before
    return new


def state(laboratory: Laboratory, layer: str) -> list[bytes]:
    """Parameters and running statistics of a layer in the first variant, bit for bit."""
    trainer = laboratory.run.trainer
    assert trainer is not None
    (found,) = [each for each in trainer.network.layers if each.id == layer]
    tensors = (*found.parameters, *found.buffers)
    return [tensor.detach()[0].numpy().tobytes() for tensor in tensors]


def test_a_first_start_answers_the_question_by_looking(laboratory_of: LaboratoryOf) -> None:
    laboratory = laboratory_of(pace=None, epochs=1_000)
    laboratory.open()
    laboratory.until_ready()
    until, panel = laboratory.qtbot.waitUntil, laboratory.window.backprop_panel
    assert panel.isVisible()
    laboratory.click("Run")
    QTest.mouseClick(laboratory.chip("First layer only"), LEFT)
    until(lambda: "First layer only · gradients of step" in panel.state_text, timeout=20_000)

    assert reach(panel) == {
        "hidden-1": "updated", "hidden-2": "passed through", "output": "passed through",
    }  # fmt: skip
    arriving = [arrives for arrives, _ in numbers(panel).values()]
    assert all(float(number) > 0 for number in arriving)
    own = [into for _, into in numbers(panel).values()]
    assert float(own[0]) > 0
    assert own[1:] == ["–", "–"]
    for frozen in ("hidden-2", "output"):
        assert "moved while frozen: exactly 0" in facts(panel, frozen)
    assert not any("moved while frozen" in fact for fact in facts(panel, "hidden-1"))
    assert panel.costs.share_text == "82 %"

    ink = laboratory.parts.themes.theme.trainable_ink
    assert shows_colour(panel, panel.view.place_of_arrow("hidden-1", own=True), ink)
    assert not shows_colour(panel, panel.view.place_of_arrow("hidden-2", own=True), ink)

    box = panel.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    until(lambda: "–" not in [into for _, into in numbers(panel).values()])
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    until(lambda: numbers(panel)["output"][1] == "–")


def test_slow_motion_is_followed_to_its_end_by_keyboard(laboratory: Laboratory) -> None:
    panel = laboratory.window.backprop_panel
    laboratory.train()
    QTest.mouseClick(laboratory.chip("First layer only"), LEFT)
    laboratory.qtbot.waitUntil(lambda: numbers(panel)["hidden-1"][1] != "–")
    play = button(panel, "Slow motion")
    play.setFocus()
    QTest.keyClick(play, Qt.Key.Key_Space)
    slow = panel.slow_motion
    laboratory.qtbot.waitUntil(panel.view.hasFocus)
    captions = [slow.caption]
    while len(captions) < LONGEST_SLOW_MOTION:
        laboratory.key(Qt.Key.Key_Right)
        if slow.caption == captions[-1]:
            break
        captions.append(slow.caption)
    assert 4 < len(captions) < LONGEST_SLOW_MOTION
    assert "loss" in captions[0]
    told = " ".join(captions)
    assert told.index("output") < told.index("hidden-2") < told.index("hidden-1")
    assert "frozen" in told
    laboratory.key(Qt.Key.Key_Left)
    assert slow.caption == captions[-2]
    laboratory.key(Qt.Key.Key_Escape)
    assert not slow.is_open
    assert laboratory.state == "running"


def test_the_chain_rule_check_says_that_nothing_arrives_through_zeroed_weights(
    laboratory: Laboratory,
) -> None:
    until = laboratory.qtbot.waitUntil
    laboratory.train()
    QTest.mouseClick(laboratory.chip("First layer only"), LEFT)
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("paused")
    QTest.mouseClick(button(laboratory.window.backprop_panel, "Chain-rule check"), LEFT)
    panel = laboratory.window.findChild(ChainRulePanel)
    assert isinstance(panel, ChainRulePanel)
    until(lambda: panel.sentence != "", timeout=20_000)
    assert "hidden-2 is frozen and still passes the gradient" in panel.sentence
    assert "not a single bit" in panel.sentence
    step = laboratory.run.step_count
    before = [state(laboratory, layer.id) for layer in laboratory.experiment.layers]
    QTest.mouseClick(button(panel, "zero"), LEFT)
    until(lambda: "with its weights at 0 nothing arrives" in panel.sentence)
    QTest.mouseClick(button(panel, "as it is"), LEFT)
    until(lambda: "nothing arrives" not in panel.sentence)
    assert [state(laboratory, layer.id) for layer in laboratory.experiment.layers] == before
    assert laboratory.run.step_count == step
    laboratory.click("Step")
    until(lambda: f"batch of step {step + 1:,}" in panel.state)  # it goes along by itself


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # for the menu
def test_batch_norm_frozen_live_stands_still_and_detaching_cuts_until_it_is_undone(
    laboratory: Laboratory,
) -> None:
    until, panel = laboratory.qtbot.waitUntil, laboratory.window.backprop_panel
    norm = add_layer(laboratory, "hidden-1", "Batch norm")
    dropout = add_layer(laboratory, norm, "Dropout")
    kinds = [layer.kind for layer in laboratory.experiment.layers]
    assert kinds == ["dense", "batch_norm", "dropout", "dense", "dense"]
    laboratory.train()
    until(lambda: numbers(panel).keys() >= {norm, dropout})
    assert reach(panel)[dropout] == "passed through"

    laboratory.click_cell(norm, Column.TRAINS)
    until(lambda: len(laboratory.run.journal) == 1 and reach(panel)[norm] == "passed through")
    assert laboratory.run.journal[0].edit == SetTrainable(
        variant="all", layer=norm, trainable=False
    )
    still, moving = state(laboratory, norm), state(laboratory, "hidden-1")
    assert len(still) == 4  # scale and shift, running mean and variance
    laboratory.until_step(laboratory.run.step_count + 100)
    assert state(laboratory, norm) == still
    assert state(laboratory, "hidden-1") != moving
    until(lambda: "moved while frozen: exactly 0" in facts(panel, norm))

    laboratory.click_cell("hidden-2", Column.LAYER)
    laboratory.key(Qt.Key.Key_D)
    until(lambda: isinstance(laboratory.run.journal[-1].edit, SetDetached))
    until(lambda: reach(panel)["hidden-1"] == "not reached")
    assert reach(panel)["output"] == "updated"
    assert "detach" in laboratory.window.journal.lines[-1]
    until(lambda: numbers(panel)["hidden-1"] == numbers(panel)["hidden-2"] == ("–", "–"))
    still = state(laboratory, "hidden-1")
    laboratory.until_step(laboratory.run.step_count + 50)
    assert state(laboratory, "hidden-1") == still

    laboratory.key(Qt.Key.Key_Z, CONTROL)
    until(lambda: reach(panel)["hidden-1"] == "updated")
    until(lambda: numbers(panel)["hidden-1"][1] != "–")
    until(lambda: state(laboratory, "hidden-1") != still)
    laboratory.key(Qt.Key.Key_Z, CONTROL)
    until(lambda: reach(panel)[norm] == "updated")
    assert laboratory.state == "running"


@pytest.mark.parametrize("name", [path.stem for path in example_files()])
def test_every_example_trains_and_shows_every_kind(laboratory: Laboratory, name: str) -> None:
    until, histograms = laboratory.qtbot.waitUntil, laboratory.window.histograms
    path = next(each for each in example_files() if each.stem == name)
    laboratory.window.files.open_example(path)
    laboratory.enter("epochs", "2")
    layers = [layer.id for layer in laboratory.experiment.layers]
    for count, kind in enumerate(KINDS, 1):
        choice = histograms.kind_choice
        QTest.mouseClick(choice, LEFT, pos=choice.place_of(kind).center().toPoint())
        laboratory.key(Qt.Key.Key_F10)
        until(lambda: laboratory.parts.store.current is not None)
        laboratory.until_step(count)
        laboratory.until_state("paused")

        def is_shown(kind: str = kind) -> bool:
            rows = list(csv.DictReader(io.StringIO(histograms.grid.csv_text())))
            return bool(rows) and kind in list(rows[0])[3] and histograms.grid.kind == kind

        until(is_shown, timeout=20_000)
        assert all(layer in histograms.grid.spoken for layer in layers)
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("finished")
    assert laboratory.record.diverged == {}
    assert len(laboratory.run.history) == 2
