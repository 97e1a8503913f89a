"""The bar above everything: run, step, reset; how far, how fast, how long; the pace."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from gui.actions import Actions
from gui.icons import Icons
from gui.theme import ThemeSource
from gui.widgets.fonts import number_font
from gui.widgets.pace_slider import PaceSlider

OFTEN_LEFT = " · 0:00:59 left"
ROOM_BESIDE = 40  # around and between place and speed


@dataclass(frozen=True)
class Progress:
    """How far a run is: epochs with the share of the unfinished one, of how many, how fast."""

    epochs: float
    total: int
    steps: int
    epochs_per_second: float | None

    def place_text(self) -> str:
        """`Epoch 37 / 100`, and the step within."""
        return f"{int(self.epochs):,} / {self.total:,}"

    def speed_text(self) -> str:
        """`214 epochs/s`, or per minute where that reads better; empty when unknown."""
        speed = self.epochs_per_second
        if not speed:
            return ""
        if speed < 0.5:
            return f"{speed * 60:.2g} epochs/min"
        return f"{speed:.3g} epochs/s" if speed < 999.5 else f"{speed:,.0f} epochs/s"

    def left_text(self) -> str:
        """`0:00:01 left`; empty when unknown or over."""
        if not self.epochs_per_second or self.epochs >= self.total:
            return ""
        seconds = round((self.total - self.epochs) / self.epochs_per_second)
        return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02} left"


class RunBar(QToolBar):
    """Shows what the run does and carries its commands; `pace` is the slider."""

    def __init__(
        self, actions: Actions, themes: ThemeSource, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._icons = icons
        self.setObjectName("run-bar")
        self.setWindowTitle(self.tr("Run bar"))
        self.setAccessibleName(self.tr("Run bar"))
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggleViewAction().setEnabled(False)
        steering = (actions.run, actions.stop, actions.step, actions.step_epoch)
        anew = (actions.reset, actions.new_seed)
        self._actions_with_buttons = (*steering, *anew)
        self.addActions(steering)
        self.addSeparator()
        self.addActions(anew)
        self._run_button = self._button(actions.run)
        self._run_button.setProperty("primary", True)
        self.addSeparator()
        self._place = QLabel()
        self._speed = QLabel()
        self._bar = QProgressBar()
        self.pace = PaceSlider(themes)
        self.addWidget(self._progress_and_pace())
        self._name_buttons()
        self.show_state("ready", 100)
        self.show_progress(None)

    def show_state(self, state: str, epochs_more: int, *, anew: bool = False) -> None:
        """Words and icons for what the run does now.

        `anew`: Run begins another run, although the last one could be trained on.
        """
        more = self.tr("Train {0:,} more").format(epochs_more)
        words, icon = {
            "running": (self.tr("Pause"), "pause"),
            "loading": (self.tr("Loading…"), "play"),
            "preparing": (self.tr("Preparing…"), "play"),
            "paused": (self.tr("Continue"), "play"),
            "finished": (self.tr("Run anew") if anew else more, "play"),
        }.get(state, (self.tr("Run"), "play"))
        actions = self._actions
        actions.run.setText(words)
        self._explain_run(self._run_hint(state, anew))
        self._run_button.setAccessibleName(words)
        self._icons.bind(actions.run, icon, "on_accent")
        actions.run.setEnabled(state not in ("loading", "preparing"))
        actions.stop.setEnabled(state in ("running", "paused", "preparing", "loading"))
        for action in (actions.step, actions.step_epoch):
            action.setEnabled(state not in ("loading", "preparing", "finished"))
        actions.full_speed.setEnabled(state not in ("loading", "preparing", "finished"))
        actions.reset.setEnabled(state != "ready")
        self._fit_words()

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the run is; None before the first."""
        if progress is None:
            self._bar.setRange(0, 1000)
            self._bar.setValue(0)
            self._place.setText(self.tr("Epoch –"))
            self._speed.setText("")
            return
        self._bar.setValue(round(1000 * min(1.0, progress.epochs / progress.total)))
        self._place.setText(self.tr("Epoch {0}").format(progress.place_text()))
        self._speed.setText(self._fitting(progress.speed_text(), progress.left_text()))
        self._bar.setAccessibleDescription(f"{self._place.text()} {self._speed.text()}")
        self._place.setToolTip(self.tr("Optimizer steps taken: {0:,}").format(progress.steps))

    def _fitting(self, speed: str, left: str) -> str:
        """Speed and time left, or only what a narrow window has room for."""
        both = " · ".join(part for part in (speed, left) if part)
        measure = self._speed.fontMetrics().horizontalAdvance
        fitting = (text for text in (both, left, speed) if measure(text) <= self._speed.width())
        return next(fitting, "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def _run_hint(self, state: str, anew: bool) -> str:
        """What the button does now, in one sentence."""
        again = self.tr("Begin another run: the last one cannot follow the experiment")
        return {
            "running": self.tr("Pause the training"),
            "loading": self.tr("The engine is still loading"),
            "preparing": self.tr("The data are being prepared"),
            "paused": self.tr("Train on from here"),
            "finished": again if anew else self.tr("Train on from here, as many epochs again"),
        }.get(state, self.tr("Train; again to pause"))

    def _explain_run(self, hint: str) -> None:
        action = self._actions.run
        action.setStatusTip(hint)
        action.setToolTip(f"{hint}\n{action.text()} ({action.shortcut().toString()})")

    def _fit_words(self) -> None:
        """Icons alone, but for Run, where the words would push the pace out of the window."""
        styles = Qt.ToolButtonStyle
        for style in (styles.ToolButtonTextBesideIcon, styles.ToolButtonIconOnly):
            for action in self._actions_with_buttons[1:]:
                self._button(action).setToolButtonStyle(style)
            if self.sizeHint().width() <= self.width():
                break

    def _progress_and_pace(self) -> QWidget:
        """One widget, so that a narrow window shortens the progress and not the bar's end."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._progress(), 1)
        row.addWidget(self.pace)
        return box

    def _progress(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(8, 2, 8, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for label in (self._place, self._speed):
            label.setFont(number_font(self.font()))
        self._speed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._speed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        grid.addWidget(self._place, 0, 0)
        grid.addWidget(self._speed, 0, 1)
        grid.addWidget(self._bar, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        usual = Progress(999, 999, 0, 99.9)
        texts = (self.tr("Epoch {0}").format(usual.place_text()), usual.speed_text(), OFTEN_LEFT)
        figures = QFontMetrics(self._place.font())
        box.setMinimumWidth(figures.horizontalAdvance("".join(texts)) + ROOM_BESIDE)
        return box

    def _button(self, action: object) -> QToolButton:
        for button in self.findChildren(QToolButton):
            if button.defaultAction() is action:
                return button
        raise LookupError("the bar has no button for this action")

    def _name_buttons(self) -> None:
        """Qt names a tool button by its text alone, and an icon-only one not at all."""
        for button in self.findChildren(QToolButton):
            action = button.defaultAction()
            if action is not None:
                button.setAccessibleName(action.text())
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
