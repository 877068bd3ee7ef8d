"""Waves: when each is open, and of which one a response is; one response a person, phase and wave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "study_wave",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opens_at", Instant()),
        sa.Column("after_days", sa.Integer()),
        sa.Column("window_days", sa.Integer()),
        sa.CheckConstraint("number >= 1", name=op.f("ck_study_wave_number")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_study_wave_study_id")),
        sa.PrimaryKeyConstraint("study_id", "number", name=op.f("pk_study_wave")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _put_another_in_its_place()
        return
    op.add_column("response", sa.Column("wave", sa.Integer(), nullable=False, server_default="1"))
    op.drop_constraint(op.f("uq_response_invitation_id_phase"), "response", type_="unique")
    op.create_unique_constraint(
        op.f("uq_response_invitation_id_phase_wave"), "response", ["invitation_id", "phase", "wave"]
    )


def _put_another_in_its_place() -> None:
    """SQLite cannot drop a constraint: a new table takes the rows and then the name, which others refer to."""
    op.create_table(
        "response_of_waves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("source", sa.String(32)),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("phase IN ('pilot', 'live')", name=op.f("ck_response_phase")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_response_study_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_response_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("invitation_id", "phase", "wave", name=op.f("uq_response_invitation_id_phase_wave")),
    )
    columns = "id, study_id, invitation_id, phase, source, created_at"
    op.execute(f"INSERT INTO response_of_waves ({columns}) SELECT {columns} FROM response")
    op.drop_table("response")
    op.rename_table("response_of_waves", "response")
    op.create_index(op.f("ix_response_study_id_phase"), "response", ["study_id", "phase"])
