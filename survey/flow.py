"""The flow of pages: pure functions from (instrument, answers so far, seed) to what comes next.

What is called a page here is what a respondent sees at a time: a page of the instrument, or one screen of a page that
asks about a network (``PAGE.g1``, ``PAGE.between``; see ``survey.network.screens``). A page is *shown* while its
``show_if`` holds for the answers on shown pages before it; answers on hidden pages are kept in the log, count as
unanswered, and come back with their page. A page is *submitted* once the respondent has sent it. A feedback page closes
the questionnaire and is never submitted.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from survey import standing as ends
from survey.answers import Answer as Answer
from survey.answers import Answers as Answers
from survey.answers import ItemProblem as ItemProblem
from survey.instrument.expressions import Expression
from survey.instrument.model import Instrument, Page
from survey.instrument.once import once
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
    conditions = [condition for _, _, condition in _steps(instrument) if condition is not None]
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


@dataclass(frozen=True)
class Way:
    """A respondent's way through the pages: what one walk through them finds, and what follows from it.

    shown: the pages and screens that are shown now, feedback pages among them; nothing after a required consent that
    was refused, or after an early end. kept: the answers on these; those on hidden pages count as unanswered, in
    cascade. early: the early end at which the respondent has come (screened out, or a quota is full), or None.
    screens: those of networks, by their ids.
    """

    instrument: Instrument
    answers: dict[str, Answer]
    submitted: AbstractSet[str]
    shown: tuple[str, ...]
    kept: dict[str, Answer]
    early: Closing | None
    screens: dict[str, Screen]

    @cached_property
    def open(self) -> str | None:
        """The first page still open; None where none is."""
        for page in self.shown:
            if not self.sent(page) and find_page(self.instrument, page).type != "feedback":
                return page
        return None

    @cached_property
    def first(self) -> str | None:
        """Where a respondent who comes back goes on: the first page still open, else the feedback page."""
        return self.open or self._feedback

    @property
    def _feedback(self) -> str | None:
        kinds = ((page, find_page(self.instrument, page).type) for page in reversed(self.shown))
        return next((page for page, kind in kinds if kind == "feedback"), None)

    @property
    def before(self) -> str:
        """The page at which they stand: the open one, else a feedback page, else the last one."""
        return self.first or self.shown[-1]

    @cached_property
    def standing(self) -> Standing:
        """Where the respondent stands; whoever was closed out neither completed nor left.

        Completion is this fold of the log, never a flag of its own: the last page that was sent completes a response.
        """
        if any(_refused(page, self.answers) for page in _consents(self.instrument)):
            return "declined"
        if self.early is not None:
            return self.early.kind
        return "completed" if self.submitted and self.open is None else "open"

    def sent(self, page: str) -> bool:
        """Whether all that a page asks was sent; a screen about people opens again where somebody new is asked of."""
        return page in self.submitted and (page not in self.screens or self.screens[page].sent(self.answers))

    def having_sent(self, page: str) -> Way:
        """The way once a page is sent that changes no answer."""
        return replace(self, submitted={*self.submitted, page})

    def next(self, after: str | None) -> str | None:
        """The page to show after ``after`` (None: the first); never one that lies behind a page still open.

        None where the questionnaire ends: no page is left, or consent was refused.
        """
        start = (-1,) if after is None else _place(self.instrument, after)
        following = next((page for page in self.shown if _place(self.instrument, page) > start), None)
        behind = following is not None and self.open is not None
        return self.open if behind and self.shown.index(self.open) < self.shown.index(following) else following

    def previous(self, before: str | None) -> str | None:
        """The page before ``before`` (None: the last submitted one), or None at the beginning."""
        if before is None:
            return next((page for page in reversed(self.shown) if self.sent(page)), None)
        place = _place(self.instrument, before)
        return next((page for page in reversed(self.shown) if _place(self.instrument, page) < place), None)

    @property
    def progress(self) -> float:
        """How far the first open page lies into the questionnaire, 0 to 1, by numbers of items.

        Pages that are hidden count as passed, so that the share never falls while a respondent goes forward.
        """
        weights, own = _weights(self.instrument), page_of(self.open or "")
        if own not in weights:
            return 1.0
        passed = sum(weights[page] for page in takewhile(own.__ne__, weights))
        page = find_page(self.instrument, own)
        screens = [screen for screen in self.screens.values() if screen.page == own]
        within = network.share_done(self.instrument, page, screens, str(self.open), self.answers)
        return (passed + within * weights[own]) / sum(weights.values())


def way(instrument: Instrument, answers: Answers, submitted: AbstractSet[str] = frozenset()) -> Way:
    """Walk through the pages with these answers; whoever looks at thousands, or asks several things, walks once."""
    shown: list[str] = []
    kept: dict[str, Answer] = {}
    every: dict[str, Screen] = {}
    early: Closing | None = None
    ends_early = ends.closes_early(instrument)
    told: dict[str, Answer] = {WAVE: answers.get(WAVE, 1.0)}
    told |= {ROLE: answers[ROLE]} if ROLE in answers else {}
    known = ChainMap(kept, told)
    for page, names, condition in _steps(instrument):
        if page.nominate is not None and told.get(ROLE) == page.nominate.role:
            continue  # who was nominated is not asked to nominate
        if condition is not None and not condition.holds(known):
            continue
        screens = network.screens(instrument, page, answers) if page.network is not None else ()
        if page.items or not screens:
            shown.append(page.id)
        kept.update(_answered(names, answers))
        if page.network is not None:
            shown += [screen.id for screen in screens]
            every.update((screen.id, screen) for screen in screens)
            kept.update(_answered(network.kept(instrument, page, screens, answers), answers))
        if _refused(page, answers):
            break
        if ends_early and (early := ends.closing_at(instrument, page, names, kept, answers)) is not None:
            break
    return Way(instrument, dict(answers), submitted, tuple(shown), kept, early, every)


def _answered(names: Iterable[str], answers: Answers) -> dict[str, Answer]:
    return {name: answers[name] for name in names if name in answers}


@once
def _steps(instrument: Instrument) -> tuple[tuple[Page, tuple[str, ...], Expression | None], ...]:
    """Each page with the names of its answers and its condition."""
    return tuple(
        (page, names_on(instrument, page), None if page.show_if is None else ends.expression(page.show_if))
        for page in instrument.pages
    )


@once
def _consents(instrument: Instrument) -> tuple[Page, ...]:
    """The pages without whose consent nobody goes on."""
    return tuple(page for page in instrument.pages if page.type == "consent" and page.required)


@once
def _weights(instrument: Instrument) -> dict[str, int]:
    """About how many answers each page asks for, in the order of the pages; feedback asks for none."""
    return {
        page.id: max(1, len(names) + network.weight(instrument, page))
        for page, names, _ in _steps(instrument)
        if page.type != "feedback"
    }


def closing(instrument: Instrument, answers: Answers) -> Closing | None:
    """``Way.early`` for these answers."""
    return way(instrument, answers).early


def standing(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> Standing:
    """``Way.standing`` for these answers and pages."""
    return way(instrument, answers, submitted).standing


def completed(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> bool:
    """Whether every shown page was submitted (feedback needs no submission) and consent was not refused."""
    return standing(instrument, answers, submitted) == "completed"


def relevant(instrument: Instrument, answers: Answers) -> dict[str, Answer]:
    """``Way.kept`` for these answers."""
    return way(instrument, answers).kept


def visible_pages(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    """``Way.shown`` for these answers."""
    return way(instrument, answers).shown


def next_page(instrument: Instrument, answers: Answers, submitted: AbstractSet[str], after: str | None) -> str | None:
    """``Way.next`` for these answers and pages."""
    return way(instrument, answers, submitted).next(after)


def previous_page(
    instrument: Instrument, answers: Answers, submitted: AbstractSet[str], before: str | None
) -> str | None:
    """``Way.previous`` for these answers and pages."""
    return way(instrument, answers, submitted).previous(before)


def first_open(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> str | None:
    """``Way.first`` for these answers and pages."""
    return way(instrument, answers, submitted).first


def progress(instrument: Instrument, answers: Answers, submitted: AbstractSet[str]) -> float:
    """``Way.progress`` for these answers and pages."""
    return way(instrument, answers, submitted).progress


def _refused(page: Page, answers: Answers) -> bool:
    return page.required and page.type == "consent" and answers.get(page.id, "yes") != "yes"


def consented(instrument: Instrument, answers: Answers) -> bool:
    """Whether every consent page that is required was answered with yes; True where none is."""
    return all(answers.get(page.id) == "yes" for page in _consents(instrument))


def _place(instrument: Instrument, page_id: str) -> tuple[int, ...]:
    """Where a page or screen stands, shown or not. KeyError where there is none such."""
    own = page_of(page_id)
    number = _numbers(instrument)[own]
    return (number,) if own == page_id else (number, *network.order_of(instrument, instrument.pages[number], page_id))


@once
def _numbers(instrument: Instrument) -> dict[str, int]:
    return {page.id: number for number, page in enumerate(instrument.pages)}


def knows(instrument: Instrument, page_id: str) -> bool:
    """Whether this is the id of a page or a screen that the instrument can have."""
    try:
        _place(instrument, page_id)
    except KeyError:
        return False
    return True
