"""One question as plain data: what is asked, how it can be answered or left, and what the answer is so far."""

from __future__ import annotations

from typing import Any

from survey import flow
from survey.answers import DECLINED, unanswered
from survey.dataset.missing import Missing
from survey.instrument.formats import other_text, specified
from survey.instrument.labels import codes
from survey.instrument.model import (
    ChoiceFormat,
    Date,
    Format,
    FreeText,
    Likert,
    MultiChoice,
    Number,
    Page,
    Rank,
    Slider,
)
from survey.order import choices_in_order
from survey.store import Session
from views.respondent.piped import all_said, said
from views.words import speak
from views.words.shown import decimal_sign, plain_number, spell

Data = dict[str, Any]
RANGES = {"min": "range_min", "max": "range_max"}


def item_view(session: Session, page: Page, item: str, *, name: str = "", text: str = "") -> Data:
    """What an item on a page shows; name and text: its answer's name and its words, where these are not its own.

    instead: the ways not to answer, as codes and labels; declined: the one that was chosen. Where one answer is picked
    out of several these stand among the options, under codes that begin with '!', and need no field of their own.
    """
    instrument = session.study.instrument
    fmt = instrument.format_of(item)
    shown: Data = {
        "id": name or item,
        "type": fmt.type,
        "text": text or said(instrument.items[item].text, session) or item,
        "required": page.require == "hard" or page.required,
        "value": value_of(session, name or item),
        **_details(session, item, name or item, fmt),
    }
    answer = session.answers.get(name or item)
    declined = answer.value if isinstance(answer, Missing) else None
    instead = [
        {"code": kind.value, "label": speak(session.language, kind.value)}
        for kind in flow.may_decline(instrument, page, item)
    ]
    if not instead:
        return shown
    if isinstance(fmt, Likert | ChoiceFormat):
        shown["options"] += [{**way, "code": DECLINED + way["code"], "instead": True} for way in instead]
        if declined in {way["code"] for way in instead}:
            shown["value"] = f"{DECLINED}{declined}"
        return shown
    return {**shown, "instead": instead, "declined": declined if declined in {w["code"] for w in instead} else None}


def _details(session: Session, item: str, answer: str, fmt: Format) -> Data:
    language = session.language
    match fmt:
        case Likert():
            labels = all_said(fmt.labels, session)
            return {"options": [{"code": str(c), "label": t} for c, t in zip(codes(fmt), labels, strict=True)]}
        case ChoiceFormat() | MultiChoice() | Rank():
            return _choices(session, item, answer, fmt)
        case Number():
            sign = decimal_sign(language)
            return {
                "unit": said(fmt.unit, session),
                "whole": fmt.integer,
                "decimal": sign,
                "hint": _range(language, fmt.min, fmt.max),
            }
        case Slider():
            ends = all_said(fmt.labels, session)
            return {
                "min": fmt.min,
                "max": fmt.max,
                "ends": list(ends),
                "unit": said(fmt.unit, session),
                "decimal": decimal_sign(language),
                "hint": _range(language, fmt.min, fmt.max),  # where no line can be drawn, a number is written
            }
        case Date():
            return {"min": fmt.min, "max": fmt.max, "hint": _range(language, fmt.min, fmt.max)}
        case FreeText():
            return {"lines": fmt.lines, "max_length": fmt.max_length}


def _choices(session: Session, item: str, answer: str, fmt: ChoiceFormat | MultiChoice | Rank) -> Data:
    language, own = session.language, specified(fmt)
    hints = {"multichoice": "several", "rank": "rank_hint"}
    options: list[Data] = []
    for code in choices_in_order(fmt, item, session.seed):
        choice = fmt.choices[code]
        options.append({"code": code, "label": said(choice.label, session)})
        if choice.exclusive:
            options[-1]["exclusive"] = True
    shown: Data = {"options": options, "hint": speak(language, hints[fmt.type]) if fmt.type in hints else ""}
    if own is not None:
        name = other_text(answer)
        longest = flow.OWN_WORDS.max_length
        words = {"id": name, "code": own, "max_length": longest, "value": value_of(session, name)}
        shown["other"] = {**words, "label": speak(language, "own_words")}
    return shown


def _range(language: str, low: float | str | None, high: float | str | None) -> str:
    ends = {name: spell(language, v) for name, v in (("min", low), ("max", high)) if v is not None}
    if not ends:
        return ""
    days = isinstance(low, str) or isinstance(high, str)
    both, one = ("between_days", {"min": "from_day", "max": "until_day"}) if days else ("range_both", RANGES)
    return speak(language, both if len(ends) == 2 else one[next(iter(ends))], **ends)


def value_of(session: Session, name: str) -> str | list[str] | None:
    """The answer so far as an input holds it, None where there is none."""
    answer = session.answers.get(name)
    if answer is None or unanswered(answer):
        return None
    return list(answer) if isinstance(answer, tuple) else plain_number(answer)
