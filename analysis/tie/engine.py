"""Estimators for ties within respondents: estimating equations (marginal), and Laplace's likelihood (conditional)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from analysis.errors import UnsuitableError

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
ROUNDS, CLOSE = 200, 1e-10
FAR = 12.0
"""A coefficient of a standardised predictor beyond this means that the outcome can be told without error."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients (p,), their covariance (p, p), and what ties of one respondent have in common.

    correlation: of the residuals, marginal; variance: of respondents' intercepts, conditional; loglik likewise.
    """

    b: Floats
    covariance: Floats
    correlation: float = nan
    variance: float = nan
    loglik: float = nan


def marginal(x: Floats, y: Floats, codes: Codes, trials: float) -> Fit:
    """Generalised estimating equations, exchangeable, with robust errors (Liang & Zeger 1986).

    x: (n, p) with its column of ones. y: (n,); counts of ``trials``, or any number where ``trials`` is 0 (identity).
    codes: 0 … G − 1, the respondent of each. As geepack: with Pearson residuals e, φ = mean e² and α = the mean of
    e_i e_j / φ over the pairs of all respondents.
    """
    sizes = np.bincount(codes)
    pairs = float((sizes * (sizes - 1)).sum()) / 2
    b = _start(x, y, trials)
    alpha = 0.0
    for _ in range(ROUNDS):
        mean, spread, weight = _moments(x @ b, trials)
        e = (y - mean) * np.sqrt(weight) / spread
        phi = float(e @ e) / len(y)
        if not phi > 0:
            raise UnsuitableError("the predictors reproduce the outcome exactly")
        sums = np.bincount(codes, e)
        alpha = float((sums @ sums - e @ e) / 2) / pairs / phi if pairs else 0.0
        if alpha >= 1 - 1e-9 or 1 + alpha * (sizes.max() - 1) <= 1e-9:
            raise UnsuitableError("ties of one respondent correlate so much that no working correlation can be had")
        scaled = x * (np.sqrt(weight) * spread if trials else np.sqrt(weight))[:, None]
        bread, scores = _exchangeable(scaled, e, codes, sizes, alpha)
        step = np.linalg.solve(bread, scores.sum(axis=0))
        b = b + step
        if float(np.abs(b[1:]).max(initial=0)) > FAR and trials:
            raise UnsuitableError("the predictors separate the outcome: some coefficient grows without bound")
        if float(np.abs(step).max()) < CLOSE * (1 + float(np.abs(b).max())):
            inverse = np.linalg.inv(bread)
            return Fit(b, inverse @ (scores.T @ scores) @ inverse, correlation=alpha)
    raise UnsuitableError("the estimating equations did not settle")


def _moments(eta: Floats, trials: float) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and weight of each outcome; a count is looked at as a share of its trials."""
    if not trials:
        return eta, np.ones(len(eta)), np.ones(len(eta))
    mean = special.expit(eta)
    return mean, np.sqrt(mean * (1 - mean)), np.full(len(eta), trials)


def _start(x: Floats, y: Floats, trials: float) -> Floats:
    """Coefficients without any correlation."""
    if not trials:
        return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])
    b = np.zeros(x.shape[1])
    b[0] = special.logit(np.clip(y.mean(), 1e-3, 1 - 1e-3))
    return b


def _exchangeable(x: Floats, e: Floats, codes: Codes, sizes: Codes, alpha: float) -> tuple[Floats, Floats]:
    """Σ XᵀR⁻¹X and each respondent's XᵀR⁻¹e, with R⁻¹ = (I − α/(1 + (n − 1)α) J) / (1 − α)."""
    share = alpha / (1 + (sizes - 1) * alpha)
    sums = np.zeros((len(sizes), x.shape[1]))
    np.add.at(sums, codes, x)
    inner = np.zeros_like(sums)
    np.add.at(inner, codes, x * e[:, None])
    totals = np.bincount(codes, e)
    bread = (x.T @ x - (sums * share[:, None]).T @ sums) / (1 - alpha)
    scores = (inner - sums * (share * totals)[:, None]) / (1 - alpha)
    return bread, scores


