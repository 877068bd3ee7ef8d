"""The tables of field work by mail: whom to write to, what was sent, in which words, and who is owed what."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, Uuid

from survey.store.schema import Instant, metadata

contact = Table(
    "contact",
    metadata,
    Column("invitation_id", Uuid(), ForeignKey("invitation.id"), primary_key=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("address_mac", String(64), nullable=False),
    Column("language", String(16)),
    Column("attributes", Text, nullable=False),
    Column("opt_out_hash", String(64), nullable=False, unique=True),
    Column("soft_bounces", Integer, nullable=False, default=0),
    Column("added_at", Instant(), nullable=False),
    Column("unsubscribed_at", Instant()),
    Column("bounced_at", Instant()),
    UniqueConstraint("study_id", "address_mac"),
    info={"of_a_person": "contacts: address, language, words for letters"},
)
"""Whom to write to. address, attributes (name and words for letters, as JSON): encrypted; address_mac: keyed."""

letter = Table(
    "letter",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("invitation_id", Uuid(), ForeignKey("invitation.id"), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("wave", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(16)),
    Column("began_at", Instant(), nullable=False),
    Column("settled_at", Instant()),
    UniqueConstraint("invitation_id", "phase", "wave", "number"),
    CheckConstraint("state IN ('sending', 'sent', 'refused', 'failed', 'unknown', 'bounced')", name="state"),
    Index(None, "study_id", "phase"),
    info={"of_a_person": "letters that were sent"},
)
"""What was sent: number 0 is a wave's invitation, 1 its first reminder. A row is there before the server is spoken
to, and one letter has one row: whoever sends twice finds it. code: what a server answered, such as 5.1.1; or
``MOVED``."""

MOVED = "moved"
"""The code of a letter that went to an address which its person has no more: a report on it says nothing of theirs."""

letter_text = Table(
    "letter_text",
    metadata,
    Column("study_id", Uuid(), ForeignKey("study.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint("kind IN ('invitation', 'next_wave', 'reminder')", name="kind"),
    info={"exempt": "the study's words for its letters"},
)
"""A study's own words for its letters; a kind and language without a row has the words that Twofold brings."""

mailing = Table(
    "mailing",
    metadata,
    Column("study_id", Uuid(), ForeignKey("study.id"), primary_key=True),
    Column("sender", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("light", Integer, nullable=False),
    Column("deadline", String(10), nullable=False),
    Column("remind_after", Integer, nullable=False),
    Column("remind_at_most", Integer, nullable=False),
    Column("incentive", Text, nullable=False),
    info={"exempt": "how the study writes"},
)
"""How a study writes, and what it gives to whoever completes it ('' where nothing)."""

owed = Table(
    "owed",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("wave", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("paid", Integer, nullable=False, default=0),
    sqlite_with_rowid=False,
    info={"exempt": "addresses of whom something is owed, apart from everything else: ``forget_owed`` finds them"},
)
"""Who is owed what. The id is random and there is no other key, no time and no row number (SQLite keeps the rows in
the order of their ids), so that nothing here can be laid beside answers; the recipient is encrypted without a time."""

rewarded = Table(
    "rewarded",
    metadata,
    Column("response_id", Uuid(), ForeignKey("response.id"), primary_key=True),
    info={"of_a_person": "marks that something is owed"},
)
"""Responses for which a line went into ``owed``, so that none does twice; which line it was is not kept."""
