"""Pearson's r by t and Fisher's z."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import stats

from analysis.correlation import r_test
from tests.coverage.registry import COVERS, ERRS, Hits, study

BOTH = {"r = 0 is rejected": ERRS, "interval covers 0": COVERS}
COVER = {"interval covers": COVERS}


def tested(x: np.ndarray, y: np.ndarray, true: float) -> Mapping[str, Hits]:
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    p, low, high = r_test(r, np.full(len(r), float(x.shape[1])))
    inside = (low <= true) & (true <= high)
    return {"r = 0 is rejected": p < ERRS, "interval covers 0": inside, "interval covers": inside}


def normal(rng: np.random.Generator, runs: int, n: int, rho: float) -> Mapping[str, Hits]:
    x, e = rng.normal(size=(2, runs, n))
    return tested(x, rho * x + np.sqrt(1 - rho**2) * e, rho)


@study("correlation", "normal, ρ = 0, n = 40", BOTH)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return normal(rng, runs, 40, 0.0)


@study("correlation", "normal, ρ = 0, n = 8", BOTH, caveat="Fisher's z is approximate in small samples; t is exact")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return normal(rng, runs, 8, 0.0)


@study("correlation", "normal, ρ = .5, n = 40", COVER)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return normal(rng, runs, 40, 0.5)


@study("correlation", "ranks of normal values (Spearman), ρ = 0, n = 40", {"r = 0 is rejected": ERRS})
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    x, y = (stats.rankdata(part, axis=1) for part in rng.normal(size=(2, runs, 40)))
    return tested(x, y, 0.0)


@study("correlation", "both lognormal, ρ = 0, n = 40", BOTH, caveat="tails far from normal")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    x, y = np.exp(1.5 * rng.normal(size=(2, runs, 40)))
    return tested(x, y, 0.0)


@study("correlation", "both lognormal, ρ = .5 of the logarithms, n = 40", COVER, caveat="tails far from normal")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    x, e = rng.normal(size=(2, runs, 40))
    y = 0.5 * x + np.sqrt(0.75) * e
    return tested(np.exp(x), np.exp(y), float(np.expm1(0.5) / np.expm1(1.0)))
