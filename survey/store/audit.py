"""Who did what, and when: one table, one function."""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert

from survey.store import schema


def note(
    connection: Connection, action: str, subject: str, actor: str = "", **detail: str | int | float | None
) -> None:
    """Add a line to the audit log, in the transaction of the act itself. No answer and no contact detail goes in."""
    line = {"at": schema.now(), "actor": actor, "action": action, "subject": subject, "detail": json.dumps(detail)}
    connection.execute(insert(schema.audit).values(line))
