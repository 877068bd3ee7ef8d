"""Studies: draft, pilot, live, closed, and the instrument that each pins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.access import SMALLEST_GROUP
from survey.assurance import Assured
from survey.errors import NotFoundError, StudyError
from survey.instrument.canonical import canonical, sha256
from survey.instrument.load import load
from survey.instrument.model import Instrument, say
from survey.store import assured, audit, schema
from survey.store.engine import Database
from survey.store.locks import must_be_changeable
from survey.store.sessions import Study, pinned
from survey.store.versions import Proposal, must_be_new, propose

STATUSES = ("draft", "pilot", "live", "closed")
STEPS = {
    "draft": ("pilot", "live"),
    "pilot": ("draft", "live"),
    "live": ("closed",),
    "closed": ("live",),
}
"""Where a study may go. Back to draft only from the pilot, whose data stay apart; a closed one may open again."""

StudyList = list[Study]
"""A name outside the class, where ``list`` is a method."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def find(connection: Connection, slug: str) -> Study:
    """The study of this name. Raises NotFoundError."""
    row = connection.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no study {slug!r}. List them with: twofold study list")
    return from_row(connection, row)


COLUMNS = (
    *schema.study.c,
    exists().where(schema.study_wave.c.study_id == schema.study.c.id).correlate(schema.study).label("in_waves"),
)
"""What ``from_row`` makes a study of."""
_BY_SLUG = select(*COLUMNS).where(schema.study.c.slug == bindparam("slug"))


def from_row(connection: Connection, row: Any) -> Study:
    """A study from a row that holds ``COLUMNS``."""
    live = row.status in ("live", "closed")
    return Study(
        id=row.id,
        slug=row.slug,
        title=row.title,
        status=row.status,
        instrument=pinned(connection, row.instrument_hash),
        instrument_hash=row.instrument_hash,
        plan_text=row.plan,
        created_at=row.created_at,
        launched_at=row.launched_at,
        closed_at=row.closed_at,
        opened=row.opened_live if live else row.opened_pilot,
        visitors=row.visitors_live if live else row.visitors_pilot,
        address_days=row.address_days,
        withdraw_until=row.withdraw_until,
        delete_after=row.delete_after,
        smallest_group=row.smallest_group,
        in_waves=row.in_waves,
    )


