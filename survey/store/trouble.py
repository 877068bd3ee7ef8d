"""What failures of a database mean: whether to try again, and what a person can do."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

_BUSY = ("database is locked", "database is busy", "database table is locked", "database schema is locked")
_BUSY_STATES = {
    "40001",  # serialisation failure
    "40P01",  # deadlock
    "55P03",  # lock not available
    "53300",  # too many connections
}
_LOST_STATES = {
    "57P01",  # the administrator ended the connection
    "57P02",  # another process of the server crashed
    "57P03",  # the server is starting
}
_LOST = (
    "server closed the connection",
    "connection to server was lost",
    "terminating connection",
    "connection reset by peer",
    "broken pipe",
    "starting up",
    "shutting down",
    "in recovery mode",
    "accepting connections",  # not yet, or not any more
    "connection refused",
    "no such file or directory",  # the socket of a server that is not running
)
_FULL = "the disc is full. Free some space; nothing that was acknowledged is lost."
_READ_ONLY = "the database may not be written to. Check the rights of the file and of its folder."
_STANDBY = "PostgreSQL only reads at the moment (a standby?). Give the URL of the primary server."
_WORDS = (
    ("disk is full", _FULL),
    ("no space left on device", _FULL),
    ("readonly", _READ_ONLY),
    ("unable to open", "the database file cannot be opened. Check that its folder exists and may be written to."),
    ("disk i/o error", "the disc gave an error. Check it, and restore from a backup if the database is damaged."),
    ("malformed", "the database file is damaged. Restore it from a backup."),
    ("not a database", "the file is not a database. Give the path of a Twofold database, or of a new file."),
    (
        "password authentication failed",
        "PostgreSQL refuses this user's password. Check user and password in the URL ('@', ':', '/' and '%' in a"
        " password are written as %40, %3A, %2F, %25).",
    ),
    ("no password supplied", "PostgreSQL wants a password. Give one in the URL: postgresql://USER:PASSWORD@HOST/NAME"),
    ("no pg_hba.conf entry", "PostgreSQL lets this user in from no such place. Add a line to its pg_hba.conf."),
    ("permission denied", "this user's rights do not suffice. Make it the database's owner, or GRANT it the rights."),
    ("must be owner", "this user's rights do not suffice. Make it the owner of the database and its tables."),
    ("too many clients", "PostgreSQL has no connection left. Raise its max_connections, or run fewer workers."),
    ("connection slots", "PostgreSQL has no connection left. Raise its max_connections, or run fewer workers."),
    ("read-only transaction", _STANDBY),
    ("read-write mode", _STANDBY),
    ("translate host name", "the server's name is not known. Check the host in the URL."),
    ("resolve host", "the server's name is not known. Check the host in the URL."),
    ("name or service not known", "the server's name is not known. Check the host in the URL."),
    ("connection timeout expired", "the server does not answer. Check host and port in the URL, and the firewall."),
)


def is_busy(error: DBAPIError) -> bool:
    """Whether others only stand in the way, so that the same work may succeed in a moment."""
    text = str(error.orig).lower()
    return any(words in text for words in _BUSY) or _state(error) in _BUSY_STATES


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection to the server is gone, or cannot be made while it starts."""
    text = str(error.orig).lower()
    return error.connection_invalidated or _state(error) in _LOST_STATES or any(words in text for words in _LOST)


def _state(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return str(state) if state else None


def without_values(error: DBAPIError) -> DBAPIError:
    """The error without what PostgreSQL tells beside it: 'Failing row contains' and a respondent's answers."""
    if error.orig is not None and _state(error) is not None:
        said = first_line(error)
        error.orig.args = (said,)
        error.args = (f"({type(error.orig).__module__}.{type(error.orig).__name__}) {said}",)
    return error


def first_line(error: DBAPIError) -> str:
    """What the database says, without detail."""
    return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]


def in_words(error: DBAPIError, url: URL) -> str:
    """What a failure of the database means for a person; never with the password of the URL."""
    text = str(error.orig).lower()
    place = url.render_as_string(hide_password=True)
    for sign, words in _WORDS:
        if sign in text:
            return f"{place}: {words}"
    if is_busy(error):
        return f"{place}: the database stayed locked by another program. Close it, or try again."
    if "does not exist" in text and "role" in text:
        return f"{place}: PostgreSQL knows no such user. Make it: createuser --pwprompt {url.username}"
    if "does not exist" in text and "database" in text:
        return f"{place}: PostgreSQL has no such database. Make it: createdb --owner {url.username} {url.database}"
    if is_lost(error):
        return f"{place}: PostgreSQL does not answer there. Start it, or check host and port in the URL."
    return f"{place}: the database cannot be used ({first_line(error)}). Run: twofold doctor"
