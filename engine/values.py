"""What every value of an experiment shares: frozen, strictly validated, and its basic types."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.consistency import field_problems
from engine.errors import ExperimentError

MAX_SEED = 2**31 - 1

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
WhenFrozen = Literal["inference", "training"]
LearningRate = Annotated[float, Field(ge=0, le=1e9)]


class Value(BaseModel):
    """A frozen, strictly validated value; a change makes a new one.

    Where people see the fields' docstrings, the class says `use_attribute_docstrings=True`: to read
    them takes a moment of every start.
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,  # whole schemas when first used, not every part by itself at the start
    )

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed, validated again.

        Raises ExperimentError when the changed value is not valid.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return type(self)(**(fields | changes))
        except ValidationError as error:
            raise ExperimentError(field_problems(error), type(self).__name__) from error
