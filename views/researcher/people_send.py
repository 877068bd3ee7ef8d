"""What is due to be sent, sending it, and how far that has come."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import MailError, SurveyError
from survey.mail.sending import Which, base_address, letters_for
from survey.mail.smtp import server_set
from survey.store.schema import now
from views.database import store
from views.researcher import live, rounds
from views.researcher.places import place
from views.researcher.show import complain, plain, spaced
from views.session import require_part

if TYPE_CHECKING:
    from survey.store.letters import Correspondence
    from survey.store.sessions import Study

NAMES: dict[Which, tuple[str, str]] = {
    "invitation": ("invitation", "invitations"),
    "reminder": ("reminder", "reminders"),
}
FINISHED = ("completed", "screened_out", "over_quota", "declined")


def overview(mail: Correspondence) -> None:
    """How many there are and where they stand, in counts."""
    people = mail.people
    with st.container(horizontal=True, key="people_counts"):
        st.metric("In the list", spaced(len(people)), border=True)
        st.metric("Have a letter", spaced(sum(bool(one.letters) for one in people)), border=True)
        st.metric(
            "Are through", spaced(sum(one.standing in FINISHED for one in people)), border=True,
            help="Completed, declined, were screened out or met a full quota, in the last wave that they were in.",
        )  # fmt: skip
        st.metric(
            "Cannot be reached", spaced(sum(not one.contact.reachable for one in people)), border=True,
            help="Ended the letters, left the study, or have an address that does not work.",
        )  # fmt: skip


def due_now(study: Study) -> None:
    """On the study's own page: what waits to be sent, and the way there."""
    label = "Invite people by mail"
    if listed := store().contacts.count(study.slug):
        due = [_many(n, which) for which, n in zip(NAMES, live.due(study), strict=True) if n]
        told = f"{' and '.join(due)} due" if due and study.accepts_answers else f"{spaced(listed)} in the list"
        label = f"People: {told}"
    st.page_link(place("people"), label=label, icon=":material/mail:", query_params={"name": study.slug})


def sending(mail: Correspondence, actor: str) -> None:
    """Invitations and reminders that may go now, with what is missing for it."""
    _unknown(mail, actor)
    moment = now()
    missing = _missing(mail)
    for line in missing:
        st.info(plain(line[:1].upper() + line[1:]), icon=":material/info:")
    going = rounds.under_way(mail.study.slug)
    if going is not None:
        _progress(mail.study.slug, counted=going.done)
        if not going.done:
            return
    which: Which
    for which in ("invitation", "reminder"):
        ready = mail.due(moment, which)
        with st.container(border=True, key=f"due_{which}"):
            n = len(ready)
            st.markdown(f"**{_many(n, which)} due now.** " + (_later(mail, moment) if which == "reminder" else ""))
            if not n:
                continue
            with st.container(horizontal=True):
                if st.button(f"Send {_many(n, which)}", key=f"send_{which}", disabled=bool(missing), type="primary"):
                    _confirm(mail, which, n, actor)
                # Whose reminder is due has not finished: in an employer's study nobody is told who that is.
                shown = not missing and (which == "invitation" or mail.study.tells_who)
                if shown and st.button("See the first", key=f"see_{which}"):
                    _see(mail, which)


def _missing(mail: Correspondence) -> list[str]:
    missing = []
    if not mail.study.accepts_answers:
        missing.append(f"The study is {mail.study.status}: its links lead nowhere, so no letters go out.")
    if not mail.settings.sender:
        missing.append("Say under Letters who sends them.")
    for look in (server_set, lambda: base_address(store())):
        try:
            look()
        except MailError as error:
            missing.append(str(error))
    return missing


def _later(mail: Correspondence, moment: datetime) -> str:
    """When the next reminders will be due."""
    later = [one.due for one in mail.people if one.kind == "reminder" and one.due is not None and one.due > moment]
    if not later:
        return ""
    soonest = min(later)
    n = sum(due.date() == soonest.date() for due in later)
    return f"The next {'one' if n == 1 else spaced(n)} on {soonest.day} {soonest:%B %Y}."


@st.dialog("Send letters?")
def _confirm(mail: Correspondence, which: Which, n: int, actor: str) -> None:
    st.write(
        f"{_many(n, which)} will go out, each with its person's own link, from {plain(mail.settings.sender)}. A letter "
        "that was sent cannot be called back."
    )
    if st.button("Send them", type="primary", key="send_yes"):
        require_part("people.send")
        try:
            rounds.start(store(), mail.study.slug, which, actor)
        except SurveyError as error:
            complain(error)
        else:
            st.rerun()


@st.dialog("The first letter", width="large")
def _see(mail: Correspondence, which: Which) -> None:
    person = mail.due(now(), which)[0]
    try:
        (letter,) = letters_for(store(), base_address(store()), mail, [person])
    except MailError as error:
        complain(error)
        return
    # The link in it would let its reader answer in the person's place.
    secret = person.contact.token
    token = store().contacts.opt_out_token(person.contact.invitation_id)
    st.markdown(f"**{plain(letter.subject)}**")
    st.code(letter.body.replace(secret, "…").replace(token, "…"), language=None, wrap_lines=True)


@st.fragment(run_every="1s")
def _progress(slug: str, *, counted: bool) -> None:
    """How far a round is. Once it ends the page is drawn again, unless its counts already have what the round sent."""
    require_part("people.send")
    going = rounds.under_way(slug)
    if going is None:
        return
    tally = going.tally
    if not going.done:
        st.progress(tally.done / tally.of if tally.of else 0.0, f"{tally.done} of {tally.of} letters")
        if st.button("Stop after this letter", key="stop_sending"):
            going.plan.stop.set()
        return
    if not counted:
        live.count_due_again()
        st.rerun(scope="app")
    told = [f"{_many(tally.sent, going.which)} sent."]
    told += [f"{tally.refused} refused: the address does not exist."] if tally.refused else []
    told += [f"{tally.failed} not taken this time: send again later."] if tally.failed else []
    told += [f"Of {tally.unknown} it is not known whether sent."] if tally.unknown else []
    told += [f"Ended early: {tally.ended}. The rest waits."] if tally.ended else []
    good = not (tally.refused or tally.failed or tally.unknown or tally.ended or going.error)
    (st.success if good else st.warning)(plain(going.error or " ".join(told)))
    if st.button("Close this", key="round_seen"):
        rounds.forget_round(slug)
        st.rerun(scope="app")


def _unknown(mail: Correspondence, actor: str) -> None:
    """Letters whose fate nobody knows: whoever sends decides."""
    n = len(mail.unknown)
    if not n:
        return
    with st.container(border=True, key="letters_unknown"):
        st.warning(
            f"Of {'one letter' if n == 1 else f'{n} letters'} it is not known whether it went out: the mail server or "
            "Twofold broke off in the middle of it. Look in the mail server's log if you can.",
            icon=":material/help:",
        )
        with st.container(horizontal=True):
            if st.button("Take as sent", key="unknown_sent"):
                store().letters.resolve(mail.study.slug, again=False, actor=actor)
                st.rerun()
            if st.button("Send once more", key="unknown_again", help="Some may then have the same letter twice."):
                store().letters.resolve(mail.study.slug, again=True, actor=actor)
                st.rerun()


def _many(n: int, which: Which) -> str:
    return f"{spaced(n) if n else 'No'} {NAMES[which][n != 1]}"
