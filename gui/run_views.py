"""The middle of the window: four views of the present run, each made when it is first wanted."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.theme import ThemeSource
from gui.widgets.segmented_choice import Segment
from gui.widgets.titled_panel import TitledPanel
from gui.widgets.view_stack import ViewStack


class RunViews(QObject):
    """Curves, patterns, results and predictions; what is not seen costs nothing."""

    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""
    problem = Signal(str)
    """Why something was not done."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        controller: RunController,
        gate: EngineGate,
        themes: ThemeSource,
        icons: Icons,
        loss_plot: LossPlot,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._store, self._gate = document, store, gate
        self._controller, self._themes, self._icons = controller, themes, icons
        self._window = window
        self._panel: TitledPanel | None = None
        self._with_curves: tuple[QWidget, ...] = ()
        self.stack = ViewStack(themes, self.tr("Views of the run"))
        add, tr = self.stack.add_view, self.tr
        add(Segment("curves", tr("Curves"), tr("The losses over the epochs")), lambda: loss_plot)
        add(Segment("patterns", tr("Patterns"), tr("A card for every variant")), self._make_lattice)
        results = tr("A table, and two variants compared")
        add(Segment("results", tr("Results"), results), self._make_results)
        answers = tr("What every variant answers")
        add(Segment("predictions", tr("Predictions"), answers), self._make_predictions)

    def stand_in(self, panel: TitledPanel, of_curves: QWidget, below: QWidget) -> None:
        """Let this panel's header hold what chooses the view, and its title name it.

        `of_curves`, in the header, and what stands `below` are seen with the curves only: what
        shows many variants needs its room.
        """
        panel.add_to_header(of_curves)
        panel.add_to_header(self.stack.choice)
        self._panel, self._with_curves = panel, (of_curves, below)
        self.stack.view_changed.connect(self._on_view_changed)

    def connect_actions(self, actions: Actions) -> None:
        """Let the menu lead to the views and the dialog."""
        for key, action in (
            ("curves", actions.view_curves),
            ("patterns", actions.view_patterns),
            ("results", actions.view_results),
            ("predictions", actions.view_predictions),
        ):
            action.triggered.connect(partial(self.stack.show_view, key))
        actions.patterns.triggered.connect(self.ask_for_patterns)

    @Slot()
    def ask_for_patterns(self) -> None:
        """Open the dialog that makes a variant for every freeze pattern."""
        from gui.dialogs.freeze_patterns import FreezePatternsDialog

        dialog = FreezePatternsDialog(self._document, self._themes, self._icons, self._window)
        dialog.accepted.connect(self._on_patterns_made)
        dialog.open()

    def _make_lattice(self) -> QWidget:
        from gui.live_lattice import LiveLattice
        from gui.plots.lattice_view import LatticeView

        view = LatticeView(self._themes)
        LiveLattice(self._document, self._store, self._controller, view, self)
        view.patterns_wanted.connect(self.ask_for_patterns)
        view.variant_chosen.connect(self._on_variant_chosen)
        view.opened.connect(self._on_variant_opened)
        return view

    def _make_results(self) -> QWidget:
        from gui.live_results import LiveResults
        from gui.models.variant_edits import VariantEdits
        from gui.panels.results_panel import ResultsPanel

        panel = ResultsPanel(self._document, self._themes, self._icons)
        LiveResults(self._store, self._controller, panel, self)
        panel.notice.connect(self.notice)
        edits = VariantEdits(self._document, self)
        edits.refused.connect(self.problem)
        panel.controls_wanted.connect(edits.add_controls)
        panel.splits_wanted.connect(self._on_splits_wanted)
        panel.variant_chosen.connect(self._on_variant_chosen)
        panel.opened.connect(self._on_variant_opened)
        return panel

    def _make_predictions(self) -> QWidget:
        from gui.live_predictions import LivePredictions
        from gui.plots.prediction_view import PredictionView

        view = PredictionView(self._themes)
        LivePredictions(self._document, self._store, self._gate, self._controller, view, self)
        view.notice.connect(self.notice)
        view.variant_chosen.connect(self._on_variant_chosen)
        view.opened.connect(self._on_variant_opened)
        return view

    @Slot(str)
    def _on_view_changed(self, key: str) -> None:
        self._controller.set_quick(key == "patterns")
        if self._panel is not None:
            self._panel.set_title(self.tr("Loss") if key == "curves" else self.stack.title(key))
        for widget in self._with_curves:
            widget.setVisible(key == "curves")

    @Slot()
    def _on_patterns_made(self) -> None:
        self.stack.show_view("patterns")

    @Slot()
    def _on_splits_wanted(self) -> None:
        data = self._document.experiment.data.replace(split_per_seed=True)
        experiment = self._document.experiment.replace(data=data)
        self._document.edit(experiment, self.tr("Split for every seed"))
        self.notice.emit(self.tr("Every seed holds out rows of its own from the next run on"))

    @Slot(str)
    def _on_variant_chosen(self, variant: str) -> None:
        """A variant of the run may have left the document meanwhile."""
        if variant in [each.id for each in self._document.experiment.variants]:
            self._document.view.select(variant)

    @Slot(str)
    def _on_variant_opened(self, variant: str) -> None:
        self._on_variant_chosen(variant)
        self.stack.show_view("curves")
