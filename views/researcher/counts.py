"""How far a study has come, in numbers, and where people leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from reports.figure import Bars
from survey.forecast import forecast
from survey.instrument.model import say
from survey.standing import closes_early
from views.database import store
from views.researcher import charts
from views.researcher.places import EVERYBODY
from views.researcher.show import plain, spaced
from views.session import require

if TYPE_CHECKING:
    from survey.instrument.model import Instrument
    from survey.store.results import Counts
    from survey.store.sessions import Study


def counts_of(study: Study) -> Counts:
    """The counts of a study in its present phase, made again only when a page was sent or the link was opened."""
    return _counts(f"{store().results.version(study.slug)} {study.opened}", study.slug)


@st.cache_data(max_entries=100, ttl="1h", show_spinner=False)
def _counts(key: str, slug: str) -> Counts:
    return store().results.counts(slug)


@st.fragment(run_every="5s")
def live_counts(slug: str) -> None:
    """The counts of a study, made again every five seconds while the page is open."""
    require(*EVERYBODY)  # this part runs by itself, so it asks for itself whether the session still stands
    study = store().studies.get(slug)
    counts = counts_of(study)
    minutes = "–" if counts.median_minutes is None else f"{counts.median_minutes:.1f}"
    with st.container(horizontal=True, key="counts"):
        st.metric(
            "Opened", spaced(counts.opened), help="How often the link was opened. Nothing else is kept.", border=True
        )
        st.metric("Consented", spaced(counts.consented), border=True)
        st.metric("Completed", spaced(counts.completed), border=True)
        st.metric("Median minutes", minutes, help="From first to last page, of those who completed it.", border=True)
    if closes_early(study.instrument):
        with st.container(horizontal=True, key="early"):
            st.metric(
                "Screened out", spaced(counts.screened_out), help="For whom the questionnaire ended early.", border=True
            )
            st.metric("Over quota", spaced(counts.over_quota), help="Who came when a quota was full.", border=True)
    where_people_leave(study.instrument, counts.leaving)
    if study.status in ("pilot", "live"):
        st.caption("These numbers renew themselves every five seconds.")


def minutes(study: Study) -> None:
    """How many minutes the questionnaire should take, and how many it has taken those who completed it."""
    if not study.instrument.pages:
        return
    line = minutes_expected(study.instrument)
    taken = None if study.status == "draft" else counts_of(study).median_minutes
    if taken is not None:
        line += f" Respondents took {taken:.1f} minutes (median)."
    st.caption(line)


def minutes_expected(instrument: Instrument) -> str:
    """How many minutes a questionnaire should take, in a sentence."""
    expected = forecast(instrument)
    return (
        f"About {expected.usual:.0f} minutes to answer, at most {expected.most:.0f}, worked out from the questionnaire."
    )


def where_people_leave(instrument: Instrument, leaving: dict[str, int]) -> None:
    """A bar a page: how many got as far as that page and no further."""
    left = {page.id: leaving[page.id] for page in instrument.pages if leaving.get(page.id)}
    if not left:
        return
    names = {page: page_name(instrument, page) for page in left}
    st.markdown("**Where people are or left**")
    st.caption("How many have not gone beyond each page. People who are answering at this moment count as well.")
    bars = Bars("Where people are or left", "page", tuple(names[i] for i in left), tuple(map(float, left.values())))
    charts.show_figure(bars, "leaving")
    with st.expander("The same in words"):
        st.markdown("\n".join(f"- {plain(names[i])}: {n}" for i, n in left.items()))


def page_name(instrument: Instrument, page: str) -> str:
    """What people call a page: its title, or its id with the place it has."""
    place, found = next((n, p) for n, p in enumerate(instrument.pages, 1) if p.id == page)
    return f"{place}. {say(found.title, 'en', instrument.languages) or found.id}"
