"""Agreement of one scale in groups pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, inf, log
from typing import Any

import numpy as np

from analysis.agreement.result import Agreement, ByNull
from analysis.missing.pool import Estimates, pool_tests, rubin
from analysis.result import NotApplicable


def pooled_agreement(
    found: Sequence[Agreement | NotApplicable], level: float = 0.95
) -> Agreement | NotApplicable:  # fmt: skip
    """Pool the agreement of one scale in m completed data sets.

    ICC(1) on z = log(F) / 2 with F = MSB / MSW = (1 + (N/J - 1) ICC) / (1 - ICC), whose variance is about
    (1 / df1 + 1 / df2) / 2 (Fisher 1925), by Rubin's rules; ICC(2) = 1 - 1 / F of the pooled z; intervals are those of
    z turned back. F by D2, on df1 and D2's own second df. r_wg, average deviation and omegas are means. NotApplicable
    where any data set has no agreement, or no F.
    """
    if failed := [one for one in found if isinstance(one, NotApplicable)]:
        return failed[0]
    each = [one for one in found if isinstance(one, Agreement)]
    first, m = each[0], len(each)
    if any(not (0 < one.f < inf) for one in each):
        reason = "in an imputed data set groups do not differ, or their members do not, so that F has no logarithm"
        return NotApplicable("agreement", first.scale, reason)
    sets = [
        Estimates(("z",), np.array([log(one.f) / 2]), np.array([[(1 / one.df1 + 1 / one.df2) / 2]]), inf)
        for one in each
    ]
    pooled = rubin(sets)
    low, high = (float(bound[0]) for bound in pooled.interval(level))
    z, size = float(pooled.estimate[0]), float(np.mean([one.n / one.groups for one in each]))
    test = pool_tests([one.f * one.df1 for one in each], first.df1)
    changed: dict[str, Any] = {
        "icc1": _icc(z, size), "icc1_low": _icc(low, size), "icc1_high": _icc(high, size), "icc2": 1 - exp(-2 * z),
        "f": test.f, "df2": test.df2, "p": test.p,
    }  # fmt: skip
    changed |= {name: float(getattr(pooled, name)[0]) for name in ("df", "riv", "fmi")}
    names = ("ad_mean", "omega_within", "omega_between")
    changed |= {name: float(np.mean([getattr(one, name) for one in each])) for name in names}
    notes = [note for note in first.notes if all(note in one.notes for one in each)]
    notes.append(
        f"Pooled over {m} imputed data sets: ICC(1) on Fisher's z by Rubin's rules, F by D2 (Li et al. 1991); r_wg, the"
        " average deviation and omegas are averages."
    )
    return replace(
        first, **changed, n=min(one.n for one in each), dropped=max(one.dropped for one in each),
        nulls=tuple(_null([one.nulls[i] for one in each]) for i in range(len(first.nulls))), imputations=m, level=level,
        notes=tuple(notes),
    )  # fmt: skip


def _icc(z: float, size: float) -> float:
    """ICC(1) of groups of a mean size."""
    f = exp(2 * z)
    return (f - 1) / (f - 1 + size)


def _null(rows: Sequence[ByNull]) -> ByNull:
    names = ("rwg_mean", "rwg_median", "rwgj_mean", "rwgj_median")
    means = {name: float(np.mean([getattr(row, name) for row in rows])) for name in names}
    return ByNull(rows[0].null, rows[0].variance, **means)
