"""The log as lines of JSON: time, level, event and where, and nothing of anybody's answers, names, contacts or links.

``TWOFOLD_LOG=json`` switches it on. Of an error that nobody foresaw only its type and the places in our code are told:
its message may hold what somebody wrote. Our own errors of the store are told in full, as they name no one.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from survey.errors import StoreError

ENVIRONMENT = "TWOFOLD_LOG"
_LINK = re.compile(r"(/s/|/u/|/left/|/study/|[?&](?:s|v|code|state|token)=)[^\s?&/'\"]+")
_LONG = re.compile(r"\b[A-Za-z0-9_-]{20,}\b")
_PLACEHOLDER = re.compile(r"%[-+ #0-9.]*[a-zA-Z]|%\(\w+\)[a-zA-Z]")
_requests = logging.getLogger("twofold.requests")
_HOME = Path(__file__).resolve().parent.parent


def wanted() -> bool:
    """Whether the environment asks for JSON."""
    return os.environ.get(ENVIRONMENT, "").strip().lower() == "json"


def without_secrets(text: str) -> str:
    """A text without links of respondents, codes and whatever else is as long as a token.

    >>> without_secrets("GET /s/abc-def?p=about failed")
    'GET /s/…?p=about failed'
    """
    return _LONG.sub("…", _LINK.sub(r"\1…", text))


QUIET = frozenset({"page and files", "/health", "/_stcore/health", "/_stcore/host-config"})
"""Routes of which only what goes wrong has a line: a page of Streamlit's is sixty requests."""


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": without_secrets(self._event(record)),
            "logger": record.name,
        }
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            line["fault"] = kind.__name__
            line["at"] = [
                f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]
            ]
            if isinstance(error, StoreError):
                line["why"] = without_secrets(str(error))
        return json.dumps(line, ensure_ascii=False)

    @staticmethod
    def _event(record: logging.LogRecord) -> str:
        """The message; of others' loggers without what was put into it, which may be anything."""
        ours = record.name.startswith(("twofold", "views", "survey", "app"))
        return record.getMessage() if ours else _PLACEHOLDER.sub("…", str(record.msg))


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_HOME)) if path.is_relative_to(_HOME) and ".venv" not in path.parts else path.name


class NoAddresses(logging.Filter):
    """Keeps out what uvicorn tells of each websocket: the network address that it comes from."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is kept."""
        return "WebSocket" not in str(record.msg)


def set_up() -> None:
    """Send everything that is logged to standard error as JSON, where the environment asks for it.

    Either way no line has a respondent's link or a network address: uvicorn's log of each request holds both, and
    Streamlit switches it on whatever --log-level says.
    """
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(NoAddresses())
    if not wanted():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        known = logging.getLogger(name)
        known.handlers.clear()
        known.propagate = True
    _requests.setLevel(logging.INFO)


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """A line for an answer: the route by its name in the table, never the path that was asked for."""
    if wanted() and (status >= 400 or route not in QUIET):
        facts = {"route": route, "method": method, "status": status, "ms": round(1000 * seconds, 1)}
        _requests.info("request", extra={"facts": facts})
