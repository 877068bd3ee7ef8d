"""How a study writes: sender, kind of link, reminders, incentive, and its own words for each letter and language."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, delete, insert, select, update

from survey.errors import MailError
from survey.instrument.model import say
from survey.mail.address import read_sender
from survey.mail.letter import KINDS, Kind, wrong_with
from survey.mail.words import default_words
from survey.store import audit, schema
from survey.store.contacts import Contacts
from survey.store.engine import Database
from survey.store.mail_tables import letter_text, mailing
from survey.store.sessions import Study
from survey.store.studies import find

ADDRESS_SETTING = "address"
ADDRESS_ENVIRONMENT = "TWOFOLD_ADDRESS"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_DAYS, MOST_REMINDERS = 365, 10


@dataclass(frozen=True)
class Mailing:
    """A study's settings. light: whether links lead to the plain version. deadline: a day (YYYY-MM-DD) or ''.

    remind_after: days from one letter to the next. incentive: what a person gets who completes a wave, or ''.
    """

    sender: str = ""
    reply_to: str = ""
    light: bool = False
    deadline: str = ""
    remind_after: int = 7
    remind_at_most: int = 2
    incentive: str = ""


@dataclass(frozen=True)
class LetterWords:
    """Subject and body of a letter in one language; own: whether the study wrote them itself."""

    kind: Kind
    language: str
    subject: str
    body: str
    own: bool


class Mailings:
    """Settings and words; who is written to is in ``Contacts``."""

    def __init__(self, database: Database, contacts: Contacts) -> None:
        self._database = database
        self._contacts = contacts

    def settings(self, slug: str) -> Mailing:
        """A study's settings, or those that it begins with. Raises NotFoundError."""
        return self._database.read(lambda connection: settings_of(connection, find(connection, slug)))

    def set(self, slug: str, actor: str = "", **changes: Any) -> Mailing:
        """Change some of them. Raises MailError for what cannot be."""

        def work(connection: Connection) -> Mailing:
            study = find(connection, slug)
            changed = replace(settings_of(connection, study), **changes)
            _check(changed)
            _put(connection, mailing, {"study_id": study.id}, asdict(changed) | {"light": int(changed.light)})
            audit.note(connection, "set mailing", slug, actor, changed=", ".join(sorted(changes)))
            return changed

        return self._database.write(work)

    def words(self, slug: str, kind: Kind, language: str) -> LetterWords:
        """A letter in a language: the study's own, else the one that Twofold brings."""
        return self._database.read(lambda connection: words_of(connection, find(connection, slug), kind, language))

    def wrong_with(self, slug: str, subject: str, body: str) -> list[str]:
        """What keeps a letter from being saved; [] where nothing does."""
        known = {word for one in self._contacts.list(slug) for word in one.words}
        return wrong_with(subject, body, known, bool(self.settings(slug).deadline))

    def set_words(self, slug: str, kind: Kind, language: str, subject: str, body: str, actor: str = "") -> LetterWords:
        """Give a study words of its own. Raises MailError with every mistake, a line each."""
        subject, body = subject.strip(), body.replace("\r\n", "\n").strip() + "\n"
        if kind not in KINDS:
            raise MailError(f"{kind!r} is no letter. There are: {', '.join(KINDS)}.")
        wrong = self.wrong_with(slug, subject, body)

        def work(connection: Connection) -> LetterWords:
            study = find(connection, slug)
            if language not in study.instrument.languages:
                raise MailError(f"the questionnaire has no {language!r}, only {', '.join(study.instrument.languages)}.")
            key = {"study_id": study.id, "kind": kind, "language": language}
            _put(connection, letter_text, key, {"subject": subject, "body": body})
            audit.note(connection, "set letter", slug, actor, kind=kind, language=language)
            return LetterWords(kind, language, subject, body, own=True)

        if wrong:
            raise MailError("\n".join(wrong))
        return self._database.write(work)

    def reset_words(self, slug: str, kind: Kind, language: str, actor: str = "") -> None:
        """Go back to the words that Twofold brings."""

        def work(connection: Connection) -> None:
            key = {"study_id": find(connection, slug).id, "kind": kind, "language": language}
            connection.execute(delete(letter_text).filter_by(**key))
            audit.note(connection, "reset letter", slug, actor, kind=kind, language=language)

        self._database.write(work)

    def address(self) -> str:
        """The address of this server that stands in letters, without a final '/'; '' where nobody has said it."""
        return self._database.read(address_of)

    def set_address(self, address: str, actor: str = "") -> str:
        """Say at which address people reach this server. Raises MailError."""
        wanted = read_base(address)

        def work(connection: Connection) -> None:
            _put(connection, schema.setting, {"name": ADDRESS_SETTING}, {"value": wanted})
            audit.note(connection, "set address", wanted, actor)

        self._database.write(work)
        return wanted


