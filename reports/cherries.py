"""How a web survey was run, in the order of CHERRIES, as far as software can record it.

Eysenbach, G. (2004). Improving the quality of web surveys: the Checklist for Reporting Results of Internet E-Surveys
(CHERRIES). Journal of Medical Internet Research, 6(3), e34.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from reports.numbers import COUNT, PERCENT, show
from reports.table import Column, Row, Table, section, words
from reports.text import said
from survey.assurance import needed, words_of

if TYPE_CHECKING:
    from survey.instrument.model import Instrument
    from survey.store.participation import Participation

TITLE = "Survey method (CHERRIES)"
RENDERERS = {"streamlit": "full version", "html": "lighter version (plain HTML)", "several": "more than one"}
NOTHING = "not recorded"


def cherries_table(found: Participation) -> Table:
    """Every item of the checklist that was recorded, with what was recorded."""
    rows: list[Row] = []
    for title, items in _sections(found):
        rows.append(section(title))
        rows += [Row((words(name), words(text)), indent=1) for name, text in items]
    return Table(
        title=said("Survey Method, by the Items of CHERRIES That Software Can Record"),
        columns=(Column("item", said("Item"), "left"), Column("recorded", said("Recorded"), "left")),
        rows=tuple(rows),
        general=said(
            "CHERRIES = Checklist for Reporting Results of Internet E-Surveys (Eysenbach, 2004). Its other items "
            "(recruitment, incentives, statistical correction) are for the authors to report."
        ),
        name="cherries",
    )


Rows = list[tuple[str, str]]


def _sections(found: Participation) -> list[tuple[str, Rows]]:
    return [
        ("Ethics and development", _ethics(found)),
        ("Recruitment", _recruitment(found)),
        ("Administration", _administration(found)),
        ("Response rates", _rates(found)),
        ("Multiple entries", _entries(found)),
        ("Completeness and time", _completeness(found)),
    ]


def _ethics(found: Participation) -> Rows:
    """What was said at the launch; a further language of which nothing was said is not left out."""
    told = {(one.kind, one.language): one for one in found.assurances}
    rows = []
    for kind, language in needed(found.instrument):
        one = told.get((kind, language))
        name = {"ethics": "Ethics approval", "distress": "Help for respondents"}.get(kind, f"Translation ({language})")
        rows.append((name, NOTHING if one is None else words_of(one)))
    return rows


def _recruitment(found: Participation) -> Rows:
    by_open = found.counts.started - found.by_invitation
    links = f"{_n(found.invited, 'personal link')} made" + (f", {_n(found.revoked)} revoked" if found.revoked else "")
    rows = [("Open or closed survey", f"{_n(by_open)} by the open link, {_n(found.by_invitation)} by a personal link")]
    rows += [("Invitations", links)] if found.invited else []
    return rows + ([("Source of the open link", _each(found.sources))] if found.sources else [])


def _administration(found: Participation) -> Rows:
    instrument = found.instrument
    asked = [page for page in instrument.pages if page.type != "feedback"]
    items = [len(page.items) for page in asked if page.items]
    between = f"{min(items)}" if len(set(items)) == 1 else f"{min(items)} to {max(items)}" if items else "none"
    per_page = f"{between}, {sum(items)} in all" if items else between
    randomised = sum(page.order == "random" for page in asked)
    checked = [page for page in asked if page.require != "none" or page.required]
    hard = sum(page.require == "hard" or page.required for page in checked)
    return [
        ("Dates of data collection", _dates(found)),
        ("Web pages and items", f"{_n(len(asked), 'page')}; items on a page: {per_page}"),
        (
            "Randomisation of items",
            f"on {_n(randomised, 'page')}, the order recorded" if randomised else "none",
        ),
        ("Adaptive questioning", _adaptive(instrument)),
        (
            "Completeness checks",
            f"before a page was left: on {_n(hard, 'page')} answers were required, on {_n(len(checked) - hard)} asked "
            "for once"
            if checked
            else "none",
        ),
        (
            "Review step",
            f"respondents could go back and change answers: {_n(found.went_back)} did so, "
            f"{_n(found.back_presses, 'press', 'presses')} of Back, {_n(found.edits, 'answer')} changed",
        ),
        ("Version of the pages", _each({RENDERERS.get(k, k): n for k, n in found.channels.items()})),
        ("Devices", _each({"more than one" if k == "several" else k: n for k, n in found.devices.items()})),
        ("Languages", _each(found.languages)),
    ]


def _adaptive(instrument: Instrument) -> str:
    conditional = sum(page.show_if is not None for page in instrument.pages)
    return f"{_n(conditional, 'page')} shown only where a condition held" if conditional else "none"


def _dates(found: Participation) -> str:
    if found.first_sent is None or found.last_sent is None:
        return NOTHING
    told = f"first answer {_day(found.first_sent)}, last answer {_day(found.last_sent)}"
    launched = f"launched {_day(found.launched_at)}; " if found.launched_at and found.phase == "live" else ""
    closed = f"; closed {_day(found.closed_at)}" if found.closed_at and found.phase == "live" else ""
    return f"{launched}{told}{closed}"


def _rates(found: Participation) -> Rows:
    counts = found.counts
    return [
        (
            "Unique visitors",
            f"{_n(found.visitors)}: browsers that opened the link for the first time in their session, told by a "
            "session cookie without identity; a programme that runs no script is counted when it sends a page",
        ),
        ("Views", f"{_n(counts.opened)} openings of the first page"),
        (
            "Participation rate",
            f"{_share(found.participation_rate)} ({_n(counts.consented)} agreed of {_n(found.visitors)} unique "
            f"visitors; {_n(found.declined)} declined)",
        ),
        (
            "Completion rate",
            f"{_share(found.completion_rate)} ({_n(counts.completed)} of {_n(counts.consented)} who agreed)",
        ),
        *_left(found),
    ]


def _left(found: Participation) -> Rows:
    """Who took back what they said: no other number holds anything of them."""
    told = [
        (found.stopped, "asked not to be asked any further; what they said stays"),
        (found.withdrawn, "had their data deleted by their own link"),
        (found.erased, "had theirs deleted by the researchers"),
    ]
    ways = [f"{_n(n, 'person', 'people')} {words}" for n, words in told if n]
    return [("Withdrawals, in the whole study", "; ".join(ways))] if ways else []


def _entries(found: Participation) -> Rows:
    if found.address_days is None:
        address = "network addresses were not recorded, not even as hashes"
    else:
        address = (
            f"a keyed hash of the network address was kept for {_n(found.address_days, 'day')}; among the hashes kept "
            f"now, {_n(found.same_address or 0, 'response')} came from the address of an earlier one"
        )
    return [
        ("Cookies", "a session cookie kept a browser in its response until it was finished"),
        ("Registration", "a personal link led to one response only, on any device"),
        ("IP check", address),
        ("Log file analysis", f"{_n(found.alike, 'response')} with the same answers as an earlier one"),
    ]


def _completeness(found: Participation) -> Rows:
    counts = found.counts
    minutes = f"{counts.median_minutes:.1f} minutes (median)" if counts.median_minutes is not None else NOTHING
    return [
        ("Incomplete questionnaires", f"{_n(max(0, counts.consented - counts.completed))} of those who agreed"),
        (
            "Items answered",
            f"{_share(found.completeness)} of the items shown to those who completed "
            f"({_n(found.answered)} of {_n(found.shown)})",
        ),
        ("Time to complete", minutes),
    ]


def _n(count: int, one: str = "", several: str = "") -> str:
    number = show(count, COUNT)
    return f"{number} {one if count == 1 else several or f'{one}s'}" if one else number


def _share(share: float | None) -> str:
    return NOTHING if share is None else show(share, PERCENT)


def _each(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {show(count, COUNT)}" for name, count in counts.items()) or NOTHING


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
