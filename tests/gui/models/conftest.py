from pathlib import Path

import pytest

from engine.experiment import parse_experiment
from gui.document import Document
from gui.models.layer_edits import LayerEdits
from gui.models.layer_table import LayerTable

EXAMPLE = Path(__file__).parents[3] / "resources" / "examples" / "first-layer-only.json"


@pytest.fixture
def experiment():
    """30-16-8-1 on breast cancer; the variants are `all` and `first`."""
    return parse_experiment(EXAMPLE.read_bytes())


@pytest.fixture
def document(qapp, experiment):
    return Document(experiment)


@pytest.fixture
def edits(document):
    return LayerEdits(document)


@pytest.fixture
def table(document, edits):
    return LayerTable(document, edits)
