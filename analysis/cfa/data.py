"""What a measurement model is fitted to: moments, or rows by pattern of answers, on one scale for all items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cfa.likelihood import Pattern, Sample
from analysis.cfa.model import INTERCEPT, LOADING, RESIDUAL, Model
from analysis.errors import UnsuitableError
from analysis.missing.em import em_moments
from analysis.moments import Floats, Moments

SMALLEST = 1e-10
"""An eigenvalue of a correlation matrix below this makes it singular."""


@dataclass(frozen=True, eq=False)
class Data:
    """Groups of cases whose items were centred by ``centre`` and divided by ``scale`` (p,), alike in every group.

    samples: one a group. mean, cov: each group's saturated estimates, divisor n. rows: each group's cases (n, p) on
    that scale where they are at hand, NaN where unanswered. saturated: the deviance that no model can go below.
    """

    items: tuple[str, ...]
    samples: tuple[Sample, ...]
    mean: tuple[Floats, ...]
    cov: tuple[Floats, ...]
    centre: Floats
    scale: Floats
    saturated: float
    rows: tuple[Floats, ...] = ()

    @property
    def n(self) -> float:
        """Number of cases in all groups."""
        return sum(sample.n for sample in self.samples)

    @property
    def complete(self) -> bool:
        """Whether every case answered every item."""
        return all(len(s.patterns) == 1 and len(s.patterns[0].where) == len(self.items) for s in self.samples)


def scales(model: Model, data: Data) -> tuple[Floats, Floats]:
    """By what each parameter is multiplied, and what is added to it, to get to the units of the items: (size,) each."""
    times, plus = np.ones(model.size), np.zeros(model.size)
    for group in model.groups:
        cells = group.cells
        factor = np.ones(len(cells))
        for which in (LOADING, RESIDUAL, INTERCEPT):
            here = cells.matrix == which
            factor[here] = data.scale[cells.row[here]]
            if which == RESIDUAL:
                factor[here] *= data.scale[cells.column[here]]
            if which == INTERCEPT:
                plus[group.parameter[here]] = data.centre[cells.row[here]]
        times[group.parameter] = factor
    return times, plus


def from_moments(groups: Sequence[Moments]) -> Data | str:
    """Data from each group's moments; a reason in words where they are singular or too few."""
    items = groups[0].names
    n = np.array([float(group.n) for group in groups])
    if (n < 2).any():
        return f"there {'is' if n.min() == 1 else 'are'} {n.min():.0f} complete case{'' if n.min() == 1 else 's'}" + (
            " in a group" if len(groups) > 1 else ""
        )
    if flat := sorted({name for group in groups for name in group.constant}, key=items.index):
        return f"item{'s' if len(flat) > 1 else ''} {', '.join(flat)} {'are' if len(flat) > 1 else 'is'} constant"
    covs = [np.asarray(group.cov) * (size - 1) / size for group, size in zip(groups, n, strict=True)]
    if any(not np.isfinite(cov).all() for cov in covs):
        return "a covariance could not be computed"
    centre, scale = _units([group.mean for group in groups], covs, n)
    means = [(group.mean - centre) / scale for group in groups]
    covs = [cov / np.outer(scale, scale) for cov in covs]
    if singular(covs):
        if len(groups) > 1:
            bad = sum(singular([cov]) for cov in covs)
            return (
                f"the covariances of {bad} of the {len(groups)} groups are singular: an item follows from others "
                f"there, or the group has no more complete cases than there are items ({len(items)})"
            )
        return "the covariances are singular: an item follows exactly from others, or cases are too few"
    where = np.arange(len(items))
    samples = tuple(
        Sample(size, (Pattern(size, m, c, where),)) for size, m, c in zip(n.tolist(), means, covs, strict=True)
    )
    best = sum(size * (np.linalg.slogdet(c)[1] + len(items)) for size, c in zip(n.tolist(), covs, strict=True))
    return Data(items, samples, tuple(means), tuple(covs), centre, scale, float(best))