def address_of(connection: Connection) -> str:
    """The address of this server within a transaction; '' where nobody has said it."""
    kept = schema.setting.c
    return connection.execute(select(kept.value).where(kept.name == ADDRESS_SETTING)).scalar() or ""


def read_base(address: str) -> str:
    """The address of a server, as https://survey.example.org. Raises MailError where links in letters cannot use it."""
    try:
        parts = urlsplit(address.strip())
        local = parts.hostname in LOCAL
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, local, whole = urlsplit(""), False, False
    if (
        not whole
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username
        or not parts.netloc.isascii()
    ):
        raise MailError(
            f"{address.strip()!r} is not the address of this server. Give it as https://survey.example.org."
        )
    if parts.scheme == "http" and not local:
        raise MailError("links in letters are secrets, so the address must begin with https://.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def settings_of(connection: Connection, study: Study) -> Mailing:
    """The settings within a transaction."""
    row = connection.execute(select(mailing).where(mailing.c.study_id == study.id)).one_or_none()
    if row is None:
        return Mailing()
    known = {name: value for name, value in row._mapping.items() if name != "study_id"}
    return Mailing(**{**known, "light": bool(known["light"])})


def words_of(connection: Connection, study: Study, kind: Kind, language: str) -> LetterWords:
    """A letter's words within a transaction."""
    kept = letter_text.c
    row = connection.execute(
        select(kept.subject, kept.body).where(kept.study_id == study.id, kept.kind == kind, kept.language == language)
    ).one_or_none()
    if row is None:
        return LetterWords(kind, language, *default_words(kind, language), own=False)
    return LetterWords(kind, language, row.subject, row.body, own=True)


def title_in(study: Study, language: str) -> str:
    """What the study is called in a letter: the title that the researcher gave it goes before the questionnaire's."""
    instrument = study.instrument
    if study.title not in ("", say(instrument.title, instrument.languages[0], instrument.languages)):
        return study.title
    return say(instrument.title, language, instrument.languages) or study.slug


def _check(changed: Mailing) -> None:
    for text in (changed.sender, changed.reply_to):
        if text:
            read_sender(text)
    if changed.deadline:
        try:
            date.fromisoformat(changed.deadline)
        except ValueError:
            raise MailError(f"{changed.deadline!r} is no day. Give it as 2026-12-31.") from None
    if not 1 <= changed.remind_after <= MOST_DAYS:
        raise MailError(f"reminders come 1 to {MOST_DAYS} days after a letter, not {changed.remind_after}.")
    if not 0 <= changed.remind_at_most <= MOST_REMINDERS:
        raise MailError(f"a person gets 0 to {MOST_REMINDERS} reminders, not {changed.remind_at_most}.")
    if len(changed.incentive) > 200 or any(ord(c) < 32 for c in changed.incentive):
        raise MailError("what is given for completing takes one line of at most 200 characters.")


def _put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Update the row of a key, or make it."""
    changed = connection.execute(update(table).filter_by(**key).values(**values))
    if not changed.rowcount:
        connection.execute(insert(table).values(**key, **values))
