"""Interaction, simple slopes, and the slope at the true bound of the region, with each kind of errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.moderation import Moderation, moderation
from tests.coverage.registry import COVERS, ERRS, Hits, study

NULL = {"product = 0 is rejected": ERRS}
TRUE = {"interval of product = -.2 covers": COVERS, "interval of the slope at w = 1 covers": COVERS}


def many(rng: np.random.Generator, runs: int, n: int, errors: str, b: float, spread: bool) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in (*NULL, *TRUE)}
    for _ in range(runs):
        x, w, e = rng.normal(size=(3, n))
        e = e * np.sqrt((1 + w**2) / 2) if spread else e
        frame = pd.DataFrame({"x": x, "w": w, "y": 0.3 * x + 0.2 * w + b * x * w + e})
        found = moderation(frame, "y", "x", ["w"], errors=errors)
        assert isinstance(found, Moderation)
        assert found.band is not None
        row = found.model.coefficient("x:w")
        _, low, high = found.band.at(1.0)
        kept["product = 0 is rejected"].append(row.p < ERRS)
        kept["interval of product = -.2 covers"].append(row.ci_low <= b <= row.ci_high)
        kept["interval of the slope at w = 1 covers"].append(low <= 0.3 + b <= high)
    return {name: np.array(hits) for name, hits in kept.items()}


@study("moderation", "classical errors, normal and even errors, n = 60", NULL, runs=4_000)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 60, "classical", 0.0, False)


@study("moderation", "classical errors, normal and even errors, product -.2, n = 60", TRUE, runs=4_000)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 60, "classical", -0.2, False)


@study(
    "moderation", "HC3, errors that grow with w, product -.2, n = 250", TRUE, runs=4_000,
    caveat="HC3 is right only as samples grow",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 250, "HC3", -0.2, True)
