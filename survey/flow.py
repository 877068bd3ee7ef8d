"""The flow of pages: pure functions from (instrument, answers so far, seed) to what comes next.

What is called a page here is what a respondent sees at a time: a page of the instrument, or one screen of a page that
asks about a network (``PAGE.g1``, ``PAGE.between``; see ``survey.network.screens``). A page is *shown* while its
``show_if`` holds for the answers on shown pages before it; answers on hidden pages are kept in the log, count as
unanswered, and come back with their page. A page is *submitted* once the respondent has sent it. A feedback page closes
the questionnaire and is never submitted.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from survey import standing as ends
from survey.answers import Answer as Answer
from survey.answers import Answers as Answers
from survey.answers import ItemProblem as ItemProblem
from survey.instrument.expressions import Expression, parse
from survey.instrument.model import Instrument, Page
from survey.network import screens as network
from survey.network.screens import Screen as Screen
from survey.order import items_in_order
from survey.pages import asked_on as asked_on
from survey.pages import find_page as find_page
from survey.pages import find_screen as find_screen
from survey.pages import names_on as names_on
from survey.pages import page_of as page_of
from survey.pages import screens_of as screens_of
from survey.private import ROLE
from survey.reading import OWN_WORDS as OWN_WORDS
from survey.reading import may_decline as may_decline
from survey.reading import normalise as normalise
from survey.reading import picked as picked
from survey.reading import problems_of as problems_of
from survey.reading import take_in as take_in
from survey.standing import Closing as Closing
from survey.standing import Standing as Standing
from survey.waves import WAVE


def deciding(instrument: Instrument) -> tuple[str, ...]:
    """The names of the answers on which it depends what pages are shown: those in conditions, every consent, and who
    was named and is asked about in a network.

    Who gave these alike, and sent the same pages, stands at the same place: whoever looks at thousands works it out
    once for all of them.
    """
    conditions = [_expression(page.show_if) for page in instrument.pages if page.show_if is not None]
    named = {name for condition in conditions for name in condition.names} | ends.deciding(instrument)
    people = (name for page in instrument.pages for name in network.deciding(instrument, page))
    named |= {ROLE} if any(page.nominate is not None for page in instrument.pages) else set()
    return (*sorted(named), *(page.id for page in instrument.pages if page.type == "consent"), *people)


def pages_of_answers(instrument: Instrument, names: AbstractSet[str]) -> tuple[str, ...]:
    """The pages and screens whose submissions hold the answers of these names, those that decide among them."""
    found: list[str] = []
    for page in instrument.pages:
        found += [page.id] if names & set(names_on(instrument, page)) or page.network is not None else []
        found += network.deciding_screens(instrument, page)
    return tuple(found)


def item_order(instrument: Instrument, page_id: str, seed: int, answers: Answers | None = None) -> tuple[str, ...]:
    """The items of a page in the order that this respondent meets them, the same on every visit and machine.

    Of a screen about people: its questions about each, by the names of their answers; ``answers`` says about whom.
    """
    page = find_page(instrument, page_id)
    if page_id != page.id:
        screen = find_screen(instrument, page_id, answers or {})
        about = screen is not None and screen.kind == "about"
        return tuple(n for n in screen.names if n.count(".") == 2) if screen is not None and about else ()
    return items_in_order(page, seed)


def closing(instrument: Instrument, answers: Answers) -> Closing | None:
    """The early end at which a respondent has come, or None: they were screened out, or a quota is full."""
    return _walk(instrument, answers).early


def standing(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> Standing:
    """Where a respondent stands; whoever was closed out neither completed nor left."""
    return way(instrument, answers, submitted).standing


@dataclass(frozen=True)
class Way:
    """How far a respondent has come: the pages shown, where they stand, the first page still open (None where none is),
    and the page before them, which is a feedback page or the last one where nothing is open."""

    shown: tuple[str, ...]
    standing: Standing
    open: str | None
    before: str


def way(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> Way:
    """All of it in one walk, for whoever looks at thousands."""
    walk = _walk(instrument, answers)
    still_open = _open_page(instrument, walk, answers, submitted)
    before = still_open or _feedback(instrument, walk) or walk.shown[-1]
    if any(_refused(page, answers) for page in instrument.pages):
        return Way(walk.shown, "declined", still_open, before)
    if walk.early is not None:
        return Way(walk.shown, walk.early.kind, still_open, before)
    done = bool(submitted) and still_open is None
    return Way(walk.shown, "completed" if done else "open", still_open, before)


def relevant(instrument: Instrument, answers: Answers) -> dict[str, Answer]:
    """The answers on pages that are shown now; those on hidden pages count as unanswered, in cascade."""
    return _walk(instrument, answers).kept


def visible_pages(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """The pages that are shown now, feedback pages among them; nothing after a required consent that was refused."""
    return _walk(instrument, answers).shown


@dataclass(frozen=True)
class _Walk:
    """What one walk through the pages finds: what is shown, the answers that count, the early end, the screens."""

    shown: tuple[str, ...]
    kept: dict[str, Answer]
    early: Closing | None
    screens: dict[str, Screen]


def _walk(instrument: Instrument, answers: Answers) -> _Walk:
    shown: list[str] = []
    kept: dict[str, Answer] = {}
    every: dict[str, Screen] = {}
    early = ends.closes_early(instrument)
    told: dict[str, Answer] = {WAVE: answers.get(WAVE, 1.0)}
    told |= {ROLE: answers[ROLE]} if ROLE in answers else {}
    for page in instrument.pages:
        if page.nominate is not None and told.get(ROLE) == page.nominate.role:
            continue  # who was nominated is not asked to nominate
        if page.show_if is not None and not _expression(page.show_if).holds({**told, **kept}):
            continue
        names = names_on(instrument, page)
        screens = network.screens(instrument, page, answers) if page.network is not None else ()
        if page.items or not screens:
            shown.append(page.id)
        if screens:
            every.update((screen.id, screen) for screen in screens)
            shown += [screen.id for screen in screens]
        if page.network is not None:
            names = (*names, *network.kept(instrument, page, screens, answers))
        kept.update((name, answers[name]) for name in names if name in answers)
        if _refused(page, answers):
            break
        if early and (end := ends.closing_at(instrument, page, names_on(instrument, page), kept, answers)) is not None:
            return _Walk(tuple(shown), kept, end, every)
    return _Walk(tuple(shown), kept, None, every)


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
    walk = _walk(instrument, answers)
    shown = walk.shown
    start = (-1,) if after is None else _place(instrument, after)
    following = next((page for page in shown if _place(instrument, page) > start), None)
    still_open = _open_page(instrument, walk, answers, submitted)
    if following is not None and still_open is not None and shown.index(still_open) < shown.index(following):
        return still_open
    return following


def _place(instrument: Instrument, page_id: str) -> tuple[int, ...]:
    """Where a page or screen stands, shown or not. KeyError where there is none such."""
    own = page_of(page_id)
    number = next((i for i, page in enumerate(instrument.pages) if page.id == own), None)
    if number is None:
        raise KeyError(page_id)
    return (number, *network.order_of(instrument, instrument.pages[number], page_id))


def knows(instrument: Instrument, page_id: str) -> bool:
    """Whether this is the id of a page or a screen that the instrument can have."""
    try:
        _place(instrument, page_id)
    except KeyError:
        return False
    return True


def was_sent(instrument: Instrument, page_id: str, answers: Answers, submitted: AbstractSet[str]) -> bool:
    """Whether all that a page asks was sent; a screen about people opens again where somebody new is to be asked of."""
    if page_id not in submitted:
        return False
    screen = find_screen(instrument, page_id, answers)
    return screen is None or screen.sent(answers)


def previous_page(
    instrument: Instrument, answers: Answers, submitted: AbstractSet[str], before: str | None
) -> str | None:
    """The page before ``before`` (None: the last submitted one), or None at the beginning."""
    shown = visible_pages(instrument, answers)
    if before is None:
        return next((page for page in reversed(shown) if was_sent(instrument, page, answers, submitted)), None)
    place = _place(instrument, before)
    return next((page for page in reversed(shown) if _place(instrument, page) < place), None)


def first_open(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> str | None:
    """Where a respondent who comes back goes on: the first shown page not submitted, else the feedback page."""
    walk = _walk(instrument, answers)
    return _open_page(instrument, walk, answers, submitted) or _feedback(instrument, walk)


def _feedback(instrument: Instrument, walk: _Walk) -> str | None:
    return next((page for page in reversed(walk.shown) if find_page(instrument, page).type == "feedback"), None)


def _open_page(instrument: Instrument, walk: _Walk, answers: Answers, submitted: AbstractSet[str]) -> str | None:
    for page_id in walk.shown:
        if page_id in submitted and (page_id not in walk.screens or walk.screens[page_id].sent(answers)):
            continue
        if find_page(instrument, page_id).type != "feedback":
            return page_id
    return None


def completed(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> bool:
    """Whether every shown page was submitted (feedback needs no submission) and consent was not refused.

    Completion is this fold of the log, never a flag of its own: the last page that was sent completes a response.
    """
    return way(instrument, answers, submitted).standing == "completed"


def progress(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> float:
    """How far the first open page lies into the questionnaire, 0 to 1, by numbers of items.

    Pages that are hidden count as passed, so that the share never falls while a respondent goes forward.
    """
    asked = [page for page in instrument.pages if page.type != "feedback"]
    weights = [max(1, len(names_on(instrument, page)) + network.weight(instrument, page)) for page in asked]
    still_open = _open_page(instrument, _walk(instrument, answers), answers, submitted)
    if still_open is None or not weights:
        return 1.0
    number = [page.id for page in asked].index(page_of(still_open))
    shown = network.screens(instrument, asked[number], answers)
    within = network.share_done(instrument, asked[number], shown, still_open, answers)
    return (sum(weights[:number]) + within * weights[number]) / sum(weights)
