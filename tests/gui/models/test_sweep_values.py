"""Values as a person writes them, and what is said of those that cannot be read."""

import re

import pytest

from gui.models.sweep_values import Numbers, Words, read_values, write_values
from gui.widgets.number_range import NumberRange

WHOLE = Numbers(NumberRange(lowest=1, highest=1_000_000, whole=True))
RATE = Numbers(NumberRange(lowest=0, highest=10))
OPTIMIZER = Words((("sgd", "SGD"), ("adamw", "AdamW"), ("leaky_relu", "leaky relu")))


@pytest.mark.parametrize(
    ("reader", "text", "values"),
    [
        (WHOLE, "16, 32,64", (16, 32, 64)),
        (WHOLE, "16 32;64", (16, 32, 64)),
        (WHOLE, "1-4, 9", (1, 2, 3, 4, 9)),
        (RATE, "1e-4, 0.3", (1e-4, 0.3)),
        (OPTIMIZER, "sgd, ADAMW", ("sgd", "adamw")),
        (OPTIMIZER, " leaky relu ,", ("leaky_relu",)),
        (OPTIMIZER, "Leaky_ReLU", ("leaky_relu",)),
    ],
)
def test_values_are_read_and_written_back(reader, text, values):
    assert read_values(reader, text) == values
    assert [type(value) for value in read_values(reader, text)] == [type(v) for v in values]
    assert read_values(reader, write_values(reader, values)) == values


@pytest.mark.parametrize(
    ("reader", "text", "advice"),
    [
        (WHOLE, "16, many", "a whole number from 1 to 1,000,000, not “many”"),
        (WHOLE, "16, 0", "from 1 to 1,000,000, not “0”"),
        (WHOLE, "1.5", "a whole number"),
        (WHOLE, "5-0", "a whole number"),
        (RATE, "-0.1", "from 0 to 10"),
        (RATE, "nan", "a number"),
        (WHOLE, " ", "at least one value"),
        (WHOLE, "16, 32, 16", "16 stands there twice"),
        (WHOLE, "1-2000", "more than 1,000 values"),
        (OPTIMIZER, "sgd, lion", "“lion” is none of them; there are SGD, AdamW, leaky relu"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_could(reader, text, advice):
    with pytest.raises(ValueError, match=re.escape(advice)):
        read_values(reader, text)
