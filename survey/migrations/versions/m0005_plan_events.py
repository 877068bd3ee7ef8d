"""What happened to a study's plan: locked, changed since, opened without a lock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.store.schema import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_event",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("plan", sa.Text()),
        sa.Column("hash", sa.String(64)),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("exports", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('lock', 'unlock', 'deviation')", name=op.f("ck_plan_event_kind")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_plan_event_study_id")),
    )
    op.create_index(op.f("ix_plan_event_study_id"), "plan_event", ["study_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER plan_event_is_append_only BEFORE UPDATE ON plan_event "
            "BEGIN SELECT RAISE(ABORT, 'what happened to a plan is never altered'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_plan_event() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what happened to a plan is never altered'; END $$"
    )
    op.execute(
        "CREATE TRIGGER plan_event_is_append_only BEFORE UPDATE ON plan_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_plan_event()"
    )
