"""Robust indices of fit where answers are missing: what complete data would have given (Zhang & Savalei 2023)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.cfa.data import Data
from analysis.cfa.likelihood import Pattern, Sample, deviance, implied, slopes
from analysis.cfa.model import Group, saturated
from analysis.cfa.robust import products_of_scores
from analysis.cfa.solve import Solution, observed_information
from analysis.moments import Floats


class Saturated:
    """Information about the moments of all groups: from the answers there are (W, with its products of scores J) and
    from complete ones (C), all at the saturated estimates."""

    def __init__(self, data: Data) -> None:
        model = saturated(data.items)
        row, column = np.tril_indices(len(data.items))
        every = np.arange(len(data.items))
        self.whole = [
            Sample(s.n, (Pattern(s.n, mean, cov, every),))
            for s, mean, cov in zip(data.samples, data.mean, data.cov, strict=True)
        ]
        told, inner, complete = [], [], []
        for sample, whole, mean, cov, rows in zip(
            data.samples, self.whole, data.mean, data.cov, data.rows, strict=True
        ):
            values = np.concatenate([cov[row, column], mean])
            told.append(observed_information(model, [sample], values))
            complete.append(observed_information(model, [whole], values))
            inverse = np.linalg.inv(told[-1])
            inner.append(inverse @ products_of_scores(model, [rows], values) @ inverse)
            complete[-1] = inverse @ complete[-1] @ inverse
        self.told, self.gamma, self.middle = _blocks(told), _blocks(inner), _blocks(complete)
        self.best = sum(
            s.n * (np.linalg.slogdet(cov)[1] + len(cov)) for s, cov in zip(self.whole, data.cov, strict=True)
        )

    def corrected(self, solution: Solution, df: int) -> tuple[float, float]:
        """Chi-squared of a model at its estimates, of complete data with the saturated moments; and its scaling factor
        tr(U W^-1 C W^-1 U G) / df, G = W^-1 J W^-1, U = W - W D (D' W D)^-1 D' W, D the moments' derivatives."""
        model = solution.model
        at = [implied(group, solution.values) for group in model.groups]
        total = sum(deviance(sample, one.sigma, one.mu) for sample, one in zip(self.whole, at, strict=True))
        delta = np.vstack([_derivatives(group, solution.values, model.size) for group in model.groups])
        pulled = self.told @ delta
        left = self.told - pulled @ np.linalg.solve(delta.T @ pulled, pulled.T)
        trace = float(np.sum((left @ self.middle @ left) * self.gamma))
        return total - float(self.best), (trace / df if df > 0 else float("nan"))


def _blocks(parts: Sequence[Floats]) -> Floats:
    sizes = [len(part) for part in parts]
    found, first = np.zeros((sum(sizes), sum(sizes))), 0
    for part in parts:
        found[first : first + len(part), first : first + len(part)] = part
        first += len(part)
    return found


def _derivatives(group: Group, values: Floats, size: int) -> Floats:
    """Derivatives of a group's covariances (lower triangle) and means in the parameters, (moments, size)."""
    by = slopes(group.cells, implied(group, values))
    row, column = np.tril_indices(by.u.shape[1])
    u, v = by.u, by.v
    spread = by.weight * (u[:, row] * v[:, column] + v[:, row] * u[:, column]).T
    found = np.zeros((len(row) + by.mu.shape[1], size))
    np.add.at(found.T, group.parameter, np.vstack([spread, by.mu.T]).T)
    return found
