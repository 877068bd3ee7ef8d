"""Personal invitations: tokens that can be made again under the key, and contacts that only the key opens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, insert, select, update

from survey.errors import StudyError
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import Keys, hash_token
from survey.store.sessions import Study
from survey.store.studies import find

MOST_AT_ONCE = 100_000

Fields = Mapping[str, str | float]


@dataclass(frozen=True)
class Invitation:
    """One person's way in: ``label`` says whom it is for (kept encrypted), ``fields`` go into the Dataset."""

    id: UUID
    study: str
    label: str
    fields: dict[str, str | float]
    issue: int
    created_at: datetime
    revoked_at: datetime | None


Invited = list[tuple[Invitation, str]]
"""Invitations with their tokens."""

Listed = list[Invitation]


class Invitations:
    """What a recruiter does."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def create(self, slug: str, people: int | Sequence[tuple[str, Fields]], actor: str = "") -> Invited:
        """Invitations for a number of people, or for each (label, fields); with each its token, the secret of its link.

        Only the token's hash is kept; ``token`` makes it again. Raises StudyError for a field that the instrument
        does not declare.
        """
        wanted = [(str(i + 1), {}) for i in range(people)] if isinstance(people, int) else list(people)
        if not 1 <= len(wanted) <= MOST_AT_ONCE:
            raise StudyError(f"{len(wanted)} invitations cannot be made at once. Ask for 1 to {MOST_AT_ONCE}.")

        def work(connection: Connection) -> Invited:
            made = self.insert(connection, find(connection, slug), wanted)
            audit.note(connection, "invite", slug, actor, n=len(made))
            return made

        return self._database.write(work)

    def insert(self, connection: Connection, study: Study, wanted: Sequence[tuple[str, Fields]]) -> Invited:
        """The same within a transaction that does more."""
        made = [self._new(study, label, fields) for label, fields in wanted]
        rows = [
            {
                "id": invitation.id,
                "study_id": study.id,
                "kind": "personal",
                "issue": invitation.issue,
                "token_hash": hash_token(token),
                "contact": self._keys.encrypt(invitation.label),
                "fields": json.dumps(invitation.fields),
                "created_at": invitation.created_at,
            }
            for invitation, token in made
        ]
        connection.execute(insert(schema.invitation), rows)
        return made

    def _new(self, study: Study, label: str, fields: Fields) -> tuple[Invitation, str]:
        unknown = [name for name in fields if name not in study.instrument.fields]
        if unknown:
            raise StudyError(
                f"the field {unknown[0]!r} of {label!r} is not declared by the instrument."
                f" It declares: {', '.join(study.instrument.fields) or 'none'}."
            )
        invitation = Invitation(uuid4(), study.slug, label, dict(fields), 1, schema.now(), None)
        return invitation, self._keys.token(invitation.id, invitation.issue)

    def list(self, slug: str) -> Listed:
        """A study's personal invitations, oldest first."""

        def work(connection: Connection) -> Listed:
            study = find(connection, slug)
            table = schema.invitation.c
            rows = connection.execute(
                select(schema.invitation)
                .where(table.study_id == study.id, table.kind == "personal")
                .order_by(table.created_at, table.id)
            )
            return [self._from_row(study, row) for row in rows]

        return self._database.read(work)

    def _from_row(self, study: Study, row: Row[Any]) -> Invitation:
        label = self._keys.decrypt(row.contact) if row.contact else ""
        fields = json.loads(row.fields)
        return Invitation(row.id, study.slug, label, fields, row.issue, row.created_at, row.revoked_at)

    def token(self, invitation: Invitation) -> str:
        """The invitation's token, made again for a reminder."""
        return self._keys.token(invitation.id, invitation.issue)

    def reissue(self, invitation: Invitation, actor: str = "") -> str:
        """A new token for a link that was lost or seen by others; the old one no longer works, the answers stay."""
        issue = invitation.issue + 1
        token = self._keys.token(invitation.id, issue)
        changes = {"issue": issue, "token_hash": hash_token(token), "revoked_at": None}
        self._update(invitation, changes, "reissue invitation", actor)
        return token

    def revoke(self, invitation: Invitation, actor: str = "") -> None:
        """Let an invitation's link work no longer; the answers stay."""
        self._update(invitation, {"revoked_at": schema.now()}, "revoke invitation", actor)

    def _update(self, invitation: Invitation, changes: dict[str, Any], action: str, actor: str) -> None:
        def work(connection: Connection) -> None:
            table = schema.invitation
            connection.execute(update(table).where(table.c.id == invitation.id).values(**changes))
            audit.note(connection, action, invitation.study, actor, invitation=str(invitation.id))

        self._database.write(work)
