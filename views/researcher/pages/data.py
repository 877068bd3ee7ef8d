"""The answers of a study: scores, how they are spread, what is missing, and everything to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from survey.access import SEES_ANSWERS
from survey.dataset.waves import people
from views.researcher.answers import show_results
from views.researcher.archive import apart_archive, data_file
from views.researcher.distributions import network_distribution, scale_distribution, show_missing
from views.researcher.gate import closed_relations, note_met
from views.researcher.picks import pick_wave
from views.researcher.show import instrument_note, plain, show_notes, spaced
from views.researcher.source import Source, choose_study_source, describe_scales, scored, waves_of
from views.researcher.variables import labels
from views.session import require, when_asked

if TYPE_CHECKING:
    from survey.store.logins import User


def show() -> None:
    """The page."""
    require(*SEES_ANSWERS)
    st.title("Data")
    source = choose_study_source()
    if source is None:
        return
    note_met(source, "view", "data")
    count = people(source.dataset).nunique()
    told = f"{spaced(count)} {'respondent has' if count == 1 else 'respondents have'} answered, wholly or in part."
    if len(waves_of(source)) > 1:
        told += f" The data have a row a person and wave: {spaced(len(source.dataset.respondents))}."
    st.write(told)
    _download(source)
    shown = pick_wave(source)
    st.header("Scores", anchor=False)
    _scores(shown)
    st.header("Distributions", anchor=False)
    scale_distribution(shown)
    network_distribution(shown)
    st.header("Missing answers", anchor=False)
    show_missing(shown)
    show_notes(source.dataset.notes)
    instrument_note(source.instrument)


def _scores(source: Source) -> None:
    """A table of the scales that anybody has a score on."""
    names, frame = labels(source.instrument), scored(source).frame
    found = tuple(s for s in source.instrument.scales if frame[s].notna().any())
    if found:
        show_results([describe_scales(source, found)], names, key="scores")
    if empty := [names(s) for s in source.instrument.scales if s not in found]:
        st.write(plain(f"Nobody has a score yet on: {', '.join(empty)}."))


def _download(source: Source) -> None:
    if closed_relations(source) is not None:
        _button(source, "zip, apart", lambda: apart_archive(source.dataset), "-apart.zip")
        st.caption(
            "The study is live and its plan is not locked: until then each scale stands in a file by itself, and no "
            "file has an outcome and a predictor in one row. Lock the plan on the study's page to download whole rows."
        )
        return
    from reports.export import FORMATS

    offered = [to for to, one in FORMATS.items() if not (one.of_networks and source.dataset.ties.empty)]
    to = st.selectbox("Download as", offered, format_func=lambda one: FORMATS[one].of, key="data_to")
    _button(source, to, lambda: data_file(source.dataset, to), ".xml" if to == "ddi" else ".zip")


def _button(source: Source, what: str, made: Callable[[], bytes], ending: str) -> None:
    """A button that makes its file when it is pressed, and notes that it was."""

    def taken(user: User) -> bytes:
        note_met(source, "export", what, user)
        return made()

    st.download_button(
        "Download the data",
        when_asked(taken, SEES_ANSWERS),
        source.file_name + ending,
        key="data_zip",
        icon=":material/download:",
        on_click="ignore",
    )
