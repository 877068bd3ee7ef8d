"""The models of a panel as they are written down: cross-lagged, with random intercepts, and linear growth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from analysis.cfa.data import Data
from analysis.sem import Draft

BETWEEN = "between"
"""Begins the name of a random intercept."""


def _same(names: Sequence[str]) -> dict[tuple[str, str], float]:
    return {(name, name): 1.0 for name in names}


def _lagged(draft: Draft, x: Sequence[str], y: Sequence[str], equal: bool) -> None:
    """Both variables on both of the wave before; with ``equal`` the four paths are the same in all waves."""
    for t, ((x0, x1), (y0, y1)) in enumerate(zip(pairwise(x), pairwise(y), strict=True)):
        which = "all" if equal else str(t)
        for outcome, predictor, name in ((x1, x0, "xx"), (x1, y0, "xy"), (y1, y0, "yy"), (y1, x0, "yx")):
            draft.slopes[outcome, predictor] = f"{name} {which}"


def _spread(draft: Draft, names: Sequence[str], data: Data | None, share: float = 1.0) -> None:
    """Free variances and covariances of some factors, begun at those of the data where the factors are items."""
    for one in names:
        draft.covariances[one, one] = f"{one}~~{one}"
        draft.start[f"{one}~~{one}"] = share
    for one, two in combinations(names, 2):
        draft.covariances[two, one] = f"{two}~~{one}"
    if data is not None:
        for i, one in enumerate(names):
            for two in names[: i + 1]:
                a, b = data.items.index(one), data.items.index(two)
                draft.start[f"{one}~~{two}"] = share * float(data.cov[0][a, b])


def cross_lagged(x: Sequence[str], y: Sequence[str], covariates: Sequence[str], data: Data, equal: bool) -> Draft:
    """The cross-lagged model: each wave on the wave before and on the covariates; waves share what is left."""
    items = (*x, *y, *covariates)
    draft = Draft(items, items, loading=_same(items), intercepts=items, unit={name: name for name in items})
    _lagged(draft, x, y, equal)
    for later in (*x[1:], *y[1:]):
        for covariate in covariates:
            draft.slopes[later, covariate] = f"{later}~{covariate}"
    _spread(draft, (x[0], y[0], *covariates), data)
    for one, two in zip(x[1:], y[1:], strict=True):
        _spread(draft, (one, two), None, 0.7)
    return draft


def random_intercepts(
    x: Sequence[str], y: Sequence[str], covariates: Sequence[str], data: Data, equal: bool, names: tuple[str, str]
) -> Draft:
    """The random-intercept cross-lagged model (Hamaker, Kuiper & Grasman 2015).

    What a person has in common over waves is a random intercept, and the lagged paths are among what is left of each
    wave, within the person. Covariates predict the random intercepts.
    """
    items, tops = (*x, *y, *covariates), tuple(f"{BETWEEN} {name}" for name in names)
    draft = Draft(items, (*items, *tops), loading=_same(items), intercepts=items)
    draft.unit = {name: name for name in items} | dict(zip(tops, (x[0], y[0]), strict=True))
    for top, family in zip(tops, (x, y), strict=True):
        draft.loading |= {(name, top): 1.0 for name in family}
        for covariate in covariates:
            draft.slopes[top, covariate] = f"{top}~{covariate}"
    _lagged(draft, x, y, equal)
    for one, two in zip(x, y, strict=True):
        _spread(draft, (one, two), None, 0.6)
    _spread(draft, tops, None, 0.4)
    if covariates:
        _spread(draft, covariates, data)
    return draft


def growth(names: Sequence[str], times: Sequence[float]) -> Draft:
    """Linear growth: each wave is a person's start and slope times its time, and a residual of its own."""
    draft = Draft(tuple(names), ("intercept", "slope"), means=("intercept", "slope"))
    draft.unit = {"intercept": names[0], "slope": names[0]}
    for name, time in zip(names, times, strict=True):
        draft.loading[name, "intercept"], draft.loading[name, "slope"] = 1.0, float(time)
        draft.residuals[name] = f"{name}~~{name}"
        draft.start[f"{name}~~{name}"] = 0.5
    _spread(draft, ("intercept", "slope"), None)
    reach = float(np.ptp(np.asarray(times, dtype=np.float64)))
    draft.start |= {"intercept~~intercept": 0.5, "slope~~slope": 0.1 / max(reach, 1e-9) ** 2}
    return draft
