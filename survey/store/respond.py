"""What the respondents' pages use: opening, coming back, and saving a page once, wholly, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select
from sqlalchemy.exc import IntegrityError

from survey import consent, flow
from survey.answers import ItemProblem, from_json, to_json
from survey.errors import AnswerError, Closed, Conflict, NoConsentError, Stale, StoreError
from survey.network.receive import Received
from survey.standing import closes_early
from survey.store import schema
from survey.store.engine import Database
from survey.store.keys import Keys, hash_token
from survey.store.nominations import keep_private
from survey.store.owed import owe
from survey.store.paradata import UNKNOWN, Circumstances, keep_address
from survey.store.quotas import settle
from survey.store.sessions import Session, load_again, response_of
from survey.store.studies import COLUMNS, find, from_row
from survey.store.waves import load_open

if TYPE_CHECKING:
    from survey.dataset.model import Dataset

FIRST_ISSUE = 1
_ATTEMPTS = 5
"""A first page may meet another tab's first page; the second attempt then finds the response there."""


_ENTRY = (
    select(*COLUMNS, schema.invitation.c.id.label("invitation_id"), schema.invitation.c.stopped_at)
    .join(schema.invitation, schema.invitation.c.study_id == schema.study.c.id)
    .where(schema.invitation.c.token_hash == bindparam("token_hash"), schema.invitation.c.revoked_at.is_(None))
)
_STOPPED = select(schema.invitation.c.stopped_at).where(schema.invitation.c.id == bindparam("invitation"))
_NOW = select(
    schema.study.c.status,
    schema.study.c.instrument_hash,
    _STOPPED.scalar_subquery().label("stopped"),
    exists().where(schema.invitation.c.id == bindparam("invitation")).label("there"),
    select(func.max(schema.submission.c.sequence))
    .where(schema.submission.c.response_id == bindparam("response"))
    .scalar_subquery()
    .label("head"),
).where(schema.study.c.id == bindparam("study"))
"""How study, invitation and log stand at the moment of saving."""
_LINE = insert(schema.submission)


@dataclass(frozen=True)
class Saved:
    """An acknowledged page: ``already`` where the same had been saved before and nothing was added."""

    session: Session
    already: bool


