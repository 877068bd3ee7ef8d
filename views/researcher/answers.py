"""Results on a page: the sentence, the tables with their buttons, the picture, and what could not be done and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from views.researcher import charts
from views.researcher.show import plain
from views.tables import show_tables

if TYPE_CHECKING:
    from reports.dispatch import Options
    from reports.labels import Labels


def show_results(
    results: Sequence[Any],
    names: Labels,
    *,
    key: str,
    asked: Collection[str] = (),
    moments: Mapping[str, tuple[float, float]] | None = None,
    reliability: Mapping[str, float] | None = None,
) -> None:
    """Show results of one kind.

    names: labels in place of ids. key: unique on the page. asked: statistics that are not printed by default.
    moments, reliability: mean and standard deviation, and reliability, of variables, for tables that show them.
    """
    from analysis.result import NotApplicable
    from reports import verbs

    options = verbs.options(names, asked, moments, reliability)
    show_sentences(results, options)
    if all(isinstance(result, NotApplicable) for result in results):
        return  # a table would say the same once more
    show_tables(verbs.tables(results, options=options, first=0), key)
    show_figures(results, options, key)


def show_sentences(results: Sequence[Any], options: Options) -> None:
    """Each result in words, as it can stand in a text."""
    from reports import verbs
    from reports.write.html import rich

    for result in results:
        st.html(f'<p class="tf-sentence">{rich(verbs.prose(result, options=options))}</p>')


def show_figures(results: Sequence[Any], options: Options, key: str) -> None:
    """The pictures of some results, where they have any."""
    from reports import verbs

    figures = verbs.figures(results, options=options)
    for place, figure in enumerate(figures):
        if len(figures) > 1:  # one alone is of the table above it
            st.caption(plain(figure.title))
        charts.show_figure(figure, f"{key}_figure_{place}")
