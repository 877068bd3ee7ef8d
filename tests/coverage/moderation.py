"""Interaction, simple slopes, and the slope at the true bound of the region, with each kind of errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.moderation import Moderation, moderation
from analysis.moderation.latent import latent_moderation
from analysis.moderation.result_latent import LatentModeration
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


@study("moderation", "classical errors, normal and even errors, n = 60", NULL)
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


@study(
    "moderation", "CR2, 15 teams of 8 that share half of everything, product -.2", TRUE, runs=1_000,
    caveat="CR2's degrees of freedom are approximate with so few teams",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in TRUE}
    team = np.repeat(np.arange(15), 8)
    for _ in range(runs):
        x, w, e = (rng.normal(size=(3, 15))[:, team] + rng.normal(size=(3, 120))) / np.sqrt(2)
        frame = pd.DataFrame({"x": x, "w": w, "y": 0.3 * x + 0.2 * w - 0.2 * x * w + e, "team": team.astype(str)})
        found = moderation(frame, "y", "x", ["w"], errors={"cr2": "team"})
        assert isinstance(found, Moderation)
        assert found.band is not None
        row = found.model.coefficient("x:w")
        _, low, high = found.band.at(1.0)
        kept["interval of product = -.2 covers"].append(row.ci_low <= -0.2 <= row.ci_high)
        kept["interval of the slope at w = 1 covers"].append(low <= 0.1 <= high)
    return {name: np.array(hits) for name, hits in kept.items()}


BETWEEN = {"product = 0 between factors is rejected": ERRS, "interval of β = -.2 between factors covers": COVERS}


@study("moderation", "between factors of three items with loadings of .8, .7 and .6, n = 600", BETWEEN, runs=400)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in BETWEEN}
    scales = {name: [f"{name}{i}" for i in range(3)] for name in "yxw"}
    loadings = np.array([0.8, 0.7, 0.6])
    for _ in range(runs):
        x, w, e = rng.normal(size=(3, 600))
        for b in (0.0, -0.2):
            # the outcome's factor has a variance of 1, so that b is β
            y = 0.3 * x + 0.2 * w + b * x * w + np.sqrt(1 - 0.3**2 - 0.2**2 - b**2) * e
            columns = {
                name: loadings[:, None] * factor + np.sqrt(1 - loadings**2)[:, None] * rng.normal(size=(3, 600))
                for name, factor in (("y", y), ("x", x), ("w", w))
            }
            frame = pd.DataFrame({item: columns[name][i] for name, own in scales.items() for i, item in enumerate(own)})
            found = latent_moderation(frame, scales, "y", "x", "w")
            assert isinstance(found, LatentModeration), found
            row = found.term("x:w")
            if b:
                kept["interval of β = -.2 between factors covers"].append(row.beta_ci_low <= b <= row.beta_ci_high)
            else:
                kept["product = 0 between factors is rejected"].append(row.p < ERRS)
    return {name: np.array(hits) for name, hits in kept.items()}
