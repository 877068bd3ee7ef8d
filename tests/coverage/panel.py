"""Intervals and tests of the paths of a panel, cross-lagged and within persons."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.panel.models import cross_lagged, random_intercepts
from analysis.sem import Fitted, fit, observed
from tests.coverage.registry import COVERS, ERRS, Hits, study

X, Y = ("x@1", "x@2", "x@3"), ("y@1", "y@2", "y@3")
PATHS = np.array([[0.4, 0.0], [-0.2, 0.3]])
"""Of the wave before (x, y) on x, which has no path from y, and on y."""


def simulated(rng: np.random.Generator, n: int, waves: int, person: float) -> pd.DataFrame:
    """People with something of their own in all waves, who miss a later wave by chance."""
    own = rng.normal(size=(n, 2)) * np.sqrt(person)
    now, columns = rng.normal(size=(n, 2)), {}
    for t in range(waves):
        gone = rng.random(n) < (0.15 if t else 0.0)
        for i, family in enumerate((X, Y)):
            columns[family[t]] = np.where(gone, np.nan, now[:, i] + own[:, i])
        now = now @ PATHS.T + 0.9 * rng.normal(size=(n, 2))
    return pd.DataFrame(columns)[[*X[:waves], *Y[:waves]]]


def judged(rng: np.random.Generator, runs: int, n: int, waves: int, person: float) -> Mapping[str, Hits]:
    covers, errs = np.zeros(runs, dtype=np.bool_), np.zeros(runs, dtype=np.bool_)
    x, y = X[:waves], Y[:waves]
    for run in range(runs):
        data = observed(simulated(rng, n, waves, person), (x, y))
        assert not isinstance(data, str)
        within = random_intercepts(x, y, (), data, True, ("x", "y"))
        found = fit(cross_lagged(x, y, (), data, False) if waves == 2 else within, data)
        if isinstance(found, Fitted):  # one that does not converge keeps neither promise
            path, none = found.slopes[y[1], x[0]], found.slopes[x[1], y[0]]
            covers[run] = abs(path.b - PATHS[1, 0]) < 1.959964 * path.se
            errs[run] = none.p < 0.05
    return {"path covers": covers, "no path errs": errs}


PROMISES = {"path covers": COVERS, "no path errs": ERRS}


@study("panel", "2 waves of 150 people, 15 % away in the second", PROMISES, runs=2_000)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return judged(rng, runs, 150, 2, 0.0)


@study(
    "panel",
    "3 waves of 500 people, half of the variance between them, paths equal over time",
    PROMISES,
    runs=1_000,
    caveat="errors are those of large samples",
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return judged(rng, runs, 500, 3, 1.0)
