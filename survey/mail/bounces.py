"""Delivery reports (RFC 3464): files, mailboxes and folders of them, read for which letter came back and how."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from typing import Literal
from uuid import UUID

from survey.errors import MailError
from survey.mail.message import letters_named
from survey.store.keys import Keys

LARGEST = 30_000_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

Verdict = Literal["hard", "soft", "delayed"]


@dataclass(frozen=True)
class Report:
    """What one delivery report says of one letter. code: the status, such as 5.1.1."""

    letter: UUID
    verdict: Verdict
    code: str


@dataclass(frozen=True)
class ReadReports:
    """What was in the files: reports on our letters; of others' letters, and messages that are no report: counted."""

    reports: tuple[Report, ...]
    strangers: int
    others: int


def read_reports(paths: list[Path], keys: Keys) -> ReadReports:
    """Everything in .eml files, mboxes and Maildirs. Raises MailError for a path that is none of them."""
    reports: list[Report] = []
    strangers = others = 0
    for path in paths:
        for content in _messages(path):
            told = verdict_of(content)
            if told is None:
                others += 1
                continue
            letters = letters_named(keys, content + _in_base64(content))
            if not letters:
                strangers += 1
            reports += [Report(letter, *told) for letter in letters[:1]]
    return ReadReports(tuple(reports), strangers, others)


def verdict_of(content: bytes) -> tuple[Verdict, str] | None:
    """('hard' | 'soft' | 'delayed', code) of a delivery report; None for any other message.

    A server that gave up after temporary faults (4.x.x) says 'failed' as well: that box may take the next letter. So
    may one whose server has refused the sender by a policy (5.7.x): that says nothing of the address.
    """
    # Servers of the internationalised kind give the same report another name (RFC 6533).
    content = re.sub(rb"(?i)message/global-delivery-status", b"message/delivery-status", content)
    message = message_from_bytes(content, policy=policy.compat32)
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            action = str(block.get("Action", "")).split(";")[0].strip().lower()
            found = _STATUS.search(str(block.get("Status", ""))) or _STATUS.search(
                str(block.get("Diagnostic-Code", ""))
            )
            code = found[0] if found else ""
            if action == "failed":
                return ("soft" if code.startswith(("4.", "5.7.")) else "hard"), code or "5.0.0"
            if action == "delayed":
                return "delayed", code or "4.0.0"
    return None


def _in_base64(content: bytes) -> bytes:
    """What a report holds in base64: some servers wrap the headers of the letter so."""
    parts = message_from_bytes(content, policy=policy.compat32).walk()
    wrapped = [part for part in parts if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"]
    payloads = (part.get_payload(decode=True) for part in wrapped)
    return b"\n".join(payload for payload in payloads if isinstance(payload, bytes))


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (block for block in payload if isinstance(block, Message)) if isinstance(payload, list) else ()


def _messages(path: Path) -> Iterator[bytes]:
    if not path.exists():
        raise MailError(f"{path}: there is no such file or folder.")
    if path.is_dir():
        if (path / "new").is_dir() or (path / "cur").is_dir():
            yield from _maildir(path)
            return
        found = sorted(path.glob("*.eml"))
        if not found:
            raise MailError(f"{path}: the folder is no Maildir and holds no .eml files.")
        yield from (_content(one) for one in found)
        return
    content = _content(path)
    if content.startswith(b"From "):
        box = mailbox.mbox(path, create=False)
        try:
            yield from (box.get_bytes(key) for key in box.iterkeys())
        finally:
            box.close()
    else:
        yield content


def _maildir(path: Path) -> Iterator[bytes]:
    for folder in ("new", "cur"):
        yield from (_content(one) for one in sorted((path / folder).glob("*")) if one.is_file())


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        is_box = file.read(5) == b"From "
    if path.stat().st_size > LARGEST and not is_box:
        raise MailError(f"{path}: larger than any delivery report. Give .eml files, an mbox or a Maildir.")
    return path.read_bytes()
