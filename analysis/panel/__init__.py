"""Panels: two variables over waves, which of them comes first, and who was there to say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import nan

import numpy as np
import pandas as pd
from scipy import stats

from analysis.cfa.data import Data
from analysis.cfa.fit import change
from analysis.cfa.solve import NotFitted
from analysis.errors import AnalysisError
from analysis.panel.attrition import attrition
from analysis.panel.models import BETWEEN, cross_lagged, growth, random_intercepts
from analysis.panel.result import CROSS_LAGGED, RANDOM_INTERCEPT, TITLES, Growth, Lagged, Panel, Path, Reliable
from analysis.plan.waves import parted
from analysis.result import NotApplicable
from analysis.retest import Retest, retest
from analysis.sem import Draft, Estimate, Fitted, fit, observed


def panel(
    frame: pd.DataFrame,
    x: Sequence[str],
    y: Sequence[str],
    covariates: Sequence[str] = (),
    *,
    equal: bool = False,
    times: Sequence[float] = (),
    level: float = 0.95,
) -> Panel | NotApplicable:
    """Fit what a panel of two variables can tell, from all observed values (FIML).

    frame: a row a person. x, y: columns of one variable each, in the order of the waves; two or more. covariates:
    columns of numbers that stand for the whole time. equal: the lagged paths are the same in all waves. times: of the
    waves, for growth; by default 0, 1, 2, …. level: of intervals.

    Two waves: the cross-lagged model, whose paths mix what differs between persons with what changes within them.
    Three or more: the random-intercept cross-lagged model (Hamaker, Kuiper & Grasman 2015) and that beside it. Equal to
    ``lavaan::sem(missing = "fiml", fixed.x = FALSE)``. Growth is ``lavaan::growth``, of three waves or more.

    Returns NotApplicable where no model can be fitted at all; raises AnalysisError for columns that are not there.
    """
    items = (*x, *y, *covariates)
    if absent := [name for name in items if name not in frame.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    if len(x) != len(y) or len(x) < 2 or len(set(items)) < len(items):
        raise AnalysisError("A panel needs x and y in the same two waves or more, each variable once.")
    table = frame[list(items)].astype(np.float64)
    table = table.where(np.isfinite(table))
    data = observed(table, (x, y))
    if isinstance(data, str):
        return NotApplicable("panel", "", data)
    names = called(x, "x"), called(y, "y")
    models = _models(data, x, y, covariates, names, equal, level)
    if all(model.fit is None for model in models):
        return NotApplicable("panel", "", models[0].reason)
    clock = tuple(float(t) for t in times) or tuple(float(i) for i in range(len(x)))
    pairs = list(zip((x, y), names, strict=True)) if len(x) > 2 else []
    grown = tuple(_growth(table[list(v)], name, clock, level) for v, name in pairs)
    reliable = tuple(_reliable(table, v, name, level) for v, name in zip((x, y), names, strict=True))
    found = Panel(
        tuple(x), tuple(y), names, tuple(covariates), models, grown, reliable,
        attrition(table, x, y, covariates), int(data.n), len(frame) - int(data.n), level,
    )  # fmt: skip
    return _with_notes(found)


def called(names: Sequence[str], otherwise: str) -> str:
    """What a variable is called over all its waves: the name before the wave where that is one name.

    >>> called(["stress@1", "stress@2"], "x"), called(["s1", "s2"], "x")
    ('stress', 'x')
    """
    bases = {(parted(name) or (None, ""))[0] for name in names}
    only = bases.pop() if len(bases) == 1 else None
    return only or otherwise


def _models(
    data: Data, x: Sequence[str], y: Sequence[str], covariates: Sequence[str], names: tuple[str, str], equal: bool,
    level: float,
) -> tuple[Lagged, ...]:  # fmt: skip
    plain = {tied: cross_lagged(x, y, covariates, data, tied) for tied in (False, True)}
    if len(x) == 2:
        return (_lagged(CROSS_LAGGED, data, {False: plain[False]}, (x, y), names, False, level),)
    within = {tied: random_intercepts(x, y, covariates, data, tied, names) for tied in (False, True)}
    return (
        _lagged(RANDOM_INTERCEPT, data, within, (x, y), names, equal, level),
        _lagged(CROSS_LAGGED, data, plain, (x, y), names, equal, level),
    )


def _lagged(
    name: str, data: Data, drafts: Mapping[bool, Draft], families: tuple[Sequence[str], Sequence[str]],
    names: tuple[str, str], equal: bool, level: float,
) -> Lagged:  # fmt: skip
    made = {tied: fit(draft, data) for tied, draft in drafts.items()}
    found = made[equal]
    if isinstance(found, NotFitted):
        return Lagged(name, None, reason=found.reason, equal=equal)
    both = made.get(True), made.get(False)
    moved = None
    if isinstance(both[0], Fitted) and isinstance(both[1], Fitted):
        moved = change(both[0].fit, both[1].fit)
    draft = drafts[equal]
    lagged = [(b, a) for family in families for a, b in pairwise(family)]
    waves = list(zip(*families, strict=True))
    lagged += [pair for (a, b), (c, d) in pairwise(waves) for pair in ((c, b), (d, a))]
    order = [pair for pair in lagged if pair in draft.slopes] + [pair for pair in draft.slopes if pair not in lagged]
    paths = [_path(f"{_bare(a)}->{_bare(b)}", found.slopes[b, a], level) for b, a in order]
    tops = [f"{BETWEEN} {one}" for one in names]
    covariances = [pair for pair in draft.covariances if pair[0] != pair[1]]
    paths += [_path(f"{_bare(b)}~{_bare(a)}", found.covariances[a, b], level) for a, b in covariances]
    between = tuple(
        (one, found.covariances[top, top].b) for one, top in zip(names, tops, strict=True) if top in draft.factors
    )
    return Lagged(name, found.fit, tuple(paths), between, moved, equal, tuple(map(_bare, found.improper)))


def _bare(factor: str) -> str:
    """A random intercept is called by its variable."""
    return factor.removeprefix(f"{BETWEEN} ")


def _path(term: str, of: Estimate, level: float) -> Path:
    half = float(stats.norm.isf((1 - level) / 2)) * of.se
    return Path(term, of.b, of.se, of.z, of.p, of.b - half, of.b + half, of.beta)


def _growth(table: pd.DataFrame, name: str, times: Sequence[float], level: float) -> Growth:
    means = tuple(float(value) for value in table.mean())
    data = observed(table, (tuple(map(str, table.columns)),))
    found = NotFitted(data) if isinstance(data, str) else fit(growth([str(c) for c in table.columns], times), data)
    if isinstance(found, NotFitted):
        return Growth(name, tuple(times), None, (), means, (), reason=found.reason)
    rows = [_path(one, found.means[one], level) for one in ("intercept", "slope")]
    rows += [_path(f"{b}~{a}", each, level) for (a, b), each in found.covariances.items()]
    start, slope = rows[0].b, rows[1].b
    line = tuple(start + slope * time for time in times)
    return Growth(name, tuple(times), found.fit, tuple(rows), means, line, found.improper)


def _reliable(table: pd.DataFrame, names: Sequence[str], called_: str, level: float) -> Reliable:
    ends = table[[names[0], names[-1]]].dropna()
    found = retest(ends, scale=called_, level=level) if len(ends) else None
    if not isinstance(found, Retest):
        reason = found.reason if found is not None else "nobody has both waves"
        return Reliable(called_, nan, nan, nan, reason)
    return Reliable(called_, found.rci, found.rci_up, found.rci_down)


def _with_notes(found: Panel) -> Panel:
    """What a reader ought to know, in sentences."""
    said = []
    if found.dropped:
        said.append(f"{found.dropped:,} people have no value in any wave and were left out.")
    for model in found.models:
        if model.reason:
            said.append(f"{TITLES[model.name]}: not applicable, because {model.reason}.")
        if model.improper:
            said.append(
                f"{TITLES[model.name]}: the solution is improper, for it gives a negative variance or an impossible "
                f"correlation of {', '.join(model.improper)}."
            )
        if model.fit is not None and model.fit.df == 0:
            said.append(f"{TITLES[model.name]}: no degrees of freedom are left, so that its fit tells nothing.")
    for one in found.growth:
        if one.reason:
            said.append(f"Growth of {one.variable}: not applicable, because {one.reason}.")
        if one.improper:
            said.append(f"Growth of {one.variable}: the solution is improper in {', '.join(one.improper)}.")
    if found.attrition.reason:
        said.append(f"Weights for attrition: not applicable, because {found.attrition.reason}.")
    return replace(found, notes=tuple(said))
