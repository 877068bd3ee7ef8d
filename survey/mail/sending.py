"""A round of letters: each made for its person, handed over one after the other at a bearable pace, none twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from survey.errors import MailError
from survey.mail.address import read_address, read_sender
from survey.mail.day import day
from survey.mail.letter import fill
from survey.mail.message import Letter, as_bytes, message_id
from survey.mail.smtp import MailServer, Post, server_set
from survey.store import schema
from survey.store.mailing import ADDRESS_ENVIRONMENT, Mailing, read_base, title_in

if TYPE_CHECKING:
    from survey.store import Store
    from survey.store.letters import Correspondence, Person
    from survey.store.sessions import Study

PACE_ENVIRONMENT = "TWOFOLD_MAIL_PER_MINUTE"
PER_MINUTE = 60
FAILURES_IN_A_ROW = 3
"""So many letters in a row that the server did not take, and it is the server: the round ends."""

Which = Literal["invitation", "reminder"]


@dataclass(frozen=True)
class Tally:
    """How far a round has come. sent, refused, failed, unknown: letters by what became of them; of: all of them.

    skipped: letters that somebody else has sent, or that were not wanted any more. ended: why it ended early, or ''.
    """

    of: int
    sent: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    ended: str = ""

    @property
    def done(self) -> int:
        return self.sent + self.refused + self.failed + self.unknown + self.skipped


@dataclass(frozen=True)
class Round:
    """What a round needs: the letters, who sends them, through which server, how many a minute."""

    study: Study
    settings: Mailing
    people: Sequence[Person]
    letters: Sequence[Letter]
    server: MailServer
    per_minute: float = PER_MINUTE
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], datetime] = schema.now


def base_address(store: Store) -> str:
    """The address of this server for letters. Raises MailError where nobody has said it: a guess would be wrong."""
    given = os.environ.get(ADDRESS_ENVIRONMENT, "").strip()
    address = read_base(given) if given else store.mailing.address()
    if not address:
        raise MailError(
            "nobody has said at which address people reach this server. Its owner says it on the page People, with"
            f" twofold invite address https://…, or in {ADDRESS_ENVIRONMENT}."
        )
    return address


def link_of(base: str, token: str, language: str | None, light: bool) -> str:
    """A person's link, to the full version or to the light one."""
    end = f"{'?' if light else '&'}lang={quote(language)}" if language else ""
    return f"{base}/s/{quote(token, safe='')}{end}" if light else f"{base}/?s={quote(token, safe='')}{end}"


def letters_for(store: Store, base: str, mail: Correspondence, people: Sequence[Person]) -> list[Letter]:
    """Each person's letter, filled in. Raises MailError, which tells each person's row by its number in ``people``."""
    study, settings = mail.study, mail.settings
    words = {
        (person.kind, language): store.mailing.words(study.slug, person.kind, language)
        for person in people
        for language in (person.contact.language or study.instrument.languages[0],)
    }
    made, wrong = [], []
    for number, person in enumerate(people, 1):
        contact = person.contact
        language = contact.language or study.instrument.languages[0]
        unsubscribe = f"{base}/u/{store.contacts.opt_out_token(contact.invitation_id)}"
        values = {
            **contact.words,
            "link": link_of(base, contact.token, contact.language, settings.light),
            "title": title_in(study, language),
            "deadline": _day(settings.deadline, language),
            "unsubscribe": unsubscribe,
        }
        text = words[person.kind, language]
        try:
            made.append(
                Letter(contact.address, language, fill(text.subject, values), fill(text.body, values), unsubscribe)
            )
        except MailError as error:
            wrong.append(f"letter {number}: {error}")
    if wrong:
        more = f"\nand {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise MailError("\n".join(wrong[:5]) + more)
    return made


def plan_round(store: Store, slug: str, which: Which, now: datetime, people: Sequence[Person] | None = None) -> Round:
    """All that is due of a kind, made and ready to go. Raises MailError for whatever is not set.

    people: these alone, of those who are due.
    """
    mail = store.letters.correspondence(slug, now)
    if not mail.study.accepts_answers:
        raise MailError(f"the study {slug!r} is {mail.study.status}: its links lead nowhere, so no letters go out.")
    if not mail.settings.sender:
        raise MailError(
            f"the letters of {slug!r} have no sender. Give one on the page People, or: twofold invite settings {slug}"
            " --sender 'Name <address>'"
        )
    server = server_set()
    ready = mail.due(now, which)
    if people is not None:
        wanted = {person.contact.invitation_id for person in people}
        ready = [person for person in ready if person.contact.invitation_id in wanted]
    letters = letters_for(store, base_address(store), mail, ready)
    return Round(mail.study, mail.settings, ready, letters, server, pace())


