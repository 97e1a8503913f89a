"""Plays one backward pass a sub-step at a time, with a caption and buttons."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.icons import Icons
from gui.models.backprop_captions import SlowStep, numbered
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel

STEP_TIME = 1250  # milliseconds that a sub-step stays
WORD_JOINER = "\N{WORD JOINER}"
TALL = 2_000  # pixels: no caption reaches so far


class BackpropSlowMotion(QWidget):
    """Hidden until `play`; tells which sub-step is to be lit, and when a person ends it."""

    step_changed = Signal(object)
    """A SlowStep; None when it has ended."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._steps: tuple[SlowStep, ...] = ()
        self._place = 0
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_TIME)
        self._timer.timeout.connect(self._on_time)
        self._caption = InkLabel(themes, "text")
        self._back = self._make_button(self.tr("Back"), self.tr("One sub-step back (Left)"))
        self._pause = self._make_button(self.tr("Pause"), "")
        self._next = self._make_button(self.tr("Next"), self.tr("One sub-step on (Right)"))
        self._end = self._make_button("", self.tr("End the slow motion (Esc)"))
        self._assemble()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a sub-step is shown."""
        return bool(self._steps)

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    @property
    def caption(self) -> str:
        """The caption as it is shown."""
        return numbered(self._place, self._steps) if self._steps else ""

    def play(self, steps: tuple[SlowStep, ...]) -> None:
        """Begin with the first of these sub-steps."""
        self._steps = steps
        self.show()
        self._keep_room()
        self._go_to(0)
        if len(steps) > 1:
            self._timer.start()
        self._show_pause()

    @Slot()
    def back(self) -> None:
        """One sub-step back; it plays on by itself no more."""
        self._step_by(-1)

    @Slot()
    def forward(self) -> None:
        """One sub-step on; it plays on by itself no more."""
        self._step_by(1)

    @Slot()
    def toggle_pause(self) -> None:
        """Stop where it is, go on from there, or at the end begin anew."""
        if not self.is_open:
            return
        if self.is_playing:
            self._timer.stop()
        elif len(self._steps) > 1:
            if self._place == len(self._steps) - 1:
                self._go_to(0)
            self._timer.start()
        self._show_pause()

    @Slot()
    def end(self) -> None:
        """Show no sub-step any more."""
        if self.is_open:
            self._timer.stop()
            self._steps = ()
            self.hide()
            self.step_changed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()

    @Slot()
    def _on_time(self) -> None:
        self._go_to(self._place + 1)

    def _step_by(self, count: int) -> None:
        if self.is_open:
            self._timer.stop()
            self._go_to(min(max(self._place + count, 0), len(self._steps) - 1))
            self._show_pause()

    def _go_to(self, place: int) -> None:
        self._place = place
        last = place == len(self._steps) - 1
        if last:
            self._timer.stop()
            self._show_pause()
        self._back.setEnabled(place > 0)
        self._next.setEnabled(not last)
        self._caption.setText(self._unbroken(place))
        QAccessible.updateAccessibility(QAccessibleEvent(self._caption, QAccessible.Event.Alert))
        self.step_changed.emit(self._steps[place])

    def _show_pause(self) -> None:
        at_end = self._place == len(self._steps) - 1
        text, icon = (self.tr("Pause"), "pause") if self.is_playing else (self.tr("Play"), "play")
        if at_end and not self.is_playing:
            text = self.tr("Again")
        self._pause.setText(text)
        self._pause.setEnabled(len(self._steps) > 1)
        self._pause.setToolTip(self.tr("{what} (Space)").format(what=text))
        self._icons.bind(self._pause, icon)

    def _keep_room(self) -> None:
        """Room for the longest caption, so that nothing moves while it plays."""
        margins = self.contentsMargins()
        width = self._caption.width() if self._caption.width() > 100 else self.width() - 28
        width -= margins.left() + margins.right()
        metrics = self._caption.fontMetrics()
        flags = Qt.TextFlag.TextWordWrap
        heights = [
            metrics.boundingRect(0, 0, width, TALL, flags, self._unbroken(place)).height()
            for place in range(len(self._steps))
        ]
        self._caption.setMinimumHeight(max(heights, default=0) + 2)

    def _unbroken(self, place: int) -> str:
        """A caption whose derivatives are not broken at their slashes."""
        return numbered(place, self._steps).replace("∂L/", f"∂L/{WORD_JOINER}")

    def _make_button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text or tip)
        return button

    def _assemble(self) -> None:
        self._caption.setWordWrap(True)
        self._caption.setFont(self.font())  # the text to read: not smaller than others
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pause.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (self._pause, self._end):
            button.setIconSize(QSize(16, 16))
        self._icons.bind(self._end, "close")
        for button, do in (
            (self._back, self.back),
            (self._pause, self.toggle_pause),
            (self._next, self.forward),
            (self._end, self.end),
        ):
            button.clicked.connect(do)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (self._back, self._pause, self._next):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._end)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 0)
        column.setSpacing(4)
        column.addWidget(self._caption)
        column.addLayout(row)
