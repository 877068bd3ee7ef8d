"""A button that copies to the clipboard: text, and what Word takes in its place; it says whether it worked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

HTML = '<button type="button">Copy</button><span role="status"></span>'
CSS = """
button { font: inherit; font-size: .9rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
  border-radius: .5rem; border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
span { margin-left: .6rem; font: inherit; font-size: .9rem; color: var(--st-text-color); }
span:empty { margin: 0; }
"""
JS = """
export default function (component) {
  const { data, parentElement } = component;
  const button = parentElement.querySelector('button');
  const status = parentElement.querySelector('span');
  button.textContent = data.label;
  button.setAttribute('aria-label', data.name);
  const byEvent = () => {
    let done = false;
    const put = (event) => {
      if (data.html) event.clipboardData.setData('text/html', data.html);
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
        ...(data.html ? { 'text/html': new Blob([data.html], { type: 'text/html' }) } : {}),
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
def _component() -> Callable[..., object]:
    """The component, registered once."""
    return st.components.v2.component("twofold_copy", html=HTML, css=CSS, js=JS)


def copy_button(
    label: str, text: str, *, key: str, html: str = "", name: str = "", copied: str = "Copied.", failed: str = ""
) -> None:
    """Show the button.

    text, html: what is copied (html for programs that take it). name: what the button is called for those who hear it.
    copied, failed: what is said afterwards. key: unique on the page.
    """
    words = {
        "label": label,
        "name": name or label,
        "copied": copied,
        "failed": failed or "Your browser did not allow it.",
    }
    _component()(key=key, width="content", data={"text": text, "html": html, **words})
