"""Comparisons of groups as people read them: means, their differences, and how sure one can be of each."""

from __future__ import annotations

import math

from analysis.comparison.result import Comparison, Omnibus, Pairwise
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DEGREES, P, declared, equals, interval, level, measured, show
from reports.table import Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MOST_SAID = 3
"""Of more groups than this the sentence tells the test of all; the table has the pairs."""


def _group(result: Comparison, code: str, options: Options) -> str:
    return options.labels.levels.get((result.by, code), code)


def _pair(result: Comparison, one: Pairwise, options: Options) -> str:
    return f"{_group(result, one.first, options)} – {_group(result, one.second, options)}"


@dispatch.table.register
def _(result: Comparison, options: Options) -> Table:
    style = measured([one.se for one in result.pairs])
    several, bayes = result.whole is not None, "bf10" in options.asked
    sizes = result.missing != "mi"
    columns = (
        Column("pair", said("Groups"), "left"), Column("b", said("Difference")), Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")), Column("t", marked("*t*")), Column("df", marked("*df*")),
        Column("p", marked("*p*")),
        *([Column("p_gh", marked("*p*~GH~"))] if several else []),
        *([Column("p_tukey", marked("*p*~Tukey~"))] if several and sizes else []),
        Column("g", marked("*g*")),
        *([Column("g_ci", said(f"{level(result.level)} CI"))] if sizes else []),
        *([Column("p_u", marked("*p*~U~"))] if sizes else []),
        *([Column("bf10", marked("BF~10~"))] if bayes and sizes else []),
    )  # fmt: skip
    rows = []
    for one in result.pairs:
        cells: list[Cell] = [
            words(_pair(result, one, options)), Value(one.b, style), Value(one.se, style),
            Interval(one.ci_low, one.ci_high, style), Value(one.t), Value(one.df, DEGREES), Value(one.p, P),
            *([Value(one.p_gh, P)] if several else []), *([Value(one.p_tukey, P)] if several and sizes else []),
            Value(one.g),
        ]  # fmt: skip
        if sizes:
            cells += [Interval(one.g_ci_low, one.g_ci_high), Value(one.p_u, P)]
            cells += [Value(one.bf10)] if bayes else []
        rows.append(Row(tuple(cells)))
    outcome, by = options.labels(result.outcome), options.labels(result.by)
    return Table(
        title=marked("{outcome} Compared by {by}", outcome=outcome, by=by), columns=columns, rows=tuple(rows),
        general=joined([*_general(result, options), *(said(note) for note in result.notes)]),
        name=f"compare-{result.outcome}-{result.by}",
    )  # fmt: skip


def _general(result: Comparison, options: Options) -> list[Rich]:
    left = f"{show(result.dropped, COUNT)} left out because a value was missing" if result.dropped else "none left out"
    parts = [marked("*N* = {n} ({left}).", n=show(result.n, COUNT), left=left)]
    if result.missing == "mi":
        parts.append(said(f"Pooled over {result.imputations} imputed data sets."))
    style = measured([one.sd for one in result.groups])
    for one in result.groups:
        parts.append(marked(
            "{group}: *M* {mean}, *SD* {sd}, *n* {n};" if one is not result.groups[-1]
            else "{group}: *M* {mean}, *SD* {sd}, *n* {n}.",
            group=_group(result, one.level, options), mean=equals(one.mean, style),
            sd=equals(one.sd, style), n=equals(one.n, COUNT),
        ))  # fmt: skip
    explained = "Welch's *t*; *g* = Hedges' by the pooled *SD*"
    explained += ", with a noncentral *t* interval; *p*~U~ = Mann and Whitney's." if result.missing != "mi" else "."
    parts.append(marked(explained))
    if result.whole is not None:
        every = "*p*~GH~ = Games and Howell's over all pairs"
        parts.append(marked(every + ("." if result.missing == "mi" else "; *p*~Tukey~ with equal variances.")))
        parts.append(_whole(result, result.whole))
    if not math.isnan(result.equivalence):
        tested = "; ".join(
            f"{_pair(result, one, options)} {show(one.tost_p, P)}" for one in result.pairs if not math.isnan(one.tost_p)
        )
        text = "Two one-sided tests that a difference lies within ±{margin}, *p*: {tested}."
        parts.append(marked(text, margin=declared(result.equivalence), tested=tested))
    if asked := [one for one in result.pairs if not math.isnan(one.t_student)]:
        told = "; ".join(
            f"{_pair(result, one, options)} t({show(one.df_student, DEGREES)}) {equals(one.t_student)}, "
            f"p {equals(one.p_student, P)}" for one in asked
        )  # fmt: skip
        parts.append(said(f"With equal variances (Student): {told}."))
    return parts


