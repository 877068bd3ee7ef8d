"""Means of groups compared: two by Welch's t, more by analysis of variance, with ranks, sizes and pairs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.comparison.effects import bayes_factor, explained, hedges, noncentral_t, ranks
from analysis.comparison.result import Comparison, Members, Omnibus, Pairwise
from analysis.comparison.studentized import tukey_p, tukey_q
from analysis.errors import UnsuitableError
from analysis.missing.pool import Estimates, averages, joint_test, pool_one
from analysis.moments import Floats
from analysis.regression.design import is_category
from analysis.result import NotApplicable, Test

MOST = 12
"""More groups than this are no groups to compare each with each."""
SAME = 10 * np.finfo(np.float64).eps
"""An error smaller than this share of the larger mean is no variation but rounding, as in ``t.test``."""
Groups = tuple[tuple[str, Floats], ...]


def compare_groups(
    frames: Sequence[pd.DataFrame], outcome: str, by: str, *, level: float = 0.95, equivalence: float = nan,
    student: bool = False,
) -> Comparison | NotApplicable:  # fmt: skip
    """Compare the means of an outcome over the groups that ``by`` tells apart.

    frames: the data set, or m completed ones, pooled by Rubin's rules where there is an estimate with an error. by: a
    category, or a number of few values; groups in the order of the categories, or of the numbers. level: of intervals.
    equivalence: a margin, in units of the outcome, for two one-sided tests by Welch's error. student: Student's t too.

    Of every two groups b = mean − mean with Welch's se, t and df (``t.test``); d = b / s with s the pooled standard
    deviation, g = J d, both with noncentral t intervals (Steiger 2004; ``effectsize::cohens_d``, ``hedges_g``);
    Mann & Whitney's U (``wilcox.test``) and the JZS Bayes factor. Of three groups or more F and Welch's F
    (``oneway.test``), η² and ω² (``effectsize``), Kruskal & Wallis's H, and p and intervals over all pairs: Games &
    Howell's (1976), of unequal variances, and Tukey's. Returns NotApplicable with fewer than two groups, a group of one
    case, or no variation.

    >>> data = pd.DataFrame({"y": [1.0, 2, 3, 4, 6, 8], "g": ["a", "a", "a", "b", "b", "b"]})
    >>> found = compare_groups([data], "y", "g")
    >>> round(found.pair("a~b").t, 3), round(found.pair("a~b").d, 3)
    (-3.098, -2.53)
    """
    try:
        made = [_one(frame, outcome, by, level, equivalence, student) for frame in frames]
        return made[0] if len(made) == 1 else _pooled(frames, made, level)
    except UnsuitableError as reason:
        return NotApplicable(Comparison.kind, outcome, str(reason))


def groups_of(frame: pd.DataFrame, outcome: str, by: str) -> tuple[Groups, int]:
    """The outcome in each group, in order, and how many respondents lack one of the two; raises UnsuitableError."""
    for name in (outcome, by):
        if name not in frame.columns:
            raise UnsuitableError(f"there is no variable {name} in the data")
    if outcome == by:
        raise UnsuitableError(f"{outcome} cannot tell its own groups apart")
    if is_category(frame[outcome]):
        raise UnsuitableError(f"the outcome {outcome} holds categories, and means need numbers")
    values = frame[outcome].to_numpy(dtype=np.float64, na_value=np.nan)
    if is_category(frame[by]):
        column = pd.Categorical(frame[by])
        codes, names = np.asarray(column.codes), [str(one) for one in column.categories]
    else:
        found, unique = pd.factorize(frame[by].to_numpy(dtype=np.float64, na_value=np.nan), sort=True)
        codes, names = np.asarray(found), [f"{one:g}" for one in unique]
    kept = (codes >= 0) & np.isfinite(values)
    there = [(name, values[kept & (codes == i)]) for i, name in enumerate(names)]
    groups = tuple((name, each) for name, each in there if len(each))
    if len(groups) < 2:
        only = f"only {groups[0][0]} occurs" if groups else "none occurs"
        raise UnsuitableError(f"{by} has fewer than two groups among the complete cases ({only})")
    if len(groups) > MOST:
        raise UnsuitableError(f"{by} has {len(groups)} groups, and at most {MOST} can be compared each with each")
    if single := [name for name, each in groups if len(each) == 1]:
        which = (
            f"the group {single[0]} of {by} has" if len(single) == 1 else f"groups of {by} ({', '.join(single)}) have"
        )
        raise UnsuitableError(f"{which} one case, and a mean with an error needs two")
    return groups, int(len(frame) - kept.sum())


def _one(
    frame: pd.DataFrame, outcome: str, by: str, level: float, equivalence: float, student: bool
) -> Comparison:  # fmt: skip
    groups, dropped = groups_of(frame, outcome, by)
    everything = np.concatenate([each for _, each in groups])
    size = float(np.abs(everything).max())
    within = sum(float(np.sum((each - each.mean()) ** 2)) for _, each in groups)
    n, k = len(everything), len(groups)
    if sqrt(within / n) <= SAME * size:
        same = np.ptp(everything) <= SAME * size
        what = "is the same for everybody" if same else "does not vary within the groups, so that there is no error"
        raise UnsuitableError(f"{outcome} {what}")
    notes = []
    if absent := _absent(frame[by], groups):
        notes.append(f"{by}: left out, as no complete case has it: {', '.join(absent)}.")
    if still := [name for name, each in groups if float(np.std(each)) <= SAME * size]:
        notes.append(f"{outcome} does not vary in {', '.join(still)}.")
    if len(np.unique(everything)) == 2:
        notes.append(f"{outcome} has two values: a logistic regression is the model for it.")
    pairs = [
        _pair(a, b, level, equivalence, student, size) for a, b in combinations(groups, 2)
    ]  # fmt: skip
    members = tuple(_members(name, each, level) for name, each in groups)
    whole = None
    if k > 2:
        whole = _omnibus(groups, within, level)
        pairs = _post_hoc(pairs, members, within / (n - k), n - k, level)
    return Comparison(
        outcome, by, level, n, dropped, members, tuple(pairs), whole, equivalence, tuple(notes)
    )  # fmt: skip


def _members(name: str, each: Floats, level: float) -> Members:
    n, mean, sd = len(each), float(each.mean()), float(each.std(ddof=1))
    half = float(special.stdtrit(n - 1, (1 + level) / 2)) * sd / sqrt(n)
    return Members(name, n, mean, sd, mean - half, mean + half)


def _absent(column: pd.Series, groups: Groups) -> list[str]:
    names = [str(one) for one in pd.Categorical(column).categories] if is_category(column) else []
    return [name for name in names if name not in dict(groups)]


def _pair(
    first: tuple[str, Floats], second: tuple[str, Floats], level: float, equivalence: float, student: bool, size: float
) -> Pairwise:
    """Two groups by themselves."""
    (a, x), (c, y) = first, second
    n1, n2 = len(x), len(y)
    v1, v2 = float(x.var(ddof=1)) / n1, float(y.var(ddof=1)) / n2
    b, se, between = float(x.mean() - y.mean()), sqrt(v1 + v2), n1 + n2 - 2
    u, p_u, biserial = ranks(x, y)
    if se <= SAME * size:  # neither of the two varies: there is a difference, and no error to test it by
        blank = Pairwise(a, c, b, nan, nan, nan, nan, nan, nan, nan, nan)
        return replace(blank, u=u, p_u=p_u, rank_biserial=biserial)
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    t, half = b / se, float(special.stdtrit(df, (1 + level) / 2)) * se
    spread = sqrt((v1 * n1 * (n1 - 1) + v2 * n2 * (n2 - 1)) / between)
    root = sqrt(1 / n1 + 1 / n2)
    plain, j = b / (spread * root), hedges(between)
    low, high = (bound * root for bound in noncentral_t(plain, between, level))
    found = Pairwise(
        a, c, b, se, t, df, _two_sided(t, df), b - half, b + half, b / spread, j * b / spread, spread, low, high,
        j * low, j * high, u=u, p_u=p_u, rank_biserial=biserial, bf10=bayes_factor(plain, n1, n2),
        tost_p=_tost(b, se, df, equivalence),
    )  # fmt: skip
    if not student:
        return found
    return replace(found, t_student=plain, df_student=between, p_student=_two_sided(plain, between))


def _two_sided(t: float, df: float) -> float:
    return float(2 * special.stdtr(df, -abs(t)))


def _tost(b: float, se: float, df: float, margin: float) -> float:
    return nan if np.isnan(margin) else Test("", "", "", b, nan, se, df).p_equivalent(margin)


def _omnibus(groups: Groups, within: float, level: float) -> Omnibus:
    """Three groups or more: classical and Welch's (1951) analysis of variance, and Kruskal & Wallis's."""
    sizes = np.array([len(each) for _, each in groups], dtype=np.float64)
    means = np.array([float(each.mean()) for _, each in groups])
    variances = np.array([float(each.var(ddof=1)) for _, each in groups])
    n, k = float(sizes.sum()), len(groups)
    df1, df2 = k - 1.0, n - k
    grand = float(sizes @ means) / n
    between, error = float(sizes @ (means - grand) ** 2), within / df2
    f = between / df1 / error
    eta2 = between / (between + within)
    omega2 = max((between - df1 * error) / (between + within + error), 0.0)
    f_welch = df2_welch = p_welch = nan
    if (variances > 0).all():
        weights = sizes / variances
        centre = float(weights @ means) / weights.sum()
        off = float((((1 - weights / weights.sum()) ** 2) / (sizes - 1)).sum()) / (k**2 - 1)
        f_welch = float(weights @ (means - centre) ** 2) / df1 / (1 + 2 * (k - 2) * off)
        df2_welch = 1 / (3 * off)
        p_welch = float(special.fdtrc(df1, df2_welch, f_welch))
    h, p_h = stats.kruskal(*(each for _, each in groups))
    share = 1 - 2 * (1 - level)
    return Omnibus(
        f, df1, df2, float(special.fdtrc(df1, df2, f)), f_welch, df2_welch, p_welch,
        eta2, *explained(eta2, df1, df2, share), omega2, *explained(omega2, df1, df2, share), float(h), float(p_h),
    )  # fmt: skip


def _post_hoc(
    pairs: list[Pairwise], members: tuple[Members, ...], error: float, df: float, level: float
) -> list[Pairwise]:
    """The pairs with p and intervals over all of them, by the studentized range."""
    k, sizes = len(members), {one.level: one.n for one in members}
    q = tukey_q(level, k, df)
    found = []
    for one in pairs:
        se = sqrt(error / 2 * (1 / sizes[one.first] + 1 / sizes[one.second]))
        tukey = replace(
            one, p_tukey=tukey_p(abs(one.b) / se, k, df), tukey_ci_low=one.b - q * se, tukey_ci_high=one.b + q * se
        )
        found.append(_games_howell(tukey, k, level))
    return found


def _games_howell(one: Pairwise, k: int, level: float) -> Pairwise:
    if not one.se > 0:
        return one
    half = tukey_q(level, k, one.df) * one.se / sqrt(2)
    p = tukey_p(abs(one.t) * sqrt(2), k, one.df)
    return replace(one, p_gh=p, gh_ci_low=one.b - half, gh_ci_high=one.b + half)


def _pooled(frames: Sequence[pd.DataFrame], made: list[Comparison], level: float) -> Comparison:
    """Completed data sets as one: what has an error by Rubin's rules, the others not."""
    first = made[0]
    names = [one.level for one in first.groups]
    if any([one.level for one in each.groups] != names for each in made):
        raise UnsuitableError("the imputed data sets have not the same groups: a rare one may occur in some alone")
    pairs = []
    for place, one in enumerate(first.pairs):
        each = [comparison.pairs[place] for comparison in made]
        if not all(pair.se > 0 for pair in each):
            raise UnsuitableError(f"{first.outcome} does not vary in {one.first} and {one.second}")
        own = pool_one([p.b for p in each], [p.se for p in each], level, [p.df for p in each])
        found = Pairwise(
            one.first, one.second, own.estimate, own.se, own.t, own.df, own.p, own.low, own.high,
            **averages(each, ("d", "g", "sd")), tost_p=_tost(own.estimate, own.se, own.df, first.equivalence),
            riv=own.riv, fmi=own.fmi,
        )  # fmt: skip
        pairs.append(found if len(names) == 2 else _games_howell(found, len(names), level))
    members = tuple(_pooled_members([c.groups[i] for c in made], level) for i in range(len(names)))
    whole = None
    if first.whole is not None:
        sets = [_contrasts(frame, first.outcome, first.by) for frame in frames]
        joint = joint_test(sets, sets[0].names)
        whole = Omnibus(
            joint.f, joint.df1, joint.df2, joint.p, eta2=float(np.mean([c.whole.eta2 for c in made if c.whole])),
            omega2=float(np.mean([c.whole.omega2 for c in made if c.whole])),
        )  # fmt: skip
    note = (
        "Over the imputed data sets differences are pooled with Welch's errors, F by D1, and sizes are means; ranks, "
        "Bayes factors, Welch's F, Tukey's tests and intervals of sizes are not pooled."
    )
    return replace(
        first, groups=members, pairs=tuple(pairs), whole=whole, notes=(*first.notes, note), missing="mi",
        imputations=len(made),
    )  # fmt: skip


def _pooled_members(each: list[Members], level: float) -> Members:
    own = pool_one([m.mean for m in each], [m.sd / sqrt(m.n) for m in each], level, [m.n - 1 for m in each])
    n, sd = averages(each, ("n", "sd")).values()
    return Members(each[0].level, n, own.estimate, sd, own.low, own.high)


def _contrasts(frame: pd.DataFrame, outcome: str, by: str) -> Estimates:
    """Each group's mean less the first's, with the classical covariance."""
    groups, _ = groups_of(frame, outcome, by)
    sizes = np.array([len(each) for _, each in groups], dtype=np.float64)
    means = np.array([float(each.mean()) for _, each in groups])
    df = float(sizes.sum()) - len(groups)
    error = sum(float(np.sum((each - each.mean()) ** 2)) for _, each in groups) / df
    covariance = error * (np.diag(1 / sizes[1:]) + 1 / sizes[0])
    return Estimates(tuple(name for name, _ in groups[1:]), means[1:] - means[0], covariance, df if df > 0 else inf)
