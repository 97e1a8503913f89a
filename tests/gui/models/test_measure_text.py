"""The numbers' definitions: one for each that the engine measures, with its formula."""

import pytest

from engine.probes import MEASURES as MEASURED
from gui.models.measure_text import MEASURES, definition, formula


def test_the_measures_stand_in_the_engines_order():
    assert MEASURES == MEASURED


def test_every_measure_has_a_definition_of_its_own():
    assert len({definition(measure) for measure in MEASURES}) == len(MEASURES)
    assert len({formula(measure) for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", ["gradient_norm", "output_gradient_norm", "update_ratio"])
def test_a_definition_quotes_its_formula(measure):
    assert formula(measure) in definition(measure)


def test_an_unknown_measure_is_refused():
    with pytest.raises(KeyError):
        definition("loss")
