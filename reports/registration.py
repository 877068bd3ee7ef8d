"""The lock of a plan as a report tells it: when, of what, after how many looks, and what was changed since."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from analysis.plan import load_plan
from analysis.plan.differences import differences
from reports.document import Block, Bullets, Facts, Notice
from reports.numbers import COUNT, show
from reports.text import Rich, said
from survey.files.problems import FileProblems

if TYPE_CHECKING:
    from analysis.findings import Findings
    from survey.instrument.model import Instrument
    from survey.registration import PlanEvent, Registration

PILOT = "These are answers of a pilot: everything is open, and nothing here confirms a plan."
NO_LOCK = (
    "The plan was not locked before the data could be looked at. Its tests explore; relations of outcomes with "
    "predictors are closed until the plan is locked, or the study opened without a lock."
)
OPENED = "The study was opened without a locked plan: what its tests find explores, and confirms nothing."
NOT_VERIFIABLE = "lock not verifiable"


def registration_blocks(registration: Registration, findings: Findings) -> list[Block]:
    """What a reader must know of the lock: facts where there is one, a notice where there is none, all deviations."""
    if registration.phase != "live":
        return [Notice(said(PILOT))]
    found: list[Block] = []
    lock = registration.lock
    if lock is None:
        found.append(Notice(said(OPENED if registration.events else NO_LOCK)))
    else:
        rows: list[tuple[str, Rich]] = [
            ("Plan locked", said(moment(lock.at))),
            ("SHA-256 of the locked plan", said(lock.hash or "")),
            ("Known at the lock", said(known(lock))),
            ("Stopping rule", said(lock.words)),
        ]
        found.append(Facts(tuple(rows)))
    if registration.unlockings:
        found.append(Bullets(tuple(said(unlocked(event)) for event in registration.unlockings)))
    if lock is not None:
        told = deviations(registration, findings)
        found.append(Bullets(told) if told else Notice(said("Deviations from the locked plan: none.")))
    return found


def deviations(registration: Registration, findings: Findings) -> tuple[Rich, ...]:
    """Each dated change with its reason and what it changed, and what was run otherwise than even that."""
    told: list[Rich] = []
    lock = registration.lock
    before = lock.plan if lock is not None else None
    for event in registration.deviations:
        changed = changes(before, event.plan, findings.instrument)
        what = " ".join(changed) or "the wording of the file alone"
        told.append(said(f"Deviation of {moment(event.at)}, after {answers(event.n)}: {event.words} ({what})"))
        before = event.plan
    if before is not None and (kept := _plan(before, findings.instrument)) is not None:
        told += [said(f"Run otherwise than kept with the study: {one}") for one in differences(kept, findings.plan)]
    return tuple(told)


def changes(before: str | None, after: str | None, instrument: Instrument) -> tuple[str, ...]:
    """What changed from one text of a plan to the next, in words."""
    one, two = _plan(before or "", instrument), _plan(after or "", instrument)
    if one is None or two is None:
        return ("one of the two cannot be read with the questionnaire of today, so that they cannot be compared.",)
    return differences(one, two)


def _plan(text: str, instrument: Instrument) -> Any:
    try:
        return load_plan(text, "plan", instrument)
    except FileProblems:
        return None


def known(event: PlanEvent) -> str:
    """'0 answers, 2 views and 0 exports of live answers'."""
    return (
        f"{answers(event.n)}; live answers had been looked at {_n(event.views, 'time')} "
        f"and taken away {_n(event.exports, 'time')}"
    )


def unlocked(event: PlanEvent) -> str:
    """An unlocking in a sentence."""
    return f"Opened without a lock on {moment(event.at)}, after {answers(event.n)}: {event.words}"


def answers(n: int) -> str:
    """'1 response'."""
    return f"{_n(n, 'live response')}"


def _n(count: int, one: str) -> str:
    return f"{show(count, COUNT)} {one if count == 1 else f'{one}s'}"


def moment(at: datetime) -> str:
    """'26 November 2026, 14:05 UTC'."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def lock_facts(registration: Registration | None) -> dict[str, Any] | str:
    """The lock for a manifest: every act on the plan; 'lock not verifiable' of data from a file."""
    if registration is None:
        return NOT_VERIFIABLE
    lock = registration.lock
    return {
        "phase": registration.phase,
        "locked": lock is not None,
        "plan_file_sha256": lock.hash if lock is not None else None,
        "events": [
            {
                "kind": event.kind,
                "at": event.at.isoformat(timespec="seconds"),
                "hash": event.hash,
                "n": event.n,
                "views": event.views,
                "exports": event.exports,
                "words": event.words,
            }
            for event in registration.events
        ],
    }
