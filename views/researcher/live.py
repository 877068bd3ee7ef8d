"""The parts of a study's page while it is under way: rates, pages, minutes, signs of carelessness, quotas.

Each shows counts of one thing at a time: no relation of answers is ever shown here, so nothing here waits for a lock.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from reports.figure import Bars
from survey import rates
from survey.forecast import forecast
from survey.instrument.model import say
from survey.progress import FEWEST_IN_A_ROW, TOO_FAST
from views.database import store
from views.researcher import charts
from views.researcher.rows import Line, show_lines
from views.researcher.show import spaced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from survey.instrument.model import Instrument
    from survey.store.sessions import Study
    from survey.store.watch import Watched
    from survey.waves import Wave

MOST_ITEMS = 8
"""Questions that are listed among those passed over most."""
_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
"""Minutes that a bar of the histogram may be wide."""
_BARS = 16


def waves(watched: Watched, planned: Sequence[Wave]) -> int:
    """Who came to each wave and who stayed from the first one on; the wave that is looked at below."""
    counted = watched.tally.waves
    first = counted.get(1, (0, 0, 0))[1]
    lines = []
    for wave in planned:
        started, completed, stayed = counted.get(wave.number, (0, 0, 0))
        kept = percent(stayed / first) if first and started else "–"
        lines.append(Line(f"Wave {wave.number}", (spaced(started), spaced(completed), kept), when(wave)))
    show_lines("Waves", ("Wave", "Began", "Completed", "Of wave 1"), lines)
    st.caption(f"Of wave 1: the share of the {spaced(first)} who completed it that completed this wave as well.")
    begun = [number for number, (started, _, _) in counted.items() if started]
    chosen = st.segmented_control(
        "Look at", [wave.number for wave in planned], default=max(begun, default=1), required=True,
        format_func=lambda number: f"Wave {number}", key="wave_shown",
    )  # fmt: skip
    return chosen or 1


def when(wave: Wave) -> str:
    """When a wave is open, in a few words."""
    if wave.opens_at is not None:
        opens = f"from {wave.opens_at.day} {wave.opens_at:%B %Y} (UTC)"
    elif wave.after_days is not None:
        opens = f"{wave.after_days} {'day' if wave.after_days == 1 else 'days'} after the one before"
    else:
        opens = "from the launch"
    days = "day" if wave.window_days == 1 else "days"
    return opens if wave.window_days is None else f"{opens}, open for {wave.window_days} {days}"


def response_rates(watched: Watched, wave: int = 1) -> None:
    """Rates by AAPOR's names where people were asked one by one; where a link is open, why there is none.

    Who opens the link is counted over all waves, so that a later ``wave`` has no participation rate.
    """
    tally, invited = watched.tally, watched.invited
    by_list = sum(tally.personal.values())
    openly = tally.started - by_list
    st.subheader("Rates", anchor=False)
    if invited.made:
        _listed(outcomes_of(watched), openly)
    if openly or not invited.made:
        done = len(tally.minutes)
        found = [rates.completion_rate(done, tally.agreed)]
        if wave == 1 and not invited.made:
            found.insert(0, rates.participation_rate(tally.agreed, watched.visitors))
        _show(found)
    if wave > 1 and not invited.made:
        st.caption("Of those who answered by the open link before, the table of waves says how many came back.")
    elif not invited.made:
        st.caption(
            "Anybody with the open link can answer, so nobody knows how many people were asked: such a study has no "
            "response rate. Report the participation rate and say how the link was spread. Visitors are browsers that "
            "opened the link for the first time."
        )


def codes_of_links(watched: Watched) -> None:
    """By the code that stood in an open link: how many came, and stayed to the end."""
    if not watched.codes:
        return
    st.subheader("Where people came from", anchor=False)
    lines = [Line(code, (spaced(began), spaced(done))) for code, (began, done) in watched.codes.items()]
    show_lines("Where people came from", ("Code of the link", "Began", "Completed"), lines)


def outcomes_of(watched: Watched) -> dict[str, int]:
    """What became of everybody who has a personal link, by ``survey.rates.DISPOSITIONS``."""
    return dict(Counter(watched.tally.personal) + Counter(watched.invited.nothing_came))


def _listed(outcomes: dict[str, int], openly: int) -> None:
    counts = rates.letters(outcomes)
    every = rates.rates(counts)
    _show([rate for rate in every if rate.name in rates.SHOWN_FIRST])
    if openly:
        several = "response is" if openly == 1 else "responses are"
        people = spaced(sum(outcomes.values()))
        st.caption(
            f"These rates are of the {people} people with a personal link. {spaced(openly)} {several} by the open link "
            "and in none of them."
        )
    with st.expander("What became of everybody who was asked, and every rate"):
        lines = [
            Line(f"{one.code} {one.name}", (one.group, spaced(outcomes[name])), one.here)
            for name, one in rates.DISPOSITIONS.items()
            if outcomes.get(name)
        ]
        show_lines("What became of everybody who was asked", ("Outcome", "Counts as", "People"), lines)
        _show(every, formulas=True)
        share = counts.eligible_share
        e = f" e = {share:.2f}: the eligible among those of whom it is known." if share is not None else ""
        st.caption(
            "Names, codes and formulas are those of AAPOR (2016), Standard Definitions, 9th edition: I complete, P "
            "partial, R refusal and break-off, NC non-contact, O other, U unknown eligibility, NE not eligible (in no "
            f"rate).{e} While the study is open, whoever is under way counts as a break-off or a partial."
        )


def _show(found: list[rates.Rate] | tuple[rates.Rate, ...], *, formulas: bool = False) -> None:
    lines = [
        Line(
            rate.name,
            (
                percent(rate.value),
                f"{number(rate.numerator)} of {number(rate.denominator)}" if rate.denominator else "–",
            ),
            rate.formula if formulas else rate.words,
        )
        for rate in found
    ]
    show_lines("Rates", ("Rate", "Share", "People"), lines)


def letters_due(study: Study) -> None:
    """How many letters may go out now, to those alone who have not finished."""
    if not store().contacts.count(study.slug):
        return
    invitations, reminders = due(study)
    st.subheader("Letters", anchor=False)
    lines = [Line("Invitations due", (spaced(invitations),)), Line("Reminders due", (spaced(reminders),))]
    show_lines("Letters that may go out now", ("Letter", "People"), lines)


def due(study: Study) -> tuple[int, int]:
    """How many invitations and reminders may go out now, as far as was known a minute ago."""
    return _due(study.slug, study.id)


def count_due_again() -> None:
    """Letters went out: what was counted before is out of date."""
    _due.clear()


@st.cache_data(max_entries=50, ttl="60s", show_spinner=False)
def _due(slug: str, study: UUID) -> tuple[int, int]:
    """To read the list takes a while where it is long, so it is read once a minute."""
    now = datetime.now(UTC)
    found = store().letters.correspondence(slug, now)
    return len(found.due(now, "invitation")), len(found.due(now, "reminder"))


def page_by_page(watched: Watched) -> None:
    """The way through the questionnaire: how many came to each page, sent it, and left there."""
    instrument, pages = watched.study.instrument, watched.tally.pages
    most = max((page.reached for page in pages), default=0)
    if not most:
        return
    st.subheader("Page by page", anchor=False)
    lines = [
        Line(
            page_name(instrument, page.page),
            (spaced(page.reached), spaced(page.sent), _left(page.left, page.reached)),
            f"{spaced(page.here)} here now" if page.here else "",
            page.sent / most,
        )
        for page in pages
    ]
    show_lines("How many came to each page, sent it, and left there", ("Page", "Came", "Sent", "Left"), lines)
    st.caption(
        "Left: the page is open for them and nothing came for half an hour. They can still come back. A page with a "
        "condition is met by fewer."
    )


def _left(count: int, of: int) -> str:
    return f"{spaced(count)} ({percent(count / of)})" if count else "0"


def minutes_taken(watched: Watched) -> None:
    """How long those took who completed it, beside what the questionnaire was expected to take."""
    tally = watched.tally
    quartiles = tally.quartile_minutes()
    if quartiles is None or not watched.study.instrument.pages:
        return
    expected = forecast(watched.study.instrument)
    st.subheader("Minutes", anchor=False)
    st.write(
        f"Half of those who completed it took {quartiles[0]:.1f} to {quartiles[1]:.1f} minutes, the median is "
        f"{tally.median_minutes:.1f}. Expected were about {expected.usual:.0f}, at most {expected.most:.0f}."
    )
    charts.show_figure(minutes_bars(tally.minutes), "minutes")


def minutes_bars(minutes: tuple[float, ...]) -> Bars:
    """Sorted minutes as a histogram; whoever took a break of hours is counted in the last bar."""
    low, high = minutes[0], minutes[min(len(minutes) - 1, int(0.95 * len(minutes)))]
    step = next((step for step in _STEPS if (high - low) / step <= _BARS - 1), _STEPS[-1])
    first = int(low / step)
    bars = min(_BARS, int(high / step) - first + 1)
    counts = [0] * (bars + 1)
    for taken in minutes:
        counts[min(int(taken / step) - first, bars)] += 1
    names = [f"{step * place:g}–{step * (place + 1):g}" for place in range(first, first + bars)]
    if counts[-1]:
        names.append(f"{step * (first + bars):g}+")
    else:
        counts.pop()
    return Bars("Minutes", "minutes", tuple(names), tuple(map(float, counts)), joined=True)


def passed_over(watched: Watched) -> None:
    """The questions that most respondents leave out, of those who sent the page."""
    instrument = watched.study.instrument
    found = [
        (count / page.sent, count, page.sent, item)
        for page in watched.tally.pages
        for item, count in page.skipped.items()
        if page.sent
    ]
    found.sort(key=lambda one: (-one[0], one[3]))
    if not found:
        return
    st.subheader("Questions passed over", anchor=False)
    lines = [
        Line(
            say(instrument.items[item].text, "en", instrument.languages) or item,
            (percent(share), f"{spaced(count)} of {spaced(sent)}"),
            item,
        )
        for share, count, sent, item in found[:MOST_ITEMS]
    ]
    show_lines("Questions passed over most", ("Question", "Share", "People"), lines)
    more = len(found) - MOST_ITEMS
    st.caption(
        "Of those who sent the question's page."
        + (
            f" {more} more {'question was' if more == 1 else 'questions were'} passed over less often."
            if more > 0
            else ""
        )
    )


def careless(watched: Watched) -> None:
    """Signs of careless answering so far; nobody is left out because of them here."""
    flags = watched.tally.flags
    lines = [
        Line(name, (percent(count / of), f"{spaced(count)} of {spaced(of)}"), small)
        for name, count, of, small in (
            ("Attention check failed", flags.attention_failed, flags.attention_of, "at least one of those answered"),
            ("Very fast", flags.too_fast, flags.fast_of, f"under {TOO_FAST:g} seconds a question"),
            (
                "Same answer throughout",
                flags.straight,
                flags.straight_of,
                f"on a page with {FEWEST_IN_A_ROW} statements or more of one format",
            ),
        )
        if of
    ]
    if not lines:
        return
    st.subheader("Signs of careless answers", anchor=False)
    show_lines("Signs of careless answers", ("Sign", "Share", "People"), lines)
    st.caption("Among those who agreed. Nobody is left out because of them here; the plan says who is.")


def quotas(watched: Watched, smallest: int = 0) -> None:
    """How full each quota is. smallest: of an employer's study, the people that a group needs."""
    if not watched.quotas:
        return
    st.subheader("Quotas", anchor=False)
    lines = [
        Line(
            one.name,
            (f"{_few(one.completed, smallest)} of {spaced(one.most)}", _few(one.held, smallest)),
            share=None if 0 < one.completed < smallest else min(1.0, one.completed / one.most),
        )
        for one in watched.quotas
    ]
    show_lines("Quotas", ("Quota", "Completed", "Under way"), lines)


def _few(count: int, smallest: int) -> str:
    """A count of people; of an employer's study only roughly where it is small."""
    return f"fewer than {smallest}" if 0 < count < smallest else spaced(count)


def page_name(instrument: Instrument, page: str) -> str:
    """What people call a page: its title, or its id with the place it has."""
    place, found = next((n, p) for n, p in enumerate(instrument.pages, 1) if p.id == page)
    return f"{place}. {say(found.title, 'en', instrument.languages) or found.id}"


def percent(share: float | None) -> str:
    """A share of 1 as people write it; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f}%"


def number(value: float) -> str:
    """A count, or a count with a part of a person where the share e made it one."""
    return spaced(int(value)) if float(value).is_integer() else f"{value:,.1f}"
