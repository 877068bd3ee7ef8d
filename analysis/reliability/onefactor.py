"""The one-factor model by maximum likelihood, from a covariance matrix: loadings, uniquenesses and omega."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from analysis.moments import Floats, to_correlation

GRADIENT = 1e-9
"""Converged where no derivative of the fit function is larger, in the metric of correlations."""
STEPS = 300
RUNAWAY = 25.0
"""A loading beyond this, in the metric of correlations, is on its way to infinity: there is no minimum there."""
SHORT, PATIENCE = 1e-3, 10
"""So many steps in a row cut to less than this share: the fit creeps along an edge that has no minimum."""
SMALLEST = 1e-10
"""An eigenvalue of the correlation matrix below this makes it singular."""


@dataclass(frozen=True, eq=False)
class OneFactor:
    """A fitted one-factor model with the factor's variance fixed at 1.

    loading: (k,), in the items' units. unique: (k,) residual variances; a negative one is a Heywood case. standardised:
    (k,) loadings divided by the model's standard deviations of the items. omega: (sum of loadings)^2 over the variance
    of the sum that the model implies; omega_error: its standard error times the root of n, by the delta method from the
    expected information. discrepancy: the minimum of the fit function. gradient: its largest derivative.
    steps: iterations. heywood: places of the items with a negative residual variance.
    """

    loading: Floats
    unique: Floats
    standardised: Floats
    omega: float
    omega_error: float
    discrepancy: float
    gradient: float
    steps: int
    heywood: tuple[int, ...]


@dataclass(frozen=True)
class NotFitted:
    """Why the one-factor model has no estimate; ``reason`` completes 'not applicable, because …'."""

    reason: str


def one_factor(cov: Floats) -> OneFactor | NotFitted:
    """Fit one factor to a covariance matrix (k, k) by maximum likelihood.

    Minimises F = log|S| + tr(C S^-1) - log|C| - k over loadings l and residual variances t, with S = l l' + diag(t)
    (Joereskog 1967), without bounds on t, as ``lavaan::cfa(std.lv = TRUE)`` does; F does not depend on the divisor of
    the covariances. Fisher scoring on the correlations with step halving; several starts where one fails.
    The factor's sign is the one to which lavaan's starting values lead (``_instrumental``, and half of each variance
    as residual), as in lavaan itself; only for items that hardly hang together may it come out the other way.

    Returns NotFitted with fewer than three items (not identified), a singular matrix, or no convergence.
    """
    k = len(cov)
    if k < 3:
        return NotFitted(f"a one-factor model of {k} items is not identified; it needs 3 or more")
    r = to_correlation(cov)
    if not np.isfinite(r).all():
        return NotFitted("an item is constant")
    if np.linalg.eigvalsh(r)[0] < SMALLEST:
        return NotFitted("the covariances are singular: an item follows exactly from others, or cases are too few")
    sd = np.sqrt(np.diag(cov))
    starts = (_instrumental(cov) / sd, *_starts(r))
    fit = next((found for start in starts if (found := _score(r, start)) is not None), None)
    if fit is None:
        return NotFitted("the maximum likelihood fit of one factor did not converge")
    loading, unique, value, gradient, steps = fit
    raw, residual = loading * sd, unique * sd**2
    total = float(raw.sum() ** 2)
    return OneFactor(
        loading=raw,
        unique=residual,
        standardised=loading / np.sqrt(loading**2 + unique),
        omega=total / (total + float(residual.sum())),
        omega_error=_omega_error(loading, unique, sd),
        discrepancy=value,
        gradient=gradient,
        steps=steps,
        heywood=tuple(int(i) for i in np.flatnonzero(unique < 0)),
    )


def _omega_error(loading: Floats, unique: Floats, sd: Floats) -> float:
    """Standard error of omega for one case: the root of g' I^-1 g, I the expected information of loadings and residual
    variances of the correlations, as lavaan has it for n cases."""
    k = len(sd)
    inverse: Floats = np.linalg.inv(np.outer(loading, loading) + np.diag(unique)).astype(np.float64)
    total, left = float(sd @ loading), float(sd**2 @ unique)
    whole = (total**2 + left) ** 2
    slope: Floats = np.concatenate([2 * total * left / whole * sd, np.full(k, -(total**2) / whole) * sd**2])
    try:
        spread = 2 * float(slope @ np.linalg.solve(_information(loading, inverse), slope))
    except np.linalg.LinAlgError:
        return np.nan
    return float(np.sqrt(spread)) if spread > 0 else np.nan


def _information(loading: Floats, inverse: Floats) -> Floats:
    """Expected second derivatives of the discrepancy in loadings and residual variances (2k, 2k)."""
    k = len(loading)
    pull = inverse @ loading
    found = np.empty((2 * k, 2 * k))
    found[:k, :k] = 2 * (float(loading @ pull) * inverse + np.outer(pull, pull))
    found[:k, k:] = 2 * inverse * pull[None, :]
    found[k:, :k] = found[:k, k:].T
    found[k:, k:] = inverse**2
    return found


def _instrumental(cov: Floats) -> Floats:
    """Starting loadings by instrumental variables (FABIN 3, Haegglund 1982), shape (k,), as lavaan takes them.

    With the first item as marker, the loading of item i is s_i' S^-1 s_1 / (s_1' S^-1 s_1), where S holds the items
    other than those two and s_i, s_1 their covariances with them; held to the bounds that lavaan sets. The factor's
    variance is then fixed at 1 by its least-squares estimate psi; a negative psi turns all the signs.
    """
    k = len(cov)
    if k == 3:
        a, b, c = cov[1, 0], cov[2, 0], cov[2, 1]
        if a * b * c < 0:
            return np.full(k, 0.7)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.array([1.0, c / b, c / a])
            psi = float(np.clip(a * b / c, 0.1 * cov[0, 0], cov[0, 0]))
    else:
        ratios = np.ones(k)
        for i in range(1, k):
            others = [j for j in range(1, k) if j != i]
            weights = np.linalg.solve(cov[np.ix_(others, others)], cov[others, 0])
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios[i] = cov[i, others] @ weights / (cov[0, others] @ weights)
    bound = np.sqrt(np.diag(cov) / (0.1 * cov[0, 0]))
    ratios[1:] = np.clip(ratios[1:], -bound[1:], bound[1:])
    ratios = np.where(np.isfinite(ratios), ratios, 1.0)
    if k > 3:
        length = float(ratios @ ratios)
        share = np.outer(ratios, ratios) / length
        unique = np.linalg.lstsq(np.eye(k) - share * share, np.diag(cov - share @ cov @ share), rcond=None)[0]
        psi = float(ratios @ (cov - np.diag(unique)) @ ratios) / length**2
    return ratios * np.sign(psi) * np.sqrt(abs(psi)) if np.isfinite(psi) and psi else ratios


def _starts(r: Floats) -> list[Floats]:
    """Other starts: the first principal axis, communalities from multiple correlations; then simpler ones."""
    k = len(r)
    smc = np.clip(1 - 1 / np.diag(np.linalg.inv(r)), 0.05, 0.95)
    values, vectors = np.linalg.eigh(r - np.diag(1 - smc))
    axis = vectors[:, -1] * np.sqrt(max(values[-1], 0.05))
    first, component = np.linalg.eigh(r)
    sign = np.where(component[:, -1] < 0, -1.0, 1.0)
    return [axis, 0.5 * sign, np.full(k, 0.5), component[:, -1] * np.sqrt(first[-1]) * 0.8]


def _fit(r: Floats, loading: Floats, unique: Floats) -> tuple[float, Floats] | None:
    """The discrepancy (without its constant) and the inverse of the implied matrix; None where it is not positive."""
    implied = np.outer(loading, loading) + np.diag(unique)
    try:
        lower = linalg.cholesky(implied, lower=True)
    except linalg.LinAlgError:
        return None
    inverse = linalg.cho_solve((lower, True), np.eye(len(r)))
    return float(2 * np.log(np.diag(lower)).sum() + np.sum(r * inverse)), inverse


def _score(r: Floats, loading: Floats) -> tuple[Floats, Floats, float, float, int] | None:
    """Fisher scoring from one start; loadings, residual variances, discrepancy, gradient, steps, or None."""
    k = len(r)
    unique = np.full(k, 0.5)
    constant = float(np.linalg.slogdet(r)[1]) + k
    now = _fit(r, loading, unique)
    if now is None:
        return None
    stuck = 0
    for step in range(1, STEPS + 1):
        value, inverse = now
        outer = inverse - inverse @ r @ inverse
        gradient = np.concatenate([2 * outer @ loading, np.diag(outer)])
        largest = float(np.abs(gradient).max())
        if largest < GRADIENT:
            return loading, unique, value - constant, largest, step
        try:
            move = np.linalg.solve(_information(loading, inverse), gradient)
        except np.linalg.LinAlgError:
            return None
        size = 1.0
        while True:
            tried = _fit(r, loading - size * move[:k], unique - size * move[k:])
            if tried is not None and tried[0] <= value + 1e-13 * abs(value):
                break
            size /= 2
            if size < 1e-12:
                return None
        loading, unique, now = loading - size * move[:k], unique - size * move[k:], tried
        stuck = stuck + 1 if size < SHORT else 0
        if stuck > PATIENCE or np.abs(loading).max() > RUNAWAY:
            return None
    return None
