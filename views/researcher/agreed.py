"""Which words respondents agreed to, for whoever must show what a consent was to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.database import store
from views.researcher.show import plain, spaced

if TYPE_CHECKING:
    from survey.store import Study


def agreed_words(study: Study) -> None:
    """Every text that stood on the consent page, with its version, language and hash, and how often it was answered."""
    texts = store().results.agreed_to(study.slug)
    if not texts:
        return
    with st.expander("Words that respondents agreed to"):
        st.caption("The version, the language and the SHA-256 of the words are kept with every consent.")
        for text in texts:
            answered = "agreed" if text.answer == "yes" else "did not agree"
            st.markdown(f"**{spaced(text.n)} {answered}** · version {plain(text.version)} · {plain(text.language)}")
            st.code(text.words, language=None, wrap_lines=True)
            if not text.whole:
                st.warning("The words below no longer have this fingerprint.", icon=":material/warning:")
            st.text(text.text)
