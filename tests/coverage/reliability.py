"""Alpha: Feldt's interval, exact for parallel normal items, and the bootstrap's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from analysis.reliability import alpha_of, feldt_interval
from analysis.reliability.bootstrap import bootstrap_alpha
from tests.coverage.registry import COVERS, Hits, study

K = 6
SHARE = 0.4
TRUE = K * SHARE / (1 + (K - 1) * SHARE)
CUTS = np.array([[0.0, 0.8, 1.5], [0.3, 0.9, 1.6], [-0.5, 0.5, 1.2], [0.2, 1.0, 1.8]])


def parallel(rng: np.random.Generator, runs: int, n: int) -> np.ndarray:
    """Parallel normal items, runs × n × 6."""
    return np.sqrt(SHARE) * rng.normal(size=(runs, n, 1)) + np.sqrt(1 - SHARE) * rng.normal(size=(runs, n, K))


def skewed(rng: np.random.Generator, runs: int, n: int) -> np.ndarray:
    """Ordered items of four answers, most of them the lowest, runs × n × 4."""
    y = 0.8 * rng.normal(size=(runs, n, 1)) + 0.6 * rng.normal(size=(runs, n, 4))
    return (y[..., None] > CUTS).sum(axis=-1).astype(np.float64)


def alphas(rows: np.ndarray) -> np.ndarray:
    apart = rows - rows.mean(axis=1, keepdims=True)
    return alpha_of(np.swapaxes(apart, 1, 2) @ apart / (rows.shape[1] - 1))


def feldt(rows: np.ndarray, true: float) -> Mapping[str, Hits]:
    found = alphas(rows)
    # 1 − (1 − alpha) F: the factors are the same for every sample of this size
    low, high = (1 - bound for bound in feldt_interval(0.0, rows.shape[1], rows.shape[2]))
    return {"Feldt's interval covers": (1 - (1 - found) * low <= true) & (true <= 1 - (1 - found) * high)}


def bootstrapped(rows: np.ndarray, true: float) -> Mapping[str, Hits]:
    hits = []
    for i, one in enumerate(rows):
        found = bootstrap_alpha(one, float(alpha_of(np.cov(one.T))), 1000, i, COVERS, "bca", False, None, 1)
        hits.append(found.low <= true <= found.high)
    return {"BCa interval covers": np.array(hits)}


FELDT, BCA = {"Feldt's interval covers": COVERS}, {"BCa interval covers": COVERS}


@study("reliability", "6 parallel normal items, n = 50", FELDT)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return feldt(parallel(rng, runs, 50), TRUE)


@study("reliability", "6 parallel normal items, n = 15", FELDT)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return feldt(parallel(rng, runs, 15), TRUE)


@study("reliability", "6 items that measure nothing in common, n = 50", FELDT)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return feldt(rng.normal(size=(runs, 50, K)), 0.0)


@cache
def _population() -> float:
    """Alpha of two million cases."""
    return float(alphas(skewed(np.random.default_rng(1), 1, 2_000_000))[0])


@study(
    "reliability", "4 skewed ordered items, n = 100", FELDT, caveat="Feldt's interval is exact for normal items alone"
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return feldt(skewed(rng, runs, 100), _population())


@study("reliability", "6 parallel normal items, n = 150", BCA, runs=400, caveat="the bootstrap holds as samples grow")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return bootstrapped(parallel(rng, runs, 150), TRUE)


@study("reliability", "4 skewed ordered items, n = 150", BCA, runs=400, caveat="the bootstrap holds as samples grow")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return bootstrapped(skewed(rng, runs, 150), _population())
