"""Where the numbers of a page come from: a study's answers or a file, scored once and kept while nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from views import state
from views.database import store
from views.researcher.choose import Phase, choose_phase, choose_study
from views.researcher.naming import slug_of
from views.researcher.pilot import pilot_bar
from views.researcher.places import place
from views.researcher.show import plain

if TYPE_CHECKING:
    import pandas as pd

    from analysis.descriptives import Descriptives
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from survey.dataset.model import Dataset
    from survey.instrument.model import Instrument


@dataclass(frozen=True)
class Source:
    """Data to look at. ``key`` changes whenever the data do, so that it can stand for them in a cache; ``slug``
    and ``phase`` are the study's, or '' for a file; ``wave``: scores are of its rows alone.
    """

    key: str
    name: str
    dataset: Dataset
    slug: str = ""
    phase: str = ""
    wave: int | None = None

    @property
    def instrument(self) -> Instrument:
        """The instrument that asked for the answers."""
        return self.dataset.instrument

    @property
    def file_name(self) -> str:
        """What a file made from these data is called, without its ending."""
        return slug_of(self.name.rsplit(".", 1)[0])


def study_source(slug: str, kind: Phase) -> Source:
    """The answers of one phase of a study, read again only when there are new ones."""
    study = store().studies.get(slug)
    key = store().results.version(slug, kind)
    if study.smallest_group is not None:  # what is released of its groups changes at its end
        key = f"{key} {study.smallest_group} {study.status}"
    return Source(key, f"{study.title} ({kind})", _dataset(key, slug, kind), slug, kind)


@st.cache_resource(max_entries=8, ttl="1h", show_spinner="Reading the answers")
def _dataset(key: str, slug: str, kind: Phase) -> Dataset:
    return store().results.dataset(slug, kind)


# Nobody changes what these two give, and a copy of it for every click takes longer than many an answer.
@st.cache_resource(max_entries=16, ttl="1h", show_spinner="Scoring")
def _scored(key: str, wave: int | None, _dataset: Dataset) -> Scored:
    from analysis.rows import of_wave
    from analysis.scoring import score
    from analysis.screening.rules import eligible

    return of_wave(score(eligible(_dataset)[0]), wave)


def scored(source: Source) -> Scored:
    """The scores of a source, computed once for each state of its data."""
    return _scored(source.key, source.wave, source.dataset)


def answered(source: Source) -> Dataset:
    """The answers behind the scores: those of the source's wave, where it is of one."""
    if source.wave is None:
        return source.dataset
    from survey.dataset.columns import wave_field

    whole = source.dataset
    held = (whole.respondents[wave_field(source.instrument)] == str(source.wave)).to_numpy()
    return replace(whole, respondents=whole.respondents[held], missing=whole.missing[held])


def waves_of(source: Source) -> dict[int, int]:
    """The waves that the data have, in order, with the number of rows of each."""
    from survey.dataset.columns import wave_field

    field, frame = wave_field(source.instrument), source.dataset.respondents
    if field is None or field not in frame.columns:
        return {}
    rows = frame[field].value_counts()
    return dict(sorted((int(str(wave)), int(n)) for wave, n in rows.items() if n and str(wave).isdigit()))


def describe_scales(source: Source, scales: tuple[str, ...]) -> Descriptives | NotApplicable:
    """Number, mean, spread and shape of these scales."""
    return _describe(source.key, scales, scored(source).frame[list(scales)])


@st.cache_data(max_entries=16, ttl="1h", show_spinner=False)
def _describe(key: str, scales: tuple[str, ...], _frame: pd.DataFrame) -> Descriptives | NotApplicable:
    from analysis.descriptives import descriptives

    return descriptives(_frame)


def choose_study_source() -> Source | None:
    """The study and the phase that the person picks, with its answers; None after saying why there are none."""
    left, right = st.columns([3, 2])
    with left:
        study = choose_study(answered=True)
    if study is None:
        return None
    with right:
        phase = choose_phase(study)
    if phase == "pilot":
        pilot_bar()
    source = study_source(study.slug, phase)
    if source.dataset.respondents.empty:
        with st.container(border=True):
            if few := study.smallest_group:
                st.header("Too few have answered yet", anchor=False)
                st.write(f"This study protects who answers: it shows results once {few} people have answered.")
            else:
                st.header("Nobody has answered yet", anchor=False)
                st.write("Send the study's link. The first answers appear here as soon as somebody sends a page.")
            st.page_link(place("study"), label="Go to the study", query_params={"name": study.slug})
        return None
    return source


def live_caution(source: Source) -> None:
    """A word before relations are looked at while answers still come in: looking early changes what is found.

    Where the plan is not locked they are closed, which says more (``views.researcher.gate``).
    """
    live = source.slug and store().studies.get(source.slug).status == "live" and source.phase == "live"
    if live and not store().plans.registration(source.slug, "live").closed:
        st.warning(
            "**Answers are still coming in.** To test by what you see now, or to stop because of it, makes p values "
            "too small. Keep to the locked plan and to when it says you stop; the pilot answers are free to explore.",
            icon=":material/hourglass_top:",
        )


def uploaded() -> Source | None:
    """The file that was opened in this browser tab, if any."""
    return st.session_state.get(state.UPLOADED)


def choose_source() -> Source | None:
    """A study's answers or, where one was opened, a file."""
    file = uploaded()
    if file is not None:
        chosen = st.segmented_control(
            "Data from", ["file", "study"], default="file", required=True, key="data_from",
            format_func={"file": f"File {plain(file.name)}", "study": "A study"}.__getitem__,
        )  # fmt: skip
        if chosen == "file":
            return file
    return choose_study_source()
