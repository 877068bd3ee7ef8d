"""Sign-ins that can be listed and ended, accounts known to an institution, studies that protect small groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("study", sa.Column("smallest_group", sa.Integer()))
    op.add_column("account", sa.Column("email_key", sa.String(320)))
    op.add_column("account", sa.Column("subject", sa.String(300)))
    op.create_index(op.f("ix_account_email_key"), "account", ["email_key"], unique=True)
    op.create_index(op.f("ix_account_subject"), "account", ["subject"], unique=True)
    # Nothing else refers to a login: everybody signs in once more.
    op.drop_table("login")
    op.create_table(
        "login",
        sa.Column("id_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant()),
        sa.Column("handle", sa.String(32), nullable=False),
        sa.Column("device", sa.String(60), nullable=False, server_default=""),
        sa.Column("via", sa.String(16), nullable=False, server_default="password"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_account_id")),
    )
    op.create_index(op.f("ix_login_account_id"), "login", ["account_id"])
    op.create_index(op.f("ix_login_handle"), "login", ["handle"], unique=True)
