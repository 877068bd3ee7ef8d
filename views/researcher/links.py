"""The links of a study: the open one, the preview, and one for each person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import streamlit as st

from views.copying import copy_button
from views.database import store
from views.researcher.show import csv_text
from views.session import require_part

if TYPE_CHECKING:
    from survey.store.sessions import Study

MOST_AT_ONCE = 5000


def site() -> str:
    """The address at which people reach this server, without a path."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    return f"{parts.scheme}://{parts.netloc}"


def open_link(study: Study) -> None:
    """The link that anybody may open, to copy."""
    st.markdown("**Open link**")
    if study.status == "closed":
        st.write("The study is closed, so its link tells people that it is over.")
        return
    address = f"{site()}/?study={quote(study.slug)}"
    st.code(address, language=None, wrap_lines=True)
    copy_button("Copy the link", address, key="copy_link")
    light = f"{site()}/study/{quote(study.slug)}"
    st.markdown("The same in a **lighter version**, for phones, slow lines and browsers without JavaScript:")
    st.code(light, language=None, wrap_lines=True)
    copy_button("Copy the lighter link", light, key="copy_light_link")
    if study.status == "draft":
        st.caption("It works once you start the pilot or launch.")
    else:
        st.caption(
            "Anybody with one of these links can answer. They can be shared, printed or put into a newsletter; both "
            "lead to the same questionnaire, and respondents can change from one version to the other at any page."
        )


def preview_link(study: Study) -> None:
    """A link to the questionnaire as respondents see it; nothing is stored there."""
    address = f"{site()}/?preview={quote(study.slug)}"
    st.link_button(
        "See it as respondents do", address, icon=":material/visibility:", help="Opens a new tab. Nothing is stored."
    )


def personal_links(study: Study) -> None:
    """One link a person, made once and shown once: the database keeps only their hashes."""
    user = require_part("study.links")
    with st.expander("Personal links"):
        if study.status not in ("pilot", "live"):
            st.write("Personal links can be made while a study is in its pilot or live.")
            return
        st.write(
            "One link for each person: it works for that person alone and lets them go on later, on any device. "
            "The links are shown once, now. Only their fingerprints are kept, so they cannot be shown again."
        )
        count = st.number_input("How many", 1, MOST_AT_ONCE, 10, key="how_many")
        if st.button("Make the links", key="make_links"):
            made = store().invitations.create(study.slug, int(count), actor=user.name)
            rows = [(one.label, f"{site()}/?s={token}", f"{site()}/s/{token}") for one, token in made]
            links = "one link is" if len(rows) == 1 else f"{len(rows)} links are"
            st.success(f"{links[0].upper()}{links[1:]} ready. Download the list now: it cannot be made again.")
            table = csv_text(("label", "link", "lighter_link"), rows)
            st.download_button(
                "Download the list (.csv)", table, f"{study.slug}-links.csv", "text/csv",
                key="links_csv", type="primary", on_click="ignore",
            )  # fmt: skip
