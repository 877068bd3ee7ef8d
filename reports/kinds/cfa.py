"""Confirmatory factor analysis as people read it: fit, loadings, the factors and their validity, and what to free."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy.special import ndtri

from analysis.cfa.fit import Fit
from analysis.cfa.result import CFA, FactorCorrelation, Loading
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Coefficients, FigureSpec, Point
from reports.labels import Labels, spelt
from reports.numbers import (
    BOUNDED,
    BOUNDED3,
    COUNT,
    DEGREES,
    P,
    Style,
    decimals,
    equals,
    interval,
    level,
    show,
)
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

ESTIMATORS = {
    "ml": "maximum likelihood",
    "mlr": "maximum likelihood with robust errors and test (MLR)",
    "fiml": "full information maximum likelihood",
    "wlsmv": "weighted least squares on polychoric correlations (WLSMV)",
}
MOST = 10
"""Modification indices that a table shows, the largest first."""


def within_one(value: float, style: Style = BOUNDED) -> Style:
    """The style of an index that is usually within 1, for a value that may not be."""
    return style if math.isnan(value) or abs(value) <= 1 else decimals(style.digits)


def index(value: float, style: Style = BOUNDED3) -> Value:
    """An index of fit as a cell."""
    return Value(value, within_one(value, style))


def name_of(factor: str, result: CFA, labels: Labels) -> str:
    """What people call a factor: the scale's label; the method factor and the second order have words of their own."""
    if factor == result.method:
        return "Method factor"
    return spelt(factor) if factor == result.higher else labels(factor)


def fit_columns(first: str) -> tuple[Column, ...]:
    """The columns of a table of fit, whose rows ``fit_cells`` fills."""
    return (
        Column("model", said(first), "left"),
        Column("chi2", marked("χ^2^")),
        Column("df", marked("*df*")),
        Column("p", marked("*p*")),
        Column("cfi", said("CFI")),
        Column("tli", said("TLI")),
        Column("rmsea", said("RMSEA")),
        Column("rmsea_ci", said("90% CI")),
        Column("srmr", said("SRMR")),
    )


def fit_cells(fit: Fit) -> tuple[Cell, ...]:
    """The cells of one model's fit; of robust estimators the corrected test and indices."""
    chi2, p = fit.tested
    return (
        Value(chi2), Value(fit.df, DEGREES), Value(p, P), index(fit.best("cfi")), index(fit.best("tli")),
        index(fit.best("rmsea")), Interval(fit.best("rmsea_low"), fit.best("rmsea_high"), BOUNDED3), index(fit.srmr),
    )  # fmt: skip


def fit_words(fit: Fit) -> Rich:
    """'χ²(24) = 85.31, p < .001, CFI = .93, TLI = .90, RMSEA = .09, 90% CI [.07, .11], SRMR = .07'."""
    chi2, p = fit.tested
    parts = {name: fit.best(name) for name in ("cfi", "tli", "rmsea")} | {"srmr": fit.srmr}
    return marked(
        "χ^2^({df}) {chi2}, *p* {p}, CFI {cfi}, TLI {tli}, RMSEA {rmsea}, 90% CI {ci}, SRMR {srmr}",
        df=show(fit.df, DEGREES),
        chi2=equals(chi2),
        p=equals(p, P),
        ci=interval(fit.best("rmsea_low"), fit.best("rmsea_high"), BOUNDED),
        **{name: equals(value, within_one(value)) for name, value in parts.items()},
    )


def fit_note(estimator: str, fit: Fit) -> list[Rich]:
    """What the columns of a table of fit mean, for the estimator used."""
    said_ = [
        marked("*n* = {n}; estimated by {how}.", n=show(fit.n, COUNT), how=ESTIMATORS[estimator]),
        said("CFI = comparative fit index; TLI = Tucker–Lewis index; RMSEA = root mean square error of approximation;"),
        said("CI = confidence interval of RMSEA; SRMR = standardised root mean square residual."),
    ]
    if not math.isnan(fit.cfi_robust):
        said_.append(marked("χ^2^ is scaled (Yuan–Bentler), and CFI, TLI and RMSEA are robust."))
    elif not math.isnan(fit.cfi_scaled):
        said_.append(marked("χ^2^ and the indices made of it are scaled."))
    return said_


