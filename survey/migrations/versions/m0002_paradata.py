"""How answers came: device class, the open link's code, presses of Back, visitors, hashes of addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("study", sa.Column("visitors_pilot", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("study", sa.Column("visitors_live", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("study", sa.Column("address_days", sa.Integer()))
    op.add_column("response", sa.Column("source", sa.String(32)))
    op.add_column("submission", sa.Column("device", sa.String(16)))
    op.create_table(
        "step_back",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_step_back_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_back")),
        sa.UniqueConstraint("uuid", name=op.f("uq_step_back_uuid")),
    )
    op.create_index(op.f("ix_step_back_response_id"), "step_back", ["response_id"])
    op.create_table(
        "address_hash",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_address_hash_response_id")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_address_hash")),
    )
