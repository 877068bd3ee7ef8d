"""Negative binomial regression of a count, and how far it is from Poisson's."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.likelihood import basis
from analysis.likelihood.fit import Model, fit
from analysis.likelihood.result import Count
from analysis.regression.design import Errors, Vector, is_category
from analysis.result import NotApplicable

POISSON = (
    "The counts vary no more than Poisson's would: θ has no finite maximum, and the negative binomial is at its limit, "
    "which is the Poisson model."
)
LIMIT = 1e8
"""A θ beyond this times the largest mean is the limit itself."""


def count(
    frame: pd.DataFrame,
    outcome: str,
    blocks: Sequence[Sequence[str]],
    errors: Errors = "classical",
    level: float = 0.95,
) -> Count | NotApplicable:
    """Regress the logarithm of a count's mean on the predictors of ``blocks``, with negative binomial variance.

    frame, blocks, level: as of ``analysis.regression.regression``; rows with a missing value are left out.
    outcome: whole numbers from 0. errors: 'classical' (model-based), 'HC3' or ``{'cluster': column}`` (CR1).

    var y = μ + μ²/θ, log μ = xᵀb; b and θ are the joint maximum (Lawless 1987; as ``MASS::glm.nb``). exp(b) is the
    ratio of rates (irr). Returns NotApplicable with the reason where the outcome is no count, a predictor's counts are
    all 0 (so that its coefficient is infinite), or a predictor is constant or collinear.
    """

    def coded(complete: pd.DataFrame) -> pd.DataFrame:
        if is_category(complete[outcome]):
            raise UnsuitableError(f"{outcome} holds categories, and a count is a number")
        y = complete[outcome].to_numpy(dtype=np.float64)
        if not ((y >= 0) & (y == np.round(y))).all():
            raise UnsuitableError(f"{outcome} is no count: it has values that are negative or not whole")
        return complete

    found = fit(frame, outcome, blocks, errors, level, MODEL, coded)
    if isinstance(found, NotApplicable):
        return found
    y, z = found.columns.y, found.columns.z
    try:
        poisson = _given(z, y, inf)
    except UnsuitableError as reason:
        return NotApplicable("count", outcome, str(reason))
    mean = np.exp(z @ poisson.values)
    dispersion = float(np.sum((y - mean) ** 2 / mean)) / (len(y) - z.shape[1])
    theta, theta_se = found.last.other
    chi2 = max(0.0, 2 * (found.last.loglik - poisson.loglik))
    if theta == inf:
        found.common["notes"] = (*found.common["notes"], POISSON)
        found.common["aic"] -= 2
    p = float(special.chdtrc(1, chi2)) / 2 if chi2 > 0 else 1.0
    return Count(**found.common, theta=theta, theta_se=theta_se, dispersion=dispersion, poisson_chi2=chi2, poisson_p=p)


def _loglik(y: Vector, mean: Vector, theta: float) -> float:
    if theta == inf:
        return float(np.sum(special.xlogy(y, mean) - mean - special.gammaln(y + 1)))
    # lgamma(θ + y) − lgamma(θ) and θ log(θ / (θ + μ)) in forms that keep their digits for a large θ
    rise = special.gammaln(theta + y) - special.gammaln(theta) if theta < 1e6 else special.poch(theta, y)
    first = rise if theta < 1e6 else np.log(rise)
    rest = -theta * np.log1p(mean / theta) + special.xlogy(y, mean / (theta + mean))
    return float(np.sum(first - special.gammaln(y + 1) + rest))


def _given(z: Vector, y: Vector, theta: float, start: Vector | None = None) -> basis.Fit:
    """The maximum of b with θ given; its information is the expected one, as of a ``glm``."""

    def point(values: Vector) -> basis.Point:
        eta = z @ values
        if float(eta.max()) > 500:
            return -np.inf, np.zeros(len(values)), np.eye(len(values))
        mean = np.exp(eta)
        spread = 1.0 if theta == inf else 1 + mean / theta
        return _loglik(y, mean, theta), z.T @ ((y - mean) / spread), (z.T * (mean / spread)) @ z

    if start is None:
        start = np.zeros(z.shape[1])
        start[0] = np.log(y.mean())
    values, (loglik, _, information) = basis.newton(start, point)
    eta = z @ values
    mean = np.exp(eta)
    spread = 1.0 if theta == inf else 1 + mean / theta
    scores = z * ((y - mean) / spread)[:, None]
    leverage = mean / spread * np.einsum("ij,ij->i", z @ np.linalg.inv(information), z)
    far = bool(np.ptp(eta) > basis.FAR)
    return basis.Fit(values, loglik, information, scores, leverage, far, (theta, nan))


def _slope(y: Vector, mean: Vector, theta: float) -> tuple[float, float]:
    """First and minus second derivative of ℓ in θ (as ``MASS::theta.ml``)."""
    total = theta + mean
    first = special.digamma(theta + y) - special.digamma(theta) + np.log(theta / total) + 1 - (theta + y) / total
    second = special.polygamma(1, theta + y) - special.polygamma(1, theta) + 1 / theta - 2 / total
    return float(np.sum(first)), -float(np.sum(second + (theta + y) / total**2))


def at(z: Vector, y: Vector) -> basis.Fit:
    """The joint maximum of b and θ, in turns; θ is infinite where the likelihood rises towards Poisson's."""
    found = _given(z, y, inf)
    mean = np.exp(z @ found.values)
    excess = float(np.sum((y - mean) ** 2 - y))
    if excess <= 0:
        return found
    theta = float(np.sum(mean**2)) / excess
    for _ in range(500):
        before = theta
        for _ in range(50):
            first, second = _slope(y, mean, theta)
            # in log θ, where the likelihood is nearer to a parabola; never more than a factor e
            bend = theta * theta * second - theta * first
            move = theta * first / bend if bend > 0 else np.sign(first)
            theta *= float(np.exp(np.clip(move, -1, 1)))
            if abs(move) < 1e-13 or theta > LIMIT * float(mean.max()):
                break
        if theta > LIMIT * float(mean.max()):
            return _given(z, y, inf)
        found = _given(z, y, theta, found.values)
        mean = np.exp(z @ found.values)
        if abs(theta - before) < 1e-11 * theta:
            break
    else:
        raise UnsuitableError("the iterations did not converge: θ does not settle")
    _, second = _slope(y, mean, theta)
    return basis.Fit(
        found.values, found.loglik, found.information, found.scores, found.leverage, found.far,
        (theta, float(second**-0.5)),
    )  # fmt: skip


def null(y: Vector) -> float:
    """Log-likelihood of the intercept with a θ of its own."""
    return at(np.ones((len(y), 1)), y).loglik


def separation(columns: basis.Columns) -> None:
    """Refuse predictors some of whose values have no count but 0."""
    z = np.column_stack([np.ones(len(columns.y)), basis.standard(columns.design)])
    zero = columns.y == 0
    basis.separated(columns.design, -z[zero], z[~zero], ("", *columns.design.terms))


MODEL = Model("count", at, null, separation, extra=1)
