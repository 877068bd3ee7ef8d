"""Pages whose answers are kept apart: what they ask, what may stand there, and what alone the log gets of it.

A code's letters and digits leave no trace but keyed hashes; an address goes to the contacts. The log holds whether
something was given: ``PAGE`` to 'yes', or skipped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from survey.answers import Answer, ItemProblem, NotAllowed, unanswered
from survey.dataset.missing import Missing
from survey.errors import MailError
from survey.instrument.model import Instrument, Page
from survey.mail.address import read_address

ROLE = "role"
"""The field that says what somebody is in their pair; in ``show_if`` as well."""
TYPES = ("code", "nomination")
Private = dict[str, str]
"""What a page gave, by name, in the form in which it counts; never for the log."""


def names_of(page: Page) -> tuple[str, ...]:
    """The names of what such a page asks for; () for any other page."""
    if page.code:
        return tuple(f"{page.id}.{number}" for number in range(1, len(page.code) + 1))
    if page.nominate is None or (page.nominate.invite == "never" and page.nominate.by == "link"):
        return ()
    return (f"{page.id}.{'address' if page.nominate.by == 'email' else 'handed_on'}",)


def read_private(page: Page, name: str, raw: object) -> str:
    """What was given under a name, in the form in which it counts; '' for nothing. Raises NotAllowed."""
    if unanswered(raw) or raw is None:
        return ""
    text = " ".join(str(raw).split())
    if page.code:
        part = page.code[int(name.rpartition(".")[2]) - 1]
        return _part(text, part.letters, part.digits)
    if name.endswith(".handed_on"):
        if text not in ("yes", "no"):
            raise NotAllowed("unknown_choice", value=text[:40])
        return text
    try:
        return read_address(text) if text else ""
    except MailError:
        raise NotAllowed("not_an_address") from None


def _part(text: str, letters: int | None, digits: int | None) -> str:
    """Letters without accents, as capitals, or digits; spaces and signs between them do not count.

    >>> _part("é-m", 2, None), _part(" 0 7", None, 2)
    ('EM', '07')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if c.isalnum()).upper()
    if not plain:
        return ""
    if letters is not None and not (len(plain) == letters and plain.isalpha()):
        raise NotAllowed("code_letters", count=letters)
    if digits is not None:
        plain = "".join(str(unicodedata.digit(c, "x")) for c in plain)
        if not (len(plain) == digits and plain.isdecimal() and plain.isascii()):
            raise NotAllowed("code_digits", count=digits)
    return plain


def read_all(page: Page, raw: Mapping[str, object]) -> tuple[Private, dict[str, ItemProblem]]:
    """Everything that such a page gave, and what cannot be."""
    given: Private = {}
    wrong: dict[str, ItemProblem] = {}
    for name in names_of(page):
        try:
            if found := read_private(page, name, raw.get(name)):
                given[name] = found
        except NotAllowed as error:
            wrong[name] = ItemProblem(name, "invalid", error.message_key, error.params)
    return given, wrong


def missing(page: Page, given: Private, wrong: Mapping[str, ItemProblem]) -> tuple[str, ...]:
    """What of a code lacks while some of it is there: a part of a code is none."""
    if not page.code or not (given or wrong):
        return ()
    return tuple(name for name in names_of(page) if name not in given and name not in wrong)


def logged(page: Page, given: Private) -> Answer:
    """What the log gets: that a code is there, that somebody was nominated, or that neither is."""
    if page.code:
        return "yes" if len(given) == len(page.code) else Missing.SKIPPED
    return "yes" if any(value != "no" for value in given.values()) else Missing.SKIPPED


def nomination_page(instrument: Instrument) -> Page | None:
    """The page that asks to nominate somebody."""
    return next((page for page in instrument.pages if page.nominate is not None), None)


def of_role(instrument: Instrument, fields: Mapping[str, object]) -> dict[str, Answer]:
    """What conditions know of somebody's role in their pair; nothing where the instrument pairs nobody."""
    role = fields.get(ROLE)
    return {ROLE: role} if isinstance(role, str) and role and nomination_page(instrument) is not None else {}
