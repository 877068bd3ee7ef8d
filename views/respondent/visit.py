"""Who is visiting: from an address to a session, the same after a reload, a restart or on another device."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from survey.errors import NotFoundError
from survey.standing import ENDED
from survey.store import Circumstances, Session, Store, Study
from survey.store.paradata import UNKNOWN, read_source
from views.respondent.keeper import Keeper, PreviewKeeper, StoreKeeper, made_up_session, preview_session
from views.respondent.turn import END, Turn, reach
from views.words import speak
from views.words.choose import accepted

Gone = Literal["unknown", "draft", "closed", "closed_partly", "stopped"]
LEAVABLE = frozenset({"closed", "closed_partly", "stopped"})
"""Of these, where a personal link still lets a respondent have their answers deleted."""


@dataclass(frozen=True)
class Waiting:
    """Somebody whose link leads to no open wave now: ``session.place`` says when the next one opens."""

    session: Session


ADDRESS = ("s", "study", "v", "c", "preview", "lang")
"""Query parameters that say who is visiting; ``p`` says which page is shown. ``c`` is the code of an open link."""

COOKIE = "twofold_visit"
"""Where the survey component keeps the nonce of an open link: this browser's word that ``v`` is its own."""


def seen_cookie(study: Study) -> str:
    """The cookie by which a browser's second opening of a study is told from its first; it holds no identity."""
    return f"twofold_seen_{study.id.hex[:8]}"


@dataclass
class Visit:
    """One respondent in one websocket session; everything in it can be made again from the address and the store."""

    address: dict[str, str]
    session: Session
    keeper: Keeper
    turn: Turn | None = None

    def __post_init__(self) -> None:
        self.origin = dict(self.address)

    def page(self, wanted: str | None) -> str:
        """What to show for the address's ``p``; the notices of a turn go once the respondent is elsewhere."""
        now = reach(self.session, wanted) if wanted != END else reach(self.session, None)
        if self.turn is not None and self.turn.page != now:
            self.turn = None
        return now

    def query(self, page: str) -> dict[str, str]:
        """The address of a page: by personal token as soon as anything is saved under it."""
        address = dict(self.address)
        if self.session.persisted and self.session.token:
            address = {"s": self.session.token, **({"lang": address["lang"]} if "lang" in address else {})}
        return {**address, "p": page}

    def plain(self, page: str) -> str:
        """The same page as plain HTML, at the same place."""
        query = self.query(page)
        kind = "s" if "s" in query else "study"
        more = {key: value for key, value in query.items() if key not in (kind, "v")}
        return f"/{kind}/{quote(query[kind], safe='')}?{urlencode(more)}"

    def took(self, turn: Turn) -> None:
        """Go on from what a press brought about."""
        # What the log says of the language is the last page's; the respondent may have chosen another since.
        session = _in_language(turn.session, self.session.language)
        self.session, self.turn = session, replace(turn, session=session)
        self.address = {k: v for k, v in self.query(turn.page).items() if k != "p"}

    def speak(self, language: str, page: str, echo: str = "") -> None:
        """Go on in another language, on the same page and with the same notices."""
        session = _in_language(self.session, language)
        turn = self.turn or Turn(session, page)
        self.session, self.turn = session, replace(turn, session=session, echo=echo)
        self.address = {**self.address, "lang": session.language}

    def still(self, address: Mapping[str, str]) -> bool:
        """Whether an address is this visit's: its own now, or the open link that it came by, with its nonce or bare."""
        now = {key: address[key] for key in ADDRESS if key in address and key != "lang"}
        own = [{key: value for key, value in known.items() if key != "lang"} for known in (self.address, self.origin)]
        return now in (*own, {key: value for key, value in own[1].items() if key != "v"})


def leave(address: Mapping[str, str], language: str) -> dict[str, str] | None:
    """The link by which a respondent leaves the study; None where nothing of theirs is kept, as on a new open link."""
    if not address.get("s"):
        return None
    return {
        "href": f"/s/{quote(address['s'], safe='')}/leave?{urlencode({'lang': language})}",
        "label": speak(language, "leave_link"),
    }


def arrive(
    address: Mapping[str, str],
    store: Store,
    *,
    researcher: bool,
    begun: str | None = None,
    sending: bool = False,
    circumstances: Circumstances = UNKNOWN,
    accept: str | None = None,
    draft: Study | None = None,
) -> Visit | Waiting | Gone:
    """The visit that an address leads to, or why it leads nowhere.

    address: the query parameters. researcher: whether a researcher is signed in, who alone may preview a study.
    draft: what they are writing under the address's ``preview``, where that is no study's name; any preview
    begins at the address's ``at``, with made-up answers up to there.
    begun: the nonce that this browser keeps of an open link which it has begun. sending: whether it sends a page now,
    so that the same page sent twice finds the response that it has just completed. circumstances: which renderer
    asks, and from where.
    accept: the browser's Accept-Language, which chooses the language until the respondent does or sends a page.
    """
    known = {key: address[key] for key in ADDRESS if key in address}
    at = address.get("at")
    try:
        if "preview" in known:
            return preview(known, draft or store.studies.get(known["preview"]), at) if researcher else "unknown"
        if "s" in known:
            session = store.respond.enter(known["s"])
            known = {key: value for key, value in known.items() if key in ("s", "lang")}
        else:
            session = _open_link(known, store, begun, sending)
    except NotFoundError:
        return "unknown"
    if session is None:
        return "unknown"
    study = session.study
    if session.stopped:
        return "stopped"
    if study.status == "draft":
        return preview({**known, "preview": study.slug}, study, at) if researcher else "draft"
    if not study.accepts_answers and not session.completed:
        return "closed_partly" if session.persisted else "closed"
    if not session.persisted and (first := accepted(accept, study.instrument.languages)) is not None:
        session = replace(session, language=first)
    session = _in_language(session, known.get("lang"))
    place, done = session.place, session.completed or session.standing in ENDED
    if place is not None and place.state != "open" and not done:
        if place.state != "over":
            return Waiting(session)
        return "closed_partly" if session.persisted else "closed"
    came = replace(circumstances, source=read_source(known.get("c")))
    return Visit(known, session, StoreKeeper(store, came))


def _in_language(session: Session, language: str | None) -> Session:
    """The session in a language that was chosen, where the instrument has it."""
    known = language is not None and language in session.study.instrument.languages
    return replace(session, language=language) if known and language is not None else session


def _open_link(known: dict[str, str], store: Store, begun: str | None, sending: bool) -> Session:
    """The session on an open link, with its nonce in ``known``.

    An address copied from the address bar, or completed by the browser from its history, holds somebody's nonce. It
    leads into their answers only in the browser that began them, and not once they are finished: the next person at a
    shared computer begins anew.
    """
    if begun and known.get("v") == begun:
        session = store.respond.visit(known["study"], begun) or store.respond.begin(known["study"], begun)
        if sending or not session.completed:
            return session
    known["v"] = secrets.token_urlsafe(16)
    return store.respond.begin(known["study"], known["v"])


def preview(known: Mapping[str, str], study: Study, at: str | None = None) -> Visit:
    """A visit that saves nothing: from the beginning, or of somebody made up who stands ``at`` a place."""
    address = {key: value for key, value in known.items() if key in ("preview", "lang")}
    if at is None:
        return Visit(address, preview_session(study, known.get("lang")), PreviewKeeper())
    session, keeper = made_up_session(study, at, known.get("lang"))
    return Visit(address, session, keeper)
