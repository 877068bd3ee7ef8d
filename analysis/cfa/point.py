"""Where the likelihood of a fitted model stands, in the units of the items, so that others may be tried on its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cfa.data import Data, scales
from analysis.cfa.likelihood import Pattern, Sample, deviance, implied
from analysis.cfa.model import Model
from analysis.moments import Floats


@dataclass(frozen=True, eq=False)
class Point:
    """A model fitted to complete data: its parameters ``values`` (size,), and the mean and covariance (divisor n) of
    each group, all in the units of the items."""

    model: Model
    values: Floats
    n: tuple[float, ...]
    mean: tuple[Floats, ...]
    cov: tuple[Floats, ...]


def point_of(model: Model, values: Floats, data: Data) -> Point | None:
    """The point of a solution; None where cases lack answers."""
    if not data.complete:
        return None
    times, plus = scales(model, data)
    unit = np.outer(data.scale, data.scale)
    mean = tuple(one * data.scale + data.centre for one in data.mean)
    n = tuple(float(sample.n) for sample in data.samples)
    return Point(model, values * times + plus, n, mean, tuple(one * unit for one in data.cov))


def deviances(points: Sequence[Point]) -> Floats:
    """-2 log-likelihood of each point's data where all have the mean of their parameters, without the constant."""
    values = np.mean([point.values for point in points], axis=0)
    at = [implied(group, values) for group in points[0].model.groups]
    return _tried(points, [one.sigma for one in at], [one.mu for one in at])


def saturated_deviances(points: Sequence[Point]) -> Floats:
    """The same of the saturated model: where all have the mean of their means and covariances."""
    groups = range(len(points[0].n))
    covs = [np.mean([point.cov[g] for point in points], axis=0) for g in groups]
    return _tried(points, covs, [np.mean([point.mean[g] for point in points], axis=0) for g in groups])


def baseline_deviances(points: Sequence[Point]) -> Floats:
    """The same of the independence model."""
    groups = range(len(points[0].n))
    covs = [np.diag(np.diag(np.mean([point.cov[g] for point in points], axis=0))) for g in groups]
    return _tried(points, covs, [np.mean([point.mean[g] for point in points], axis=0) for g in groups])


def _tried(points: Sequence[Point], covs: Sequence[Floats], means: Sequence[Floats]) -> Floats:
    every = np.arange(len(means[0]))
    return np.array([
        sum(
            deviance(Sample(n, (Pattern(n, own, cov, every),)), covs[g], means[g])
            for g, (n, own, cov) in enumerate(zip(point.n, point.mean, point.cov, strict=True))
        )
        for point in points
    ])  # fmt: skip
