"""A questionnaire as its respondents see it: any page, each language, a phone's width and a desk's, either version."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from survey.instrument.canonical import sha256
from survey.instrument.model import say
from survey.instrument.whereabouts import Whereabouts
from survey.madeup.lead import DECLINED, FULL, OUT, Place, places
from survey.order import arranged
from survey.pages import find_page
from survey.store.sessions import seed_of
from views import state
from views.researcher.editor import go_to
from views.researcher.framed import frame
from views.researcher.show import plain
from views.respondent.keeper import MADE_UP
from views.words.choose import own_name

if TYPE_CHECKING:
    from survey.instrument.model import Instrument
    from views.respondent.drafts import Draft

WIDTHS = {"phone": 360, "desktop": 960}
NAMED = {"phone": "Phone", "desktop": "Desktop"}
VERSIONS = {"plain": "Lighter version", "full": "Full version"}
SCREENS = {"same": "who is the same", "between": "who knows whom"}
HEIGHT = 760


@lru_cache(maxsize=8)
def _places(instrument: Instrument) -> tuple[Place, ...]:
    seed = seed_of(MADE_UP)
    order = [page.id for page in instrument.pages]
    found = places(arranged(instrument, seed), seed)
    # They are led in the order of somebody made up, and listed in the author's.
    return tuple(sorted(found, key=lambda p: order.index(p.page) if p.page and p.kind != "thanks" else len(order)))


def look_at(draft: Draft, wanted: str | None = None) -> None:
    """The preview with its choices. wanted: the id of a page that the author has just asked to see."""
    instrument = draft.instrument
    if instrument is None:
        st.info("The preview appears once the text has no mistakes.")
        return
    if draft.problems:
        st.warning("The text has mistakes. Until they are mended you see the last version without any.")
    found = {place.id: place for place in _places(instrument)}
    if not found:
        st.info("This instrument has no pages: it describes data that were collected elsewhere.")
        return
    place = found[_chosen(instrument, draft, found, wanted)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        width = st.segmented_control(
            "Width", list(WIDTHS), default="phone", required=True, format_func=NAMED.__getitem__, key="preview_width"
        )
        languages = instrument.languages
        language = languages[0]
        if len(languages) > 1:
            language = st.segmented_control(
                "Language", languages, default=languages[0], required=True, key="preview_language",
                format_func=lambda code: own_name(code, languages),
            ) or languages[0]  # fmt: skip
        version = st.segmented_control(
            "Version", list(VERSIONS), default="plain", required=True, format_func=VERSIONS.__getitem__,
            key="preview_version",
        )  # fmt: skip
    if place.barred is not None:
        _no_way(instrument, place)
        _to_its_line(draft, place)
        return
    query = {"at": place.id, "lang": language, "n": sha256(instrument)[:12]}
    address = f"/preview/{draft.address}?{urlencode(query)}"
    if version == "full":
        address = f"/?{urlencode({'preview': draft.address, **query})}"
    frame(address, "The page as a respondent sees it", width=WIDTHS[width or "phone"], height=HEIGHT, key="frame")
    with st.container(horizontal=True):
        st.link_button("Open it in a tab of its own", address, icon=":material/open_in_new:")
        _to_its_line(draft, place)
    page = find_page(instrument, place.page) if place.page else None
    when = f" This page is shown if {page.show_if}." if page is not None and page.show_if else ""
    st.caption(f"With made-up answers up to this page. You can go on from here, and nothing is saved.{plain(when)}")


def _chosen(instrument: Instrument, draft: Draft, found: dict[str, Place], wanted: str | None) -> str:
    """The id of the place that is looked at: what was asked for now, else what was chosen before."""
    if wanted is not None and (there := next((id_ for id_, p in found.items() if p.page == wanted), None)):
        st.session_state[state.PLACE] = there
    if st.session_state.get(state.PLACE) not in found:
        st.session_state[state.PLACE] = next(iter(found))
    pages = set(Whereabouts(draft.text).pages_of(draft.problems).values())

    def label(id_: str) -> str:
        place = found[id_]
        barred = "" if place.barred is None else " · cannot be reached" if place.barred.sure else " · no way found"
        return f"{place_name(instrument, place)}{barred}{' · has mistakes' if place.page in pages else ''}"

    chosen = st.selectbox("Page", list(found), key=state.PLACE, format_func=label, filter_mode="contains")
    return str(chosen)


def _to_its_line(draft: Draft, place: Place) -> None:
    line = Whereabouts(draft.text).line_of(place.page) if place.page else None
    if line is not None:
        st.button("Go to its line", on_click=go_to, args=(line,), key="go_to_line")


def place_name(instrument: Instrument, place: Place) -> str:
    """What a place is called in a list: the page's number and its heading or id, and which of its screens."""
    if place.kind == "full":
        return f"After a full quota: {place.id.removeprefix(FULL)}"
    if place.kind == "thanks":
        return "The end"
    page = find_page(instrument, place.page)
    number = [p.id for p in instrument.pages].index(place.page) + 1
    name = f"{number}. {say(page.title, instrument.languages[0], instrument.languages) or page.id}"
    if place.id == DECLINED:
        return f"{name}: consent refused"
    if place.id.startswith(OUT):
        return f"{name}: screened out"
    part = place.id.partition(".")[2]
    return f"{name}: {SCREENS.get(part, part.replace('.', ' '))}" if part else name


def _no_way(instrument: Instrument, place: Place) -> None:
    """Why a place is not shown: the condition that nobody meets."""
    page = find_page(instrument, place.page) if place.page else None
    sure = place.barred is not None and place.barred.sure
    st.warning(
        "Nobody can ever come here: no answers to the pages before it make its condition hold."
        if sure
        else "No made-up answers were found that lead here. Its condition calculates with answers: there may be some."
    )
    when = {f"Page {page.id} is shown if": page.show_if} if page is not None and page.show_if else {}
    if place.kind == "out" and page is not None and page.screen_out is not None:
        when["It screens out if"] = page.screen_out.when
    if place.kind == "full":
        when["The quota counts"] = instrument.quotas[place.id.removeprefix(FULL)].when
    for words, condition in when.items():
        st.markdown(f"{plain(words)}:")
        st.code(condition, language=None, wrap_lines=True)
