"""The server that takes letters: its address in ``TWOFOLD_SMTP``, and one letter handed over to it, with what became
of it told apart: taken, refused, not taken this time, or not known."""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from survey.errors import MailError

ENVIRONMENT = "TWOFOLD_SMTP"
EXAMPLE = "smtp://user:password@mail.example.org:587"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PATIENCE_SECONDS = 60.0
LAST_PATIENCE_SECONDS = 300.0
"""For the answer after the whole letter: a server may look it over for long, and giving up leaves its fate unknown."""

State = Literal["sent", "refused", "failed", "unknown"]
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class MailServer:
    """Where letters go. tls: 'at once' (smtps), 'required' or 'offered' (STARTTLS). ca: a file of certificates."""

    host: str
    port: int
    tls: Literal["at once", "required", "offered"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one letter. code: the server's, such as '5.1.1' or '550'. lost: the connection is gone.

    blames: 'recipient' where the server refused this person, 'us' where it refused whoever sends, '' otherwise.
    """

    state: State
    code: str = ""
    lost: bool = False
    blames: Literal["recipient", "us", ""] = ""


def read_server(url: str) -> MailServer:
    """The server that a URL names. Raises MailError, which never repeats the URL: it may hold a password.

    smtp:// speaks STARTTLS, which must be there except on this machine itself; smtps:// is encrypted from the first
    byte. ``?ca=FILE`` names the certificates that are trusted instead of the system's.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or set(options) - {"ca"}:
        raise MailError(
            f"{ENVIRONMENT} is not the URL of a mail server. Give smtp://USER:PASSWORD@HOST:PORT or smtps://…, for"
            f" example {EXAMPLE} (write @ in a password as %40)."
        )
    implicit = parts.scheme == "smtps"
    tls: Literal["at once", "required", "offered"] = (
        "at once" if implicit else "offered" if parts.hostname in LOOPBACK else "required"
    )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or (465 if implicit else 587), tls, user, password, options.get("ca", ""))


def server_set(environment: Mapping[str, str] = os.environ) -> MailServer:
    """The server in ``TWOFOLD_SMTP``. Raises MailError where none is set."""
    url = environment.get(ENVIRONMENT, "").strip()
    if not url:
        raise MailError(
            f"no mail server is set. Whoever runs Twofold names one in {ENVIRONMENT} (docs/field.md says how) and"
            " starts it again; until then, take the list for a mail merge."
        )
    return read_server(url)


class Post:
    """One connection to a mail server, opened again when it was lost."""

    def __init__(
        self, server: MailServer, patience: float = PATIENCE_SECONDS, last_patience: float = LAST_PATIENCE_SECONDS
    ) -> None:
        self._server = server
        self._patience = patience
        self._last_patience = last_patience
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, encrypt and sign in. Raises MailError with what the operator can do."""
        if self._smtp is not None:
            return
        server, where = self._server, f"the mail server {self._server.host}:{self._server.port}"
        try:
            smtp = self._connect()
        except ssl.SSLCertVerificationError as error:
            raise MailError(
                f"{where} has a certificate that is not trusted ({error.verify_message}). Give the host's name as the"
                f" certificate has it, or name a certificate of your own in {ENVIRONMENT}: …?ca=FILE"
            ) from None
        except ssl.SSLError as error:
            raise MailError(
                f"{where} and Twofold agree on no encryption ({error.reason or 'TLS'}). Check the port."
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(
                f"{where} cannot be reached ({_reason(error)}). Check {ENVIRONMENT} and that the server runs;"
                " nothing was sent."
            ) from None
        try:
            if server.user:
                smtp.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            smtp.close()
            raise MailError(
                f"{where} does not take the user and password ({error.smtp_code}). Check {ENVIRONMENT}."
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise MailError(f"{where} offers no way to sign in ({_reason(error)}). Check {ENVIRONMENT}.") from None
        self._smtp = smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            context = ssl.create_default_context(cafile=server.ca or None)
        except OSError:  # an SSLError is one
            raise MailError(f"the certificates in {server.ca} cannot be read. Check ?ca= in {ENVIRONMENT}.") from None
        if server.tls == "at once":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=self._patience, context=context)
        smtp = smtplib.SMTP(server.host, server.port, timeout=self._patience)
        try:
            smtp.ehlo_or_helo_if_needed()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
            elif server.tls == "required":
                raise smtplib.SMTPException("it offers no STARTTLS, and letters hold secret links")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Hand over one letter (CRLF lines). Raises nothing of the network: what became of it is the outcome."""
        self.open()
        smtp = self._smtp
        if smtp is None:
            return Outcome("failed", lost=True)
        try:
            code, reply = smtp.mail(sender)
            if code != 250:
                return self._not_taken(code, reply, blames_us=True)
            code, reply = smtp.rcpt(recipient)
            if code not in (250, 251):
                return self._not_taken(code, reply)
            code, reply = smtp.docmd("DATA")
            if code != 354:
                return self._not_taken(code, reply, blames_us=True)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Outcome("failed", lost=True)
        try:
            stuffed = re.sub(rb"(?m)^\.", b"..", message)
            smtp.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
            if smtp.sock is not None:
                smtp.sock.settimeout(self._last_patience)
            code, reply = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Outcome("unknown", lost=True)
        if code == 250:
            return Outcome("sent", _code(code, reply))
        return self._not_taken(code, reply, after_data=True)

    def _not_taken(self, code: int, reply: bytes, *, blames_us: bool = False, after_data: bool = False) -> Outcome:
        told = _code(code, reply)
        lost = code == 421
        if lost:
            self.close()
        elif not after_data and self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self.close()
        theirs = told.startswith(("5.0.", "5.1.", "5.2.")) if "." in told else told in ("550", "551", "552", "553")
        if 500 <= code < 600 and theirs and not blames_us:
            return Outcome("refused", told, lost, "recipient")
        # Of what is refused for good, none of this person's doing: policies, a sender that may not send, no space.
        return Outcome("failed", told, lost, "us" if 500 <= code < 600 else "")

    def close(self) -> None:
        """End the connection; nothing is lost by it."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()


def _code(code: int, reply: bytes) -> str:
    """The enhanced code of an answer, else its three digits. The words of it may hold an address and are left."""
    found = _ENHANCED.match(reply)
    return found[1].decode() if found else str(code)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):  # smtplib wraps it
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
