"""The window: puts panels, plots and commands together and connects them; it holds no logic."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from engine.backprop import updated_layers
from engine.seed_bands import SeedSummary
from gui.actions import make_actions
from gui.appearance import Appearance
from gui.docks import Docks
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.file_commands import FileCommands
from gui.icons import Icons
from gui.live_view import LiveView
from gui.menus import build_menus
from gui.models.divergence_text import divergence_list, divergence_text
from gui.panels.journal import JournalPanel
from gui.panels.run_bar import RunBar
from gui.plots.loss_plot import LossPlot
from gui.run_commands import RunCommands
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.run_views import RunViews
from gui.settings import Preference, Settings
from gui.sweeps import Sweeps
from gui.theme import ThemeSource
from gui.widgets.seed_summary_choice import SeedSummaryChoice
from gui.widgets.status_line import StatusLine
from gui.widgets.titled_panel import TitledPanel

if TYPE_CHECKING:
    from engine.telemetry import Event
    from gui.late_panels import LatePanels
    from gui.live_layers import LiveLayers
    from gui.panels.backprop import BackpropPanel
    from gui.panels.experiment_panel import ExperimentPanel
    from gui.plots.histogram_panel import HistogramPanel

FIRST_SIZE, FRAME = QSize(1280, 800), QSize(16, 48)  # the frame, roughly, that a desktop adds
CLOSE_POLL = 50  # milliseconds between two looks at whether training has ended


@dataclass(frozen=True)
class Parts:
    """What the window is made of; whoever opens it owns them."""

    document: Document
    store: RunStore
    gate: EngineGate
    controller: RunController
    settings: Settings
    themes: ThemeSource
    icons: Icons
    appearance: Appearance


class MainWindow(QMainWindow):
    """Experiment left, plots in the middle, Backprop right, journal below, run bar on top.

    With `complete=False` the docks at the sides stay empty until `complete` is called: a program
    that starts paints first and fills its largest panels a moment later.
    """

    def __init__(self, parts: Parts, *, complete: bool = True) -> None:
        super().__init__()
        self._parts = parts
        self._closing = False
        self._idle: str | None = None  # the variant of which it was said that nothing trains
        self._close_again = QTimer(self)
        self._close_again.setSingleShot(True)
        self._close_again.setInterval(CLOSE_POLL)
        self._close_again.timeout.connect(self.close)
        themes, icons = parts.themes, parts.icons
        self.setWindowIcon(icons.application_icon())
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.all_actions = make_actions(self, icons, parts.document.undo_stack)
        self.loss_plot = LossPlot(themes)
        self.views = RunViews(
            parts.document,
            parts.store,
            parts.controller,
            parts.gate,
            themes,
            icons,
            self.loss_plot,
            self,
        )
        self.sweeps = Sweeps(
            parts.document, parts.gate, parts.controller, parts.settings, themes, icons, self
        )
        self._late: LatePanels | None = None
        self.journal = JournalPanel(themes)
        self.run_bar = RunBar(self.all_actions, themes, icons)
        self.files = FileCommands(parts.document, parts.controller, parts.settings, self)
        self._status = StatusLine(themes)
        self._diverged: list[Event] = []  # of the present run, from the first to go
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self._tell_diverged)
        parts.store.set_summary(parts.settings.seed_summary)
        self.seed_choice = SeedSummaryChoice()
        self._assemble()
        self.docks = Docks(self)
        self.docks.journal.setWidget(self.journal)
        self._first_layout = self.saveState()
        self.live_view = LiveView(
            parts.document, parts.store, parts.controller, self.loss_plot, self
        )
        self.commands = RunCommands(
            parts.document, parts.controller, parts.settings, self.all_actions, self.run_bar, self
        )
        build_menus(self, self.all_actions, self.files, self.docks.all, parts.settings)
        self._connect()
        self._restore_layout()
        self._show_title()
        if complete:
            self.complete()

    @property
    def panels(self) -> "LatePanels":
        """What `complete` made. Raises RuntimeError before."""
        if self._late is None:
            raise RuntimeError("the window is not complete yet")
        return self._late

    @property
    def experiment_panel(self) -> "ExperimentPanel":
        """What the experiment's dock holds."""
        return self.panels.experiment

    @property
    def backprop_panel(self) -> "BackpropPanel":
        """What the Backprop dock holds."""
        return self.panels.backprop

    @property
    def histograms(self) -> "HistogramPanel":
        """The layers under the losses."""
        return self.panels.histograms

    @property
    def live_layers(self) -> "LiveLayers":
        """What fills the panels about layers."""
        return self.panels.live_layers

    def complete(self) -> None:
        """Make the panels at the sides and under the losses."""
        from gui.late_panels import LatePanels  # after the first paint

        parts = self._parts
        self._late = LatePanels(
            parts.document,
            parts.store,
            parts.gate,
            parts.controller,
            parts.themes,
            parts.icons,
            self._layers,
            self,
        )
        self._late.notice.connect(self.show_notice)
        self._late.experiment.variants.patterns_wanted.connect(self.views.ask_for_patterns)
        self._late.place(self.docks, self.loss_plot)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.files.drop(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is unsaved, end the training, and close when it has ended."""
        if not self._closing:
            self._closing = True
            self.files.keep_draft()
            self._parts.settings.window_geometry = self.saveGeometry()
            self._parts.settings.window_state = self.saveState()
            self._parts.settings.save()
            self._parts.controller.forget()
            if self._late is not None:
                self._late.questions.close()
        sweeps_ended = self.sweeps.close()
        if self._parts.gate.close() and sweeps_ended:
            self._close_again.stop()
            event.accept()
            return
        event.ignore()
        self.setEnabled(False)
        self._close_again.start()

    @Slot(str)
    def show_notice(self, text: str) -> None:
        """A line at the bottom, in place of the last one, for a few seconds."""
        self._status.show_news(text)

    @Slot(str)
    def show_problem(self, text: str) -> None:
        """What went wrong, at the bottom, until something else is said."""
        self._status.show_problem(text)

    @Slot()
    def _on_journal_changed(self) -> None:
        record, document = self._parts.store.current, self._parts.document
        began_as = record.experiment if record is not None else document.experiment
        controller = self._parts.controller
        self.journal.set_journal(controller.journal, began_as, controller.planned)
        self._take_back_idle()

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        self._idle = event.variant if event.kind == "nothing trainable" else self._idle
        text = f"{self._variant_name(event.variant)}: {event.text}"
        if event.kind == "diverged":
            self._diverged.append(event)
            self._telling.start()  # once, of all that go at this moment
        elif event.kind == "nothing trainable" and self._is_alone():
            self.show_problem(text)
        elif event.kind == "nothing trainable":  # among others it is there to be compared with
            self.show_notice(text)
        elif event.kind == "failed":
            self.show_problem(self.tr("The run failed: {0}").format(event.text.splitlines()[-1]))
        elif event.kind == "started":
            self._diverged = []
            self.show_notice("")

    @Slot()
    def _tell_diverged(self) -> None:
        running = self._parts.controller.running_experiment
        if running is not None and self._diverged:
            details = divergence_list(self._diverged, running)
            self._status.show_problem(divergence_text(self._diverged, running), details)

    def _is_alone(self) -> bool:
        """Whether the run trains a single variant."""
        running = self._parts.controller.running_experiment
        return running is None or len(running.variants) == 1

    def _variant_name(self, variant_id: str | None) -> str:
        running = self._parts.controller.running_experiment
        variants = running.variants if running is not None else ()
        names = {variant.id: variant.name for variant in variants}
        return names.get(variant_id or "", variant_id or "")

    @Slot()
    def _show_title(self) -> None:
        document = self._parts.document
        path = document.path
        name = path.name if path else document.experiment.name
        plain = name.replace("[*]", "[*][*]")  # a single one is where Qt puts its star
        self.setWindowTitle(f"{plain}[*] – Frostline")
        self.setWindowModified(document.modified)

    @Slot()
    def _show_about(self) -> None:
        from gui.dialogs.about import AboutDialog  # seldom opened, and every start would load it

        AboutDialog(self._parts.icons, self).open()

    @Slot()
    def _show_shortcuts(self) -> None:
        from gui.dialogs.shortcuts import ShortcutsDialog

        late, keys = self._late, list[tuple[str, str]]()
        if late is not None:
            keys = [*late.experiment.shortcuts(), *late.backprop.shortcuts()]
        ShortcutsDialog(self.all_actions.all(), keys, self).open()

    @Slot()
    def _reset_layout(self) -> None:
        self.restoreState(self._first_layout)

    @Slot(object)
    def _set_seed_summary(self, summary: SeedSummary) -> None:
        self._parts.settings.seed_summary = summary
        self._parts.store.set_summary(summary)
        self.seed_choice.set_summary(summary)

    @Slot(bool)
    def _set_log_axis(self, on: bool) -> None:
        self._parts.settings.log_axis = on
        self.loss_plot.set_log(on)

    def _take_back_idle(self) -> None:
        """Say no longer that nothing is trainable once something is."""
        running = self._parts.controller.running_experiment
        if self._idle is None or running is None:
            return
        idle = [v for v in running.variants if v.id == self._idle]
        if not idle or any(updated_layers(running.layers, idle[0])):
            self._idle = None
            self.show_notice("")

    def _assemble(self) -> None:
        """The run bar on top, loss over weights in the middle, the status line below."""
        themes = self._parts.themes
        views = TitledPanel(themes, self.tr("Loss"), self.views.stack)
        layers = self._layers = TitledPanel(themes, self.tr("Layers"), QWidget())
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.setHandleWidth(8)
        middle.setChildrenCollapsible(False)
        middle.addWidget(views)
        middle.addWidget(layers)
        middle.setStretchFactor(0, 3)
        middle.setStretchFactor(1, 2)
        middle.setSizes([320, 300])
        self.views.stand_in(views, self.seed_choice, layers)
        self.setCentralWidget(middle)
        self.addToolBar(self.run_bar)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._status, 1)

    def _restore_layout(self) -> None:
        settings = self._parts.settings
        if not self.restoreGeometry(settings.window_geometry):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.restoreState(settings.window_state)

    def _connect(self) -> None:
        parts, actions, files = self._parts, self.all_actions, self.files
        parts.document.changed.connect(self._show_title)
        parts.document.changed.connect(self._on_journal_changed)
        parts.document.path_changed.connect(self._show_title)
        parts.document.modified_changed.connect(self._show_title)
        parts.controller.journal_changed.connect(self._on_journal_changed)
        parts.controller.happened.connect(self._on_happened)
        parts.controller.refused.connect(self.show_problem)
        files.told.connect(self.show_notice)
        self.views.notice.connect(self.show_notice)
        self.views.problem.connect(self.show_problem)
        self.views.connect_actions(actions)
        self.seed_choice.set_summary(parts.store.summary)
        self.seed_choice.set_seeds(self.live_view.seeds)
        self.live_view.seeds_changed.connect(self.seed_choice.set_seeds)
        self.seed_choice.chosen.connect(self._set_seed_summary)
        self.sweeps.notice.connect(self.show_notice)
        actions.sweep.triggered.connect(self.sweeps.open)
        self.loss_plot.notice.connect(self.show_notice)
        self.loss_plot.log_toggled.connect(actions.log_axis.setChecked)
        files.refused.connect(self.show_problem)
        actions.undo.triggered.connect(self._status.take_back_news)  # what it tells is undone
        actions.new.triggered.connect(files.new)
        actions.open.triggered.connect(files.open)
        actions.save.triggered.connect(files.save)
        actions.save_as.triggered.connect(files.save_as)
        actions.quit.triggered.connect(self.close)
        actions.log_axis.setChecked(parts.settings.log_axis)
        actions.log_axis.toggled.connect(self._set_log_axis)
        self.loss_plot.set_log(parts.settings.log_axis)
        actions.reset_layout.triggered.connect(self._reset_layout)
        actions.shortcuts.triggered.connect(self._show_shortcuts)
        actions.about.triggered.connect(self._show_about)
        themes: dict[Preference, QAction] = {
            "system": actions.theme_system,
            "light": actions.theme_light,
            "dark": actions.theme_dark,
        }
        themes[parts.appearance.preference].setChecked(True)
        for preference, action in themes.items():
            action.triggered.connect(partial(parts.appearance.set_preference, preference))
