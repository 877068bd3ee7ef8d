"""What a press of a button does: checks what came from the browser, saves the page, and says what is shown next."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from survey import flow
from survey.answers import ItemProblem
from survey.errors import AnswerError, Closed, Conflict, NoConsentError, Stale, StoreError
from survey.instrument.model import Instrument
from survey.store import Session
from survey.store.paradata import read_device
from views.respondent.keeper import Keeper, Sending

END = "-end"
"""In the address, where a page's id stands otherwise: after the last page, or after a refused consent."""
_LONGEST_SHOWN = timedelta(days=30)
_log = logging.getLogger(__name__)


def read_uuid(text: object) -> UUID | None:
    """A UUID as a browser sends it, or None where it is none."""
    try:
        return UUID(text) if isinstance(text, str) and len(text) <= 45 else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Press:
    """One press, as the browser sent it: nothing in it is trusted.

    uuid: that of the shown page, where the browser carries one; else the store makes it of response, page and sequence.
    """

    id: str
    action: str
    page: str | None
    sequence: int
    answers: Mapping[str, object]
    insist: bool
    elapsed: float
    uuid: UUID | None = None
    device: str | None = None

    @classmethod
    def read(cls, raw: object) -> Press | None:
        """The press in what the component sent, or None where it is none of ours."""
        if not isinstance(raw, Mapping) or raw.get("action") not in ("next", "back"):
            return None
        page, sequence, answers, elapsed = (raw.get(k) for k in ("page", "sequence", "answers", "elapsed"))
        seconds = float(elapsed) / 1000 if isinstance(elapsed, int | float) and math.isfinite(elapsed) else 0.0
        return cls(
            id=str(raw.get("id", ""))[:64],
            action=str(raw["action"]),
            page=page if isinstance(page, str) else None,
            sequence=sequence if type(sequence) is int and 0 <= sequence < 2**31 else -1,
            answers=answers if isinstance(answers, Mapping) else {},
            insist=raw.get("insist") is True,
            elapsed=min(max(seconds, 0.0), _LONGEST_SHOWN.total_seconds()),
            uuid=read_uuid(raw.get("uuid")),
            device=read_device(raw.get("device")),
        )


@dataclass(frozen=True)
class Turn:
    """What came of a press.

    page: what is shown now (``END``: nothing is left). notice: (tone, phrase). problems: what to mark. insist: the
    respondent was asked once and may go on without. discard: what the browser kept of this page is out of date.
    """

    session: Session
    page: str
    echo: str = ""
    notice: tuple[str, str] | None = None
    problems: tuple[ItemProblem, ...] = ()
    insist: bool = False
    discard: bool = False
    closed: bool = False


def reach(session: Session, wanted: str | None) -> str:
    """The page to show for one that the address asks for: it, if the respondent may be there, else where they go on."""
    way = session.way
    if way.early is not None:  # an early end is final: no answer opens it again
        return END
    if wanted is not None and wanted in way.shown and (wanted == way.open or way.sent(wanted)):
        return wanted
    return way.open or END


def take(session: Session, keeper: Keeper, press: Press) -> Turn:
    """Do what a press asks. The store's refusals become notices; nothing is raised but faults of ours."""
    instrument = session.study.instrument
    if press.action == "back":
        known = _asked(instrument, press.page) is not None or press.page in (None, END)
        here = press.page if known else reach(session, None)
        before = session.way.previous(None if here == END else here)
        _note(session, keeper, press)
        return Turn(session, reach(session, before), press.id)
    page = _asked(instrument, press.page)
    if page is None:
        return Turn(session, reach(session, None), press.id)
    if reach(session, page) != page:  # hidden by an answer given elsewhere, or never shown: nothing to save
        return Turn(session, reach(session, None), press.id, ("asked", "other_tab"), discard=True)
    given = {name: press.answers.get(name) for name in flow.asked_on(instrument, page, session.answers)}
    problems = flow.problems_of(instrument, page, given, session.answers)
    blocking = tuple(p for p in problems if p.kind != "asked")
    if blocking or (problems and not press.insist):
        tone = "error" if blocking else "asked"
        asked = press.insist or len(blocking) < len(problems)
        return Turn(session, page, press.id, (tone, ""), problems, insist=asked)
    return _save(session, keeper, page, press, given)


def _note(session: Session, keeper: Keeper, press: Press) -> None:
    """Keep that somebody went back; they go back all the same where it cannot be kept."""
    try:
        keeper.went_back(session, press.page, str(press.uuid or press.id))
    except StoreError:
        _log.exception("a press of Back by response %s was not noted", session.response_id)


def _asked(instrument: Instrument, page_id: str | None) -> str | None:
    """The page that a browser names, if it is one that can be sent at all."""
    if page_id is None or not flow.knows(instrument, page_id):
        return None
    return None if flow.find_page(instrument, page_id).type == "feedback" else page_id


def _save(session: Session, keeper: Keeper, page: str, press: Press, given: Mapping[str, object]) -> Turn:
    sent = datetime.now(UTC)
    sequence = press.sequence if press.sequence >= 0 else session.sequence
    sending = Sending(sent - timedelta(seconds=press.elapsed), sent, sequence, press.uuid, press.device)
    try:
        saved = keeper.save(session, page, given, sending)
    except (Stale, Conflict) as error:
        moved = error.session.response_id != session.response_id  # from the pilot to the study proper
        same = press.uuid is not None and isinstance(error, Conflict)
        why = "changed" if moved else "saved_already" if same else "other_tab"
        return Turn(error.session, reach(error.session, page), press.id, ("asked", why), discard=True)
    except NoConsentError as error:
        return Turn(error.session, reach(error.session, None), press.id, ("asked", "other_tab"), discard=True)
    except Closed as error:
        return Turn(error.session, page, press.id, closed=True)
    except AnswerError as error:
        return Turn(session, page, press.id, ("error", ""), error.problems)
    except StoreError:
        _log.exception("a page of response %s was not saved", session.response_id)
        return Turn(session, page, press.id, ("error", "not_saved"))
    return Turn(saved, _after(saved, page), press.id)


def _after(session: Session, page_id: str) -> str:
    after = session.way.next(page_id)
    if after is None or flow.find_page(session.study.instrument, after).type == "feedback":
        return reach(session, None)
    return after
