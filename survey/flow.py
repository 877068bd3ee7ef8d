"""The flow of pages: pure functions from (instrument, answers so far, seed) to what comes next.

A page is *shown* while its ``show_if`` holds for the answers on shown pages before it; answers on hidden pages are
kept in the log, count as unanswered, and come back with their page. A page is *submitted* once the respondent has
sent it. A feedback page closes the questionnaire and is never submitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from survey.answers import OFFERED, NotAllowed, declined, read_answer, unanswered
from survey.answers import Answer as Answer
from survey.answers import Answers as Answers
from survey.answers import ItemProblem as ItemProblem
from survey.dataset.missing import Missing
from survey.errors import AnswerError
from survey.instrument.expressions import Expression, parse
from survey.instrument.formats import OTHER_TEXT, ChoiceFormat, FreeText, Likert, Rank, other_text, specified
from survey.instrument.model import Format, Instrument, Number, Page
from survey.order import items_in_order

OWN_WORDS = FreeText(type="text", max_length=500, lines=1)
"""How the words beside a choice are answered."""


def find_page(instrument: Instrument, page_id: str) -> Page:
    """The page of this id; KeyError where there is none."""
    for page in instrument.pages:
        if page.id == page_id:
            return page
    raise KeyError(page_id)


def network_counts(instrument: Instrument, page: Page) -> dict[str, str]:
    """What a page asks of the respondent's network in this version: how many people each generator named.

    A map of generator to the name of its count among the answers, ``NETWORK.GENERATOR``. The names themselves are
    never answers: they lie apart, encrypted. Whoever widens what a network page asks, widens this.
    """
    if page.network is None:
        return {}
    return {generator: f"{page.network}.{generator}" for generator in instrument.networks[page.network].generators}


def names_on(instrument: Instrument, page: Page) -> tuple[str, ...]:
    """The names of all answers that a page gives: its consent (named as the page), its items, its network's counts.

    An item with a choice for the respondent's own words is followed by these, ``ITEM.other_text``.
    """
    consent = (page.id,) if page.type == "consent" else ()
    own = {other_text(item): item for item in page.items if specified(instrument.format_of(item)) is not None}
    items = tuple(name for item in page.items for name in (item, other_text(item)) if name == item or name in own)
    return consent + items + tuple(network_counts(instrument, page).values())


def deciding(instrument: Instrument) -> tuple[str, ...]:
    """The names of the answers on which it depends what pages are shown: those in conditions, and every consent.

    Who gave these alike, and sent the same pages, stands at the same place: whoever looks at thousands works it out
    once for all of them.
    """
    conditions = [_expression(page.show_if) for page in instrument.pages if page.show_if is not None]
    named = {name for condition in conditions for name in condition.names}
    return (*sorted(named), *(page.id for page in instrument.pages if page.type == "consent"))


def item_order(instrument: Instrument, page_id: str, seed: int) -> tuple[str, ...]:
    """The items of a page in the order that this respondent meets them, the same on every visit and machine."""
    return items_in_order(find_page(instrument, page_id), seed)


def relevant(instrument: Instrument, answers: Answers) -> dict[str, Answer]:
    """The answers on pages that are shown now; those on hidden pages count as unanswered, in cascade."""
    return _walk(instrument, answers)[1]


def visible_pages(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """The pages that are shown now, feedback pages among them; nothing after a required consent that was refused."""
    return _walk(instrument, answers)[0]


def _walk(instrument: Instrument, answers: Answers) -> tuple[tuple[str, ...], dict[str, Answer]]:
    shown: list[str] = []
    kept: dict[str, Answer] = {}
    for page in instrument.pages:
        if page.show_if is not None and not _expression(page.show_if).holds(kept):
            continue
        shown.append(page.id)
        kept.update((name, answers[name]) for name in names_on(instrument, page) if name in answers)
        if _refused(page, answers):
            break
    return tuple(shown), kept


@lru_cache(maxsize=4096)
def _expression(text: str) -> Expression:
    return parse(text)


def _refused(page: Page, answers: Answers) -> bool:
    return page.type == "consent" and page.required and answers.get(page.id, "yes") != "yes"


def consented(instrument: Instrument, answers: Answers) -> bool:
    """Whether every consent page that is required was answered with yes; True where none is."""
    return all(answers.get(p.id) == "yes" for p in instrument.pages if p.type == "consent" and p.required)


def next_page(instrument: Instrument, answers: Answers, submitted: AbstractSet[str], after: str | None) -> str | None:
    """The page to show after ``after`` (None: the first); never one that lies behind a page still open.

    None where the questionnaire ends: no page is left, or consent was refused.
    """
    shown = visible_pages(instrument, answers)
    place = {page.id: i for i, page in enumerate(instrument.pages)}
    start = -1 if after is None else place[after]
    following = next((page for page in shown if place[page] > start), None)
    still_open = _open_page(instrument, shown, submitted)
    if following is not None and still_open is not None and place[still_open] < place[following]:
        return still_open
    return following


def previous_page(
    instrument: Instrument, answers: Answers, submitted: AbstractSet[str], before: str | None
) -> str | None:
    """The page before ``before`` (None: the last submitted one), or None at the beginning."""
    shown = visible_pages(instrument, answers)
    if before is None:
        return next((page for page in reversed(shown) if page in submitted), None)
    place = {page.id: i for i, page in enumerate(instrument.pages)}
    return next((page for page in reversed(shown) if place[page] < place[before]), None)


def first_open(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> str | None:
    """Where a respondent who comes back goes on: the first shown page not submitted, else the feedback page."""
    shown = visible_pages(instrument, answers)
    still_open = _open_page(instrument, shown, submitted)
    if still_open is not None:
        return still_open
    return next((page for page in reversed(shown) if find_page(instrument, page).type == "feedback"), None)


def _open_page(instrument: Instrument, shown: tuple[str, ...], submitted: AbstractSet[str]) -> str | None:
    return next((p for p in shown if p not in submitted and find_page(instrument, p).type != "feedback"), None)


def completed(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> bool:
    """Whether every shown page was submitted (feedback needs no submission) and consent was not refused.

    Completion is this fold of the log, never a flag of its own: the last page that was sent completes a response.
    """
    shown = visible_pages(instrument, answers)
    if not submitted or any(_refused(page, answers) for page in instrument.pages):
        return False
    return _open_page(instrument, shown, submitted) is None


def progress(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> float:
    """How far the first open page lies into the questionnaire, 0 to 1, by numbers of items.

    Pages that are hidden count as passed, so that the share never falls while a respondent goes forward.
    """
    asked = [page for page in instrument.pages if page.type != "feedback"]
    weights = [max(1, len(names_on(instrument, page))) for page in asked]
    still_open = _open_page(instrument, visible_pages(instrument, answers), submitted)
    if still_open is None or not weights:
        return 1.0
    return sum(weights[: [page.id for page in asked].index(still_open)]) / sum(weights)


def problems_of(instrument: Instrument, page_id: str, given: Mapping[str, object]) -> tuple[ItemProblem, ...]:
    """What stands in the way of going on from a page, in the order of its items.

    'invalid': the format does not allow the value; 'required': must be answered; 'asked': unanswered where the page
    asks softly, so the respondent is asked once and may go on. ``given`` holds raw values or answers.
    """
    page = find_page(instrument, page_id)
    answers, invalid = _read_all(instrument, page, given)
    problems: list[ItemProblem] = []
    for name in names_on(instrument, page):
        if name in invalid:
            problems.append(invalid[name])
        elif answers[name] is Missing.SKIPPED:
            problems += _left_out(instrument, page, name, bool(given.get(name)))
    return tuple(problems)


def _left_out(instrument: Instrument, page: Page, name: str, begun: bool) -> list[ItemProblem]:
    """What a page says of an answer that was left out; ``begun``: of a ranking, some but not all have a place."""
    if page.type == "consent" and name == page.id:
        return [ItemProblem(name, "required", "consent_needed")]
    hard = page.require == "hard" or (page.required and page.type != "consent")
    if begun and isinstance(_format(instrument, page, name), Rank):
        return [ItemProblem(name, "required" if hard else "asked", "rank_whole" if hard else "rank_partial")]
    own_words = name.partition(".")[2] == OTHER_TEXT
    if hard:
        return [ItemProblem(name, "required", "say_what" if own_words else "required")]
    return [ItemProblem(name, "asked", "asked")] if page.require == "soft" else []


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
    fmt = _format(instrument, page, name)
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


def _format(instrument: Instrument, page: Page, name: str) -> Format:
    for generator, count in network_counts(instrument, page).items():
        if count == name and page.network is not None:
            most = instrument.networks[page.network].generators[generator].max
            return Number(type="number", min=0, max=most, integer=True)
    item, _, part = name.partition(".")
    return OWN_WORDS if part == OTHER_TEXT else instrument.format_of(item)


def read_names(text: str, most: int) -> tuple[str, ...]:
    """The names of people in a text, one a line; the same name twice is one person. Raises AnswerError above ``most``.

    ``most`` is the generator's ``max``.
    """
    names: dict[str, str] = {}
    for line in text.splitlines():
        name = " ".join(line.split())[:80]
        if name:
            names.setdefault(name.casefold(), name)
    if len(names) > most:
        raise AnswerError((ItemProblem("names", "invalid", "too_many_names", {"max": most, "given": len(names)}),))
    return tuple(names.values())
