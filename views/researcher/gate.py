"""What is closed while a study is live and its plan is not locked, and the note in the audit log of each look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.files.problems import FileProblems
from views import session, state
from views.database import store
from views.researcher.places import place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.plan import Plan
    from analysis.plan.relations import Relations
    from survey.registration import Registration
    from survey.store.logins import User
    from survey.store.plans import Act
    from views.researcher.source import Source

OPEN = frozenset({"correlation", "reliability", "structure", "factor", "missing", "groups", "waves", "care"})
"""Views of the explorer that show how something was measured: they stay open, each with its own check of pairs."""


def registration_of(source: Source) -> Registration | None:
    """What became of the plan of a study's source; None for a file."""
    return store().plans.registration(source.slug, source.phase) if source.slug else None


def closed_relations(source: Source) -> Relations | None:
    """The relations that a source keeps closed; None where all are open, as in a file or a pilot."""
    registration = registration_of(source)
    if registration is None or not registration.closed:
        return None
    from analysis.plan.relations import relations

    return relations(_plan(store().studies.get(source.slug).plan_text, source), source.instrument)


def locked_plan(source: Source) -> Plan | None:
    """The plan as it was locked; None where there is no lock on these answers."""
    registration = registration_of(source)
    lock = registration.lock if registration is not None and registration.phase == "live" else None
    return _plan(lock.plan, source) if lock is not None else None


def _plan(text: str | None, source: Source) -> Plan | None:
    from analysis.plan import load_plan

    try:
        return load_plan(text, "the study's plan", source.instrument) if text else None
    except FileProblems:
        return None


def gate(source: Source, view: str) -> bool:
    """Whether a view of the explorer is open; where it is not, this says so and how it is opened."""
    if view in OPEN or closed_relations(source) is None:
        note_met(source, "view", view)
        return True
    closed_note(source)
    return False


def together(source: Source, names: Iterable[str], *, measuring: bool = False) -> bool:
    """Whether these variables may be looked at together; where not, this says which two may not.

    measuring: a model of measurement, of which only pairs that the plan itself relates are closed.
    """
    closed = closed_relations(source)
    pair = closed.closed(names, within=not measuring) if closed is not None else None
    if pair is not None:
        closed_note(source, pair)
    return pair is None


def closed_note(source: Source, pair: tuple[str, str] | None = None) -> None:
    """What is closed, why, and the way to the lock."""
    from views.researcher.variables import labels

    names = labels(source.instrument)
    about = f" That holds for {names(pair[0])} with {names(pair[1])}." if pair else ""
    with st.container(border=True, key="closed"):
        st.header(":material/lock: Closed until the plan is locked", anchor=False)
        st.write(
            "This study is live. What is seen of an outcome with a predictor before the plan is settled makes its "
            f"tests worth less, so these relations are closed.{about} Distributions, missing answers, reliability and "
            "factor models of a scale are open, and so is everything of the pilot."
        )
        st.page_link(
            place("study"), label="Lock the plan, or open the study without", icon=":material/arrow_forward:",
            query_params={"name": source.slug},
        )  # fmt: skip


def first_time(*key: str) -> bool:
    """Whether this session has not yet noted such a look: a page runs at every click, and one look is one line."""
    met: set[tuple[str, ...]] = st.session_state.setdefault(state.MET, set())
    if key in met:
        return False
    met.add(key)
    return True


def note_look(action: str, subject: str) -> None:
    """Note in the audit log, once a session, a look at something that is not answers, such as the counts of a study."""
    if first_time(action, subject):
        user = session.current_user()
        store().audit.note(action, subject, user.name if user else "")


def note_met(source: Source, act: Act, what: str, user: User | None = None) -> None:
    """Note in the audit log that answers of a study were met; a view once a session for each state of the data."""
    if not source.slug:
        return
    if act == "view" and not first_time(act, what, source.key):
        return
    user = user or session.current_user()
    store().plans.met(source.slug, act, what, source.phase, user.name if user else "")
