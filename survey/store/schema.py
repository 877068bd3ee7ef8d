"""The tables: what the migrations build and every query speaks of. Those of mail and of pairs have their own modules.

Each says in its ``info`` whose it is: 'of_a_person', in words for who erases, or why it is 'exempt'.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zones, so it is given and read there as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Column[Any]:
    return Column("id", Uuid(), primary_key=True)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Instant(), nullable=nullable)


setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    info={"exempt": "of this installation"},
)

instrument = Table(
    "instrument",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("canonical", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("original", Text, nullable=False),
    _moment("created_at"),
    info={"exempt": "what is asked, as its author wrote it"},
)
"""Every instrument a study has had: what its hash is of, its model in the author's order, and the author's own text."""

study = Table(
    "study",
    metadata,
    _id(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("instrument_hash", String(64), ForeignKey("instrument.hash"), nullable=False),
    Column("instrument_version", String(64), nullable=False),
    Column("plan", Text),
    Column("opened_pilot", Integer, nullable=False, default=0),
    Column("opened_live", Integer, nullable=False, default=0),
    Column("visitors_pilot", Integer, nullable=False, default=0, server_default="0"),
    Column("visitors_live", Integer, nullable=False, default=0, server_default="0"),
    Column("address_days", Integer),
    Column("withdraw_until", Date),
    Column("delete_after", Date),
    Column("smallest_group", Integer),
    _moment("created_at"),
    _moment("launched_at", nullable=True),
    _moment("closed_at", nullable=True),
    CheckConstraint("status IN ('draft', 'pilot', 'live', 'closed')", name="status"),
    info={"exempt": "of the study; its counts of openings tell of nobody"},
)

study_wave = Table(
    "study_wave",
    metadata,
    Column("study_id", Uuid(), ForeignKey("study.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _moment("opens_at", nullable=True),
    Column("after_days", Integer),
    Column("window_days", Integer),
    CheckConstraint("number >= 1", name="number"),
    info={"exempt": "of the study: its days"},
)
"""When each wave of a study is open; a study without rows has one wave. See ``survey.waves``."""

invitation = Table(
    "invitation",
    metadata,
    _id(),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("contact", Text),
    Column("fields", Text, nullable=False),
    _moment("created_at"),
    _moment("revoked_at", nullable=True),
    _moment("stopped_at", nullable=True),
    CheckConstraint("kind IN ('personal', 'open')", name="kind"),
    info={"of_a_person": "invitations, with label, contact and fields"},
)

response = Table(
    "response",
    metadata,
    _id(),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("invitation_id", Uuid(), ForeignKey("invitation.id"), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("wave", Integer, nullable=False, default=1, server_default="1"),
    Column("source", String(32)),
    _moment("created_at"),
    UniqueConstraint("invitation_id", "phase", "wave"),
    CheckConstraint("phase IN ('pilot', 'live')", name="phase"),
    Index(None, "study_id", "phase"),
    info={"of_a_person": "responses"},
)

submission = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("response_id", Uuid(), ForeignKey("response.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("page", String(64), nullable=False),
    Column("answers", Text, nullable=False),
    Column("item_order", Text, nullable=False),
    Column("uuid", Uuid(), nullable=False, unique=True),
    Column("body_hash", String(64), nullable=False),
    Column("instrument_hash", String(64), ForeignKey("instrument.hash"), nullable=False),
    Column("language", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("device", String(16)),
    _moment("shown_at"),
    _moment("sent_at"),
    _moment("received_at"),
    UniqueConstraint("response_id", "sequence"),
    info={"of_a_person": "pages of answers"},
)
"""The append-only log: nothing updates it (a trigger refuses), and only withdrawal and erasure delete."""

tie_name = Table(
    "tie_name",
    metadata,
    Column("response_id", Uuid(), ForeignKey("response.id"), primary_key=True),
    Column("network", String(64), primary_key=True),
    Column("tie", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    info={"of_a_person": "names of people whom they named"},
)
"""Names of people in respondents' networks, encrypted, apart from answers; only of those who are named now."""

