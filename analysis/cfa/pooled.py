"""Confirmatory factor analyses pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan, log, nan
from typing import Any

import numpy as np

from analysis.cfa.fit import Change, Fit, comparative, rmsea_interval, rmsea_of
from analysis.cfa.parts import Validity
from analysis.cfa.point import Point, baseline_deviances, deviances, saturated_deviances
from analysis.cfa.result import CFA, FactorCorrelation, Loading, Residual, Rival
from analysis.missing.pool import (
    Joint,
    all_fitted,
    averages,
    pool_likelihoods,
    pool_one,
    pool_tests,
    shared_notes,
)
from analysis.moments import Floats
from analysis.result import NotApplicable

BY_LIKELIHOOD = "χ² is pooled by the likelihoods (D3, Meng & Rubin 1992)"
BY_TESTS = "χ² is pooled from the tests of the data sets (D2, Li et al. 1991)"


def pooled_cfa(fits: Sequence[CFA | NotApplicable]) -> CFA | NotApplicable:
    """Pool the confirmatory factor analyses of m completed data sets.

    Loadings, residual variances, correlations of factors and standardised loadings by Rubin's rules with Barnard and
    Rubin's df, of which the tests are then t (``rubin``; ``semTools::cfa.mi``). chi2 is df times F, and p that of F: of
    'ml' and 'fiml' by D3, of 'mlr' and 'wlsmv' by D2, the scaled test from the scaled tests; the indices are made of
    that, and likelihoods are those at the pooled estimates. srmr, AVE, composite reliability and HTMT are means. There
    are no modification indices. NotApplicable where any of the data sets cannot be analysed.
    """
    found = all_fitted(fits)
    if isinstance(found, NotApplicable):
        return found
    first, m = found[0], len(found)
    if turned := _turned(found):
        reason = f"the factor of {turned} points up in some of the imputed data sets and down in others"
        return NotApplicable("cfa", "", reason)
    points = [one.point for one in found if one.point is not None]
    exact = first.estimator in ("ml", "fiml") and len(points) == m
    ordered = first.estimator == "wlsmv"
    fit = pooled_fit([one.fit for one in found], points if exact else (), ordered=ordered)
    loadings = tuple(_loading([one.loadings[i] for one in found]) for i in range(len(first.loadings)))
    pairs = tuple(_pair([one.correlations[i] for one in found]) for i in range(len(first.correlations)))
    residuals = tuple(_residual([one.residuals[i] for one in found]) for i in range(len(first.residuals)))
    made = [_validity([one.validity[i] for one in found]) for i in range(len(first.validity))]
    rivals = [one.rival for one in found if one.rival is not None]
    rival = None
    if len(rivals) == m:
        narrow = [one.point for one in rivals if one.point is not None]
        worse = pooled_fit([one.fit for one in rivals], narrow if exact else (), ordered=ordered)
        changes = [one.change for one in rivals]
        rival = Rival(worse, pooled_change(changes, worse, fit, (narrow, points) if exact else None))
    notes = shared_notes(found)
    notes.append(
        f"Pooled over {m} imputed data sets: estimates by Rubin's rules, {BY_LIKELIHOOD if exact else BY_TESTS}."
    )
    return replace(
        first, missing="mi", imputations=m, fit=fit, loadings=loadings, residuals=residuals, correlations=pairs,
        validity=tuple(made), modifications=(), rival=rival, notes=tuple(notes), point=None,
        dropped=max(one.dropped for one in found),
    )  # fmt: skip


def _turned(found: Sequence[CFA]) -> str:
    """A factor whose loadings run against those of the first data set in another."""
    for factor in dict.fromkeys(row.factor for row in found[0].loadings):
        own = np.array([[row.loading for row in one.loadings if row.factor == factor] for one in found])
        if (own @ own[0] < 0).any():
            return factor
    return ""


def _loading(rows: Sequence[Loading]) -> Loading:
    own = pool_one([row.loading for row in rows], [row.se for row in rows])
    std = pool_one([row.std for row in rows], [row.std_se for row in rows])
    return Loading(
        rows[0].factor, rows[0].item, own.estimate, own.se, own.t, own.p, std.estimate, std.se, own.df, own.riv, own.fmi
    )


def _pair(rows: Sequence[FactorCorrelation]) -> FactorCorrelation:
    own = pool_one([row.factor_r for row in rows], [row.se for row in rows])
    return FactorCorrelation(
        rows[0].first, rows[0].second, own.estimate, own.se, own.t, own.p, **averages(rows, ("htmt", "htmt2")),
        df=own.df, riv=own.riv, fmi=own.fmi,
    )  # fmt: skip


def _residual(rows: Sequence[Residual]) -> Residual:
    own = pool_one([row.residual for row in rows], [row.se for row in rows])
    return Residual(rows[0].factor, rows[0].item, own.estimate, own.se)


def _validity(rows: Sequence[Validity]) -> Validity:
    return Validity(rows[0].scale, **averages(rows, ("ave", "cr", "cr_observed")))


def pooled_fit(fits: Sequence[Fit], points: Sequence[Point] = (), groups: int = 1, *, ordered: bool = False) -> Fit:
    """The fit of one model over m data sets: by D3 where their ``points`` are given, else by D2.

    groups: of cases, for RMSEA. ordered: whether chi-squared is (n - 1) times a minimum.
    """
    first, m = fits[0], len(fits)
    df, base_df, n = first.df, first.baseline_df, float(first.n) - (groups if ordered else 0)
    whole: Floats | None = None
    if points:
        whole, best = deviances(points), saturated_deviances(points)
        own = float(np.mean([fit.chi2 for fit in fits]))
        test = pool_likelihoods(own, float(np.mean(whole - best)), df, m)
        base_own = float(np.mean([fit.baseline_chi2 for fit in fits]))
        base = pool_likelihoods(base_own, float(np.mean(baseline_deviances(points) - best)), base_df, m)
    else:
        test = pool_tests([fit.chi2 for fit in fits], df)
        base = pool_tests([fit.baseline_chi2 for fit in fits], base_df)
    changed: dict[str, Any] = _indices(test, base, n, groups)
    changed["baseline_chi2"] = base.f * base_df
    changed["srmr"] = float(np.mean([fit.srmr for fit in fits]))
    if whole is None:
        changed |= dict.fromkeys(("loglik", "aic", "bic"), nan)
    else:
        items = len(points[0].model.items)
        loglik = -0.5 * float(np.mean(whole)) - 0.5 * first.n * items * log(2 * np.pi)
        size = first.parameters
        changed |= {"loglik": loglik, "aic": -2 * loglik + 2 * size, "bic": -2 * loglik + log(first.n) * size}
    if not isnan(first.scaling):
        scaled = pool_tests([fit.chi2_scaled for fit in fits], df)
        scaled_base = pool_tests([fit.baseline_scaled for fit in fits], base_df)
        parts = _indices(scaled, scaled_base, n, groups)
        changed |= {f"{name}_scaled": parts[name] for name in ("chi2", "p", "cfi", "tli", "rmsea")}
        changed |= {f"rmsea_scaled_{end}": parts[f"rmsea_{end}"] for end in ("low", "high")}
        changed |= {
            "scaling": float(np.mean([fit.scaling for fit in fits])),
            "baseline_scaled": scaled_base.f * base_df,
        }
        robust = ("cfi_robust", "tli_robust", "rmsea_robust", "rmsea_robust_low", "rmsea_robust_high")
        changed |= dict.fromkeys(robust, nan)
    return replace(first, **changed)


def _indices(test: Joint, base: Joint, n: float, groups: int) -> dict[str, float]:
    """chi2, p, CFI, TLI, RMSEA and its interval of a pooled test and the pooled test of the baseline."""
    df, base_df = int(test.df1), int(base.df1)
    chi2, under = (test.f * df if df > 0 else 0.0), base.f * base_df
    cfi, tli = comparative(chi2, df, under, base_df)
    low, high = rmsea_interval(chi2, df, n, groups)
    return {
        "chi2": chi2, "p": test.p, "cfi": cfi, "tli": tli, "rmsea": rmsea_of(chi2, df, n, groups), "rmsea_low": low,
        "rmsea_high": high,
    }  # fmt: skip


def pooled_change(
    changes: Sequence[Change], narrow: Fit, wide: Fit,
    points: tuple[Sequence[Point], Sequence[Point]] | None = None,
) -> Change:  # fmt: skip
    """The change from a model to one nested in it, of pooled fits: by D3 where the points of both are given (narrow,
    wide), else by D2 of the (scaled) differences; chi2_change is df times F."""
    df = changes[0].df_change
    values = [change.chi2_change for change in changes]
    if points is not None:
        common = float(np.mean(deviances(points[0]) - deviances(points[1])))
        test = pool_likelihoods(float(np.mean(values)), common, df, len(values))
    else:
        test = pool_tests(values, df)
    cfi, rmsea = narrow.best("cfi") - wide.best("cfi"), narrow.best("rmsea") - wide.best("rmsea")
    return Change(test.f * df, df, test.p, cfi, rmsea)
