"""The tables of what pages keep apart from answers: keyed hashes of self-made codes, and who was nominated."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, Uuid

from survey.store.schema import Instant, metadata

code_mac = Table(
    "code_mac",
    metadata,
    Column("invitation_id", Uuid(), ForeignKey("invitation.id"), primary_key=True),
    Column("phase", String(16), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("response_id", Uuid(), ForeignKey("response.id"), nullable=False, index=True),
    Column("mac", String(64), nullable=False),
    Index(None, "study_id", "phase", "place"),
    info={"of_a_person": "hashes of self-made codes"},
)
"""A code by its keyed hashes. place 0: of the whole code; n: of the code with its nth sign left open, so that two codes
that differ in one sign share one hash."""

nomination = Table(
    "nomination",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False, index=True),
    Column("nominator_id", Uuid(), ForeignKey("invitation.id"), nullable=False, index=True),
    Column("response_id", Uuid(), ForeignKey("response.id"), nullable=False, index=True),
    Column("invitation_id", Uuid(), ForeignKey("invitation.id"), index=True),
    Column("dyad", String(32), nullable=False),
    Column("role", String(64), nullable=False),
    Column("address", Text),
    Column("state", String(16), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("decided_at", Instant()),
    CheckConstraint("state IN ('noted', 'waiting', 'invited', 'declined', 'taken')", name="state"),
    info={"of_a_person": "nominations, with address"},
)
"""Whom a respondent nominated. address: encrypted, until it is a contact. response_id: where it was said;
invitation_id: the nominee's, once there."""
