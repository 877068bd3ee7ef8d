"""What an export walks through: the pages of an instrument, with every text in every language and every question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from survey.exchange.report import Report
from survey.instrument.labels import labels_in
from survey.instrument.model import Format, Instrument, Likert, Page, Slider, Text, say
from survey.instrument.pipes import PipeError, bare, pieces

Texts = Mapping[str, str]
"""Language to text."""

_FORMAT_KEYS = {
    "likert": {"type", "from", "labels"},
    "choice": {"type", "choices", "order"},
    "multichoice": {"type", "choices", "order"},
    "number": {"type", "min", "max", "unit", "integer"},
    "slider": {"type", "min", "max", "labels", "unit"},
    "date": {"type", "min", "max"},
    "text": {"type", "max_length", "lines"},
    "rank": {"type", "choices", "order"},
}
_CHOICE_KEYS = {"label", "score"}
_ITEM_KEYS = {"text", "format"}
_PAGE_KEYS = {
    "id",
    "type",
    "title",
    "text",
    "intro",
    "items",
    "network",
    "layout",
    "order",
    "require",
    "required",
    "show_if",
    "result",
}
_PAGE_TYPES = ("questions", "consent", "text", "feedback")
_ROOM = {"format", "id", "version", "title", "languages", "formats", "items", "pages"}
_BEHIND = {
    "scales": "scales and their scoring",
    "fields": "declared columns that no item asks for ('fields')",
    "checks": "checks of attention",
    "licence": "the licence",
    "note": "the note for researchers",
    "shuffle": "the random order of pages",
    "sources": "the owners of wordings ('sources'): their permission is still needed",
}


@dataclass(frozen=True)
class Question:
    """An item as it is asked."""

    name: str
    text: Texts
    format_name: str
    fmt: Format


@dataclass(frozen=True)
class Sheet:
    """A page as it is shown."""

    page: Page
    title: Texts | None
    text: Texts | None
    intro: Texts | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Outline:
    """An instrument as another platform asks it; ``report`` collects what it cannot."""

    instrument: Instrument
    languages: tuple[str, ...]
    title: Texts
    sheets: tuple[Sheet, ...]
    report: Report = field(default_factory=Report)


def outline(instrument: Instrument, languages: tuple[str, ...] = ()) -> Outline:
    """The outline of an instrument, in some of its languages or in all."""
    report = Report()
    chosen = languages or instrument.languages
    title = texts_of(instrument.title, instrument, chosen) or dict.fromkeys(chosen, instrument.id)
    pages = instrument.pages or (Page(id="questions", items=tuple(instrument.items)),)
    sheets = [
        sheet
        for page in pages
        if (sheet := _sheet(instrument, _network_aside(page, report), chosen, report)) is not None
    ]
    _behind(instrument, pages, report)
    return Outline(instrument, tuple(chosen), title, tuple(sheets), report)


def texts_of(text: Text | None, instrument: Instrument, languages: tuple[str, ...]) -> Texts | None:
    """A text in each language; None where there is none."""
    return None if text is None else {code: bare(say(text, code, instrument.languages)) for code in languages}


def labels_of(fmt: Likert | Slider, languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The labels in each language."""
    return {code: tuple(map(bare, labels_in(fmt.labels, code))) for code in languages}


def page_called(page: Page) -> str:
    """What messages call a page."""
    return f"page '{page.id}'"


def _network_aside(page: Page, report: Report) -> Page:
    if page.network is not None:
        why = "questions about the people of a network have no counterpart."
        report.refuse(page_called(page), f"network '{page.network}': {why}")
    return page


def _sheet(instrument: Instrument, page: Page, languages: tuple[str, ...], report: Report) -> Sheet | None:
    called = page_called(page)
    if page.type not in _PAGE_TYPES:
        report.refuse(called, f"a page of type '{page.type}' has no counterpart.")
        return None
    for key in unknown(page, _PAGE_KEYS):
        report.refuse(called, f"'{key}' has no counterpart.")
    for shown in (page.title, page.text, page.intro):
        _piped(called, shown, report)
    questions = []
    for name in page.items:
        item = instrument.items[name]
        fmt = instrument.formats[item.format]
        text = texts_of(item.text, instrument, languages)
        if text is None:
            report.refuse(f"item '{name}'", "it has no text to show.")
        elif fmt.type not in _FORMAT_KEYS:
            report.refuse(f"item '{name}'", f"answers of type '{fmt.type}' have no counterpart.")
        else:
            for key in unknown(item, _ITEM_KEYS):
                report.refuse(f"item '{name}'", f"'{key}' has no counterpart.")
            for key in unknown(fmt, _FORMAT_KEYS[fmt.type]):
                report.refuse(f"format '{item.format}'", f"'{key}' has no counterpart.")
            for code, choice in getattr(fmt, "choices", {}).items():
                for key in unknown(choice, _CHOICE_KEYS):
                    report.refuse(f"format '{item.format}', choice '{code}'", f"'{key}' has no counterpart.")
            _piped(f"item '{name}'", item.text, report)
            _piped(f"format '{item.format}'", fmt.model_dump(), report)
            questions.append(Question(name, text, item.format, fmt))
    if page.type == "questions" and not questions:
        return None
    return Sheet(
        page,
        texts_of(page.title, instrument, languages),
        texts_of(page.text, instrument, languages),
        texts_of(page.intro, instrument, languages),
        tuple(questions),
    )


def _piped(where: str, value: object, report: Report) -> None:
    """Refuse texts that show an earlier answer; what is written in its place is the item's name in brackets."""
    if isinstance(value, str):
        try:
            names = [name for _, name, _ in pieces(value) if name is not None]
        except PipeError:
            names = []
        for name in names:
            report.refuse(where, f"a text shows the answer to '{name}', which has no counterpart.")
    elif isinstance(value, Mapping | tuple | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            _piped(where, inner, report)


def unknown(part: BaseModel, known: set[str]) -> list[str]:
    """The keys of a part that are set and that this exchange does not know (the grammar grows)."""
    return [key for key in part.model_dump(by_alias=True, exclude_defaults=True) if key not in known]


def _behind(instrument: Instrument, pages: tuple[Page, ...], report: Report) -> None:
    """What has no place on any other platform, each told once."""
    given = instrument.model_dump(by_alias=True, exclude_defaults=True)
    for key in given:
        if key in _BEHIND and given[key]:
            report.leave(_BEHIND[key])
        elif key == "networks" and not any(page.network for page in pages):
            report.leave("networks")
        elif key not in _ROOM and key not in _BEHIND and key != "networks":
            report.refuse("the instrument", f"'{key}' has no counterpart.")
    formats = [fmt for fmt in instrument.formats.values() if fmt.type in ("choice", "multichoice", "rank")]
    if any(choice.score is not None for fmt in formats for choice in getattr(fmt, "choices", {}).values()):
        report.leave("scores of choices")
    if any(getattr(fmt, "order", "fixed") == "random" for fmt in formats):
        report.leave("the random order of choices")
    if any(page.result is not None for page in pages):
        report.leave("the respondent's own result ('result')")
    if any(page.order == "random" for page in pages):
        report.leave("the random order of items")
    if any(page.require == "soft" for page in pages):
        report.leave("soft requests for what was left out ('require: soft')")
    asked = {item for page in pages for item in page.items}
    asked |= {item for network in instrument.networks.values() for item in network.interpreters}
    if unasked := [item for item in instrument.items if item not in asked]:
        report.leave(f"items on no page: {', '.join(unasked)}")
