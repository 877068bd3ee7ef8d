"""Results on a page: the sentence, the tables with their buttons, the picture, and what could not be done and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from views.researcher import charts
from views.tables import show_tables

if TYPE_CHECKING:
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
    from reports import verbs
    from reports.write.html import rich

    options = verbs.options(names, asked, moments, reliability)
    for result in results:
        st.html(f'<p class="tf-sentence">{rich(verbs.prose(result, options=options))}</p>')
    show_tables(verbs.tables(results, options=options, first=0), key)
    for place, figure in enumerate(verbs.figures(results, options=options)):
        charts.show_figure(figure, f"{key}_figure_{place}")
