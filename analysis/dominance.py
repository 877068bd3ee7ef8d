"""Dominance analysis: how R² falls to the predictors, over every subset of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, isnan
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.regression import engine
from analysis.regression.design import build
from analysis.result import NotApplicable, Number

MOST = 15
"""Subsets of more predictors than this are too many: 2¹⁵ = 32,768."""


@dataclass(frozen=True)
class Weight:
    """General dominance of one predictor: its mean contribution to R² over all subsets, and its share of R²."""

    predictor: str
    weight: float
    share: float


@dataclass(frozen=True)
class Pairwise:
    """How often one predictor adds more than another: at 1 it dominates completely, at 0 it is dominated."""

    first: str
    second: str
    dominance: float


@dataclass(frozen=True)
class Dominance:
    """Dominance of the predictors of one outcome; a category is one predictor.

    missing: 'listwise', or 'mi': means over ``imputations`` completed data sets.
    """

    kind: ClassVar[str] = "dominance"
    outcome: str
    n: int
    dropped: int
    r2: float
    weights: tuple[Weight, ...]
    pairs: tuple[Pairwise, ...]
    notes: tuple[str, ...] = ()
    missing: str = "listwise"
    imputations: int = 0

    def numbers(self) -> tuple[Number, ...]:
        """n and r2; weight and share of each predictor; dominance of each pair."""
        rows = [("", "n", float(self.n)), ("", "r2", self.r2)]
        for one in self.weights:
            rows += [(one.predictor, "weight", one.weight), (one.predictor, "share", one.share)]
        rows += [(f"{pair.first}~{pair.second}", "dominance", pair.dominance) for pair in self.pairs]
        return tuple(Number(self.outcome, term, name, value) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a predictor: predictor, weight, share."""
        return pd.DataFrame(
            [(w.predictor, w.weight, w.share) for w in self.weights], columns=["predictor", "weight", "share"]
        )


def dominance(
    frames: Sequence[pd.DataFrame], outcome: str, predictors: Sequence[str]
) -> Dominance | NotApplicable:  # fmt: skip
    """General dominance weights of two to fifteen predictors.

    frames: the data set, or m completed ones, over which weights are averaged. Rows with a missing value are left out.

    weight = mean over sizes s of the mean over subsets S of s other predictors of R²(S + x) − R²(S) (Azen & Budescu
    2003; the LMG of Lindeman, Merenda & Gold 1980); weights add up to R². The dominance of a over b is the share of
    subsets of the others in which a adds more. Returns NotApplicable where a regression on all cannot be done.

    >>> data = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "z": [1.0, -1, 0, 0, -1, 1], "y": [1.0, 2, 4, 3, 5, 7]})
    >>> found = dominance([data], "y", ["x", "z"])
    >>> round(found.r2 - sum(one.weight for one in found.weights), 12)
    0.0
    """
    try:
        if len(predictors) < 2:
            raise UnsuitableError("dominance is of two predictors or more")
        if len(predictors) > MOST:
            raise UnsuitableError(f"{len(predictors)} predictors have too many subsets; name at most {MOST}")
        made = [_one(frame, outcome, predictors) for frame in frames]
    except UnsuitableError as reason:
        return NotApplicable(Dominance.kind, outcome, str(reason))
    n, dropped, notes = made[0][:3]
    r2s = np.mean([one[3] for one in made], axis=0)
    weights, pairs = _weigh(np.asarray(r2s), len(predictors))
    whole = float(r2s[-1])
    named = tuple(Weight(name, w, w / whole) for name, w in zip(predictors, weights, strict=True))
    two = tuple(Pairwise(predictors[i], predictors[j], d) for i, j, d in pairs)
    many = len(made) > 1
    return Dominance(
        outcome, n, dropped, whole, named, two, notes, "mi" if many else "listwise", len(made) if many else 0
    )


def _one(frame: pd.DataFrame, outcome: str, predictors: Sequence[str]) -> tuple[int, int, tuple[str, ...], np.ndarray]:
    """n, rows left out, notes, and R² of each subset; bit i of a subset's number is predictor i."""
    design = build(frame, outcome, [[name] for name in predictors], None)
    basis = engine.fit(design)
    tiles = [turned.copy() for turned, _ in engine.steps(design, basis)]
    turned = np.concatenate(tiles, axis=1)
    back = np.linalg.inv(basis.transform)
    columns = (back @ turned) / basis.norm[:-1, None]
    correlation = columns @ columns.T
    with_outcome = (back @ basis.w) / basis.norm[:-1]
    starts = (0, *design.ends)
    members = [list(range(starts[i], starts[i + 1])) for i in range(len(predictors))]
    found = np.zeros(2 ** len(predictors))
    for subset in range(1, len(found)):
        rows = [row for i, held in enumerate(members) if subset >> i & 1 for row in held]
        r = with_outcome[rows]
        found[subset] = r @ np.linalg.solve(correlation[np.ix_(rows, rows)], r)
    return design.n, design.dropped, design.notes, found


def _weigh(r2: np.ndarray, k: int) -> tuple[list[float], list[tuple[int, int, float]]]:
    """General dominance of each predictor, and complete dominance of each pair, from R² of all subsets."""
    subsets = np.arange(2**k)
    size = np.array([int(s).bit_count() for s in subsets])
    weights = []
    for i in range(k):
        without = subsets[(subsets >> i & 1) == 0]
        share = np.array([1 / (k * comb(k - 1, int(s))) for s in size[without]])
        weights.append(float(np.sum(share * (r2[without | 1 << i] - r2[without]))))
    pairs = []
    for i in range(k):
        for j in range(i + 1, k):
            without = subsets[((subsets >> i & 1) == 0) & ((subsets >> j & 1) == 0)]
            apart = r2[without | 1 << i] - r2[without | 1 << j]
            # as the paper counts: half where neither adds more
            pairs.append((i, j, float(np.mean(np.where(np.abs(apart) < 1e-12, 0.5, apart > 0)))))
    return weights, pairs
