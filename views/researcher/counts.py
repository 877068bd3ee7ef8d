"""How far a study has come, in numbers that renew themselves while its page is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.access import EVERYBODY, SEES_ANSWERS
from survey.forecast import forecast, waves_named
from survey.standing import closes_early
from views.database import store
from views.researcher import live
from views.researcher.show import spaced
from views.session import require

if TYPE_CHECKING:
    from survey.instrument.model import Instrument
    from survey.store.results import Counts
    from survey.store.sessions import Study
    from survey.store.watch import Watched

EVERY = "5s"


def counts_of(study: Study) -> Counts:
    """The counts of a study in its present phase: only what came since the last time is read."""
    return store().results.counts(study.slug)


def live_counts(study: Study) -> None:
    """The counts of a study, made again every five seconds while it is open and the page is looked at."""
    part = st.fragment(_counts, run_every=EVERY if study.accepts_answers else None)
    part(study.slug)


def _counts(slug: str) -> None:
    user = require(*EVERYBODY)  # this part runs by itself, so it asks for itself whether the session still stands
    with st.spinner("Counting", show_time=False):
        watched = store().results.watch(slug)
        waves = store().waves.list(slug)
    wave = 1
    if len(waves) > 1:
        wave = live.waves(watched, waves)
        watched = store().results.watch(slug, wave=wave)
    _numbers(watched, wave)
    if not watched.tally.started:
        _nobody(watched)
        live.letters_due(watched.study)
        return
    live.response_rates(watched, wave)
    live.codes_of_links(watched)
    live.letters_due(watched.study)
    live.page_by_page(watched)
    live.minutes_taken(watched)
    if user.role in SEES_ANSWERS:
        live.passed_over(watched)
        live.careless(watched)
    live.quotas(watched, watched.study.smallest_group or 0)
    if watched.study.accepts_answers:
        st.caption("These numbers renew themselves every five seconds.")


def _numbers(watched: Watched, wave: int) -> None:
    """wave: the openings of a study are counted over all its waves, so they stand with the first."""
    tally = watched.tally
    median = tally.median_minutes
    with st.container(horizontal=True, key="counts"):
        if wave == 1:
            told = "How often the link was opened, in any wave. Nothing else is kept."
            st.metric("Opened", spaced(watched.opened), help=told, border=True)
        st.metric("Consented", spaced(tally.agreed), border=True)
        st.metric("Completed", spaced(len(tally.minutes)), border=True)
        st.metric(
            "Median minutes",
            "–" if median is None else f"{median:.1f}",
            help="From first to last page, of those who completed it.",
            border=True,
        )
        if watched.study.accepts_answers:
            st.metric(
                "Here now", spaced(tally.here), help="Under way, with a page sent in the last half hour.", border=True
            )
    if closes_early(watched.study.instrument):
        with st.container(horizontal=True, key="early"):
            st.metric(
                "Screened out",
                spaced(tally.standings.get("screened_out", 0)),
                help="For whom the questionnaire ended early.",
                border=True,
            )
            st.metric(
                "Over quota",
                spaced(tally.standings.get("over_quota", 0)),
                help="Who came when a quota was full.",
                border=True,
            )


def _nobody(watched: Watched) -> None:
    if watched.study.accepts_answers:
        st.write(
            "Nobody has sent a page yet. Send the link below; rates, pages and minutes appear here as people answer."
        )
    else:
        st.write("Nobody has sent a page.")


def minutes(study: Study) -> None:
    """How many minutes the questionnaire should take."""
    if study.instrument.pages:
        st.caption(minutes_expected(study.instrument))


def minutes_expected(instrument: Instrument) -> str:
    """How many minutes a questionnaire should take, in a sentence."""
    waves = waves_named(instrument)
    parts = []
    for wave in waves:
        expected = forecast(instrument, wave)
        usual = f"{expected.usual:.0f}"
        minutes = f"about {usual} minute{'' if usual == '1' else 's'} to answer, at most {expected.most:.0f}"
        parts.append(minutes if len(waves) == 1 else f"in wave {wave} {minutes}")
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}, worked out from the questionnaire."