@dispatch.table.register
def fit_table(result: CFA, options: Options) -> Table:
    """Fit of the model, and of the rival beside it."""
    model = f"{len(result.scales)} factor{'s' if len(result.scales) > 1 else ''}"
    extra = [
        *(["a second-order factor"] if result.higher else []),
        *(["a method factor"] if result.method else []),
    ]
    rows = [Row((words(" and ".join([model, *extra])), *fit_cells(result.fit)))]
    general = fit_note(result.estimator, result.fit)
    if result.rival is not None:
        rows.append(Row((words("One factor for all items"), *fit_cells(result.rival.fit))))
        general.append(_against(result))
    return Table(
        title=said("Fit of the Measurement Model"),
        columns=fit_columns("Model"),
        rows=tuple(rows),
        general=joined([*general, *(said(note) for note in result.notes)]),
        name="cfa-fit",
    )


def _against(result: CFA) -> Rich:
    """How much worse the rival fits; '' where that was not tested."""
    if result.rival is None or math.isnan(result.rival.change.chi2_change):
        return ()
    change = result.rival.change
    return marked(
        "One factor for all items against the model: Δχ^2^({df}) {chi2}, *p* {p}.",
        df=show(change.df_change, DEGREES),
        chi2=equals(change.chi2_change),
        p=equals(change.p_change, P),
    )


def loading_table(result: CFA, options: Options) -> Table:
    """Loadings by factor, with standard errors, and standardised with their interval."""
    share = level(result.level)
    columns = (
        Column("item", said("Item"), "left"),
        Column("loading", said("Loading")),
        Column("se", marked("*SE*")),
        Column("z", marked("*t*" if result.missing == "mi" else "*z*")),
        Column("p", marked("*p*")),
        Column("std", said("Standardised")),
        Column("std_ci", said(f"{share} CI")),
    )
    rows: list[Row] = []
    turned = False
    for factor in _factors(result):
        rows.append(section(name_of(factor, result, options.labels)))
        for one in (row for row in result.loadings if row.factor == factor):
            low, high = bounds(one, result.level)
            reverse = (factor, one.item) in options.labels.reversed_items
            turned = turned or reverse
            text = _item(one, result, options)
            style = within_one(max(abs(low), abs(high)))
            rows.append(
                Row(
                    (
                        words(text + (" (R)" if reverse else "")), Value(one.loading), Value(one.se), Value(one.z),
                        Value(one.p, P), Value(one.std, style), Interval(low, high, style),
                    ),
                    indent=1,
                )
            )  # fmt: skip
    general = [
        said("The variance of each factor is 1; loadings are in the units of the items,"),
        said(
            f"standardised ones in standard deviations. CI = {share} confidence interval of the standardised loading."
        ),
        said("R = reverse-scored; its numbers are those after reversing.") if turned else (),
    ]
    return Table(said("Loadings of the Items"), columns, tuple(rows), general=joined(general), name="cfa-loadings")


def _factors(result: CFA) -> list[str]:
    """The factors in the order of the model: scales, then the second order and the method factor."""
    return [*result.scales, *(name for name in (result.higher, result.method) if name)]


def _item(one: Loading, result: CFA, options: Options) -> str:
    return options.labels(one.item) if one.item in result.scales else options.labels.wording(one.item)


def bounds(one: Loading, share: float) -> tuple[float, float]:
    """The interval of a standardised loading, from its error."""
    away = float(ndtri((1 + share) / 2)) * one.std_se
    return one.std - away, one.std + away