class Studies:
    """What a researcher does with studies; each act is one transaction and leaves a line in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, slug: str) -> Study:
        """The study of this name. Raises NotFoundError."""
        return self._database.read(lambda connection: find(connection, slug))

    def list(self) -> StudyList:
        """All studies, the newest first."""
        newest = select(*COLUMNS).order_by(schema.study.c.created_at.desc(), schema.study.c.slug)
        return self._database.read(lambda c: [from_row(c, row) for row in c.execute(newest).all()])

    def instrument_text(self, slug: str) -> str:
        """The study's instrument as its author wrote it."""

        def work(connection: Connection) -> str:
            own = find(connection, slug).instrument_hash
            text = select(schema.instrument.c.original).where(schema.instrument.c.hash == own)
            return str(connection.execute(text).scalar_one())

        return self._database.read(work)

    def create(self, slug: str, instrument_text: str, title: str | None = None, actor: str = "") -> Study:
        """A new draft. Raises FileProblems for the instrument, StudyError for a name that is taken or not allowed."""
        if not _SLUG.fullmatch(slug):
            raise StudyError(
                f"{slug!r} cannot be the name of a study. Use small letters, digits and hyphens, at most 63 of them."
            )
        instrument = load(instrument_text, "instrument")
        named = title or say(instrument.title, instrument.languages[0], instrument.languages) or slug

        def work(connection: Connection) -> Study:
            kept = _keep(connection, instrument, instrument_text)
            connection.execute(
                insert(schema.study).values(
                    id=uuid4(),
                    slug=slug,
                    title=named,
                    status="draft",
                    instrument_hash=kept,
                    instrument_version=instrument.version,
                    opened_pilot=0,
                    opened_live=0,
                    created_at=schema.now(),
                )
            )
            audit.note(connection, "create study", slug, actor, instrument=kept)
            return find(connection, slug)

        try:
            return self._database.write(work)
        except IntegrityError:
            raise StudyError(f"there is already a study {slug!r}. Choose another name.") from None

    def launch(self, slug: str, said: Assured, actor: str = "", permissions: Iterable[str] = ()) -> Study:
        """Take a study live, with what is ``said`` of ethics, help and translations, beside what was said before.

        Raises StudyError as ``set_status`` does, and where something is left open; a study that was closed is opened
        again as it was launched.
        """

        def ask(connection: Connection, study: Study) -> None:
            assured.keep(connection, study, said, actor)
            if study.status != "closed":
                assured.must_be_assured(connection, study)

        return self._change(slug, lambda there, study: _step(there, study, "live", actor, permissions, ask))

    def set_status(self, slug: str, status: str, actor: str = "", permissions: Iterable[str] = ()) -> Study:
        """Take a study a step further. Raises StudyError where there is no such step from where it stands.

        It asks nothing that a launch must: people launch by ``launch``, programs whose respondents are made up by this.
        permissions: the names of the instrument's sources whose owners' permission the actor says to have; a study that
        uses such wordings is not published without them, and each is kept in the audit log.
        """
        if status not in STATUSES:
            raise StudyError(f"{status!r} is no state of a study. There are: {', '.join(STATUSES)}.")
        return self._change(slug, lambda there, study: _step(there, study, status, actor, permissions))

    def propose(self, slug: str, instrument_text: str) -> Proposal:
        """What another instrument would do to the answers of a study; nothing is changed.

        Raises FileProblems for the instrument, NotFoundError.
        """
        instrument = load(instrument_text, "instrument")
        return self._database.read(lambda connection: propose(connection, find(connection, slug), instrument))

    def update_instrument(self, slug: str, instrument_text: str, actor: str = "", accept: str = "") -> Study:
        """Give a study another instrument: a draft freely, a live one by a version of its own.

        accept: for a live study, the hash of the proposal whose effects were seen. No answer is altered: who is in the
        middle goes on in the new version, who has finished stays with theirs. Raises FileProblems, and StudyError for
        a pilot, a closed study, a number that is in use, or a change that was not seen.
        """
        instrument = load(instrument_text, "instrument")

        def change(connection: Connection, study: Study) -> dict[str, Any]:
            if study.status == "live":
                if accept != sha256(instrument):
                    raise StudyError(
                        f"the study {slug!r} is live: look at what the change does to its answers, then accept that."
                    )
                must_be_new(connection, study, instrument)
                _must_be_askable(replace(study, instrument=instrument))
                _must_be_permitted_already(study, instrument)
            elif study.status != "draft":
                raise StudyError(
                    f"the study {slug!r} is {study.status}: its instrument is fixed."
                    + (" Set it back to draft first." if study.status == "pilot" else " Open it again for a change.")
                )
            kept = _keep(connection, instrument, instrument_text)
            before = {"before": study.instrument_hash} if study.status == "live" else {}
            audit.note(connection, "update instrument", slug, actor, instrument=kept, **before)
            return {"instrument_hash": kept, "instrument_version": instrument.version}

        return self._change(slug, change)

    def set_plan(self, slug: str, text: str | None, actor: str = "") -> Study:
        """Keep the plan of analysis; whoever calls has checked it (``analysis.plan``).

        Raises StudyError where the plan is locked: a change to it is a dated deviation (``Plans.deviate``).
        """

        def change(connection: Connection, study: Study) -> dict[str, Any]:
            if (text or None) != study.plan_text:
                must_be_changeable(connection, study)
            audit.note(connection, "set plan", slug, actor)
            return {"plan": text or None}

        return self._change(slug, change)

    def set_smallest_group(self, slug: str, people: int | None, actor: str = "") -> Study:
        """Say that this is an employer's study, and how many people a group needs to be told apart in it; None: it is
        none.

        Raises StudyError for fewer than 5 and, once the study is live, for fewer than before: respondents were promised
        what stood there.
        """
        if people is not None and people < SMALLEST_GROUP:
            raise StudyError(f"{people} people are too few for a group. Ask for at least {SMALLEST_GROUP}.")

        def change(connection: Connection, study: Study) -> dict[str, Any]:
            if people == study.smallest_group:
                return {}
            promised = study.smallest_group or 0
            if study.status in ("live", "closed") and promised and (people or 0) < promised:
                raise StudyError(
                    f"respondents of {slug!r} were promised groups of at least {promised}: that can be raised, and not "
                    "lowered or taken back."
                )
            audit.note(connection, "set smallest group", slug, actor, before=study.smallest_group, after=people)
            return {"smallest_group": people}

        return self._change(slug, change)

    def delete(self, slug: str, actor: str = "") -> None:
        """Delete a draft that nobody has answered. Raises StudyError for any other study."""

        def work(connection: Connection) -> None:
            study = find(connection, slug)
            answered = connection.execute(select(exists().where(schema.response.c.study_id == study.id))).scalar_one()
            if study.status != "draft" or answered:
                raise StudyError(
                    f"the study {slug!r} "
                    + ("has answers" if answered else f"is {study.status}")
                    + ": only a draft without answers can be deleted."
                )
            # Every table that belongs to a study, those that refer to others first.
            for table in reversed(schema.metadata.sorted_tables):
                if "study_id" in table.c:
                    connection.execute(delete(table).where(table.c.study_id == study.id))
            connection.execute(delete(schema.study).where(schema.study.c.id == study.id))
            audit.note(connection, "delete study", slug, actor)

        self._database.write(work)

    def _change(self, slug: str, change: Callable[[Connection, Study], dict[str, Any]]) -> Study:
        def work(connection: Connection) -> Study:
            study = find(connection, slug)
            changes = change(connection, study)
            if not changes:
                return study
            connection.execute(update(schema.study).where(schema.study.c.id == study.id).values(**changes))
            return find(connection, slug)

        return self._database.write(work)


