"""The key that lies outside the database, and everything that is derived from it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, select
from sqlalchemy.engine import URL

from survey.errors import StoreError
from survey.store import schema

ENVIRONMENT = "TWOFOLD_KEY"
FINGERPRINT = "key_fingerprint"
KEY_BYTES = 32
TOKEN_BYTES = 18
"""144 bits: 24 characters of a link, above the 128 that are promised."""


class Keys:
    """Keys for each purpose, derived by HKDF-SHA256 (RFC 5869) from one master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) < KEY_BYTES:
            raise StoreError(f"the key is too short: {len(master)} bytes instead of at least {KEY_BYTES}.")
        self._master = master
        self._derived: dict[str, bytes] = {}

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived once; no purpose's bytes tell anything of another's."""
        if purpose not in self._derived:
            derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"twofold/{purpose}".encode())
            self._derived[purpose] = derivation.derive(self._master)
        return self._derived[purpose]

    @cached_property
    def _private(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.derive("private")))

    def token(self, invitation: UUID, issue: int) -> str:
        """The secret of a link: HMAC-SHA256 of invitation and issue, 144 bits, base64url."""
        digest = hmac.digest(self.derive("tokens"), invitation.bytes + issue.to_bytes(8, "big"), "sha256")
        return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()

    def body(self, content: bytes) -> str:
        """A keyed hash of what a page sent: names are short, and a plain hash of them could be guessed."""
        return hmac.digest(self.derive("bodies"), content, "sha256").hex()

    def mac(self, purpose: str, content: str) -> str:
        """A keyed hash for any other purpose."""
        return hmac.digest(self.derive(purpose), content.encode(), "sha256").hex()

    @cached_property
    def _names(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.derive("names of ties")))

    def encrypt_name(self, name: str) -> str:
        """The name of a person in a respondent's network, as it is kept: under a key of its own."""
        return self._names.encrypt(name.encode()).decode()

    def decrypt_name(self, text: str) -> str:
        """The inverse of ``encrypt_name``. Raises StoreError where another key was used."""
        try:
            return self._names.decrypt(text.encode()).decode()
        except InvalidToken:
            raise StoreError("names of people were encrypted under another key.") from None

    def encrypt(self, text: str) -> str:
        """Contact details, as they are kept."""
        return self._private.encrypt(text.encode()).decode()

    def encrypt_undated(self, text: str) -> str:
        """As ``encrypt``, without the time that it would write beside the text in the clear."""
        return self._private.encrypt_at_time(text.encode(), 0).decode()

    def decrypt(self, text: str) -> str:
        """The inverse of ``encrypt``. Raises StoreError where another key was used."""
        try:
            return self._private.decrypt(text.encode()).decode()
        except InvalidToken:
            raise StoreError("contact details were encrypted under another key.") from None

    def fingerprint(self) -> str:
        """What the database keeps to know its key again."""
        return self.mac("fingerprint", "twofold")


class NoKeys(Keys):
    """What an analyst has, who has the database and not its key: whatever needs the key says so."""

    def __init__(self, known: str) -> None:
        self._known = known

    def derive(self, purpose: str) -> bytes:
        """Raises StoreError."""
        raise StoreError(
            f"this needs the key of the database: {ENVIRONMENT} is not set, and there is no key file."
            " Without it answers can be read and analysed; contacts, names and links stay closed."
        )

    def fingerprint(self) -> str:
        """That of the key which the database was made with."""
        return self._known


def kept_fingerprint(connection: Connection) -> str | None:
    """The fingerprint of the key that this database was made with."""
    kept = schema.setting.c
    return connection.execute(select(kept.value).where(kept.name == FINGERPRINT)).scalar()


def hash_token(token: str) -> str:
    """What the database keeps of a secret that nobody could guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def key_path(url: URL) -> Path | None:
    """Where the key file lies: beside the database as NAME.key; None for a database in memory."""
    if url.get_backend_name() != "sqlite":
        return Path("data").absolute() / f"{url.database or 'twofold'}.key"
    if url.database in (None, "", ":memory:"):
        return None
    return Path(f"{str(url.database).removeprefix('file:')}.key")


def find_key(url: URL) -> bytes | None:
    """The key in the environment, else in its file, else None. Raises StoreError where it cannot be read."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        return _decode(given, f"the environment variable {ENVIRONMENT}")
    path = key_path(url)
    if path is None or not path.exists():
        return None
    try:
        return _decode(path.read_text("ascii"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: the key cannot be read ({error}). Check its rights, or restore it.") from None


def make_key(url: URL) -> bytes:
    """A new key in its file, readable by its owner alone; where another process was quicker, that one's key."""
    path = key_path(url)
    key = secrets.token_bytes(KEY_BYTES)
    if path is None:
        return key
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.urlsafe_b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails where the file is already there, and the file is never seen half written.
            os.link(draft, path)
        except FileExistsError:
            return find_key(url) or key
        finally:
            draft.unlink()
    except OSError as error:
        raise StoreError(
            f"{path}: the key file cannot be made ({error.strerror}). Check the folder's rights."
        ) from None
    return key


def _decode(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if len(key) < KEY_BYTES:
        raise StoreError(f"{place}: not a key. It is {KEY_BYTES} bytes in base64url, as in a key file made by Twofold.")
    return key
