"""The bar over every page that shows a pilot: whoever looks at trial answers must not take them for live ones."""

from __future__ import annotations

import streamlit as st

PILOT_CSS = """
[data-testid="stElementContainer"]:has(.tf-pilot) { position: sticky; top: 3.75rem; z-index: 90; }
.tf-pilot { margin: 0; padding: .55rem .9rem; background: PLUM; color: ON_TEAL; border-radius: .375rem;
  font-size: .95rem; line-height: 1.4; }
.tf-pilot strong { letter-spacing: .08em; margin-right: .4rem; }
"""

RUNNING = "This study is in its pilot. What you see are trial answers; they are never counted with live ones."
KEPT = "These are answers of the pilot. They are never counted with live ones."


def pilot_bar(words: str = KEPT) -> None:
    """The bar, which stays in sight while the page is scrolled."""
    st.html(f'<p class="tf-pilot" role="note"><strong>PILOT</strong>{words}</p>')
