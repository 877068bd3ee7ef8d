"""Where a respondent's pages are kept: in the store, or, for a researcher's preview, nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from analysis.own import Among
from survey import feedback, flow
from survey.madeup.lead import NoWay, lead
from survey.order import arranged, order_shown
from survey.store import Circumstances, Session, Store, Study
from survey.store.paradata import UNKNOWN
from survey.store.sessions import response_of, seed_of
from views.respondent.others import OTHERS

Names = Mapping[str, Mapping[str, str]]
"""The people named: by network, tie to name."""
MADE_UP = UUID("5f1d5f1d-5f1d-4000-8000-000000000001")
"""The response of the person made up for authors: whatever is in random order is so for them in the same way always."""


@dataclass(frozen=True)
class Sending:
    """How a page came: when it was shown and sent, under which sequence number and UUID it was shown.

    uuid: None where the browser carries none; the store then makes it of response, page and sequence. device: see
    ``survey.store.Circumstances``.
    """

    shown_at: datetime
    sent_at: datetime
    sequence: int
    uuid: UUID | None = None
    device: str | None = None


class Keeper(Protocol):
    """What the pages ask of whoever keeps the answers; it raises what ``survey.store.respond`` raises."""

    preview: bool

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, object],
        sending: Sending,
    ) -> Session:
        """Keep what was sent for one page."""

    def names(self, session: Session) -> Names:
        """The people named so far."""

    def nominee_token(self, session: Session, page: str) -> str:
        """The token of the link for whom this respondent nominates; it works once the page is sent."""

    def went_back(self, session: Session, page: str | None, press: str) -> None:
        """Note one press of Back."""

    def moment(self, session: Session) -> feedback.Moment | None:
        """When this respondent sees their own result; None: never."""

    def others(self, session: Session, scales: Sequence[str]) -> Mapping[str, Among]:
        """Where others lie, by scale, as far as it may be shown."""

    def owed(self, session: Session) -> str:
        """What this respondent may still ask for on a form apart, having completed an open link; '' nothing."""


class StoreKeeper:
    """Every page goes into the log before the next one is shown."""

    preview = False

    def __init__(self, store: Store, circumstances: Circumstances = UNKNOWN) -> None:
        self._store = store
        self._respond = store.respond
        self._paradata = store.paradata
        self._circumstances = circumstances

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, object],
        sending: Sending,
    ) -> Session:
        saved = self._respond.submit(
            session,
            page,
            answers,
            order=_order(session, page),
            shown_at=sending.shown_at,
            sent_at=sending.sent_at,
            sequence=sending.sequence,
            uuid=sending.uuid,
            circumstances=replace(self._circumstances, device=sending.device),
        )
        return saved.session

    def names(self, session: Session) -> Names:
        return self._respond.names(session)

    def nominee_token(self, session: Session, page: str) -> str:
        return self._store.nominations.token(session, page)

    def went_back(self, session: Session, page: str | None, press: str) -> None:
        self._paradata.went_back(session, page, press, self._circumstances.channel)

    def moment(self, session: Session) -> feedback.Moment | None:
        study = session.study
        person = response_of(session.invitation_id, study.phase)
        last = session.place is not None and session.wave == session.place.of > 1
        moment = feedback.moment(study.instrument, person, self._respond.invited_as(session), last=last)
        return "at_once" if moment == "later" and study.status == "closed" else moment

    def others(self, session: Session, scales: Sequence[str]) -> Mapping[str, Among]:
        return OTHERS.among(self._store, session, scales) if scales else {}

    def owed(self, session: Session) -> str:
        return self._store.owed.asks(session)


def _order(session: Session, page: str) -> tuple[str, ...]:
    """What the log keeps of the order on a page, or of a screen about people."""
    instrument, own = session.study.instrument, flow.find_page(session.study.instrument, page)
    if page != own.id:
        return flow.item_order(instrument, page, session.seed, session.answers)
    return order_shown(instrument, own, session.seed)


class PreviewKeeper:
    """Pages go on as for a respondent, and nothing is written anywhere."""

    preview = True

    def __init__(self, names: Names | None = None) -> None:
        self._names = {network: dict(people) for network, people in (names or {}).items()}

    def save(
        self,
        session: Session,
        page: str,
        answers: Mapping[str, object],
        sending: Sending,
    ) -> Session:
        instrument = session.study.instrument
        network = flow.find_page(instrument, page).network or ""
        known = self._names.get(network, {})
        received = flow.take_in(instrument, page, answers, session.answers, session.seed, known)
        if received.names is not None:
            self._names[network] = received.names
        return session.after(page, received.answers)

    def names(self, session: Session) -> Names:
        return self._names

    def nominee_token(self, session: Session, page: str) -> str:
        return "…"

    def went_back(self, session: Session, page: str | None, press: str) -> None:
        """A preview notes nothing."""

    def moment(self, session: Session) -> feedback.Moment | None:
        """The author sees it, whenever respondents will."""
        return None if feedback.result_of(session.study.instrument) is None else "at_once"

    def others(self, session: Session, scales: Sequence[str]) -> Mapping[str, Among]:
        return {}

    def owed(self, session: Session) -> str:
        return ""


def preview_session(study: Study, language: str | None = None, made: UUID | None = None) -> Session:
    """A session as a respondent's first, on any study, a draft included, that leads nowhere.

    made: the id of its response, by which everything in random order falls; by default another each time.
    """
    made = made or uuid4()
    seed = seed_of(made)
    instrument = arranged(study.instrument, seed)
    return Session(
        study=replace(study, instrument=instrument),
        response_id=made,
        invitation_id=made,
        token="",
        persisted=False,
        seed=seed,
        sequence=0,
        way=flow.way(instrument, {}),
        language=language if language in study.instrument.languages else study.instrument.languages[0],
    )


def made_up_session(study: Study, place: str, language: str | None = None) -> tuple[Session, PreviewKeeper]:
    """The session of somebody made up who stands at a place of the questionnaire (see ``survey.madeup.lead``).

    The same every time. Where nobody can come to the place, or there is none such, they stand at the beginning.
    """
    session = preview_session(study, language, MADE_UP)
    instrument = session.study.instrument
    try:
        led = lead(instrument, place, session.seed)
    except KeyError:
        return session, PreviewKeeper()
    if isinstance(led, NoWay):
        return session, PreviewKeeper()
    way = flow.way(instrument, led.answers, led.submitted)
    return replace(session, sequence=len(led.submitted), way=way), PreviewKeeper(led.names)
