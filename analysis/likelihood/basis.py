"""What the models of this package share: predictors in an orthogonal basis, Newton's method, sandwiches, separation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from analysis.errors import UnsuitableError
from analysis.likelihood.result import Estimate
from analysis.regression import engine
from analysis.regression.design import Design, Vector

STEPS = 100
"""More than this many steps of Newton's method are no convergence: ten are usual."""
DECREMENT = 1e-20
"""Of a step, twice what the log-likelihood can still gain: below it nothing moves in the twelfth digit."""
FAR = 15.0
"""A linear predictor beyond this may be on its way to infinity: then it is looked whether the groups are separated."""


@dataclass(frozen=True)
class Columns:
    """Predictors as columns of variance 1 that are uncorrelated, with the constant first.

    z: (n, k + 1). back: (k + 1, k + 1), from coefficients of z to those of (intercept, predictors).
    """

    design: Design
    z: Vector
    y: Vector
    back: Vector


def columns(design: Design) -> Columns:
    """The columns; raises ``UnsuitableError`` for constants, collinear predictors and too few cases."""
    basis = engine.fit(design)
    tiles = [turned.copy() for turned, _ in engine.steps(design, basis)]
    turned = np.concatenate(tiles, axis=1) * basis.n**0.5
    k = len(design.terms)
    back = np.zeros((k + 1, k + 1))
    back[1:, 1:] = basis.n**0.5 * basis.transform.T
    back[0, 0] = 1.0
    back[0, 1:] = -basis.mean[:-1] @ back[1:, 1:]
    outcome = design.columns[-1] if design.keep is None else design.columns[-1][design.keep]
    return Columns(design, np.vstack([np.ones(basis.n), turned]).T, outcome.astype(np.float64), back)


@dataclass(frozen=True)
class Fit:
    """A maximum: coefficients of z, ℓ there, their information, each case's scores, leverages, and whether to doubt it.

    other: parameters beside them, by name.
    """

    values: Vector
    loglik: float
    information: Vector
    scores: Vector
    leverage: Vector
    far: bool
    other: tuple[float, ...] = ()


Point = tuple[float, Vector, Vector]
"""Log-likelihood, its gradient, and minus its second derivative."""


def newton(start: Vector, at: Callable[[Vector], Point]) -> tuple[Vector, Point]:
    """The maximum of a log-likelihood; raises ``UnsuitableError`` where it is not reached."""
    values = start
    point = at(values)
    for _ in range(STEPS):
        loglik, gradient, information = point
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        gain = float(gradient @ step)
        # Nothing is left to gain that the sum of the logarithms could show.
        if gain < DECREMENT * max(1.0, abs(loglik)):
            return values, point
        share = 1.0
        while share > 1e-8:
            there = at(values + share * step)
            if there[0] >= loglik - 1e-13 * abs(loglik):
                break
            share /= 2
        else:
            return values, point
        values, point = values + share * step, there
    raise UnsuitableError("the iterations did not converge: a coefficient may have no finite value")


def separated(design: Design, above: Vector, equal: Vector, names: tuple[str, ...]) -> None:
    """Raise ``UnsuitableError`` where the likelihood rises for ever in some direction, and say by which predictors.

    above: rows g with g·d ≥ 0 for such a direction d; equal: rows with g·d = 0. It exists where Σ g·d can be more than
    nothing, with every element of d within ±1 (Konis 2007). names: of the elements of d, '' for what is no predictor.
    """
    every = [i for i, name in enumerate(names) if name]
    # One predictor that does it alone is the one to name.
    alone = [i for i in every if _rises(above, equal, [j for j in range(len(names)) if j == i or not names[j]], [i])]
    guilty = alone or _rises(above, equal, list(range(len(names))), every)
    if guilty:
        one = len(guilty) == 1
        raise UnsuitableError(
            f"{' and '.join(names[i] for i in guilty)} separate{'s' if one else ''} the answers of {design.outcome} "
            f"(perfectly or almost), so that no finite coefficient is the most likely; leave {'it' if one else 'one'} "
            "out, or join categories"
        )


def _rises(above: Vector, equal: Vector, used: list[int], about: list[int]) -> list[int]:
    """Which elements of ``about`` move in a direction, over the elements ``used``, in which the likelihood rises."""
    rows, same = np.unique(above[:, used], axis=0), np.unique(equal[:, used], axis=0)
    found = optimize.linprog(
        -rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1), method="highs",
        A_eq=same if len(same) else None, b_eq=np.zeros(len(same)) if len(same) else None,
    )  # fmt: skip
    if found.x is None or float(rows.sum(axis=0) @ found.x) <= 1e-6:
        return []
    return [i for i in about if abs(float(found.x[used.index(i)])) > 1e-6]


def standard(design: Design) -> Vector:
    """The predictors themselves, each with mean 0 and variance 1, (n, k)."""
    kept = [np.asarray(column, dtype=np.float64) for column in design.columns[:-1]]
    found = np.column_stack(kept if design.keep is None else [column[design.keep] for column in kept])
    found = found - found.mean(axis=0)
    return np.asarray(found / found.std(axis=0))


def sandwich(information: Vector, scores: Vector, design: Design) -> Vector:
    """Covariance by sums of scores within clusters, with the small-sample factor of CR1.

    As ``sandwich::vcovCL(type = "HC1", cadjust = TRUE)``; Liang & Zeger (1986).
    """
    if design.clusters is None:
        raise ValueError("sandwich() needs a design with clusters")
    groups, (n, size) = design.n_clusters, scores.shape
    if n <= size:
        raise UnsuitableError(f"{n} cases are too few for errors by clusters of {size} coefficients")
    sums = np.column_stack([np.bincount(design.clusters, column, groups) for column in scores.T])
    bread = np.linalg.inv(information)
    return np.asarray(bread @ (sums.T @ sums) @ bread * (groups / (groups - 1) * (n - 1) / (n - size)))


def weighted(information: Vector, scores: Vector, leverage: Vector) -> Vector:
    """HC3: scores over 1 − leverage, as ``sandwich::vcovHC`` of a ``glm``."""
    if float(leverage.max()) > 1 - 1e-10:
        raise UnsuitableError(
            "one case has a leverage of 1: it decides a coefficient alone, so that HC3 errors do not exist; take "
            "classical errors, or leave that case out"
        )
    free = scores / (1 - leverage)[:, None]
    bread = np.linalg.inv(information)
    return np.asarray(bread @ (free.T @ free) @ bread)


def estimates(terms: tuple[str, ...], b: Vector, covariance: Vector, level: float) -> tuple[Estimate, ...]:
    """b, se, z, p, Wald's interval, and all of it as ratios."""
    se = np.sqrt(np.diag(covariance))
    z = b / se
    half = special.ndtri((1 + level) / 2) * se
    low, high = b - half, b + half
    with np.errstate(over="ignore"):
        table = np.column_stack(
            [b, se, z, 2 * special.ndtr(-np.abs(z)), low, high, np.exp(b), np.exp(low), np.exp(high)]
        )
    return tuple(Estimate(term, *row) for term, row in zip(terms, table.tolist(), strict=True))


def wald(b: Vector, covariance: Vector) -> float:
    """Chi² that all coefficients are zero; nan where their covariance has no inverse."""
    if float(np.linalg.cond(covariance)) > 1e14:
        return np.nan
    return float(b @ np.linalg.solve(covariance, b))
