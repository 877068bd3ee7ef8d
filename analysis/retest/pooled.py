"""Stability of one score over waves, pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, isfinite, log, nan, sqrt, tanh
from typing import Any

import numpy as np
from scipy import special

from analysis.missing.pool import all_fitted, averages, pool_one, shared_notes
from analysis.result import NotApplicable, fisher_z
from analysis.retest.icc import Icc
from analysis.retest.result import Pair, Retest

Turn = Callable[[float], float]


def pooled_retest(found: Sequence[Retest | NotApplicable]) -> Retest | NotApplicable:
    """Pool the stability of one score in m completed data sets.

    Each form of the intraclass correlation on z = log(F) / 2, with F = (1 + (k - 1) ICC) / (1 - ICC) of one measurement
    and 1 / (1 - ICC) of the mean of k, with the error that its own interval has on that scale; r on Fisher's z; both by
    Rubin's rules with Barnard and Rubin's df, intervals turned back. sem, sdc and rci are roots of mean squares, shares
    and means are averages. NotApplicable where any of the data sets has no stability; a form without an interval is a
    mean without one.
    """
    each = all_fitted(found)
    if isinstance(each, NotApplicable):
        return each
    first, m, k = each[0], len(each), len(each[0].waves)
    iccs = tuple(_form([one.iccs[i] for one in each], k, first.level) for i in range(len(first.iccs)))
    pairs = tuple(_pair([one.pairs[i] for one in each], first.level) for i in range(len(first.pairs)))
    ends = next(pair for pair in pairs if (pair.first, pair.second) == (first.waves[0], first.waves[-1]))
    changed: dict[str, Any] = {
        name: sqrt(float(np.mean([getattr(one, name) ** 2 for one in each]))) for name in ("sem", "sdc", "rci")
    }
    changed |= averages(each, ("rci_up", "rci_down"))
    changed["means"] = tuple(np.mean([one.means for one in each], axis=0).tolist())
    changed["sds"] = tuple(np.sqrt(np.mean(np.square([one.sds for one in each]), axis=0)).tolist())
    notes = shared_notes(each)
    notes.append(
        f"Pooled over {m} imputed data sets: intraclass correlations and r on Fisher's z by Rubin's rules; the error of"
        " measurement and the reliable change are roots of mean squares."
    )
    return replace(
        first, **changed, n=min(one.n for one in each), complete=min(one.complete for one in each), iccs=iccs,
        pairs=pairs, r=ends.r, imputations=m, notes=tuple(notes),
    )  # fmt: skip


def _form(rows: Sequence[Icc], k: int, level: float) -> Icc:
    first = rows[0]
    to, back = _mean_scale() if first.form.endswith("k") else _single_scale(k)
    try:
        values = [to(row.icc) for row in rows]
        width = 2 * float(special.ndtri((1 + level) / 2))
        errors = [(to(row.high) - to(row.low)) / width for row in rows]
    except (ValueError, ZeroDivisionError):
        errors = [nan]
    if not all(isfinite(error) for error in errors):
        return Icc(first.form, float(np.mean([row.icc for row in rows])), nan, nan)
    z = pool_one(values, errors, level)
    return Icc(first.form, back(z.estimate), back(z.low), back(z.high), z.df, z.riv, z.fmi)


def _single_scale(k: int) -> tuple[Turn, Turn]:
    return (
        lambda icc: log((1 + (k - 1) * icc) / (1 - icc)) / 2,
        lambda z: (exp(2 * z) - 1) / (exp(2 * z) + k - 1),
    )


def _mean_scale() -> tuple[Turn, Turn]:
    return lambda icc: -log(1 - icc) / 2, lambda z: 1 - exp(-2 * z)


def _pair(rows: Sequence[Pair], level: float) -> Pair:
    first = rows[0]
    n = min(row.n for row in rows)
    if n < 4 or any(not isfinite(row.r) for row in rows):
        return replace(first, n=n, r=nan)
    z = pool_one([fisher_z(row.r) for row in rows], [(row.n - 3) ** -0.5 for row in rows], level)
    return Pair(first.first, first.second, n, tanh(z.estimate), tanh(z.low), tanh(z.high), z.df, z.riv, z.fmi)
