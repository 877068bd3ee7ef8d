"""Indirect effects by percentile and BCa intervals, and the index of moderated mediation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.mediation import Mediation, mediation
from tests.coverage.registry import COVERS, ERRS, Hits, study

BOTH = {"percentile interval covers": COVERS, "BCa interval covers": COVERS}


def many(rng: np.random.Generator, runs: int, n: int, a: float, b: float, product: float = 0.0) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in (*BOTH, "ab = 0 is rejected")}
    for _ in range(runs):
        x, w, e, u = rng.normal(size=(4, n))
        m = a * x + product * x * w + e
        frame = pd.DataFrame({"x": x, "w": w, "m": m, "y": b * m + 0.2 * x + u})
        seed = int(rng.integers(2**32))
        found = mediation(frame, "y", "x", ["m"], moderator="w" if product else "", resamples=1000, seed=seed)
        assert isinstance(found, Mediation)
        effect, true = found.effect("x->m->y"), (product or a) * b
        kept["percentile interval covers"].append(effect.percentile_low <= true <= effect.percentile_high)
        kept["BCa interval covers"].append(effect.bca_low <= true <= effect.bca_high)
        kept["ab = 0 is rejected"].append(effect.p < ERRS)
    return {name: np.array(hits) for name, hits in kept.items()}


@study(
    "mediation", "a = b = .4, n = 200, 1,000 resamples", BOTH,
    caveat="bootstrap intervals are right only as samples grow",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 200, 0.4, 0.4)


@study(
    "mediation", "a = .4, b = 0, n = 200, 1,000 resamples", {"ab = 0 is rejected": ERRS},
    caveat="bootstrap intervals are right only as samples grow",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 200, 0.4, 0.0)


@study(
    "mediation", "index: product .3, b = .4, n = 200, 1,000 resamples", BOTH,
    caveat="bootstrap intervals are right only as samples grow",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return many(rng, runs, 200, 0.3, 0.4, 0.3)
