"""Actor-partner models as people read them: both effects of each predictor, k, and how alike partners are."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dyad.result import Dyad, Effect
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Arrow, Coefficients, Diagram, FigureSpec, Node, Point
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, P, Style, equals, interval, level, measured, show
from reports.table import Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said


def _fine(effects: Sequence[Effect]) -> Style:
    return measured([effect.se for effect in effects])


def ordered(result: Dyad, role: str) -> list[Effect]:
    """The effects of one role: its intercept, then actor and partner effect of each predictor."""
    mine = {(e.predictor, e.kind): e for e in result.effects if e.role == role}
    found = [mine["", "intercept"]]
    for one in result.predictors:
        found += [mine[one, "actor"], mine[one, "partner"]]
    return found


def _label(effect: Effect, options: Options) -> str:
    if effect.kind == "intercept":
        return "Intercept"
    return f"{options.labels(effect.predictor)}: {'own' if effect.kind == 'actor' else 'partner’s'}"


def role_label(result: Dyad, role: str, options: Options) -> str:
    """What a role is called."""
    return options.labels.levels.get((result.role, role), role)


@dispatch.table.register
def _(result: Dyad, options: Options) -> Table:
    fine = _fine(result.effects)
    rows: list[Row] = []
    for role in result.roles or ("",):
        rows += [section(role_label(result, role, options))] if role else []
        for e in ordered(result, role):
            rows.append(
                Row(
                    (
                        words(_label(e, options)), Value(e.b, fine), Value(e.se, fine),
                        Interval(e.ci_low, e.ci_high, fine), Value(e.t), Value(e.df, DEGREES), Value(e.p, P),
                        words("") if e.kind == "intercept" else Value(e.beta, BETA),
                    ),
                    indent=1 if role else 0,
                )
            )  # fmt: skip
    pooled = f"Pooled over {result.imputations} imputations." if result.imputations else ""
    general = [
        marked("{n} complete dyads.", n=show(result.dyads, COUNT)),
        said(pooled),
        said("Own = actor effect; partner’s = partner effect; CI = confidence interval."),
        marked(
            "Likeness of partners: {icc} of the outcome, {rest} of what is left.",
            icc=show(result.icc, BOUNDED),
            rest=show(result.icc_residual, BOUNDED),
        ),
        *_ratios(result, options),
        *(said(note) for note in result.notes),
    ]
    return Table(
        said(f"Actor and Partner Effects on {options.labels(result.outcome)}"),
        (
            Column("effect", said("Effect"), "left"),
            Column("b", marked("*b*")),
            Column("se", marked("*SE*")),
            Column("ci", said(f"{level(result.level)} CI")),
            Column("t", marked("*t*")),
            Column("df", marked("*df*")),
            Column("p", marked("*p*")),
            Column("beta", said("β")),
        ),
        tuple(rows),
        general=joined(general),
        name=f"dyad-{result.outcome}",
    )


def _ratios(result: Dyad, options: Options) -> list[Rich]:
    found = []
    for ratio in result.ratios:
        about = options.labels(ratio.predictor) + (f", {role_label(result, ratio.role, options)}" if ratio.role else "")
        bounds = f" {interval(ratio.k_low, ratio.k_high)}" if ratio.k_low == ratio.k_low else ""
        found.append(marked("*k* of {about} {k}{bounds}.", about=about, k=equals(ratio.k), bounds=bounds))
    return found


@dispatch.figure.register
def _(result: Dyad, options: Options) -> FigureSpec | None:
    if len(result.predictors) > 1 or not result.roles:
        return _coefficients(result, options)
    (one,) = result.predictors
    effects = {(e.kind, e.role): e for e in result.effects}
    first, second = result.roles
    x, y = options.labels(one), options.labels(result.outcome)
    called = [role_label(result, role, options) for role in result.roles]
    nodes = (Node(f"{x}, {called[0]}", 0, 1), Node(f"{x}, {called[1]}", 0, 0), Node(f"{y}, {called[0]}", 1, 1),
             Node(f"{y}, {called[1]}", 1, 0))  # fmt: skip
    arrows = [
        Arrow(start, end, show(e.beta, BETA), e.p < options.alpha)
        for start, end, e in (
            (0, 2, effects["actor", first]), (1, 3, effects["actor", second]), (1, 2, effects["partner", first]),
            (0, 3, effects["partner", second]),
        )
    ]  # fmt: skip
    arrows.append(Arrow(2, 3, show(result.icc_residual, BOUNDED), both=True))
    return Diagram(
        f"Actor and partner effects on {y}", nodes, tuple(arrows),
        note=f"Standardised; strong lines differ from zero at α = {show(options.alpha, BOUNDED)}.",
        name=f"dyad-{result.outcome}",
    )  # fmt: skip


def _coefficients(result: Dyad, options: Options) -> FigureSpec:
    points = []
    for place, role in enumerate(result.roles or ("",)):
        for e in ordered(result, role)[1:]:
            label = _label(e, options) + (f" ({role_label(result, role, options)})" if role else "")
            points.append(Point(label, e.b, e.ci_low, e.ci_high, place))
    y = options.labels(result.outcome)
    return Coefficients(
        f"Actor and partner effects on {y}", f"b with {level(result.level)} confidence interval", tuple(points),
        series=tuple(role_label(result, role, options) for role in result.roles), name=f"dyad-{result.outcome}",
    )  # fmt: skip


@dispatch.prose.register
def _(result: Dyad, options: Options) -> Rich:
    parts: list[Rich] = [
        marked(
            "Actor–partner model of {y} in {n} dyads{roles}.",
            y=options.labels(result.outcome),
            n=show(result.dyads, COUNT),
            roles=f" of {' and '.join(role_label(result, r, options) for r in result.roles)}" if result.roles else "",
        )
    ]
    fine = _fine(result.effects)
    for role in result.roles or ("",):
        for e in ordered(result, role)[1:]:
            about = _label(e, options) + (f" ({role_label(result, role, options)})" if role else "")
            parts.append(
                marked(
                    "{about} *b* {b}, *SE* {se}, *t*({df}) {t}, *p* {p}.",
                    about=about,
                    b=equals(e.b, fine),
                    se=equals(e.se, fine),
                    df=show(e.df, DEGREES),
                    t=equals(e.t),
                    p=equals(e.p, P),
                )
            )
    return joined([*parts, *_ratios(result, options)])
