"""Locking a study's plan before its data are looked at, and what is done to it after."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, Literal

from sqlalchemy import Connection, func, insert, select, update

from survey.errors import StudyError
from survey.registration import Kind, PlanEvent, Registration
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.locks import events_of
from survey.store.sessions import Study
from survey.store.studies import find

Act = Literal["view", "run", "export"]
ACTIONS: Final[dict[Act, str]] = {"view": "view answers", "run": "run plan", "export": "export answers"}
"""What the audit log says of each way in which answers are met."""

LONGEST = 2000
"""Characters of a stopping rule or a reason."""


class Plans:
    """What is done to the plan of a study; each act is one transaction, kept for good and noted in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def registration(self, slug: str, phase: str | None = None) -> Registration:
        """What became of the plan, for answers of a phase (by default of the one the study is in).

        Raises NotFoundError.
        """

        def work(connection: Connection) -> Registration:
            study = find(connection, slug)
            return Registration(events_of(connection, study.id), phase or study.phase)

        return self._database.read(work)

    def lock(self, slug: str, stopping: str, actor: str = "") -> PlanEvent:
        """Lock the plan that is kept with a study.

        stopping: when data collection ends, in words. Stored with it: hash, time, n, and the views and exports so far.
        Raises StudyError where there is no plan, it is locked, or the rule is empty.
        """

        def work(connection: Connection, study: Study, before: Registration) -> PlanEvent:
            if before.lock is not None:
                raise StudyError(f"the plan of {slug!r} is locked since {before.lock.at:%d %B %Y}.")
            if not study.plan_text:
                raise StudyError(f"the study {slug!r} has no plan to lock. Give it one: twofold study plan {slug} FILE")
            words = _words(stopping, "a stopping rule", "such as 'at 1,200 completed, or on 31 March'")
            return _add(connection, study, "lock", study.plan_text, words, actor)

        return self._act(slug, work)

    def unlock(self, slug: str, reason: str, actor: str = "") -> PlanEvent:
        """Open a study without a lock, or take its lock off: relations are open from then on, and that stays on record.

        Raises StudyError without a reason, or where it was opened already.
        """

        def work(connection: Connection, study: Study, before: Registration) -> PlanEvent:
            if before.lock is None and before.events:
                raise StudyError(f"the study {slug!r} is open without a lock already.")
            words = _words(reason, "a reason", "it is kept for good and stands in every report")
            return _add(connection, study, "unlock", None, words, actor)

        return self._act(slug, work)

    def deviate(self, slug: str, text: str, reason: str, actor: str = "") -> PlanEvent:
        """Change a locked plan: a dated deviation. Whoever calls has checked the text (``analysis.plan``).

        Raises StudyError where the plan is not locked, is the same, or no reason is given.
        """

        def work(connection: Connection, study: Study, before: Registration) -> PlanEvent:
            if before.lock is None:
                raise StudyError(f"the plan of {slug!r} is not locked: it may be changed without a deviation.")
            if text == study.plan_text:
                raise StudyError(f"this is the plan that {slug!r} has: nothing would change.")
            words = _words(reason, "a reason", "it stands beside the deviation in every report")
            connection.execute(update(schema.study).where(schema.study.c.id == study.id).values(plan=text))
            return _add(connection, study, "deviation", text, words, actor)

        return self._act(slug, work)

    def met(self, slug: str, act: Act, what: str, phase: str, actor: str = "") -> None:
        """Note in the audit log that answers were looked at, analysed or taken away; ``what`` says which view."""
        self._database.write(
            lambda connection: audit.note(connection, ACTIONS[act], slug, actor, what=what, phase=phase)
        )

    def _act(self, slug: str, work: Callable[[Connection, Study, Registration], PlanEvent]) -> PlanEvent:
        def whole(connection: Connection) -> PlanEvent:
            study = find(connection, slug)
            return work(connection, study, Registration(events_of(connection, study.id), study.phase))

        return self._database.write(whole)


def _words(text: str, what: str, hint: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise StudyError(f"give {what} of at most {LONGEST:,} characters: {hint}.")
    return words


def _add(connection: Connection, study: Study, kind: Kind, plan: str | None, words: str, actor: str) -> PlanEvent:
    response = schema.response.c
    live = select(func.count()).where(response.study_id == study.id, response.phase == "live")
    digest = None if plan is None else sha256(plan.encode("utf-8")).hexdigest()
    views, exports = _met(connection, study.slug, ("view", "run")), _met(connection, study.slug, ("export",))
    connection.execute(
        insert(schema.plan_event).values(
            study_id=study.id,
            kind=kind,
            plan=plan,
            hash=digest,
            n=connection.execute(live).scalar_one(),
            views=views,
            exports=exports,
            words=words,
            actor=actor,
            at=schema.now(),
        )
    )
    done = {"lock": "lock plan", "unlock": "unlock plan", "deviation": "change locked plan"}[kind]
    audit.note(connection, done, study.slug, actor, plan=digest)
    return events_of(connection, study.id)[-1]


def _met(connection: Connection, slug: str, acts: tuple[Act, ...]) -> int:
    """How often answers of the live study were met in these ways."""
    table = schema.audit.c
    wanted = [ACTIONS[act] for act in acts]
    lines = select(func.count()).where(
        table.subject == slug, table.action.in_(wanted), table.detail.like('%"phase": "live"%')
    )
    return int(connection.execute(lines).scalar_one())
