"""Agreement of one scale in groups pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, inf, log, sqrt
from typing import Any

import numpy as np

from analysis.agreement.result import Agreement, ByNull
from analysis.missing.pool import all_fitted, averages, pool_one, pool_tests, shared_notes
from analysis.result import NotApplicable


def pooled_agreement(found: Sequence[Agreement | NotApplicable], level: float = 0.95) -> Agreement | NotApplicable:
    """Pool the agreement of one scale in m completed data sets.

    ICC(1) on z = log(F) / 2 with F = MSB / MSW = (1 + (N/J - 1) ICC) / (1 - ICC), whose variance is about
    (1 / df1 + 1 / df2) / 2 (Fisher 1925), by Rubin's rules; ICC(2) = 1 - 1 / F of the pooled z; intervals are those of
    z turned back. F by D2, on df1 and D2's own second df. r_wg, average deviation and omegas are means. NotApplicable
    where any data set has no agreement, or no F.
    """
    each = all_fitted(found)
    if isinstance(each, NotApplicable):
        return each
    first, m = each[0], len(each)
    if any(not (0 < one.f < inf) for one in each):
        reason = "in an imputed data set groups do not differ, or their members do not, so that F has no logarithm"
        return NotApplicable("agreement", first.scale, reason)
    errors = [sqrt((1 / one.df1 + 1 / one.df2) / 2) for one in each]
    z = pool_one([log(one.f) / 2 for one in each], errors, level)
    size = float(np.mean([one.n / one.groups for one in each]))
    test = pool_tests([one.f * one.df1 for one in each], first.df1)
    changed: dict[str, Any] = {
        "icc1": _icc(z.estimate, size), "icc1_low": _icc(z.low, size), "icc1_high": _icc(z.high, size),
        "icc2": 1 - exp(-2 * z.estimate), "f": test.f, "df2": test.df2, "p": test.p, "df": z.df, "riv": z.riv,
        "fmi": z.fmi, **averages(each, ("ad_mean", "omega_within", "omega_between")),
    }  # fmt: skip
    notes = shared_notes(each)
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
    return ByNull(rows[0].null, rows[0].variance, **averages(rows, names))
