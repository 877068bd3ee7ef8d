"""Which answers make conditions hold: a search over the few values of each answer that a condition tells apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

from survey.answers import Answer, NotAllowed, read_answer
from survey.dataset.missing import Missing
from survey.instrument.evaluation import Answered, Both, Compare, Either, Literal, Members, Name, Node, Not, evaluate
from survey.instrument.expressions import Expression, walk
from survey.instrument.formats import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider
from survey.instrument.labels import codes
from survey.instrument.model import Instrument, Page
from survey.madeup.values import days_around, made_up
from survey.reading import may_decline
from survey.standing import expression
from survey.waves import WAVE

MOST_TRIES = 20_000
"""Combinations that are tried before the search gives up."""
MOST_VALUES = 60
"""Values of one answer that are tried where a condition calculates with it."""
_SPREAD = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Wanted:
    """What is to hold: every page before ``until`` (its number) is passed; ``shown``: the number of a page that must be
    shown; ``out``: one after which the questionnaire must end; ``holds``: a condition over all that was answered."""

    until: int
    shown: int | None = None
    out: int | None = None
    holds: str | None = None


@dataclass(frozen=True)
class Sought:
    """What came of a search: the deciding answers, or None; ``sure``: whether None means that there are none."""

    answers: dict[str, Answer] | None
    sure: bool


@dataclass
class _Search:
    instrument: Instrument
    wanted: Wanted
    names: frozenset[str]
    musts: tuple[Node, ...]
    values: dict[str, tuple[Answer, ...]]
    steps: list[int]
    tries: int = 0
    undecided: list[frozenset[str]] = field(default_factory=list)


def seek(instrument: Instrument, wanted: Wanted) -> Sought:
    """Answers by which everything wanted comes about, the usual made-up ones where these will do.

    Only the answers that decide are given; a name that is not there is answered in any way.
    """
    pages = instrument.pages[: wanted.until]
    musts = _musts(instrument, wanted)
    ends = [expression(page.screen_out.when) for page in pages if page.screen_out is not None]
    names = _deciding(instrument, pages, [*musts, *ends])
    used = [*musts, *ends, *(e for page in pages if names & set(page.items) and (e := _shown_if(page)) is not None)]
    atoms = [node for e in used for node in walk(e.tree) if isinstance(node, Compare | Answered)]
    where = {name: page for page in pages for name in page.items if name in names}
    values = {name: _values(instrument, page, name, atoms) for name, page in where.items()}
    steps = [number for number, page in enumerate(pages) if names & set(page.items)]
    search = _Search(instrument, wanted, names, tuple(e.tree for e in musts), values, steps)
    for at in range(len(steps) + 1):
        search.undecided.append(frozenset(n for step in steps[at:] for n in pages[step].items if n in names))
    found = next((one for wave in _waves(pages, musts) for one in _tried(search, 0, wave)), None)
    plain = all(_plain(atom) for atom in atoms)
    return Sought(found, plain and search.tries < MOST_TRIES)


def _waves(pages: Sequence[Page], musts: Sequence[Expression]) -> Iterator[dict[str, Answer]]:
    """The waves that conditions tell apart, the first one first."""
    conditions = [*musts, *(e for page in pages if (e := _shown_if(page)) is not None)]
    named = [v for e in conditions if WAVE in e.names for node in walk(e.tree) for v in _literals(node)]
    whole = {int(v) + step for v in named if isinstance(v, float) for step in (0, 1)}
    for wave in sorted({1} | {wave for wave in whole if wave > 1}):
        yield {WAVE: float(wave)}


def _musts(instrument: Instrument, wanted: Wanted) -> list[Expression]:
    found = [e for n in (wanted.shown, wanted.out) if n is not None and (e := _shown_if(instrument.pages[n]))]
    if wanted.out is not None and (ends := instrument.pages[wanted.out].screen_out) is not None:
        found.append(expression(ends.when))
    return [*found, expression(wanted.holds)] if wanted.holds is not None else found


def _shown_if(page: Page) -> Expression | None:
    return None if page.show_if is None else expression(page.show_if)


def _deciding(instrument: Instrument, pages: Sequence[Page], conditions: list[Expression]) -> frozenset[str]:
    """The names in conditions, those on which it depends whether these are asked, and so on."""
    names = {name for e in conditions for name in e.names}
    for page in reversed(pages):  # a condition names items of earlier pages alone
        if names & set(page.items) and (shown := _shown_if(page)) is not None:
            names |= set(shown.names)
    return frozenset(names & set(instrument.items))


def _tried(search: _Search, at: int, kept: dict[str, Answer]) -> Iterator[dict[str, Answer]]:
    """Every way to answer from a step on, by which what must hold still can."""
    if not all(_can(node, kept, search.undecided[at])[0] for node in search.musts):
        return
    if at == len(search.steps):
        yield kept
        return
    number = search.steps[at]
    page = search.instrument.pages[number]
    shown = _shown_if(page)
    if shown is not None and not shown.holds(kept):
        yield from _tried(search, at + 1, kept)
        return
    own = [name for name in page.items if name in search.names]
    for given in product(*(search.values[name] for name in own)):
        search.tries += 1
        if search.tries >= MOST_TRIES:
            return
        after = {**kept, **dict(zip(own, given, strict=True))}
        if (
            page.screen_out is not None
            and number != search.wanted.out
            and expression(page.screen_out.when).holds(after)
        ):
            continue
        yield from _tried(search, at + 1, after)


def _can(node: Node, kept: Mapping[str, Answer], undecided: frozenset[str]) -> tuple[bool, bool]:
    """Whether a condition can still be true, and whether it can still be false."""
    if isinstance(node, Both):
        parts = [_can(part, kept, undecided) for part in node.operands]
        return all(t for t, _ in parts), any(f for _, f in parts)
    if isinstance(node, Either):
        parts = [_can(part, kept, undecided) for part in node.operands]
        return any(t for t, _ in parts), all(f for _, f in parts)
    if isinstance(node, Not):
        true, false = _can(node.operand, kept, undecided)
        return false, true
    if any(isinstance(part, Name) and part.name in undecided for part in walk(node)):
        return True, True
    holds = evaluate(node, kept) is True
    return holds, not holds


def _plain(atom: Node) -> bool:
    """Whether an atom compares one answer with values that it names, so that the search tries every case of it."""
    if isinstance(atom, Answered):
        return True
    names = {part.name for part in walk(atom) if isinstance(part, Name)}
    simple = all(isinstance(part, Name | Literal | Members) for part in getattr(atom, "operands", ()))
    return simple and len(names) == 1


def _values(instrument: Instrument, page: Page, name: str, atoms: Sequence[Node]) -> tuple[Answer, ...]:
    """The values of an answer that the conditions tell apart, the usual one first; also none, where that is allowed."""
    fmt = instrument.format_of(name)
    mine = [a for a in atoms if any(isinstance(part, Name) and part.name == name for part in walk(a))]
    named = [v for atom in mine for part in walk(atom) for v in _literals(part)]
    plain = all(_plain(atom) for atom in mine)
    found: list[Answer] = [made_up(name, fmt)]
    for value in _candidates(fmt, named, plain):
        try:
            read = read_answer(fmt, value)
        except NotAllowed:
            continue
        if not isinstance(read, Missing):
            found.append(read)
    left_out = may_decline(instrument, page, name) if page.require == "hard" else (Missing.SKIPPED,)
    found = [*dict.fromkeys(found), *left_out[:1]]
    if not plain:
        return tuple(found[:MOST_VALUES])
    told: dict[tuple[bool, ...], Answer] = {}
    for value in found:
        told.setdefault(tuple(evaluate(atom, {name: value}) is True for atom in mine), value)
    return tuple(told.values())


def _literals(node: Node) -> tuple[float | str, ...]:
    if isinstance(node, Literal):
        return (node.value,)
    return node.values if isinstance(node, Members) else ()


def _candidates(fmt: Format, named: Sequence[float | str], plain: bool) -> Iterator[object]:
    match fmt:
        case Likert() | ChoiceFormat():
            yield from codes(fmt)
        case MultiChoice():
            yield from _sets(fmt, [str(v) for v in dict.fromkeys(named) if str(v) in fmt.choices])
        case Number() | Slider():
            yield from _numbers(fmt, [v for v in named if isinstance(v, float)], plain)
        case Date():
            for day in (fmt.min, fmt.max, *(str(v) for v in named)):
                yield from days_around(day) if day is not None else ()
        case FreeText():
            yield from named
            yield next(word for word in ("a" * n for n in range(1, len(named) + 2)) if word not in named)
        case Rank():
            return


def _sets(fmt: MultiChoice, named: list[str]) -> Iterator[tuple[str, ...]]:
    """Every set of the choices that conditions name, with one that they do not name where the set is empty."""
    others = [code for code in fmt.choices if code not in named]
    yield from ((code,) for code in others)
    for size in range(1, len(named) + 1):
        yield from combinations(named[:8], size)


def _numbers(fmt: Number | Slider, named: list[float], plain: bool) -> Iterator[float]:
    """The numbers that conditions name, those between them and beyond."""
    marks = sorted({*named, *(end for end in (fmt.min, fmt.max) if end is not None)})
    for low, high in pairwise(marks):
        middle = (low + high) / 2
        yield from (middle, float(math.floor(middle)), float(math.ceil(middle)))
    for mark in marks:
        yield from (mark, mark - 1, mark + 1)
    if not plain:
        yield from _SPREAD
