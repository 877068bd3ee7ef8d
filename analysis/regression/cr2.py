"""Errors for few clusters: CR2 with Satterthwaite's degrees of freedom, at a cost that grows with the cases alone.

In an orthonormal basis Q of the model a cluster's block of the hat matrix is Q_g Q_gᵀ, so that its adjustment
A_g = (I − Q_g Q_gᵀ)^(−1/2) acts on Q_g as a function of the small matrix S_g = Q_gᵀ Q_g: nothing has the size of a
cluster, and no pair of clusters is ever looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.regression.design import Design, Vector
from analysis.regression.engine import Basis, Meat, steps

LOST = 1e-12
"""Below this share of a direction left free, a cluster decides it alone: the generalised inverse leaves it out."""
ROOM = 2**20
"""Numbers held at a time where many combinations are gone through."""


@dataclass(frozen=True)
class Adjusted:
    """One step's model with CR2 errors, in coordinates of (constant, W), each of norm one.

    With S_g = Q_gᵀQ_g of each cluster: reach: (G, p, p), (1 − S)^(−1/2) S. own: (G, p, p), (1 − S)^(−1) S. meat: of the
    sandwich.
    """

    reach: Vector
    own: Vector
    meat: Meat

    def df(self, contrasts: Vector) -> Vector:
        """Satterthwaite's degrees of freedom (q,) of linear combinations (p, q) of coordinates, each by itself.

        2 E² / Var of its variance, were the errors equal and independent: with p_g = (I − H)_g A_g Q_g k,
        df = (Σ p_gᵀp_g)² / Σ_g Σ_h (p_gᵀp_h)² (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018).
        """
        mean, total = self.spread(contrasts)
        positive = total > 0
        return np.where(positive, 2 * mean**2 / np.where(positive, total, 1.0), np.nan)

    def spread(self, contrasts: Vector) -> tuple[Vector, Vector]:
        """What they are made of: the expectation (q,) of each combination's variance, and the variance (q,) of that."""
        groups, p, _ = self.reach.shape
        room = max(1, ROOM // (groups * p))
        parts = [self._spread_each(contrasts[:, start : start + room]) for start in range(0, contrasts.shape[1], room)]
        return np.concatenate([mean for mean, _ in parts]), np.concatenate([total for _, total in parts])

    def _spread_each(self, contrasts: Vector) -> tuple[Vector, Vector]:
        reached = self.reach @ contrasts
        own = np.einsum("pq,gpq->gq", contrasts, self.own @ contrasts)
        lost = np.einsum("gpq,gpq->gq", reached, reached)
        by_contrast = np.ascontiguousarray(reached.transpose(2, 0, 1))
        every = np.swapaxes(by_contrast, 1, 2) @ by_contrast
        left = own - lost
        total = np.sum(every**2, axis=(1, 2)) - np.sum(lost**2, axis=0) + np.sum(left**2, axis=0)
        return np.sum(left, axis=0), 2 * total

    def wald(self, contrasts: Vector, estimates: Vector) -> tuple[float, float, float]:
        """F, its second df, and p that all q combinations (p, q) are zero: the approximate Hotelling test (HTZ).

        Tipton & Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40;
        as ``clubSandwich::Wald_test(test = "HTZ")``.
        """
        q = contrasts.shape[1]
        reached = self.reach @ contrasts
        own = contrasts.T @ self.own @ contrasts
        lost = np.swapaxes(reached, 1, 2) @ reached
        values, vectors = np.linalg.eigh(np.sum(own - lost, axis=0))
        if values[0] <= LOST * values[-1]:
            return np.nan, np.nan, np.nan
        turn = (vectors / np.sqrt(values)) @ vectors.T
        nu = q * (q + 1) / _total(reached @ turn, turn @ own @ turn)
        whole = _whole(self.meat)
        covariance = contrasts.T @ whole @ contrasts
        if nu - q + 1 <= 0 or float(np.linalg.cond(covariance)) > 1e14:
            return np.nan, np.nan, np.nan
        f = (nu - q + 1) / (nu * q) * float(estimates @ np.linalg.solve(covariance, estimates))
        df2 = nu - q + 1
        return f, df2, float(special.fdtrc(q, df2, f))


def _total(reached: Vector, own: Vector) -> float:
    """The sum of the variances of the q² elements of combinations' covariance; reached: (G, p, q), own: (G, q, q)."""
    lost = np.swapaxes(reached, 1, 2) @ reached
    groups, p, q = reached.shape
    flat = reached.reshape(groups, p * q)
    every = (flat.T @ flat).reshape(p, q, p, q)
    total = float(np.sum(every**2)) + float(np.einsum("isjt,itjs->", every, every))
    total -= float(np.sum(np.trace(lost, axis1=1, axis2=2) ** 2)) + float(np.einsum("gst,gts->", lost, lost))
    left = own - lost
    return total + float(np.sum(np.trace(left, axis1=1, axis2=2) ** 2)) + float(np.einsum("gst,gts->", left, left))


def _whole(meat: Meat) -> Vector:
    """The meat in coordinates (constant of norm one, W): what ``Meat`` keeps is of the constant 1 over n."""
    size = len(meat.cross) + 1
    found = np.empty((size, size))
    found[1:, 1:] = meat.inner
    found[0, 1:] = found[1:, 0] = meat.cross
    found[0, 0] = meat.constant
    return found


def adjusted(design: Design, basis: Basis) -> list[Adjusted]:
    """CR2 of each step, with equal and independent errors as the working model; ``clubSandwich::vcovCR("CR2")``.

    Each meat here is of the constant 1/√n; ``meats`` gives those that ``engine.covariance`` takes.
    """
    if design.clusters is None:
        raise ValueError("adjusted() needs a design with clusters")
    groups, size = design.n_clusters, len(design.terms) + 1
    inner = np.zeros((groups, size, size))
    scores = [np.zeros((groups, end + 1)) for end in design.ends]
    position = 0
    for turned, residuals in steps(design, basis):
        rows = turned.shape[1]
        codes = design.clusters[position : position + rows]
        position += rows
        whole = np.vstack([np.full(rows, basis.n**-0.5), turned])
        for i in range(size):
            for j in range(i + 1):
                inner[:, i, j] += np.bincount(codes, whole[i] * whole[j], groups)
        for step, end in enumerate(design.ends):
            for i in range(end + 1):
                scores[step][:, i] += np.bincount(codes, whole[i] * residuals[step], groups)
    inner += np.swapaxes(np.tril(inner, -1), 1, 2)
    found = []
    for end, score in zip(design.ends, scores, strict=True):
        part = inner[:, : end + 1, : end + 1]
        values, vectors = np.linalg.eigh(part)
        free = 1 - values
        kept = free > LOST
        power = np.where(kept, np.where(kept, free, 1.0) ** -0.5, 0.0)
        back = np.swapaxes(vectors, 1, 2)
        turned = power * np.einsum("gji,gj->gi", vectors, score)
        reached = np.einsum("gij,gj->gi", vectors, turned)
        product = reached.T @ reached
        reach = (vectors * (power * values)[:, None, :]) @ back
        own = (vectors * (power**2 * values)[:, None, :]) @ back
        found.append(Adjusted(reach, own, Meat(product[1:, 1:], product[1:, 0], float(product[0, 0]))))
    return found


def meats(steps_: Sequence[Adjusted], n: int) -> list[Meat]:
    """The meats of the steps, of a constant of 1."""
    return [Meat(one.meat.inner, one.meat.cross * n**0.5, one.meat.constant * n) for one in steps_]


def coordinates(basis: Basis, weights: Vector) -> Vector:
    """Combinations of (intercept, coefficients), rows (q, k + 1), as columns in the coordinates of (constant of norm
    one, W), (k + 1, q)."""
    turned = (weights[:, 1:] - weights[:, :1] * basis.mean[:-1]) @ basis.transform.T
    return np.column_stack([weights[:, 0] * basis.n**-0.5, turned]).T
