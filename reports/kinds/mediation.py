"""Mediation as people read it: paths, indirect effects with their intervals, a path diagram, and no word of cause."""

from __future__ import annotations

import math

from analysis.mediation import Effect, Mediation, Path
from analysis.plan.waves import parted
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Arrow, Diagram, FigureSpec, Node
from reports.numbers import BETA, BOUNDED, COUNT, P, Style, equals, interval, level, measured, show
from reports.table import EMPTY, Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

METHODS = {"percentile": "percentile bootstrap", "bca": "bias-corrected and accelerated (BCa) bootstrap"}
MOST_DIFFERENCES = 15
"""Of indirect effects in a table; four mediators in series have 105. ``results.csv`` has them all."""
ORDERED = "That one thing comes before another in time does not show that it brings the other about."
NAMES = {"a": "a", "b": "b", "d": "d", "c": "c", "c_prime": "c′", "product": "product"}


def path_name(path: Path, options: Options) -> str:
    """A coefficient's path in words: 'Demands → Support (a)'."""
    return f"{options.labels(path.start)} → {options.labels(path.end)} ({NAMES[path.name]})"


def effect_name(result: Mediation, effect: Effect, options: Options) -> str:
    """An effect in words: its path, 'Total indirect', a difference, or a path at a level of the moderator."""
    if effect.term == "total":
        return "Total indirect"
    if effect.kind == "contrast":
        one, _, other = effect.term.partition("~")
        return f"{_way(one, options)} less {_way(other, options)}"
    way = _way(effect.term.partition("|")[0], options)
    if not effect.level:
        return way
    at = f"{options.labels(result.moderator)} {show(effect.at)}"
    return f"{way} at {at}" if "=" in effect.level else f"{way} at {effect.level} {at}"


def _way(term: str, options: Options) -> str:
    return " → ".join(options.labels(part) for part in term.split("->"))


def _path_row(path: Path, style: Style, options: Options) -> Row:
    return Row((
        words(path_name(path, options)), Value(path.value, style), Value(path.se, style),
        Interval(path.ci_low, path.ci_high, style), EMPTY, Value(path.p, P),
    ), indent=1)  # fmt: skip


def _effect_row(result: Mediation, effect: Effect, style: Style, options: Options) -> Row:
    return Row((
        words(effect_name(result, effect, options)), Value(effect.estimate, style), Value(effect.se, style),
        Interval(effect.ci_low, effect.ci_high, style), EMPTY if math.isnan(effect.std) else Value(effect.std, BETA),
        Value(effect.p, P),
    ), indent=1)  # fmt: skip


@dispatch.table.register
def _(result: Mediation, options: Options) -> Table:
    style = measured([path.se for path in result.paths])
    fine = measured([effect.se for effect in result.effects], 3)
    columns = (
        Column("term", said("Path"), "left"), Column("b", marked("*b*")), Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")), Column("std", said("Standardised")),
        Column("p", marked("*p*")),
    )  # fmt: skip
    kinds = (("indirect", "Indirect effects"), ("index", "Index of moderated mediation"), ("contrast", "Differences"))
    rows = [section("Coefficients"), *(_path_row(path, style, options) for path in result.paths)]
    for kind, heading in kinds:
        found = [effect for effect in result.effects if effect.kind == kind]
        found = [one for one in found if one.term != "total" or len(result.mediators) > 1]
        found = printed_differences(result) if kind == "contrast" else found
        rows += [section(heading)] if found else []
        rows += [_effect_row(result, effect, fine, options) for effect in found]
    by = " and ".join(options.labels(name) for name in result.mediators)
    return Table(
        title=marked(
            "{outcome} on {predictor} by Way of {by}",
            outcome=options.labels(result.outcome), predictor=options.labels(result.predictor), by=by,
        ),
        columns=columns,
        rows=tuple(rows),
        general=joined(_general(result, options)),
        name=f"mediation-{result.outcome}-{result.predictor}",
    )  # fmt: skip


def printed_differences(result: Mediation) -> list[Effect]:
    """The differences of a table: all where they are few, else those of paths through one mediator, or the first."""
    found = [effect for effect in result.effects if effect.kind == "contrast"]
    if len(found) <= MOST_DIFFERENCES:
        return found
    short = [effect for effect in found if effect.term.count("->") == 4]
    return (short or found)[:MOST_DIFFERENCES]


def _differences(result: Mediation) -> list[Rich]:
    every, some = sum(effect.kind == "contrast" for effect in result.effects), printed_differences(result)
    if every == len(some):
        return []
    which = "those of paths through one mediator" if result.serial else "the first in the order of the mediators"
    return [said(f"Differences: {len(some)} of {every}, {which}; results.csv has them all.")]


