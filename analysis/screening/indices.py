"""Indices of careless answering, a number a respondent, from answers as they were given (n respondents × k items).

Meade & Craig (2012), Psychological Methods 17; Yentes & Wilhelm's R package careless defines them alike. Where an
index turns its sign there so that high is careless (``even_odd``), it has the papers' sign here: high is consistent.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.moments import Floats

PAIRED = 0.60
"""Two items that correlate above this are synonyms, below its negative antonyms (Meade & Craig 2012)."""
FEWEST_PAIRS = 3
FEWEST_SCALES = 3
"""A correlation over fewer points says nothing: over two it is always −1 or 1."""


def longstring(answers: Floats) -> Floats:
    """Longest run of the same answer, (n,); a missing answer ends a run. NaN where nothing was answered.

    >>> longstring(np.array([[1, 2, 2, 2, 3], [4, 4, np.nan, 4, 1]])).tolist()
    [3.0, 2.0]
    """
    run = np.zeros(len(answers))
    longest = np.zeros(len(answers))
    previous = np.full(len(answers), np.nan)
    for column in answers.T:
        run = np.where(np.isnan(column), 0.0, np.where(column == previous, run + 1, 1.0))
        longest, previous = np.maximum(longest, run), column
    return np.where(longest > 0, longest, np.nan)


def irv(answers: Floats) -> Floats:
    """Intra-individual response variability, (n,): the SD (n − 1) of a person's answers (Dunn et al. 2018)."""
    count = np.isfinite(answers).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(answers, axis=1) / count
        squares = np.nansum((answers - mean[:, None]) ** 2, axis=1) / (count - 1)
    return np.where(count > 1, np.sqrt(squares), np.nan)


def even_odd(scales: list[Floats]) -> Floats:
    """Even–odd consistency, (n,): the correlation over scales of the means of the even and of the odd items.

    scales: the items of each scale, turned round where they are reversed, (n, k_s) with k_s of 2 or more. Corrected to
    full length by Spearman–Brown, 2r / (1 + r), and not below −1 (Johnson 2005, Journal of Research in Personality 39).
    NaN for a person whose halves do not vary, or with fewer than three scales.
    """
    if not scales:
        return np.empty(0)
    odd = np.column_stack([_mean(items[:, 0::2]) for items in scales])
    even = np.column_stack([_mean(items[:, 1::2]) for items in scales])
    r = within_person(odd, even, FEWEST_SCALES)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.maximum(2 * r / (1 + r), -1.0)


def _mean(items: Floats) -> Floats:
    count = np.isfinite(items).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, np.nansum(items, axis=1) / count, np.nan)


def within_person(x: Floats, y: Floats, fewest: int) -> Floats:
    """Correlation of each row of x with that of y (n, m), over the points where both are known; NaN for too few."""
    known = np.isfinite(x) & np.isfinite(y)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = (np.where(known, part, 0.0) for part in (x, y))
        dx, dy = (np.where(known, part - (part.sum(axis=1) / count)[:, None], 0.0) for part in (x, y))
        sxx, syy, sxy = (dx**2).sum(axis=1), (dy**2).sum(axis=1), (dx * dy).sum(axis=1)
        flat = (sxx <= 1e-20 * np.maximum((x**2).sum(axis=1), 1)) | (syy <= 1e-20 * np.maximum((y**2).sum(axis=1), 1))
        r = np.clip(sxy / np.sqrt(sxx * syy), -1.0, 1.0)
    return np.where((count >= fewest) & ~flat, r, np.nan)


def mahalanobis_p(answers: Floats) -> Floats:
    """p of the squared Mahalanobis distance from the mean of all, (n,), by chi-square on k degrees of freedom.

    Means and covariances are of all known pairs; a missing answer counts as average (``psych::outlier``). NaN where
    nothing was answered, and for everybody where the covariances are singular.
    """
    k = answers.shape[1]
    apart, cov = _pairwise(answers)
    if k < 2 or not np.isfinite(cov).all() or np.linalg.eigvalsh(cov)[0] <= 1e-10 * np.trace(cov):
        return np.full(len(answers), np.nan)
    distance = np.einsum("ij,ij->i", apart @ np.linalg.inv(cov), apart)
    p = stats.chi2.sf(np.maximum(distance, 0.0), k)
    return np.where(np.isfinite(answers).any(axis=1), p, np.nan)


def _pairwise(answers: Floats) -> tuple[Floats, Floats]:
    """Deviations from the columns' means (0 where missing), and covariances over the rows that have both."""
    known = np.isfinite(answers)
    filled = np.where(known, answers, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.where(known, answers - filled.sum(axis=0) / known.sum(axis=0), 0.0)
        seen = known.astype(np.float64)
        n = seen.T @ seen
        sums = apart.T @ seen
        cov = (apart.T @ apart - sums * sums.T / n) / (n - 1)
    return apart, np.where(n > 1, cov, np.nan)


def paired_correlations(answers: Floats) -> Floats:
    """Correlations of every two items over the rows that have both, (k, k)."""
    known = np.isfinite(answers)
    apart, cov = _pairwise(answers)
    seen = known.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = seen.T @ seen
        squares = ((apart**2).T @ seen - (apart.T @ seen) ** 2 / n) / (n - 1)
        return cov / np.sqrt(squares * squares.T)


def psychometric(answers: Floats, correlations: Floats, *, antonyms: bool = False) -> tuple[Floats, int]:
    """Psychometric synonyms (or antonyms): a person's correlation over pairs of items, (n,), and how many pairs.

    A pair of items counts whose correlation in all respondents is above .60 (below −.60); of a pair, the later item is
    x and the earlier y. NaN with fewer than three pairs known, or where a person's answers in them do not vary.
    """
    k = len(correlations)
    earlier, later = np.triu_indices(k, 1)
    r = correlations[later, earlier]
    chosen = np.flatnonzero(r < -PAIRED) if antonyms else np.flatnonzero(r > PAIRED)
    if not len(chosen):
        return np.full(len(answers), np.nan), 0
    return within_person(answers[:, later[chosen]], answers[:, earlier[chosen]], FEWEST_PAIRS), len(chosen)


def duplicated(rows: Floats) -> npt.NDArray[np.bool_]:
    """Whether the same row was there before, (n,); rows without any answer are none of these."""
    first = np.full(len(rows), True)
    if rows.shape[1]:
        filled = np.where(np.isnan(rows), np.inf, rows)
        first[:] = False
        first[np.unique(filled, axis=0, return_index=True)[1]] = True
    return ~first & np.isfinite(rows).any(axis=1)
