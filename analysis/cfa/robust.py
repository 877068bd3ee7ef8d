"""Errors and tests that do not need normal data: Huber-White errors, and the scaling of Yuan and Bentler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cfa.data import Data
from analysis.cfa.likelihood import Sample, case_scores, implied, slopes
from analysis.cfa.model import Model, saturated
from analysis.cfa.solve import Solution, observed_information
from analysis.moments import Floats

TILE = 4096
"""Cases whose scores are held in memory at once."""


@dataclass(frozen=True, eq=False)
class Robust:
    """Robust covariance of the parameters (size, size), and the trace that the model's part takes of the scaling."""

    covariance: Floats
    trace: float


def products_of_scores(model: Model, rows: Sequence[Floats], values: Floats) -> Floats:
    """Sum over all cases of the products of their scores (size, size)."""
    total = np.zeros((model.size, model.size))
    p = len(model.items)
    for group, part in zip(model.groups, rows, strict=True):
        at = implied(group, values)
        by = slopes(group.cells, at)
        answered = np.isfinite(part)
        if answered.all():
            kinds, which = np.ones((1, p), dtype=np.bool_), np.zeros(len(part), dtype=np.intp)
        else:
            kinds, which = np.unique(answered, axis=0, return_inverse=True)
        own = np.zeros((len(group.cells), len(group.cells)))
        for k, kind in enumerate(kinds):
            inverse = np.zeros((p, p))
            where = np.ix_(kind, kind)
            inverse[where] = np.linalg.inv(at.sigma[where])
            chosen = np.flatnonzero(which.reshape(-1) == k)
            for first in range(0, len(chosen), TILE):
                apart = np.where(kind, part[chosen[first : first + TILE]] - at.mu, 0.0)
                scores = case_scores(by, apart, inverse)
                own += scores.T @ scores
        np.add.at(total, np.ix_(group.parameter, group.parameter), own)
    return total


def robust(solution: Solution, samples: Sequence[Sample], rows: Sequence[Floats]) -> Robust:
    """Huber-White errors of a solution: I^-1 (sum of s s') I^-1 with the observed information I and case scores s."""
    inverse = np.linalg.inv(observed_information(solution.model, samples, solution.values))
    meat = products_of_scores(solution.model, rows, solution.values)
    return Robust(inverse @ meat @ inverse, float(np.sum(inverse * meat)))


def saturated_trace(data: Data) -> float:
    """The trace of the saturated model, over the groups: what the scaling starts from.

    Of complete data each group has (p + mean of d^2) / 2, d each case's squared distance from the mean: Mardia's
    kurtosis.
    """
    total = 0.0
    if data.complete:
        for mean, cov, rows in zip(data.mean, data.cov, data.rows, strict=True):
            apart = rows - mean
            distance = np.sum((apart @ np.linalg.inv(cov)) * apart, axis=1)
            total += (len(mean) + float(np.mean(distance**2))) / 2
        return total
    model = saturated(data.items)
    row, column = np.tril_indices(len(data.items))
    for sample, mean, cov, rows in zip(data.samples, data.mean, data.cov, data.rows, strict=True):
        values = np.concatenate([cov[row, column], mean])
        told = observed_information(model, [sample], values)
        total += float(np.sum(np.linalg.inv(told) * products_of_scores(model, [rows], values)))
    return total


def baseline_trace(alone: Solution, data: Data) -> float:
    """The same of the independence model, fitted as ``alone``: of complete data (1 + kurtosis) / 2 of every item."""
    if not data.complete:
        return robust(alone, data.samples, data.rows).trace
    total = 0.0
    for mean, rows in zip(data.mean, data.rows, strict=True):
        squares = (rows - mean) ** 2
        total += float(np.sum((1 + np.mean(squares**2, axis=0) / squares.mean(axis=0) ** 2) / 2))
    return total


def scaling(whole: float, part: float, df: int) -> float:
    """Scaling factor of chi-squared (Yuan & Bentler 2000, in Mplus' form, Asparouhov & Muthen 2005); NaN without df."""
    if df <= 0:
        return float("nan")
    found = (whole - part) / df
    return found if found > 0 else float("nan")
