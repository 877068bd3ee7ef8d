"""Moderation between factors as people read it: paths, slopes at levels of the moderator, and the model's fit."""

from __future__ import annotations

from analysis.moderation.result_latent import LatentModeration, LatentTerm
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BETA, BOUNDED, BOUNDED3, COUNT, P, Style, equals, interval, level, measured, show
from reports.table import Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

LEVELS = {"low": "low", "mean": "mean", "high": "high"}


def _row(one: LatentTerm, name: str, style: Style, indent: int = 0) -> Row:
    return Row((
        words(name), Value(one.b, style), Value(one.se, style), Value(one.z), Value(one.p, P), Value(one.beta, BETA),
        Interval(one.beta_ci_low, one.beta_ci_high, BETA),
    ), indent=indent)  # fmt: skip


def _level(one: LatentTerm, result: LatentModeration, options: Options) -> str:
    return f"At {one.term} {options.labels(result.moderator)}"


@dispatch.table.register
def _(result: LatentModeration, options: Options) -> Table:
    style = measured([one.se for one in result.terms])
    outcome, predictor = options.labels(result.outcome), options.labels(result.predictor)
    rows = [_row(one, options.labels(one.term), style) for one in result.terms]
    rows.append(section(f"Slope of {predictor}"))
    rows += [_row(one, _level(one, result, options), style, 1) for one in result.slopes]
    left = f"{show(result.dropped, COUNT)} left out because a value was missing" if result.dropped else "none left out"
    how = "matched by their loadings" if result.pairing == "matched" else "each with each"
    units = ", ".join(f"{options.labels(one.name)} {options.labels(one.unit)}" for one in result.factors)
    general = [
        marked("*N* = {n} ({left}).", n=show(result.n, COUNT), left=left), _fit(result),
        said(f"{len(result.pairs)} products of items, {how}: {', '.join(f'{a} × {b}' for a, b in result.pairs)}."),
        marked("*b* is in the units of one item each ({units}); β is of standardised factors.", units=units),
        said("Errors are Huber and White's; low and high are one standard deviation from the mean."),
        *(said(note) for note in result.notes),
    ]  # fmt: skip
    return Table(
        title=said(f"Moderation Between Factors Predicting {outcome}"),
        columns=(
            Column("term", said("Path"), "left"), Column("b", marked("*b*")), Column("se", marked("*SE*")),
            Column("z", marked("*z*")), Column("p", marked("*p*")), Column("beta", said("β")),
            Column("ci", said(f"{level(result.level)} CI of β")),
        ),
        rows=tuple(rows), general=joined(general), name=f"latent-moderation-{result.outcome}-{result.predictor}",
    )  # fmt: skip


def _fit(result: LatentModeration) -> Rich:
    fit = result.fit
    chi2, p = fit.tested
    return marked(
        "*R*^2^ {r2}; fit of the model (robust): χ²({df}) {chi2}, *p* {p}, CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}.",
        r2=equals(result.r2, BOUNDED), df=show(fit.df, COUNT), chi2=equals(chi2), p=equals(p, P),
        cfi=equals(fit.best("cfi"), BOUNDED3), rmsea=equals(fit.best("rmsea"), BOUNDED3),
        srmr=equals(fit.srmr, BOUNDED3),
    )  # fmt: skip


@dispatch.figure.register
def _(result: LatentModeration, options: Options) -> FigureSpec | None:
    points = [Point(options.labels(one.term), one.beta, one.beta_ci_low, one.beta_ci_high) for one in result.terms]
    points += [
        Point(_level(one, result, options), one.beta, one.beta_ci_low, one.beta_ci_high, 1) for one in result.slopes
    ]
    title = f"Moderation between factors: {options.labels(result.outcome)}"
    return Coefficients(
        title, f"β with {level(result.level)} confidence interval", tuple(points),
        name=f"latent-moderation-{result.outcome}-{result.predictor}",
    )  # fmt: skip


@dispatch.prose.register
def _(result: LatentModeration, options: Options) -> Rich:
    product = result.term(result.interaction)
    verdict = "depended on" if product.p < options.alpha else "did not clearly depend on"
    opening = marked(
        "Between the factors, the slope of {outcome} on {predictor} {verdict} {moderator}: product β {beta}, {share} "
        "CI {ci}, *z* {z}, *p* {p} (*N* = {n}).",
        outcome=options.labels(result.outcome), predictor=options.labels(result.predictor), verdict=verdict,
        moderator=options.labels(result.moderator), beta=equals(product.beta, BETA),
        share=level(result.level),
        ci=interval(product.beta_ci_low, product.beta_ci_high, BETA), z=equals(product.z), p=equals(product.p, P),
        n=show(result.n, COUNT),
    )  # fmt: skip
    slopes = "; ".join(
        f"β {equals(one.beta, BETA)} at {one.term} {options.labels(result.moderator)}, {level(result.level)} CI "
        f"{interval(one.beta_ci_low, one.beta_ci_high, BETA)}"
        for one in result.slopes
    )
    return joined([opening, said(f"The slope was {slopes}.")])
