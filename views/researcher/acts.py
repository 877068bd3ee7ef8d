"""The audit log on its page: which lines are asked for, and how they are shown and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from survey.store.audit import AuditLine, Wanted
from views.database import store
from views.researcher.show import csv_text, plain

MOST_SHOWN = 500
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365, "all": 0}
LABELS = {"day": "A day", "week": "A week", "month": "A month", "year": "A year", "all": "Everything"}
ANY = "Any"
PROGRAM = "Twofold"
"""Who acts where nobody is named: the program itself, as when a draft is made for a demonstration."""


def choose_lines() -> Wanted:
    """What the person asks of the log."""
    columns = st.columns(3)
    chosen = {}
    for column, name, label in zip(columns, ("actor", "action", "subject"), ("Who", "What", "Of"), strict=True):
        with column:
            chosen[name] = st.selectbox(label, [ANY, *store().audit.known(name)], key=f"log_{name}")
    period = st.segmented_control(
        "How far back", list(PERIODS), default="month", required=True, format_func=LABELS.__getitem__, key="log_period"
    )
    days = PERIODS[period or "month"]
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    only = {name: "" if value in (None, ANY) else str(value) for name, value in chosen.items()}
    return Wanted(**only, since=since)


def as_table(lines: Sequence[AuditLine]) -> dict[str, list[str]]:
    """Columns of text, the newest line first."""
    return {
        "When": [f"{line.at:%Y-%m-%d %H:%M:%S}" for line in lines],
        "Who": [line.actor or PROGRAM for line in lines],
        "What": [line.action for line in lines],
        "Of": [line.subject for line in lines],
        "Details": [line.said for line in lines],
    }


def as_csv(lines: Sequence[AuditLine]) -> str:
    """The same as a file."""
    rows = [(line.at.isoformat(timespec="seconds"), line.actor or PROGRAM, line.action, line.subject, line.said)
            for line in lines]  # fmt: skip
    return csv_text(("when", "who", "what", "of", "details"), rows)


def in_words(line: AuditLine) -> str:
    """One act as a sentence, for those who read by ear: the table is drawn on a canvas."""
    details = f" ({line.said})" if line.said else ""
    return plain(f"{line.at:%d %B %Y, %H:%M}: {line.actor or PROGRAM}, {line.action}, {line.subject}{details}")
