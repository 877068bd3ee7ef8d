"""Correlations and regressions by full-information maximum likelihood: from all observed cells, none filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import inf, nan

import numpy as np
import pandas as pd
from scipy import special

from analysis.correlation import Correlation, Pair, corrected, disattenuated
from analysis.errors import UnsuitableError
from analysis.missing.em import Saturated, em_moments
from analysis.missing.information import Precision, precision
from analysis.missing.pool import quantile, tail
from analysis.moments import Floats
from analysis.regression import INTERCEPT, Block, Coefficient, Regression
from analysis.regression.design import is_category
from analysis.regression.diagnostics import robustness_value
from analysis.result import NotApplicable

LARGE_SAMPLE = "Tests and intervals are those of large samples (normal)."


def fiml_correlation(
    frame: pd.DataFrame, adjust: str = "none", reliability: Mapping[str, float] | None = None, *, level: float = 0.95
) -> Correlation | NotApplicable:
    """Correlate every pair of columns by maximum likelihood from all observed cells of all of them.

    frame: (n, k) numbers, NaN where missing; k up to 60. The standard error of r is by the delta method from the
    observed information (as ``lavaan::standardizedSolution`` of the saturated model, ``missing = "ml"``); test and
    interval are normal on the scale of atanh(r), with that error over 1 - r^2. The n of a pair is the cases that have
    both. adjust, reliability: as of ``analysis.correlation``. Returns NotApplicable where there is no
    maximum.
    """
    names = tuple(str(name) for name in frame.columns)
    try:
        found = em_moments(frame)
        known = precision(found)
    except UnsuitableError as reason:
        return NotApplicable("correlation", "", str(reason))
    there = np.isfinite(frame.to_numpy(dtype=np.float64))
    pairs = []
    for i, j in combinations(range(len(names)), 2):
        r = float(known.correlation[i, j])
        gradient = np.zeros(len(known.covariance))
        gradient[known.place(i, j)] = 1.0
        gradient[[known.place(i, i), known.place(j, j)]] = -r / 2
        width = float(np.sqrt(gradient @ known.covariance @ gradient)) / ((1 - r) * (1 + r))
        z, half = np.arctanh(r), float(special.ndtri((1 + level) / 2)) * width
        p = float(2 * special.ndtr(-abs(z) / width))
        n = int((there[:, i] & there[:, j]).sum())
        pairs.append(Pair(names[i], names[j], r, p, float(np.tanh(z - half)), float(np.tanh(z + half)), n))
    notes = [f"Full-information maximum likelihood from {int(found.moments.n)} cases. {LARGE_SAMPLE}"]
    if reliability is not None:
        pairs, said = disattenuated(pairs, reliability)
        notes += said
    return Correlation(
        names, tuple(corrected(pairs, adjust)), "pearson", adjust, level, "fiml", len(frame), tuple(notes)
    )  # fmt: skip


def fiml_regression(
    frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], level: float = 0.95
) -> Regression | NotApplicable:
    """Regress ``outcome`` on blocks of predictors by maximum likelihood from all observed cells of the model.

    frame, outcome, blocks: as ``analysis.regression.regression`` takes them; 0/1 columns of categories are treated as
    if normal together with the rest. Errors are classical, from the observed information (delta method), as
    ``lavaan::sem(missing = "ml", fixed.x = FALSE)``; t is a z, every df is infinite, and F is Wald's chi2 over its df.
    n counts the cases with a value of any variable of the model. Returns NotApplicable with the reason.

    b = Sxx^-1 Sxy and a = my - b'mx of the ML moments; db = Sxx^-1 (dSxy - dSxx b), da = dmy - b'dmx - mx'db.
    """
    try:
        columns, steps, references = _columns(frame, outcome, blocks)
        found = em_moments(columns)
        known = precision(found)
    except UnsuitableError as reason:
        return NotApplicable("regression", outcome, str(reason))
    return _regression(found, known, outcome, steps, references, level, len(frame))


def _columns(
    frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]]
) -> tuple[pd.DataFrame, list[tuple[str, ...]], dict[str, str]]:
    """The model's columns with the outcome last, the terms of each block, and reference categories."""
    if outcome not in frame.columns or is_category(frame[outcome]):
        raise UnsuitableError(f"there is no variable {outcome} of numbers in the data")
    columns: dict[str, pd.Series] = {}
    steps: list[tuple[str, ...]] = []
    references: dict[str, str] = {}
    for block in blocks:
        terms: list[str] = []
        for name in block:
            if name not in frame.columns:
                raise UnsuitableError(f"there is no variable {name} in the data")
            column = frame[name]
            if not is_category(column):
                columns[name] = column.astype(np.float64)
                terms.append(name)
                continue
            levels = [level for level in pd.Categorical(column).categories if bool((column == level).any())]
            if len(levels) < 2:
                raise UnsuitableError(f"{name} is constant")
            references[name] = str(levels[0])
            for level in levels[1:]:
                terms.append(f"{name}[{level}]")
                columns[terms[-1]] = (column == level).astype(np.float64).where(column.notna())
        steps.append(tuple(terms))
    columns[outcome] = frame[outcome].astype(np.float64)
    return pd.DataFrame(columns, index=frame.index), steps, references


