"""How the researcher's pages are laid out: what Streamlit's theme cannot say, as a few rules of CSS."""

from __future__ import annotations

import streamlit as st

from views.researcher.pilot import PILOT_CSS
from views.researcher.rows import ROWS_CSS
from views.theme import DARK, LIGHT

CSS = """
[data-testid="stMainBlockContainer"] { max-width: 64rem; padding: 2.5rem 1.5rem 5rem; }
[data-testid="stMain"] h1 { font-size: 2.1rem; line-height: 1.2; padding: .25rem 0 .5rem; overflow-wrap: anywhere; }
[data-testid="stMain"] h2 { font-size: 1.35rem; line-height: 1.3; padding: .75rem 0 .5rem; overflow-wrap: anywhere; }
[data-testid="stMain"] h3 { font-size: 1.1rem; line-height: 1.3; padding: .75rem 0 .25rem; overflow-wrap: anywhere; }
[data-testid="stMain"] p { overflow-wrap: anywhere; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: QUIET; opacity: 1; }
[data-testid="stMain"] a[data-testid="stPageLink-NavLink"] { padding: .25rem .75rem .25rem 0; }
[data-testid="stMain"] a[data-testid="stPageLink-NavLink"] p {
  text-decoration: underline; text-underline-offset: .2em; }
[data-testid="stHtml"] a { color: TEAL; }
[data-testid^="stBaseButton-primary"]:disabled, [data-testid^="stBaseButton-primary"]:disabled p { color: QUIET; }
[data-testid^="stBaseButton-primary"]:enabled, [data-testid^="stBaseButton-primary"]:enabled p,
a[data-testid^="stBaseLinkButton-primary"], a[data-testid^="stBaseLinkButton-primary"] p,
[data-testid="stMultiSelect"] [data-tag] *, [data-testid="stMultiSelect"] [data-tag] { color: ON_TEAL; }
[data-testid="stTextArea"] textarea { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
  font-size: .875rem; }
.apa tbody th:first-child, .apa tbody td:first-child { position: sticky; left: 0; background: PAPER; }
.apa table { border-collapse: separate; border-spacing: 0; }
[data-testid="stDialog"] { background-color: rgb(18 24 27 / .5); }
.tf-note { margin: 0; padding: .6rem .9rem; border-left: 4px solid PLUM; font-size: .95rem; max-width: 46rem; }
.tf-sentence { margin: 0; max-width: 46rem; line-height: 1.55; }
.tf-signout button { font: inherit; min-height: 2.5rem; padding: .3rem 1rem; border: 1px solid currentColor;
  border-radius: .375rem; background: transparent; color: inherit; cursor: pointer; }
.tf-signout button:focus-visible { outline: 3px solid PLUM; outline-offset: 2px; }
@media (max-width: 40rem) {
  [data-testid="stMainBlockContainer"] { padding: 3.5rem 1rem 4rem; }
  [data-testid="stMain"] h1 { font-size: 1.75rem; }
}
"""

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 28" width="132" height="28" role="img" '
    'aria-label="Twofold"><style>text{font:600 19px Georgia,"Times New Roman",serif;fill:INK}'
    ".a{fill:TEAL;fill-opacity:.85}.b{fill:PLUM;fill-opacity:.75}</style>"
    '<circle class="a" cx="14" cy="14" r="11"/><circle class="b" cx="26" cy="14" r="11"/>'
    '<text x="46" y="20">Twofold</text></svg>'
)


def dress() -> None:
    """Put the rules and the name on the page that is being built."""
    st.html(f"<style>{_coloured(CSS + PILOT_CSS + ROWS_CSS)}</style>")
    st.logo(_coloured(LOGO), size="large")


def _coloured(text: str) -> str:
    """The colours of the reader's page in place of their names."""
    palette = DARK if dark() else LIGHT
    for name, colour in (
        ("ON_TEAL", palette.paper),
        ("PAPER", palette.paper),
        ("TEAL", palette.teal),
        ("PLUM", palette.plum),
        ("QUIET", palette.quiet),
        ("LINE", palette.line),
        ("INK", palette.ink),
    ):
        text = text.replace(name, colour)
    return text


def dark() -> bool:
    """Whether the reader's page is dark."""
    return st.context.theme.type == "dark"
