"""The survey page: read the address, show one page, save what is sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from survey.store import Circumstances
from views import limits, state
from views.components import loader
from views.database import store
from views.plain.guard import behind_trusted_proxy
from views.respondent.drafts import DRAFTS
from views.respondent.private import ORIGIN
from views.respondent.shown import shown
from views.respondent.turn import END, Press, Turn, take
from views.respondent.view import message, waiting_view
from views.respondent.visit import COOKIE, LEAVABLE, Visit, Waiting, arrive, leave, seen_cookie
from views.session import current_user
from views.words import LANGUAGES, speak
from views.words.choose import accepted

_log = logging.getLogger(__name__)
_component = st.components.v2.component("twofold_survey", js=loader(), isolate_styles=False)


def survey_page() -> None:
    """Everything that a respondent sees."""
    try:
        visit = _visit()
        view = _view(visit) if isinstance(visit, Visit) else visit
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("a respondent's page failed")
        visit = view = message("en", "error")
    sent = show(view, _sent)
    # After a restart the server does not know the button yet, and calls no callback: the first press is found here.
    if isinstance(visit, Visit) and _take(visit, sent):
        st.rerun()


def show(view: dict[str, Any], on_sent: Any = lambda: None) -> object:
    """Mount the component on a view; give what it sent in this run, if anything."""
    st.set_page_config(page_title=" · ".join(filter(None, (view["heading"], view["title"]))) or "Twofold")
    return _component(key=state.SURVEY, data=view, on_sent_change=on_sent).get("sent")


def _visit() -> Visit | dict[str, Any]:
    """This session's visit, made anew where the address has changed; else the message that says why there is none."""
    address = st.query_params.to_dict()
    visit = st.session_state.get(state.VISIT)
    if isinstance(visit, Visit) and visit.still(address):
        return visit
    researcher = current_user()
    draft = DRAFTS.find(address.get("preview"), researcher)
    cookies = st.context.cookies
    found = arrive(
        address,
        store(),
        researcher=researcher is not None,
        draft=draft.as_study() if draft is not None else None,
        begun=cookies.get(COOKIE),
        circumstances=Circumstances(address=_from()),
        accept=_accept(),
    )
    st.session_state[state.VISIT] = found
    if isinstance(found, Waiting):
        return {**waiting_view(found.session), "leave": leave(address, found.session.language)}
    if not isinstance(found, Visit):
        many = found == "unknown" and limits.wrong_links().spend(limits.network_of(_from() or "")) > 0
        language = address.get("lang") or accepted(_accept(), tuple(LANGUAGES)) or "en"
        link = leave(address, language) if found in LEAVABLE else None
        return message(language, "too_many" if many else found, leave=link)
    if not found.keeper.preview and not found.session.persisted and "p" not in address:
        study = found.session.study
        store().paradata.opened(study.slug, first=seen_cookie(study) not in cookies)
    return found


def _accept() -> str | None:
    """The languages that the browser asks for."""
    return st.context.headers.get("Accept-Language")


def _from() -> str | None:
    """The network address that the respondent comes from: a proxy's word for it only where the operator trusts it."""
    forwarded = st.context.headers.get("x-forwarded-for")
    if forwarded and behind_trusted_proxy():
        return forwarded.split(",")[-1].strip()
    return st.context.ip_address


def _view(visit: Visit) -> dict[str, Any]:
    """What to show, with the address brought in line with it."""
    page = visit.page(st.query_params.get("p"))
    query = visit.query(page)
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    view = shown(visit, page)
    view["text"] = [text.replace(ORIGIN, _origin()) for text in view["text"]]
    if not visit.keeper.preview:
        view["seen"] = seen_cookie(visit.session.study)
        view["other_side"] = {"href": visit.plain(page), "label": speak(visit.session.language, "lighter")}
        view["leave"] = leave(query, visit.session.language)
    return view | {"preview": visit.keeper.preview, "visit": visit.address.get("v")}


def _origin() -> str:
    """The address at which this server is reached, without a path."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"


def _sent() -> None:
    """Called before the page is drawn again, where this server has drawn it before."""
    visit = st.session_state.get(state.VISIT)
    if isinstance(visit, Visit):
        _take(visit, st.session_state.get(state.SURVEY, {}).get("sent"))


def _take(visit: Visit, raw: object) -> bool:
    """Do what a press asks, once; whether there was one."""
    if isinstance(raw, Mapping) and raw.get("action") == "language":
        return _speak(visit, str(raw.get("id", ""))[:64], str(raw.get("language", ""))[:40])
    press = Press.read(raw)
    if press is None or (visit.turn is not None and visit.turn.echo == press.id):
        return False
    visit.took(turn_of(visit, press, _from()))
    st.query_params.from_dict(visit.query(visit.turn.page if visit.turn else END))
    return True


def turn_of(visit: Visit, press: Press, address: str | None) -> Turn:
    """What a press brings about; a page that comes in a flood from its network is not saved, and stays as it is."""
    sends = press.action == "next" and not visit.keeper.preview
    if sends and limits.sent_pages().spend(limits.network_of(address or "")):
        return Turn(visit.session, visit.page(press.page), press.id, ("error", "not_saved"))
    return take(visit.session, visit.keeper, press)


def _speak(visit: Visit, echo: str, language: str) -> bool:
    """Go on in another language, once; whether it was asked for."""
    if visit.turn is not None and visit.turn.echo == echo:
        return False
    page = visit.page(st.query_params.get("p"))
    visit.speak(language, page, echo)
    st.query_params.from_dict(visit.query(page))
    return True
