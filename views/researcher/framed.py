"""A page in a frame of a given width, made smaller where there is less room."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

CSS = """
.room { width: 100%; overflow: hidden; }
iframe { border: 1px solid var(--st-border-color); border-radius: .5rem; background: var(--st-background-color);
  transform-origin: 0 0; display: block; box-sizing: border-box; }
iframe:focus-visible { outline: 3px solid var(--st-primary-color); }
"""
JS = """
const watched = new WeakMap();
export default function (component) {
  const { data, parentElement } = component;
  const room = parentElement.querySelector('.room');
  let frame = room.querySelector('iframe');
  if (!frame) { frame = document.createElement('iframe'); room.append(frame); }
  frame.title = data.title;
  const fit = () => {
    const scale = Math.min(1, room.clientWidth / data.width) || 1;
    frame.style.width = `${data.width}px`;
    frame.style.height = `${Math.round(data.height / scale)}px`;
    frame.style.transform = `scale(${scale})`;
    room.style.height = `${data.height}px`;
  };
  watched.get(room)?.disconnect();
  const observer = new ResizeObserver(fit);
  observer.observe(room);
  watched.set(room, observer);
  fit();
  if (frame.dataset.shown !== data.src) { frame.dataset.shown = data.src; frame.src = data.src; }
}
"""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("twofold_frame", html='<div class="room"></div>', css=CSS, js=JS)


def frame(address: str, title: str, *, width: int, height: int, key: str) -> None:
    """Show the page at an address of this site. width: that the page has, in pixels; height: that the frame takes."""
    _component()(key=key, data={"src": address, "title": title, "width": width, "height": height})
