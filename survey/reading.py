"""What a page's submission says: its answers in their types, what stands in the way of going on, and what it adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from survey import private
from survey.answers import OFFERED, Answer, Answers, ItemProblem, NotAllowed, declined, read_answer, unanswered
from survey.dataset.missing import Missing
from survey.errors import AnswerError
from survey.instrument.formats import OTHER_TEXT, ChoiceFormat, FreeText, Likert, Rank, other_text, specified
from survey.instrument.model import Format, Instrument, Page
from survey.network.receive import Received, read_one, receive
from survey.network.screens import Screen
from survey.pages import find_page, find_screen, names_on

OWN_WORDS = FreeText(type="text", max_length=500, lines=1)
"""How the words beside a choice are answered."""


def problems_of(
    instrument: Instrument, page_id: str, given: Mapping[str, object], answers: Answers | None = None
) -> tuple[ItemProblem, ...]:
    """What stands in the way of going on from a page, in the order of its items.

    'invalid': the format does not allow the value; 'required': must be answered; 'asked': unanswered where the page
    asks softly, so the respondent is asked once and may go on. ``given`` holds raw values or answers, ``answers``
    what was answered so far, on which it depends what the screens of a network ask.
    """
    page = find_page(instrument, page_id)
    screen = find_screen(instrument, page_id, answers or {})
    if screen is None and page.type in private.TYPES:
        return _private_problems(page, given, answers or {})
    if screen is None:
        return _problems(instrument, page, given)
    if screen.kind == "about":
        parts = [(tie, _problems(instrument, own, raw)) for tie, own, raw in _of_each(page, screen, given)]
        return tuple(replace(p, item=f"{screen.network}.{tie}.{p.item}") for tie, found in parts for p in found)
    problems: list[ItemProblem] = []
    for name in screen.names:
        try:
            answer = read_one(instrument, screen, name, given.get(name))
        except NotAllowed as error:
            problems.append(ItemProblem(name, "invalid", error.message_key, error.params))
            continue
        # Nobody need have anyone to name; and whether two are the same person is always asked once more.
        soft = screen.kind in ("same", "still") or (screen.kind == "names" and page.require == "hard")
        if answer is Missing.SKIPPED:
            problems += _left_out(
                instrument, page.model_copy(update={"require": "soft"}) if soft else page, name, False
            )
    return tuple(problems)


def _private_problems(page: Page, raw: Mapping[str, object], answers: Answers) -> tuple[ItemProblem, ...]:
    given, wrong = private.read_all(page, raw)
    lacking = [ItemProblem(name, "required", "code_whole") for name in private.missing(page, given, wrong)]
    if not given and not wrong and answers.get(page.id) != "yes" and page.require != "none":
        kind: Literal["required", "asked"] = "required" if page.require == "hard" else "asked"
        return tuple(ItemProblem(name, kind, kind) for name in private.names_of(page))
    return (*wrong.values(), *lacking)


def _problems(instrument: Instrument, page: Page, given: Mapping[str, object]) -> tuple[ItemProblem, ...]:
    answers, invalid = _read_all(instrument, page, given)
    problems: list[ItemProblem] = []
    for name in names_on(instrument, page):
        if name in invalid:
            problems.append(invalid[name])
        elif answers[name] is Missing.SKIPPED:
            problems += _left_out(instrument, page, name, bool(given.get(name)))
    return tuple(problems)


def _of_each(page: Page, screen: Screen, raw: Mapping[str, object]) -> list[tuple[str, Page, dict[str, object]]]:
    """Of a screen about people, what was sent about each, as if each had a page of their own."""
    own = page.model_copy(update={"items": screen.items, "network": None})
    parts: list[tuple[str, Page, dict[str, object]]] = []
    for tie in screen.ties:
        prefix = f"{screen.network}.{tie}."
        parts.append((tie, own, {n.removeprefix(prefix): value for n, value in raw.items() if n.startswith(prefix)}))
    return parts


def _left_out(instrument: Instrument, page: Page, name: str, begun: bool) -> list[ItemProblem]:
    """What a page says of an answer that was left out; ``begun``: of a ranking, some but not all have a place."""
    if page.type == "consent" and name == page.id:
        return [ItemProblem(name, "required", "consent_needed")]
    hard = page.require == "hard" or (page.required and page.type != "consent")
    if begun and isinstance(_format(instrument, name), Rank):
        return [ItemProblem(name, "required" if hard else "asked", "rank_whole" if hard else "rank_partial")]
    own_words = name.partition(".")[2] == OTHER_TEXT
    if hard:
        return [ItemProblem(name, "required", "say_what" if own_words else "required")]
    return [ItemProblem(name, "asked", "asked")] if page.require == "soft" else []


def take_in(
    instrument: Instrument,
    page_id: str,
    raw: Mapping[str, object],
    answers: Answers,
    seed: int,
    names: Mapping[str, str],
) -> Received:
    """What the submission of a page or screen adds: the answers of ``normalise``, of a network's screen also what
    follows from them, and names of people to keep apart.

    answers: what was answered so far. names: tie to name, of the people named so far. Raises AnswerError, and KeyError
    where there is no such page or screen now.
    """
    screen = find_screen(instrument, page_id, answers)
    page = find_page(instrument, page_id)
    if screen is not None and screen.kind != "about":
        return receive(instrument, screen, raw, answers, seed, names)
    if screen is None and page.type in private.TYPES:
        return _take_private(page, raw, answers)
    if screen is None:
        own = normalise(instrument, page_id, raw)
        return Received(own, body=own)
    about: dict[str, Answer] = {}
    problems = [ItemProblem(name, "invalid", "unknown_item") for name in raw if name not in screen.names]
    for tie, part, given in _of_each(page, screen, raw):
        prefix = f"{screen.network}.{tie}."
        read, invalid = _read_all(instrument, part, given)
        about.update({f"{prefix}{name}": answer for name, answer in read.items()})
        problems += [replace(problem, item=f"{prefix}{problem.item}") for problem in invalid.values()]
    if problems:
        raise AnswerError(tuple(problems))
    return Received({**about, **screen.covered(answers)}, body=about)


def _take_private(page: Page, raw: Mapping[str, object], answers: Answers) -> Received:
    given, wrong = private.read_all(page, raw)
    unknown = [ItemProblem(name, "invalid", "unknown_item") for name in raw if name not in private.names_of(page)]
    lacking = [ItemProblem(name, "required", "code_whole") for name in private.missing(page, given, wrong)]
    if unknown or wrong or lacking:
        raise AnswerError((*unknown, *wrong.values(), *lacking))
    if not given and answers.get(page.id) == "yes":  # what was given before is not shown again, and stays
        return Received({page.id: "yes"}, body={})
    return Received({page.id: private.logged(page, given)}, body=given, private=given)


def normalise(instrument: Instrument, page_id: str, raw: Mapping[str, object]) -> dict[str, Answer]:
    """The answers of a page in their types, one for each of its items; what was not given is ``Missing.SKIPPED``.

    Raises AnswerError with every value that its format does not allow, and every name that the page does not ask.
    """
    page = find_page(instrument, page_id)
    names = names_on(instrument, page)
    answers, invalid = _read_all(instrument, page, raw)
    unknown = [ItemProblem(name, "invalid", "unknown_item") for name in raw if name not in names]
    if unknown or invalid:
        raise AnswerError((*unknown, *invalid.values()))
    return answers


def _read_all(
    instrument: Instrument, page: Page, raw: Mapping[str, object]
) -> tuple[dict[str, Answer], dict[str, ItemProblem]]:
    """The answers of a page in their types, and what its formats do not allow, each by name."""
    answers: dict[str, Answer] = {}
    invalid: dict[str, ItemProblem] = {}
    for name in names_on(instrument, page):
        try:
            answers[name] = _read(instrument, page, name, raw.get(name))
        except NotAllowed as error:
            invalid[name] = ItemProblem(name, "invalid", error.message_key, error.params)
    for item in page.items:
        code = specified(instrument.format_of(item))
        # The line for one's own words was not there unless its choice was picked.
        if code is not None and (item in invalid or not picked(answers[item], code)):
            invalid.pop(other_text(item), None)
            answers[other_text(item)] = Missing.NOT_SHOWN
    return answers, invalid


def picked(answer: Answer, code: str) -> bool:
    """Whether an answer is this choice, or holds it among others."""
    return answer == code if isinstance(answer, str) else isinstance(answer, tuple) and code in answer


def _read(instrument: Instrument, page: Page, name: str, raw: object) -> Answer:
    if page.type == "consent" and name == page.id:
        if unanswered(raw) or raw in ("yes", "no"):
            return Missing.SKIPPED if unanswered(raw) else str(raw)
        raise NotAllowed("unknown_choice", value=str(raw)[:40])
    fmt = _format(instrument, name)
    if isinstance(raw, Mapping) or (declined(raw) and isinstance(fmt, Likert | ChoiceFormat)):
        if (kind := declined(raw)) is None or kind not in may_decline(instrument, page, name):
            raise NotAllowed("unknown_choice", value=str(raw)[:40])
        return kind
    return read_answer(fmt, raw)


def may_decline(instrument: Instrument, page: Page, name: str) -> tuple[Missing, ...]:
    """The ways not to answer that an item on a page offers: it prefers not to, or the question does not apply."""
    item = instrument.items.get(name)
    if item is None:
        return ()
    offered = (item.refusable or page.refusable, item.does_not_apply or page.does_not_apply)
    return tuple(kind for kind, offers in zip(OFFERED, offered, strict=True) if offers)


def _format(instrument: Instrument, name: str) -> Format:
    item, _, part = name.partition(".")
    return OWN_WORDS if part == OTHER_TEXT else instrument.format_of(item)
