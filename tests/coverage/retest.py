"""Intervals of the six intraclass correlations, under the model that each is of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.retest.icc import FORMS, forms
from analysis.retest.variance import from_squares, mean_squares
from tests.coverage.registry import COVERS, Hits, study

BOUND = "a variance below zero is estimated as zero, and its mean square pooled"


def covered(rows: np.ndarray, true: Mapping[str, float]) -> Mapping[str, Hits]:
    runs, n, k = rows.shape
    person, wave, rest = from_squares(*mean_squares(rows), n, k)
    made = forms(k * person + rest, n * wave + rest, rest, wave + rest, n, k, 0.95)
    hits = {}
    for i, form in enumerate(FORMS):
        if form in true:
            hits[f"{form} covers"] = (made[i, 1] <= true[form]) & (true[form] <= made[i, 2])
            assert len(hits[f"{form} covers"]) == runs
    return hits


def mean_of(icc: float, k: int) -> float:
    return k * icc / (1 + (k - 1) * icc)


def promises(*names: str) -> dict[str, float]:
    return {f"{name} covers": COVERS for name in names}


@study("retest", "4 measurements of 40 people, not of waves, ICC = .6", promises("ICC1", "ICC1k"), caveat=BOUND)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rows = np.sqrt(0.6) * rng.normal(size=(runs, 40, 1)) + np.sqrt(0.4) * rng.normal(size=(runs, 40, 4))
    return covered(rows, {"ICC1": 0.6, "ICC1k": mean_of(0.6, 4)})


@study("retest", "2 fixed waves of 50 people, ICC = .7", promises("ICC3", "ICC3k"))
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rows = np.sqrt(0.7) * rng.normal(size=(runs, 50, 1)) + np.sqrt(0.3) * rng.normal(size=(runs, 50, 2))
    return covered(rows + np.array([0.0, 0.8]), {"ICC3": 0.7, "ICC3k": mean_of(0.7, 2)})


@study(
    "retest",
    "6 waves drawn at random, 40 people, ICC = .5",
    promises("ICC2", "ICC2k"),
    caveat="their degrees of freedom are approximate",
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rows = np.sqrt(0.5) * rng.normal(size=(runs, 40, 1)) + np.sqrt(0.3) * rng.normal(size=(runs, 40, 6))
    rows = rows + np.sqrt(0.2) * rng.normal(size=(runs, 1, 6))
    return covered(rows, {"ICC2": 0.5, "ICC2k": mean_of(0.5, 6)})


@study("retest", "3 fixed waves of 40 people, ICC = 0", promises("ICC3"), caveat=BOUND)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return covered(rng.normal(size=(runs, 40, 3)) + np.array([0.0, 1.0, 2.0]), {"ICC3": 0.0})