step_back = Table(
    "step_back",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("response_id", Uuid(), ForeignKey("response.id"), nullable=False, index=True),
    Column("uuid", Uuid(), nullable=False, unique=True),
    Column("page", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    _moment("at"),
    info={"of_a_person": "presses of Back"},
)
"""Presses of the survey's own Back button, one line each."""

address_hash = Table(
    "address_hash",
    metadata,
    Column("response_id", Uuid(), ForeignKey("response.id"), primary_key=True),
    Column("mac", String(64), nullable=False),
    _moment("made_at"),
    info={"of_a_person": "hashes of network addresses"},
)
"""Keyed hashes of network addresses, of studies that keep them, until their declared days are over."""

quota_place = Table(
    "quota_place",
    metadata,
    Column("response_id", Uuid(), ForeignKey("response.id"), primary_key=True),
    Column("quota", String(64), primary_key=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("completed", Integer, nullable=False),
    Column("seen_at", Instant(), nullable=False),
    Index(None, "study_id", "phase", "quota"),
    info={"of_a_person": "places in quotas"},
)
"""Who holds a place in a quota; what was decided stands in the log, this only counts."""

plan_event = Table(
    "plan_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("plan", Text),
    Column("hash", String(64)),
    Column("n", Integer, nullable=False),
    Column("views", Integer, nullable=False),
    Column("exports", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("actor", String(120), nullable=False),
    _moment("at"),
    CheckConstraint("kind IN ('lock', 'unlock', 'deviation')", name="kind"),
    info={"exempt": "of the study's plan"},
)
"""What happened to a study's plan; nothing updates it (a trigger refuses). words: the stopping rule, or the reason."""

assurance = Table(
    "assurance",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("study_id", Uuid(), ForeignKey("study.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("answer", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("actor", String(120), nullable=False),
    _moment("at"),
    CheckConstraint("kind IN ('ethics', 'distress', 'translation')", name="kind"),
    info={"exempt": "said by researchers when the study was launched"},
)
"""What was said when a study was launched, of ethics, of help and of translations; the last line of a kind holds."""

erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("study", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("people", Integer, nullable=False),
    Column("responses", Integer, nullable=False),
    Column("phase", String(16)),
    Column("link", String(16)),
    Column("actor", String(120), nullable=False),
    _moment("at"),
    _moment("finished_at", nullable=True),
    CheckConstraint("kind IN ('person', 'response', 'pilot', 'study', 'withdrawal')", name="kind"),
    info={"exempt": "the count that remains: of how many, never of whom"},
)
"""That something was erased, and how much; never of whom. finished_at: since when no byte of it is in the files.
phase, link: of a withdrawal, when the study was in which phase and by which kind of invitation, so that response rates
count a refusal."""

account = Table(
    "account",
    metadata,
    _id(),
    Column("name", String(120), nullable=False),
    Column("name_key", String(120), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("email_key", String(320), index=True, unique=True),
    Column("subject", String(300), index=True, unique=True),
    _moment("created_at"),
    _moment("disabled_at", nullable=True),
    CheckConstraint("role IN ('owner', 'analyst', 'recruiter')", name="role"),
    info={"exempt": "of researchers"},
)
"""email_key, subject: by what an institution's sign-in knows this person; the subject is bound at their first."""

login = Table(
    "login",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("account_id", Uuid(), ForeignKey("account.id"), nullable=False, index=True),
    _moment("created_at"),
    _moment("seen_at"),
    _moment("revoked_at", nullable=True),
    Column("handle", String(32), nullable=False, index=True, unique=True),
    Column("device", String(60), nullable=False, server_default=""),
    Column("via", String(16), nullable=False, server_default="password"),
    info={"exempt": "of researchers"},
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name_mac", String(64), nullable=False),
    Column("at", Instant(), nullable=False, index=True),
    info={"exempt": "keyed hashes of names that researchers sign in with"},
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _moment("at"),
    Column("actor", String(120), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    info={
        "exempt": "acts of researchers: no answer, no contact; at most a random id, which an erasure makes lead nowhere"
    },
)


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def said_of_tables(key: str) -> dict[str, str]:
    """What the tables say of themselves under a key of their ``info``, by name."""
    return {name: str(table.info[key]) for name, table in metadata.tables.items() if key in table.info}
