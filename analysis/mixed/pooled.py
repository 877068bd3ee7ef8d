"""Mixed models pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, nan

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.missing.pool import all_fitted, averages, pool_one
from analysis.mixed import mixed
from analysis.mixed.result import Effect, Group, Mixed
from analysis.result import NotApplicable

AVERAGED = ("var_group", "var_slope", "slope_r", "var_resid", "icc", "r2_marginal", "r2_conditional")
POOLED_NOTE = (
    "Coefficients are pooled by Rubin's rules with each term's mean Satterthwaite df as those of complete data;"
    " variances, ICC and R² are averages over the imputed data sets."
)


def pooled_mixed(
    frames: Sequence[pd.DataFrame], outcome: str, fixed: Sequence[str], group: str, slope: str = "",
    within_between: Sequence[str] = (), level: float = 0.95,
) -> Mixed | NotApplicable:  # fmt: skip
    """Fit a mixed model in each completed data set, and pool; arguments as of ``mixed``.

    Each coefficient by Rubin's rules (Barnard & Rubin 1999), its complete-data df the mean of its Satterthwaite df;
    variances, icc, R² and the groups' intercepts are means; there is no pooled likelihood. NotApplicable where any of
    the data sets cannot be analysed.
    """
    results = all_fitted([mixed(frame, outcome, fixed, group, slope, within_between, level) for frame in frames])
    if isinstance(results, NotApplicable):
        return results
    first = results[0]
    try:
        effects = tuple(_effect([r.effects[i] for r in results], level) for i in range(len(first.effects)))
        contextual = tuple(_effect([r.contextual[i] for r in results], level) for i in range(len(first.contextual)))
    except (UnsuitableError, IndexError):
        reason = "the imputed data sets have not the same terms: a rare category occurs in some only"
        return NotApplicable(Mixed.kind, outcome, reason)
    plain = averages(results, AVERAGED)
    count = sum(r.singular for r in results)
    notes = [note for note in first.notes if "singular" not in note]
    if count:
        notes.append(f"The fit was singular in {count} of {len(results)} imputed data sets.")
    groups = _groups(results) if all(r.n_groups == first.n_groups for r in results) else ()
    return replace(
        first, **plain, n=min(r.n for r in results), dropped=max(r.dropped for r in results), effects=effects,
        contextual=contextual, loglik=nan, groups=groups, singular=count > 0, notes=(*notes, POOLED_NOTE),
        missing="mi", imputations=len(results),
    )  # fmt: skip


def _effect(rows: Sequence[Effect], level: float) -> Effect:
    """One term of all data sets."""
    first = rows[0]
    if any(row.term != first.term for row in rows):
        raise UnsuitableError("the terms differ")
    df = float(np.mean([row.df for row in rows]))
    one = pool_one([row.b for row in rows], [row.se for row in rows], level, df)
    unit, share = averages(rows, ("unit", "share_within")).values()
    return Effect(
        first.term, one.estimate, one.se, one.df if one.df < inf else df, one.t, one.p, one.low, one.high,
        one.estimate * unit, unit, share, one.riv, one.fmi,
    )  # fmt: skip


def _groups(results: Sequence[Mixed]) -> tuple[Group, ...]:
    """Mean intercepts, with Rubin's error of each."""
    made = []
    for rows in zip(*(result.groups for result in results), strict=True):
        at = np.array([row.intercept for row in rows])
        within, between = float(np.mean([row.se**2 for row in rows])), float(at.var(ddof=1))
        se = float(np.sqrt(within + (1 + 1 / len(rows)) * between))
        made.append(Group(rows[0].name, min(row.n for row in rows), float(at.mean()), se))
    return tuple(made)
