"""The words of one weight's chain of factors, sample by sample."""

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from engine.chain_rule_values import FactorChain
from gui.models.chain_figures import apart_text, figure, plain_figure, weight_name
from gui.widgets.number_text import NOTHING

translate = QCoreApplication.translate


class SampleColumn(IntEnum):
    """What stands where in a row of the samples."""

    SAMPLE = 0
    X = 1
    SLOPE = 2
    FROM_ABOVE = 3
    CONTRIBUTION = 4


class WayColumn(IntEnum):
    """What stands where in a row of what arrives from above."""

    WAY = 0
    GRADIENT = 1
    WEIGHT = 2
    PRODUCT = 3


@dataclass(frozen=True)
class WayRow:
    """One summand of what arrives from above, in words."""

    way: str
    gradient: str
    weight: str
    product: str


def product_text(chain: FactorChain, sample: int) -> str:
    """The chain of one sample: x 1.23 × slope 1 × from above −0.0412 = −0.0507."""
    return translate("chain", "x {x} × slope {slope} × arriving {above} = {product}").format(
        x=figure(float(chain.x[sample])),
        slope=plain_figure(float(chain.slope[sample])),
        above=figure(float(chain.from_above[sample])),
        product=figure(float(chain.contribution[sample])),
    )


def sum_text(chain: FactorChain) -> str:
    """What all samples come to, beside autograd's number."""
    words = translate("chain", "Sum of {count} samples {total}: exactly autograd's number")
    if chain.relative_difference:
        words = translate("chain", "Sum of {count} samples {total}: {apart} from autograd's number")
    return words.format(
        count=f"{len(chain.x):,}",
        total=figure(chain.total),
        apart=apart_text(chain.relative_difference),
    )


def chain_title(chain: FactorChain) -> str:
    """Which weight the chain is of."""
    return weight_name(chain.input, chain.column)


def above_text(chain: FactorChain, sample: int) -> str:
    """What stands above the ways up, or why there are none."""
    above = figure(float(chain.from_above[sample]))
    if chain.ways is None:
        return translate("chain", "Arriving {above}: {reason}.").format(
            above=above, reason=chain.reason
        )
    return translate("chain", "Arriving {above}, by units of {layer}").format(
        above=above, layer=chain.ways.layer
    )


def way_rows(chain: FactorChain, sample: int) -> tuple[WayRow, ...]:
    """What adds up to the gradient from above in one sample, the largest terms first."""
    ways = chain.ways
    if ways is None:
        return ()
    rows = [
        WayRow(
            translate("chain", "unit {unit}").format(unit=term.unit + 1),
            figure(term.gradient),
            figure(term.weight),
            figure(term.product),
        )
        for term in ways.terms(sample)
    ]
    if ways.other_count:
        others = translate("chain", "{count} other units").format(count=f"{ways.other_count:,}")
        rows.append(WayRow(others, NOTHING, NOTHING, figure(float(ways.others[sample]))))
    if ways.around is not None:
        around = float(ways.around[sample])
        rows.append(
            WayRow(translate("chain", "the way around"), figure(around), "1", figure(around))
        )
    kept = float(ways.kept[sample])
    if kept != 1:
        rows.append(
            WayRow(
                translate("chain", "dropout between"), NOTHING, NOTHING, f"× {plain_figure(kept)}"
            )
        )
    return tuple(rows)


def sample_cell(chain: FactorChain, sample: int, column: SampleColumn) -> str:
    """What a cell of the samples shows."""
    if column is SampleColumn.SAMPLE:
        return str(sample + 1)
    if column is SampleColumn.SLOPE:
        return plain_figure(float(chain.slope[sample]))
    values = {
        SampleColumn.X: chain.x,
        SampleColumn.FROM_ABOVE: chain.from_above,
        SampleColumn.CONTRIBUTION: chain.contribution,
    }
    return figure(float(values[column][sample]))


def sample_title(column: SampleColumn) -> str:
    """The words above a column of the samples."""
    return {
        SampleColumn.SAMPLE: translate("chain", "sample"),
        SampleColumn.X: "x",
        SampleColumn.SLOPE: translate("chain", "slope"),
        SampleColumn.FROM_ABOVE: translate("chain", "arriving"),
        SampleColumn.CONTRIBUTION: translate("chain", "product"),
    }[column]


def sample_tip(column: SampleColumn) -> str:
    """What the numbers of a column are."""
    return {
        SampleColumn.SAMPLE: translate("chain", "The samples of the batch, in its order."),
        SampleColumn.X: translate("chain", "x: what reaches the weight, ∂z/∂w = x."),
        SampleColumn.SLOPE: translate(
            "chain", "Slope of layer 1's activation a at its pre-activation z: ∂a/∂z."
        ),
        SampleColumn.FROM_ABOVE: translate(
            "chain",
            "∂L/∂a: the gradient at the output of the weight's unit. L is the mean loss, so each"
            " sample counts 1 / samples.",
        ),
        SampleColumn.CONTRIBUTION: translate(
            "chain", "x × slope × arriving: what this sample adds to ∂L/∂w."
        ),
    }[column]


def way_title(column: WayColumn) -> str:
    """The words above a column of what arrives from above."""
    return {
        WayColumn.WAY: translate("chain", "through"),
        WayColumn.GRADIENT: "∂L/∂z",
        WayColumn.WEIGHT: translate("chain", "× weight"),
        WayColumn.PRODUCT: "=",
    }[column]


def way_tip(column: WayColumn) -> str:
    """What the numbers of a column are."""
    return {
        WayColumn.WAY: translate("chain", "The units of the next layer, the largest terms first."),
        WayColumn.GRADIENT: translate(
            "chain", "∂L/∂z of that unit: the gradient at its pre-activation in this sample."
        ),
        WayColumn.WEIGHT: translate(
            "chain", "The weight that leads there. Frozen or not, it is a factor of the chain."
        ),
        WayColumn.PRODUCT: translate("chain", "∂L/∂z × weight. Their sum is what arrives."),
    }[column]
