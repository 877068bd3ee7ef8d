"""How far the members of each group agree: r_wg, r_wg(J) and the average deviation, and the variance by chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.moments import Floats

Codes = npt.NDArray[np.int64]

SLIGHTLY_SKEWED = {5: 1.34, 6: 1.85, 7: 2.90, 8: 3.47, 9: 5.66, 10: 6.30, 11: 7.31}
"""Variance of answers that lean slightly to one side, by response options (LeBreton & Senter 2008, Table 2)."""


def chance_variance(options: int, null: str) -> float:
    """The variance of answers without any agreement, for so many response options.

    null: 'uniform', (A² − 1) / 12 (James, Demaree & Wolf 1984, Journal of Applied Psychology 69), or 'slightly_skewed'
    (LeBreton & Senter 2008, Organizational Research Methods 11), NaN where their table has no such number of options.

    >>> chance_variance(5, "uniform"), chance_variance(5, "slightly_skewed")
    (2.0, 1.34)
    """
    return (options**2 - 1) / 12 if null == "uniform" else SLIGHTLY_SKEWED.get(options, float("nan"))


def group_variances(values: Floats, groups: Codes, count: Codes) -> Floats:
    """Variances (divisor n − 1) of each column in each group: values (n, k) to (groups, k); NaN for a group of one."""
    means = group_means(values, groups, count)
    apart = (values - means[groups]) ** 2
    sums = np.column_stack([np.bincount(groups, weights=column, minlength=len(count)) for column in apart.T])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count[:, None] > 1, sums / (count[:, None] - 1), np.nan)


def group_means(values: Floats, groups: Codes, count: Codes) -> Floats:
    """Means of each column in each group: values (n, k) to (groups, k)."""
    sums = [np.bincount(groups, weights=column, minlength=len(count)) for column in values.T]
    return np.column_stack(sums) / count[:, None]


def rwg(variance: Floats, chance: float) -> Floats:
    """r_wg of each group, 1 − s² / σ², with 0 where the variance exceeds chance (James, Demaree & Wolf 1984)."""
    return 1 - np.minimum(variance, chance) / chance


def rwgj(variances: Floats, chance: float) -> Floats:
    """r_wg(J) of each group from the variances of its J items (groups, J); the mean item variance is held to chance."""
    agreed = variances.shape[1] * (1 - np.minimum(variances.mean(axis=1), chance) / chance)
    rest = np.minimum(variances.mean(axis=1), chance) / chance
    return agreed / (agreed + rest)


def average_deviation(values: Floats, groups: Codes, count: Codes) -> Floats:
    """Mean absolute deviation from the group's mean, averaged over items; NaN for a group of one.

    Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2.
    """
    apart = np.abs(values - group_means(values, groups, count)[groups]).mean(axis=1)
    return np.where(count > 1, np.bincount(groups, weights=apart, minlength=len(count)) / count, np.nan)
