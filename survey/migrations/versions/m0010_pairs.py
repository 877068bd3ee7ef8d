"""Keyed hashes of self-made codes, and nominations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_mac",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_code_mac_invitation_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_code_mac_study_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_code_mac_response_id")),
        sa.PrimaryKeyConstraint("invitation_id", "phase", "place", name=op.f("pk_code_mac")),
    )
    op.create_index(op.f("ix_code_mac_response_id"), "code_mac", ["response_id"])
    op.create_index(op.f("ix_code_mac_study_id_phase_place"), "code_mac", ["study_id", "phase", "place"])
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("nominator_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid()),
        sa.Column("dyad", sa.String(32), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_at", Instant()),
        sa.CheckConstraint(
            "state IN ('noted', 'waiting', 'invited', 'declined', 'taken')", name=op.f("ck_nomination_state")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_nomination_study_id")),
        sa.ForeignKeyConstraint(["nominator_id"], ["invitation.id"], name=op.f("fk_nomination_nominator_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_nomination_response_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_nomination_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    for column in ("study_id", "nominator_id", "response_id", "invitation_id"):
        op.create_index(op.f(f"ix_nomination_{column}"), "nomination", [column])
