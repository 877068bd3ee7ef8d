"""Least squares with classical, HC3 and clustered errors, where each is at home and where it is not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.regression import Regression, regression
from tests.coverage.registry import COVERS, ERRS, Hits, study

PROMISES = {"b = 0 is rejected": ERRS, "F of both = 0 is rejected": ERRS}
TRUE = {"interval of b = .3 covers": COVERS}


def fitted(frame: pd.DataFrame, errors: str | dict[str, str], kept: dict[str, list[bool]], b: float) -> None:
    found = regression(frame, "y", [["x", "z"]], errors)
    assert isinstance(found, Regression)
    row = found.coefficient("x")
    kept["b = 0 is rejected"].append(row.p < ERRS)
    kept["F of both = 0 is rejected"].append(found.p < ERRS)
    kept["interval of b = .3 covers"].append(row.ci_low <= b <= row.ci_high)


def many(
    rng: np.random.Generator, runs: int, n: int, errors: str | dict[str, str], b: float, *, spread: bool = False,
    groups: int = 0,
) -> Mapping[str, Hits]:  # fmt: skip
    kept: dict[str, list[bool]] = {name: [] for name in (*PROMISES, *TRUE)}
    for _ in range(runs):
        x, z, e = rng.normal(size=(3, n))
        frame = pd.DataFrame({"x": x, "z": z})
        if spread:
            e = e * (0.5 + np.abs(x))
        if groups:
            member = np.arange(n) % groups
            e = e + rng.normal(size=groups)[member]
            frame["x"] = 0.7 * rng.normal(size=groups)[member] + 0.7 * x
            frame["g"] = [f"g{code}" for code in member]
        frame["y"] = b * frame["x"] + e
        fitted(frame, errors, kept, b)
    return {name: np.array(hits) for name, hits in kept.items()}


@study("regression", "classical errors, normal and even errors, n = 40", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 40, "classical", 0.0)


@study("regression", "classical errors, normal and even errors, b = .3, n = 40", TRUE)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 40, "classical", 0.3)


@study("regression", "HC3, errors that grow with x, n = 250", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 250, "HC3", 0.0, spread=True)


@study("regression", "HC3, errors that grow with x, b = .3, n = 250", TRUE)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 250, "HC3", 0.3, spread=True)


@study(
    "regression",
    "HC3, errors that grow with x, n = 30",
    PROMISES,
    caveat="HC3 is right only as samples grow",
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 30, "HC3", 0.0, spread=True)


@study(
    "regression",
    "classical errors, errors that grow with x, n = 250",
    PROMISES,
    caveat="classical errors assume even ones",
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 250, "classical", 0.0, spread=True)


@study(
    "regression", "clustered errors, 60 groups of 5", PROMISES,
    caveat="clustered errors (CR1) are right only as groups grow in number",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 300, {"cluster": "g"}, 0.0, groups=60)


@study(
    "regression", "clustered errors, 10 groups of 30", PROMISES,
    caveat="clustered errors (CR1) are too small with few groups",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 300, {"cluster": "g"}, 0.0, groups=10)


@study(
    "regression",
    "HC3 on 60 groups of 5",
    PROMISES,
    caveat="errors are alike within groups, and HC3 does not know",
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 300, "HC3", 0.0, groups=60)


@study("regression", "CR2 errors with Satterthwaite df, 10 groups of 30", {**PROMISES, **TRUE}, runs=2_000)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return {
        **many(rng, runs, 300, {"cr2": "g"}, 0.0, groups=10),
        "interval of b = .3 covers": many(rng, runs, 300, {"cr2": "g"}, 0.3, groups=10)["interval of b = .3 covers"],
    }
