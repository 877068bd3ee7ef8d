"""Looking up pages and screens by their ids, and what each asks."""

from __future__ import annotations

from survey import private
from survey.answers import Answers
from survey.instrument.model import Instrument, Page
from survey.instrument.once import once
from survey.network import screens as network
from survey.network.screens import Screen, with_own_words


def find_page(instrument: Instrument, page_id: str) -> Page:
    """The instrument's page of this id, also by the id of one of its screens; KeyError where there is none."""
    return _by_id(instrument)[page_of(page_id)]


@once
def _by_id(instrument: Instrument) -> dict[str, Page]:
    return {page.id: page for page in instrument.pages}


def page_of(page_id: str) -> str:
    """The id of the instrument's page that a screen belongs to: ``people`` for ``people.g1``."""
    return page_id.partition(".")[0]


def find_screen(instrument: Instrument, page_id: str, answers: Answers) -> Screen | None:
    """The screen of a network page, or None for a page of its own. KeyError where there is none such now."""
    page = find_page(instrument, page_id)
    if page_id == page.id:
        return None
    for screen in network.screens(instrument, page, answers):
        if screen.id == page_id:
            return screen
    raise KeyError(page_id)


def names_on(instrument: Instrument, page: Page) -> tuple[str, ...]:
    """The names of the answers that a page gives by itself: its consent (named as the page) and its items.

    An item with a choice for the respondent's own words is followed by these, ``ITEM.other_text``.
    """
    if page.code or page.nominate is not None:
        return private.names_of(page)
    named = with_own_words(instrument)
    consent = (page.id,) if page.type == "consent" else ()
    return consent + tuple(name for item in page.items for name in named[item])


def screens_of(instrument: Instrument, page: Page, answers: Answers) -> tuple[Screen, ...]:
    """The screens of a network page, in order; () for any other page."""
    return network.screens(instrument, page, answers)


def asked_on(instrument: Instrument, page_id: str, answers: Answers) -> tuple[str, ...]:
    """The names of all answers that a page or screen asks for. KeyError where there is none such now."""
    screen = find_screen(instrument, page_id, answers)
    return names_on(instrument, find_page(instrument, page_id)) if screen is None else screen.names
