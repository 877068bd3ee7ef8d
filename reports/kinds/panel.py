"""Panels as people read them: paths from wave to wave, growth, who changed, who left, and a diagram of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.cfa.fit import Fit
from analysis.panel.result import RANDOM_INTERCEPT, TITLES, Growth, Lagged, Panel, Path
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Arrow, Diagram, FigureSpec, Lines, Node
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, PERCENT, P, Style, equals, level, measured, show
from reports.table import Column, Interval, Row, Table, Value, message, section, words
from reports.text import Rich, joined, marked, said

GROWN = {
    "intercept": "Mean at the start",
    "slope": "Mean slope",
    "intercept~intercept": "Variance at the start",
    "slope~slope": "Variance of slopes",
    "intercept~slope": "Covariance of start and slope",
}


def _fine(paths: Sequence[Path]) -> Style:
    return measured([path.se for path in paths])


def _columns(first: str, result: Panel) -> tuple[Column, ...]:
    return (
        Column("path", said(first), "left"),
        Column("b", marked("*b*")),
        Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")),
        Column("z", marked("*z*")),
        Column("p", marked("*p*")),
        Column("beta", said("β")),
    )


def _row(path: Path, label: str, fine: Style) -> Row:
    return Row(
        (
            words(label), Value(path.b, fine), Value(path.se, fine), Interval(path.ci_low, path.ci_high, fine),
            Value(path.z), Value(path.p, P), words("") if math.isnan(path.beta) else Value(path.beta, BETA),
        ),
        indent=1,
    )  # fmt: skip


def fit_in_words(fit: Fit) -> Rich:
    """'χ²(1) = 0.51, p = .477, CFI = 1.00, RMSEA = .00, SRMR = .01'; that there is nothing to test without df."""
    if fit.df == 0:
        return said("The model is just identified, so its fit cannot be tested")
    return marked(
        "χ^2^({df}) {chi2}, *p* {p}, CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}",
        df=show(fit.df, DEGREES),
        chi2=equals(fit.chi2),
        p=equals(fit.p, P),
        cfi=equals(fit.cfi, BOUNDED if fit.cfi < 1 else BETA),
        rmsea=equals(fit.rmsea, BOUNDED),
        srmr=equals(fit.srmr, BOUNDED),
    )


@dispatch.table.register
def _(result: Panel, options: Options) -> Table:
    return model_table(result, result.main, options)


def model_table(result: Panel, model: Lagged, options: Options) -> Table:
    """The paths of one model: those from wave to wave, then what covariates do, then what waves share."""
    title = said(TITLES[model.name])
    name = f"panel-{model.name.replace('_', '-')}"
    columns = _columns("Path", result)
    if model.fit is None:
        return Table(title, columns, (message("All", dispatch.not_applicable(model.reason)),), name=name)
    fine = _fine(model.paths)
    groups: list[tuple[str, list[Path]]] = [
        ("Stability", [p for p in model.lagged() if _same_variable(p, result)]),
        ("From one to the other", [p for p in model.lagged() if not _same_variable(p, result) and not _of(p, result)]),
        ("Covariates", [p for p in model.lagged() if _of(p, result)]),
        ("Shared at one time", [p for p in model.paths if "~" in p.term and not _between(p, result)]),
        ("Random intercepts", [p for p in model.paths if "~" in p.term and _between(p, result)]),
    ]
    rows: list[Row] = []
    for head, paths in groups:
        rows += [section(head), *(_row(path, options.labels(path.term), fine) for path in paths)] if paths else []
    within = model.name == RANDOM_INTERCEPT
    general = [
        marked(
            "*n* = {n}, all observed values (FIML). {fit}.", n=show(model.fit.n, COUNT), fit=fit_in_words(model.fit)
        ),
        said(
            "Paths are within persons: of how far each wave lies from the person's own level."
            if within
            else "Paths mix what differs between persons with what changes within them."
        ),
        _equal(model),
        *(said(note) for note in result.notes if model is result.main),
    ]
    return Table(title, columns, tuple(rows), general=joined(general), name=name)


def _equal(model: Lagged) -> Rich:
    if model.change is None:
        return ()
    return marked(
        "{start}: Δχ^2^({df}) {chi2}, *p* {p}.",
        start="Paths are equal over time; against paths that differ"
        if model.equal
        else "If the paths were held equal over time",
        df=show(model.change.df_change, DEGREES),
        chi2=equals(model.change.chi2_change),
        p=equals(model.change.p_change, P),
    )


def _ends(path: Path) -> tuple[str, str]:
    start, _, end = path.term.partition("->")
    return start, end


def _same_variable(path: Path, result: Panel) -> bool:
    start, end = _ends(path)
    return any(start in family and end in family for family in (result.x, result.y))


def _of(path: Path, result: Panel) -> bool:
    return _ends(path)[0] in result.covariates


def _between(path: Path, result: Panel) -> bool:
    return set(path.term.split("~")) == set(result.names)


def growth_table(result: Panel, options: Options) -> Table:
    """Means and variances of start and slope of each variable."""
    rows: list[Row] = []
    notes: list[Rich] = []
    for one in result.growth:
        label = options.labels(one.variable)
        rows.append(section(label))
        if one.fit is None:
            rows.append(message("All", dispatch.not_applicable(one.reason)))
            continue
        fine = _fine(one.parameters)
        rows += [_row(path, GROWN[path.term], fine) for path in one.parameters]
        notes.append(marked("{label}: {fit}.", label=label, fit=fit_in_words(one.fit)))
    times = ", ".join(f"{time:g}" for time in result.growth[0].times)
    return Table(
        said("Linear Growth Over Waves"), _columns("Parameter", result), tuple(rows),
        general=joined([said(f"Waves at {times}. β = correlation of start and slope."), *notes]), name="panel-growth",
    )  # fmt: skip


def attrition_table(result: Panel, options: Options) -> Table:
    """Those who stayed beside those who left, in the variables of the first wave."""
    lost = result.attrition
    rows = tuple(
        Row(
            (
                words(options.labels(row.variable)), Value(row.mean_stayed), Value(row.mean_left), Value(row.d),
                Value(row.t), Value(row.df, DEGREES), Value(row.p, P),
            )
        )
        for row in lost.differences
    )  # fmt: skip
    return Table(
        said("Who Stayed and Who Left"),
        (
            Column("variable", said("First wave"), "left"),
            Column("mean_stayed", marked("*M* stayed")),
            Column("mean_left", marked("*M* left")),
            Column("d", marked("*d*")),
            Column("t", marked("*t*")),
            Column("df", marked("*df*")),
            Column("p", marked("*p*")),
        ),
        rows,
        general=joined(
            [
                marked(
                    "Of {n} in the first wave {stayed} ({share}) were in the last.",
                    n=show(lost.n, COUNT),
                    stayed=show(lost.stayed, COUNT),
                    share=show(lost.stayed / lost.n if lost.n else math.nan, PERCENT),
                ),
                marked("*d* = stayed less left over their pooled *SD*; *t* by Welch."),
            ]
        ),
        name="panel-attrition",
    )


def weighted_table(result: Panel, options: Options) -> Table | None:
    """The paths of the last wave among those who stayed, plain and weighted; None where there are no weights."""
    lost = result.attrition
    if not lost.paths:
        return None
    fine = measured([path.se for path in lost.paths])
    rows: list[Row] = []
    for weighted, head in ((False, "Unweighted"), (True, "Weighted by the inverse probability of staying")):
        rows.append(section(head))
        for path in lost.paths:
            if path.weighted == weighted:
                label = options.labels(f"{path.predictor}->{path.outcome}")
                cells = (
                    words(label), Value(path.b, fine), Value(path.se, fine), Value(path.t), Value(path.df, DEGREES),
                    Value(path.p, P),
                )  # fmt: skip
                rows.append(Row(cells, indent=1))
    return Table(
        said("Robustness to Attrition"),
        (
            Column("path", said("Path"), "left"),
            Column("b", marked("*b*")),
            Column("se", marked("*SE*")),
            Column("t", marked("*t*")),
            Column("df", marked("*df*")),
            Column("p", marked("*p*")),
        ),
        tuple(rows),
        general=said(
            f"Least squares with HC3 errors among those who stayed; stabilised weights from {show(lost.weight_min)} to "
            f"{show(lost.weight_max)}."
        ),
        name="panel-weighted",
    )


@dispatch.figure.register
def _(result: Panel, options: Options) -> FigureSpec | None:
    return diagram(result, result.main, options)


def diagram(result: Panel, model: Lagged, options: Options) -> FigureSpec | None:
    """The waves from left to right, one variable above the other, with standardised paths."""
    if model.fit is None:
        return None
    latent, last = model.name == RANDOM_INTERCEPT, len(result.x) - 1
    names = (*result.x, *result.y)
    nodes = tuple(
        Node(options.labels(name), t / last, height, latent)
        for height, family in ((1.0, result.x), (0.0, result.y))
        for t, name in enumerate(family)
    )
    arrows = []
    for path in model.paths:
        both = "~" in path.term
        start, end = path.term.split("~") if both else _ends(path)
        if start in names and end in names:
            label = show(path.beta, BOUNDED if both else BETA)
            arrows.append(Arrow(names.index(start), names.index(end), label, path.p < options.alpha, both))
    return Diagram(
        TITLES[model.name], nodes, tuple(arrows),
        note=f"Standardised; strong lines differ from zero at α = {show(options.alpha, BOUNDED)}.",
        name=f"panel-{model.name.replace('_', '-')}",
    )  # fmt: skip


def growth_figure(one: Growth, options: Options) -> FigureSpec | None:
    """The means of the waves and the line that growth draws through them."""
    if one.fit is None:
        return None
    label = options.labels(one.variable)
    return Lines(
        f"Growth of {label}", "Wave", label, ("Mean of those who were there", "Linear growth"), (one.means, one.line),
        name=f"panel-growth-{one.variable}",
    )  # fmt: skip


@dispatch.prose.register
def _(result: Panel, options: Options) -> Rich:
    main = result.main
    parts: list[Rich] = []
    if main.fit is None:
        parts.append(said(f"{TITLES[main.name]}: {dispatch.not_applicable(main.reason)}"))
    else:
        parts.append(
            marked(
                "{title} of {x} and {y} (*n* = {n}): {fit}.",
                title=TITLES[main.name],
                x=options.labels(result.names[0]),
                y=options.labels(result.names[1]),
                n=show(main.fit.n, COUNT),
                fit=fit_in_words(main.fit),
            )
        )
        crossed = [p for p in main.lagged() if not _same_variable(p, result) and not _of(p, result)]
        told = [
            marked("{path} β {beta}, *p* {p}", path=options.labels(p.term), beta=equals(p.beta), p=equals(p.p, P))
            for p in crossed
        ]
        parts.append(joined([joined(told, "; "), said(".")], ""))
        parts.append(_equal(main))
    for one in result.growth:
        if one.fit is not None:
            slope = one.parameters[1]
            parts.append(
                marked(
                    "{variable} changed by {b} a unit of time (*SE* {se}, *p* {p}).",
                    variable=options.labels(one.variable),
                    b=show(slope.b, _fine([slope])),
                    se=equals(slope.se, _fine([slope])),
                    p=equals(slope.p, P),
                )
            )
    for change in result.reliable:
        if not change.reason:
            parts.append(
                marked(
                    "In {variable} {up} rose and {down} fell by more than the reliable change of {rci}.",
                    variable=options.labels(change.variable),
                    up=show(change.rci_up, PERCENT),
                    down=show(change.rci_down, PERCENT),
                    rci=show(change.rci),
                )
            )
    lost = result.attrition
    parts.append(said(f"Of {show(lost.n, COUNT)} in the first wave {show(lost.stayed, COUNT)} were in the last."))
    return joined(parts)


def together(results: Sequence[Panel | NotApplicable], options: Options) -> tuple[Table, ...]:
    """Each model, then growth, attrition and what weights change."""
    made: list[Table] = []
    for result in results:
        if not isinstance(result, Panel):
            made.append(bare(result.kind, result.target, result.reason, options))
            continue
        made += [model_table(result, model, options) for model in result.models]
        made += [growth_table(result, options)] if result.growth else []
        made.append(attrition_table(result, options))
        weighted = weighted_table(result, options)
        made += [weighted] if weighted is not None else []
    return tuple(made)


def drawn(results: Sequence[Panel], options: Options) -> tuple[FigureSpec, ...]:
    """The diagram of each model, and each variable's growth."""
    made: list[FigureSpec | None] = []
    for result in results:
        made += [diagram(result, model, options) for model in result.models]
        made += [growth_figure(one, options) for one in result.growth]
    return tuple(one for one in made if one is not None)


dispatch.TOGETHER[Panel.kind] = together
dispatch.DRAWN[Panel.kind] = drawn
