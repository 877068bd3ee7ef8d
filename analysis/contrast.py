"""Differences that a claim is about: of two coefficients, of one predictor's in two outcomes, of two paired scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import inf, isinf, isnan, nan
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UnsuitableError
from analysis.missing.pool import pool_one
from analysis.names import POOLED
from analysis.regression import Fit, fitted
from analysis.regression.design import Errors, cluster_of, errors_and_cluster
from analysis.regression.fit import BETA, UNIT
from analysis.result import NotApplicable, Number, Test

Which = Literal["coefficients", "outcomes", "paired"]
LISTED = ("n", "b", "se", "t", "df", "p", "ci_low", "ci_high", "tost_p")
FIXED = "Coefficients are standardised by the standard deviations of these cases, which are taken as known."


@dataclass(frozen=True)
class Part:
    """One of the two numbers whose difference is tested: a coefficient, or a mean."""

    target: str
    term: str
    b: float


@dataclass(frozen=True)
class Contrast:
    """A difference b of ``first`` less ``second``.

    which: what is compared. target, term: the outcome and ``a~b``; ``y1~y2`` and the predictor; or the pair of scores.
    standardised: whether b is in standard deviations. equivalence: the margin of ``tost_p``, in units of b, or nan.
    missing: 'listwise', or 'mi' with riv and fmi.
    """

    kind: ClassVar[str] = "contrast"
    which: Which
    target: str
    term: str
    standardised: bool
    errors: str
    level: float
    n: int
    dropped: int
    b: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    first: Part
    second: Part
    equivalence: float = nan
    tost_p: float = nan
    notes: tuple[str, ...] = ()
    missing: str = "listwise"
    imputations: int = 0
    riv: float = nan
    fmi: float = nan

    @property
    def symbol(self) -> str:
        """What the difference is called in print."""
        return ("d" if self.which == "paired" else "Δβ") if self.standardised else "Δb"

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """The one test that there is; equivalence is in units of b."""
        if terms is not None and self.term not in terms and self.target not in terms:
            return ()
        return (Test(self.target, self.term, self.symbol, self.b, self.p, self.se, self.df),)

    def numbers(self) -> tuple[Number, ...]:
        """The difference, and b of each part; numbers that do not exist are left out."""
        rows = [Number(self.target, self.term, name, float(getattr(self, name))) for name in LISTED]
        rows += [Number(self.target, self.term, name, getattr(self, name)) for name in POOLED[1:]]
        rows += [Number(part.target, part.term, "b", part.b) for part in (self.first, self.second)]
        return tuple(row for row in rows if not isnan(row.value) and not isinf(row.value))

    def frame(self) -> pd.DataFrame:
        """One row: target, term, n, b, se, t, df, p, ci_low, ci_high, tost_p."""
        return pd.DataFrame([{name: asdict(self)[name] for name in ("target", "term", *LISTED)}])


@dataclass(frozen=True)
class _One:
    """A difference in one data set."""

    b: float
    se: float
    df: float
    n: int
    dropped: int
    parts: tuple[float, float]
    notes: tuple[str, ...]


def coefficients(
    frames: Sequence[pd.DataFrame], outcome: str, blocks: Sequence[Sequence[str]], terms: tuple[str, str],
    errors: Errors = "HC3", *, standardised: bool = True, level: float = 0.95, equivalence: float = nan,
) -> Contrast | NotApplicable:  # fmt: skip
    """The difference of two coefficients of one regression.

    frames: the data set, or m completed ones, which are pooled by Rubin's rules. outcome, blocks, errors, level: as of
    ``analysis.regression.regression``. terms: the two, as the regression names them. standardised: β₁ − β₂ in place of
    b₁ − b₂. equivalence: a margin in the same units.

    Var(cᵀb) = cᵀVc with the regression's V and its df (Satterthwaite's own for c with CR2); standard deviations of x
    and y are taken as known, so that it is the linear hypothesis of the regression of z scores; as
    ``car::linearHypothesis``. Returns NotApplicable where the regression cannot be done or has no such term.
    """

    def one(frame: pd.DataFrame) -> _One:
        fit = fitted(frame, outcome, [[name for block in blocks for name in block]], errors)
        at = [_place(fit, term) for term in terms]
        units = fit.standardised()[UNIT, at] if standardised else np.ones(2)
        weights = np.zeros((1, len(fit.terms())))
        weights[0, at] = units * [1, -1]
        first, second = (fit.values()[at] * units).tolist()
        error = float(np.sqrt(weights @ fit.covariance() @ weights.T)[0, 0])
        (df,) = fit.df_each(weights).tolist()
        return _One(first - second, error, df, fit.design.n, fit.design.dropped, (first, second), fit.design.notes)

    made = _pooled(frames, one, outcome, level)
    if isinstance(made, NotApplicable):
        return made
    found, parts = made
    return replace(
        found, which="coefficients", target=outcome, term=f"{terms[0]}~{terms[1]}", standardised=standardised,
        errors=_words(errors), first=Part(outcome, terms[0], parts[0]), second=Part(outcome, terms[1], parts[1]),
        notes=(*found.notes, *([FIXED] if standardised else [])), equivalence=equivalence,
        tost_p=_tost(found, equivalence),
    )  # fmt: skip


def outcomes(
    frames: Sequence[pd.DataFrame], pair: tuple[str, str], blocks: Sequence[Sequence[str]], term: str,
    errors: Errors = "HC3", *, standardised: bool = True, level: float = 0.95, equivalence: float = nan,
) -> Contrast | NotApplicable:  # fmt: skip
    """The difference of one predictor's coefficients in two outcomes, with the same other predictors and cases.

    pair: the two outcomes. term: of the regressions. Other arguments as of ``coefficients``.

    With the same predictors the difference of the two regressions is the regression of the difference (y₁ − y₂; of z
    scores where standardised), and errors that are clustered by respondent in the stacked regressions are that one's
    robust errors: seemingly unrelated regressions, exactly (Zellner 1962).
    """

    def one(frame: pd.DataFrame) -> _One:
        predictors = [name for block in blocks for name in block]
        cluster = cluster_of(errors)
        used = list(dict.fromkeys([*pair, *predictors, *([] if cluster is None else [cluster])]))
        if absent := [name for name in used if name not in frame.columns]:
            raise UnsuitableError(f"there is no variable {absent[0]} in the data")
        kept = frame[used].dropna()
        scales = [float(kept[name].std()) if standardised else 1.0 for name in pair]
        if not all(scale > 0 for scale in scales):
            raise UnsuitableError(f"{pair[0] if not scales[0] > 0 else pair[1]} is constant among the complete cases")
        name = f"{pair[0]} less {pair[1]}"
        kept = kept.assign(**{name: kept[pair[0]] / scales[0] - kept[pair[1]] / scales[1]})
        fit, alone = fitted(kept, name, [predictors], errors), fitted(kept, pair[0], [predictors], "classical")
        at = _place(fit, term)
        unit = float(fit.standardised()[UNIT, at] * kept[name].std()) if standardised else 1.0
        b, error = float(fit.values()[at]) * unit, float(fit.se()[at]) * unit
        first = float(alone.standardised()[BETA, at] if standardised else alone.values()[at] / scales[0])
        dropped = len(frame) - len(kept)
        return _One(b, error, float(fit.df_each()[at]), fit.design.n, dropped, (first, first - b), fit.design.notes)

    target = f"{pair[0]}~{pair[1]}"
    made = _pooled(frames, one, target, level)
    if isinstance(made, NotApplicable):
        return made
    found, parts = made
    return replace(
        found, which="outcomes", target=target, term=term, standardised=standardised, errors=_words(errors),
        first=Part(pair[0], term, parts[0]), second=Part(pair[1], term, parts[1]),
        notes=(*found.notes, *([FIXED] if standardised else [])), equivalence=equivalence,
        tost_p=_tost(found, equivalence),
    )  # fmt: skip


def paired(
    frames: Sequence[pd.DataFrame], pair: tuple[str, str], *, standardised: bool = False, level: float = 0.95,
    equivalence: float = nan,
) -> Contrast | NotApplicable:  # fmt: skip
    """The mean difference of two scores of the same people, by the paired t.

    standardised: in standard deviations of the difference (d_z). Other arguments as of ``coefficients``; as
    ``t.test(paired = TRUE)``.

    >>> data = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [0.0, 2, 2, 2]})
    >>> found = paired([data], ("a", "b"))
    >>> round(found.b, 3), round(found.t, 3)
    (1.0, 2.449)
    """

    def one(frame: pd.DataFrame) -> _One:
        if absent := [name for name in pair if name not in frame.columns]:
            raise UnsuitableError(f"there is no variable {absent[0]} in the data")
        kept = frame[list(pair)].dropna().to_numpy(dtype=np.float64)
        if len(kept) < 2:
            raise UnsuitableError(f"there are too few cases: {len(kept)} with both scores")
        apart = kept[:, 0] - kept[:, 1]
        spread = float(apart.std(ddof=1))
        if spread <= 1e-14 * float(np.abs(kept).max()):
            raise UnsuitableError("the difference of the two scores is the same for everybody")
        unit = spread if standardised else 1.0
        parts = float(kept[:, 0].mean()) / unit, float(kept[:, 1].mean()) / unit
        n = len(kept)
        return _One(float(apart.mean()) / unit, spread / unit / n**0.5, n - 1.0, n, len(frame) - n, parts, ())

    target = f"{pair[0]}~{pair[1]}"
    made = _pooled(frames, one, target, level)
    if isinstance(made, NotApplicable):
        return made
    found, parts = made
    first, second = Part(pair[0], "", parts[0]), Part(pair[1], "", parts[1])
    return replace(
        found, which="paired", target=target, term="", standardised=standardised, errors="", first=first,
        second=second, equivalence=equivalence,
        tost_p=_tost(found, equivalence),
    )  # fmt: skip


def _place(fit: Fit, term: str) -> int:
    """Where a regression has a term."""
    if term not in fit.terms():
        raise UnsuitableError(f"the regression has no term {term}")
    return fit.terms().index(term)


def _words(errors: Errors) -> str:
    name, cluster = errors_and_cluster(errors)
    return name if cluster is None else f"{'CR1' if name == 'cluster' else 'CR2'}, clustered by {cluster}"


def _tost(found: Contrast, margin: float) -> float:
    """The larger p of the two one-sided tests; nan without a margin."""
    if isnan(margin):
        return nan
    return Test("", "", "", found.b, found.p, found.se, found.df).p_equivalent(margin)


def _pooled(
    frames: Sequence[pd.DataFrame], one: Callable[[pd.DataFrame], _One], target: str, level: float
) -> tuple[Contrast, tuple[float, float]] | NotApplicable:
    """The difference with its test, of one data set or pooled."""
    try:
        made = [one(frame) for frame in frames]
        first = made[0]
        riv = fmi = nan
        b, se, df = first.b, first.se, float(first.df)
        if len(made) > 1:
            pooled = pool_one([d.b for d in made], [d.se for d in made], level, [d.df for d in made])
            b, se, df, riv, fmi = pooled.estimate, pooled.se, pooled.df, pooled.riv, pooled.fmi
    except UnsuitableError as reason:
        return NotApplicable(Contrast.kind, target, str(reason))
    if not se > 0:
        return NotApplicable(Contrast.kind, target, "the difference has no error")
    t = b / se
    known = stats.norm if df == inf else stats.t(df)
    half = float(known.ppf((1 + level) / 2)) * se
    parts = float(np.mean([d.parts[0] for d in made])), float(np.mean([d.parts[1] for d in made]))
    blank = Part("", "", nan)
    return Contrast(
        which="paired", target=target, term="", standardised=False, errors="", level=level, n=first.n,
        dropped=first.dropped, b=b, se=se, df=df, t=t, p=float(2 * known.sf(abs(t))), ci_low=b - half, ci_high=b + half,
        first=blank, second=blank, notes=first.notes, missing="mi" if len(made) > 1 else "listwise",
        imputations=len(made) if len(made) > 1 else 0, riv=riv, fmi=fmi,
    ), parts  # fmt: skip
