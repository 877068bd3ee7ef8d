"""Where a respondent's pages are kept: in the store, or, for a researcher's preview, nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from survey import flow
from survey.answers import Answer
from survey.store import Session, Store, Study

Names = Mapping[str, Sequence[str]]
"""The people named on a network page, by ``NETWORK.GENERATOR``."""
Times = tuple[datetime, datetime]
"""When a page was shown and when it was sent."""


class Keeper(Protocol):
    """What the pages ask of whoever keeps the answers; it raises what ``survey.store.respond`` raises."""

    preview: bool

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, Answer],
        names: Names,
        times: Times,
        sequence: int,
    ) -> Session:
        """Keep one page, shown and sent at ``times``, under the sequence number that it was shown with."""

    def names(self, session: Session) -> Names:
        """The people named so far."""


class StoreKeeper:
    """Every page goes into the log before the next one is shown."""

    preview = False

    def __init__(self, store: Store) -> None:
        self._respond = store.respond

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, Answer],
        names: Names,
        times: Times,
        sequence: int,
    ) -> Session:
        instrument = session.study.instrument
        counts = flow.network_counts(instrument, flow.find_page(instrument, page))
        by_generator = {generator: names.get(count, ()) for generator, count in counts.items()}
        saved = self._respond.submit(
            session,
            page,
            answers,
            order=flow.item_order(instrument, page, session.seed),
            shown_at=times[0],
            sent_at=times[1],
            sequence=sequence,
            names=by_generator or None,
        )
        return saved.session

    def names(self, session: Session) -> Names:
        return self._respond.names(session)


class PreviewKeeper:
    """Pages go on as for a respondent, and nothing is written anywhere."""

    preview = True

    def __init__(self) -> None:
        self._names: dict[str, Sequence[str]] = {}

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, Answer],
        names: Names,
        times: Times,
        sequence: int,
    ) -> Session:
        self._names.update(names)
        return session.after(page, dict(answers))

    def names(self, session: Session) -> Names:
        return self._names


def preview_session(study: Study, language: str | None = None) -> Session:
    """A session as a respondent's first, on any study, a draft included, that leads nowhere."""
    made = uuid4()
    return Session(
        study=study,
        response_id=made,
        invitation_id=made,
        token="",
        persisted=False,
        seed=made.int % 2**48,
        sequence=0,
        answers={},
        submitted=frozenset(),
        consented=flow.consented(study.instrument, {}),
        completed=False,
        language=language if language in study.instrument.languages else study.instrument.languages[0],
    )
