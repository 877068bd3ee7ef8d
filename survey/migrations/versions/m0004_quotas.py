"""Places in quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_place",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("quota", sa.String(64), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_quota_place_response_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_quota_place_study_id")),
        sa.PrimaryKeyConstraint("response_id", "quota", name=op.f("pk_quota_place")),
    )
    op.create_index(op.f("ix_quota_place_study_id_phase_quota"), "quota_place", ["study_id", "phase", "quota"])
