"""What a launch asks for: the ethics approval, whom respondents can turn to, and how each translation was reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.assurance import LONGEST, METHODS, NOT_NEEDED, Assured, latest, needed, words_of
from survey.errors import SurveyError
from survey.instrument.reachable import without_contact
from survey.store.erase import PILOT
from views.database import store
from views.researcher.show import complain, plain
from views.words.choose import own_name

if TYPE_CHECKING:
    from survey.assurance import Assurance
    from survey.store.sessions import Study

ETHICS = ("It has an approval", "It needs none")


def silent(study: Study) -> str:
    """What to say of a questionnaire that names nobody whom respondents could write to or call; '' where it does."""
    languages = study.instrument.languages
    named = ", ".join(own_name(language, languages) for language in without_contact(study.instrument))
    if not named:
        return ""
    return (
        f"Neither the consent page nor the last one says whom to write to or call ({named}). Respondents who are upset,"
        " or want to ask something, would not know where to turn."
    )


def ask(study: Study, key: str) -> Assured:
    """The questions, with what was said before; what is said now. key: of the place where they are asked."""
    known = latest(store().assurances.list(study.slug))
    ethics, distress = known.get(("ethics", "")), known.get(("distress", ""))
    st.markdown("**Ethics approval**")
    chosen = st.radio(
        "Ethics approval", ETHICS, int(ethics is not None and ethics.answer == NOT_NEEDED), horizontal=True,
        label_visibility="collapsed", key=f"{key}_ethics",
    )  # fmt: skip
    approved = chosen == ETHICS[0]
    label = "Who approved it, and under which number" if approved else "Why it needs none"
    words = st.text_input(label, _words(ethics), max_chars=LONGEST, key=f"{key}_ethics_{ETHICS.index(chosen)}")
    help_ = st.text_area(
        "Whom respondents can turn to when something in it upsets them",
        _words(distress),
        max_chars=LONGEST,
        height=80,
        key=f"{key}_distress",
        help="A person of the study, a help line, a service at work: what you will do when somebody writes to you.",
    )
    return Assured(
        ethics=words if approved else "",
        no_ethics="" if approved else words,
        distress=help_,
        translations={language: _review(study, language, known, key) for language in study.instrument.languages[1:]},
    )


def pilot_goes(study: Study) -> bool:
    """Whether the pilot's answers are to be erased with the launch, where there are any: asked, and not by default."""
    there = store().erasures.extent(study.slug, PILOT).responses
    return there > 0 and st.checkbox(
        f"Erase the {there:,} response(s) of the pilot now. Otherwise they stay, apart; they can be erased later.",
        key="launch_without_pilot",
    )


def complete(study: Study, said: Assured) -> bool:
    """Whether all has been said that a launch asks for."""
    told = {(kind, language) for kind, language, _, _ in said.lines()}
    return set(needed(study.instrument)) <= told


def _review(study: Study, language: str, known: dict[tuple[str, str], Assurance], key: str) -> tuple[str, str]:
    name = plain(own_name(language, study.instrument.languages))
    before = known.get(("translation", language))
    methods = list(METHODS)
    st.markdown(f"**Translation: {name}**")
    method = st.selectbox(
        f"How the translation was reviewed ({name})", methods, methods.index(before.answer) if before else None,
        format_func=lambda one: METHODS[one].capitalize(), key=f"{key}_method_{language}", placeholder="Choose",
    )  # fmt: skip
    label = "What is planned" if method == "none" else "By whom, and what came of it"
    words = st.text_input(f"{label} ({name})", _words(before), max_chars=LONGEST, key=f"{key}_review_{language}")
    return (method, words) if method is not None else ("", "")


def _words(said: Assurance | None) -> str:
    return said.words if said is not None else ""


def told(study: Study, *, may_change: bool, actor: str) -> None:
    """What was said, for everybody who works on the study; its owner may say more, or correct it."""
    known = latest(store().assurances.list(study.slug))
    if study.status not in ("live", "closed") and not known:
        return
    missing = [one for one in needed(study.instrument) if one not in known]
    with st.expander("Ethics, help for respondents, translations", icon=":material/warning:" if missing else None):
        for said in known.values():
            st.markdown(f"**{title(study, said.kind, said.language)}:** {plain(words_of(said))}")
            st.caption(f"Said on {said.at:%d %B %Y}" + (f" by {plain(said.actor)}." if said.actor else "."))
        for kind, language in missing:
            st.markdown(f"**{title(study, kind, language)}:** nothing was said of it.")
        if may_change:
            with st.popover("Say more, or correct it"):
                said_now = ask(study, "assure")
                if st.button("Keep it", type="primary", key="assure_keep"):
                    try:
                        store().assurances.add(study.slug, said_now, actor)
                    except SurveyError as error:
                        complain(error)
                    else:
                        st.rerun()


def title(study: Study, kind: str, language: str) -> str:
    """What a kind of assurance is called."""
    names = {"ethics": "Ethics approval", "distress": "Help for respondents"}
    return names.get(kind) or f"Translation, {plain(own_name(language, study.instrument.languages))}"
