"""A mail server on loopback, with the faults of real ones: it keeps what it takes, and breaks off where told."""

from __future__ import annotations

import base64
import contextlib
import datetime
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Taken:
    """One letter that was taken: who it says it is from, whom it went to, and the whole of it."""

    sender: str
    recipient: str
    content: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        return str(self.message.get_content())

    def link(self, kind: str) -> str:
        """The first address in the letter that holds ``kind``, such as '/u/'."""
        return next(word for word in re.findall(r"https?://\S+", self.text) if kind in word)


@dataclass
class MailServer:
    """What it does is set before or while it runs.

    refuse: what it answers to RCPT, by address. after_data: its answer to a whole letter. cut: 'data' breaks off once
    it has the whole letter and before it answers, 'mail' at MAIL. slow: seconds before the answer to a whole letter.
    user, password: whom it lets in; tls: whether it offers STARTTLS; drop_after: so many letters a connection.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 2.0.0 taken"
    at_mail: str = "250 2.1.0 ok"
    cut: str = ""
    slow: float = 0.0
    user: str = ""
    password: str = ""
    certificate: Path | None = None
    drop_after: int = 0
    on_data: Callable[[], None] = lambda: None
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        who = f"{self.user}:{self.password}@" if self.user else ""
        ca = f"?ca={self.certificate}" if self.certificate else ""
        return f"smtp://{who}127.0.0.1:{self.port}{ca}"

    def to(self, address: str) -> list[Taken]:
        """The letters that one address got."""
        return [one for one in self.taken if one.recipient == address]

    def start(self) -> MailServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            _Talk(self, connection).go()


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.file = connection.makefile("rb")
        self.encrypted = False
        self.known = not server.user
        self.sender = self.recipient = ""
        self.count = 0

    def say(self, line: str) -> None:
        self.socket.sendall(line.encode() + b"\r\n")

    def go(self) -> None:
        self.say("220 loopback")
        while line := self.file.readline():
            word, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            if not self.answer(word.upper(), rest):
                return

    def answer(self, word: str, rest: str) -> bool:
        server = self.server
        if word == "EHLO":
            offers = ["loopback", "ENHANCEDSTATUSCODES"]
            offers += ["STARTTLS"] if server.certificate and not self.encrypted else []
            offers += ["AUTH PLAIN"] if server.user else []
            for one in offers[:-1]:
                self.say(f"250-{one}")
            self.say(f"250 {offers[-1]}")
        elif word == "STARTTLS" and server.certificate:
            self.say("220 2.0.0 go ahead")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(server.certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.file, self.encrypted = self.socket.makefile("rb"), True
        elif word == "AUTH":
            given = base64.b64decode(rest.split()[-1]).decode().split("\0")
            self.known = given[1:] == [server.user, server.password]
            self.say("235 2.7.0 welcome" if self.known else "535 5.7.8 who are you")
        elif word == "MAIL":
            if server.cut == "mail" or (server.drop_after and self.count >= server.drop_after):
                return False
            self.sender = rest.split("<")[1].split(">")[0]
            self.say(server.at_mail if self.known else "530 5.7.0 sign in first")
        elif word == "RCPT":
            self.recipient = rest.split("<")[1].split(">")[0]
            self.say(server.refuse.get(self.recipient, "250 2.1.5 ok"))
        elif word == "DATA":
            return self.data()
        else:
            self.say("221 2.0.0 bye" if word == "QUIT" else "250 2.0.0 ok")
            return word != "QUIT"
        return True

    def data(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        server = self.server
        if server.after_data.startswith("2"):
            server.taken.append(Taken(self.sender, self.recipient, b"".join(lines), self.encrypted))
        server.on_data()
        if server.cut == "data":
            return False
        time.sleep(server.slow)
        self.count += 1
        self.say(server.after_data)
        return True


@contextlib.contextmanager
def mail_server(**settings: object) -> Iterator[MailServer]:
    """A running server, ended with the block."""
    server = MailServer(**settings).start()  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.stop()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "loopback.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
