"""The sentences of the chain-rule check follow its numbers, whatever they say."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.chain_rule_values import (
    Alteration,
    AlteredGradient,
    ChainRuleCheck,
    FactorChain,
    PickedWeight,
    WaysUp,
)
from gui.models.chain_figures import apart_text, figure, plain_figure, weight_name
from gui.models.chain_rule_text import copied_text, details, headline, norm_rows, origin
from gui.models.chain_tables import SampleTable, WayTable, WeightTable
from gui.models.chain_text import above_text, product_text, sum_text, way_rows
from gui.models.chain_weight_text import WeightColumn, alteration_tip, alteration_word, column_title

WEIGHT = PickedWeight(
    row=0,
    column=2,
    input="mean radius",
    value=-0.0851,
    gradient=0.0344,
    difference=0.0344 * (1 + 2e-9),
    detached=None,
    identity=None,
    altered=None,
)
CHECK = ChainRuleCheck(
    step=540,
    variant="first",
    seed=100,
    rows=32,
    loss=0.137,
    layer="hidden-1",
    layer_updated=True,
    cut_at=None,
    middle="hidden-2",
    middle_frozen=True,
    middles=("hidden-2", "output"),
    inputs=("mean radius", "mean texture"),
    units=16,
    weights=(WEIGHT,),
    identity_reason="hidden-2 makes 8 values of 16",
    norm=0.189,
    identity_norm=None,
    frozen_norm=0.189,
    trainable_norm=0.189,
    differing=0,
    values=496,
    altered=None,
)
CHAIN = FactorChain(
    step=540,
    layer="hidden-1",
    row=0,
    column=2,
    input="mean radius",
    value=0.1,
    sample=0,
    x=np.array([1.234, 2.0]),
    slope=np.array([1.0, 0.0]),
    from_above=np.array([-0.0412, 0.5]),
    gradient=-0.0508408,
    ways=WaysUp(
        layer="hidden-2",
        units=np.array([[4, 1], [0, 2]]),
        gradients=np.array([[0.1, 0.2], [0.5, 0.0]]),
        weights=np.array([[-0.6, 0.1], [1.0, 2.0]]),
        others=np.array([0.0, 0.0]),
        other_count=0,
        around=None,
        kept=np.array([1.0, 1.0]),
    ),
    reason="",
)


right = Qt.AlignmentFlag.AlignRight


def altered(kind, norm, cosine, factor=2.0):
    return replace(CHECK, altered=AlteredGradient(Alteration(kind, factor), norm, cosine))


def test_a_frozen_layer_passes_the_gradient_to_the_last_bit():
    assert headline(CHECK) == (
        "hidden-2 is frozen and still passes the gradient: freezing it changed hidden-1's gradient"
        " by not a single bit."
    )


def test_a_trainable_layer_would_pass_it_as_well():
    assert headline(replace(CHECK, middle_frozen=False)) == (
        "hidden-2 is trainable; freezing it would change hidden-1's gradient by not a single bit."
    )


def test_a_difference_in_bits_is_said_with_its_size():
    found = headline(replace(CHECK, differing=3, trainable_norm=0.191))
    assert found == (
        "Whether hidden-2 is frozen changes 3 of 496 values of hidden-1's gradient: its length is"
        " 0.189 or 0.191."
    )


def test_no_gradient_is_not_called_passing():
    found = headline(replace(altered("zero", 0.0, None), norm=0.0))
    assert "passes" not in found
    assert found.startswith("hidden-1's gradient is 0 in all its values")
    assert "nothing arrives" not in found  # nothing did before


@pytest.mark.parametrize(
    ("check", "end"),
    [
        (altered("zero", 0.0, None), "; with its weights at 0 nothing arrives."),
        (
            altered("zero", 0.1, 0.9),
            "; with its weights at 0 still 0.100 arrives, of 0.189, by another way than through"
            " them.",
        ),
        (
            altered("scale", 0.309, 0.5),
            "; with its weights times 2 the gradient is 0.309 long instead of 0.189 and turned by"
            " 60°.",
        ),
        (
            altered("scale", 0.309, 1.0, 0.5),
            "; with its weights times 0.5 the gradient is 0.309 long instead of 0.189.",
        ),
        (altered("scale", 0.189, 1.0, 1.0), "; with its weights times 1 it stays the same."),
        (
            altered("shuffle", 0.2, 0.0),
            "; with its weights shuffled the gradient is 0.200 long instead of 0.189 and turned by"
            " 90°.",
        ),
        (
            altered("scale", 0.0, None),
            "; with its weights times 2 the gradient is 0 long instead of 0.189.",
        ),
    ],
)
def test_the_headline_says_how_the_gradient_followed(check, end):
    assert headline(check) == headline(CHECK).removesuffix(".") + end


def test_the_details_say_what_detaching_and_finite_differences_gave():
    assert details(CHECK) == (
        "With hidden-2's output detached there is no gradient at all. Finite differences confirm"
        " autograd to 2.0e-9 or better."
    )
    arrives = replace(CHECK, weights=(replace(WEIGHT, detached=0.1),))
    assert details(arrives).startswith("Even with hidden-2 detached a gradient arrives.")
    apart = replace(CHECK, weights=(replace(WEIGHT, difference=0.05),))
    assert "up to 3.1e-1 apart from autograd" in details(apart)
    assert "confirm" not in details(apart)


def test_the_details_say_where_the_run_does_otherwise():
    frozen = details(replace(CHECK, layer_updated=False))
    assert frozen.endswith("hidden-1 is itself frozen in this variant: this is the gradient that"
                           " it would have.")  # fmt: skip
    cut = details(replace(CHECK, layer_updated=False, cut_at="output"))
    assert cut.endswith("In this variant output is detached, so in the run none of this reaches"
                        " hidden-1.")  # fmt: skip


def test_what_the_numbers_are_of():
    assert origin(CHECK, "First only") == (
        "First only · seed 100 · batch of step 540, 32 samples · loss 0.137"
    )


def test_bars_have_no_zero_where_there_is_no_number():
    as_it_is, changed, detached, identity = norm_rows(CHECK)
    assert as_it_is == ("as it is", 0.189, "0.189")
    assert changed == ("hidden-2, weights altered", None, "–")
    assert detached == ("hidden-2 detached", None, "none")
    assert identity == ("hidden-2 as identity", None, "– hidden-2 makes 8 values of 16")
    _, changed, *_ = norm_rows(altered("scale", 0.309, 0.9, 0.5))
    assert changed == ("hidden-2, weights ×½", 0.309, "0.309 · cosine 0.900")
    _, changed, *_ = norm_rows(altered("zero", 0.0, None))
    assert changed == ("hidden-2, weights 0", 0.0, "0")


@pytest.mark.parametrize(
    ("value", "text", "plain"),
    [
        (0.0, "0", "0"),
        (1.0, "1.00", "1"),
        (-0.04123, "−0.0412", "−0.0412"),
        (12345.0, "12300", "12300"),
        (1.2345e-9, "1.23e-9", "1.23e-9"),
        (-5e-12, "−5.00e-12", "−5.00e-12"),
        (100.0, "100", "100"),
        (float("nan"), "not finite", "not finite"),
    ],
)
def test_numbers_have_three_significant_digits(value, text, plain):
    assert figure(value) == text
    assert plain_figure(value) == plain


def test_relative_differences_and_names():
    assert apart_text(1.234e-9) == "1.2e-9"
    assert apart_text(0.0) == "0"
    assert figure(None) == "–"
    assert weight_name("mean radius", 2) == "mean radius → unit 3"


def test_alterations_are_named_as_on_their_buttons():
    words = [
        alteration_word(a)
        for a in (None, Alteration("scale"), Alteration("scale", 0.5), Alteration("scale", -1))
    ]
    assert words == ["as it is", "×2", "×½", "×−1"]
    assert alteration_word(Alteration("zero")) == "zero"
    for kind in ("zero", "shuffle", "scale"):
        assert "nothing in the run changes" in alteration_tip(Alteration(kind))
    assert column_title(WeightColumn.ALTERED, None) == "altered"
    assert column_title(WeightColumn.ALTERED, Alteration("scale")) == "×2"


def cells(table, row):
    return [table.index(row, column).data() for column in range(table.columnCount())]


def test_the_table_says_none_where_there_is_no_gradient_and_a_dash_where_nobody_asked(qapp):
    table = WeightTable()
    table.set_check(CHECK)
    assert cells(table, 0) == [
        "mean radius → unit 3", "−0.0851", "0.0344", "0.0344", "2.0e-9", "none", "–", "–", "",
    ]  # fmt: skip
    assert "hidden-2 makes 8 values of 16" in table.cell_tip(0, WeightColumn.IDENTITY)
    given = replace(CHECK, weights=(replace(WEIGHT, detached=0.0, identity=-2.0, altered=0.1),))
    table.set_check(given)
    assert cells(table, 0)[5:8] == ["0", "−2.00", "0.100"]
    assert table.largest == 0.1
    table.set_check(None)
    assert table.rowCount() == 0


def test_a_chain_reads_as_a_product():
    assert product_text(CHAIN, 0) == "x 1.23 × slope 1 × arriving −0.0412 = −0.0508"
    assert product_text(CHAIN, 1) == "x 2.00 × slope 0 × arriving 0.500 = 0"
    assert sum_text(CHAIN) == "Sum of 2 samples −0.0508: exactly autograd's number"
    off = replace(CHAIN, gradient=-0.05)
    assert sum_text(off) == "Sum of 2 samples −0.0508: 1.7e-2 from autograd's number"
    assert above_text(CHAIN, 0) == "Arriving −0.0412, by units of hidden-2"


def test_what_arrives_is_told_unit_by_unit():
    rows = way_rows(CHAIN, 0)
    assert [(r.way, r.gradient, r.weight, r.product) for r in rows] == [
        ("unit 5", "0.100", "−0.600", "−0.0600"),
        ("unit 2", "0.200", "0.100", "0.0200"),
    ]
    more = replace(
        CHAIN.ways,
        others=np.array([0.3, 0.0]),
        other_count=12,
        around=np.array([0.7, 0.0]),
        kept=np.array([2.0, 0.0]),
    )
    rows = way_rows(replace(CHAIN, ways=more), 0)
    assert [(r.way, r.product) for r in rows[2:]] == [
        ("12 other units", "0.300"),
        ("the way around", "0.700"),
        ("dropout between", "× 2"),
    ]


def test_without_ways_it_says_why():
    chain = replace(CHAIN, ways=None, reason="norm normalizes on the way up")
    assert way_rows(chain, 0) == ()
    assert above_text(chain, 0) == "Arriving −0.0412: norm normalizes on the way up."


def test_the_tables_of_a_chain_follow_the_sample(qapp):
    samples, ways = SampleTable(), WayTable()
    samples.set_chain(CHAIN)
    ways.set_chain(CHAIN, 1)
    assert cells(samples, 0) == ["1", "1.23", "1", "−0.0412", "−0.0508"]
    assert cells(samples, 1) == ["2", "2.00", "0", "0.500", "0"]
    assert cells(ways, 0) == ["unit 1", "0.500", "1.00", "0.500"]
    ways.set_chain(CHAIN, 0)
    assert cells(ways, 0)[0] == "unit 5"
    for table in (samples, ways):
        table.set_chain(None, *([0] if table is ways else []))
        assert table.rowCount() == 0


def test_every_column_has_a_definition_and_every_cell_its_words(qapp):
    weights, samples, ways = WeightTable(), SampleTable(), WayTable()
    weights.set_check(altered("scale", 0.3, 0.9))
    samples.set_chain(CHAIN)
    ways.set_chain(CHAIN, 0)
    for table in (weights, samples, ways):
        for column in range(table.columnCount()):
            tip = table.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            assert len(tip) > 10
            assert table.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
            words = table.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
            assert table.index(0, column).data() in words
        assert not table.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) & right
        assert table.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole) & right
    title = weights.headerData(WeightColumn.ALTERED, Qt.Orientation.Horizontal)
    assert title == "×2"
    pictured = weights.index(0, WeightColumn.PICTURE).data(Qt.ItemDataRole.ToolTipRole)
    assert pictured.startswith("0.0344 → –")


def test_a_name_is_no_markup_in_a_tooltip(qapp):
    table = WeightTable()
    table.set_check(replace(CHECK, weights=(replace(WEIGHT, input="<b>"),)))
    assert table.cell_tip(0, WeightColumn.WEIGHT).startswith("<p>&lt;b&gt; →")


def test_the_copied_text_holds_everything():
    text = copied_text(CHECK, "First only", ["Chain of factors: …"])
    assert text.startswith(headline(CHECK) + "\n" + details(CHECK))
    assert "as it is: 0.189" in text
    assert "hidden-2 detached: none" in text
    assert text.rstrip().endswith("Chain of factors: …")
    titles, row = (line for line in text.splitlines() if line.startswith(("weight", "mean radius")))
    assert titles.split() == [
        "weight", "value", "autograd", "differences", "apart", "detached", "identity", "altered",
    ]  # fmt: skip
    assert titles.index("autograd") + len("autograd") == row.index("0.0344") + len("0.0344")
