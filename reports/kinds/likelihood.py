"""Models of a choice, of ordered answers and of counts as people read them: ratios first, with no cause claimed."""

from __future__ import annotations

import math

from analysis.likelihood import Count, Estimate, Fitted, Logistic, Ordinal
from analysis.regression import INTERCEPT
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DECIMAL, DEGREES, PERCENT, P, equals, interval, level, measured, show
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

MOST_SAID = 8
"""A longer model is told by its last step; the table has the rest."""
RATIOS = {"or": ("OR", "odds ratio"), "irr": ("IRR", "incidence rate ratio")}
TITLES = {"logistic": "Logistic Regression", "ordinal": "Ordinal Regression", "count": "Count Regression"}


def _name(result: Fitted, term: str, options: Options) -> str:
    if term == INTERCEPT:
        return "Intercept"
    if isinstance(result, Ordinal) and "|" in term and term not in {row.term for row in result.predictors()}:
        low, high = (options.labels.levels.get((result.outcome, code), code) for code in term.split("|", 1))
        return f"Threshold {low} | {high}"
    return options.labels(term)


def _row(row: Estimate, result: Fitted, options: Options, indent: int) -> Row:
    style = measured([one.se for one in result.coefficients])
    about = row.term == INTERCEPT or row in result.predictors()
    ratios: list[Cell] = [Value(row.ratio), Interval(row.ratio_low, row.ratio_high)] if about else [EMPTY, EMPTY]
    cells: list[Cell] = [
        words(_name(result, row.term, options)), Value(row.b, style), Value(row.se, style), *ratios,
        Value(row.z), Value(row.p, P),
    ]  # fmt: skip
    if isinstance(result, Ordinal):
        tested = {one.term: one.p for one in result.brant}
        cells.append(Value(tested[row.term], P) if row.term in tested else EMPTY)
    cells += [Value(row.fmi, BOUNDED)] if result.missing == "mi" else []
    return Row(tuple(cells), indent=indent)


@dispatch.table.register
def _(result: Fitted, options: Options) -> Table:
    short, long = RATIOS[result.ratio]
    columns = (
        Column("term", said("Predictor"), "left"),
        Column("b", marked("*b*")),
        Column("se", marked("*SE*")),
        Column(result.ratio, said(short)),
        Column("ci", said(f"{level(result.level)} CI")),
        Column("z", marked("*t*" if result.missing == "mi" else "*z*")),
        Column("p", marked("*p*")),
        *([Column("brant_p", said("Brant p"))] if isinstance(result, Ordinal) else []),
        *([Column("fmi", said("FMI"))] if result.missing == "mi" else []),
    )
    steps = len(result.steps) > 1
    predictors = {row.term for row in result.predictors()}
    rows = [_row(row, result, options, 0) for row in result.coefficients if row.term not in predictors]
    for place, step in enumerate(result.steps):
        rows += [section(f"Step {place + 1}")] if steps else []
        rows += [_row(result.coefficient(term), result, options, 1 if steps else 0) for term in step.terms]
    return Table(
        title=marked("{kind} Predicting {outcome}", kind=TITLES[result.kind], outcome=options.labels(result.outcome)),
        columns=columns,
        rows=tuple(rows),
        general=joined(_general(result, long, options)),
        specific=tuple(
            marked("Step {n}: {test}.", n=str(place + 1), test=_chi2(step.chi2_change, step.df_change, step.p_change))
            for place, step in enumerate(result.steps)
        ) if steps else (),
        name=f"{result.kind}-{result.outcome}",
    )  # fmt: skip


def _chi2(chi2: float, df: float, p: float) -> Rich:
    if math.isnan(chi2):
        return said("no joint test")
    return marked("χ²({df}) {chi2}, *p* {p}", df=show(df, DEGREES), chi2=equals(chi2), p=equals(p, P))


def _general(result: Fitted, ratio: str, options: Options) -> list[Rich]:
    left = f"{show(result.dropped, COUNT)} left out because a value was missing" if result.dropped else "none left out"
    about = [marked("*N* = {n} ({left}).", n=show(result.n, COUNT), left=left), said(f"{_method(result, options)}.")]
    if isinstance(result, Logistic):
        event = options.labels.levels.get((result.outcome, result.event), result.event)
        share = show(result.share, PERCENT)
        about.append(said(f"The odds are those of {event}, which {share} have."))
    about.append(
        marked(
            "{test}; McFadden's *R*^2^ {mcfadden}, Nagelkerke's *R*^2^ {nagelkerke}.",
            test=_chi2(result.chi2, result.df, result.p),
            mcfadden=equals(result.r2_mcfadden, BOUNDED),
            nagelkerke=equals(result.r2_nagelkerke, BOUNDED),
        )
    )
    if isinstance(result, Ordinal) and result.brant:
        whole = result.brant[0]
        about.append(marked("Proportional odds (Brant): {test}.", test=_chi2(whole.chi2, whole.df, whole.p)))
    if isinstance(result, Count):
        about += _spread(result)
    references = [
        f"{options.labels(name)} ({options.labels.levels.get((name, first), first)})"
        for name, first in result.references.items()
    ]
    about += [said(f"Categories are compared with: {'; '.join(references)}.")] if references else []
    about += [said(note) for note in result.notes]
    if result.listwise is not None:
        about.append(_beside(result, options))
    about.append(said(f"{RATIOS[result.ratio][0]} = {ratio}, exp(b); CI = its confidence interval (Wald)."))
    return about


