"""Correlations of pairs of variables: product-moment, rank and polychoric, with intervals and corrected p values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import atanh
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.adjust import METHODS
from analysis.adjust import adjust as adjust_p
from analysis.errors import AnalysisError
from analysis.moments import Floats, as_matrix, moments
from analysis.names import NOT_APPLICABLE, POOLED
from analysis.polychoric import MOST_CATEGORIES, categories, polychoric
from analysis.result import INSIDE, NotApplicable, Number, Test, wanted

Method = Literal["pearson", "spearman", "polychoric"]

NOTHING = 1e-10
"""What is left of a column of length 1 is rounding below this."""


@dataclass(frozen=True)
class Pair:
    """The correlation of a pair, written ``a~b`` in the order given; NaN where it cannot be had.

    p: two-sided. p_adjusted: over all pairs of the analysis; None where no correction was asked for. ci_low, ci_high:
    at the level of the analysis. n: cases with both. r_disattenuated: None where no reliabilities were given.
    df, riv, fmi: of Fisher's z pooled over imputations, else None.
    reason: why there is no correlation ('' where there is one); it completes 'not applicable, because …'.
    """

    a: str
    b: str
    r: float
    p: float
    ci_low: float
    ci_high: float
    n: int
    p_adjusted: float | None = None
    r_disattenuated: float | None = None
    reason: str = ""
    df: float | None = None
    riv: float | None = None
    fmi: float | None = None

    @property
    def name(self) -> str:
        """The pair as a target of results."""
        return f"{self.a}~{self.b}"


@dataclass(frozen=True)
class Correlation:
    """Correlations of every pair of k variables.

    variables: in the order given. pairs: k (k - 1) / 2, row by row of the upper triangle. adjust: the correction.
    missing: 'pairwise', 'listwise', 'fiml' or 'mi'. n_read: cases given, before any was left out. partial: what was
    held constant.
    """

    kind: ClassVar[str] = "correlation"

    variables: tuple[str, ...]
    pairs: tuple[Pair, ...]
    method: str
    adjust: str
    level: float
    missing: str
    n_read: int
    notes: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """r of each pair; equivalence is on Fisher's z, with the error behind the pair's interval."""
        return tuple(
            Test(pair.name, pair.name, "r", pair.r, pair.p, self._z_error(pair), _df(pair), fisher=True)
            for pair in self.pairs
            if wanted(pair.name, terms)
        )

    def _z_error(self, pair: Pair) -> float:
        """1 / sqrt(n − 3), or the polychoric's own; NaN where there is no interval."""
        if np.isnan(pair.ci_low):
            return np.nan
        low, high = (atanh(max(-INSIDE, min(bound, INSIDE))) for bound in (pair.ci_low, pair.ci_high))
        return (high - low) / (2 * float(stats.t.isf((1 - self.level) / 2, _df(pair))))

    def numbers(self) -> tuple[Number, ...]:
        """r, p, (p_adjusted,) ci_low, ci_high, n (and r_disattenuated) of each pair; the target is ``a~b``.

        A pair that cannot be had has its n and 'not_applicable'.
        """
        found = []
        for pair in self.pairs:
            if pair.reason:
                found.append(Number(pair.name, "", "n", float(pair.n)))
                found.append(Number(pair.name, "", NOT_APPLICABLE, np.nan))
                continue
            for name in ("r", "p", "p_adjusted", "ci_low", "ci_high", "n", "r_disattenuated", *POOLED):
                value = getattr(pair, name)
                if value is not None:
                    found.append(Number(pair.name, "", name, float(value)))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a pair: a, b, r, p, ci_low, ci_high, n; if given p_adjusted, r_disattenuated, df, riv, fmi."""
        frame = pd.DataFrame([vars(pair) for pair in self.pairs]).drop(columns="reason")
        sometimes = ("p_adjusted", "r_disattenuated", *POOLED)
        return frame.drop(columns=[name for name in sometimes if frame[name].isna().all()])

    def matrix(self, statistic: str = "r") -> pd.DataFrame:
        """One statistic as a symmetric table (k, k); the diagonal is 1 for r and NaN for any other."""
        k = len(self.variables)
        table = np.full((k, k), np.nan)
        if statistic == "r":
            np.fill_diagonal(table, 1.0)
        for (i, j), pair in zip(combinations(range(k), 2), self.pairs, strict=True):
            value = getattr(pair, statistic)
            table[i, j] = table[j, i] = np.nan if value is None else value
        return pd.DataFrame(table, index=list(self.variables), columns=list(self.variables))


def correlation(
    frame: pd.DataFrame,
    method: Method = "pearson",
    adjust: str = "none",
    reliability: Mapping[str, float] | None = None,
    *,
    level: float = 0.95,
    missing: Literal["pairwise", "listwise"] = "pairwise",
    partial: Sequence[str] = (),
) -> Correlation | NotApplicable:
    """Correlate every pair of columns.

    frame: (n, k), NaN where a value is missing. method: 'pearson'; 'spearman' (midranks for ties); 'polychoric'
    (ordered categories, two steps). adjust: 'none', 'holm', 'bh', 'bonferroni', 'hochberg' or 'by', over the pairs.
    reliability: of some variables; a pair of which both are known gets r / sqrt(rel_a rel_b) (Spearman 1904).
    missing: 'pairwise' uses the cases that have both; 'listwise' those that have all. partial: columns that are held
    constant, and are not correlated themselves (not with 'polychoric'); a case then needs all of them.

    Pearson and Spearman: t = r sqrt((n - 2) / (1 - r^2)) with n - 2 df, two-sided, as ``cor.test`` and, for Spearman,
    ``cor.test(exact = FALSE)``; interval tanh(atanh(r) -/+ z / sqrt(n - 3)) (Fisher 1921), as ``cor.test`` and, for
    Spearman, ``psych::corr.test``. Polychoric: as ``polycor::polychor(ML = FALSE)``; the test and the interval are
    normal on the scale of atanh(r), with the standard error of ``std.err = TRUE`` over 1 - r^2. Partial: the
    correlation of what is left of both after regression on g columns held constant (of ranks, for Spearman), with n - g
    in place of n (Fisher 1924); as ``psych::partial.r``.

    Returns a Correlation, or NotApplicable with fewer than two variables. Raises AnalysisError for an unknown option.

    >>> found = correlation(pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [2.0, 1, 4, 3, 5]}))
    >>> round(found.pairs[0].r, 6), round(found.pairs[0].p, 6)
    (0.8, 0.104088)
    """
    _check_options(method, adjust, missing)
    if partial and method == "polychoric":
        raise AnalysisError("Polychoric correlations cannot be partial; choose 'pearson' or 'spearman'.")
    try:
        matrix, names = as_matrix(frame)
    except AnalysisError as error:
        return NotApplicable("correlation", "", f"{str(error)[:1].lower()}{str(error)[1:].rstrip('.')}")
    if len(names) < 2 or len(set(names)) < len(names):
        reason = "it needs 2 variables or more" if len(names) < 2 else "a variable is named twice"
        return NotApplicable("correlation", "", reason)
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    held = [names.index(name) for name in partial if name in names]
    if len(held) < len(partial) or len(names) - len(held) < 2:
        absent = [name for name in partial if name not in names]
        why = f"there is no variable {absent[0]} to hold constant" if absent else "it needs 2 variables or more"
        return NotApplicable("correlation", "", why)
    whole = np.isfinite(matrix).all(axis=1)
    notes = []
    if missing == "listwise" and not whole.all():
        notes.append(f"{int((~whole).sum())} of {len(matrix)} cases were left out (listwise).")
        matrix = matrix[whole]
    if method == "polychoric":
        pairs, said = _polychoric_pairs(matrix, names, level)
        notes += said
    else:
        pairs = _pairs(matrix, names, method, level, held)
    names = tuple(name for name in names if name not in partial)
    notes += _reasons(pairs)
    if reliability is not None:
        pairs, said = disattenuated(pairs, reliability)
        notes += said
    pairs = corrected(pairs, adjust)
    return Correlation(names, tuple(pairs), method, adjust, level, missing, len(frame), tuple(notes), tuple(partial))


def _df(pair: Pair) -> float:
    """Degrees of freedom of Fisher's z: infinite, but for what is pooled over imputations."""
    return np.inf if pair.df is None else pair.df


