"""Every command of the window once: its words, icon and keys, for menus, bars and buttons alike."""

from dataclasses import dataclass, fields

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from gui.icons import Icons, Role

Keys = str | QKeySequence.StandardKey


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


@dataclass(frozen=True)
class Actions:
    """The window's commands. Each is a QAction owned by the window; what it does is not here."""

    new: QAction
    open: QAction
    save: QAction
    save_as: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    run: QAction
    step: QAction
    step_epoch: QAction
    stop: QAction
    reset: QAction
    new_seed: QAction
    full_speed: QAction
    patterns: QAction
    sweep: QAction
    view_curves: QAction
    view_patterns: QAction
    view_results: QAction
    view_predictions: QAction
    log_axis: QAction
    reset_layout: QAction
    shortcuts: QAction
    about: QAction
    theme_system: QAction
    theme_light: QAction
    theme_dark: QAction

    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of their declaration."""
        return tuple(getattr(self, each.name) for each in fields(self))


def make_actions(window: QWidget, icons: Icons, undo_stack: QUndoStack) -> Actions:
    """The actions, with their shortcuts active in the whole window."""
    maker = _Maker(window, icons)
    actions = Actions(
        **_of_files(maker),
        **_of_history(window, icons, undo_stack),
        **_of_runs(maker),
        **_of_views(maker),
        shortcuts=maker.make(
            _tr("Keyboard shortcuts"), "Ctrl+/", hint=_tr("Every command and its keys")
        ),
        about=maker.make(_tr("About Frostline"), None, hint=_tr("Version and licences")),
    )
    themes = QActionGroup(window)
    for theme in (actions.theme_system, actions.theme_light, actions.theme_dark):
        themes.addAction(theme)
    window.addActions(list(actions.all()))
    return actions


def _of_files(maker: "_Maker") -> dict[str, QAction]:
    keys = QKeySequence.StandardKey
    return {
        "new": maker.make(_tr("&New"), keys.New, hint=_tr("Begin a new experiment")),
        "open": maker.make(_tr("&Open…"), keys.Open, "open", _tr("Open an experiment file")),
        "save": maker.make(_tr("&Save"), keys.Save, "save", _tr("Save the experiment")),
        "save_as": maker.make(
            _tr("Save &as…"), "Ctrl+Shift+S", hint=_tr("Save under another name")
        ),
        "quit": maker.make(_tr("&Quit"), "Ctrl+Q", hint=_tr("Close Frostline")),
    }


def _of_history(window: QWidget, icons: Icons, undo_stack: QUndoStack) -> dict[str, QAction]:
    undo = undo_stack.createUndoAction(window, _tr("Undo"))
    undo.setShortcuts([QKeySequence("Ctrl+Z")])
    icons.bind(undo, "undo")
    redo = undo_stack.createRedoAction(window, _tr("Redo"))
    redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
    icons.bind(redo, "redo")
    return {"undo": undo, "redo": redo}


def _of_runs(maker: "_Maker") -> dict[str, QAction]:
    return {
        "run": maker.make(_tr("Run"), "F5", "play", _tr("Train; again to pause")),
        "step": maker.make(_tr("Step"), "F10", "step", _tr("Train on one batch, then pause")),
        "step_epoch": maker.make(
            _tr("Epoch"), "Shift+F10", "epoch", _tr("Train to the end of this epoch, then pause")
        ),
        "stop": maker.make(_tr("Stop"), "Shift+F5", "stop", _tr("End this run; its curves stay")),
        "reset": maker.make(
            _tr("Reset"),
            "Ctrl+R",
            "reset",
            _tr("Begin anew from the same start: equal initial weights, equal batches"),
        ),
        "new_seed": maker.make(
            _tr("New seed"), "Ctrl+Shift+R", "dice", _tr("Begin anew with other initial weights")
        ),
        "full_speed": maker.make(
            _tr("Finish at full speed"),
            "Ctrl+End",
            "fast-forward",
            _tr("Train to the end flat out"),
        ),
        "patterns": maker.make(
            _tr("All freeze &patterns…"),
            "Ctrl+Shift+F",
            hint=_tr("A variant for every way to train or freeze the layers"),
        ),
        "sweep": maker.make(
            _tr("S&weep…"),
            "Ctrl+Shift+W",
            hint=_tr("Train the experiment with many learning rates, optimizers, widths or data"),
        ),
    }


def _of_views(maker: "_Maker") -> dict[str, QAction]:
    return {
        "view_curves": maker.make(_tr("&Curves"), "Ctrl+1", hint=_tr("The losses over the epochs")),
        "view_patterns": maker.make(
            _tr("&Patterns"), "Ctrl+2", hint=_tr("A card for every variant, by what it trains")
        ),
        "view_results": maker.make(
            _tr("&Results"), "Ctrl+3", hint=_tr("What every variant came to, and two compared")
        ),
        "view_predictions": maker.make(
            _tr("Pr&edictions"), "Ctrl+4", hint=_tr("What every variant answers")
        ),
        "log_axis": maker.make(
            _tr("Logarithmic loss axis"), "Ctrl+L", checkable=True, hint=_tr("Show small losses")
        ),
        "reset_layout": maker.make(
            _tr("Reset layout"), None, hint=_tr("Put all docks back where they were at first")
        ),
        "theme_system": maker.make(_tr("Follow the system"), None, checkable=True),
        "theme_light": maker.make(_tr("Light"), None, "sun", checkable=True),
        "theme_dark": maker.make(_tr("Dark"), None, "moon", checkable=True),
    }


class _Maker:
    def __init__(self, window: QWidget, icons: Icons) -> None:
        self._window = window
        self._icons = icons

    def make(
        self,
        text: str,
        keys: Keys | None,
        icon: str = "",
        hint: str = "",
        checkable: bool = False,
        role: Role = "text",
    ) -> QAction:
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        if icon:
            self._icons.bind(action, icon, role)
        plain = text.replace("&", "").rstrip("…")
        named = f"{plain} ({action.shortcut().toString()})" if keys is not None else plain
        action.setToolTip(f"{hint}\n{named}" if hint else named)
        action.setStatusTip(hint)
        action.setCheckable(checkable)
        action.triggered.connect(_finish_typing)  # first of all that is connected
        return action


def _finish_typing() -> None:
    """Let the field with the focus take what was typed, as leaving it would.

    Neither a key of the window nor a click on a tool button leaves it: without this, Run would
    train with the number that was there before the one that is seen.
    """
    field = QApplication.focusWidget()
    if isinstance(field, QLineEdit | QAbstractSpinBox):
        field.clearFocus()
        if field.isVisible():  # an editor in a table has closed itself
            field.setFocus()