def _method(result: Fitted, options: Options) -> str:
    if result.cluster is None:
        return result.method
    return result.method.replace(f"clustered by {result.cluster} ", f"clustered by {options.labels(result.cluster)} ")


def _spread(result: Count) -> list[Rich]:
    """How the counts vary beside Poisson's."""
    if math.isnan(result.poisson_p):
        return [marked("θ {theta} (mean over data sets).", theta=equals(result.theta))]
    text = "Pearson's χ² of the Poisson model is {times} times its *df*"
    if math.isinf(result.theta):
        return [marked(f"{text}.", times=show(result.dispersion))]
    text += "; θ {theta} (*SE* {se}) improves on it, χ²(1) {chi2}, *p* {p}."
    if not result.poisson_p < 0.05:
        text = text.replace("improves on it", "does not clearly improve on it")
    return [
        marked(
            text, times=show(result.dispersion), theta=equals(result.theta), se=equals(result.theta_se),
            chi2=equals(result.poisson_chi2), p=equals(result.poisson_p, P),
        )
    ]  # fmt: skip


def _beside(result: Fitted, options: Options) -> Rich:
    """What the complete cases alone would have given, beside a pooled model."""
    alone = result.listwise
    if alone is None:
        return ()
    other = {row.term: row for row in alone.predictors()}
    apart = [
        _name(result, row.term, options)
        for row in result.predictors()
        if row.term in other
        and ((row.p < options.alpha) != (other[row.term].p < options.alpha) or (row.b > 0) != (other[row.term].b > 0))
    ]
    what = f"the sign or the verdict differs for {', '.join(apart)}" if apart else "every sign and verdict is the same"
    return marked("Listwise (*n* = {n}): {what}.", n=show(alone.n, COUNT), what=what)


@dispatch.figure.register
def _(result: Fitted, options: Options) -> FigureSpec | None:
    rows = result.predictors()
    if len(rows) < 2:  # one predictor is a number, not a figure
        return None
    points = tuple(Point(_name(result, row.term, options), row.b, row.ci_low, row.ci_high) for row in rows)
    scale = "log rate" if isinstance(result, Count) else "log odds"
    axis = f"Coefficient b ({scale}) with {level(result.level)} confidence interval"
    title = f"Predictors of {options.labels(result.outcome)}"
    return Coefficients(title, axis, points, name=f"{result.kind}-{result.outcome}")


@dispatch.prose.register
def _(result: Fitted, options: Options) -> Rich:
    outcome, several = options.labels(result.outcome), len(result.predictors()) != 1
    whole = marked(
        "{who} {verdict} {outcome}, {test}, Nagelkerke's *R*^2^ {r2} (*N* = {n}).",
        who="Together the predictors were" if several else f"{options.labels(result.predictors()[0].term)} was",
        verdict="associated with" if result.p < options.alpha else "not clearly associated with",
        outcome=outcome,
        test=_chi2(result.chi2, result.df, result.p),
        r2=equals(result.r2_nagelkerke, BOUNDED),
        n=show(result.n, COUNT),
    )
    parts = [whole]
    if isinstance(result, Ordinal) and result.brant and result.brant[0].p < options.alpha:
        parts.append(
            said("Brant's test speaks against proportional odds: the odds ratios are averages over thresholds.")
        )
    rows = list(result.predictors())
    rows = rows if len(rows) <= MOST_SAID else [result.coefficient(term) for term in result.steps[-1].terms]
    return joined([*parts, *(_said(result, row, options) for row in rows[:MOST_SAID])])


def _said(result: Fitted, row: Estimate, options: Options) -> Rich:
    """What one coefficient says, the others held equal."""
    outcome, name = options.labels(result.outcome), _name(result, row.term, options)
    if isinstance(result, Logistic):
        event = options.labels.levels.get((result.outcome, result.event), result.event)
        more, less = f"higher odds of {outcome} = {event}", f"lower odds of {outcome} = {event}"
    elif isinstance(result, Ordinal):
        more, less = f"higher {outcome}", f"lower {outcome}"
    else:
        more, less = f"more {outcome}", f"fewer {outcome}"
    if not row.p < options.alpha:
        start = f"{name} was not clearly associated with {outcome}"
    elif "[" in row.term:
        start = f"{name} was associated with {more if row.b > 0 else less} than the reference"
    else:
        start = f"Higher {name} was associated with {more if row.b > 0 else less}"
    return marked(
        "{start}{held}: {ratio} {value}, {share} CI {ci}, *p* {p}.",
        start=start,
        held=", the other predictors held equal" if len(result.predictors()) > 1 else "",
        ratio=RATIOS[result.ratio][0],
        value=equals(row.ratio, DECIMAL),
        share=level(result.level),
        ci=interval(row.ratio_low, row.ratio_high, DECIMAL),
        p=equals(row.p, P),
    )
