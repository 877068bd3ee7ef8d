"""From a respondent's state to what the survey component shows: plain data, all text escaped by the browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from survey import flow
from survey.answers import ItemProblem
from survey.instrument.model import Instrument, Page, say
from survey.private import TYPES
from survey.store import Session
from views.respondent.asked import item_view, value_of
from views.respondent.network import Names, screen_view
from views.respondent.piped import said
from views.respondent.private import private_blocks, private_text
from views.respondent.turn import Turn
from views.words import direction, phrases, speak, spoken
from views.words.choose import own_name
from views.words.shown import moment, spell

Data = dict[str, Any]
BROWSER_PHRASES = (
    *("saving", "offline", "online", "slow", "copy", "copied", "copy_failed", "link_label", "link_hint"),
    *("characters_left", "choose", "slider_untouched", "preview", "language", "back", "next"),
    *("people_add", "people_box", "people_remove", "people_full", "people_before", "people_count", "people_added"),
    *("people_removed", "people_again", "people_listed", "between_list", "between_rest", "between_pick"),
    *("between_second", "between_levels", "between_said", "between_open", "between_drawing", "between_how"),
)
"""What the component says by itself, without asking the server."""


def message(
    language: str, name: str, *, title: str = "", tone: str = "plain", values: Data | None = None, **more: object
) -> Data:
    """A page of its own that asks nothing: ``name`` is the phrase, with its heading at ``name_heading``; ``values``
    go into it."""
    return {
        **_frame(spoken(language), title),
        "id": f"message/{name}",
        "kind": "message",
        "heading": speak(language, f"{name}_heading"),
        "text": [speak(language, name, **(values or {}))],
        "tone": tone,
        **more,
    }


def _frame(language: str, title: str) -> Data:
    return {
        "lang": language,
        "dir": direction(language),
        "title": title,
        "words": {key: phrases(language)[key] for key in BROWSER_PHRASES},
        "spoken": spoken(language),
        "spoken_dir": direction(spoken(language)),
    }


def waiting_view(session: Session) -> Data:
    """Before the first wave and between two: when to come back."""
    place = session.place
    opens = None if place is None else place.opens if place.state == "early" else place.next_opens
    name = "wave_early" if place is not None and place.state == "early" else "wave_between"
    values = {"opens": moment(session.language, opens)}
    view = message(session.language, name, title=title_of(session), values=values)
    return view if opens else view | {"text": [speak(spoken(session.language), f"{name}_later")]}


def languages_of(session: Session) -> list[Data]:
    """The languages to choose from, each in its own words; [] where there is one."""
    known = session.study.instrument.languages
    if len(known) < 2:
        return []
    return [
        {"code": code, "name": own_name(code, known), "dir": direction(code), "current": code == session.language}
        for code in known
    ]


def page_view(session: Session, page_id: str, names: Names | None = None, hand_on: str = "") -> Data:
    """Everything that one page of the questionnaire shows, or one screen of a network page.

    names: what the respondent calls the people in their networks; for a network's screens alone. hand_on: the token of
    the link for whom they nominate.
    """
    instrument, language = session.study.instrument, session.language
    page = flow.find_page(instrument, page_id)
    before, after = session.way.previous(page_id), session.way.having_sent(page_id).next(page_id)
    screen = flow.find_screen(instrument, page_id, session.answers)
    return {
        **_frame(language, title_of(session)),
        "id": f"{session.response_id}/{page_id}",
        "kind": page.type if screen is None else "network",
        "screen": None if screen is None else screen.kind,
        "page": page_id,
        "sequence": session.sequence,
        "progress": _progress(language, session.way.progress),
        **(_own(session, page, hand_on) if screen is None else _screen(session, page, screen, names or {})),
        # Whom the next screens ask about is known only once names are sent.
        "next": speak(
            language,
            "next" if screen is not None and screen.kind in ("names", "same") else _forward(instrument, page, after),
        ),
        "back": speak(language, "back") if before is not None else None,
        "link": resume_link(session),
    }


def _own(session: Session, page: Page, hand_on: str = "") -> Data:
    """Heading, words and questions of a page of its own."""
    heading = speak(session.language, "consent_heading") if page.type == "consent" else ""
    return {
        "heading": said(page.title, session) or heading,
        "text": [
            *paragraphs(said(page.text, session)),
            *paragraphs(said(page.intro, session)),
            *private_text(session, page, hand_on),
        ],
        "blocks": _blocks(session, page),
    }


def _screen(session: Session, page: Page, screen: flow.Screen, names: Names) -> Data:
    """Heading, words and questions of a network's screen; the page's own words stand on its first."""

    shown = screen_view(session, page, screen, names)
    network = session.study.instrument.networks[screen.network]
    first = screen.generator == next(iter(network.generators)) and not page.items
    intro = paragraphs(said(page.intro, session)) if first else []
    return {"heading": said(page.title, session), **shown, "text": intro + shown["text"]}


def thanks_view(session: Session) -> Data:
    """The last page: a feedback page's own words, or ours where it has none."""
    language = session.language
    page = next((p for p in session.study.instrument.pages if p.type == "feedback"), None)
    view = message(language, "thanks", title=title_of(session), tone="warm", link=resume_link(session))
    text = paragraphs(said(page.text, session)) + paragraphs(said(page.intro, session)) if page else []
    view["heading"] = (said(page.title, session) if page else "") or view["heading"]
    if text:
        view |= {**_frame(language, title_of(session)), "text": text}
    if session.place is not None and session.place.next_opens is not None:
        opens = moment(language, session.place.next_opens)
        view["text"] = [*view["text"], speak(language, "wave_next", opens=opens)]
    view["progress"] = _progress(language, 1.0)
    view["back"], view["link_label"] = speak(language, "thanks_change"), speak(language, "thanks_link")
    view["id"] = f"{session.response_id}/thanks"
    return view


