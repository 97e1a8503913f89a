"""Small sweeps for tests of the window's part in them."""

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.sweep import Axis, Sweep


def small(epochs: int = 2, seeds: tuple[int, ...] = (1, 2)) -> Experiment:
    """2-3-1 on 40 points, a quarter held out; in the second variant the output stands still."""
    layers = (
        Dense(id="hidden", units=3, activation="tanh"),
        Dense(id="output", units=1, activation="sigmoid"),
    )
    plans = {layer.id: LayerPlan(learning_rate=0.01) for layer in layers}
    still = LayerPlan(trainable=False, learning_rate=0.01)
    return Experiment(
        name="Small",
        data=DataSpec(name="moons", samples=40, validation_fraction=0.25),
        layers=layers,
        training=Training(batch_size=10, epochs=epochs, seeds=seeds),
        variants=(
            Variant(id="all", name="All", layers=plans),
            Variant(id="first", name="First", layers={**plans, "output": still}),
        ),
    )


def quick() -> Sweep:
    """8 runs in one part, trained in a moment."""
    return Sweep(base=small(), axes=(Axis(path="learning_rate", values=(0.01, 0.1)),))


def long() -> Sweep:
    """40 runs, each a part of its own that takes some hundredths of a second."""
    rates = tuple(0.001 * (number + 1) for number in range(10))
    return Sweep(base=small(epochs=15), axes=(Axis(path="learning_rate", values=rates),), stack=1)
