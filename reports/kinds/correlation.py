"""Correlations as people read them: APA's lower triangle, a table of pairs with intervals, a heat map, sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.correlation import Correlation, Pair
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import FigureSpec, Heatmap
from reports.numbers import BOUNDED, BRACKETED, COUNT, DASH, P, equals, interval, level, measured, show, stars
from reports.table import EMPTY, STARS, Cell, Column, Interval, Row, Table, Value, Words, words
from reports.text import Rich, joined, marked, said

MOST_PAIRS = 45
"""More pairs than this have no table of their own: they are in ``results.csv``."""
_METHOD = {
    "pearson": "Pearson correlations",
    "spearman": "Spearman rank correlations",
    "polychoric": "Polychoric correlations",
}
_INTERVAL = {
    "pearson": "Fisher's z",
    "spearman": "Fisher's z",
    "polychoric": "Fisher's z with the standard error of the polychoric correlation",
}
_SYMBOL = {"pearson": "*r*", "spearman": "*r*~s~", "polychoric": "*ρ*"}
_CORRECTION = {
    "holm": "Holm's method",
    "bh": "Benjamini and Hochberg's method",
    "fdr": "Benjamini and Hochberg's method",
    "bonferroni": "Bonferroni's method",
    "hochberg": "Hochberg's method",
    "by": "Benjamini and Yekutieli's method",
}


_MISSING = {
    "mi": "after multiple imputation",
    "fiml": "with both values; maximum likelihood uses all",
}


def tested(pair: Pair) -> float:
    """The p that asterisks and words go by: the corrected one where there is one."""
    return pair.p if pair.p_adjusted is None else pair.p_adjusted


def _sizes(result: Correlation) -> Rich:
    sizes = [pair.n for pair in result.pairs]
    low, high = min(sizes), max(sizes)
    text = show(low, COUNT) if low == high else f"{show(low, COUNT)} to {show(high, COUNT)}"
    read = show(result.n_read, COUNT)
    how = _MISSING.get(result.missing, f"{result.missing} complete")
    return marked("*n* = {n} of {read} cases ({how}).", n=text, read=read, how=how)


def _held(result: Correlation, options: Options) -> str:
    """What is held constant, in words, with its verb."""
    names = [options.labels(name) for name in result.partial]
    return f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} are"


def _general(result: Correlation, options: Options) -> list[Rich]:
    about = [said(f"{_METHOD[result.method]}."), _sizes(result)]
    if result.partial:
        about.append(said(f"Partial correlations: {_held(result, options)} held constant."))
    if result.adjust != "none":
        name = _CORRECTION.get(result.adjust, result.adjust)
        about.append(marked("*p* values were corrected over all pairs by {name}.", name=name))
    about += [said(note) for note in result.notes]
    return about


@dispatch.table.register
def _(result: Correlation, options: Options) -> Table:
    pairs = {(pair.a, pair.b): pair for pair in result.pairs}
    known = any(name in options.moments for name in result.variables)
    reliable = any(name in options.reliability for name in result.variables)
    last = len(result.variables) if reliable else len(result.variables) - 1
    rows = []
    for i, name in enumerate(result.variables):
        cells: list[Cell] = [words(f"{i + 1}. {options.labels(name)}")]
        if known:
            mean, sd = options.moments.get(name, (math.nan, math.nan))
            cells += [Value(mean, measured([sd])), Value(sd, measured([sd]))]
        for j, other in enumerate(result.variables[:last]):
            cells.append(_cell(pairs.get((other, name)), i - j, options.reliability.get(name)))
        rows.append(Row(tuple(cells)))
    general = _general(result, options)
    if reliable:
        general.append(said("Reliabilities stand in brackets on the diagonal."))
    return Table(
        title=said("Means, Standard Deviations, and Correlations" if known else "Correlations"),
        columns=(
            Column("variable", said("Variable"), "left"),
            *((Column("mean", marked("*M*")), Column("sd", marked("*SD*"))) if known else ()),
            *(Column(name, said(str(place + 1))) for place, name in enumerate(result.variables[:last])),
        ),
        rows=tuple(rows),
        general=joined(general),
        probability=STARS if any(stars(tested(pair)) for pair in result.pairs) else (),
        name="correlation",
    )


def _cell(pair: Pair | None, below: int, reliability: float | None) -> Cell:
    if below == 0:
        return Words(said(DASH)) if reliability is None else Value(reliability, BRACKETED)
    if pair is None:
        return EMPTY
    return Value(pair.r, BOUNDED, stars(tested(pair)))


def pair_table(result: Correlation, options: Options) -> Table:
    """Every pair in a row, with its interval and its exact p."""
    corrected = result.adjust != "none"
    freed = any(pair.r_disattenuated is not None for pair in result.pairs)
    rows = []
    for pair in result.pairs:
        cells: list[Cell] = [words(options.labels(pair.name)), Value(pair.n, COUNT), Value(pair.r, BOUNDED)]
        cells += [Interval(pair.ci_low, pair.ci_high, BOUNDED), Value(pair.p, P)]
        cells += [Value(tested(pair), P)] if corrected else []
        cells += [EMPTY if pair.r_disattenuated is None else Value(pair.r_disattenuated)] if freed else []
        rows.append(Row(tuple(cells)))
    general = _general(result, options)
    general += [marked("*r*~c~ = correlation corrected for unreliability.")] if freed else []
    return Table(
        title=said("Correlations With Confidence Intervals"),
        columns=(
            Column("pair", said("Pair"), "left"),
            Column("n", marked("*n*")),
            Column("r", marked(_SYMBOL[result.method])),
            Column("ci", said(f"{level(result.level)} CI")),
            Column("p", marked("*p*")),
            *([Column("p_adjusted", marked("*p*~adj~"))] if corrected else []),
            *([Column("r_disattenuated", marked("*r*~c~"))] if freed else []),
        ),
        rows=tuple(rows),
        general=joined([*general, said(f"CI = confidence interval by {_INTERVAL[result.method]}.")]),
        name="correlation-pairs",
    )


@dispatch.figure.register
def _(result: Correlation, options: Options) -> FigureSpec | None:
    if len(result.variables) < 3 or not any(math.isfinite(pair.r) for pair in result.pairs):
        return None
    pairs = {(pair.a, pair.b): pair.r for pair in result.pairs}
    values = tuple(
        tuple(pairs.get((other, name), 1.0) if j < i else math.nan for j, other in enumerate(result.variables))
        for i, name in enumerate(result.variables)
    )
    names = tuple(options.labels(name) for name in result.variables)
    return Heatmap(_METHOD[result.method], names, values, name="correlation")


@dispatch.prose.register
def _(result: Correlation, options: Options) -> Rich:
    pairs = [pair for pair in result.pairs if math.isfinite(pair.r)]
    held = [said(f"{_sentenced(_held(result, options))} held constant.")] if result.partial else []
    if len(pairs) > 6:
        return joined([*held, _range(result, pairs, options)])
    return joined([*held, *(_sentence(result, pair, options) for pair in pairs)])


def _sentenced(text: str) -> str:
    return text[:1].upper() + text[1:]


def _numbers(result: Correlation, pair: Pair) -> Rich:
    df = f"({show(pair.n - 2 - len(result.partial), COUNT)})" if result.method != "polychoric" else ""
    name = "corrected *p*" if pair.p_adjusted is not None else "*p*"
    return marked(
        f"{_SYMBOL[result.method]}{{df}} {{r}}, {{share}} CI {{ci}}, {name} {{p}}",
        df=df,
        r=equals(pair.r, BOUNDED),
        share=level(result.level),
        ci=interval(pair.ci_low, pair.ci_high, BOUNDED),
        p=equals(tested(pair), P),
    )


def _sentence(result: Correlation, pair: Pair, options: Options) -> Rich:
    how = "were not clearly associated"
    if tested(pair) < options.alpha:
        how = f"were {'positively' if pair.r > 0 else 'negatively'} associated"
    return marked("{a} and {b} {how}, {numbers}.", a=options.labels(pair.a), b=options.labels(pair.b), how=how,
                  numbers=_numbers(result, pair))  # fmt: skip


def _range(result: Correlation, pairs: list[Pair], options: Options) -> Rich:
    ordered = sorted(pairs, key=lambda pair: pair.r)
    clear = sum(tested(pair) < options.alpha for pair in pairs)
    ends = [
        marked("{a} and {b}, {numbers}", a=options.labels(pair.a), b=options.labels(pair.b),
               numbers=_numbers(result, pair))
        for pair in (ordered[0], ordered[-1])
    ]  # fmt: skip
    return marked(
        "The {n} correlations ranged from that of {low}, to that of {high}; {clear} had *p* < {alpha}.",
        n=show(len(pairs), COUNT),
        low=ends[0],
        high=ends[1],
        clear=show(clear, COUNT),
        alpha=show(options.alpha, BOUNDED),
    )


def together(results: Sequence[Correlation | NotApplicable], options: Options) -> tuple[Table, ...]:
    """The triangle and, where it is not too long, the table of pairs, for each result."""
    tables: list[Table] = []
    for result in results:
        if isinstance(result, NotApplicable):
            tables.append(bare(result.kind, result.target, result.reason, options))
            continue
        if len(result.pairs) > 1:  # of one pair the second table says more than a triangle
            tables.append(dispatch.table(result, options))
        if len(result.pairs) <= MOST_PAIRS:
            tables.append(pair_table(result, options))
    return tuple(tables)


dispatch.TOGETHER[Correlation.kind] = together
