"""Addresses of mail: what may be one, and when two are the same."""

from __future__ import annotations

import re
from email.utils import parseaddr

from survey.errors import MailError

LONGEST = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def read_address(text: str) -> str:
    """An address as letters are sent to it: without blanks around it, its domain in ASCII and in lower case.

    Raises MailError, which says what is wrong with it.

    >>> read_address(" Ada@Bücher.example ")
    'Ada@xn--bcher-kva.example'
    """
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise MailError(f"{shown(text)} is no address: it needs a name, an @ and a domain.")
    if len(address) > LONGEST or len(local) > 64:
        raise MailError(f"{shown(text)} is longer than an address can be.")
    if not _LOCAL.fullmatch(local):
        raise MailError(f"{shown(text)} is no address: what stands before the @ has a character that none may have.")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise MailError(f"{shown(text)} is no address: what stands after the @ is no domain, such as example.org.")
    return f"{local}@{ascii_domain}"


def read_sender(text: str) -> tuple[str, str]:
    """(name, address) of 'Name <address>' or an address alone. Raises MailError."""
    name, address = parseaddr(text.strip())
    if any(ord(character) < 32 for character in text.strip()):
        raise MailError("the sender has a line break in it. Give: Name <address>")
    return name, read_address(address or text)


def same_for(address: str) -> str:
    """What two spellings of one address share: servers that tell Ada@ from ada@ exist on paper alone."""
    return address.lower()


def shown(text: str) -> str:
    """An address in a message, short enough to read."""
    text = text.strip()
    return repr(text if len(text) <= 60 else text[:57] + "…")
