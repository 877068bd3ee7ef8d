"""The six intraclass correlations of Shrout and Fleiss with their F tests and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import stats

from analysis.moments import Floats

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
MEANING = {
    "ICC1": "one measurement, waves differ by person",
    "ICC2": "one measurement, absolute agreement, waves are a sample",
    "ICC3": "one measurement, consistency, waves are all there are",
    "ICC1k": "mean of the measurements, waves differ by person",
    "ICC2k": "mean of the measurements, absolute agreement, waves are a sample",
    "ICC3k": "mean of the measurements, consistency, waves are all there are",
}
"""What each form says of a score."""


@dataclass(frozen=True)
class Icc:
    """One form: its name as ``psych::ICC`` has it, the estimate and its interval; df, riv and fmi only pooled."""

    form: str
    icc: float
    low: float
    high: float
    df: float = nan
    riv: float = nan
    fmi: float = nan


def forms(people: Floats, waves: Floats, rest: Floats, within: Floats, n: int, k: int, level: float) -> Floats:
    """Estimate, lower and upper bound of the six forms from mean squares (...): shape (6, 3, ...), in FORMS' order.

    people, waves, rest: mean squares; within: of everything but people. n people, k waves. The formulas are those of
    Shrout & Fleiss (1979), Psychological Bulletin 86, with the approximate degrees of freedom for ICC2 of their
    equations 9 and 10.
    """
    a = 1 - level
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (people - within) / (people + (k - 1) * within)
        two = (people - rest) / (people + (k - 1) * rest + k * (waves - rest) / n)
        three = (people - rest) / (people + (k - 1) * rest)
        f1, d1, e1 = people / within, n - 1, n * (k - 1)
        f3, e3 = people / rest, (n - 1) * (k - 1)
        low1, high1 = f1 / stats.f.isf(a / 2, d1, e1), f1 * stats.f.isf(a / 2, e1, d1)
        low3, high3 = f3 / stats.f.isf(a / 2, d1, e3), f3 * stats.f.isf(a / 2, e3, d1)
        shift = waves / rest
        top = (k - 1) * (n - 1) * (k * two * shift + n * (1 + (k - 1) * two) - k * two) ** 2
        bottom = (n - 1) * k**2 * two**2 * shift**2 + (n * (1 + (k - 1) * two) - k * two) ** 2
        v = top / bottom
        upper, lower = stats.f.isf(a / 2, n - 1, v), stats.f.isf(a / 2, v, n - 1)
        spread = k * waves + (k * n - k - n) * rest
        low2 = n * (people - upper * rest) / (upper * spread + n * people)
        high2 = n * (lower * people - rest) / (spread + n * lower * people)
        mean2 = (people - rest) / (people + (waves - rest) / n)
        return np.array(
            [
                [one, (low1 - 1) / (low1 + k - 1), (high1 - 1) / (high1 + k - 1)],
                [two, low2, high2],
                [three, (low3 - 1) / (low3 + k - 1), (high3 - 1) / (high3 + k - 1)],
                [1 - 1 / f1, 1 - 1 / low1, 1 - 1 / high1],
                [mean2, low2 * k / (1 + low2 * (k - 1)), high2 * k / (1 + high2 * (k - 1))],
                [1 - 1 / f3, 1 - 1 / low3, 1 - 1 / high3],
            ]
        )