class Respond:
    """The respondent's way into the store."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def begin(self, slug: str, nonce: str) -> Session:
        """A session on an open link, for the browser that keeps ``nonce``: it stays out of the database until its
        first submission. Raises NotFoundError."""
        return self._database.read(lambda connection: self._open(connection, slug, nonce, fresh=True))

    def visit(self, slug: str, nonce: str) -> Session | None:
        """The session that this browser has begun on an open link, or None. Raises NotFoundError."""
        session = self._database.read(lambda connection: self._open(connection, slug, nonce, fresh=False))
        return session if session.persisted else None

    def _open(self, connection: Connection, slug: str, nonce: str, fresh: bool) -> Session:
        study = find(connection, slug)
        # What a browser sends is shortened by hashing, so that no nonce is too long and none is kept.
        invitation = uuid5(study.id, hash_token(nonce))
        token = self._keys.token(invitation, FIRST_ISSUE)
        session = load_open(connection, study, invitation, token, fresh=fresh)
        stopped = None if fresh else connection.execute(_STOPPED, {"invitation": invitation}).scalar_one_or_none()
        return replace(session, stopped=stopped is not None)

    def enter(self, token: str) -> Session | None:
        """The session of a personal or resume token; None where it is unknown or revoked."""

        def work(connection: Connection) -> Session | None:
            row = connection.execute(_ENTRY, {"token_hash": hash_token(token)}).one_or_none()
            if row is None:
                return None
            session = load_open(connection, from_row(connection, row), row.invitation_id, token)
            return replace(session, stopped=row.stopped_at is not None)

        return self._database.read(work)

    def reload(self, session: Session) -> Session:
        """The same respondent's session as the log has it now."""
        return self._database.read(lambda connection: self._reload(connection, session))

    def _reload(self, connection: Connection, session: Session) -> Session:
        study = find(connection, session.study.slug)
        return load_open(connection, study, session.invitation_id, session.token)

    def names(self, session: Session) -> dict[str, dict[str, str]]:
        """The people that this respondent has named, by network and tie: for their own pages, and none else.

        Those of earlier waves are among them, as they were named last.
        """
        table, phase = schema.tie_name.c, session.study.phase
        own = [response_of(session.invitation_id, phase, wave) for wave in range(1, session.wave + 1)]
        query = select(table.response_id, table.network, table.tie, table.name).where(table.response_id.in_(own))
        rows = self._database.read(lambda connection: connection.execute(query).all())
        named: dict[str, dict[str, str]] = {}
        for row in sorted(rows, key=lambda row: own.index(row.response_id)):
            named.setdefault(row.network, {})[row.tie] = self._keys.decrypt_name(row.name)
        return named

    def invited_as(self, session: Session) -> dict[str, str | float]:
        """What this respondent's invitation says of them; {} on an open link."""
        table = schema.invitation.c
        query = select(table.fields).where(table.id == session.invitation_id)
        found = self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        return {} if found is None else dict(json.loads(found))

    def submit(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, object],
        *,
        order: Sequence[str],
        shown_at: datetime,
        sent_at: datetime,
        sequence: int | None = None,
        uuid: UUID | None = None,
        circumstances: Circumstances = UNKNOWN,
    ) -> Saved:
        """Save one page: when this returns it is on the disc, once, whatever was sent twice.

        page: a page, or a screen of one (``people.g1``). answers: by name, raw or typed; what is absent is skipped.
        The answer of a screen that asks for names is a list of rows (tie or '', name): the log gets the ties, and the
        names go apart, encrypted. order: the items as they were shown. sequence: that of the shown page (by default
        the session's next). uuid: by default UUIDv5 of response, page and sequence.
        circumstances: how the page came.

        Raises Stale (another tab is ahead), Conflict (the same page with other answers), Closed, NoConsentError: each
        carries the respondent's session as it now stands. Raises AnswerError for what the formats do not allow, and
        StoreError where the database fails.
        """
        number = session.sequence if sequence is None else sequence
        received = self._take_in(session, page, answers)
        given, instrument = received.answers, session.study.instrument
        agreed = consent.record(instrument, flow.find_page(instrument, page), session.language)
        key = uuid or uuid5(session.response_id, f"{page}/{number}")
        line = {
            "response_id": session.response_id,
            "sequence": number,
            "page": page,
            "answers": to_json({**given, **agreed}),
            "item_order": json.dumps(list(order)),
            "uuid": key,
            "body_hash": body_of(self._keys, page, received.body),
            "instrument_hash": session.study.instrument_hash,
            "language": session.language,
            "channel": circumstances.channel,
            "device": circumstances.device,
            "shown_at": shown_at,
            "sent_at": sent_at,
        }
        for _ in range(_ATTEMPTS):
            try:
                return self._database.write(
                    lambda connection: self._insert(connection, session, line, received, circumstances),
                    alone=False,
                    again=True,
                )
            except IntegrityError:
                known = self._database.read(lambda connection: self._known(connection, session, line))
                if known is not None:
                    return known
        raise StoreError("the page could not be saved, because other pages of the same respondent came in. Try again.")

    def _take_in(self, session: Session, page: str, answers: Mapping[str, object]) -> Received:
        """What the page adds to the session's answers, and names of people apart from them."""
        instrument = session.study.instrument
        try:
            screen = flow.find_screen(instrument, page, session.answers)
        except KeyError:
            raise AnswerError((ItemProblem(page, "invalid", "unknown_page"),)) from None
        asks_names = screen is not None and screen.kind == "names"
        known = self.names(session).get(screen.network, {}) if screen is not None and asks_names else {}
        return flow.take_in(instrument, page, answers, session.answers, session.seed, known)

    def _insert(
        self,
        connection: Connection,
        session: Session,
        line: dict[str, Any],
        received: Received,
        came: Circumstances,
    ) -> Saved:
        """Add the page to the log, where it is not there already although the study has closed since."""
        now = schema.now()
        which = {"study": session.study.id, "invitation": session.invitation_id, "response": session.response_id}
        found = connection.execute(_NOW, which).one_or_none()
        head = None if found is None else found.head
        if found is not None and found.stopped is not None:
            current = self._reload(connection, session)
            raise Closed("this respondent has asked not to be asked any further.", replace(current, stopped=True))
        # An open link's invitation is made of its nonce (UUIDv5); a personal one that is not there was erased.
        if found is not None and not found.there and session.invitation_id.version != 5:
            raise Closed("this invitation is not there any more.", replace(session, gone=True))
        # All is well while the study stands as the session knows it and the page is the next of its log.
        expected = (session.study.instrument_hash, session.study.phase)
        fits = found is not None and (found.instrument_hash, found.status) == expected
        if not fits or line["sequence"] > (-1 if head is None else head) + 1:
            study = find(connection, session.study.slug)
            known = self._known(connection, session, line)
            if known is not None and known.already:
                return known
            current = load_open(connection, study, session.invitation_id, session.token)
            if not study.accepts_answers:
                words = "is closed" if study.status == "closed" else "is not open yet"
                raise Closed(f"the study {study.slug!r} {words} and accepts no answers.", current)
            # Who finished an earlier version may still change what they answered to it.
            own = (current.study.instrument_hash, current.study.phase, current.sequence)
            if own != (line["instrument_hash"], session.study.phase, line["sequence"]):
                raise Stale("this page is not the next one any more, or the questionnaire has changed.", current)
        if session.place is not None:
            current = load_open(connection, session.study, session.invitation_id, session.token, now)
            stands = current.place
            if stands is not None and (stands.state, current.wave) != ("open", session.wave):
                known = self._known(connection, session, line)
                if known is not None and known.already:
                    return known
                if stands.state == "open":
                    raise Stale(f"wave {current.wave} has begun.", current)
                raise Closed(f"wave {session.wave} is not open now and accepts no answers.", current)
        self._check_consent(connection, session, line)
        if head is None:
            self._first(connection, session, now, came)
        if closes_early(session.study.instrument) and line["sequence"] == (-1 if head is None else head) + 1:
            line = {**line, "answers": self._settled(connection, session, line, now)}
        connection.execute(_LINE, {**line, "received_at": now})
        if received.private:
            keep_private(connection, self._keys, self._database, session, line["page"], received.private)
        if received.names is not None:
            network = flow.find_page(session.study.instrument, line["page"]).network
            whose = {"response_id": session.response_id, "network": network}
            table = schema.tie_name.c
            connection.execute(
                delete(schema.tie_name).where(table.response_id == session.response_id, table.network == network)
            )
            kept: list[dict[str, object]] = [
                {**whose, "tie": tie, "name": self._keys.encrypt_name(name)} for tie, name in received.names.items()
            ]
            if kept:
                connection.execute(insert(schema.tie_name), kept)
        return Saved(self._after(connection, session, line, received), already=False)

    def _after(self, connection: Connection, session: Session, line: dict[str, Any], received: Received) -> Session:
        """The session once this page is in the log.

        Where the page completes a wave and the study gives something for it, to whom is noted, and nothing else.
        """
        instrument = session.study.instrument
        fresh = session.sequence == line["sequence"]
        if fresh:
            after = session.after(line["page"], consent.without(instrument, from_json(str(line["answers"]))))
        else:
            after = load_again(connection, session)
        if after.completed and not (session.completed and fresh):
            owe(connection, self._keys, after)
        # When the next wave begins may depend on this one's completion; whoever nominated somebody has a role.
        paired = bool(received.private) and flow.find_page(instrument, line["page"]).nominate is not None
        whole = fresh and not (after.completed and after.place is not None) and not paired
        return after if whole else self._reload(connection, session)

    def _settled(self, connection: Connection, session: Session, line: dict[str, Any], now: datetime) -> str:
        """The page's answers with what is decided on quotas; nothing is saved after an early end."""
        study, given = session.study, from_json(line["answers"])
        fresh = session.sequence == line["sequence"]
        current = session if fresh else load_again(connection, session)
        if flow.closing(study.instrument, current.answers) is not None:
            raise Stale("the questionnaire has ended for this respondent.", current)
        return to_json({**given, **settle(connection, current, line["page"], given, now)})

    def _check_consent(self, connection: Connection, session: Session, line: dict[str, Any]) -> None:
        """Keep no answer of a page that lies behind a consent not given, whatever a page sends."""
        instrument = session.study.instrument
        needed, own = [], flow.page_of(line["page"])
        for page in instrument.pages:
            if page.id == own:
                break
            if page.type == "consent" and page.required:
                needed.append(page.id)
        if any(session.answers.get(page) != "yes" for page in needed):
            current = load_again(connection, session)
            if any(current.answers.get(page) != "yes" for page in needed):
                raise NoConsentError("this page lies behind a consent that was not given.", current)

    def _first(self, connection: Connection, session: Session, now: datetime, came: Circumstances) -> None:
        """Make the response real, and on an open link the invitation that its resume token stands for."""
        invitation = schema.invitation.c
        known = connection.execute(select(invitation.id).where(invitation.id == session.invitation_id)).one_or_none()
        if known is None:
            connection.execute(
                insert(schema.invitation).values(
                    id=session.invitation_id,
                    study_id=session.study.id,
                    kind="open",
                    issue=FIRST_ISSUE,
                    token_hash=hash_token(session.token),
                    fields="{}",
                    created_at=now,
                )
            )
        connection.execute(
            insert(schema.response).values(
                id=session.response_id,
                study_id=session.study.id,
                invitation_id=session.invitation_id,
                phase=session.study.phase,
                wave=session.wave,
                source=came.source,
                created_at=now,
            )
        )
        keep_address(connection, self._keys, session, came.address)

    def _known(self, connection: Connection, session: Session, line: dict[str, Any]) -> Saved | None:
        """What stood in the way of a page: itself (already saved), another body (Conflict), another page (Stale).

        None where nothing does any more: a first page of another tab came in between, so try again.
        """
        log = schema.submission.c
        same = connection.execute(select(log.response_id, log.body_hash).where(log.uuid == line["uuid"])).one_or_none()
        current = self._reload(connection, session)
        if same is not None:
            if same.response_id == session.response_id and same.body_hash == line["body_hash"]:
                return Saved(current, already=True)
            raise Conflict("this page was already saved with other answers.", current)
        if line["sequence"] < current.sequence:
            raise Stale("another tab or device is ahead of this page.", current)
        return None

    def load_simulated(self, slug: str, dataset: Dataset, *, until: datetime | None = None) -> int:
        """Write a Dataset's respondents into a study's log, page by page, as if they had answered; give how many.

        Times are made from ``seconds_per_item`` and spread over the fortnight before ``until`` (by default now).
        Everything else depends on the Dataset alone. Raises StudyError where the study is not open.
        """
        from survey.store.simulated import write_simulated

        return write_simulated(self._database, self._keys, slug, dataset, until or schema.now())


def body_of(keys: Keys, page: str, body: object) -> str:
    """The keyed hash of what a page sent, times left out: a resend of the same answers is the same body."""
    content = to_json(body) if isinstance(body, Mapping) else json.dumps(body)
    return keys.body(json.dumps([page, content]).encode())
