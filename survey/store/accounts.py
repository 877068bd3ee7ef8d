"""The people who may sign in: the one-time set-up of the owner, passwords, sessions, and a limit on guessing."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.access import EVERYBODY
from survey.errors import AccountError
from survey.store import audit, schema
from survey.store.identities import Identities, checked_address
from survey.store.keys import hash_token
from survey.store.logins import IDLE, User, end_all, fold_name, mac_of, to_user

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ROLES = EVERYBODY
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1_000
WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 8
FAILURES_OVERALL = 200
_SETUP = "setup_code_hash"
_ENTER = "enter:"


UserList = list[User]


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to check against when the name is unknown, so that the time taken does not tell."""
    return _hasher().hash(secrets.token_urlsafe(16))


class Accounts(Identities):
    """Accounts (argon2id where they have a password) and their logins."""

    # --- the owner's set-up ---

    def setup_code(self) -> str | None:
        """A new one-time code that makes the owner, in place of any earlier one; None once there is an owner."""
        code = secrets.token_urlsafe(18)

        def work(connection: Connection) -> str | None:
            if _has_owner(connection):
                return None
            connection.execute(delete(schema.setting).where(schema.setting.c.name == _SETUP))
            connection.execute(insert(schema.setting).values(name=_SETUP, value=hash_token(code)))
            return code

        return self._database.write(work)

    def setup_path(self) -> str | None:
        """The path of the one-time set-up link, for the terminal; None once there is an owner."""
        code = self.setup_code()
        return None if code is None else f"/auth/setup?code={code}"

    def has_owner(self) -> bool:
        """Whether the set-up is done."""
        return self._database.read(_has_owner)

    def setup_open(self, code: str) -> bool:
        """Whether this code may still make the owner."""

        def work(connection: Connection) -> bool:
            return not _has_owner(connection) and self._code_fits(connection, code)

        return self._database.read(work)

    def create_owner(self, code: str, name: str, password: str) -> User:
        """Make the owner by the one-time code. Raises AccountError."""
        _check(name, password, "owner")
        hashed = _hasher().hash(password)

        def work(connection: Connection) -> User:
            if _has_owner(connection):
                raise AccountError("the owner is already set up. Sign in, or ask the owner to add you.")
            if not self._code_fits(connection, code):
                raise AccountError("this set-up link is not valid any more. Start the server again to get a new one.")
            # The one who removes the code is the one who may use it: of two at once, one succeeds.
            used = connection.execute(
                delete(schema.setting).where(
                    schema.setting.c.name == _SETUP, schema.setting.c.value == hash_token(code)
                )
            )
            if used.rowcount != 1:
                raise AccountError("this set-up link was used just now.")
            return _insert(connection, name, "owner", hashed, actor=name)

        return self._write(work, name)

    def _code_fits(self, connection: Connection, code: str) -> bool:
        kept = connection.execute(select(schema.setting.c.value).where(schema.setting.c.name == _SETUP)).scalar()
        return kept is not None and secrets.compare_digest(kept, hash_token(code))

    # --- one-time sign-in ---

    def enter_code(self, user: User) -> str:
        """A new one-time code that signs this person in without a password, in place of any earlier one of theirs."""
        code = secrets.token_urlsafe(18)
        name = f"{_ENTER}{user.id.hex}"

        def work(connection: Connection) -> None:
            connection.execute(delete(schema.setting).where(schema.setting.c.name == name))
            value = f"{hash_token(code)} {schema.now().timestamp():.0f}"
            connection.execute(insert(schema.setting).values(name=name, value=value))

        self._database.write(work)
        return code

    def redeem(self, code: str) -> User | None:
        """Whom this code signs in; None when it was used, is older than 12 hours or never was one. It works once."""
        setting = schema.setting.c
        since = (schema.now() - IDLE).timestamp()

        def work(connection: Connection) -> User | None:
            query = select(schema.setting).where(
                setting.name.startswith(_ENTER), setting.value.startswith(hash_token(code))
            )
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            used = connection.execute(
                delete(schema.setting).where(setting.name == row.name, setting.value == row.value)
            )
            if used.rowcount != 1 or float(row.value.split()[1]) < since:
                return None
            account = schema.account
            person = select(account).where(
                account.c.id == UUID(row.name.removeprefix(_ENTER)), account.c.disabled_at.is_(None)
            )
            found = connection.execute(person).one_or_none()
            return None if found is None else to_user(found)

        return self._database.write(work)

    def demo_path(self) -> str:
        """The path of a one-time link into a demo as its owner, who is made at the first call."""
        owners = [user for user in self.list() if user.role == "owner"]
        if not owners:
            # Nobody knows this password: one comes in by the link, and may then set another.
            owners = [self.create_owner(self.setup_code() or "", "demo", secrets.token_urlsafe(24))]
        return f"/auth/enter?code={self.enter_code(owners[0])}"

    # --- people ---

    def add_user(self, name: str, role: str, password: str, actor: str = "", email: str = "") -> User:
        """Add a person. email: by which the institution's sign-in knows them; with it, the password may be ''.

        Raises AccountError for a name or address that is taken, an unknown role or a weak password.
        """
        address = checked_address(email)
        if address and not password:
            password = secrets.token_urlsafe(24)  # nobody knows it: they come in through the institution
        _check(name, password, role)
        hashed = _hasher().hash(password)
        return self._write(lambda connection: _insert(connection, name, role, hashed, actor, address), name)

    def set_password(self, user: User, password: str, actor: str = "") -> None:
        """Change a password; whoever is signed in under the name is signed out. Raises AccountError."""
        _check(user.name, password, user.role)
        hashed = _hasher().hash(password)

        def work(connection: Connection) -> None:
            table = schema.account
            connection.execute(update(table).where(table.c.id == user.id).values(password_hash=hashed))
            end_all(connection, user.id)
            audit.note(connection, "set password", user.name, actor)

        self._database.write(work)

    def disable(self, user: User, actor: str = "") -> None:
        """Let a person sign in no longer. Raises AccountError for the last owner."""

        def work(connection: Connection) -> None:
            table = schema.account
            others = select(func.count()).where(
                table.c.role == "owner", table.c.disabled_at.is_(None), table.c.id != user.id
            )
            if user.role == "owner" and connection.execute(others).scalar_one() == 0:
                raise AccountError("the last owner cannot be disabled. Add another owner first.")
            connection.execute(update(table).where(table.c.id == user.id).values(disabled_at=schema.now()))
            end_all(connection, user.id)
            audit.note(connection, "disable user", user.name, actor)

        self._database.write(work)

    def list(self) -> UserList:
        """Everybody who may sign in, by name."""
        table = schema.account.c
        query = select(schema.account).where(table.disabled_at.is_(None)).order_by(table.name_key)
        return [to_user(row) for row in self._database.read(lambda connection: connection.execute(query).all())]

    # --- signing in ---

    def throttled(self, name: str) -> int:
        """Seconds to wait before this name may be tried again (0: none), after too many failures lately."""
        now = schema.now()

        def work(connection: Connection) -> int:
            table = schema.login_failure.c
            # Failures from the future were noted before the clock was set back: they must not lock anybody out.
            lately = table.at.between(now - WINDOW, now)
            waits = [0]
            for most, condition in (
                (FAILURES_PER_NAME, lately & (table.name_mac == mac_of(self._keys, name))),
                (FAILURES_OVERALL, lately),
            ):
                nth = select(table.at).where(condition).order_by(table.at.desc()).offset(most - 1).limit(1)
                at = connection.execute(nth).scalar()
                if at is not None:
                    waits.append(int((at + WINDOW - now).total_seconds()) + 1)
            return max(waits)

        return self._database.read(work)

    def verify(self, name: str, password: str) -> User | None:
        """The person of this name and password; None otherwise, and while the name is throttled.

        Takes about as long for an unknown name as for a wrong password. Call it in a thread: argon2 is slow on purpose.
        """
        from argon2.exceptions import VerificationError

        if self.throttled(name) or len(password) > LONGEST_PASSWORD:
            return None
        table = schema.account
        query = select(table).where(table.c.name_key == fold_name(name), table.c.disabled_at.is_(None))
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        try:
            right = _hasher().verify(row.password_hash if row else _nobody(), password) and row is not None
        except VerificationError:
            right = False
        if right and row is not None:
            if _hasher().check_needs_rehash(row.password_hash):
                again = update(table).where(table.c.id == row.id).values(password_hash=_hasher().hash(password))
                self._database.write(lambda connection: connection.execute(again))
            return to_user(row)
        self._database.write(lambda connection: self._fail(connection, name))
        return None

    def _fail(self, connection: Connection, name: str) -> None:
        now = schema.now()
        table = schema.login_failure
        connection.execute(delete(table).where(table.c.at < now - 4 * WINDOW))
        connection.execute(insert(table).values(name_mac=mac_of(self._keys, name), at=now))

    def _write(self, work: Any, name: str) -> User:
        try:
            made: User = self._database.write(work)
        except IntegrityError:
            raise AccountError(f"there is already somebody named {name!r}, or with this address.") from None
        return made


def _check(name: str, password: str, role: str) -> None:
    if role not in ROLES:
        raise AccountError(f"{role!r} is no role. There are: {', '.join(ROLES)}.")
    if not 1 <= len(fold_name(name)) <= 100:
        raise AccountError("a name has 1 to 100 characters. Choose another.")
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"the password is too short. Use at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError(f"the password is too long. Use at most {LONGEST_PASSWORD} characters.")
    if fold_name(name) == fold_name(password) or len(set(password)) < 4:
        raise AccountError("the password is too easy to guess: not the name, and at least four different characters.")


def _has_owner(connection: Connection) -> bool:
    owners = select(func.count()).where(schema.account.c.role == "owner", schema.account.c.disabled_at.is_(None))
    return connection.execute(owners).scalar_one() > 0


def _insert(connection: Connection, name: str, role: str, hashed: str, actor: str, email: str | None = None) -> User:
    user = User(uuid4(), " ".join(name.split()), role, schema.now())
    connection.execute(
        insert(schema.account).values(
            id=user.id,
            name=user.name,
            name_key=fold_name(name),
            role=role,
            password_hash=hashed,
            email_key=email,
            created_at=user.created_at,
        )
    )
    audit.note(connection, "add user", user.name, actor, role=role)
    return user
