"""Reliability of a scale pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, isfinite, log, nan, sqrt
from typing import Any

import numpy as np
from scipy import special

from analysis.missing.pool import all_fitted, averages, pool_one, shared_notes
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
    each = all_fitted(found)
    if isinstance(each, NotApplicable):
        return each
    first, k = each[0], len(each[0].items)
    if any(one.alpha >= 1 for one in each):
        return NotApplicable("reliability", first.scale, "alpha is 1 in an imputed data set, and has no error")
    errors = [sqrt(2 * k / ((k - 1) * (one.n - 2))) for one in each]
    left = pool_one([log(1 - one.alpha) for one in each], errors, first.level)
    changed: dict[str, Any] = {
        **averages(each, MEANS), "sd": float(np.sqrt(np.mean([one.sd**2 for one in each]))), **_omega(each),
        "alpha": 1 - exp(left.estimate), "alpha_low": 1 - exp(left.high), "alpha_high": 1 - exp(left.low),
        "df": left.df, "riv": left.riv, "fmi": left.fmi,
    }  # fmt: skip
    ordinal = [one.alpha_ordinal for one in each if one.alpha_ordinal is not None]
    items = tuple(_item([one.items[i] for one in each]) for i in range(k))
    notes = shared_notes(each)
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


def _omega(each: Sequence[Reliability]) -> dict[str, float]:
    """omega with its error and interval; the mean where one is at a bound, or has no error."""
    values, errors = [one.omega for one in each], [one.omega_se for one in each]
    if not all(0 < v < 1 and isfinite(e) for v, e in zip(values, errors, strict=True)):
        return {"omega": float(np.mean(values)), "omega_se": nan, "omega_low": nan, "omega_high": nan}
    turned = [e / (v * (1 - v)) for v, e in zip(values, errors, strict=True)]
    logit = pool_one([float(special.logit(v)) for v in values], turned, each[0].level)
    omega, low, high = (float(special.expit(value)) for value in (logit.estimate, logit.low, logit.high))
    return {"omega": omega, "omega_se": logit.se * omega * (1 - omega), "omega_low": low, "omega_high": high}


def _item(rows: Sequence[ItemReliability]) -> ItemReliability:
    """One item: means, and the mean share of every answer that occurs in any data set."""
    sd = float(np.sqrt(np.mean([row.sd**2 for row in rows])))
    shares: dict[float, float] = {}
    for row in rows:
        for answer, share in row.frequencies:
            shares[answer] = shares.get(answer, 0.0) + share / len(rows)
    whole = all(row.frequencies for row in rows)
    given = tuple(sorted(shares.items())) if whole else ()
    return ItemReliability(rows[0].item, sd=sd, frequencies=given, **averages(rows, OF_ITEM))