def _step(
    connection: Connection,
    study: Study,
    status: str,
    actor: str,
    permissions: Iterable[str],
    ask: Callable[[Connection, Study], None] | None = None,
) -> dict[str, Any]:
    """What changes of a study by a step; ask: what must hold besides, and raises StudyError where it does not."""
    slug = study.slug
    if status == study.status:
        return {}
    if status not in STEPS[study.status]:
        raise StudyError(
            f"the study {slug!r} is {study.status} and cannot become {status}."
            f" From {study.status} it can become: {', '.join(STEPS[study.status])}."
        )
    if study.status == "closed" and study.smallest_group is not None:
        raise StudyError(
            f"the study {slug!r} protects small groups and was closed. Its results by group may have been "
            "seen, and more answers would change them by what these say. Make a new study for more respondents."
        )
    if status in ("pilot", "live") and study.status != "closed":
        _must_be_askable(study)
        for name in _permitted(study, status, frozenset(permissions)):
            owner = study.instrument.sources[name].owner
            audit.note(connection, "confirm permission", slug, actor, source=name, owner=owner)
    if ask is not None:
        ask(connection, study)
    audit.note(connection, "set status", slug, actor, before=study.status, after=status)
    if status == "live":
        return {"status": status, "launched_at": study.launched_at or schema.now(), "closed_at": None}
    return {"status": status} | ({"closed_at": schema.now()} if status == "closed" else {})


def _keep(connection: Connection, instrument: Instrument, text: str) -> str:
    """Keep an instrument under its hash, once; give the hash."""
    own = sha256(instrument)
    if not connection.execute(select(exists().where(schema.instrument.c.hash == own))).scalar_one():
        connection.execute(
            insert(schema.instrument).values(
                hash=own,
                canonical=canonical(instrument).decode(),
                model=instrument.model_dump_json(by_alias=True, exclude_defaults=True),
                original=text,
                created_at=schema.now(),
            )
        )
    return own


def permissions_needed(instrument: Instrument) -> tuple[str, ...]:
    """The sources whose owners must have permitted the use of their wording before a study is published."""
    return tuple(name for name, source in instrument.sources.items() if source.permission == "needed")


def _permitted(study: Study, status: str, confirmed: frozenset[str]) -> tuple[str, ...]:
    """The sources for which permission is confirmed. Raises StudyError where one is not."""
    needed = permissions_needed(study.instrument)
    open_ = [name for name in needed if name not in confirmed]
    if open_:
        owners = ", ".join(f"{name} ({study.instrument.sources[name].owner})" for name in open_)
        options = " ".join(f"--permission {name}" for name in needed)
        raise StudyError(
            f"the study {study.slug!r} uses wordings whose owners must permit it: {owners}."
            f" If you have their permission, confirm it: twofold study status {study.slug} {status} {options}"
        )
    return needed


def _must_be_permitted_already(study: Study, instrument: Instrument) -> None:
    """A live study takes on no wording for whose use nobody was asked when it was launched."""
    new = [name for name in permissions_needed(instrument) if name not in permissions_needed(study.instrument)]
    if new:
        owners = ", ".join(f"{name} ({instrument.sources[name].owner})" for name in new)
        raise StudyError(
            f"the change brings in wordings whose owners must permit it: {owners}."
            " Make a new study for them: launching it asks for the permission and keeps it."
        )


def _must_be_askable(study: Study) -> None:
    """A study without pages, or with items that say nothing, cannot be shown to anyone."""
    instrument = study.instrument
    if not any(page.items or page.network for page in instrument.pages):
        raise StudyError(
            f"the instrument of {study.slug!r} has no page with items, so there is nothing to ask."
            " Add pages to it, or analyse data collected elsewhere without a study."
        )
    silent = [item for page in instrument.pages for item in page.items if not instrument.items[item].text]
    if silent:
        raise StudyError(
            f"{len(silent)} item(s) of {study.slug!r} have no text to show, the first is {silent[0]!r}."
            " Give each item on a page its wording."
        )
