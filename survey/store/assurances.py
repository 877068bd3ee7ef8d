"""Saying what is asked at a launch, at the launch or later; a later word is added, and the earlier ones stay."""

from __future__ import annotations

from sqlalchemy import Connection

from survey.assurance import Assurance, Assured
from survey.store.assured import keep, said_of
from survey.store.engine import Database
from survey.store.studies import find

AssuranceList = tuple[Assurance, ...]


class Assurances:
    """What was said of a study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, slug: str) -> AssuranceList:
        """All that was said, the first first; ``latest`` gives what holds. Raises NotFoundError."""
        return self._database.read(lambda connection: said_of(connection, find(connection, slug)))

    def add(self, slug: str, said: Assured, actor: str = "") -> AssuranceList:
        """Say more, or something else than before; give what holds. Raises NotFoundError, StudyError."""

        def work(connection: Connection) -> AssuranceList:
            study = find(connection, slug)
            keep(connection, study, said, actor)
            return said_of(connection, study)

        return self._database.write(work)
