"""The first tables: studies, invitations, the log of submissions, accounts, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "instrument",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_instrument")),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("instrument_hash", sa.String(64), nullable=False),
        sa.Column("instrument_version", sa.String(64), nullable=False),
        sa.Column("plan", sa.Text()),
        sa.Column("opened_pilot", sa.Integer(), nullable=False),
        sa.Column("opened_live", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("launched_at", Instant()),
        sa.Column("closed_at", Instant()),
        sa.CheckConstraint("status IN ('draft', 'pilot', 'live', 'closed')", name=op.f("ck_study_status")),
        sa.ForeignKeyConstraint(["instrument_hash"], ["instrument.hash"], name=op.f("fk_study_instrument_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("slug", name=op.f("uq_study_slug")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("contact", sa.Text()),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant()),
        sa.CheckConstraint("kind IN ('personal', 'open')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_invitation_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_study_id"), "invitation", ["study_id"])
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("phase IN ('pilot', 'live')", name=op.f("ck_response_phase")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_response_study_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_response_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("invitation_id", "phase", name=op.f("uq_response_invitation_id_phase")),
    )
    op.create_index(op.f("ix_response_study_id_phase"), "response", ["study_id", "phase"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("item_order", sa.Text(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("instrument_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_submission_response_id")),
        sa.ForeignKeyConstraint(["instrument_hash"], ["instrument.hash"], name=op.f("fk_submission_instrument_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("uuid", name=op.f("uq_submission_uuid")),
        sa.UniqueConstraint("response_id", "sequence", name=op.f("uq_submission_response_id_sequence")),
    )
    op.create_table(
        "tie_name",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("generator", sa.String(160), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_tie_name_response_id")),
        sa.PrimaryKeyConstraint("response_id", "generator", "ordinal", name=op.f("pk_tie_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(120), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant()),
        sa.CheckConstraint("role IN ('owner', 'analyst', 'recruiter')", name=op.f("ck_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name_key", name=op.f("uq_account_name_key")),
    )
    op.create_table(
        "login",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_account_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_login")),
    )
    op.create_index(op.f("ix_login_account_id"), "login", ["account_id"])
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name_mac", sa.String(64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    op.create_index(op.f("ix_login_failure_at"), "login_failure", ["at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    _forbid_updates()


def _forbid_updates() -> None:
    """The log is append-only: the database itself refuses to alter a line."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER submission_is_append_only BEFORE UPDATE ON submission "
            "BEGIN SELECT RAISE(ABORT, 'submissions are never altered'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'submissions are never altered'; END $$"
    )
    op.execute(
        "CREATE TRIGGER submission_is_append_only BEFORE UPDATE ON submission "
        "FOR EACH ROW EXECUTE FUNCTION refuse_update()"
    )
