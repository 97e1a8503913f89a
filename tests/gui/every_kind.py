"""An experiment with a layer of every kind, for whatever shows layers."""

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.layer_specs import (
    PCA,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    Residual,
)

LAYERS: tuple[Layer, ...] = (
    Flatten(id="flatten-1"),
    Dense(id="hidden-1", units=16),
    BatchNorm(id="batch-norm-1"),
    Dropout(id="dropout-1", rate=0.25),
    Residual(id="residual-1", units=12),
    LayerNorm(id="layer-norm-1", activation="relu"),
    PCA(id="pca-1", units=6),
    Dense(id="output", units=1, activation="sigmoid"),
)
"""From input to output; the parameters are 0, 496, 32, 0, 412, 32, 102 and 7."""


def every_kind(**plans: LayerPlan) -> Experiment:
    """With one variant, `all`, that trains every layer; other plans by name, `_` for `-`."""
    given = {name.replace("_", "-"): plan for name, plan in plans.items()}
    layers = {layer.id: given.get(layer.id, LayerPlan()) for layer in LAYERS}
    return Experiment(
        name="Every kind",
        data=DataSpec(name="breast_cancer"),
        layers=LAYERS,
        variants=(Variant(id="all", name="All", layers=layers),),
    )