def declined_view(session: Session) -> Data:
    """After a refused consent: thanks, and the way back."""
    view = message(session.language, "declined", title=title_of(session))
    if session.place is None or session.place.state == "open":
        view["text"].append(speak(session.language, "declined_changed"))
        view["back"] = speak(session.language, "back")
    view["id"] = f"{session.response_id}/declined"
    return view


def closed_early_view(session: Session, early: flow.Closing) -> Data:
    """After a respondent was screened out or a quota was full: the author's words, and no way back."""
    view = message(session.language, "closed_early", title=title_of(session), tone="warm")
    own = _frame(session.language, title_of(session))
    heading = say(early.title, session.language, session.study.instrument.languages) or view["heading"]
    words = paragraphs(say(early.text, session.language, session.study.instrument.languages))
    return {**view, **own, "heading": heading, "text": words, "id": f"{session.response_id}/{early.kind}"}


def came_of(turn: Turn) -> Data:
    """What a press adds to the page that is shown after it: its notice, what to mark, and which way is open."""
    added: Data = {"echo": turn.echo, "insist": turn.insist, "discard": turn.discard}
    if turn.notice is None:
        return added
    language, (tone, phrase) = turn.session.language, turn.notice
    each, all_of_them = problem_sentences(language, turn.problems) if turn.problems else ({}, "")
    soft = [p.item for p in turn.problems if p.kind == "asked"]
    added |= {"problems": each, "soft": soft, "notice": {"tone": tone, "text": all_of_them or speak(language, phrase)}}
    if turn.insist and len(soft) == len(each):
        added["anyway"] = speak(language, "anyway")
    return added


def problem_sentences(language: str, problems: tuple[ItemProblem, ...]) -> tuple[dict[str, str], str]:
    """What each item's problem says (by item), and one sentence for all of them; what must be mended comes first."""
    values = {p.item: {name: spell(language, value) for name, value in p.params.items()} for p in problems}
    each = {p.item: speak(language, p.message_key, **values[p.item]) for p in problems}
    blocking = [p for p in problems if p.kind != "asked"]
    kind, count = ("problems", len(blocking)) if blocking else ("asked", len(problems))
    return each, speak(language, f"{kind}_one" if count == 1 else f"{kind}_many", count=count)


def title_of(session: Session) -> str:
    """What the study is called to a respondent."""
    study = session.study
    own = say(study.instrument.title, study.instrument.languages[0], study.instrument.languages)
    # A title that the researcher gave the study goes before the instrument's; else the latter in the right language.
    if study.title not in ("", own):
        return study.title
    return say(study.instrument.title, session.language, study.instrument.languages) or study.slug


def paragraphs(text: str) -> list[str]:
    """A text cut where lines are blank; single line breaks are the author's wrapping."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def resume_link(session: Session) -> str | None:
    """The query of the personal link, once something is saved under it."""
    return "?" + urlencode({"s": session.token}) if session.persisted and session.token else None


def _progress(language: str, share: float) -> Data:
    percent = round(100 * share)
    return {
        "percent": percent,
        "text": speak(language, "progress", percent=percent),
        "label": speak(language, "progress_label"),
    }


def _forward(instrument: Instrument, page: Page, after: str | None) -> str:
    if page.type == "consent":
        return "begin"
    last = after is None or flow.find_page(instrument, after).type == "feedback"
    return "finish" if last else "next"


def _blocks(session: Session, page: Page) -> list[Data]:
    """What is asked: one matrix, whose items the instrument's check holds to one scale, or items one by one."""
    if page.type in TYPES:
        return private_blocks(session, page)
    instrument = session.study.instrument
    items = [item_view(session, page, item) for item in flow.item_order(instrument, page.id, session.seed)]
    if page.type == "consent":
        items.insert(0, _consent(session, page))
    matrix = page.layout == "matrix" and page.type != "consent" and bool(items)
    blocks: list[Data] = [{"matrix": True, "items": items}] if matrix else [{"items": [item]} for item in items]
    return blocks


def _consent(session: Session, page: Page) -> Data:
    language = session.language
    return {
        "id": page.id,
        "type": "choice",
        "text": speak(language, "consent_question"),
        "required": True,
        "value": value_of(session, page.id),
        "options": [{"code": code, "label": speak(language, f"consent_{code}")} for code in ("yes", "no")],
    }
