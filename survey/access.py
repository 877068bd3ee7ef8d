"""Who may see what: the one table of roles, pages, parts of pages, routes and commands. Every front door asks it.

A thing that is not in it does not exist for anybody: a test walks the pages, the app's routes and the terminal's
commands, and fails for one that has no line here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

OWNER: Final = "owner"
ANALYST: Final = "analyst"
RECRUITER: Final = "recruiter"
EVERYBODY: Final = (OWNER, ANALYST, RECRUITER)
SEES_ANSWERS: Final = (OWNER, ANALYST)
"""Answers and results; never a contact."""
INVITES: Final = (OWNER, RECRUITER)
"""Links, contacts and progress; never an answer."""

SMALLEST_GROUP: Final = 5
"""People whom a group of an employer's study needs at least, for its results to be told apart from others'."""

PAGES: Final[dict[str, tuple[str, ...]]] = {
    "studies": EVERYBODY,
    "new": (OWNER,),
    "study": EVERYBODY,
    "edit": (OWNER,),
    "people": INVITES,
    "data": SEES_ANSWERS,
    "results": SEES_ANSWERS,
    "upload": SEES_ANSWERS,
    "plan": SEES_ANSWERS,
    "design": SEES_ANSWERS,
    "log": (OWNER,),
    "account": EVERYBODY,
}
"""Pages by address. One that is not a role's is not passed to Streamlit, and cannot be reached by its address."""

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "studies.new": (OWNER,),
    "study.steps": (OWNER,),
    "study.counts": EVERYBODY,
    "study.addresses": (OWNER,),
    "study.answers": SEES_ANSWERS,
    "study.plan": SEES_ANSWERS,
    "study.plan.change": (OWNER,),
    "study.launch": (OWNER,),
    "study.erase": (OWNER,),
    "study.erase.person": INVITES,
    "study.protect": (OWNER,),
    "study.links": INVITES,
    "study.waves": (OWNER,),
    "study.edit": (OWNER,),
    "people.send": INVITES,
    "people.address": (OWNER,),
    "account.people": (OWNER,),
}
"""Parts of pages that not everybody who opens the page may use: not drawn for others, and refused when called."""

Who = Literal["anyone", "link", "signed in", "owner", "operator", "nobody"]
"""link: whoever holds a respondent's link. operator: the owner, or who sends the token of the environment."""
Forged = Literal["", "token", "origin"]
"""What stops another site's form: a token of ours that it must hold, or the origin that the browser tells."""


@dataclass(frozen=True)
class Door:
    """A route: its path as the router has it, who may come in, and how a forged change is told."""

    path: str
    who: Who
    forged: Forged = ""
    limited: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """What matches a path that was asked for; HASH is that of a file's content."""
        parts = re.split(r"(\{\w+(?::path)?\}|HASH)", self.path)
        return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if part == "HASH":
        return "[0-9a-f]{16}"
    if part.startswith("{"):
        return ".+" if part.endswith(":path}") else "[^/]+"
    return re.escape(part)


ROUTES: Final[tuple[Door, ...]] = (
    Door("/health", "anyone"),
    Door("/metrics", "operator"),
    Door("/auth/login", "anyone", "token"),
    Door("/auth/setup", "anyone", "token"),
    Door("/auth/enter", "anyone"),
    Door("/auth/oidc/start", "anyone"),
    Door("/auth/oidc/callback", "anyone"),
    Door("/auth/password", "signed in", "token"),
    Door("/auth/logout", "signed in", "token"),
    Door("/assets/survey-HASH.js", "anyone"),
    Door("/assets/editor-HASH.js", "anyone"),
    Door("/assets/plain-HASH.css", "anyone"),
    Door("/assets/plain-HASH.js", "anyone"),
    Door("/s/{s}/result.pdf", "link", limited=True),
    Door("/s/{s}/leave", "link", "token", limited=True),
    Door("/study/{study}/leave", "link", limited=True),
    Door("/left/{receipt}", "anyone"),
    Door("/s/{s}/opened", "link", "origin", limited=True),
    Door("/study/{study}/opened", "link", "origin", limited=True),
    Door("/s/{s}/thanks", "link", "origin", limited=True),
    Door("/u/{u}", "link", "origin", limited=True),
    Door("/s/{s}", "link", "origin", limited=True),
    Door("/study/{study}", "link", "origin", limited=True),
    Door("/preview/{preview}", "signed in"),
    Door("/preview/{preview}/{visit}", "signed in", "origin"),
    # Streamlit's own. What a page draws lies under /media/ for as long as somebody has it open.
    Door("/_stcore/health", "anyone"),
    Door("/_stcore/host-config", "anyone"),
    Door("/_stcore/stream", "anyone", "origin"),
    Door("/_stcore/bidi-components/{path:path}", "anyone"),
    Door("/component/{path:path}", "anyone"),
    Door("/media/{file_id:path}", "signed in"),
    Door("/_stcore/upload_file/{session_id}/{file_id}", "signed in", "origin"),
    Door("/_stcore/metrics", "nobody"),
    Door("/_stcore/agent/interact", "nobody", "origin"),
    Door("/_stcore/agent/openapi.json", "nobody", "origin"),
    Door("/_stcore/agent/mcp", "nobody", "origin"),
    Door("/oauth2callback", "nobody"),
)
"""Every route; anything else is Streamlit's page and its files, which are the same for everybody."""

