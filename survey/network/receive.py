"""What a screen of a network sent: from names as they were written to ties and, apart from them, names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.answers import Answer, Answers, ItemProblem, NotAllowed, read_answer
from survey.dataset.missing import Missing
from survey.errors import AnswerError
from survey.instrument.model import Instrument
from survey.network import carried
from survey.network.people import (
    alike_pairs,
    canonical,
    is_tie,
    listed,
    mentions,
    number,
    settle,
)
from survey.network.screens import Screen, level_format

LONGEST_NAME = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Row = tuple[str, str]
"""A person in a list of names: the id of the tie, '' for somebody new, and the name."""


@dataclass(frozen=True)
class Received:
    """What a submission adds: answers for the log, the names to keep apart (None: untouched), and what was sent.

    answers: by name, in their types, what was derived from them included. names: tie to name of everybody named now,
    on a screen that asks for names. body: what tells this submission from another, without anything derived. private:
    what a page of ``survey.private`` gave.
    """

    answers: dict[str, Answer]
    names: dict[str, str] | None = None
    body: object = None
    private: Mapping[str, str] | None = None


def read_rows(raw: object) -> tuple[Row, ...]:
    """The rows of a list of names in whatever a form sent: pairs of id and name, names alone, or a text of lines.

    A name without letters is nobody; a tie that is there twice counts once.
    """
    if isinstance(raw, str):
        raw = raw.splitlines()
    rows: list[Row] = []
    seen: set[str] = set()
    for entry in raw if isinstance(raw, Sequence) else ():
        tie, name = ("", entry) if isinstance(entry, str) else _pair(entry)
        name = " ".join(_CONTROL.sub(" ", name).split())[:LONGEST_NAME].strip()
        tie = tie if is_tie(tie) and tie not in seen else ""
        if name:
            rows.append((tie, name))
            seen.add(tie)
    return tuple(rows)


def _pair(entry: object) -> Row:
    if isinstance(entry, Sequence) and len(entry) == 2 and all(isinstance(part, str) for part in entry):
        return str(entry[0]), str(entry[1])
    return "", ""


def receive(
    instrument: Instrument,
    screen: Screen,
    raw: Mapping[str, object],
    answers: Answers,
    seed: int,
    names: Mapping[str, str],
) -> Received:
    """What a screen's submission adds to what was answered before.

    raw: what the form sent, by name. answers: the respondent's answers so far. names: tie to name, of everybody named
    so far; needed on a screen for names alone. Raises AnswerError for what cannot be an answer.
    """
    unknown = [ItemProblem(name, "invalid", "unknown_item") for name in raw if name not in screen.names]
    if unknown:
        raise AnswerError(tuple(unknown))
    if screen.kind == "names":
        return _named(instrument, screen, read_rows(raw.get(screen.names[0])), answers, seed, names)
    own: dict[str, Answer] = {}
    problems: list[ItemProblem] = []
    for name in screen.names:
        try:
            own[name] = read_one(instrument, screen, name, raw.get(name))
        except NotAllowed as error:
            problems.append(ItemProblem(name, "invalid", error.message_key, error.params))
    if problems:
        raise AnswerError(tuple(problems))
    derived = screen.covered(answers)
    if screen.kind == "still":
        derived[f"{screen.network}.before"] = screen.ties
    if screen.kind == "same":
        derived |= settle(screen.network, instrument.networks[screen.network], {**answers, **own}, seed)
    return Received({**own, **derived}, body=own)


def read_one(instrument: Instrument, screen: Screen, name: str, raw: object) -> Answer:
    """One answer of a screen that asks no items, in its type. Raises NotAllowed."""
    if screen.kind == "names":
        rows = read_rows(raw)
        most = instrument.networks[screen.network].generators[screen.generator].max
        if len(rows) > most:
            raise NotAllowed("too_many_names", max=most, given=len(rows))
        return tuple(name for _, name in rows) or Missing.SKIPPED
    if screen.kind in ("same", "still"):
        if raw in ("yes", "no"):
            return str(raw)
        if raw is None or raw == "" or isinstance(raw, Missing):
            return Missing.SKIPPED
        raise NotAllowed("unknown_choice", value=str(raw)[:40])
    return read_answer(level_format(instrument, screen.network), raw)


def _named(
    instrument: Instrument,
    screen: Screen,
    rows: tuple[Row, ...],
    answers: Answers,
    seed: int,
    names: Mapping[str, str],
) -> Received:
    network, name = instrument.networks[screen.network], screen.network
    most = network.generators[screen.generator].max
    if len(rows) > most:
        params = {"max": most, "given": len(rows)}
        raise AnswerError((ItemProblem(screen.names[0], "invalid", "too_many_names", params),))
    before = mentions(name, network, answers)
    own = canonical(name, before, answers)
    known = {*before, *own.values(), *carried.before(name, answers)}
    ties, last = _ids(rows, listed(name, screen.generator, answers), known, names, _last(answers, name, known))
    given: dict[str, Answer] = {screen.names[0]: ties, f"{name}.last": float(last)}
    kept = {tie: text for tie, text in names.items() if tie in known}
    for tie, (_, text) in zip(ties, rows, strict=True):
        # Who was confirmed to be the same is renamed as one.
        kept.update({other: text for other in before if own[other] == own.get(tie, tie)})
        kept[tie] = text
    after = {**answers, **given}
    now = set(mentions(name, network, after))
    kept = {tie: text for tie, text in kept.items() if tie in now}
    given[f"{name}.alike"] = tuple(f"{a}-{b}" for a, b in alike_pairs(kept))
    given.update(settle(name, network, {**answers, **given}, seed))
    return Received(given, kept, body=[list(row) for row in rows])


def _last(answers: Answers, name: str, known: set[str]) -> int:
    given = answers.get(f"{name}.last")
    return max([int(given) if isinstance(given, float) else 0, *map(number, known)])


def _ids(
    rows: tuple[Row, ...], here: tuple[str, ...], known: set[str], names: Mapping[str, str], last: int
) -> tuple[tuple[str, ...], int]:
    """The ties of a list, and the number of the newest.

    A row without an id is whoever bears this very name in this list already (a page sent again, a form without ids),
    else somebody new.
    """
    claimed = {tie for tie, _ in rows if tie in known}
    ties: list[str] = []
    for tie, name in rows:
        if tie not in known:
            tie = next((own for own in here if own not in claimed and names.get(own) == name), "")
        if not tie:
            last += 1
            tie = f"T{last}"
        claimed.add(tie)
        ties.append(tie)
    return tuple(ties), last
