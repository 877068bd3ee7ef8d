"""Small tables of counts, narrow enough for a telephone: a name, numbers, and where it helps a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True)
class Line:
    """One row: its name, its numbers as they are shown, a smaller line below the name, and the share of its bar."""

    name: str
    cells: tuple[str, ...]
    small: str = ""
    share: float | None = None


def show_lines(caption: str, columns: Sequence[str], lines: Sequence[Line]) -> None:
    """A table with a caption for those who hear it, the names of its columns, and its rows."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(_row(line) for line in lines)
    st.html(
        f'<div class="tf-rows-scroll" tabindex="0" role="group" aria-label="{escape(caption)}"><table class="tf-rows">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(line: Line) -> str:
    small = f"<small>{escape(line.small)}</small>" if line.small else ""
    bar = ""
    if line.share is not None:
        bar = f'<span class="tf-bar" aria-hidden="true"><i style="width:{100 * line.share:.1f}%"></i></span>'
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in line.cells)
    return f'<tr><th scope="row">{escape(line.name)}{bar}{small}</th>{cells}</tr>'


ROWS_CSS = """
.tf-rows-scroll { overflow-x: auto; max-width: 46rem; }
.tf-rows { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; }
.tf-rows caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.tf-rows th, .tf-rows td { border: 0; border-bottom: 1px solid LINE; padding: .4rem .6rem .4rem 0; text-align: right;
  vertical-align: top; font-weight: 400; color: inherit; }
.tf-rows td { white-space: nowrap; }
.tf-rows thead th { color: QUIET; font-size: .85rem; vertical-align: bottom; }
.tf-rows th:first-child { text-align: left; overflow-wrap: anywhere; min-width: 8rem; }
.tf-rows th:last-child, .tf-rows td:last-child { padding-right: 0; }
.tf-rows small { display: block; color: QUIET; font-size: .85rem; line-height: 1.35; }
.tf-bar { display: block; height: .4rem; margin: .2rem 0 .1rem; background: LINE; border-radius: .2rem; }
.tf-bar i { display: block; height: 100%; background: TEAL; border-radius: .2rem; }
"""
