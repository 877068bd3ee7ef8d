"""A study's plan on its page: keep one, lock it, change it with a date and a reason, or open the study without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from views.database import store
from views.researcher.places import place
from views.researcher.show import complain, plain, show_problems
from views.session import require_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey.registration import Registration
    from survey.store.sessions import Study


def planning(study: Study, *, may_change: bool, actor: str) -> None:
    """Where the plan stands, and what can be done with it."""
    registration = store().plans.registration(study.slug)
    st.header("Plan", anchor=False)
    _standing(study, registration)
    _record(study, registration)
    if study.plan_text:
        with st.expander("Read the plan"):
            st.code(study.plan_text, language="yaml", wrap_lines=True)
            st.download_button(
                "Download it (.yaml)", study.plan_text, f"{study.slug}.plan.yaml", "application/yaml",
                on_click="ignore", key="plan_download",
            )  # fmt: skip
    if not may_change:
        return
    if study.plan_text:
        st.page_link(
            place("design"), label="How many people does it need?", icon=":material/groups:",
            query_params={"name": study.slug},
        )  # fmt: skip
    if study.plan_text and registration.lock is None:
        _lock(study, actor)
    _keep(study, registration, actor)
    if registration.lock is not None or registration.closed:
        _unlock(study, registration, actor)


def _standing(study: Study, registration: Registration) -> None:
    from reports.registration import known, moment

    lock = registration.lock
    if lock is not None:
        st.success(f"Locked since {moment(lock.at)}. Stops: {plain(lock.words)}", icon=":material/lock:")
        st.caption(f"Known at the lock: {known(lock)}. Fingerprint {lock.hash}.")
    elif registration.events:
        st.warning("Open without a lock: tests explore, and every report says so.", icon=":material/lock_open:")
    elif registration.closed:
        st.info(
            "The study is live and its plan is not locked: relations of outcomes with predictors are closed, on pages, "
            "in plans and in exports.",
            icon=":material/lock:",
        )
    elif study.plan_text:
        st.write("It is kept, but not locked. Lock it before you launch: then it is known to have come first.")
    else:
        st.write("There is none yet. A plan says beforehand what is analysed, and which findings would count.")


def _record(study: Study, registration: Registration) -> None:
    """Every change since the lock and every unlocking, with its date; kept for good."""
    from reports.registration import answers, changes, moment, unlocked

    for event in registration.unlockings:
        st.caption(plain(unlocked(event)))
    lock = registration.lock
    before = lock.plan if lock is not None else None
    for event in registration.deviations:
        st.markdown(f"**Deviation of {moment(event.at)}**, after {answers(event.n)}: {plain(event.words)}")
        for change in changes(before, event.plan, study.instrument):
            st.caption(plain(change))
        before = event.plan


def _lock(study: Study, actor: str) -> None:
    with st.form("lock_plan"):
        rule = st.text_input(
            "When do you stop collecting?", key="stopping", max_chars=2000,
            placeholder="At 1,200 completed, or on 31 March, whichever comes first",
        )  # fmt: skip
        st.caption(
            "The lock keeps the plan's fingerprint, the time, how many have answered and how often answers were looked "
            "at. A later change is kept as a deviation, with its date and your reason."
        )
        if st.form_submit_button("Lock the plan", type="primary"):
            _done(lambda: store().plans.lock(study.slug, rule, actor))


def _keep(study: Study, registration: Registration, actor: str) -> None:
    locked = registration.lock is not None
    another = "Keep another plan with the study" if study.plan_text else "Keep a plan with the study"
    with st.expander("Change the plan: a dated deviation" if locked else another):
        file = st.file_uploader("Plan (.yaml)", type=["yaml", "yml"], key="keep_plan")
        reason = st.text_input("Why? It stands in every report.", key="deviation", max_chars=2000) if locked else ""
        if not st.button("Keep it as a deviation" if locked else "Keep this plan", key="keep", disabled=file is None):
            return
        from analysis.plan import check_plan

        text = file.getvalue().decode("utf-8", "replace") if file else ""
        if problems := check_plan(text, "plan", study.instrument):
            show_problems(problems, "the plan", text, "It was not kept.")
            return
        if locked:
            _done(lambda: store().plans.deviate(study.slug, text, reason, actor))
        else:
            _done(lambda: store().studies.set_plan(study.slug, text, actor))


def _unlock(study: Study, registration: Registration, actor: str) -> None:
    locked = registration.lock is not None
    with st.expander("Take the lock off" if locked else "Open the study without a lock"):
        st.write(
            "Everything can be looked at from then on, and nothing that is found confirms a plan. When it was done, "
            "after how many answers and why stays on record and stands in every report. It cannot be undone."
        )
        reason = st.text_input("Why?", key="unlock_reason", max_chars=2000)
        if st.button("Take the lock off" if locked else "Open it without a lock", key="unlock"):
            _done(lambda: store().plans.unlock(study.slug, reason, actor))


def _done(act: Callable[[], object]) -> None:
    require_part("study.plan.change")
    try:
        act()
    except SurveyError as error:
        complain(error)
    else:
        st.rerun()
