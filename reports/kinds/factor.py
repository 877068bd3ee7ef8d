"""Exploratory factors as people read them: the pattern, correlations of the factors, how many, and a scree plot."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.factor import Factor
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import FigureSpec, Lines
from reports.numbers import BOUNDED, COUNT, DASH, DECIMAL, DEGREES, P, Style, equals, show
from reports.table import EMPTY, Cell, Column, Row, Table, Value, Words, words
from reports.text import Rich, joined, marked, said

SMALL = 0.30
"""Loadings nearer to zero are left blank, so that the pattern is seen; ``results.csv`` has them all."""
_FINE = Style(digits=4, bounded=True)
_METHOD = {"minres": "minimum residuals", "ml": "maximum likelihood"}
_ROTATE = {"oblimin": "oblimin rotation", "varimax": "varimax rotation", "none": "not rotated"}


def ordered(result: Factor) -> list[int]:
    """Places of the items: by the factor on which each loads most, the highest loading first."""
    strongest = [max(range(len(row)), key=lambda j: abs(row[j])) for row in result.loadings]
    return sorted(range(len(result.items)), key=lambda i: (strongest[i], -abs(result.loadings[i][strongest[i]])))


def pattern_table(result: Factor, options: Options) -> Table:
    """The pattern: items sorted by their factor, small loadings blank; communalities; the variance of each factor."""
    rows = [_item(result, i, options) for i in ordered(result)]
    share: list[Cell] = [words("Share of variance"), *(Value(v, BOUNDED) for v in result.variance)]
    share.append(Value(sum(result.variance), BOUNDED))
    general = [
        _how(result),
        said(f"Loadings within ±{show(SMALL, BOUNDED)} are left blank." if _has_small(result) else ""),
        marked("*h*^2^ = communality. {kmo}", kmo=_kmo(result)),
        *([_bartlett(result)] if "bartlett" in options.asked else []),
        *(said(note) for note in result.notes),
    ]
    return Table(
        title=said(f"Factor Loadings of {show(len(result.items), COUNT)} Items"),
        columns=(
            Column("item", said("Item"), "left"),
            *(Column(name, said(name)) for name in result.factors),
            Column("communality", marked("*h*^2^")),
        ),
        rows=(*rows, Row(tuple(share))),
        general=joined([part for part in general if part]),
        name="factor",
    )


def _has_small(result: Factor) -> bool:
    return any(abs(value) < SMALL for row in result.loadings for value in row)


def _item(result: Factor, i: int, options: Options) -> Row:
    cells: list[Cell] = [words(options.labels.wording(result.items[i]))]
    for value in result.loadings[i]:
        cells.append(EMPTY if abs(value) < SMALL else Value(value, BOUNDED if abs(value) <= 1 else DECIMAL))
    h2 = result.communality[i]
    return Row((*cells, Value(h2, BOUNDED if h2 <= 1 else DECIMAL)))


def _how(result: Factor) -> Rich:
    kind = "polychoric correlations" if result.correlation == "polychoric" else "Pearson correlations"
    return marked(
        "*N* = {n}. Extraction by {method} from {kind}; {rotate}.",
        n=show(result.n, COUNT),
        method=_METHOD[result.method],
        kind=kind,
        rotate=_ROTATE[result.rotate],
    )


def _kmo(result: Factor) -> str:
    return f"Kaiser–Meyer–Olkin measure = {show(result.kmo, BOUNDED)}."


def _bartlett(result: Factor) -> Rich:
    return marked(
        "Bartlett's test: χ^2^({df}) {chi2}, *p* {p}.",
        df=show(result.bartlett_df, DEGREES),
        chi2=equals(result.bartlett_chi2),
        p=equals(result.bartlett_p, P),
    )


def correlation_table(result: Factor) -> Table:
    """The correlations of the factors, as a lower triangle."""
    rows = []
    for i, name in enumerate(result.factors):
        cells: list[Cell] = [words(name)]
        for j in range(len(result.factors)):
            cells.append(EMPTY if j > i else Words(said(DASH)) if j == i else Value(result.factor_r[i][j], BOUNDED))
        rows.append(Row(tuple(cells)))
    return Table(
        title=said("Correlations of the Factors"),
        columns=(
            Column("factor", said("Factor"), "left"),
            *(Column(name, said(name)) for name in result.factors),
        ),
        rows=tuple(rows),
        name="factor-correlations",
    )


def number_table(result: Factor, options: Options) -> Table:
    """The parallel analysis and the average partials, rank by rank."""
    percent = f"{100 * result.quantile:.0f}%"
    rows = []
    for place, rank in enumerate(result.parallel):
        partial: Cell = Value(result.map[place], _FINE) if place < len(result.map) else EMPTY
        rows.append(
            Row(
                (
                    Value(place + 1, COUNT),
                    Value(rank.observed),
                    Value(rank.simulated),
                    Value(rank.percentile),
                    partial,
                )
            )
        )
    general = [
        marked(
            "Eigenvalues of components; chance = mean, {percent} = {percentile}th percentile of {draws} simulations of "
            "normal data without correlation, *N* = {n}.",
            percent=percent,
            percentile=f"{100 * result.quantile:.0f}",
            draws=show(result.draws, COUNT),
            n=show(result.n, COUNT),
        ),
        marked("Parallel analysis suggests {n_factors};", n_factors=_count(result.n_factors)),
        marked("the minimum average partial (MAP) suggests {n_factors}.", n_factors=_count(result.map_n_factors)),
    ]
    if result.reason:
        general += [said(_kmo(result)), *([_bartlett(result)] if "bartlett" in options.asked else [])]
        general += [said(note) for note in result.notes]
    return Table(
        title=said("Number of Factors"),
        columns=(
            Column("rank", said("Rank")),
            Column("observed", said("Data"), spanner=said("Eigenvalue")),
            Column("simulated", said("Chance"), spanner=said("Eigenvalue")),
            Column("percentile", said(percent), spanner=said("Eigenvalue")),
            Column("map", said("MAP")),
        ),
        rows=tuple(rows),
        general=joined(general),
        name="factor-number",
    )


def _count(number: int) -> str:
    return f"{number or 'no'} factor{'' if number == 1 else 's'}"


def together(results: Sequence[Factor | NotApplicable], options: Options) -> tuple[Table, ...]:
    """The pattern, the correlations of the factors where there are any, and the number of factors, for each result."""
    made: list[Table] = []
    for result in results:
        if isinstance(result, NotApplicable):
            made.append(bare(result.kind, result.target, result.reason, options))
            continue
        if not result.reason:
            made.append(pattern_table(result, options))
        if len(result.factors) > 1 and result.rotate == "oblimin":
            made.append(correlation_table(result))
        made.append(number_table(result, options))
    return tuple(made)


@dispatch.table.register
def _(result: Factor, options: Options) -> Table:
    return number_table(result, options) if result.reason else pattern_table(result, options)


@dispatch.figure.register
def _(result: Factor, options: Options) -> FigureSpec | None:
    return Lines(
        title="Parallel analysis: eigenvalues of the data and of chance",
        axis="Rank",
        height="Eigenvalue",
        series=("Data", "Chance: mean", f"Chance: {100 * result.quantile:.0f}th percentile"),
        values=tuple(
            tuple(getattr(rank, name) for rank in result.parallel) for name in ("observed", "simulated", "percentile")
        ),
        name="factor",
    )


@dispatch.prose.register
def _(result: Factor, options: Options) -> Rich:
    parts = [
        marked(
            "{k} items (*N* = {n}, Kaiser–Meyer–Olkin measure = {kmo}): the parallel analysis suggests {parallel}, the "
            "minimum average partial {partial}.",
            k=show(len(result.items), COUNT),
            n=show(result.n, COUNT),
            kmo=show(result.kmo, BOUNDED),
            parallel=_count(result.n_factors),
            partial=_count(result.map_n_factors),
        )
    ]
    if result.reason:
        return joined([*parts, said(f"Factors are not applicable, because {result.reason}.")])
    parts.append(
        marked(
            "{m} by {method} ({rotate}) {explain} {share} of the variance",
            m=_count(len(result.factors)).capitalize(),
            method=_METHOD[result.method],
            rotate=_ROTATE[result.rotate],
            explain="explains" if len(result.factors) == 1 else "explain",
            share=f"{100 * sum(result.variance):.0f}%",
        )
    )
    pairs = [result.factor_r[i][j] for i in range(len(result.factors)) for j in range(i)]
    if pairs and result.rotate == "oblimin":
        low, high = show(min(pairs), BOUNDED), show(max(pairs), BOUNDED)
        span = marked("= {low}", low=low) if len(pairs) == 1 else marked("from {low} to {high}", low=low, high=high)
        parts.append(joined([marked("and correlate with *r*"), span]))
    return joined([joined(parts), said(".")], "")


dispatch.TOGETHER[Factor.kind] = together