def singular(covs: Sequence[Floats]) -> bool:
    """Whether a covariance matrix is singular, whatever the units of its columns."""
    for cov in covs:
        sd = np.sqrt(np.diag(cov))
        if np.linalg.eigvalsh(cov / sd / sd[:, None])[0] < SMALLEST:
            return True
    return False


def _units(means: Sequence[Floats], covs: Sequence[Floats], n: Floats) -> tuple[Floats, Floats]:
    """Mean and pooled standard deviation of each item over the groups, so that equal parameters stay equal."""
    share = n / n.sum()
    centre = sum(w * m for w, m in zip(share, means, strict=True))
    pooled = sum(w * np.diag(c) for w, c in zip(share, covs, strict=True))
    return np.asarray(centre, dtype=np.float64), np.sqrt(np.asarray(pooled, dtype=np.float64))


def with_rows(data: Data, groups: Sequence[Floats]) -> Data:
    """The same data with the rows behind them, which robust errors need."""
    rows = tuple((part - data.centre) / data.scale for part in groups)
    return Data(data.items, data.samples, data.mean, data.cov, data.centre, data.scale, data.saturated, rows)


def from_patterns(items: Sequence[str], groups: Sequence[Floats], alike: Sequence[Sequence[int]] = ()) -> Data | str:
    """Data from rows (n, p) with unanswered items (NaN), for full information maximum likelihood.

    alike: places of items that are measured in one unit (one variable over waves), and keep one centre and one scale.
    Cases without any answer are left out, as lavaan does. The saturated mean and covariance are found by the EM
    algorithm. Returns a reason in words where a pair of items was never answered by one case.
    """
    kept = [part[np.isfinite(part).any(axis=1)] for part in groups]
    if any(len(part) < 3 for part in kept):
        return "a group has fewer than three cases with an answer"
    for part in kept:
        answered = np.isfinite(part).astype(float)
        if ((answered.T @ answered) < 2).any():
            return "two items were never answered by the same cases, so nothing tells their covariance"
    with np.errstate(invalid="ignore"):
        means, variances = [np.nanmean(part, axis=0) for part in kept], [np.nanvar(part, axis=0) for part in kept]
    flat = [name for i, name in enumerate(items) if any(variance[i] <= 0 for variance in variances)]
    if flat:
        return f"item{'s' if len(flat) > 1 else ''} {', '.join(flat)} {'are' if len(flat) > 1 else 'is'} constant"
    n = np.array([float(len(part)) for part in kept])
    centre, scale = _units(means, [np.diag(variance) for variance in variances], n)
    for places in map(list, alike):
        centre[places], scale[places] = centre[places].mean(), np.sqrt((scale[places] ** 2).mean())
    rows = tuple((part - centre) / scale for part in kept)
    samples = tuple(_patterns(part) for part in rows)
    mean, cov, best = [], [], 0.0
    for part in rows:
        try:
            found = em_moments(part, items)
        except UnsuitableError:
            return (
                "the covariances of what was answered are singular: cases are too few, or an item follows from others"
            )
        mean.append(found.moments.mean)
        cov.append(found.covariance)
        best -= 2 * found.loglik + float(np.isfinite(part).sum()) * np.log(2 * np.pi)
    return Data(tuple(items), samples, tuple(mean), tuple(cov), centre, scale, best, rows)


def _patterns(rows: Floats) -> Sample:
    answered = np.isfinite(rows)
    kinds, which = np.unique(answered, axis=0, return_inverse=True)
    found = []
    for k, kind in enumerate(kinds):
        part = rows[which.reshape(-1) == k][:, kind]
        mean = part.mean(axis=0)
        apart = part - mean
        found.append(Pattern(float(len(part)), mean, apart.T @ apart / len(part), np.flatnonzero(kind)))
    return Sample(float(len(rows)), tuple(found))
