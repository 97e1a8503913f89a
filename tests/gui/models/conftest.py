import pytest

from gui.models.layer_edits import LayerEdits
from gui.models.layer_table import LayerTable


@pytest.fixture
def edits(document):
    return LayerEdits(document)


@pytest.fixture
def table(document, edits):
    return LayerTable(document, edits)