def factor_table(result: CFA, options: Options) -> Table:
    """The scales: composite reliability, AVE, correlations of their factors below the diagonal, HTMT above."""
    found: dict[tuple[str, str], FactorCorrelation] = {}
    for pair in result.correlations:
        found[pair.first, pair.second] = found[pair.second, pair.first] = pair
    rows = []
    for i, valid in enumerate(result.validity):
        cells: list[Cell] = [words(f"{i + 1}. {options.labels(valid.scale)}"), index(valid.cr, BOUNDED)]
        cells.append(index(valid.ave, BOUNDED))
        for j, other in enumerate(result.scales):
            if i == j:
                cells.append(EMPTY)
            else:
                pair = found[valid.scale, other]
                cells.append(index(pair.factor_r if j < i else pair.htmt, BOUNDED))
        rows.append(Row(tuple(cells)))
    many = len(result.scales) > 1
    columns = (
        Column("scale", said("Scale"), "left"),
        Column("cr", said("CR")),
        Column("ave", said("AVE")),
        *(Column(name, said(str(i + 1))) for i, name in enumerate(result.scales)),
    )
    general = [
        said("CR = composite reliability, AVE = average variance extracted, both as the model implies them."),
        said("Below the diagonal: correlations of the factors; above it: HTMT, the heterotrait–monotrait ratio.")
        if many
        else (),
    ]
    return Table(
        said("Factors and Their Validity"), columns if many else columns[:3],
        tuple(rows) if many else tuple(Row(row.cells[:3]) for row in rows), general=joined(general), name="cfa-factors",
    )  # fmt: skip


def modification_table(result: CFA, options: Options) -> Table:
    """The largest modification indices: printed only when they are asked for."""
    largest = sorted(result.modifications, key=lambda one: -one.mi)[:MOST]
    rows = []
    for one in largest:
        if one.term:
            text = f"{options.labels.wording(one.term)} on {name_of(one.target, result, options.labels)}"
        else:
            first, second = one.target.split("~")
            text = f"{options.labels.wording(first)} with {options.labels.wording(second)}"
        rows.append(Row((words(text), Value(one.mi), Value(one.epc), Value(one.sepc))))
    return Table(
        title=said("Largest Modification Indices"),
        columns=(
            Column("parameter", said("Parameter"), "left"),
            Column("mi", said("MI")),
            Column("epc", said("EPC")),
            Column("sepc", said("Standardised EPC")),
        ),
        rows=tuple(rows),
        general=joined(
            [
                marked("MI = fall of χ^2^ to expect where the parameter is freed; EPC = the value it would take."),
                said("What is freed because of the data is no longer a test of the model."),
            ]
        ),
        name="cfa-modifications",
    )


def together(results: Sequence[CFA | NotApplicable], options: Options) -> tuple[Table, ...]:
    """Fit, loadings and factors of each model; modification indices on request ('mi')."""
    made: list[Table] = []
    for result in results:
        if isinstance(result, NotApplicable):
            made.append(bare(result.kind, result.target, result.reason, options))
            continue
        made += [fit_table(result, options), loading_table(result, options), factor_table(result, options)]
        if "mi" in options.asked and result.modifications:
            made.append(modification_table(result, options))
    return tuple(made)


@dispatch.figure.register
def _(result: CFA, options: Options) -> FigureSpec | None:
    factors = _factors(result)
    points = []
    for place, factor in enumerate(factors):
        for one in result.loadings:
            if one.factor == factor:
                points.append(Point(_item(one, result, options), one.std, *bounds(one, result.level), series=place))
    axis = f"Standardised loading with {level(result.level)} confidence interval"
    names = tuple(name_of(factor, result, options.labels) for factor in factors)
    title = "Standardised loadings of the items on their factors"
    return Coefficients(title, axis, tuple(points), reference=0.0, name="cfa-loadings", series=names)


@dispatch.prose.register
def _(result: CFA, options: Options) -> Rich:
    names = [options.labels(name) for name in result.scales]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    own = [one.std for one in result.loadings if one.factor in result.scales]
    parts = [
        marked(
            "A model of {count} ({listed}; *n* = {n}, {how}) gave {fit}.",
            count="one factor" if len(names) == 1 else f"{len(names)} factors",
            listed=listed,
            n=show(result.fit.n, COUNT),
            how=ESTIMATORS[result.estimator],
            fit=fit_words(result.fit),
        ),
        marked(
            "Standardised loadings ran from {low} to {high}.",
            low=show(min(own), within_one(min(own))),
            high=show(max(own), within_one(max(own))),
        ),
        _against(result),
    ]
    if len(result.correlations) == 1:
        pair = result.correlations[0]
        parts.insert(
            2,
            marked(
                "The factors correlated at *r* {r} (*SE* {se}).",
                r=equals(pair.factor_r, within_one(pair.factor_r)),
                se=equals(pair.se, within_one(pair.se)),
            ),
        )
    return joined([*parts, *(said(note) for note in result.notes)])


dispatch.TOGETHER[CFA.kind] = together