def _slopes(known: Precision, k: int) -> tuple[Floats, Floats]:
    """Standardised slopes of the last variable upon the first k, and how they move with the q parameters."""
    x, y = list(range(k)), len(known.names) - 1
    inverse = np.linalg.inv(known.correlation[np.ix_(x, x)])
    slopes = inverse @ known.correlation[x, y]
    change = np.zeros((k, len(known.covariance)))
    for i in x:
        change[i, known.place(i, y)] += 1.0
        for j in x:
            change[i, known.place(i, j)] -= slopes[j]
    return slopes, inverse @ change


def _wald(values: Floats, covariance: Floats) -> tuple[float, float]:
    """Chi2 over its df, and p."""
    chi2 = float(values @ np.linalg.solve(covariance, values))
    return chi2 / len(values), float(special.chdtrc(len(values), chi2))


def _regression(
    found: Saturated, known: Precision, outcome: str, steps: list[tuple[str, ...]], references: dict[str, str],
    level: float, n_read: int,
) -> Regression:  # fmt: skip
    """All the numbers of a regression from ML moments and their precision."""
    terms = [term for step in steps for term in step]
    k, n, y = len(terms), int(found.moments.n), len(terms)
    slopes, change = _slopes(known, k)
    unit = known.sd[:k] / known.sd[y]
    mean = found.moments.mean
    b = slopes / unit
    # The intercept's change: the mean of y, less b' that of x, less x' the change of b.
    above = change / unit[:, None]
    first = -mean[:k] @ above
    first[y] += known.sd[y]
    first[:k] -= b * known.sd[:k]
    jacobian = np.vstack([first, above])
    covariance = jacobian @ known.covariance @ jacobian.T
    values = np.concatenate([[mean[y] - mean[:k] @ b], b])
    se = np.sqrt(np.diag(covariance))
    t = values / se
    p, half = tail(t, np.full(k + 1, inf)), quantile(np.full(k + 1, inf), level) * se
    vif = np.diag(np.linalg.inv(known.correlation[:k, :k]))
    beta, sr2 = np.r_[nan, slopes], np.r_[nan, slopes**2 / vif]
    left = 1 - float(slopes @ known.correlation[:k, y])
    strength = [robustness_value(float(value)) for value in sr2 / left]
    table = np.column_stack(
        [values, se, t, p, values - half, values + half, beta, sr2, np.r_[nan, vif], np.r_[nan, unit], strength]
    ).tolist()
    coefficients = tuple(Coefficient(term, *row) for term, row in zip((INTERCEPT, *terms), table, strict=True))
    made, start, before = [], 0, 0.0
    for place, step in enumerate(steps):
        end = start + len(step)
        inner, moves = _slopes(known, end)
        r2 = float(inner @ known.correlation[:end, y])
        part = slice(start, end)
        f, p_change = _wald(inner[part], (moves @ known.covariance @ moves.T)[part, part])
        made.append(Block(f"block{place + 1}", step, r2, r2 - before, f, float(len(step)), inf, p_change))
        start, before = end, r2
    f, p_model = _wald(slopes, change @ known.covariance @ change.T)
    r2, rest_df = before, n - k - 1
    return Regression(
        outcome=outcome, errors="classical", cluster=None, n_clusters=None, level=level, n=n, dropped=n_read - n,
        r2=r2, adj_r2=1 - (1 - r2) * (n - 1) / rest_df, f=f, df1=float(k), df2=inf, p=p_model, f2=r2 / (1 - r2),
        sigma=float(known.sd[y] * np.sqrt((1 - r2) * n / rest_df)), df=inf, coefficients=coefficients,
        blocks=tuple(made), references=references, notes=(LARGE_SAMPLE,), covariance=covariance, missing="fiml",
    )  # fmt: skip
