"""What every analysis returns: numbers with names, or a reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import ClassVar, Protocol, runtime_checkable

import pandas as pd


@dataclass(frozen=True)
class Number:
    """One number of a result, as a row of ``results.csv`` names it.

    target: the scale, outcome or pair it is about ('' where it is about all the data).
    term: the item, predictor, effect or level ('' where none).
    statistic: its name in ``analysis.names``.
    value: at full precision; rounding happens only when rendering.
    """

    target: str
    term: str
    statistic: str
    value: float


@runtime_checkable
class Result(Protocol):
    """What every analysis returns; concrete results are frozen dataclasses."""

    kind: ClassVar[str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader ought to know of how the numbers came about, as sentences."""
        ...

    def numbers(self) -> tuple[Number, ...]:
        """Every number of the result, unique in (target, term, statistic)."""
        ...

    def frame(self) -> pd.DataFrame:
        """The result as a tidy frame with snake_case columns, for people and plots."""
        ...


@dataclass(frozen=True)
class NotApplicable:
    """An analysis that could not be done; ``reason`` completes the sentence 'Not applicable, because …'."""

    kind: str
    target: str
    reason: str
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """One row that says that there is no number."""
        return (Number(self.target, "", "not_applicable", nan),)

    def frame(self) -> pd.DataFrame:
        """One row: kind, target, reason."""
        return pd.DataFrame({"kind": [self.kind], "target": [self.target], "reason": [self.reason]})

    def __str__(self) -> str:
        return f"Not applicable, because {self.reason}"
