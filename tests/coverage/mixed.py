"""Mixed models: fixed effects within and between groups, many groups and few."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.mixed import Mixed, mixed
from tests.coverage.registry import COVERS, ERRS, Hits, study

COVERED = {
    "interval of b of a person's predictor covers": COVERS,
    "interval of b of a group's predictor covers": COVERS,
}
REJECTED = {"b = 0 of a person's predictor is rejected": ERRS, "b = 0 of a group's predictor is rejected": ERRS}


def many(
    rng: np.random.Generator, runs: int, groups: int, size: int, b: float, slope: float = 0.0, *, between: float = 0.7
) -> Mapping[str, Hits]:
    """x differs within and between groups, w between them alone; slopes of x have a standard deviation of ``slope``."""
    kept: dict[str, list[bool]] = {name: [] for name in (*COVERED, *REJECTED)}
    member = np.repeat(np.arange(groups), size)
    for _ in range(runs):
        x = 0.5 * rng.normal(size=groups)[member] + rng.normal(size=len(member))
        w = rng.normal(size=groups)[member]
        y = (b + slope * rng.normal(size=groups)[member]) * x + b * w
        y += between * rng.normal(size=groups)[member] + rng.normal(size=len(member))
        frame = pd.DataFrame({"x": x, "w": w, "y": y, "g": member})
        found = mixed(frame, "y", ["x", "w"], "g", "x" if slope else "")
        assert isinstance(found, Mixed)
        for name, which in (("x", "person"), ("w", "group")):
            row = found.effect(name)
            kept[f"interval of b of a {which}'s predictor covers"].append(row.ci_low <= b <= row.ci_high)
            kept[f"b = 0 of a {which}'s predictor is rejected"].append(row.p < ERRS)
    return {name: np.array(hits) for name, hits in kept.items()}


@study("mixed", "30 groups of 8, b = .3", COVERED)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 30, 8, 0.3)


@study("mixed", "30 groups of 8, no effects", REJECTED)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 30, 8, 0.0)


@study("mixed", "8 groups of 10, no effects", REJECTED)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 8, 10, 0.0)


@study("mixed", "60 groups of 8, slopes vary, b = .3", COVERED, runs=1_000)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 60, 8, 0.3, 0.3)


@study(
    "mixed", "30 groups of 8 that do not differ, no effects", REJECTED,
    caveat="the variance between groups cannot be estimated below 0, so errors are a little too large",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 30, 8, 0.0, between=0.0)
