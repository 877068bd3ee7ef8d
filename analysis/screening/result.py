"""What screening gives: the indices of each respondent, whom the rules exclude and why, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.result import Number

INDICES = (
    "attention_failed",
    "seconds_per_item",
    "longstring",
    "irv",
    "even_odd",
    "mahalanobis_p",
    "psychsyn",
    "psychant",
    "duplicate",
)
"""The indices, in the order of tables."""


@dataclass(frozen=True)
class Spread:
    """One index over all respondents: known by n; NaN where nobody has it."""

    index: str
    n: int
    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Screening:
    """The indices of every respondent that was read, and what the rules made of them.

    values: index ``id``, a column an index that the data have, NaN where it cannot be had. reason: 0 for a respondent
    who stays, else the number of the rule (from 1) that excludes. rules: each in words, with the respondents that it
    excludes (each counted under the first rule that fits) and that it would exclude by itself. items: how many items
    the indices rest on; synonyms, antonyms: pairs of items.
    """

    kind: ClassVar[str] = "screening"

    values: pd.DataFrame
    reason: pd.Series
    rules: tuple[tuple[str, int, int], ...]
    items: int
    synonyms: int
    antonyms: int
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Respondents that were read."""
        return len(self.values)

    @property
    def excluded(self) -> int:
        """Respondents that a rule excludes."""
        return int((self.reason > 0).sum())

    def spreads(self) -> tuple[Spread, ...]:
        """Each index over all respondents."""
        found = []
        for name in self.values.columns:
            values = self.values[name].to_numpy(dtype=np.float64)
            known = values[np.isfinite(values)]
            if not len(known):
                found.append(Spread(name, 0, nan, nan, nan, nan))
                continue
            sd = float(known.std(ddof=1)) if len(known) > 1 else nan
            found.append(Spread(name, len(known), float(known.mean()), sd, float(known.min()), float(known.max())))
        return tuple(found)

    def numbers(self) -> tuple[Number, ...]:
        """n, then every known index of every respondent, with the respondent's id as the term."""
        found = [Number("", "", "n", float(self.n))]
        columns = [(name, self.values[name].to_numpy(dtype=np.float64)) for name in self.values.columns]
        for i, (name, reason) in enumerate(zip(self.values.index, self.reason.to_numpy(), strict=True)):
            found += [Number("", str(name), index, float(v[i])) for index, v in columns if not isnan(v[i])]
            found.append(Number("", str(name), "excluded", float(reason > 0)))
            found.append(Number("", str(name), "reason", float(reason)))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a respondent: the indices, excluded (bool), reason (number of the rule, 0 for none)."""
        return self.values.assign(excluded=self.reason > 0, reason=self.reason)


@dataclass(frozen=True)
class Difference:
    """One estimate without those excluded, and with everyone.

    analysis, target, term: what it is of; statistic: its symbol, 'alpha', 'β', 'r' …
    """

    analysis: str
    target: str
    term: str
    statistic: str
    estimate: float
    n: int
    everyone: float
    n_everyone: int


@dataclass(frozen=True)
class Robustness:
    """What the exclusions change: the estimates that claims rest on, and the reliability of each scale, both ways."""

    kind: ClassVar[str] = "screening"

    rows: tuple[Difference, ...]
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """estimate, estimate_everyone and both n; the target is the analysis, the term what it estimates."""
        found = []
        for row in self.rows:
            term = f"{row.target}: {row.term}" if row.term and row.term != row.target else row.target
            named = {"estimate": row.estimate, "estimate_everyone": row.everyone}
            named |= {"n": float(row.n), "n_everyone": float(row.n_everyone)}
            found += [Number(row.analysis, term, name, value) for name, value in named.items()]
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row an estimate: analysis, target, term, statistic, estimate, n, everyone, n_everyone."""
        return pd.DataFrame([vars(row) for row in self.rows])
