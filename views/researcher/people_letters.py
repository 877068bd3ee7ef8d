"""How a study writes: its settings, the words of each letter, and a letter to oneself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import streamlit as st

from survey.errors import MailError, SurveyError
from survey.mail.letter import KINDS, PLACEHOLDERS, Kind
from survey.mail.sending import Which, sample_letter, send_test
from survey.mail.words import LANGUAGES
from survey.store.mailing import MOST_DAYS, MOST_REMINDERS
from survey.store.schema import now
from views.database import store
from views.researcher.links import site
from views.researcher.show import complain, plain
from views.session import may_use
from views.words.choose import own_name

if TYPE_CHECKING:
    from survey.store.letters import Correspondence

CALLED: dict[Kind, str] = {"invitation": "Invitation", "next_wave": "A later wave opens", "reminder": "Reminder"}


def settings(mail: Correspondence, actor: str) -> None:
    """Sender, links, reminders, and the address of this server."""
    now_ = mail.settings
    with st.expander("Sender, links and reminders", expanded=not now_.sender), st.form("mailing", border=False):
        sender = st.text_input("Sender", now_.sender, placeholder="The research team <study@example.org>")
        reply = st.text_input("Answers go to", now_.reply_to, help="Empty: to the sender.")
        link = st.radio(
            "Links lead to", [False, True], index=int(now_.light), horizontal=True,
            format_func={False: "the full version", True: "the lighter version"}.__getitem__,
        )  # fmt: skip
        known = date.fromisoformat(now_.deadline) if now_.deadline else None
        deadline = st.date_input(
            "Last day to answer",
            known,
            help="No letter goes out after it, and letters say it as {deadline}. May be empty.",
        )
        columns = st.columns(2)
        after = columns[0].number_input("Days from a letter to a reminder", 1, MOST_DAYS, now_.remind_after)
        most = columns[1].number_input("Reminders at most", 0, MOST_REMINDERS, now_.remind_at_most)
        kept = store().mailing.address()
        # Where all studies' links lead is for the owner to say: another's server could ask in this one's name.
        address = kept
        if may_use("people.address"):
            address = st.text_input(
                "Address of this server, for links", kept, placeholder=_guess(),
                help="As people outside reach it. It is never guessed: what your browser shows may work for you alone.",
            )  # fmt: skip
        else:
            st.caption(f"Links lead to {kept}" if kept else "An owner has yet to say where links lead.")
        if st.form_submit_button("Keep these"):
            try:
                if address.strip() not in ("", kept):
                    store().mailing.set_address(address, actor)
                store().mailing.set(
                    mail.study.slug, actor, sender=sender.strip(), reply_to=reply.strip(), light=bool(link),
                    deadline=deadline.isoformat() if isinstance(deadline, date) else "",
                    remind_after=int(after), remind_at_most=int(most),
                )  # fmt: skip
            except SurveyError as error:
                complain(error)
            else:
                st.rerun()


def _guess() -> str:
    """This page's own address where it may be the right one, as an example."""
    here = site()
    return here if here.startswith("https://") else "https://survey.example.org"


def words(mail: Correspondence, actor: str) -> None:
    """Subject and body of each letter in each language, checked when they are kept."""
    languages = mail.study.instrument.languages
    with st.expander("Words of the letters"):
        kind, language = _choose(languages, "words")
        text = store().mailing.words(mail.study.slug, kind, language)
        if language.split("-")[0].lower() not in LANGUAGES and not text.own:
            st.info("Twofold brings no letter in this language: write one.", icon=":material/info:")
        known = sorted({word for one in mail.people for word in one.contact.words} - {"name"})
        holders = ", ".join(f"`{{{name}}}`" for name in (*PLACEHOLDERS, "name", *known))
        st.caption(f"Put in for each person: {holders}. `{{name|participant}}` says what stands where there is none.")
        with st.form(f"words_{kind}_{language}", border=False):
            subject = st.text_input("Subject", text.subject, max_chars=200)
            body = st.text_area("Letter", text.body, height=380)
            with st.container(horizontal=True):
                keep = st.form_submit_button("Keep these words")
                reset = st.form_submit_button("Back to Twofold's words", disabled=not text.own)
        if keep:
            try:
                store().mailing.set_words(mail.study.slug, kind, language, subject, body, actor)
            except MailError as error:
                st.error("\n".join(f"- {plain(line)}" for line in str(error).splitlines()))
            else:
                st.toast("Kept.")
        if reset:
            store().mailing.reset_words(mail.study.slug, kind, language, actor)
            st.rerun()


def test_letter(mail: Correspondence) -> None:
    """A letter as somebody would get it: looked at here, or sent to oneself."""
    with st.expander("Look at a letter, or send one to yourself"):
        kind, language = _choose(mail.study.instrument.languages, "test")
        base = store().mailing.address() or "https://survey.example.org"
        try:
            letter = sample_letter(store(), mail, cast("Which", kind), language, base)
        except MailError as error:
            complain(error)
            return
        st.markdown(f"**{plain(letter.subject)}**")
        st.code(letter.body, language=None, wrap_lines=True)
        with st.form("test_letter", border=False):
            to = st.text_input("Your address")
            if st.form_submit_button("Send it to me"):
                try:
                    send_test(store(), mail.study.slug, cast("Which", kind), to, language, now())
                except MailError as error:
                    complain(error)
                else:
                    st.success("The mail server has taken it. Its links lead nowhere.")


def _choose(languages: tuple[str, ...], key: str) -> tuple[Kind, str]:
    kind = st.segmented_control(
        "Which letter", list(KINDS), default="invitation", required=True, format_func=CALLED.__getitem__,
        key=f"{key}_kind",
    )  # fmt: skip
    language = languages[0]
    if len(languages) > 1:
        language = st.segmented_control(
            "Language", list(languages), default=languages[0], required=True, key=f"{key}_language",
            format_func=lambda one: own_name(one, languages),
        ) or languages[0]  # fmt: skip
    return kind or "invitation", language
