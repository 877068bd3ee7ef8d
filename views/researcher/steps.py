"""What can be done with a study next: pilot, launch, close, delete, edit; each said in full before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

from survey.assurance import Assured
from survey.errors import SurveyError
from survey.instrument.unfilled import unfilled
from survey.store.erase import PILOT as PILOT_DATA
from survey.store.studies import permissions_needed
from views.database import store
from views.researcher import erasing, launch
from views.researcher.places import place
from views.researcher.show import complain, plain
from views.session import require_part

if TYPE_CHECKING:
    from survey.store.sessions import Study

Target = Literal["draft", "pilot", "live", "closed"]
NOTHING_SAID = Assured()


@dataclass(frozen=True)
class Step:
    """A change of a study's status: the button, the question, and what it changes, line by line."""

    target: Target
    button: str
    question: str
    changes: tuple[str, ...]


PILOT = Step(
    "pilot",
    "Start the pilot",
    "Start the pilot?",
    (
        "The link opens: whoever has it can answer.",
        "Answers count as pilot answers. They are kept apart and never pooled with live ones.",
        "The questionnaire is fixed while the pilot runs; you can go back to the draft to change it.",
    ),
)
DRAFT = Step(
    "draft",
    "Back to the draft",
    "Go back to the draft?",
    (
        "The link closes: nobody can answer until you start the pilot again or launch.",
        "You can edit the questionnaire again.",
        "Pilot answers stay, each with the version that it answered.",
    ),
)
LAUNCH = Step(
    "live",
    "Launch",
    "Launch the study?",
    (
        "The link opens, and answers from now on count as live answers.",
        "Answers of a pilot stay where they are, apart.",
        "Every answer carries the fingerprint of its questionnaire. A later change makes a new version.",
    ),
)
CLOSE = Step(
    "closed",
    "Close",
    "Close the study?",
    (
        "Nobody can answer any more. Those in the middle of it are told so, and what they sent is kept.",
        "The answers stay here for you to analyse. Nothing is erased: say under Data protection when that is due.",
        "Respondents can still leave by their own link, and have their answers deleted until the day you have named.",
        "You can open it again later.",
    ),
)
REOPEN = Step(
    "live",
    "Open again",
    "Open the study again?",
    ("The same links work again.", "New answers are added to those you have.", "The questionnaire stays as it is."),
)

NEXT: dict[str, tuple[str, tuple[Step, ...]]] = {
    "draft": (
        "This study is a draft: nobody can open it. Look through the questionnaire, try it out on a few people in a "
        "pilot, then launch it.",
        (PILOT, LAUNCH),
    ),
    "pilot": (
        "The pilot is running. Send the link to a few people, see how long they take and where they stop, then launch.",
        (LAUNCH, DRAFT),
    ),
    "live": ("The study is live. Send its link. Close it once you have the answers that you need.", (CLOSE,)),
    "closed": ("The study is closed. Its answers wait for you under Data and Results.", (REOPEN,)),
}


def next_step(study: Study, actor: str) -> None:
    """What to do now, and the buttons that do it."""
    require_part("study.steps")
    advice, steps = NEXT[study.status]
    with st.container(border=True, key="next_step"):
        st.write(advice)
        with st.container(horizontal=True):
            for step in steps:
                first = step is steps[0] and study.status in ("draft", "pilot")
                if st.button(step.button, type="primary" if first else "secondary", key=f"step_{step.target}"):
                    _confirm(step, study, actor)
            if study.status == "draft" and st.button("Delete the draft", key="step_delete"):
                _confirm_delete(study, actor)


def take(target: Target, slug: str, actor: str, permissions: Sequence[str] = (), said: Assured = NOTHING_SAID) -> str:
    """Take the step; '' when it is done, else why it cannot be."""
    try:
        if target == "live":
            store().studies.launch(slug, said, actor, permissions)
        else:
            store().studies.set_status(slug, target, actor, permissions)
    except SurveyError as error:
        return str(error)
    return ""


def _confirm(step: Step, study: Study, actor: str) -> None:
    @st.dialog(step.question)
    def ask() -> None:
        require_part("study.steps")  # a dialog runs by itself, so it asks for itself
        st.markdown(f"**{plain(study.title)}**")
        st.markdown("\n".join(f"- {change}" for change in step.changes))
        if step in (PILOT, LAUNCH):
            _still_open(study)
        needed = permissions_needed(study.instrument) if step in (PILOT, LAUNCH) else ()
        given = [name for name in needed if _permission(study, name, step)]
        said = launch.ask(study, "launch") if step is LAUNCH else NOTHING_SAID
        without = step is LAUNCH and launch.pilot_goes(study)
        ready = len(given) == len(needed) and (step is not LAUNCH or launch.complete(study, said))
        if not ready:
            st.caption("The button opens once all of the above is said.")
        if st.button(step.button, type="primary", key=f"confirm_{step.target}", disabled=not ready):
            if refused := take(step.target, study.slug, actor, given, said):
                st.error(plain(refused))
            else:
                if without:
                    erasing.erase(study, PILOT_DATA, actor)
                st.rerun()

    ask()


def _still_open(study: Study) -> None:
    """What the author has yet to write: each place on the consent page, and the items without wording in one line."""
    instrument = study.instrument
    found = unfilled(instrument)
    placeholders = [words for at, words in found if at not in instrument.items]
    for placeholder in placeholders:
        st.warning(f"The consent page still says “{plain(placeholder)}”. Respondents will read it so.")
    if not placeholders and (silent := launch.silent(study)):
        st.warning(plain(silent))
    if items := list(dict.fromkeys(at for at, _ in found if at in instrument.items)):
        st.warning(
            f"{len(items)} item(s) have no wording yet, the first is {plain(items[0])}. Respondents would read"
            f" “{plain(next(words for at, words in found if at == items[0]))}”."
        )


def _permission(study: Study, name: str, step: Step) -> bool:
    """Whether the researcher says to have the owner's permission for a wording; it goes into the audit log."""
    source = study.instrument.sources[name]
    st.markdown(plain(source.citation))
    return st.checkbox(
        f"{plain(source.owner)} permits the use of this wording in my study. My name and this statement are kept.",
        key=f"permission_{step.target}_{name}",
    )


@st.dialog("Delete this draft?")
def _confirm_delete(study: Study, actor: str) -> None:
    require_part("study.steps")
    st.markdown(f"**{plain(study.title)}**")
    st.write("The draft and its questionnaire are removed. A draft that has pilot answers cannot be deleted.")
    if st.button("Delete it", type="primary", key="confirm_delete"):
        try:
            store().studies.delete(study.slug, actor)
        except SurveyError as error:
            complain(error)
        else:
            st.switch_page(place("studies"))
