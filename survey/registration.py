"""What became of a study's plan: locked before the data were looked at, changed since, or opened without a lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["lock", "unlock", "deviation"]


@dataclass(frozen=True)
class PlanEvent:
    """One act on a plan.

    plan, hash: the plan's text then and its SHA-256 (None of an unlocking). n: live responses by then. views, exports:
    how often answers of the live study had been looked at or taken away. words: the stopping rule of a lock, the
    reason of anything else.
    """

    kind: Kind
    plan: str | None
    hash: str | None
    n: int
    views: int
    exports: int
    words: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Registration:
    """The acts on a study's plan in their order, and the phase that is asked about ('pilot' or 'live')."""

    events: tuple[PlanEvent, ...]
    phase: str

    @property
    def lock(self) -> PlanEvent | None:
        """The lock that holds now; None before the first, and after an unlocking."""
        last = next((event for event in reversed(self.events) if event.kind != "deviation"), None)
        return last if last is not None and last.kind == "lock" else None

    @property
    def deviations(self) -> tuple[PlanEvent, ...]:
        """The changes since the lock that holds now."""
        lock = self.lock
        return () if lock is None else tuple(self.events[self.events.index(lock) + 1 :])

    @property
    def unlockings(self) -> tuple[PlanEvent, ...]:
        """Every time that relations were opened without a lock, or a lock was taken off: kept for good."""
        return tuple(event for event in self.events if event.kind == "unlock")

    @property
    def closed(self) -> bool:
        """Whether relations of outcomes with predictors are closed: in a live study until something opened them."""
        return self.phase == "live" and not self.events
