"""Of a withdrawal: in which phase it was and by which kind of invitation, so that response rates count a refusal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasure", sa.Column("phase", sa.String(16)))
    op.add_column("erasure", sa.Column("link", sa.String(16)))
