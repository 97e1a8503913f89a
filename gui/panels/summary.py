"""The network's summary: layer, output shape, parameters, trains, and the totals of variants."""

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.experiment import Experiment
from engine.summary import summarize
from gui.document import Document
from gui.icons import Icons
from gui.models.summary_table import SummaryTable, VariantTotals
from gui.models.summary_text import copied_text, counts_lines, notes_text, source_text
from gui.panels.summary_painting import EDGE, SummaryDelegate, TotalsDelegate
from gui.panels.summary_view import SummaryView
from gui.theme import ThemeSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fonts import title_font
from gui.widgets.ink_label import InkLabel

MOST_LAYERS = 64  # as many as an experiment can have
MOST_VARIANTS = 12
"""With more of them, their table scrolls by itself."""
NARROWEST = 260


class SummaryPanel(QScrollArea):
    """Shows the network of the selected variant as people know it from Keras.

    It scrolls up and down but never sideways.
    """

    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._themes = themes
        self._table = SummaryTable(self)
        self._totals = VariantTotals(self)
        self._layers = SummaryView(self._table, SummaryDelegate(themes), MOST_LAYERS)
        self._variants = SummaryView(self._totals, TotalsDelegate(themes), MOST_VARIANTS)
        self._content = QFrame()
        self._name = ElidedLabel()
        self._source = InkLabel(themes)
        self._numbers: tuple[InkLabel, ...] = ()
        self._notes = InkLabel(themes)
        self.copy = self._make_copy(icons)
        self._assemble()
        self._layers.current_moved.connect(self._on_current_moved)
        self._variants.current_moved.connect(self._on_current_moved)
        self._variants.selectionModel().currentRowChanged.connect(self._on_row_entered)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)
        themes.changed.connect(self._on_theme_changed)
        self._show()

    @property
    def source(self) -> str:
        """The line that says what reaches the first layer."""
        return self._source.text()

    @property
    def totals(self) -> tuple[str, ...]:
        """Total, trainable and non-trainable parameters of the selected variant, as shown."""
        return tuple(label.text() for label in self._numbers)

    @property
    def notes(self) -> str:
        """The sentences under the numbers."""
        return self._notes.text()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    @Slot(str)
    def _on_variant_selected(self, variant_id: str) -> None:
        self._show()

    @Slot(QModelIndex, QModelIndex)
    def _on_row_entered(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._document.view.select(self._totals.ids[current.row()])

    @Slot(QRect)
    def _on_current_moved(self, row: QRect) -> None:
        """Keep the row with the keyboard in sight."""
        view = self.sender()
        if isinstance(view, QWidget):
            top_left = view.mapTo(self._content, row.topLeft())
            self.ensureVisible(top_left.x(), top_left.y(), 0, 8)
            self.ensureVisible(top_left.x(), top_left.y() + row.height(), 0, 8)

    @Slot()
    def _on_copy(self) -> None:
        document = self._document
        text = copied_text(document.experiment, document.view.selected_variant)
        QApplication.clipboard().setText(text)
        self.notice.emit(self.tr("Summary copied"))

    @Slot()
    def _on_theme_changed(self) -> None:
        for view in (self._layers, self._variants):
            view.viewport().update()

    def _show(self) -> None:
        experiment = self._document.experiment
        selected = self._document.view.selected_variant
        summary = summarize(experiment, experiment.variant(selected))
        self._name.set_text(summary.variant)
        self._source.setText(source_text(summary))
        self._table.set_rows(summary.rows)
        for label, (_, number, _) in zip(self._numbers, counts_lines(summary.counts), strict=True):
            label.setText(number)
        self._notes.setText(notes_text(summary))
        self._notes.setVisible(bool(summary.notes))
        self._totals.set_experiment(experiment)
        self._variants.setVisible(len(experiment.variants) > 1)
        row = self._totals.ids.index(selected)
        if self._variants.currentIndex().row() != row:
            self._variants.selectRow(row)

    def _make_copy(self, icons: Icons) -> QAction:
        copy = QAction(self.tr("Copy as text"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.setToolTip(
            self.tr("Copy this summary, and the totals of all variants, as text in columns")
        )
        copy.triggered.connect(self._on_copy)
        icons.bind(copy, "duplicate")
        self.addAction(copy)
        return copy

    def _assemble(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the tables in it take it
        self.setMinimumWidth(NARROWEST)
        self._layers.setAccessibleName(self.tr("Summary of the layers, from input to output"))
        self._variants.setAccessibleName(self.tr("Parameters of every variant"))
        self._notes.setWordWrap(True)
        self._notes.setContentsMargins(EDGE, 0, EDGE, 0)
        self._name.setFont(title_font(self._name.font()))
        self._name.setContentsMargins(EDGE, 0, EDGE, 0)
        self._source.setWordWrap(True)
        self._source.setContentsMargins(EDGE, 0, EDGE, 0)
        self._source.setToolTip(
            self.tr("What reaches the first layer. Flatten takes images apart into rows of pixels.")
        )
        self._content.setProperty("panel", True)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._name)
        column.addWidget(self._source)
        column.addWidget(self._layers)
        column.addLayout(self._make_totals())
        column.addWidget(self._notes)
        column.addWidget(self._variants)
        column.addWidget(self._make_button(), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(self._content)

    def _make_button(self) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self.copy)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(self.copy.text())
        button.setAutoRaise(True)
        return button

    def _make_totals(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(EDGE, 0, EDGE, 0)
        grid.setSpacing(4)
        experiment = self._document.experiment
        counts = summarize(experiment, experiment.variants[0]).counts
        numbers = []
        for row, (what, _, definition) in enumerate(counts_lines(counts)):
            words, number = InkLabel(self._themes, text=what), InkLabel(self._themes, "text")
            number.setAccessibleDescription(what)
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for label in (words, number):
                label.setToolTip(definition)
            grid.addWidget(words, row, 0)
            grid.addWidget(number, row, 1)
            numbers.append(number)
        self._numbers = tuple(numbers)
        return grid
