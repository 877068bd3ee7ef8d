"""One table on a page: shown, copied into Word, downloaded in every format."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.table import Table

OFFERED = {
    "docx": "Word (.docx)",
    "xlsx": "Excel (.xlsx)",
    "csv": "Numbers (.csv)",
    "html": "Web page (.html)",
    "tex": "LaTeX (.tex)",
}
"""The formats on offer, the likeliest first."""

LOOK = """
.apa .left, .apa th, .apa td { color: inherit; }
.apa th, .apa td { border-left: 0; border-right: 0; }
.apa tbody th, .apa tbody td { border-top: 0; }
.apa { margin-bottom: 0; }
.apa-scroll { scrollbar-width: thin; }
"""
"""What Streamlit's own rules for tables would otherwise add."""

COPY_HTML = '<button type="button">Copy for Word</button><span role="status"></span>'
COPY_CSS = """
button { font: inherit; font-size: .9rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
  border-radius: .5rem; border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
span { margin-left: .6rem; font: inherit; font-size: .9rem; color: var(--st-text-color); }
span:empty { margin: 0; }
"""
COPY_JS = """
export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector('button');
  const status = parentElement.querySelector('span');
  button.textContent = data.label;
  button.setAttribute('aria-label', data.name);
  const byEvent = () => {
    let done = false;
    const put = (event) => {
      event.clipboardData.setData('text/html', data.html);
      event.clipboardData.setData('text/plain', data.text);
      event.preventDefault();
      done = true;
    };
    document.addEventListener('copy', put, { once: true });
    document.execCommand('copy');
    document.removeEventListener('copy', put);
    return done;
  };
  button.onclick = async () => {
    let done = false;
    try {
      await navigator.clipboard.write([new ClipboardItem({
        'text/html': new Blob([data.html], { type: 'text/html' }),
        'text/plain': new Blob([data.text], { type: 'text/plain' }),
      })]);
      done = true;
    } catch (refused) {
      done = byEvent();
    }
    status.textContent = done ? data.copied : data.failed;
  };
  status.textContent = '';
}
"""


@cache
def _copy_button() -> Callable[..., object]:
    """The component, registered once."""
    return st.components.v2.component("twofold_copy_table", html=COPY_HTML, css=COPY_CSS, js=COPY_JS)


def tabbed(table: Table) -> str:
    """The table as text with tabs: what a program gets that knows no HTML."""
    from reports.write.csv import write

    return "\n".join("\t".join(row) for row in csv.reader(io.StringIO(write((table,)))))


def show_table(table: Table, key: str) -> None:
    """Show one table with its buttons; ``key`` is unique on the page."""
    show_tables((table,), key)


def show_tables(tables: Sequence[Table], key: str) -> None:
    """Show tables one below the other, each with its own buttons to copy and download."""
    from reports.text import plain
    from reports.write import FORMATS, render
    from reports.write.html import CSS, clipboard, fragment

    for place, table in enumerate(tables):
        title, own = plain(table.title), f"{key}_{place}"
        st.html(f"<style>{CSS}{LOOK}</style>{fragment(table)}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"{own}_buttons"):
            _copy_button()(
                key=f"{own}_copy",
                width="content",
                data={
                    "html": clipboard(table),
                    "text": tabbed(table),
                    "label": "Copy for Word",
                    "name": f"Copy for Word: {title}",
                    "copied": "Copied. Paste it into your text.",
                    "failed": "Your browser did not allow it. Download the .docx instead.",
                },
            )
            with st.popover("Download", icon=":material/download:"):
                for ending, label in OFFERED.items():
                    st.download_button(
                        label,
                        data=partial(render, table, ending),
                        file_name=f"{table.name}.{ending}",
                        mime=FORMATS[ending],
                        key=f"{own}_{ending}",
                        on_click="ignore",
                        width="stretch",
                    )
