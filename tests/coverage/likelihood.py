"""Wald's tests and intervals of logistic, ordinal and count models, at a size where theory says that they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.likelihood import Fitted, count, logistic, ordinal
from tests.coverage.registry import COVERS, ERRS, Hits, study

PROMISES = {"b = 0 is rejected": ERRS, "both = 0 is rejected": ERRS, "interval of b = .5 covers": COVERS}


def many(rng: np.random.Generator, runs: int, fit: Callable[..., Any], draw: Callable[..., Any]) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in PROMISES}
    for _ in range(runs):
        x, z = rng.normal(size=(2, 300))
        for b in (0.0, 0.5):
            found = fit(pd.DataFrame({"x": x, "z": z, "y": draw(rng, b * x)}), "y", [["x", "z"]])
            assert isinstance(found, Fitted)
            row = found.coefficient("x")
            if b:
                kept["interval of b = .5 covers"].append(row.ci_low <= b <= row.ci_high)
            else:
                kept["b = 0 is rejected"].append(row.p < ERRS)
                kept["both = 0 is rejected"].append(found.p < ERRS)
    return {name: np.array(hits) for name, hits in kept.items()}


@study("logistic", "a third say yes, n = 300", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, logistic, lambda rng, eta: (eta - 0.7 + rng.logistic(size=len(eta)) > 0) * 1.0)


@study("ordinal", "four answers, n = 300", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(
        rng, runs, ordinal, lambda rng, eta: np.digitize(eta + rng.logistic(size=len(eta)), [-1.0, 0.5, 2.0]) * 1.0
    )


@study("count", "negative binomial, θ = 1, mean 2, n = 300", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, count, lambda rng, eta: rng.negative_binomial(1, 1 / (1 + np.exp(0.7 + eta))) * 1.0)
