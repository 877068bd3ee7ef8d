"""Ties: names of people under the ids that the log knows them by.

Lists of names that were kept before have no ids in the log, so that nothing can refer to them: they are deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("tie_name")
    op.create_table(
        "tie_name",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("tie", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_tie_name_response_id")),
        sa.PrimaryKeyConstraint("response_id", "network", "tie", name=op.f("pk_tie_name")),
    )