def corrected(pairs: list[Pair], adjust: str) -> list[Pair]:
    """The pairs with p_adjusted, where a correction over them was asked for."""
    if adjust == "none":
        return pairs
    together = adjust_p([pair.p for pair in pairs], adjust)
    return [replace(pair, p_adjusted=float(p)) for pair, p in zip(pairs, together, strict=True)]


def _check_options(method: str, adjust: str, missing: str) -> None:
    if method not in ("pearson", "spearman", "polychoric"):
        raise AnalysisError(f"A correlation is 'pearson', 'spearman' or 'polychoric', not '{method}'.")
    if adjust.lower() not in (*METHODS, "fdr"):
        raise AnalysisError(f"No such correction: '{adjust}'. Choose one of {', '.join(METHODS)}.")
    if missing not in ("pairwise", "listwise"):
        raise AnalysisError(f"Missing values are handled 'pairwise' or 'listwise', not '{missing}'.")


def r_test(r: Floats, n: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """p, lower and upper bound of correlations; arrays broadcast. NaN where n is too small (p: 3; interval: 4)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt((n - 2) / ((1 - r) * (1 + r)))
        p = np.where(n > 2, 2 * stats.t.sf(t, np.maximum(n - 2, 1)), np.nan)
        half = stats.norm.isf((1 - level) / 2) / np.sqrt(np.where(n > 3, n - 3, np.nan))
        low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    return np.where(np.isnan(r), np.nan, p), low, high


def _pairs(matrix: Floats, names: tuple[str, ...], method: str, level: float, held: Sequence[int]) -> list[Pair]:
    found = []
    for i, j in combinations([i for i in range(len(names)) if i not in held], 2):
        rows = _both(matrix, i, j, *held)
        reason = _why_not(rows[:, :2], (names[i], names[j])) or _why_not_partial(rows, [names[h] for h in held])
        r = np.nan if reason else _one(rows, method)
        if not reason and np.isnan(r):
            reason = "what is held constant leaves nothing of one of them"
        p, low, high = (float(x) for x in r_test(np.array(r), np.array(float(len(rows) - len(held))), level))
        found.append(Pair(names[i], names[j], r, p, low, high, len(rows), reason=reason))
    return found


def _why_not_partial(rows: Floats, held: list[str]) -> str:
    """Why columns cannot be held constant; '' where they can, or where there are none."""
    if not held:
        return ""
    if len(rows) < 3 + len(held):
        return f"only {len(rows)} cases have both and all that is held constant"
    if flat := [name for name, column in zip(held, rows[:, 2:].T, strict=True) if column.min() == column.max()]:
        return f"{flat[0]}, which is held constant, is constant already"
    return ""


def _both(matrix: Floats, *which: int) -> Floats:
    """The rows that have all of some columns, shape (n, 2) or more."""
    columns = matrix[:, list(which)]
    return columns[np.isfinite(columns).all(axis=1)]


def _one(rows: Floats, method: str) -> float:
    """The correlation of the first two complete columns (n, 2 + g), with the g others held constant.

    NaN where those leave nothing of one of the two.
    """
    if method == "spearman":
        rows = np.column_stack([stats.rankdata(column) for column in rows.T])
    if rows.shape[1] == 2:
        return float(moments(rows).correlation[0, 1])
    apart = rows - rows.mean(axis=0)
    apart = apart / np.sqrt((apart**2).sum(axis=0))
    basis, sizes, _ = np.linalg.svd(apart[:, 2:], full_matrices=False)
    basis = basis[:, sizes > NOTHING]
    left = apart[:, :2] - basis @ (basis.T @ apart[:, :2])
    return float(moments(left).correlation[0, 1]) if (np.sqrt((left**2).sum(axis=0)) > NOTHING).all() else float("nan")


def _reasons(pairs: list[Pair]) -> list[str]:
    """One sentence for each reason, naming all the pairs that it is true of."""
    by_reason: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.reason:
            by_reason.setdefault(pair.reason, []).append(pair.name)
    return [
        f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not applicable, because {reason}."
        for reason, names in by_reason.items()
    ]


def _why_not(both: Floats, names: tuple[str, str]) -> str:
    """Why a pair has no correlation; '' where it has one."""
    if not len(both):
        return "no case has both"
    if len(both) < 3:
        return f"only {len(both)} case{' has' if len(both) == 1 else 's have'} both"
    flat = [name for name, column in zip(names, both.T, strict=True) if column.min() == column.max()]
    return f"{' and '.join(flat)} {'is' if len(flat) == 1 else 'are'} constant" if flat else ""


def _polychoric_pairs(matrix: Floats, names: tuple[str, ...], level: float) -> tuple[list[Pair], list[str]]:
    sizes = categories(matrix)
    wide = [name for name, size in zip(names, sizes, strict=True) if size > MOST_CATEGORIES]
    kept = [i for i, name in enumerate(names) if name not in wide]
    found = polychoric(matrix[:, kept])
    place = {i: at for at, i in enumerate(kept)}
    notes, pairs = [], []
    z = stats.norm.isf((1 - level) / 2)
    for i, j in combinations(range(len(names)), 2):
        both = _both(matrix, i, j)
        many = [name for name in (names[i], names[j]) if name in wide]
        reason = f"{many[0]} has more than {MOST_CATEGORIES} values" if many else _why_not(both, (names[i], names[j]))
        r, se, edge = np.nan, np.nan, False
        if not reason:
            at = place[i], place[j]
            r, se, edge = float(found.r[at]), float(found.se[at]), bool(found.edge[at])
        width = se / ((1 - r) * (1 + r))
        with np.errstate(divide="ignore", invalid="ignore"):
            p = float(2 * stats.norm.sf(abs(np.arctanh(r)) / width))
        low, high = float(np.tanh(np.arctanh(r) - z * width)), float(np.tanh(np.arctanh(r) + z * width))
        pairs.append(Pair(names[i], names[j], r, p, low, high, len(both), reason=reason))
        if edge:
            notes.append(f"{names[i]}~{names[j]} is at its bound: the table is too empty for a test or an interval.")
    return pairs, notes


def disattenuated(pairs: list[Pair], reliability: Mapping[str, float]) -> tuple[list[Pair], list[str]]:
    """The pairs with r over the square root of the product of reliabilities, where both are known."""
    found, notes = [], []
    for pair in pairs:
        if pair.a not in reliability or pair.b not in reliability:
            found.append(pair)
            continue
        a, b = reliability[pair.a], reliability[pair.b]
        value = pair.r / float(np.sqrt(a * b)) if a > 0 and b > 0 else float("nan")
        if not (a > 0 and b > 0):
            notes.append(f"{pair.name} cannot be disattenuated, because a reliability is not positive.")
        elif abs(value) > 1:
            notes.append(f"{pair.name} disattenuated exceeds 1: a reliability may be too low an estimate.")
        found.append(replace(pair, r_disattenuated=value))
    return found, notes
