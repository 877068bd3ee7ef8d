"""One letter as it travels: plain text, with the headers by which reports find it and readers end the letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from survey.mail.address import read_sender
from survey.store.keys import Keys

_OURS = re.compile(rb"<?twofold\.([0-9a-f]{32})\.([0-9a-f]{20})@")
_PURPOSE = "letters"


@dataclass(frozen=True)
class Letter:
    """What goes to one person. unsubscribe: the address of the page that ends the letters; '' in a test letter."""

    to: str = field(repr=False)
    language: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    unsubscribe: str = field(default="", repr=False)


def message_id(keys: Keys, letter: UUID, sender: str) -> str:
    """The Message-ID of a letter: it names the letter's row, and nobody without the key can make another's."""
    mac = keys.mac(_PURPOSE, letter.hex)[:20]
    return f"<twofold.{letter.hex}.{mac}@{sender.rpartition('@')[2]}>"


def letters_named(keys: Keys, content: bytes) -> list[UUID]:
    """The letters whose Message-ID stands anywhere in a report and was made under the key, each once."""
    found = dict.fromkeys((match[1].decode(), match[2].decode()) for match in _OURS.finditer(content))
    return [UUID(hex=name) for name, mac in found if keys.mac(_PURPOSE, name)[:20] == mac]


def as_bytes(letter: Letter, sender: str, reply_to: str, identity: str, at: datetime | None = None) -> bytes:
    """The whole message, with CRLF lines and in ASCII. Headers whose value must not be folded stand first."""
    name, address = read_sender(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.to)
    if reply_to:
        reply_name, reply_address = read_sender(reply_to)
        message["Reply-To"] = Address(reply_name, addr_spec=reply_address)
    message["Subject"] = " ".join(letter.subject.splitlines())
    message["Date"] = format_datetime((at or datetime.now(UTC)).astimezone(UTC))
    # Out-of-office notes would go to the sender, one for each letter.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="7bit" if _short_ascii(letter.body) else "quoted-printable")
    message["Content-Language"] = letter.language
    unfolded = f"Message-ID: {identity}\r\n"
    if letter.unsubscribe:
        unfolded += f"List-Unsubscribe: <{letter.unsubscribe}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return unfolded.encode("ascii") + message.as_bytes()


def _short_ascii(body: str) -> bool:
    return body.isascii() and all(len(line) < 900 for line in body.split("\n"))
