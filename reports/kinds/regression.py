"""Regression as people read it: APA's hierarchical table, a coefficient plot, and sentences that claim no cause."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.regression import INTERCEPT, Block, Coefficient, Regression
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.labels import Labels
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, P, Style, equals, interval, level, measured, show
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MOST_SAID = 8
"""A longer model is told by its last step; the table has the rest."""


def _name(result: Regression, term: str, options: Options) -> str:
    return "Intercept" if term == INTERCEPT else options.labels(term)


def _f(f: float, df1: float, df2: float, p: float) -> Rich:
    if math.isnan(f):
        return marked("no joint *F* test")
    if math.isinf(df2):
        return marked("χ²({df}) {chi2}, *p* {p}", df=show(df1, DEGREES), chi2=equals(f * df1), p=equals(p, P))
    return marked(
        "*F*({df1}, {df2}) {f}, *p* {p}",
        df1=show(df1, DEGREES),
        df2=show(df2, DEGREES),
        f=equals(f),
        p=equals(p, P),
    )


def _row(row: Coefficient, result: Regression, style: Style, steps: bool, options: Options) -> Row:
    standardised = row.term != INTERCEPT
    cells: list[Cell] = [
        words(_name(result, row.term, options)),
        Value(row.b, style),
        Value(row.se, style),
        Interval(row.ci_low, row.ci_high, style),
        Value(row.beta, BETA) if standardised else EMPTY,
        Value(row.t),
        Value(row.p, P),
        Value(row.sr2, BOUNDED) if standardised else EMPTY,
    ]
    cells += [Value(row.vif) if standardised else EMPTY] if "vif" in options.asked else []
    strength = "robustness_value" in options.asked
    cells += [Value(row.robustness_value, BOUNDED) if standardised else EMPTY] if strength else []
    cells += [Value(row.fmi, BOUNDED)] if result.missing == "mi" else []
    cells += [EMPTY, EMPTY] if steps else []
    return Row(tuple(cells), indent=1 if steps else 0)


def _step(place: int, block: Block, width: int) -> Row:
    first: list[Cell] = [words(f"Step {place + 1}")]
    blank: list[Cell] = [EMPTY] * (width - 3)
    return Row((*first, *blank, Value(block.r2, BOUNDED), Value(block.r2_change, BOUNDED)))


@dispatch.table.register
def _(result: Regression, options: Options) -> Table:
    style = measured([row.se for row in result.coefficients])
    steps = len(result.blocks) > 1
    columns = (
        Column("term", said("Predictor"), "left"),
        Column("b", marked("*b*")),
        Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")),
        Column("beta", said("β")),
        Column("t", marked("*t*")),
        Column("p", marked("*p*")),
        Column("sr2", marked("*sr*^2^")),
        *([Column("vif", said("VIF"))] if "vif" in options.asked else []),
        *([Column("robustness_value", said("RV"))] if "robustness_value" in options.asked else []),
        *([Column("fmi", said("FMI"))] if result.missing == "mi" else []),
        *([Column("r2", marked("*R*^2^")), Column("r2_change", marked("Δ*R*^2^"))] if steps else []),
    )
    named = {row.term: row for row in result.coefficients}
    rows = [_row(named[INTERCEPT], result, style, False, options)] if INTERCEPT in named else []
    if steps:
        rows = [Row((*row.cells[:-2], *row.cells[-2:], EMPTY, EMPTY)) for row in rows]
    for place, block in enumerate(result.blocks):
        rows += [_step(place, block, len(columns))] if steps else []
        rows += [_row(named[term], result, style, steps, options) for term in block.terms]
    outcome = options.labels(result.outcome)
    title = "Hierarchical Regression Predicting {outcome}" if steps else "Regression Predicting {outcome}"
    return Table(
        title=marked(title, outcome=outcome),
        columns=columns,
        rows=tuple(rows),
        general=joined(_general(result, steps, options)),
        specific=tuple(
            marked("Step {n}: Δ*R*^2^ {change}, {test}.", n=str(place + 1), change=equals(block.r2_change, BOUNDED),
                   test=_f(block.f_change, block.df1_change, block.df2_change, block.p_change))
            for place, block in enumerate(result.blocks)
        ) if steps else (),
        name=f"regression-{result.outcome}",
    )  # fmt: skip


def _general(result: Regression, steps: bool, options: Options) -> list[Rich]:
    about = [
        marked("*N* = {n}{left}.", n=show(result.n, COUNT), left=_left_out(result)),
        marked(
            "*R*^2^ {r2}, adjusted *R*^2^ {adjusted}, {test}.",
            r2=equals(result.r2, BOUNDED),
            adjusted=equals(result.adj_r2, BOUNDED),
            test=_f(result.f, result.df1, result.df2, result.p),
        ),
        said(f"{result.method}.") if result.cluster is None else said(f"{_clustered(result, options)}."),
    ]
    about += [said("Coefficients are those of the last step.")] if steps else []
    references = [f"{options.labels(name)} ({_level(name, ref, options)})" for name, ref in result.references.items()]
    about += [said(f"Categories are compared with: {'; '.join(references)}.")] if references else []
    about += [said(note) for note in result.notes]
    about += _looked_at(result)
    about += [beside_listwise(result, options)] if result.listwise is not None else []
    about.append(_interval(result))
    about.append(marked("*sr*^2^ = squared semipartial correlation."))
    return about


def _looked_at(result: Regression) -> list[Rich]:
    """Bounds of R², and what the residuals say; normality is asked for, and stands in the results alone."""
    said_: list[Rich] = []
    if not math.isnan(result.r2_low):
        text = "{share} CI of *R*^2^ {ci} (noncentral *F*, which takes errors of one variance)."
        bounds = interval(result.r2_low, result.r2_high, BOUNDED)
        said_.append(marked(text, share=level(result.level), ci=bounds))
    found = result.diagnostics
    if found is None:
        return said_
    tests = [("uneven errors (Breusch–Pagan)", found.bp_p), ("curvature (RESET)", found.reset_p)]
    known = [marked("{name} *p* {p}", name=name, p=equals(p, P)) for name, p in tests if not math.isnan(p)]
    cook = "" if math.isnan(found.max_cook) else f"largest Cook's distance {show(found.max_cook)}"
    parts = [*known, *([said(cook)] if cook else []), said(f"largest leverage {show(found.max_leverage, BOUNDED)}")]
    ends = [joined([part, said("," if i < len(parts) - 1 else ".")], "") for i, part in enumerate(parts)]
    return [*said_, joined([said("Residuals:"), *ends])]


def diagnostics_table(named: Sequence[tuple[str, Regression]], labels: Labels) -> Table:
    """What the residuals of several regressions say: a row each, by the id of the analysis."""
    rows = []
    for name, result in named:
        found = result.diagnostics
        if found is not None:
            cells: list[Cell] = [
                words(f"{name}: {labels(result.outcome)}"),
                Value(result.n, COUNT),
                Value(found.bp_p, P),
            ]
            cells += [Value(found.reset_p, P), Value(found.max_cook), Value(found.max_leverage, BOUNDED)]
            rows.append(Row(tuple(cells)))
    return Table(
        title=said("Diagnostics of the Regressions"),
        columns=(
            Column("model", said("Analysis: outcome"), "left"),
            Column("n", marked("*n*")),
            Column("bp_p", marked("Breusch–Pagan *p*")),
            Column("reset_p", marked("RESET *p*")),
            Column("max_cook", said("Largest Cook's distance")),
            Column("max_leverage", said("Largest leverage")),
        ),
        rows=tuple(rows),
        general=said("Breusch–Pagan tests for uneven errors, RESET for curvature."),
        name="diagnostics",
    )


def _interval(result: Regression) -> Rich:
    """What the interval rests on."""
    if result.errors == "cr2" and result.missing != "mi":
        text = "CI = confidence interval of *b* by *t* with each term's own degrees of freedom ({df} or more);"
        return marked(text, df=show(result.df, DEGREES))
    if math.isinf(result.df):
        return marked("CI = confidence interval of *b*; *t* is a *z* (large samples);")
    if result.missing == "mi":
        text = (
            "CI = confidence interval of *b* by *t* with each term's own degrees of freedom ({df} or more; Barnard &"
            " Rubin); FMI = fraction of missing information;"
        )
        return marked(text, df=show(result.df, DEGREES))
    return marked("CI = confidence interval of *b* by *t* with {df} degrees of freedom;", df=show(result.df, DEGREES))


def beside_listwise(result: Regression, options: Options) -> Rich:
    """What the complete cases alone would have given, beside a pooled regression."""
    alone = result.listwise
    if alone is None:
        return ()
    apart = []
    for row in result.coefficients:
        other = next((one for one in alone.coefficients if one.term == row.term), None)
        if row.term == INTERCEPT or other is None:
            continue
        if (row.p < options.alpha) != (other.p < options.alpha) or (row.b > 0) != (other.b > 0):
            apart.append((_name(result, row.term, options), other))
    head = marked("Listwise (*n* = {n}): *R*^2^ {r2};", n=show(alone.n, COUNT), r2=equals(alone.r2, BOUNDED))
    if not apart:
        return joined([head, said("every coefficient has the same sign and verdict.")])
    style = measured([row.se for row in alone.coefficients])
    parts = [
        marked("{name} *b* {b}, *p* {p}", name=name, b=equals(one.b, style), p=equals(one.p, P)) for name, one in apart
    ]
    differs = joined([joined([part, said(";" if i < len(parts) - 1 else ".")], "") for i, part in enumerate(parts)])
    return joined([head, said("the sign or the verdict differs for"), differs])


def _level(name: str, level_: str, options: Options) -> str:
    return options.labels.levels.get((name, level_), level_)


def _clustered(result: Regression, options: Options) -> str:
    by = options.labels(result.cluster or "")
    kind = "CR2 with Satterthwaite df" if result.errors == "cr2" else "CR1"
    return f"Ordinary least squares with standard errors clustered by {by} ({kind}, {result.n_clusters} clusters)"


def _left_out(result: Regression) -> str:
    if not result.dropped:
        return " (none left out)"
    return f" ({show(result.dropped, COUNT)} left out because a value was missing)"


@dispatch.figure.register
def _(result: Regression, options: Options) -> FigureSpec | None:
    steps = len(result.blocks) > 1
    if len(result.coefficients) < 4:  # one or two predictors are numbers, not a figure
        return None
    points = []
    for place, block in enumerate(result.blocks):
        for term in block.terms:
            row = result.coefficient(term)
            low, high = row.ci_low * row.unit, row.ci_high * row.unit
            name = _name(result, term, options)
            points.append(Point(name, row.beta, low, high, place if steps else 0))
    title = f"Predictors of {options.labels(result.outcome)}"
    axis = f"Standardised coefficient β with {level(result.level)} confidence interval"
    note = "The interval is that of b, in units of β."
    series = tuple(f"Step {place + 1}" for place in range(len(result.blocks))) if steps else ()
    return Coefficients(title, axis, tuple(points), note=note, name=f"regression-{result.outcome}", series=series)


@dispatch.prose.register
def _(result: Regression, options: Options) -> Rich:
    outcome = options.labels(result.outcome)
    whole = marked(
        "{who} accounted for {share} of the variance in {outcome}, *R*^2^ {r2}, {test} (*N* = {n}).",
        who=_who(result, options),
        share=show(result.r2, Style("percent", 1)),
        outcome=outcome,
        r2=equals(result.r2, BOUNDED),
        test=_f(result.f, result.df1, result.df2, result.p),
        n=show(result.n, COUNT),
    )
    parts = [whole]
    if len(result.blocks) > 1:
        last = result.blocks[-1]
        parts.append(
            marked(
                "The last step ({names}) added Δ*R*^2^ {change}, {test}.",
                names=_listed([_name(result, term, options) for term in last.terms]),
                change=equals(last.r2_change, BOUNDED),
                test=_f(last.f_change, last.df1_change, last.df2_change, last.p_change),
            )
        )
    terms = [term for block in result.blocks for term in block.terms]
    terms = terms if len(terms) <= MOST_SAID else list(result.blocks[-1].terms)
    parts += [coefficient_sentence(result, term, options) for term in terms[:MOST_SAID]]
    return joined(parts)


def _listed(names: list[str]) -> str:
    """Names side by side; by semicolons where one has a comma of its own."""
    return ("; " if any("," in name for name in names) else ", ").join(names)


def _who(result: Regression, options: Options) -> str:
    """'Together the predictors', or the one that there is."""
    terms = [row.term for row in result.coefficients if row.term != INTERCEPT]
    return _name(result, terms[0], options) if len(terms) == 1 else "Together the predictors"


def coefficient_sentence(result: Regression, term: str, options: Options) -> Rich:
    """What one coefficient says, other predictors held equal: an association and its direction, never a cause."""
    row = result.coefficient(term)
    outcome, name = options.labels(result.outcome), _name(result, term, options)
    others = len(result.coefficients) > 2
    if not row.p < options.alpha:  # a p that does not exist is no evidence either
        start = f"{name} was not clearly associated with {outcome}"
    elif "[" in term:
        start = f"{name} was associated with {'higher' if row.b > 0 else 'lower'} {outcome} than the reference"
    else:
        start = f"Higher {name} was associated with {'higher' if row.b > 0 else 'lower'} {outcome}"
    style = measured([row.se])
    test = "*z* {t}" if math.isinf(result.df_of(row)) else "*t*({df}) {t}"
    return marked(
        f"{{start}}{{held}}: *b* {{b}}, {{share}} CI {{ci}}, β {{beta}}, {test}, *p* {{p}}.",
        start=start,
        held=", the other predictors held equal" if others else "",
        b=equals(row.b, style),
        share=level(result.level),
        ci=interval(row.ci_low, row.ci_high, style),
        beta=equals(row.beta, BETA),
        df=show(result.df_of(row), DEGREES),
        t=equals(row.t),
        p=equals(row.p, P),
    )
