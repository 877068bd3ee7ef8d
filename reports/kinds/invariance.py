"""Measurement invariance as people read it: the fit of each step, how much worse it fits than the one before."""

from __future__ import annotations

import math

from analysis.invariance import STEPS, Invariance, Step
from reports import dispatch
from reports.dispatch import Options
from reports.figure import FigureSpec
from reports.kinds.cfa import fit_cells, fit_columns, fit_note, fit_words, index
from reports.numbers import COUNT, DEGREES, P, equals, show
from reports.table import Column, Row, Table, Value, message, words
from reports.text import Rich, joined, marked, said

HELD = {
    "configural": "the same items on the same factors",
    "metric": "equal loadings",
    "scalar": "equal loadings and intercepts",
    "strict": "equal loadings, intercepts and residual variances",
}
HELD_OF_ORDERED = HELD | {
    "metric": "equal loadings and thresholds",
    "scalar": "equal loadings, thresholds and intercepts",
    "strict": "equal loadings, thresholds, intercepts and residual variances",
}


@dispatch.table.register
def _(result: Invariance, options: Options) -> Table:
    columns = (
        *fit_columns("Step"),
        Column("chi2_change", marked("Δχ^2^")),
        Column("df_change", marked("Δ*df*")),
        Column("p_change", marked("*p*~Δ~")),
        Column("cfi_change", said("ΔCFI")),
        Column("rmsea_change", said("ΔRMSEA")),
    )
    first = next(step.fit for step in result.steps if step.fit is not None)
    general = [
        *fit_note(result.estimator, first),
        marked("Δ = change from the step before; *p*~Δ~ tests it."),
        *_of_ordered(result),
        said(f"{'Waves' if result.waves else 'Groups'}: {groups_in_words(result)}."),
        said("Residuals of one item correlate over waves.") if result.waves else (),
        said(f"Let differ between {'waves' if result.waves else 'groups'}: {', '.join(result.free)}.")
        if result.free
        else (),
        *(said(note) for note in result.notes),
    ]
    about = " Over Waves" if result.waves else f" Over {options.labels(result.group)}" if result.group else ""
    return Table(
        title=said(f"Measurement Invariance{about}"),
        columns=columns,
        rows=tuple(_row(step) for step in result.steps),
        general=joined(general),
        name="invariance",
    )


def _row(step: Step) -> Row:
    if step.fit is None:
        return message(step.name.capitalize(), dispatch.not_applicable(step.reason))
    change = step.change
    cells = (
        (words(""),) * 5
        if change is None
        else (
            Value(change.chi2_change), Value(change.df_change, DEGREES), Value(change.p_change, P),
            index(change.cfi_change), index(change.rmsea_change),
        )
    )  # fmt: skip
    return Row((words(step.name.capitalize()), *fit_cells(step.fit), *cells))


def _of_ordered(result: Invariance) -> list[Rich]:
    """What the steps and their test are where the answers are ordered."""
    if result.estimator != "wlsmv":
        return []
    held = "; ".join(f"{name}: {HELD_OF_ORDERED[name]}" for name in STEPS[1:])
    models = said(f"{held[:1].upper()}{held[1:]}, of the normal variables behind the answers (Wu & Estabrook, 2016).")
    return [models] if result.imputations else [marked("Δχ^2^ is scaled and shifted (Satorra, 2000)."), models]


def groups_in_words(result: Invariance, most: int = 8) -> str:
    """'a (n = 120), b (n = 98)'; of many groups only how many and how large."""
    if len(result.groups) <= most:
        return ", ".join(f"{g} (n = {show(n, COUNT)})" for g, n in zip(result.groups, result.sizes, strict=True))
    low, high = min(result.sizes), max(result.sizes)
    return f"{len(result.groups)} of {show(low, COUNT)} to {show(high, COUNT)} cases"


@dispatch.figure.register
def _(result: Invariance, options: Options) -> FigureSpec | None:
    return None


@dispatch.prose.register
def _(result: Invariance, options: Options) -> Rich:
    parts: list[Rich] = []
    held = HELD_OF_ORDERED if result.estimator == "wlsmv" else HELD
    for step in result.steps:
        if step.fit is None:
            parts.append(said(f"{step.name.capitalize()}: {dispatch.not_applicable(step.reason)}"))
        elif step.change is None:
            parts.append(
                marked(
                    "{step} invariance ({held}): {fit}.",
                    step=step.name.capitalize(),
                    held=held[step.name],
                    fit=fit_words(step.fit),
                )
            )
        else:
            parts.append(_change(step, held[step.name]))
    return joined(
        [said(f"{len(result.groups)} {'waves' if result.waves else 'groups'}, {groups_in_words(result)}."), *parts]
    )


def _change(step: Step, held: str) -> Rich:
    change = step.change
    if change is None or math.isnan(change.chi2_change):
        return said(f"{step.name.capitalize()} ({held}): its change could not be tested.")
    return marked(
        "{step} ({held}): Δχ^2^({df}) {chi2}, *p* {p}, ΔCFI {cfi}.",
        step=step.name.capitalize(),
        held=held,
        df=show(change.df_change, DEGREES),
        chi2=equals(change.chi2_change),
        p=equals(change.p_change, P),
        cfi=equals(change.cfi_change, index(change.cfi_change).style),
    )
