"""Weighted least squares on the thresholds and correlations of ordered answers: the fit, its test, and differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from analysis.cfa.fit import Change, Fit, chi2_p, comparative, rmsea_interval, rmsea_of
from analysis.cfa.polychorics import Polychorics
from analysis.cfa.solve import NotFitted
from analysis.moments import Floats

STEPS = 500
PRECISION = 1e-24
"""Converged where the next step promises less than this in the fit function."""
RUNAWAY = 50.0
SINGULAR = 1e-9


@dataclass(frozen=True, eq=False)
class Target:
    """What is fitted, one entry a group: moments, and the covariance of sqrt(n) times them.

    n: cases of each group. share: of all cases in it. moments: (q,) each. spread: (q, q) each.
    """

    n: tuple[int, ...]
    moments: tuple[Floats, ...]
    spread: tuple[Floats, ...]

    @property
    def share(self) -> Floats:
        """Of all cases the share in each group."""
        found: Floats = np.array(self.n) / sum(self.n)
        return found

    @property
    def left(self) -> int:
        """Cases without one a group, which chi-squared and RMSEA count by."""
        return sum(self.n) - len(self.n)

    @property
    def weights(self) -> Floats:
        """Weights of the squares in the fit function, all groups behind one another."""
        shares = [(n - 1) / self.left for n in self.n]
        return np.concatenate([w / np.diag(one) for w, one in zip(shares, self.spread, strict=True)])


def target_of(groups: Sequence[Polychorics], thresholds: bool) -> Target:
    """Thresholds, where they are modelled, and correlations of each group."""
    moments, spread = [], []
    for one in groups:
        r = one.r[one.row, one.column]
        moments.append(np.concatenate([one.thresholds, r]) if thresholds else r)
        spread.append(one.whole if thresholds else one.spread)
    return Target(tuple(one.n for one in groups), tuple(moments), tuple(spread))


@dataclass(frozen=True, eq=False)
class Solved:
    """A model fitted by weighted least squares to moments of all groups behind one another.

    values: (size,). apart: (q,), data less model. delta: (q, size), the model's derivatives. minimum: of the fit
    function. bread: D' W D; meat: D' W Gamma W D (both (size, size)), W the weights and Gamma the moments' covariance,
    with the groups by their shares. trace, squares: the sums of the eigenvalues of U Gamma and of their squares, with
    U = W - W D (D' W D)^-1 D' W, which the test rests on.
    """

    values: Floats
    apart: Floats
    delta: Floats
    minimum: float
    bread: Floats
    meat: Floats
    trace: float
    squares: float

    @property
    def df(self) -> int:
        """Degrees of freedom: moments less parameters."""
        return len(self.apart) - len(self.values)


def least_squares(
    target: Target, start: Floats, modelled: Callable[[Floats], Floats], slopes: Callable[[Floats], Floats]
) -> Solved | NotFitted:
    """Minimise the weighted squares of moments less ``modelled`` ones; ``slopes``: their derivatives (q, size).

    Gauss-Newton steps with Marquardt's damping. ``modelled`` gives NaN where parameters are impossible.
    """
    weight, goal = target.weights, np.concatenate(target.moments)

    def away(values: Floats) -> tuple[Floats, float]:
        apart = goal - modelled(values)
        now = float(weight @ apart**2)
        return apart, now if np.isfinite(now) else np.inf

    values = start
    apart, now = away(values)
    damping, steps = 0.0, 0
    while steps < STEPS:
        steps += 1
        delta = slopes(values)
        told, slope = delta.T @ (weight[:, None] * delta), delta.T @ (weight * apart)
        try:
            move = np.linalg.solve(told + damping * np.diag(np.diag(told)), slope)
        except np.linalg.LinAlgError:
            return not_identified()
        promised = float(slope @ move)
        if promised <= PRECISION * max(1.0, now):
            return _solved(target, values, apart, delta, now)
        there_apart, there = away(values + move)
        if there > now and promised > 1e-14 * max(1.0, now):
            damping = max(10 * damping, 1e-4)
            if damping > 1e12:
                break
            continue
        values, apart, now = values + move, there_apart, there
        damping = damping / 10 if damping > 1e-8 else 0.0
        if np.abs(values).max() > RUNAWAY:
            break
    return NotFitted("the weighted least squares fit did not converge: the data do not determine the model")


def not_identified() -> NotFitted:
    """Of a model with parameters that nothing tells."""
    return NotFitted("the model is not identified: the data leave some of its parameters open")


def _solved(target: Target, values: Floats, apart: Floats, delta: Floats, now: float) -> Solved | NotFitted:
    """The solution with what its test rests on; of U Gamma only products as wide as the parameters are formed."""
    size = len(values)
    bread, meat, third = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    trace = squares = 0.0
    first = 0
    for share, spread in zip(target.share, target.spread, strict=True):
        here = slice(first, first + len(spread))
        first = here.stop
        weight = 1 / np.diag(spread)
        reach = weight[:, None] * delta[here]
        pulled = spread @ reach
        bread += share * (delta[here].T @ reach)
        meat += share * (reach.T @ pulled)
        third += share * (pulled.T @ (weight[:, None] * pulled))
        trace += len(spread)
        squares += float(weight @ spread**2 @ weight)
    scale = np.sqrt(np.diag(bread))
    if not (scale > 0).all() or np.linalg.eigvalsh(bread / scale / scale[:, None])[0] < SINGULAR:
        return not_identified()
    inner = np.linalg.solve(bread, meat)
    trace -= float(np.trace(inner))
    squares += float(np.sum(inner * inner.T)) - 2 * float(np.trace(np.linalg.solve(bread, third)))
    return Solved(values, apart, delta, now, bread, meat, trace, squares)


def shifted(chi2: float, df: int, trace: float, squares: float) -> tuple[float, float]:
    """The scaled and shifted chi-squared (Asparouhov & Muthen 2010) and its factor, as lavaan names it (1 / a)."""
    if df <= 0:
        return 0.0, nan
    a = sqrt(df / squares)
    return chi2 * a + df - a * trace, 1 / a


def fit_of_weighted(found: Solved, groups: Sequence[Polychorics], target: Target) -> Fit:
    """All indices of a fitted model, with and without the scaled test; the baseline has no correlation at all.

    SRMR is of the correlations alone, groups weighted by their cases, as lavaan has it.
    """
    df, n, count = found.df, target.left, len(groups)
    pairs = len(groups[0].row)
    base_df = pairs * count
    chi2 = n * found.minimum if df > 0 else 0.0
    base = base_squares = srmr = 0.0
    ends = np.cumsum([len(one) for one in target.moments])
    for one, share, end in zip(groups, target.share, ends, strict=True):
        weight = 1 / np.diag(one.spread)
        base += (one.n - 1) * float(weight @ one.r[one.row, one.column] ** 2)
        base_squares += float(weight @ one.spread**2 @ weight)
        apart, k = found.apart[end - pairs : end], len(one.r)
        srmr += share * sqrt(float(apart @ apart) / (k * (k + 1) / 2))
    cfi, tli = comparative(chi2, df, base, base_df)
    low, high = rmsea_interval(chi2, df, n, count)
    scaled, factor = shifted(chi2, df, found.trace, found.squares)
    scaled_base, _ = shifted(base, base_df, base_df, base_squares)
    scaled_cfi, scaled_tli = comparative(scaled, df, scaled_base, base_df)
    scaled_low, scaled_high = rmsea_interval(scaled, df, n, count)
    return Fit(
        n=sum(target.n), parameters=len(found.values), chi2=chi2, df=df, p=chi2_p(chi2, df), baseline_chi2=base,
        baseline_df=base_df, cfi=cfi, tli=tli, rmsea=rmsea_of(chi2, df, n, count), rmsea_low=low, rmsea_high=high,
        srmr=srmr, scaling=factor, chi2_scaled=scaled, p_scaled=chi2_p(scaled, df), cfi_scaled=scaled_cfi,
        tli_scaled=scaled_tli, rmsea_scaled=rmsea_of(scaled, df, n, count), rmsea_scaled_low=scaled_low,
        rmsea_scaled_high=scaled_high, baseline_scaled=scaled_base,
    )  # fmt: skip


def weighted_change(narrow: Solved, wide: Solved, target: Target, worse: Fit, better: Fit) -> Change:
    """The scaled and shifted difference test of two nested models (Satorra 2000; Asparouhov & Muthen 2006).

    With D the derivatives of the moments in the wide model's parameters, P = D' W D, and A what the narrow model
    forbids (orthogonal to (D'D)^-1 D' D0, D0 those of the narrow one), U = W D P^-1 A' (A P^-1 A')^-1 A P^-1 D' W; the
    difference is scaled by the traces of U Gamma and of its square, as ``lavTestLRT(method = "satorra.2000")`` does.
    NaN where the models are not nested in this sense.
    """
    df = len(wide.values) - len(narrow.values)
    cfi, rmsea = worse.best("cfi") - better.best("cfi"), worse.best("rmsea") - better.best("rmsea")
    held = np.linalg.lstsq(wide.delta, narrow.delta, rcond=None)[0]
    left, values, _ = np.linalg.svd(held, full_matrices=True)
    if df <= 0 or values[-1] < SINGULAR * values[0]:
        return Change(nan, df, nan, cfi, rmsea)
    a = left[:, held.shape[1] :].T
    inverse = np.linalg.inv(wide.bread)
    product = inverse @ a.T @ np.linalg.solve(a @ inverse @ a.T, a @ inverse) @ wide.meat
    apart = target.left * (narrow.minimum - wide.minimum)
    scaled, _ = shifted(apart, df, float(np.trace(product)), float(np.sum(product * product.T)))
    return Change(scaled, df, chi2_p(scaled, df), cfi, rmsea)
