"""Erasure and withdrawal, the days that limit them, and what is said when a study is launched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("study", sa.Column("withdraw_until", sa.Date()))
    op.add_column("study", sa.Column("delete_after", sa.Date()))
    op.add_column("invitation", sa.Column("stopped_at", Instant()))
    op.create_table(
        "assurance",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('ethics', 'distress', 'translation')", name=op.f("ck_assurance_kind")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_assurance_study_id")),
    )
    op.create_index(op.f("ix_assurance_study_id"), "assurance", ["study_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("study", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("finished_at", Instant()),
        sa.CheckConstraint(
            "kind IN ('person', 'response', 'pilot', 'study', 'withdrawal')", name=op.f("ck_erasure_kind")
        ),
    )
    op.create_index(op.f("ix_erasure_study"), "erasure", ["study"])
