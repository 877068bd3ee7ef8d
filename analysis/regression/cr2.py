"""Errors for few clusters: CR2 with Satterthwaite's degrees of freedom, at a cost that grows with the cases alone.

In an orthonormal basis Q of the model a cluster's block of the hat matrix is Q_g Q_gᵀ, so that its adjustment
A_g = (I − Q_g Q_gᵀ)^(−1/2) acts on Q_g as a function of the small matrix S_g = Q_gᵀ Q_g: nothing has the size of a
cluster, and no pair of clusters is ever looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.regression.design import Design, Vector, build
from analysis.regression.engine import Basis, Meat, fit, steps
from analysis.resample import one_thread

LOST = 1e-12
"""Below this share of a direction left free, a cluster decides it alone: the generalised inverse leaves it out."""


@dataclass(frozen=True)
class Adjusted:
    """One step's model with CR2 errors, in coordinates of (constant, W), each of norm one.

    inner: (G, p, p), S_g of each cluster. root: (1 − S)^(−1/2). square: (1 − S)^(−1). meat: of the sandwich.
    """

    inner: Vector
    root: Vector
    square: Vector
    meat: Meat

    def df(self, contrast: Vector) -> float:
        """Satterthwaite's degrees of freedom of one linear combination (p,) of coordinates.

        2 E² / Var of its variance, were the errors equal and independent: with p_g = (I − H)_g A_g Q_g k,
        df = (Σ p_gᵀp_g)² / Σ_g Σ_h (p_gᵀp_h)² (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018).
        """
        mean, total = self._spread(contrast[:, None])
        return float(mean[0, 0] ** 2 / (total / 2)) if total > 0 else np.nan

    def wald(self, contrasts: Vector, estimates: Vector) -> tuple[float, float, float]:
        """F, its second df, and p that all q combinations (p, q) are zero: the approximate Hotelling test (HTZ).

        Tipton & Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40;
        as ``clubSandwich::Wald_test(test = "HTZ")``.
        """
        q = contrasts.shape[1]
        mean, _ = self._spread(contrasts)
        values, vectors = np.linalg.eigh(mean)
        if values[0] <= LOST * values[-1]:
            return np.nan, np.nan, np.nan
        _, total = self._spread(contrasts @ (vectors / np.sqrt(values)) @ vectors.T)
        nu = q * (q + 1) / total
        whole = _whole(self.meat)
        covariance = contrasts.T @ whole @ contrasts
        if nu - q + 1 <= 0 or float(np.linalg.cond(covariance)) > 1e14:
            return np.nan, np.nan, np.nan
        f = (nu - q + 1) / (nu * q) * float(estimates @ np.linalg.solve(covariance, estimates))
        df2 = nu - q + 1
        return f, df2, float(special.fdtrc(q, df2, f))

    def _spread(self, contrasts: Vector) -> tuple[Vector, float]:
        """Expectation (q, q) of the combinations' covariance, and the sum of the variances of its q² elements."""
        reached = self.root @ self.inner @ contrasts
        own = np.swapaxes(contrasts, 0, 1) @ (self.inner @ self.square) @ contrasts
        lost = np.swapaxes(reached, 1, 2) @ reached
        mean = np.sum(own - lost, axis=0)
        groups, p, q = reached.shape
        flat = reached.reshape(groups, p * q)
        every = (flat.T @ flat).reshape(p, q, p, q)
        total = float(np.sum(every**2)) + float(np.einsum("isjt,itjs->", every, every))
        total -= float(np.sum(np.trace(lost, axis1=1, axis2=2) ** 2)) + float(np.einsum("gst,gts->", lost, lost))
        left = own - lost
        total += float(np.sum(np.trace(left, axis1=1, axis2=2) ** 2)) + float(np.einsum("gst,gts->", left, left))
        return mean, total


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
        root = (vectors * power[:, None, :]) @ np.swapaxes(vectors, 1, 2)
        square = (vectors * power[:, None, :] ** 2) @ np.swapaxes(vectors, 1, 2)
        reached = np.einsum("gij,gj->gi", root, score)
        product = reached.T @ reached
        found.append(Adjusted(part, root, square, Meat(product[1:, 1:], product[1:, 0], float(product[0, 0]))))
    return found


def meats(steps_: Sequence[Adjusted], n: int) -> list[Meat]:
    """The meats of the steps, of a constant of 1."""
    return [Meat(one.meat.inner, one.meat.cross * n**0.5, one.meat.constant * n) for one in steps_]


def coordinates(basis: Basis, weights: Vector) -> Vector:
    """A combination of (intercept, coefficients), (k + 1,), in the coordinates of (constant of norm one, W)."""
    turned = basis.transform @ (weights[1:] - weights[0] * basis.mean[:-1])
    return np.concatenate([[weights[0] * basis.n**-0.5], turned])


class Combinations:
    """Degrees of freedom and joint tests of combinations of the coefficients of one regression with CR2 errors."""

    def __init__(self, frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], group: str) -> None:
        """The same arguments as ``regression`` has; its intercept comes first, then its terms."""
        with one_thread():
            design = build(frame, outcome, blocks, group)
            self.basis = fit(design)
            self.adjusted = adjusted(design, self.basis)[-1]

    def df(self, weights: Vector) -> float:
        """Satterthwaite's degrees of freedom of one combination (k + 1,)."""
        return self.adjusted.df(coordinates(self.basis, weights))

    def spread(self, weights: Vector) -> tuple[float, float]:
        """What those are made of: the expectation of the combination's variance, and the variance of that."""
        mean, total = self.adjusted._spread(coordinates(self.basis, weights)[:, None])
        return float(mean[0, 0]), total

    def wald(self, rows: Vector, estimates: Vector) -> tuple[float, float, float]:
        """F, its second df and p that all combinations (q, k + 1), of these values, are zero (HTZ)."""
        return self.adjusted.wald(np.array([coordinates(self.basis, row) for row in rows]).T, estimates)