def conditional(x: Floats, y: Floats, codes: Codes, trials: float) -> Fit:
    """A logistic model with normal intercepts of respondents, by Laplace's approximation (Breslow & Clayton 1993).

    y: (n,), shares of ``trials``. −2 log L of all parameters together is minimised, and errors are from its curvature
    there, as ``lme4::glmer`` with nAGQ = 1. x's columns but the first are standardised by whoever calls.
    """
    groups = int(codes.max()) + 1
    counts = y * trials
    constant = float((special.gammaln(trials + 1) - special.gammaln(counts + 1)
                      - special.gammaln(trials - counts + 1)).sum())  # fmt: skip
    modes = np.zeros(groups)

    def deviance(parameters: Floats) -> float:
        nonlocal modes
        theta, b = parameters[0], parameters[1:]
        fixed = x @ b
        u = modes.copy()
        for _ in range(100):
            mean = special.expit(fixed + theta * u[codes])
            slope = theta * np.bincount(codes, counts - trials * mean) - u
            curve = 1 + theta**2 * np.bincount(codes, trials * mean * (1 - mean))
            step = slope / curve
            u = u + np.clip(step, -2, 2)
            if float(np.abs(step).max()) < 1e-11:
                break
        modes = u
        eta = fixed + theta * u[codes]
        mean = special.expit(eta)
        curve = 1 + theta**2 * np.bincount(codes, trials * mean * (1 - mean))
        loglik = counts @ eta - trials * np.logaddexp(0, eta).sum() + constant
        return float(-2 * (loglik - u @ u / 2 - np.log(curve).sum() / 2))

    start = np.concatenate([[0.7], _irls(x, y, trials)])
    found = optimize.minimize(deviance, start, method="BFGS", options={"gtol": 1e-5, "maxiter": 500})
    parameters = np.asarray(found.x)
    for _ in range(4):  # Newton's steps by differences of the whole
        slope, curve = _differences(deviance, parameters)
        step = np.linalg.solve(curve, slope)
        parameters = parameters - step
        if float(np.abs(step).max()) < 1e-7:
            break
    if float(np.abs(parameters[2:]).max(initial=0)) > FAR:
        raise UnsuitableError("the predictors separate the outcome: some coefficient grows without bound")
    flat = np.concatenate([[0.0], _irls(x, y, trials)])
    if abs(parameters[0]) < 1e-3 or deviance(flat) <= deviance(parameters) + 1e-9:
        weight = trials * special.expit(x @ flat[1:]) * (1 - special.expit(x @ flat[1:]))
        plain: Floats = np.asarray(np.linalg.inv(x.T @ (x * weight[:, None])), dtype=np.float64)
        return Fit(flat[1:], plain, variance=0.0, loglik=-deviance(flat) / 2)
    curve = _differences(deviance, parameters)[1]
    covariance: Floats = np.asarray(2 * np.linalg.inv(curve), dtype=np.float64)
    return Fit(parameters[1:], covariance[1:, 1:], variance=float(parameters[0] ** 2),
               loglik=-deviance(parameters) / 2)  # fmt: skip


def _irls(x: Floats, y: Floats, trials: float) -> Floats:
    """Logistic regression of shares, without respondents."""
    b = _start(x, y, trials)
    for _ in range(ROUNDS):
        mean = special.expit(x @ b)
        weight = mean * (1 - mean)
        step = np.linalg.solve(x.T @ (x * weight[:, None]), x.T @ (y - mean))
        b = b + step
        if float(np.abs(b[1:]).max(initial=0)) > FAR:
            raise UnsuitableError("the predictors separate the outcome: some coefficient grows without bound")
        if float(np.abs(step).max()) < CLOSE:
            return b
    raise UnsuitableError("the logistic regression did not settle")


def _differences(f: Callable[[Floats], float], at: Floats) -> tuple[Floats, Floats]:
    """Gradient and Hessian by central differences, one step of Richardson's extrapolation."""
    first, second = (_central(f, at, h) for h in (2e-3, 1e-3))
    return (4 * second[0] - first[0]) / 3, (4 * second[1] - first[1]) / 3


def _central(f: Callable[[Floats], float], at: Floats, h: float) -> tuple[Floats, Floats]:
    k = len(at)
    steps = h * np.eye(k)
    slope, curve = np.empty(k), np.empty((k, k))
    centre = f(at)
    for i in range(k):
        up, down = f(at + steps[i]), f(at - steps[i])
        slope[i], curve[i, i] = (up - down) / (2 * h), (up - 2 * centre + down) / h**2
        for j in range(i):
            four = [f(at + a * steps[i] + b * steps[j]) * a * b for a in (1, -1) for b in (1, -1)]
            curve[i, j] = curve[j, i] = sum(four) / (4 * h**2)
    return slope, curve
