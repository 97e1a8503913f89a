import pytest

from engine.worker import TrainingWorker


@pytest.fixture
def worker():
    worker = TrainingWorker()
    yield worker
    assert worker.close(timeout=30)
