"""Intervals and tests of actor and partner effects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.dyad import Dyad, dyad
from tests.coverage.registry import COVERS, ERRS, Hits, study

PROMISES = {"actor effect covers": COVERS, "no partner effect errs": ERRS}


def judged(rng: np.random.Generator, runs: int, n: int, role: str, shared: float) -> Mapping[str, Hits]:
    covers, errs = np.zeros(runs, dtype=np.bool_), np.zeros(runs, dtype=np.bool_)
    pair, member = np.repeat(np.arange(n), 2), np.tile(["a", "b"], n)
    for run in range(runs):
        x = rng.normal(size=(n, 2)) + 0.6 * rng.normal(size=(n, 1))
        common = np.sqrt(abs(shared)) * rng.normal(size=(n, 1)) * np.array([1.0, np.sign(shared)])
        y = 0.4 * x + common + np.sqrt(1 - abs(shared)) * rng.normal(size=(n, 2))
        frame = pd.DataFrame({"d": pair, "r": member, "x": x.ravel(), "y": y.ravel()})
        found = dyad(frame, "y", ["x"], "d", role, resamples=0)
        assert isinstance(found, Dyad)
        by_kind = {e.kind: e for e in reversed(found.effects)}
        covers[run] = by_kind["actor"].ci_low < 0.4 < by_kind["actor"].ci_high
        errs[run] = by_kind["partner"].p < 0.05
    return {"actor effect covers": covers, "no partner effect errs": errs}


@study("dyad", "80 dyads, not told apart, residual correlation .4", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return judged(rng, runs, 80, "", 0.4)


@study("dyad", "60 dyads, not told apart, residual correlation −.3", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return judged(rng, runs, 60, "", -0.3)


@study("dyad", "100 dyads of two roles, residual correlation .4", PROMISES)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return judged(rng, runs, 100, "r", 0.4)
