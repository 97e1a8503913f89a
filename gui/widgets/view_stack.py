"""Views of one thing, of which one is seen at a time; a view is made when it is first wanted."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.theme import ThemeSource
from gui.widgets.segmented_choice import Segment, SegmentedChoice

Make = Callable[[], QWidget]


class ViewStack(QStackedWidget):
    """Shows one of its views. `choice` says which, and stands wherever its owner puts it."""

    view_changed = Signal(str)
    """The key of the view that is seen now."""

    def __init__(self, themes: ThemeSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, Make] = {}
        self._views: dict[str, QWidget] = {}
        self._segments: tuple[Segment, ...] = ()
        self.choice = SegmentedChoice(themes, name, ())
        self.choice.chosen.connect(self.show_view)
        self.setAccessibleName(name)

    @property
    def shown(self) -> str:
        """The key of the view that is seen."""
        return self.choice.value()

    def title(self, key: str) -> str:
        """What a view is called."""
        return next(segment.text for segment in self._segments if segment.key == key)

    def add_view(self, segment: Segment, make: Make) -> None:
        """Offer one more view; the first is seen at once."""
        self._waiting[segment.key] = make
        self._segments = (*self._segments, segment)
        self.choice.set_segments(self._segments)
        if len(self._segments) == 1:
            self.show_view(segment.key)

    @Slot(str)
    def show_view(self, key: str) -> None:
        """Show this view. Raises KeyError if there is none."""
        if key in self._waiting:
            self._views[key] = self._waiting.pop(key)()
            self.addWidget(self._views[key])
            if self.choice.window() is self.window():  # and not while all is put together
                self.setTabOrder(self.choice, self._views[key])
        view, had_focus = self._views[key], self._has_focus()
        self.choice.set_value(key)
        if view is not self.currentWidget() or self.count() == 1:
            self.setCurrentWidget(view)
            if had_focus:  # the keyboard stays here, and does not jump to the next panel
                view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view_changed.emit(key)

    def _has_focus(self) -> bool:
        focused = self.focusWidget()
        return focused is not None and focused.hasFocus()
