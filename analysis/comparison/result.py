"""What a comparison of groups gives: each group, each two of them, all together, and their names in ``results.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite, nan
from typing import ClassVar

import pandas as pd

from analysis.names import OMNIBUS, PAIRWISE
from analysis.result import Number, Test

MEMBERS = ("n", "mean", "sd", "ci_low", "ci_high")


@dataclass(frozen=True)
class Members:
    """One group: how many, their mean and standard deviation; n is a mean where the groups are imputed.

    ci_low, ci_high: of the mean, by the group's own standard deviation and n − 1 degrees of freedom.
    """

    level: str
    n: float
    mean: float
    sd: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Pairwise:
    """Two groups, ``first`` less ``second``.

    b, se, t, df, p, ci: Welch's. d, g: Cohen's and Hedges' by sd, the pooled standard deviation of the two, with
    noncentral t intervals. t_student …: with equal variances, where asked. u, p_u, rank_biserial: Mann & Whitney's, of
    the first. bf10: JZS. tost_p: that b lies within the margin. gh, tukey: Games & Howell's and Tukey's p and intervals
    over all pairs, of three groups or more. riv, fmi: pooled alone.
    """

    first: str
    second: str
    b: float
    se: float
    t: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    d: float
    g: float
    sd: float = nan
    d_ci_low: float = nan
    d_ci_high: float = nan
    g_ci_low: float = nan
    g_ci_high: float = nan
    t_student: float = nan
    df_student: float = nan
    p_student: float = nan
    u: float = nan
    p_u: float = nan
    rank_biserial: float = nan
    bf10: float = nan
    tost_p: float = nan
    p_gh: float = nan
    gh_ci_low: float = nan
    gh_ci_high: float = nan
    p_tukey: float = nan
    tukey_ci_low: float = nan
    tukey_ci_high: float = nan
    riv: float = nan
    fmi: float = nan

    @property
    def term(self) -> str:
        """The pair as ``results.csv`` names it."""
        return f"{self.first}~{self.second}"

    @property
    def p_claim(self) -> float:
        """What a claim of this pair rests on: Welch's p, or Games & Howell's where there are more groups."""
        return self.p_gh if isfinite(self.p_gh) else self.p


@dataclass(frozen=True)
class Omnibus:
    """All groups together, of three or more.

    f, df1, df2, p: classical; f_welch, df2_welch, p_welch: without equal variances, nan where a group has none. eta2,
    omega2: shares of variance with two-sided intervals at 1 − 2α, whose lower bounds are one-sided ones at 1 − α. h,
    p_h: Kruskal & Wallis's.
    """

    f: float
    df1: float
    df2: float
    p: float
    f_welch: float = nan
    df2_welch: float = nan
    p_welch: float = nan
    eta2: float = nan
    eta2_ci_low: float = nan
    eta2_ci_high: float = nan
    omega2: float = nan
    omega2_ci_low: float = nan
    omega2_ci_high: float = nan
    h: float = nan
    p_h: float = nan


@dataclass(frozen=True)
class Comparison:
    """The means of an outcome in groups.

    groups: in their order. pairs: every two of them. whole: of three groups or more. level: of intervals. equivalence:
    the margin of tost_p in units of the outcome, or nan. missing: 'listwise', or 'mi'.
    """

    kind: ClassVar[str] = "compare"
    outcome: str
    by: str
    level: float
    n: int
    dropped: int
    groups: tuple[Members, ...]
    pairs: tuple[Pairwise, ...]
    whole: Omnibus | None
    equivalence: float = nan
    notes: tuple[str, ...] = ()
    missing: str = "listwise"
    imputations: int = 0

    def pair(self, term: str) -> Pairwise:
        """Two groups by their term; KeyError where there is none."""
        for one in self.pairs:
            if one.term == term:
                return one
        raise KeyError(term)

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """Of the named pairs, in standard deviations; without names the one pair, or all groups together.

        A test of all groups has no direction, and nothing that could be shown to be small.
        """
        if terms is None and self.whole is not None:
            p = self.whole.p_welch if isfinite(self.whole.p_welch) else self.whole.p
            return (Test(self.outcome, "", "ω²", nan, p),)
        chosen = [one for one in self.pairs if terms is None or one.term in terms]
        return tuple(Test(self.outcome, one.term, "d", one.d, one.p_claim, one.se / one.sd, one.df) for one in chosen)

    def numbers(self) -> tuple[Number, ...]:
        """n; n, mean and sd of each group; each pair; all together. Numbers that do not exist are left out."""
        rows: list[tuple[str, str, float]] = [("", "n", float(self.n))]
        rows += [(one.level, name, float(getattr(one, name))) for one in self.groups for name in MEMBERS]
        rows += [(one.term, name, float(getattr(one, name))) for one in self.pairs for name in PAIRWISE]
        if self.whole is not None:
            rows += [("", name, float(getattr(self.whole, name))) for name in OMNIBUS]
        return tuple(Number(self.outcome, term, name, value) for term, name, value in rows if isfinite(value))

    def frame(self) -> pd.DataFrame:
        """One row a pair."""
        return pd.DataFrame([asdict(one) for one in self.pairs])
