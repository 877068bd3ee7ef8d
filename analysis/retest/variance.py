"""Variance components of people crossed with waves, by restricted maximum likelihood, with or without empty cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.moments import Floats


@dataclass(frozen=True)
class Components:
    """Variances in squared units of the score: of people, of waves, and of what is left."""

    person: float
    wave: float
    residual: float


def components(table: Floats) -> Components:
    """Estimate them from a table of people × waves (n, k); NaN where somebody was not measured.

    y_ij = μ + person_i + wave_j + residual_ij, all random, as ``lme4::lmer(y ~ 1 + (1|person) + (1|wave))``. Without
    empty cells the estimates follow from the mean squares (``from_squares``); else the likelihood is searched.
    """
    if np.isfinite(table).all():
        person, wave, residual = from_squares(*mean_squares(table), *table.shape)
        return Components(float(person), float(wave), float(residual))
    return _searched(table)


def mean_squares(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean squares of people, waves and residuals of whole tables (..., n, k)."""
    n, k = table.shape[-2:]
    grand = table.mean(axis=(-2, -1), keepdims=True)
    people = table.mean(axis=-1, keepdims=True) - grand
    waves = table.mean(axis=-2, keepdims=True) - grand
    rest = table - grand - people - waves
    between = k * (people**2).sum(axis=(-2, -1)) / (n - 1)
    shift = n * (waves**2).sum(axis=(-2, -1)) / (k - 1)
    return between, shift, (rest**2).sum(axis=(-2, -1)) / ((n - 1) * (k - 1))


def from_squares(people: Floats, waves: Floats, rest: Floats, n: int, k: int) -> tuple[Floats, Floats, Floats]:
    """REML estimates (person, wave, residual) from mean squares (...) of n people × k waves.

    A component below zero is zero, and its mean square is pooled with the residual, the smaller of the two first
    (Thompson 1962, Annals of Mathematical Statistics 33).
    """
    shape = np.shape(rest)
    people, waves, rest = (np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in (people, waves, rest))
    squares = np.stack([people, waves])
    degrees = np.array([n - 1.0, k - 1.0])
    error, left = rest.copy(), np.full(rest.shape, (n - 1.0) * (k - 1.0))
    open_ = np.ones(squares.shape, dtype=np.bool_)
    for _ in range(2):
        smaller = np.where(open_, squares, np.inf).argmin(axis=0)
        low = np.take_along_axis(squares, smaller[None], 0)[0]
        pool = np.take_along_axis(open_, smaller[None], 0)[0] & (low < error)
        more = degrees[smaller]
        error = np.where(pool, (error * left + low * more) / (left + more), error)
        left = np.where(pool, left + more, left)
        kept = np.take_along_axis(open_, smaller[None], 0)[0] & ~pool
        np.put_along_axis(open_, smaller[None], kept[None], 0)
    person = np.where(open_[0], (people - error) / k, 0.0)
    wave = np.where(open_[1], (waves - error) / n, 0.0)
    return person.reshape(shape), wave.reshape(shape), error.reshape(shape)


def _searched(table: Floats) -> Components:
    """The restricted likelihood of a table with empty cells, over the ratios of both variances to the residual's.

    With V = I + θ_p Z_p Z_p' + θ_w Z_w Z_w', people's part is inverted person by person, and waves' by a k × k matrix.
    """
    from scipy.optimize import minimize

    there = np.isfinite(table)
    values = np.where(there, table - np.nanmean(table), 0.0)
    scale = float(np.sqrt((values**2).sum() / there.sum())) or 1.0
    values = values / scale
    number, total = there.sum(axis=1).astype(np.float64), values.sum(axis=1)
    cells, k = float(number.sum()), table.shape[1]
    seen = there.astype(np.float64)
    square, in_wave, by_wave = float((values**2).sum()), seen.sum(axis=0), values.sum(axis=0)

    def parts(point: Floats) -> tuple[float, float]:
        """Minus twice the restricted log-likelihood (without constants), and the residual variance."""
        person, wave = float(point[0]) ** 2, float(point[1]) ** 2
        shrink = 1 / (1 + number * person)
        lost = person * shrink
        within = np.diag(in_wave) - (seen * lost[:, None]).T @ seen
        ones = float(number @ shrink)
        cross = float(total @ shrink)
        own = square - float(lost @ total**2)
        left = seen.T @ shrink
        right = by_wave - seen.T @ (lost * total)
        inner = np.eye(k) + wave * within
        solved = np.linalg.solve(inner, np.column_stack([left, right])) * wave
        ones, cross, own = (
            ones - float(left @ solved[:, 0]),
            cross - float(left @ solved[:, 1]),
            own - float(right @ solved[:, 1]),
        )
        residual = max((own - cross**2 / ones) / (cells - 1), 1e-300)
        log = float(np.log1p(number * person).sum() + np.linalg.slogdet(inner)[1])
        return (cells - 1) * float(np.log(residual)) + log + float(np.log(ones)), residual

    def deviance(point: Floats) -> float:
        return parts(point)[0]

    options: Any = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000, "maxfev": 2000}
    starts: tuple[Floats, ...] = (np.array([1.0, 0.3]), np.array([0.3, 1.0]))
    found: list[Any] = [minimize(deviance, start, method="Nelder-Mead", options=options) for start in starts]
    point = np.asarray(min(found, key=lambda one: float(one.fun)).x, dtype=np.float64)
    residual = parts(point)[1] * scale**2
    small = point**2 < 1e-10
    person, wave = np.where(small, 0.0, point**2 * residual).tolist()
    return Components(person, wave, residual)
