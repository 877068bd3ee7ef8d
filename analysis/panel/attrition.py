"""Attrition: who did not come back, how they differed at the start, and weights that make up for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from analysis.moments import Floats

STEPS = 50


@dataclass(frozen=True)
class Difference:
    """One variable of the first wave: means of those who stayed and left, Welch's t, df and p, and Cohen's d.

    d: stayed less left over their pooled standard deviation; NaN where either group has fewer than two values.
    """

    variable: str
    mean_stayed: float
    mean_left: float
    t: float
    df: float
    p: float
    d: float


@dataclass(frozen=True)
class Weighted:
    """One path by least squares among those who stayed, with HC3 errors: plain (``weighted`` False) or weighted."""

    outcome: str
    predictor: str
    weighted: bool
    b: float
    se: float
    t: float
    df: float
    p: float


@dataclass(frozen=True)
class Attrition:
    """Who of those that were there in the first wave was there in the last.

    n: in the first wave. stayed: of them in the last as well. weight_min, weight_max: of the stabilised weights, the
    share that stayed over each person's probability of staying; NaN where ``reason`` says why there are none.
    """

    n: int
    stayed: int
    differences: tuple[Difference, ...]
    paths: tuple[Weighted, ...]
    weight_min: float
    weight_max: float
    reason: str


def attrition(frame: pd.DataFrame, x: Sequence[str], y: Sequence[str], covariates: Sequence[str]) -> Attrition:
    """Compare those who stayed to the last wave with those who left, and weigh the last wave's paths.

    The probability of staying is a logistic regression on the first wave's x and y and the covariates, among those who
    have them all; weights are stabilised (Robins, Hernan & Brumback 2000). Each path of the last wave is then a
    least-squares regression on the wave before and the covariates with HC3 errors, plain and weighted, of the same
    people.
    """
    there = frame[[x[0], y[0]]].notna().any(axis=1).to_numpy()
    back = frame[[x[-1], y[-1]]].notna().any(axis=1).to_numpy()
    first = [x[0], y[0], *covariates]
    differences = tuple(_difference(frame, name, there & back, there & ~back) for name in first)
    n, stayed = int(there.sum()), int((there & back).sum())
    if stayed in (0, n):
        reason = "nobody left" if stayed == n else "nobody stayed"
        return Attrition(n, stayed, differences, (), np.nan, np.nan, reason)
    start = frame[first].to_numpy(dtype=np.float64)
    known = there & np.isfinite(start).all(axis=1)
    chance = staying(start[known], back[known].astype(np.float64))
    if isinstance(chance, str):
        return Attrition(n, stayed, differences, (), np.nan, np.nan, chance)
    weight = np.full(len(frame), np.nan)
    weight[known] = back[known].mean() / chance
    used = weight[known & back]
    before = list(dict.fromkeys([x[-2], y[-2], *covariates]))
    paths: list[Weighted] = []
    for outcome in (x[-1], y[-1]):
        columns = frame[[outcome, *before]].to_numpy(dtype=np.float64)
        rows = known & back & np.isfinite(columns).all(axis=1)
        for weighted in (False, True):
            w = weight[rows] if weighted else np.ones(int(rows.sum()))
            paths += _paths(columns[rows], w, outcome, before[:2], weighted)
    return Attrition(n, stayed, differences, tuple(paths), float(used.min()), float(used.max()), "")


def staying(predictors: Floats, stayed: Floats) -> Floats | str:
    """Probability of staying by logistic regression (n,); a reason in words where it has no maximum."""
    centre, scale = predictors.mean(axis=0), predictors.std(axis=0)
    varies = scale > 0
    design = np.column_stack([np.ones(len(predictors)), (predictors - centre)[:, varies] / scale[varies]])
    none = "the probability of staying has no estimate: "
    if min(stayed.sum(), len(stayed) - stayed.sum()) < 1 or len(design) <= design.shape[1]:
        return none + "too few people stayed or left"
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return none + "the variables of the first wave are collinear"
    b = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = special.expit(design @ b)
        told = (design * (chance * (1 - chance))[:, None]).T @ design
        try:
            move = np.linalg.solve(told, design.T @ (stayed - chance))
        except np.linalg.LinAlgError:
            break
        b = b + move
        if np.abs(design @ b).max() > 30:
            break
        if np.abs(move).max() < 1e-10:
            return np.asarray(special.expit(design @ b), dtype=np.float64)
    return none + "the first wave tells exactly who stayed"


def _difference(
    frame: pd.DataFrame, name: str, stayed: npt.NDArray[np.bool_], left: npt.NDArray[np.bool_]
) -> Difference:
    values = frame[name].to_numpy(dtype=np.float64)
    one, two = values[stayed & np.isfinite(values)], values[left & np.isfinite(values)]
    means = [float(part.mean()) if len(part) else np.nan for part in (one, two)]
    if min(len(one), len(two)) < 2 or one.var() + two.var() == 0:
        return Difference(name, means[0], means[1], np.nan, np.nan, np.nan, np.nan)
    a, b = one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)
    t = (means[0] - means[1]) / np.sqrt(a + b)
    df = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(two) - 1))
    pooled = ((len(one) - 1) * one.var(ddof=1) + (len(two) - 1) * two.var(ddof=1)) / (len(one) + len(two) - 2)
    d = (means[0] - means[1]) / np.sqrt(pooled)
    return Difference(name, means[0], means[1], float(t), float(df), float(2 * stats.t.sf(abs(t), df)), float(d))


def _paths(columns: Floats, weight: Floats, outcome: str, names: Sequence[str], weighted: bool) -> list[Weighted]:
    """Weighted least squares is plain least squares of rows times the roots of their weights, its HC3 as well."""
    root = np.sqrt(weight)[:, None]
    design = np.column_stack([np.ones(len(columns)), columns[:, 1:]]) * root
    df = len(design) - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return []
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ (columns[:, 0] * root[:, 0])
    left = columns[:, 0] * root[:, 0] - design @ b
    hat = np.einsum("ij,jk,ik->i", design, inverse, design)
    meat = design * (left / np.maximum(1 - hat, 1e-12))[:, None]
    se = np.sqrt(np.diag(inverse @ (meat.T @ meat) @ inverse))
    found = []
    for i, name in enumerate(names, start=1):
        t = float(b[i] / se[i])
        found.append(
            Weighted(
                outcome, name, weighted, float(b[i]), float(se[i]), t, float(df), float(2 * stats.t.sf(abs(t), df))
            )
        )
    return found
