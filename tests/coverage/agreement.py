"""F of the differences between groups of unequal size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.agreement import Agreement, agreement
from tests.coverage.registry import ERRS, Hits, study

F = {"F = 1 is rejected": ERRS}
MEMBER = np.repeat(np.arange(30), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 3)


def tested(rows: np.ndarray) -> Mapping[str, Hits]:
    hits = []
    for row in rows:
        found = agreement(pd.Series(row), MEMBER, scale="s")
        assert isinstance(found, Agreement)
        hits.append(found.p < ERRS)
    return {"F = 1 is rejected": np.array(hits)}


@study("agreement", "30 groups of 1 to 10, normal, no difference", F)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return tested(rng.normal(size=(runs, len(MEMBER))))


@study(
    "agreement", "30 groups of 1 to 10, lognormal, no difference", F, caveat="tails far from normal in unequal groups"
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return tested(np.exp(1.5 * rng.normal(size=(runs, len(MEMBER)))))