def pace() -> float:
    """Letters a minute, as ``TWOFOLD_MAIL_PER_MINUTE`` says. Raises MailError."""
    given = os.environ.get(PACE_ENVIRONMENT, "").strip() or str(PER_MINUTE)
    try:
        found = float(given)
    except ValueError:
        found = 0.0
    if not 0 < found <= 100_000:
        raise MailError(f"{PACE_ENVIRONMENT}={given!r} is no number of letters a minute, such as 60.")
    return found


def send_round(store: Store, plan: Round, actor: str = "", progress: Callable[[Tally], None] | None = None) -> Tally:
    """Hand the letters over; where the server is gone, or ``plan.stop`` is set, the rest stays for the next round.

    Raises MailError where the server cannot be reached or refuses the sign-in: then nothing was begun.
    """
    tally = Tally(len(plan.people))
    if not plan.people:
        return tally
    post = Post(plan.server)
    in_a_row = 0
    try:
        post.open()
        for person, letter in zip(plan.people, plan.letters, strict=True):
            if tally.done and plan.stop.wait(60.0 / plan.per_minute):
                return _ended(tally, "stopped by hand")
            try:
                post.open()
            except MailError as error:
                return _ended(tally, str(error))
            made = store.letters.begin(plan.study, person, plan.clock())
            if made is None:
                tally = replace(tally, skipped=tally.skipped + 1)
                continue
            sender = plan.settings.sender
            _, envelope = read_sender(sender)
            identity = message_id(store.keys, made, envelope)
            outcome = post.send(envelope, letter.to, as_bytes(letter, sender, plan.settings.reply_to, identity))
            store.letters.settle(made, outcome, plan.clock())
            tally = replace(tally, **{outcome.state: getattr(tally, outcome.state) + 1})
            in_a_row = 0 if outcome.state in ("sent", "refused") else in_a_row + 1
            if progress is not None:
                progress(tally)
            if outcome.blames == "us":
                return _ended(tally, f"the mail server takes no letters from {envelope} ({outcome.code})")
            if in_a_row >= FAILURES_IN_A_ROW:
                return _ended(tally, f"the mail server did not take {in_a_row} letters in a row")
        return tally
    finally:
        post.close()
        if tally.done:
            counts = {name: getattr(tally, name) for name in ("sent", "refused", "failed", "unknown")}
            store.letters.note_round(plan.study.slug, actor, counts)


def send_test(store: Store, slug: str, which: Which, to: str, language: str, now: datetime) -> Letter:
    """One letter to oneself, as somebody in the list would get it; its links lead nowhere. Raises MailError."""
    mail = store.letters.correspondence(slug, now)
    if not mail.settings.sender:
        raise MailError(f"the letters of {slug!r} have no sender yet.")
    server = server_set()
    letter = sample_letter(store, mail, which, language, base_address(store), read_address(to))
    _, envelope = read_sender(mail.settings.sender)
    post = Post(server)
    try:
        outcome = post.send(
            envelope,
            letter.to,
            as_bytes(letter, mail.settings.sender, mail.settings.reply_to, f"<test@{envelope.rpartition('@')[2]}>"),
        )
    finally:
        post.close()
    if outcome.state != "sent":
        raise MailError(f"the mail server did not take the test letter ({outcome.code or 'the connection was lost'}).")
    return letter


def sample_letter(
    store: Store, mail: Correspondence, which: Which, language: str, base: str, to: str = "you@example.org"
) -> Letter:
    """A letter as somebody would get it, with links that lead nowhere."""
    study = mail.study
    text = store.mailing.words(study.slug, which, language)
    words = next((person.contact.words for person in mail.people if person.contact.language in (language, None)), {})
    values = {
        **words,
        "link": link_of(base, "your-own-link", language, mail.settings.light),
        "title": title_in(study, language),
        "deadline": _day(mail.settings.deadline, language),
        "unsubscribe": f"{base}/u/your-own-link",
    }
    return Letter(to, language, fill(text.subject, values), fill(text.body, values))


def _ended(tally: Tally, why: str) -> Tally:
    return replace(tally, ended=why)


def _day(iso: str, language: str) -> str:
    return day(language, iso) if iso else ""
