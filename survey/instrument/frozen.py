"""Building blocks of models of files: a mapping that cannot change, and the base class of every model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dict that refuses every change, can be hashed, pickled and copied."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("this mapping cannot change")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __copy__(self) -> Frozen[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Frozen[K, V]:
        return self


Table = Annotated[Mapping[K, V], AfterValidator(Frozen), Field(strict=False)]
"""A mapping field that is frozen once it is read."""

Row = Annotated[tuple[V, ...], Field(strict=False)]
"""A list in the file, a tuple in the model."""


class Model(BaseModel):
    """Frozen, strict about types and unknown keys: a misspelt key is an error, never ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )
