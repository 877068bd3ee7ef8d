"""Field work by mail: contacts, letters and their words, incentives."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_mac", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("opt_out_hash", sa.String(64), nullable=False),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("unsubscribed_at", Instant()),
        sa.Column("bounced_at", Instant()),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_contact_invitation_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_contact_study_id")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_contact")),
        sa.UniqueConstraint("opt_out_hash", name=op.f("uq_contact_opt_out_hash")),
        sa.UniqueConstraint("study_id", "address_mac", name=op.f("uq_contact_study_id_address_mac")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(16)),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant()),
        sa.CheckConstraint(
            "state IN ('sending', 'sent', 'refused', 'failed', 'unknown', 'bounced')", name=op.f("ck_letter_state")
        ),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_letter_invitation_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_letter_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "invitation_id", "phase", "wave", "number", name=op.f("uq_letter_invitation_id_phase_wave_number")
        ),
    )
    op.create_index(op.f("ix_letter_study_id_phase"), "letter", ["study_id", "phase"])
    op.create_table(
        "letter_text",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'next_wave', 'reminder')", name=op.f("ck_letter_text_kind")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_letter_text_study_id")),
        sa.PrimaryKeyConstraint("study_id", "kind", "language", name=op.f("pk_letter_text")),
    )
    op.create_table(
        "mailing",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("light", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.String(10), nullable=False),
        sa.Column("remind_after", sa.Integer(), nullable=False),
        sa.Column("remind_at_most", sa.Integer(), nullable=False),
        sa.Column("incentive", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_mailing_study_id")),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_mailing")),
    )
    op.create_table(
        "owed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_owed_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rewarded",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_rewarded_response_id")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_rewarded")),
    )
