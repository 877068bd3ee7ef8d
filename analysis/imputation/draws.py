"""Draws for the missing values of one variable, given completed predictors: of numbers and of categories."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import linalg
from scipy.linalg import lapack

from analysis.moments import Floats

Places = npt.NDArray[np.int64]
RIDGE = 1e-5
"""Added to each predictor's sum of squares, as a share of it, so that predictors that say the same do no harm."""
FLOOR = 1e-10
"""Added to each as a share of the largest, so that a predictor that became constant does none either."""
WIDE = 2.5
"""Standard deviation of the prior of a logistic slope on standardised predictors: a perfect predictor stays finite."""
WIDE_INTERCEPT = 10.0
STEPS = 30
SETTLED = 1e-8


def posterior_draw(products: Floats, sums: Floats, total: float, df: int, rng: np.random.Generator) -> Floats:
    """Least-squares coefficients, and one draw of them from their posterior, shape (p, 2).

    products: X'X, (p, p). sums: X'y, (p,). total: y'y. df: cases less p, one at least. With the usual prior the
    variance is the residual sum of squares over a chi2 with df, and coefficients are normal about the estimate with
    that variance times (X'X)^-1 (Rubin 1987, p. 167); X'X gets a ridge of 1e-5 of its diagonal.
    """
    p = len(sums)
    ridged = products.copy()
    diagonal = np.diagonal(products)
    ridged.flat[:: p + 1] = (1 + RIDGE) * diagonal + FLOOR * diagonal.max()
    # LAPACK itself: thousands of small systems cost less than the checks around each. It is symmetric, so that its
    # transpose is itself, in the order of columns that LAPACK works in without a copy.
    root, failed = lapack.dpotrf(ridged.T, lower=True, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("the predictors of a variable to impute are too many or too alike")
    drawn = np.empty((p, 2))
    estimate = drawn[:, 0] = lapack.dpotrs(root, sums, lower=True)[0]
    rest = max(total - float(estimate @ (2 * sums - products @ estimate)), 0.0)
    sigma = np.sqrt(rest / rng.chisquare(df))
    drawn[:, 1] = estimate + sigma * lapack.dtrtrs(root, rng.standard_normal(p), lower=True, trans=1)[0]
    return drawn


def match(seen: Floats, wanted: Floats, donors: int, rng: np.random.Generator) -> Places:
    """For each missing case one of the ``donors`` observed cases whose prediction is nearest; positions in ``seen``.

    seen: predictions of observed cases by the estimate, (n_obs,). wanted: of missing ones by the draw, (n_mis,): type-1
    matching (van Buuren 2018, section 3.4). Observed cases with equal predictions come in an order of chance.
    """
    n = len(seen)
    k = min(donors, n)
    order = rng.permutation(n)
    mixed = seen[order]
    rising = np.argsort(mixed)
    ladder = mixed[rising]
    if (ladder[1:] == ladder[:-1]).any():  # only then does it matter that the order of equals stays
        rising = np.argsort(mixed, kind="stable")
    order = order[rising]
    width = min(2 * k, n)
    start = np.minimum(np.maximum(np.searchsorted(ladder, wanted) - k, 0), n - width)
    near = start[:, None] + np.arange(width)
    distance = np.abs(ladder[near] - wanted[:, None])
    nearest = np.argsort(distance, axis=1, kind="stable")
    chosen = nearest[np.arange(len(wanted)), rng.integers(k, size=len(wanted))]
    return np.asarray(order[start + chosen], dtype=np.int64)


def category_draw(
    x: Floats, codes: Places, levels: int, x_missing: Floats, rng: np.random.Generator, start: Floats | None = None
) -> tuple[Places, Floats]:
    """Categories of missing cases by (multinomial) logistic regression; their codes, and the mode to start from again.

    x: (n_obs, p) standardised, the first column 1; codes: (n_obs,) from 0; x_missing: (n_mis, p). The coefficients are
    drawn from the normal approximation of their posterior, under a normal prior with standard deviation 2.5 for slopes
    (10 for intercepts), then each category by its probability. With two levels this is logistic regression.
    """
    p, free = x.shape[1], levels - 1
    precision = np.full(p, WIDE**-2)
    precision[0] = WIDE_INTERCEPT**-2
    flat = np.tile(precision, free)
    hot = (codes[:, None] == np.arange(1, levels)).astype(np.float64)
    mode = np.zeros(p * free) if start is None else start
    curvature = np.diag(flat)
    for _ in range(STEPS):
        chances = _chances(x, mode, free)
        gradient = (x.T @ (hot - chances)).T.ravel() - flat * mode
        curvature = _curvature(x, chances) + np.diag(flat)
        move = linalg.solve(curvature, gradient, assume_a="pos", check_finite=False)
        longest = float(np.abs(move).max())
        mode = mode + move * min(1.0, 2.0 / longest) if longest > 0 else mode
        if longest < SETTLED:
            break
    root = linalg.cholesky(curvature, lower=True, check_finite=False)
    noise = rng.standard_normal(p * free)
    drawn = mode + linalg.solve_triangular(root, noise, lower=True, trans="T", check_finite=False)
    chances = _chances(x_missing, drawn, free)
    bounds = np.cumsum(np.column_stack([1 - chances.sum(axis=1), chances]), axis=1)
    picked = (rng.random(len(x_missing))[:, None] > bounds[:, :-1]).sum(axis=1)
    return picked.astype(np.int64), mode


def _chances(x: Floats, coefficients: Floats, free: int) -> Floats:
    """Probabilities of all levels but the first, (n, free)."""
    scores = x @ coefficients.reshape(free, -1).T
    top = np.maximum(scores.max(axis=1, keepdims=True), 0.0)
    weights = np.exp(scores - top)
    return np.asarray(weights / (np.exp(-top) + weights.sum(axis=1, keepdims=True)))


def _curvature(x: Floats, chances: Floats) -> Floats:
    """Minus the second derivative of the multinomial log-likelihood, (p free, p free)."""
    p, free = x.shape[1], chances.shape[1]
    whole = np.empty((free, p, free, p))
    for a in range(free):
        for b in range(a, free):
            weight = chances[:, a] * ((a == b) - chances[:, b])
            whole[a, :, b] = whole[b, :, a] = x.T @ (weight[:, None] * x)
    return whole.reshape(p * free, p * free)
