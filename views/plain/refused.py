"""Pages that were refused, kept for some minutes, so that they too are shown at an address and not as a POST's answer.

Without it the browser's Back and Reload would ask whether to send the form once more. In memory alone: where the
server forgets (it restarts, or too many came), the respondent sees the page as it is saved.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from views.plain.fields import Fields
from views.respondent.turn import Turn

MINUTES = 30
MOST_CHARACTERS = 16_000_000
LONGEST = 200_000


@dataclass(frozen=True)
class Kept:
    """What was sent, what is wrong with it, and whose it is."""

    response: UUID
    turn: Turn
    fields: Fields
    size: int
    until: float


class Refused:
    """A bounded memory of refused pages; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0

    def keep(self, turn: Turn, fields: Fields) -> str | None:
        """A name under which it is found again; None where it is too long to be kept."""
        size = sum(len(name) + len(value) for name, values in fields.items() for value in values)
        if size > LONGEST:
            return None
        name = secrets.token_urlsafe(9)
        now = time.monotonic()
        with self._lock:
            self._kept[name] = Kept(turn.session.response_id, turn, fields, size, now + 60 * MINUTES)
            self._size += size
            while self._kept:
                oldest = next(iter(self._kept))
                if self._size <= MOST_CHARACTERS and self._kept[oldest].until > now:
                    break
                self._size -= self._kept.pop(oldest).size
        return name

    def forget(self) -> None:
        """Forget every page, as a restart does: whose answers were erased shall not be here either."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def find(self, name: str | None, response: UUID, page: str) -> Kept | None:
        """What was kept under this name for this respondent and page."""
        with self._lock:
            found = self._kept.get(name or "")
        whole = found is not None and found.until > time.monotonic()
        return found if found and whole and found.response == response and found.turn.page == page else None
