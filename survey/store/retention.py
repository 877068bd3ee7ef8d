"""Until when respondents may withdraw what they said, and after which day a study's data are to be erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, exists, func, select, update

from survey.errors import StudyError
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.sessions import Study
from survey.store.studies import find


class Retention:
    """The two days of a study. Nothing is erased by itself on either: the app and the doctor remind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_days(self, slug: str, withdraw_until: date | None, delete_after: date | None, actor: str = "") -> Study:
        """Say both days; None: respondents may always withdraw, data are kept until somebody erases them.

        withdraw_until: the last day on which a respondent's link still deletes their answers, such as that of the
        analysis; the consent should name it. Raises NotFoundError, StudyError.
        """
        if withdraw_until and delete_after and delete_after < withdraw_until:
            raise StudyError(
                f"the data would be erased ({delete_after}) before respondents may no longer withdraw"
                f" ({withdraw_until}): give days in the other order."
            )

        def work(connection: Connection) -> Study:
            study = find(connection, slug)
            days = {"withdraw_until": withdraw_until, "delete_after": delete_after}
            before = (study.withdraw_until, study.delete_after)
            if before != (withdraw_until, delete_after):
                told = {name: None if day is None else day.isoformat() for name, day in days.items()}
                audit.note(connection, "set retention", slug, actor, **told)
            connection.execute(update(schema.study).where(schema.study.c.id == study.id).values(**days))
            return find(connection, slug)

        return self._database.write(work)


def overdue(study: Study, today: date) -> bool:
    """Whether the day after which the data are to be erased is over."""
    return study.delete_after is not None and today > study.delete_after


def withdrawable(study: Study, today: date) -> bool:
    """Whether a respondent may still have their answers deleted by their link."""
    return study.withdraw_until is None or today <= study.withdraw_until


def overdue_studies(connection: Connection, today: date) -> list[str]:
    """The studies that still hold responses or invitations although the day of their erasure is over."""
    study, response, invitation = schema.study.c, schema.response.c, schema.invitation.c
    held = exists().where(response.study_id == study.id) | exists().where(invitation.study_id == study.id)
    query = select(study.slug).where(study.delete_after < today, held).order_by(study.slug)
    return list(connection.execute(query).scalars())


def unfinished_erasures(connection: Connection) -> int:
    """How many erasures have left traces in the files of the database so far."""
    query = select(func.count()).where(schema.erasure.c.finished_at.is_(None))
    return int(connection.execute(query).scalar_one())
