"""What keeps letters from going out, as far as it can be known without sending one."""

from __future__ import annotations

import os
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from survey.errors import MailError
from survey.finding import Finding, attempt
from survey.mail.sending import pace
from survey.mail.smtp import ENVIRONMENT, Post, server_set
from survey.store import schema
from survey.store.engine import Database
from survey.store.letters import LEASE
from survey.store.mail_tables import contact, letter, mailing
from survey.store.mailing import ADDRESS_ENVIRONMENT, address_of, read_base

PATIENCE = 5.0
"""Seconds that the mail server has for each of its answers."""

_AGAIN = "Mend it in the settings of the service, then start it again."


def mail_server() -> Iterator[Finding]:
    """Whether the server in ``TWOFOLD_SMTP`` is found, encrypts and takes the user; nothing is sent."""
    if not os.environ.get(ENVIRONMENT, "").strip():
        yield Finding(True, f"No mail server is set ({ENVIRONMENT}): lists go out as a mail merge, letters not at all.")
        return
    post = None
    try:
        server = server_set()
        post = Post(server, PATIENCE)
        post.open()
        who = f" and takes the user {server.user}" if server.user else " without a user"
        yield Finding(True, f"The mail server {server.host}:{server.port} answers{who}; nothing was sent.")
    except MailError as error:
        yield Finding(False, _sentence(error), _AGAIN)
    finally:
        if post is not None:
            post.close()
    try:
        pace()
    except MailError as error:
        yield Finding(False, _sentence(error), _AGAIN)


def correspondence(database: Database) -> Iterator[Finding]:
    """Whether what letters need besides a server is set: this server's address, and a sender for each study that has a
    list of people and is open."""
    found = attempt(lambda: database.read(_open_lists))
    if isinstance(found, Finding):
        yield found
        return
    address, lists = found
    given = os.environ.get(ADDRESS_ENVIRONMENT, "").strip()
    try:
        address = read_base(given) if given else address
    except MailError as error:
        yield Finding(False, f"{ADDRESS_ENVIRONMENT}: {error}", _AGAIN)
        address = given
    if address:
        yield Finding(True, f"Links in letters lead to {address}.")
    elif lists:
        yield Finding(
            False,
            "Nobody has said at which address people reach this server, so that no link can be put into a letter.",
            "Run: twofold invite address https://…",
        )
    by_mail = bool(os.environ.get(ENVIRONMENT, "").strip())
    for slug, people, sender in lists:
        listed = f"{people:,} people in its list" if people != 1 else "one person in its list"
        if by_mail and not sender:
            yield Finding(
                False,
                f"The study {slug} has {listed} and no sender, so that no letter of it can go out.",
                f"Run: twofold invite settings {slug} --sender 'Name <address>'",
            )
        elif sender and not by_mail:
            yield Finding(
                False,
                f"The study {slug} has {listed} and a sender, and no mail server is set.",
                f"Name one in {ENVIRONMENT}, and start the service again.",
            )


def not_known(database: Database) -> Iterator[Finding]:
    """Letters of which nobody knows whether they went out: nothing more goes to these people until somebody decides."""
    found = attempt(lambda: database.read(_not_known))
    if isinstance(found, Finding):
        yield found
        return
    for slug, letters in found:
        yield Finding(
            False,
            f"Of {letters:,} letter(s) of the study {slug} nobody knows whether they went out; reminders wait for it.",
            f"Run: twofold invite resolve {slug} --as sent (or again)",
        )


def _not_known(connection: Connection) -> list[tuple[str, int]]:
    study, left = schema.study.c, letter.c.began_at < schema.now() - LEASE
    rows = connection.execute(
        select(study.slug, func.count())
        .select_from(schema.study.join(letter, letter.c.study_id == study.id))
        .where(study.status == letter.c.phase, (letter.c.state == "unknown") | (letter.c.state == "sending") & left)
        .group_by(study.slug)
        .order_by(study.slug)
    )
    return [(slug, letters) for slug, letters in rows]


def _open_lists(connection: Connection) -> tuple[str, list[tuple[str, int, str]]]:
    """The address that is kept, and of each open study with a list: its name, how many people, its sender or ''."""
    study = schema.study.c
    rows = connection.execute(
        select(study.slug, func.count(), func.coalesce(func.max(mailing.c.sender), ""))
        .select_from(schema.study.join(contact, contact.c.study_id == study.id).outerjoin(mailing))
        .where(study.status.in_(("pilot", "live")))
        .group_by(study.slug)
        .order_by(study.slug)
    )
    return address_of(connection), [(slug, people, sender) for slug, people, sender in rows]


def _sentence(error: MailError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] if text[:4] == "the " else text
