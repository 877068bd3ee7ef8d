"""How well a measurement model fits: chi-squared and the indices made of it, as lavaan computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log, nan, pi, sqrt

import numpy as np

from analysis.cfa.data import Data
from analysis.cfa.incomplete import Saturated
from analysis.cfa.likelihood import Implied
from analysis.cfa.model import Model, independence
from analysis.cfa.robust import Robust, baseline_trace, saturated_trace, scaling
from analysis.cfa.solve import Solution

RMSEA_LEVEL = 0.90
"""Level of the interval of RMSEA, by convention."""


@dataclass(frozen=True)
class Fit:
    """Fit of one model. NaN marks what its estimator does not give.

    n: cases; parameters: free ones. chi2, df, p: likelihood ratio against the saturated model. baseline_chi2,
    baseline_df: the same of the independence model. rmsea_low, rmsea_high: 90% interval. loglik, aic, bic: of the
    normal likelihood. scaling, chi2_scaled, p_scaled: the factor of a robust test and the test corrected by it (MLR:
    Yuan and Bentler's; WLSMV: scaled and shifted). MLR: cfi_robust, tli_robust, rmsea_robust and its interval, from
    that factor (Brosseau-Liard & Savalei 2014), or, with missing answers, from what complete data would have given
    (Zhang & Savalei 2023). WLSMV, and MLR with missing answers: cfi_scaled, …, from the corrected tests.
    """

    n: int
    parameters: int
    chi2: float
    df: int
    p: float
    baseline_chi2: float
    baseline_df: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    loglik: float = nan
    aic: float = nan
    bic: float = nan
    scaling: float = nan
    chi2_scaled: float = nan
    p_scaled: float = nan
    cfi_robust: float = nan
    tli_robust: float = nan
    rmsea_robust: float = nan
    rmsea_robust_low: float = nan
    rmsea_robust_high: float = nan
    cfi_scaled: float = nan
    tli_scaled: float = nan
    rmsea_scaled: float = nan
    rmsea_scaled_low: float = nan
    rmsea_scaled_high: float = nan
    baseline_scaled: float = nan

    def numbers(self) -> dict[str, float]:
        """Every index by its name in ``results.csv``; those that the estimator does not give are left out."""
        whole = {name: float(value) for name, value in vars(self).items() if name not in UNNAMED}
        optional = ("loglik", "aic", "bic", *SCALED)
        return {name: value for name, value in whole.items() if name not in optional or not np.isnan(value)}

    @property
    def tested(self) -> tuple[float, float]:
        """The chi-squared to report and its p: the scaled one where there is one."""
        return (self.chi2, self.p) if np.isnan(self.scaling) else (self.chi2_scaled, self.p_scaled)

    def best(self, name: str) -> float:
        """The version of 'cfi', 'tli', 'rmsea', 'rmsea_low' or 'rmsea_high' to report: robust, else scaled, else plain.

        >>> one = Fit(9, 2, 3.0, 1, 0.08, 9.0, 3, 0.7, 0.6, 0.1, 0.0, 0.2, 0.05, cfi_robust=0.75)
        >>> one.best("cfi"), one.best("rmsea_low")
        (0.75, 0.0)
        """
        first, _, end = name.partition("_")
        for version in ("robust", "scaled"):
            value = float(getattr(self, f"{first}_{version}{'_' if end else ''}{end}"))
            if not np.isnan(value):
                return value
        return float(getattr(self, name))


UNNAMED = ("parameters", "baseline_scaled")
"""What is kept of a fit and stands in no table: free parameters, and the baseline's scaled chi-squared."""
SCALED = (
    "scaling", "chi2_scaled", "p_scaled", "cfi_robust", "tli_robust", "rmsea_robust", "rmsea_robust_low",
    "rmsea_robust_high", "cfi_scaled", "tli_scaled", "rmsea_scaled", "rmsea_scaled_low", "rmsea_scaled_high",
)  # fmt: skip


def chi2_p(chi2: float, df: int) -> float:
    """Upper tail of chi-squared; NaN without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(chi2, 0.0))) if df > 0 and isfinite(chi2) else nan


def comparative(
    chi2: float, df: int, base: float, base_df: int, factor: float = 1.0, base_factor: float = 1.0
) -> tuple[float, float]:
    """CFI and TLI (Bentler 1990; Tucker & Lewis 1973); with scaling factors, their robust versions."""
    over, under = chi2 - factor * df, base - base_factor * base_df
    if not (isfinite(over) and isfinite(under)):
        return nan, nan
    most = max(over, under, 0.0)
    cfi = 1.0 if most == 0 else 1 - max(over, 0.0) / most
    tli = 1 - over * base_df / (under * df) if df > 0 and under != 0 else 1.0
    return cfi, tli


def rmsea_of(chi2: float, df: float, n: float, groups: int = 1, factor: float = 1.0) -> float:
    """Root mean square error of approximation (Steiger & Lind 1980), times the root of the groups (Steiger 1998)."""
    if df <= 0:
        return 0.0
    return sqrt(max(chi2 / n / df - factor / n, 0.0)) * sqrt(groups)


def rmsea_interval(chi2: float, df: float, n: float, groups: int = 1, factor: float = 1.0) -> tuple[float, float]:
    """90% interval of RMSEA: the noncentralities at which the chi-squared would be the 95th and the 5th percentile."""
    if df <= 0 or not isfinite(chi2):
        return 0.0, 0.0
    tail = (1 - RMSEA_LEVEL) / 2
    low, high = (_noncentrality(chi2, df, percentile) for percentile in (1 - tail, tail))
    return sqrt(factor * low / (n * df)) * sqrt(groups), sqrt(factor * high / (n * df)) * sqrt(groups)


def _noncentrality(chi2: float, df: float, percentile: float) -> float:
    """The noncentrality at which ``chi2`` is at this percentile; 0 where even the central distribution is beyond it."""
    from scipy.optimize import brentq
    from scipy.special import chdtr, chndtr

    if chdtr(df, max(chi2, 0.0)) < percentile:
        return 0.0
    high = max(chi2, 1.0)
    while chndtr(chi2, df, high) > percentile:
        high *= 2
    return float(brentq(lambda away: chndtr(chi2, df, away) - percentile, 0.0, high, xtol=1e-12, rtol=1e-14))


def srmr_of(data: Data, at: Sequence[Implied], means: bool) -> float:
    """Standardised root mean square residual (Bentler's), groups weighted by their cases; with means if modelled."""
    total = 0.0
    for sample, mean, cov, found in zip(data.samples, data.mean, data.cov, at, strict=True):
        sd = np.sqrt(np.diag(cov))
        apart = ((cov - found.sigma) / np.outer(sd, sd))[np.tril_indices(len(sd))]
        squares, count = float(apart @ apart), len(apart)
        if means:
            squares += float(np.sum(((mean - found.mu) / sd) ** 2))
            count += len(sd)
        total += sample.n / data.n * sqrt(squares / count)
    return total


def baseline(data: Data) -> tuple[float, int, Solution]:
    """Chi-squared, df and solution of the independence model, whose estimates are each item's mean and variance."""
    p, groups = len(data.items), len(data.samples)
    model = independence(data.items, groups)
    values = np.empty(model.size)
    found = 0.0
    for g, sample in enumerate(data.samples):
        count, sums, squares = np.zeros(p), np.zeros(p), np.zeros(p)
        for pattern in sample.patterns:
            count[pattern.where] += pattern.n
            sums[pattern.where] += pattern.n * pattern.mean
            squares[pattern.where] += pattern.n * (np.diag(pattern.cov) + pattern.mean**2)
        mean = sums / count
        variance = squares / count - mean**2
        values[2 * p * g : 2 * p * g + p], values[2 * p * g + p : 2 * p * (g + 1)] = variance, mean
        found += float(count @ (np.log(variance) + 1))
    solution = Solution(model, values, found, np.empty((0, 0)), 0.0, 0)
    return found - data.saturated, groups * p * (p - 1) // 2, solution


def saturated_size(data: Data, means: bool) -> int:
    """How many moments there are to fit."""
    p = len(data.items)
    return len(data.samples) * (p * (p + 1) // 2 + (p if means else 0))


def free(model: Model, data: Data, means: bool) -> int:
    """Free parameters; where means are not modelled, each item's intercept is its mean and is not counted."""
    return model.size - (0 if means else len(data.items) * len(data.samples))


def fit_of(solution: Solution, data: Data, means: bool, errors: Robust | None = None) -> Fit:
    """All indices of a fitted model; ``errors`` adds those that rest on scaled tests."""
    size, groups = free(solution.model, data, means), len(data.samples)
    df = saturated_size(data, means) - size
    chi2 = max(solution.deviance - data.saturated, 0.0) if df > 0 else 0.0
    base, base_df, alone = baseline(data)
    cfi, tli = comparative(chi2, df, base, base_df)
    low, high = rmsea_interval(chi2, df, data.n, groups)
    loglik = -0.5 * (solution.deviance + _constant(data))
    scaled = {}
    if errors is not None:
        whole = saturated_trace(data)
        factor = scaling(whole, errors.trace, df)
        base_factor = scaling(whole, baseline_trace(alone, data), base_df)
        scaled = {
            "scaling": factor,
            "chi2_scaled": chi2 / factor,
            "p_scaled": chi2_p(chi2 / factor, df),
            "baseline_scaled": base / base_factor,
        }
        if data.complete:
            scaled |= _robust_indices(chi2, df, base, base_df, factor, base_factor, data.n, groups)
        else:
            scaled |= _scaled_indices(chi2, df, base, base_df, factor, base_factor, data.n, groups)
            known = Saturated(data)
            whole_chi2, whole_factor = known.corrected(solution, df)
            alone_chi2, alone_factor = known.corrected(alone, base_df)
            scaled |= _robust_indices(
                whole_chi2, df, alone_chi2, base_df, whole_factor, alone_factor, data.n, groups
            )  # fmt: skip
    return Fit(
        n=int(data.n), parameters=size, chi2=chi2, df=df, p=chi2_p(chi2, df), baseline_chi2=base, baseline_df=base_df,
        cfi=cfi, tli=tli, rmsea=rmsea_of(chi2, df, data.n, groups), rmsea_low=low, rmsea_high=high,
        srmr=srmr_of(data, solution.implied(), means), loglik=loglik, aic=-2 * loglik + 2 * size,
        bic=-2 * loglik + log(data.n) * size, **scaled,
    )  # fmt: skip


def _robust_indices(
    chi2: float, df: int, base: float, base_df: int, factor: float, base_factor: float, n: float, groups: int
) -> dict[str, float]:
    cfi, tli = comparative(chi2, df, base, base_df, factor, base_factor)
    low, high = rmsea_interval(chi2 / factor, df, n, groups, factor)
    return {
        "cfi_robust": cfi, "tli_robust": tli, "rmsea_robust": rmsea_of(chi2, df, n, groups, factor),
        "rmsea_robust_low": low, "rmsea_robust_high": high,
    }  # fmt: skip


def _scaled_indices(
    chi2: float, df: int, base: float, base_df: int, factor: float, base_factor: float, n: float, groups: int
) -> dict[str, float]:
    """Indices of the scaled tests."""
    cfi, tli = comparative(chi2 / factor, df, base / base_factor, base_df)
    low, high = rmsea_interval(chi2, df * factor, n, groups)
    return {
        "cfi_scaled": cfi, "tli_scaled": tli, "rmsea_scaled": rmsea_of(chi2, df * factor, n, groups),
        "rmsea_scaled_low": low, "rmsea_scaled_high": high,
    }  # fmt: skip


def _constant(data: Data) -> float:
    """What turns a deviance of standardised items into -2 log-likelihood in their units."""
    total = 0.0
    for sample in data.samples:
        for pattern in sample.patterns:
            total += pattern.n * float(np.sum(log(2 * pi) + 2 * np.log(data.scale[pattern.where])))
    return total


@dataclass(frozen=True)
class Change:
    """How much worse a model fits that is nested in another: chi2_change, df_change, p_change, and both differences.

    Of robust estimators chi2_change is the scaled difference of Satorra and Bentler (2001), of WLSMV that of Satorra
    (2000), scaled and shifted; NaN where the former's scaling factor came out negative. cfi_change and rmsea_change are
    of the robust indices there.
    """

    chi2_change: float
    df_change: int
    p_change: float
    cfi_change: float
    rmsea_change: float

    def numbers(self) -> dict[str, float]:
        """The change by its names in ``results.csv``, without what could not be computed."""
        return {name: float(value) for name, value in vars(self).items() if not np.isnan(value)}


def change(narrow: Fit, wide: Fit) -> Change:
    """The change from a model to one nested in it (``narrow``)."""
    df = narrow.df - wide.df
    apart = narrow.chi2 - wide.chi2
    scaled = not np.isnan(narrow.scaling)
    if scaled and df > 0:
        before = 0.0 if wide.df == 0 else wide.df * wide.scaling
        factor = (narrow.df * narrow.scaling - before) / df
        apart = apart / factor if factor > 0 else nan
    cfi, rmsea = narrow.best("cfi") - wide.best("cfi"), narrow.best("rmsea") - wide.best("rmsea")
    return Change(apart, df, chi2_p(apart, df), cfi, rmsea)
