"""A questionnaire on one page: every page, question and way to answer, as a researcher reads it through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.instrument.labels import codes, label
from survey.instrument.model import say
from views.researcher.show import plain

if TYPE_CHECKING:
    from survey.instrument.model import Format, Instrument, Page, Text

REQUIRED = {"none": "", "soft": "asked once more if left out", "hard": "must be answered"}


def outline(instrument: Instrument) -> None:
    """Every page of the questionnaire in order."""
    if not instrument.pages:
        st.caption("This instrument has no pages: it describes data that were collected elsewhere.")
    for number, page in enumerate(instrument.pages, 1):
        _page(instrument, number, page)
    if not instrument.pages:
        for item in instrument.items:
            st.markdown(_item(instrument, item))


def _page(instrument: Instrument, number: int, page: Page) -> None:
    def words(text: Text | None) -> str:
        return say(text, "en", instrument.languages)

    st.markdown(f"**{number}. {plain(words(page.title) or page.id)}**")
    rules = [
        f"shown if {page.show_if}" if page.show_if else "",
        "in random order" if page.order == "random" else "",
        REQUIRED[page.require],
        "consent is needed to go on" if page.type == "consent" and page.required else "",
    ]
    if any(rules):
        st.caption(plain("; ".join(rule for rule in rules if rule)))
    for text in (page.text, page.intro):
        if shown := words(text):
            st.text(shown)
    lines = [_item(instrument, item) for item in page.items]
    if page.network:
        network = instrument.networks[page.network]
        lines += [f"- {plain(words(g.text))} *(names, at most {g.max})*" for g in network.generators.values()]
        lines += [_item(instrument, item) for item in network.interpreters]
    if lines:
        st.markdown("\n".join(lines))


def _item(instrument: Instrument, item: str) -> str:
    text = say(instrument.items[item].text, "en", instrument.languages)
    return f"- {plain(text or item)} *({plain(_answers(instrument, instrument.format_of(item)))})*"


def _answers(instrument: Instrument, fmt: Format) -> str:
    """How an item is answered, in a few words."""

    def words(text: Text | None) -> str:
        return say(text, "en", instrument.languages)

    if fmt.type == "likert":
        points = codes(fmt)
        return f"{points[0]} {label(fmt, points[0], 'en')} – {points[-1]} {label(fmt, points[-1], 'en')}"
    if fmt.type in ("choice", "multichoice", "rank"):
        how = {"choice": "one of", "multichoice": "any of", "rank": "put in order"}[fmt.type]
        return f"{how}: {', '.join(words(c.label) for c in fmt.choices.values())}"
    if fmt.type == "slider":
        return f"slider from {fmt.min:g} to {fmt.max:g} {words(fmt.unit)}".rstrip()
    if fmt.type == "number":
        ends = [f"from {fmt.min:g}" if fmt.min is not None else "", f"to {fmt.max:g}" if fmt.max is not None else ""]
        return " ".join(part for part in ("number", *ends, words(fmt.unit)) if part)
    return {"date": "a date", "text": "in their own words"}[fmt.type]
