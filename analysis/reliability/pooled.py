"""Reliability of a scale pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, inf, isfinite, log, nan
from typing import Any

import numpy as np
from scipy import special

from analysis.missing.pool import Estimates, Pooled, rubin
from analysis.reliability.result import ItemReliability, Reliability
from analysis.result import NotApplicable

MEANS = (
    "alpha_std", "lambda2", "lambda4", "lambda6", "omega_total", "omega_h", "mean_inter_item_r", "mean", "sem",
)  # fmt: skip
OF_ITEM = ("mean", "r_drop", "alpha_if_dropped", "loading")


def pooled_reliability(found: Sequence[Reliability | NotApplicable]) -> Reliability | NotApplicable:
    """Pool the reliabilities of one scale in m completed data sets.

    alpha on log(1 - alpha), whose variance is 2 k / ((k - 1) (n - 2)) (Bonett 2002); omega on its logit, with the delta
    error; both by Rubin's rules with Barnard and Rubin's df, and turned back with their intervals. df, riv and fmi are
    of alpha. Every other coefficient is a mean over the data sets, a standard deviation the root of the mean variance.
    The bootstrap is not pooled. NotApplicable where any of the data sets has no reliability.
    """
    if failed := [one for one in found if isinstance(one, NotApplicable)]:
        return failed[0]
    each = [one for one in found if isinstance(one, Reliability)]
    first, k = each[0], len(each[0].items)
    if any(one.alpha >= 1 for one in each):
        return NotApplicable("reliability", first.scale, "alpha is 1 in an imputed data set, and has no error")
    alphas = _rubin([log(1 - one.alpha) for one in each], [2 * k / ((k - 1) * (one.n - 2)) for one in each])
    low, high = (float(bound[0]) for bound in alphas.interval(first.level))
    changed: dict[str, Any] = {name: float(np.mean([getattr(one, name) for one in each])) for name in MEANS}
    changed |= {"alpha": 1 - exp(float(alphas.estimate[0])), "alpha_low": 1 - exp(high), "alpha_high": 1 - exp(low)}
    changed |= _omega(each)
    changed |= {name: float(getattr(alphas, name)[0]) for name in ("df", "riv", "fmi")}
    changed["sd"] = float(np.sqrt(np.mean([one.sd**2 for one in each])))
    ordinal = [one.alpha_ordinal for one in each if one.alpha_ordinal is not None]
    items = tuple(_item([one.items[i] for one in each]) for i in range(k))
    notes = [note for note in first.notes if all(note in one.notes for one in each)]
    notes.append(
        f"Pooled over {len(each)} imputed data sets: alpha on log(1 − α) with Bonett's error, omega on its logit, by"
        " Rubin's rules; the other coefficients are averages."
    )
    return replace(
        first, **changed, n=min(one.n for one in each), dropped=max(one.dropped for one in each),
        alpha_ordinal=float(np.mean(ordinal)) if len(ordinal) == len(each) else None, items=items, missing="mi",
        imputations=len(each), notes=tuple(notes), interval="", resamples=0, failed=0, alpha_boot_low=nan,
        alpha_boot_high=nan,
    )  # fmt: skip


def _rubin(values: Sequence[float], variances: Sequence[float]) -> Pooled:
    return rubin(
        [Estimates(("e",), np.array([v]), np.array([[u]]), inf) for v, u in zip(values, variances, strict=True)]
    )


def _omega(each: Sequence[Reliability]) -> dict[str, float]:
    """omega with its error and interval; the mean where one is at a bound, or has no error."""
    values, errors = [one.omega for one in each], [one.omega_se for one in each]
    if not all(0 < v < 1 and isfinite(e) for v, e in zip(values, errors, strict=True)):
        return {"omega": float(np.mean(values)), "omega_se": nan, "omega_low": nan, "omega_high": nan}
    scale = [v * (1 - v) for v in values]
    pooled = _rubin(
        [float(special.logit(v)) for v in values], [(e / s) ** 2 for e, s in zip(errors, scale, strict=True)]
    )
    low, high = (float(special.expit(bound[0])) for bound in pooled.interval(each[0].level))
    omega = float(special.expit(pooled.estimate[0]))
    return {"omega": omega, "omega_se": float(pooled.se[0]) * omega * (1 - omega), "omega_low": low, "omega_high": high}


def _item(rows: Sequence[ItemReliability]) -> ItemReliability:
    """One item: means, and the mean share of every answer that occurs in any data set."""
    means = {name: float(np.mean([getattr(row, name) for row in rows])) for name in OF_ITEM}
    sd = float(np.sqrt(np.mean([row.sd**2 for row in rows])))
    shares: dict[float, float] = {}
    for row in rows:
        for answer, share in row.frequencies:
            shares[answer] = shares.get(answer, 0.0) + share / len(rows)
    whole = all(row.frequencies for row in rows)
    given = tuple(sorted(shares.items())) if whole else ()
    return ItemReliability(rows[0].item, sd=sd, frequencies=given, **means)
