"""Indirect effects from moments, for the sample and for a batch of resamples at once; nothing is ever refitted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.mediation.design import Design
from analysis.moments import Moments

Floats = npt.NDArray[np.float64]
SINGULAR = 1e-10
"""A column of which less than this share of its variance is its own makes a resample singular."""


def solve(left: Floats, right: Floats) -> Floats:
    """Solutions of a batch of normal equations, (b, p, p) and (b, p), by elimination; nan where one is singular.

    Covariance matrices need no exchange of rows. One singular resample must not end all others, as LAPACK's would.
    """
    a, x = left.copy(), right.copy()
    p = x.shape[1]
    whole = np.diagonal(left, axis1=1, axis2=2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for i in range(p):
            pivot = np.where(a[:, i, i] > SINGULAR * whole[:, i], a[:, i, i], np.nan)
            factor = a[:, i + 1 :, i] / pivot[:, None]
            a[:, i + 1 :, i:] -= factor[:, :, None] * a[:, None, i, i:]
            x[:, i + 1 :] -= factor * x[:, i, None]
            a[:, i, i] = pivot
        for i in range(p - 1, -1, -1):
            x[:, i] = (x[:, i] - np.einsum("bj,bj->b", a[:, i, i + 1 :], x[:, i + 1 :])) / a[:, i, i]
    return x


def coefficients(found: Moments, design: Design) -> list[dict[str, Floats]]:
    """The coefficients of each equation, (b,) each, from a batch of moments."""
    place = {name: i for i, name in enumerate(found.names)}
    made = []
    for equation in design.equations:
        at = [place[name] for name in equation.predictors]
        b = solve(found.cov[:, at][:, :, at], found.cov[:, at, place[equation.outcome]])
        made.append({name: b[:, i] for i, name in enumerate(equation.predictors)})
    return made


def effects(found: Moments, design: Design) -> Mapping[str, Floats]:
    """Every effect that is resampled, by name, (b,) each.

    An indirect effect is the product of the coefficients along its path; of a moderated mediation that at a level,
    (a + a₃ w) b or a (b + b₃ w), and the index a₃ b or a b₃ (Hayes 2015, Multivariate Behavioral Research 50).
    """
    equations = coefficients(found, design)
    at = {one.outcome: b for one, b in zip(design.equations, equations, strict=True) if one.outcome != design.outcome}
    last = equations[len(design.mediators)]
    made: dict[str, Floats] = {}
    if design.moderator:
        for name in design.mediators:
            first, second = at[name][design.predictor], last[name]
            moderated = (at[name] if design.path == "a" else last)[design.product(name)]
            other = second if design.path == "a" else first
            made[f"index {design.term((name,))}"] = moderated * other
            for level in design.levels:
                moved = (first if design.path == "a" else second) + moderated * (level.value - design.centre)
                made[f"{design.term((name,))}|{level.term}"] = moved * other
        return made
    for path in design.paths:
        value = at[path[0]][design.predictor] * last[path[-1]]
        for before, after in pairwise(path):
            value = value * at[after][before]
        made[design.term(path)] = value
    terms = list(made)
    made["total"] = np.sum([made[term] for term in terms], axis=0)
    for i, one in enumerate(terms):
        for other_ in terms[i + 1 :]:
            made[f"{one}~{other_}"] = made[one] - made[other_]
    x, y = (found.sd[:, found.names.index(name)] for name in (design.predictor, design.outcome))
    with np.errstate(divide="ignore", invalid="ignore"):
        for term in [*terms, "total"]:
            made[f"partial {term}"] = made[term] / y
            made[f"standard {term}"] = made[term] * x / y
    return made
