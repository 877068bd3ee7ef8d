"""Retest: whether a scale gives the same people the same scores at another time."""

from __future__ import annotations

from itertools import combinations
from math import nan, sqrt

import numpy as np
import pandas as pd
from scipy import stats

from analysis.moments import Floats, as_matrix, moments
from analysis.result import NotApplicable
from analysis.retest.icc import FORMS, Icc, forms
from analysis.retest.result import Pair as Pair
from analysis.retest.result import Retest as Retest
from analysis.retest.variance import Components, components

FLAT = 1e-20


def retest(table: pd.DataFrame, *, scale: str, level: float = 0.95) -> Retest | NotApplicable:
    """Intraclass correlations, standard error of measurement and reliable change of one score.

    table: people × waves, one column a wave in their order; NaN where somebody has no score in a wave. The six forms
    follow from variance components by REML, so that people with empty cells count (``psych::ICC``, which does the same
    by ``lmer``); r and reliable change use those who have both waves. With SD and r of the first and the last wave,

        sem = √ residual variance (Weir 2005),  sdc = z √2 sem,  rci = z √2 SD_first √(1 − r) (Jacobson & Truax 1991)

    with z of ``level`` (1.96 at .95). Returns NotApplicable with fewer than two waves, fewer than three people with two
    scores or more, or scores that do not differ.
    """
    matrix, names = as_matrix(table)
    seen = np.isfinite(matrix)
    rows = matrix[seen.any(axis=1)]
    if len(names) < 2:
        return NotApplicable("retest", scale, "stability needs two waves or more")
    if empty := [name for name, column in zip(names, seen.T, strict=True) if not column.any()]:
        return NotApplicable("retest", scale, f"nobody has a score in wave {', '.join(empty)}")
    both = int((np.isfinite(rows).sum(axis=1) > 1).sum())
    if both < 3:
        return NotApplicable("retest", scale, f"only {both} people have a score in more than one wave; it needs 3")
    spread = float(np.nanvar(rows))
    if spread <= FLAT * float(np.nanmean(rows**2)):
        return NotApplicable("retest", scale, "all scores are the same")
    n, k = rows.shape
    found = components(np.where(np.isfinite(rows), rows, np.nan))
    notes = _about(rows, found, n)
    exact = found.residual <= 1e-12 * spread
    pairs = tuple(_pair(rows, names, i, j) for i, j in combinations(range(k), 2))
    ends = rows[np.isfinite(rows[:, [0, -1]]).all(axis=1)][:, [0, -1]]
    first_last = next(pair for pair in pairs if (pair.first, pair.second) == (names[0], names[-1]))
    rci, up, down = _change(ends, first_last.r, level)
    z = float(stats.norm.isf((1 - level) / 2))
    sem = sqrt(found.residual) if not exact else 0.0
    return Retest(
        scale=scale,
        waves=names,
        n=n,
        complete=int(np.isfinite(rows).all(axis=1).sum()),
        means=tuple(np.nanmean(rows, axis=0).tolist()),
        sds=tuple(_sds(rows)),
        iccs=_iccs(found, n, k, level, exact, notes),
        pairs=pairs,
        r=first_last.r,
        sem=sem,
        sdc=z * sqrt(2) * sem,
        rci=rci,
        rci_up=up,
        rci_down=down,
        components=found,
        level=level,
        notes=tuple(notes),
    )


def _iccs(found: Components, n: int, k: int, level: float, exact: bool, notes: list[str]) -> tuple[Icc, ...]:
    if exact:
        notes.append("Nothing is left beside people and waves, so the forms have no interval.")
    rest = found.residual
    people, waves, within = k * found.person + rest, n * found.wave + rest, found.wave + rest
    made = forms(np.array(people), np.array(waves), np.array(rest), np.array(within), n, k, level)
    return tuple(
        Icc(form, float(made[i, 0]), nan if exact else float(made[i, 1]), nan if exact else float(made[i, 2]))
        for i, form in enumerate(FORMS)
    )


def _about(rows: Floats, found: Components, n: int) -> list[str]:
    notes = []
    if lacking := int((~np.isfinite(rows)).any(axis=1).sum()):
        notes.append(
            f"{lacking:,} of {n:,} people lack a score in some wave; they count with the scores that they have."
        )
    for name, value in (("people", found.person), ("waves", found.wave)):
        if value == 0:
            notes.append(f"The variance of {name} is estimated as zero.")
    return notes


def _pair(rows: Floats, names: tuple[str, ...], i: int, j: int) -> Pair:
    two = rows[np.isfinite(rows[:, [i, j]]).all(axis=1)][:, [i, j]]
    if len(two) < 3 or not (two.max(axis=0) > two.min(axis=0)).all():
        return Pair(names[i], names[j], len(two), nan)
    return Pair(names[i], names[j], len(two), float(moments(two).correlation[0, 1]))


def _sds(rows: Floats) -> list[float]:
    columns = [column[np.isfinite(column)] for column in rows.T]
    return [float(column.std(ddof=1)) if len(column) > 1 else nan for column in columns]


def _change(ends: Floats, r: float, level: float) -> tuple[float, float, float]:
    """The reliable change, and the shares of people who rose and fell by more than it."""
    if not np.isfinite(r):
        return nan, nan, nan
    z = float(stats.norm.isf((1 - level) / 2))
    needed = z * sqrt(2) * float(ends[:, 0].std(ddof=1)) * sqrt(max(1 - r, 0.0))
    moved = ends[:, 1] - ends[:, 0]
    return needed, float(np.mean(moved > needed)), float(np.mean(moved < -needed))
