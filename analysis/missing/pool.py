"""Rubin's rules: one result from the results of m completed data sets, for anything with an estimate and an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, nan
from typing import Any, Protocol, TypeVar

import numpy as np
from scipy import special

from analysis.errors import UnsuitableError
from analysis.moments import Floats
from analysis.result import NotApplicable

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Estimates:
    """What a result of one completed data set says of itself so that it can be pooled.

    names: of the q estimates. values: (q,). covariance: (q, q) of the values. df: degrees of freedom that the analysis
    would have if nothing were missing; infinite for normal theory; (q,) where each estimate has its own.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    df: float | Floats = inf


@dataclass(frozen=True, eq=False)
class Pooled:
    """Estimates pooled over m completed data sets; arrays (q,) in the order of ``names``.

    within, between: mean of the variances, and variance of the estimates. se: of the pooled estimate. df: Barnard &
    Rubin's. riv: relative increase in variance because of what is missing. fmi: fraction of missing information.
    """

    names: tuple[str, ...]
    m: int
    estimate: Floats
    within: Floats
    between: Floats
    se: Floats
    df: Floats
    riv: Floats
    fmi: Floats

    @property
    def t(self) -> Floats:
        """Estimate over error, (q,)."""
        return np.asarray(self.estimate / self.se)

    @property
    def p(self) -> Floats:
        """Two-sided p of each t with its own df, (q,)."""
        return tail(self.t, self.df)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Lower and upper bounds, (q,) each."""
        half = quantile(self.df, level) * self.se
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True)
class Single:
    """One pooled estimate; what its parts are: see ``Pooled``. low, high: its interval."""

    estimate: float
    se: float
    t: float
    p: float
    low: float
    high: float
    df: float
    riv: float
    fmi: float


@dataclass(frozen=True)
class Joint:
    """A test that several pooled estimates are zero at once; f is nan where their covariance has no inverse."""

    f: float
    df1: float
    df2: float
    p: float
    riv: float


def tail(t: Floats, df: Floats) -> Floats:
    """Two-sided p of t; normal where df is infinite."""
    finite = np.where(np.isinf(df), 1.0, df)
    return np.where(np.isinf(df), 2 * special.ndtr(-np.abs(t)), 2 * special.stdtr(finite, -np.abs(t)))


def quantile(df: Floats, level: float) -> Floats:
    """How many errors an interval reaches to each side; normal where df is infinite."""
    finite = np.where(np.isinf(df), 1.0, df)
    upper = (1 + level) / 2
    return np.where(np.isinf(df), special.ndtri(upper), special.stdtrit(finite, upper))


def rubin(results: Sequence[Estimates]) -> Pooled:
    """Pool the estimates of m completed data sets.

    estimate = mean Q; T = U + (1 + 1/m) B with U the mean variance and B the variance of Q (Rubin 1987); riv =
    (1 + 1/m) B / U; df = 1 / (1/df_old + 1/df_obs) with lambda = (1 + 1/m) B / T, df_old = (m - 1) / lambda^2, df_obs
    = (v + 1) / (v + 3) v (1 - lambda), v the complete-data df (Barnard & Rubin 1999); fmi = (riv + 2 / (df + 3)) /
    (1 + riv); as ``mice::pool``. Where the data sets agree exactly nothing was missing: df is v, and fmi 0.

    Raises UnsuitableError with fewer than two results, or where they are not of the same things.

    >>> one = Estimates(("b",), np.array([1.0]), np.array([[0.04]]), 20.0)
    >>> other = Estimates(("b",), np.array([1.2]), np.array([[0.04]]), 20.0)
    >>> found = rubin([one, other])
    >>> [round(float(x[0]), 4) for x in (found.estimate, found.se, found.df, found.fmi)]
    [1.1, 0.2646, 3.5777, 0.6023]
    """
    values, covariances, df = _together(results)
    m = len(values)
    within = np.diagonal(covariances, axis1=1, axis2=2).mean(axis=0)
    between = values.var(axis=0, ddof=1)
    between = np.where((values == values[0]).all(axis=0), 0.0, between)
    extra = (1 + 1 / m) * between
    total = within + extra
    with np.errstate(divide="ignore", invalid="ignore"):
        riv, share = np.where(between == 0, 0.0, extra / within), extra / total
        old = (m - 1) / share**2
        seen = np.where(np.isinf(df), inf, (df + 1) / (df + 3) * df * (1 - share))
        pooled_df = np.where(between == 0, df, 1 / (1 / old + 1 / seen))
        fmi = np.where(between == 0, 0.0, (riv + 2 / (pooled_df + 3)) / (1 + riv))
    return Pooled(
        results[0].names, m, values.mean(axis=0), within, between, np.sqrt(total), pooled_df, riv, fmi
    )  # fmt: skip


def pool_one(
    values: Sequence[float], errors: Sequence[float], level: float = 0.95, df: float | Sequence[float] = inf
) -> Single:
    """Pool one estimate with its standard error in each of m completed data sets, by ``rubin``.

    df: that the analysis of complete data has, one or one a data set.
    """
    dfs = np.broadcast_to(np.asarray(df, dtype=np.float64), len(values)).tolist()
    sets = [
        Estimates(("",), np.array([value]), np.array([[error**2]]), own)
        for value, error, own in zip(values, errors, dfs, strict=True)
    ]
    # an estimate that is fixed has no error, and so neither t nor p
    with np.errstate(divide="ignore", invalid="ignore"):
        found = rubin(sets)
        parts = (found.estimate, found.se, found.t, found.p, *found.interval(level), found.df, found.riv, found.fmi)
    return Single(*(float(part[0]) for part in parts))


def all_fitted(found: Sequence[R | NotApplicable]) -> list[R] | NotApplicable:
    """The results of all completed data sets; or, where one has none, why."""
    failed = [one for one in found if isinstance(one, NotApplicable)]
    return failed[0] if failed else [one for one in found if not isinstance(one, NotApplicable)]


def averages(rows: Sequence[object], names: Sequence[str]) -> dict[str, Any]:
    """The mean of each of these numbers over the data sets, by name: what has no error that could be pooled."""
    return {name: float(np.mean([getattr(row, name) for row in rows])) for name in names}


class Noted(Protocol):
    """What says something of itself."""

    @property
    def notes(self) -> tuple[str, ...]: ...


def shared_notes(results: Sequence[Noted]) -> list[str]:
    """What the results of all data sets say of themselves alike."""
    return [note for note in results[0].notes if all(note in one.notes for one in results)]


def joint_test(results: Sequence[Estimates], names: Sequence[str]) -> Joint:
    """Wald's test that the named estimates are all zero, pooled (D1; Li, Raghunathan & Rubin 1991).

    With k estimates, r = (1 + 1/m) tr(B U^-1) / k and F = Q' U^-1 Q / (k (1 + r)). Its second df are Reiter's (2007)
    where the complete-data df are known, else those of Li et al.; as ``mice::D1``. Reiter's need k (m - 1) > 4: below
    that a single estimate has Barnard & Rubin's df, and several have Li et al.'s, at most those of complete data. Where
    the data sets agree exactly the F is that of any of them. Of estimates with df of their own the fewest count.
    """
    values, covariances, dfs = _together(results)
    where = [results[0].names.index(name) for name in names]
    df = float(dfs[where].min())
    values, covariances = values[:, where], covariances[:, where][:, :, where]
    m, k = values.shape
    within = covariances.mean(axis=0)
    if not np.isfinite(within).all() or k > df or float(np.linalg.cond(within)) > 1e14:
        return Joint(nan, float(k), nan, nan, nan)
    mean = values.mean(axis=0)
    apart = values - mean
    r = (1 + 1 / m) * float(np.sum(np.linalg.solve(within, apart.T) * apart.T)) / (m - 1) / k
    f = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + r))
    if (values == values[0]).all():
        r, df2 = 0.0, df
    else:
        df2 = float(rubin(results).df[where[0]]) if k == 1 and m <= 5 else _second_df(r, k, m, df)
    return Joint(f, float(k), df2, _upper(f, k, df2), r)


def _second_df(r: float, k: int, m: int, df: float) -> float:
    """Denominator df of D1: Reiter (2007, Biometrika 94, p. 505) or, with infinite df, Li et al. (1991, eq. 1.17)."""
    t = k * (m - 1)
    if t <= 4:
        return min(t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2, df)
    if isinf(df):
        return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2
    a = r * t / (t - 2)
    whole = (df + 1) / (df + 3) * df
    far, near = whole - 2 * (1 + a), whole - 4 * (1 + a)
    if near <= 0:  # too few cases for the expansion to hold
        return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2
    inner = (
        a**2 * far / ((1 + a) ** 2 * near)
        + 8 * a**2 * far / ((1 + a) * near**2)
        + 4 * a**2 / ((1 + a) * near)
        + 4 * a**2 / (near * far)
        + 16 * a**2 * far / near**3
        + 8 * a**2 / near**2
    )
    return 4 + 1 / (1 / near + inner / (t - 4))


def pool_tests(values: Sequence[float], df: float) -> Joint:
    """One test from the chi-squares of m completed data sets, each on ``df`` (D2; Li, Meng, Raghunathan & Rubin 1991).

    r = (1 + 1/m) times the variance of the square roots; F = (mean / df - (m + 1) / (m - 1) r) / (1 + r), 0 where that
    is negative, on df and df^(-3/m) (m - 1) (1 + 1/r)^2; as ``mice::D2``. It needs nothing but the tests, and is less
    exact than D1 and D3. Where the tests agree exactly it is that of chi-squared.
    """
    found = np.maximum(np.asarray(values, dtype=np.float64), 0.0)
    m = len(found)
    if df <= 0 or m < 2 or not np.isfinite(found).all():
        return Joint(nan, float(df), nan, nan, nan)
    r = (1 + 1 / m) * float(np.sqrt(found).var(ddof=1)) if (found != found[0]).any() else 0.0
    f = max((float(found.mean()) / df - (m + 1) / (m - 1) * r) / (1 + r), 0.0)
    df2 = inf if r == 0 else df ** (-3 / m) * (m - 1) * (1 + 1 / r) ** 2
    return Joint(f, float(df), df2, _upper(f, df, df2), r)


def pool_likelihoods(own: float, common: float, df: float, m: int) -> Joint:
    """A likelihood ratio test over m completed data sets (D3; Meng & Rubin 1992).

    own: the mean of 2 (l1 - l0) where each data set has its own estimates. common: the mean of the same where all have
    the pooled ones. r = (m + 1) / (df (m - 1)) (own - common), F = common / (df (1 + r)); its second df are those of
    Li et al. (1991); as ``semTools`` has it.
    """
    if df <= 0 or m < 2:
        return Joint(nan, float(df), nan, nan, nan)
    r = (m + 1) / (df * (m - 1)) * (own - common)
    if abs(r) < 1e-12:
        f = common / df
        return Joint(f, float(df), inf, _upper(f, df, inf), 0.0)
    f = max(common / (df * (1 + r)), 0.0)
    t = df * (m - 1)
    far = 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2 if t > 4 else t * (1 + 1 / df) * (1 + 1 / r) ** 2 / 2
    return Joint(f, float(df), far, _upper(f, df, far), r)


def _upper(f: float, df1: float, df2: float) -> float:
    """Upper tail of F; of chi-squared over df1 where df2 is infinite."""
    return float(special.chdtrc(df1, f * df1)) if isinf(df2) else float(special.fdtrc(df1, df2, f))


def pool_r2(values: Sequence[float]) -> float:
    """R² of m completed data sets: the mean of Fisher's z of R, turned back and squared (Harel 2009).

    As ``mice::pool.r.squared``. A negative adjusted R² has no root: then it is the plain mean.
    """
    r2 = np.asarray(values, dtype=np.float64)
    if (r2 < 0).any() or (r2 == r2[0]).all():
        return float(r2.mean())
    return float(np.tanh(np.arctanh(np.sqrt(np.minimum(r2, 1 - 1e-15))).mean()) ** 2)


def _together(results: Sequence[Estimates]) -> tuple[Floats, Floats, Floats]:
    """Values (m, q), covariances (m, q, q) and the fewest complete-data df of each (q,)."""
    if len(results) < 2:
        raise UnsuitableError("pooling needs the results of two imputations or more")
    if any(result.names != results[0].names for result in results):
        raise UnsuitableError("the imputed data sets have not the same terms: a rare category occurs in some only")
    values = np.stack([result.values for result in results])
    df = np.min([np.broadcast_to(result.df, len(result.names)) for result in results], axis=0)
    return values, np.stack([result.covariance for result in results]), df
