"""The chain of factors of one weight, read out sample by sample."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from engine.chain_rule_values import FactorChain
from gui.models.chain_tables import SampleTable, WayTable
from gui.models.chain_text import (
    WayColumn,
    above_text,
    chain_title,
    product_text,
    sum_text,
)
from gui.panels.chain_table import ChainTable
from gui.theme import ThemeSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.ink_label import InkLabel
from gui.widgets.section_title import SectionTitle


class ChainReadout(QWidget):
    """One weight's gradient as products: of one sample in a line, of all of them in a table.

    Going from sample to sample needs no new answer: a chain holds them all.
    """

    sample_chosen = Signal(int)
    """A person went to this sample of the batch, counted from 0."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chain: FactorChain | None = None
        self._showing = False
        self._title = SectionTitle(themes, self.tr("Chain of factors"))
        self._weight = ElidedLabel()
        self._sample = QSpinBox()
        self._product = InkLabel(themes, "text")
        self._sum = InkLabel(themes)
        self._above = InkLabel(themes)
        self._samples = SampleTable(self)
        self._ways = WayTable(self)
        self._sample_view = ChainTable(self._samples)
        self._way_view = ChainTable(self._ways, elided=WayColumn.WAY)
        self._assemble()
        self._sample.valueChanged.connect(self._on_sample_entered)
        self._sample_view.selectionModel().currentRowChanged.connect(self._on_row_changed)

    @property
    def sample(self) -> int:
        """The sample that is read out, counted from 0."""
        return self._sample.value() - 1

    @property
    def lines(self) -> tuple[str, ...]:
        """What is read out, line by line."""
        if self._chain is None:
            return ()
        title = self.tr("{title}: {weight}").format(
            title=self._title.text(), weight=self._weight.text
        )
        return title, *(label.text() for label in (self._product, self._above, self._sum))

    def set_chain(self, chain: FactorChain | None, checked_step: int | None = None) -> None:
        """Read out this chain; with its step, where that is not the step of the check."""
        self._chain = chain
        self._showing = True
        self._samples.set_chain(chain)
        if chain is not None:
            weight = chain_title(chain)
            if checked_step not in (None, chain.step):
                weight += self.tr(" · step {step}").format(step=f"{chain.step:,}")
            self._weight.set_text(weight)
            self._sum.setText(sum_text(chain))
            self._sample.setRange(1, len(chain.x))
            self._sample.setSuffix(self.tr(" of {count}").format(count=f"{len(chain.x):,}"))
            self._sample.setValue(chain.sample + 1)
        self._showing = False
        self._show_sample()

    @Slot(int)
    def _on_sample_entered(self, number: int) -> None:
        if not self._showing:
            self._show_sample()
            self.sample_chosen.emit(number - 1)

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self._sample.setValue(current.row() + 1)

    def _show_sample(self) -> None:
        chain, sample = self._chain, self.sample
        if chain is None:
            self._ways.set_chain(None, 0)
            return
        self._product.setText(product_text(chain, sample))
        self._above.setText(above_text(chain, sample))
        self._ways.set_chain(chain, sample)
        self._way_view.setVisible(chain.ways is not None)
        self._showing = True
        self._sample_view.selectRow(sample)
        self._showing = False

    def _assemble(self) -> None:
        self._sample.setPrefix(self.tr("sample "))
        self._sample.setAccessibleName(self.tr("Sample of the batch"))
        self._sample.setToolTip(self.tr("The sample of the batch whose factors are multiplied out"))
        self._sample.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._product.setToolTip(
            self.tr(
                "∂L/∂w of one sample: what reaches the weight, times the slope of layer 1's"
                " activation, times what arrives from the layer after."
            )
        )
        self._sample_view.setAccessibleName(self.tr("Factors of every sample"))
        self._way_view.setAccessibleName(self.tr("What arrives from the layer after, unit by unit"))
        self._way_view.setSelectionMode(ChainTable.SelectionMode.NoSelection)
        for label in (self._above, self._sum):
            label.setWordWrap(True)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(8)
        top.addWidget(self._title)
        top.addWidget(self._weight, 1)
        top.addWidget(self._sample)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._sum, 0, 0)
        grid.addWidget(self._above, 0, 1)
        grid.addWidget(self._sample_view, 1, 0)
        grid.addWidget(self._way_view, 1, 1)
        grid.setColumnStretch(0, 10)
        grid.setColumnStretch(1, 9)
        grid.setRowStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._product)
        column.addLayout(grid, 1)