def _general(result: Mediation, options: Options) -> list[Rich]:
    left = f" ({show(result.dropped, COUNT)} left out because a value was missing)" if result.dropped else ""
    method = METHODS[result.interval]
    about = [
        marked("*N* = {n}{left}.", n=show(result.n, COUNT), left=left),
        said(f"Intervals of indirect effects: {method}, {show(result.resamples, COUNT)} resamples."),
        said(f"Coefficients: {result.models[0].method[:1].lower()}{result.models[0].method[1:]}; intervals by t."),
    ]
    about += [said("Mediators act in the order given.")] if result.serial else []
    about += _differences(result)
    if not result.moderator:
        about.append(said("Standardised: in standard deviations of predictor and outcome."))
    ids = sorted({*result.mediators, result.outcome, result.moderator} - {""}, key=len, reverse=True)
    for note in result.notes:
        about.append(said(" ".join(_label(word, ids, options) for word in note.split(" "))))
    about.append(marked("*p* of an effect is the level at which its interval would end at zero."))
    return about


def _label(word: str, ids: list[str], options: Options) -> str:
    bare = word.strip(",.:;()")
    return word.replace(bare, options.labels(bare)) if bare in ids else word


@dispatch.prose.register
def _(result: Mediation, options: Options) -> Rich:
    predictor, outcome = options.labels(result.predictor), options.labels(result.outcome)
    parts = []
    if not result.moderator:
        total, direct = (next(p for p in result.paths if p.name == name) for name in ("c", "c_prime"))
        text = (
            "{predictor} {was} associated with {outcome}, *b* {c}, *p* {p}; {then} with the mediators held equal, "
            "*b* {d}, *p* {q} (*N* = {n})."
        )
        style = measured([total.se, direct.se])
        found = (total.p < options.alpha, direct.p < options.alpha)
        then = {(True, True): "and so it was", (True, False): "but not clearly so", (False, True): "but clearly so"}
        parts.append(marked(
            text, predictor=predictor, outcome=outcome, was="was" if found[0] else "was not clearly",
            then=then.get(found, "nor was it"), c=equals(total.value, style), p=equals(total.p, P),
            d=equals(direct.value, style), q=equals(direct.p, P), n=show(result.n, COUNT),
        ))  # fmt: skip
    else:
        parts.append(marked("*N* = {n}.", n=show(result.n, COUNT)))
    said_of = [e for e in result.effects if e.kind != "contrast"]
    said_of = [e for e in said_of if e.term != "total" or len(result.mediators) > 1]
    parts += [_sentence(result, effect, options) for effect in said_of[:8]]
    over = any(parted(name) for name in (result.predictor, *result.mediators, result.outcome))
    parts.append(said(ORDERED if over else "Data of one wave show what goes together, and not what brings it about."))
    return joined(parts)


def _sentence(result: Mediation, effect: Effect, options: Options) -> Rich:
    style = measured([effect.se], 3)
    what = {"index": "The index of moderated mediation of", "indirect": "The indirect association"}[effect.kind]
    if effect.term == "total":
        name, what = "", "The total indirect association"
    else:
        name = f" {effect_name(result, effect, options)}"
    held = effect.ci_low * effect.ci_high > 0
    text = "{what}{name} {whether} from zero: {b}, {share} CI {ci}{std}."
    return marked(
        text, what=what, name=name, whether="differed" if held else "did not clearly differ",
        b=show(effect.estimate, style), share=level(result.level), ci=interval(effect.ci_low, effect.ci_high, style),
        std="" if math.isnan(effect.std) else f", standardised {show(effect.std, BETA)}",
    )  # fmt: skip


@dispatch.figure.register
def _(result: Mediation, options: Options) -> FigureSpec | None:
    """The path diagram: predictor left, outcome right, mediators above; bold arrows differ from zero."""
    count = len(result.mediators)
    if count > 4:
        return None
    names = [result.predictor, *result.mediators, result.outcome]
    nodes = [Node(options.labels(result.predictor), 0.0, 0.0)]
    for i, name in enumerate(result.mediators):
        x = 0.5 if count == 1 else (0.18 + 0.64 * i / (count - 1))
        nodes.append(Node(options.labels(name), x, 1.0 if not result.serial or i % 2 == 0 or count == 2 else 0.72))
    nodes.append(Node(options.labels(result.outcome), 1.0, 0.0))
    place = {name: i for i, name in enumerate(names)}
    alpha = 1 - result.level
    arrows = []
    style = measured([path.se for path in result.paths])
    for path in result.paths:
        if path.name in ("c", "product"):
            continue
        arrows.append(Arrow(place[path.start], place[path.end], show(path.value, style), path.p < alpha))
    note = f"Unstandardised coefficients; bold arrows differ from zero at p < {show(alpha, BOUNDED)}."
    if result.moderator:
        note += f" Where {options.labels(result.moderator)} is at its mean."
    title = f"{options.labels(result.outcome)} on {options.labels(result.predictor)}, by way of mediators"
    return Diagram(
        title, tuple(nodes), tuple(arrows), note=note, name=f"mediation-{result.outcome}-{result.predictor}"
    )  # fmt: skip