Needs = Literal["files", "database", "key"]


@dataclass(frozen=True)
class Command:
    """A command: whose work it is, and what its user must be able to read.

    The terminal knows no sign-in: who can read the database file can read answers, and who can read the key as well
    can do everything. So a role is given there by what its holder can read, and the table says what each command needs.
    """

    roles: tuple[str, ...]
    needs: Needs


COMMANDS: Final[dict[str, Command]] = {
    "check": Command(EVERYBODY, "files"),
    "convert": Command(EVERYBODY, "files"),
    "import": Command(EVERYBODY, "files"),
    "new": Command(EVERYBODY, "files"),
    "power": Command(EVERYBODY, "files"),
    "simulate": Command(EVERYBODY, "files"),
    "analyze": Command(SEES_ANSWERS, "database"),
    "export": Command(SEES_ANSWERS, "database"),
    "doctor": Command(EVERYBODY, "database"),
    "audit": Command((OWNER,), "database"),
    "backup": Command((OWNER,), "database"),
    "restore": Command((OWNER,), "database"),
    "erase": Command((OWNER,), "key"),
    "demo": Command((OWNER,), "key"),
    "serve": Command((OWNER,), "key"),
    "study assure": Command((OWNER,), "database"),
    "study list": Command(EVERYBODY, "database"),
    "study days": Command((OWNER,), "database"),
    "study create": Command((OWNER,), "database"),
    "study status": Command((OWNER,), "database"),
    "study update": Command((OWNER,), "database"),
    "study waves": Command((OWNER,), "database"),
    "study plan": Command((OWNER,), "database"),
    "study lock": Command((OWNER,), "database"),
    "study unlock": Command((OWNER,), "database"),
    "study protect": Command((OWNER,), "database"),
    "study links": Command(INVITES, "key"),
    "invite add": Command(INVITES, "key"),
    "invite list": Command(INVITES, "key"),
    "invite settings": Command(INVITES, "key"),
    "invite address": Command((OWNER,), "key"),
    "invite letters": Command(INVITES, "key"),
    "invite send": Command(INVITES, "key"),
    "invite remind": Command(INVITES, "key"),
    "invite resolve": Command(INVITES, "key"),
    "invite bounces": Command(INVITES, "key"),
    "invite merge": Command(INVITES, "key"),
    "invite owed": Command(INVITES, "key"),
    "user list": Command((OWNER,), "database"),
    "user add": Command((OWNER,), "database"),
    "user password": Command((OWNER,), "database"),
    "user address": Command((OWNER,), "database"),
    "user logins": Command((OWNER,), "database"),
    "user revoke": Command((OWNER,), "database"),
}


def may(role: str, what: str) -> bool:
    """Whether a role may open a page or use a part of one.

    >>> may("recruiter", "data"), may("recruiter", "study"), may("recruiter", "study.links")
    (False, True, True)
    """
    return role in (PARTS[what] if "." in what else PAGES[what])


@cache
def _exact() -> dict[str, Door]:
    return {door.path: door for door in ROUTES if "{" not in door.path and "HASH" not in door.path}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Door], ...]:
    return tuple((door.pattern, door) for door in ROUTES if door.path not in _exact())


def door(path: str) -> Door | None:
    """The door of a path that was asked for; None for Streamlit's page and its files.

    >>> door("/s/abc").path, door("/static/js/index.js")
    ('/s/{s}', None)
    """
    found = _exact().get(path)
    return found or next((one for pattern, one in _patterns() if pattern.fullmatch(path)), None)