def _whole(result: Comparison, whole: Omnibus) -> Rich:
    """The tests of all groups together."""
    share = level(1 - 2 * (1 - result.level))
    parts = [marked(
        "All groups: *F*({df1}, {df2}) {f}, *p* {p}", df1=show(whole.df1, DEGREES), df2=show(whole.df2, DEGREES),
        f=equals(whole.f), p=equals(whole.p, P),
    )]  # fmt: skip
    if not math.isnan(whole.f_welch):
        parts.append(marked(
            "; Welch's *F*({df1}, {df2}) {f}, *p* {p}", df1=show(whole.df1, DEGREES),
            df2=show(whole.df2_welch, DEGREES), f=equals(whole.f_welch), p=equals(whole.p_welch, P),
        ))  # fmt: skip
    if not math.isnan(whole.h):
        parts.append(marked(
            "; Kruskal and Wallis's *H*({df}) {h}, *p* {p}", df=show(whole.df1, DEGREES), h=equals(whole.h),
            p=equals(whole.p_h, P),
        ))  # fmt: skip
    bounds = [
        f", {share} CI {interval(low, high, BOUNDED)}" if not math.isnan(low) else ""
        for low, high in ((whole.eta2_ci_low, whole.eta2_ci_high), (whole.omega2_ci_low, whole.omega2_ci_high))
    ]
    parts.append(marked(
        "; η^2^ {eta}{one}; ω^2^ {omega}{two}.", eta=equals(whole.eta2, BOUNDED), one=bounds[0],
        omega=equals(whole.omega2, BOUNDED), two=bounds[1],
    ))  # fmt: skip
    return tuple(piece for part in parts for piece in part)


@dispatch.figure.register
def _(result: Comparison, options: Options) -> FigureSpec | None:
    points = tuple(Point(_group(result, g.level, options), g.mean, g.ci_low, g.ci_high) for g in result.groups)
    outcome = options.labels(result.outcome)
    axis = f"Mean of {outcome} with {level(result.level)} confidence interval"
    return Coefficients(
        f"{outcome} by {options.labels(result.by)}", axis, points, reference=math.nan,
        name=f"compare-{result.outcome}-{result.by}",
    )  # fmt: skip


@dispatch.prose.register
def _(result: Comparison, options: Options) -> Rich:
    outcome = options.labels(result.outcome)
    if result.whole is None:
        return _said(result, result.pairs[0], outcome, options)
    p = result.whole.p_welch if not math.isnan(result.whole.p_welch) else result.whole.p
    verdict = "differed" if p < options.alpha else "did not clearly differ"
    opening = marked(
        "{outcome} {verdict} between the {k} groups of {by} (*N* = {n}).", outcome=outcome, verdict=verdict,
        k=str(len(result.groups)), by=options.labels(result.by), n=show(result.n, COUNT),
    )  # fmt: skip
    pairs = result.pairs if len(result.groups) <= MOST_SAID else ()
    return joined([opening, _whole(result, result.whole), *(_said(result, one, outcome, options) for one in pairs)])


def _said(result: Comparison, one: Pairwise, outcome: str, options: Options) -> Rich:
    first, second = _group(result, one.first, options), _group(result, one.second, options)
    if math.isnan(one.p):
        text = "{outcome} did not vary in {first} and {second}: their difference has no test."
        return marked(text, outcome=outcome, first=first, second=second)
    style = measured([one.se])
    p, test = one.p_claim, "*p*" if math.isnan(one.p_gh) else "*p*~GH~"
    verdict, join = ("was higher in", "than in") if one.b > 0 else ("was lower in", "than in")
    if not p < options.alpha:
        verdict, join = "did not clearly differ between", "and"
    parts = [marked(
        "{outcome} {verdict} {first} {join} {second}: difference {b}, {share} CI {ci}, *t*({df}) {t},", outcome=outcome,
        verdict=verdict, first=first, join=join, second=second, b=show(one.b, style),
        share=level(result.level), ci=interval(one.ci_low, one.ci_high, style), df=show(one.df, DEGREES),
        t=equals(one.t),
    ), marked(test + " {p}, *g* {g}", p=equals(p, P), g=equals(one.g))]  # fmt: skip
    if not math.isnan(one.g_ci_low):
        parts.append(said(f"{level(result.level)} CI {interval(one.g_ci_low, one.g_ci_high)}"))
    found = joined([parts[0], joined(parts[1:], ", ")])
    if not math.isnan(one.tost_p):
        text = "; two one-sided tests that it lies within ±{margin}: *p* {p}"
        found = (*found, *marked(text, margin=declared(result.equivalence), p=equals(one.tost_p, P)))
    return (*found, *said("."))
