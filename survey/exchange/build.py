"""An instrument put together from another platform's questions, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from survey.exchange.cleaning import formatted, plain
from survey.exchange.logic import Test, to_ours
from survey.exchange.names import Names
from survey.exchange.report import Report, UnmappedError
from survey.instrument.canonical import yaml_of
from survey.instrument.check_parts import RESERVED
from survey.instrument.formats import Format
from survey.instrument.load import load
from survey.instrument.model import Instrument

Words = dict[str, str]
"""Language to text, as another platform has it."""

CONSENT = {
    "en": "[Write here what the study is about, that taking part is voluntary, and whom to ask.]",
    "fr": "[Écrivez ici le sujet de l'étude, que la participation est volontaire, et à qui s'adresser.]",
}
_FORMAT: TypeAdapter[Any] = TypeAdapter(Format)


def ours(name: str) -> str:
    """A name as this grammar allows it: letters, digits and '_', a letter first, none that is kept for data."""
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "x"
    cleaned = cleaned if cleaned[0].isalpha() and cleaned[0].isascii() else f"x{cleaned}"
    return f"{cleaned}_item" if cleaned in RESERVED else cleaned


def code_of(text: str) -> str:
    """A code as this grammar allows it."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "_", text)[:64] or "_"


@dataclass
class Builder:
    """Collects pages and questions, then loads them as an instrument.

    languages: of every text. escaped: whether the platform writes its texts as HTML.
    """

    id: str
    languages: tuple[str, ...]
    escaped: bool = False
    title: Words | None = None
    version: str = "1.0.0"
    report: Report = field(default_factory=Report)
    formats: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    """The format of each item that was asked so far, by our name."""
    required: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names(ours, 64, self.report, fold=False)
        self.page_names = Names(ours, 64, self.report, "page", fold=False)

    def words(self, given: Words | None, braces: bool = True) -> Words | None:
        """A text in all languages, cleaned; a language that lacks it gets the first one's. None where there is none."""
        found = {code: plain(text, self.escaped) for code, text in (given or {}).items() if text and text.strip()}
        found = {code: text for code, text in found.items() if text}
        if braces:  # which in our texts would open the name of an earlier item
            found = {code: text.replace("{", "{{").replace("}", "}}") for code, text in found.items()}
        if any(formatted(text, self.escaped) for text in (given or {}).values()):
            self.report.leave("formatting (HTML) of texts")
        if not found:
            return None
        first = next((found[code] for code in self.languages if code in found), next(iter(found.values())))
        if lacking := [code for code in self.languages if code not in found]:
            self.report.leave(f"texts missing in {', '.join(lacking)} are there in another language")
        return {code: found.get(code, first) for code in self.languages}

    def page(
        self, wanted: str, kind: str = "questions", condition: str | None = None, **texts: Words | None
    ) -> dict[str, Any]:
        """A new page; texts: title, text, intro."""
        page: dict[str, Any] = {"id": self.page_names.fresh(ours(wanted))}
        if kind != "questions":
            page["type"] = kind
        page |= {key: words for key, given in texts.items() if (words := self.words(given)) is not None}
        if condition:
            page["show_if"] = condition
        page["items"] = []
        self.pages.append(page)
        return page

    def format_name(self, wanted: str, data: dict[str, Any]) -> str:
        """The name of a format, one for all that are the same."""
        if (known := next((name for name, other in self.formats.items() if other == data), None)) is not None:
            return known
        base, count = ours(wanted), 1
        name = base
        while name in self.formats:
            count += 1
            name = f"{base}_{count}"
        self.formats[name] = data
        return name

    def question(self, page: dict[str, Any], name: str, text: Words | None, wanted: str, data: dict[str, Any]) -> str:
        """Ask an item on a page. Raises UnmappedError for one that says nothing, or whose answers make no sense."""
        words = self.words(text)
        if words is None:
            raise UnmappedError("it has no text")
        try:
            fmt = _FORMAT.validate_python(data)
        except ValueError:
            raise UnmappedError("its answers cannot be read") from None
        item = self.names(name)
        if item in self.items:
            raise UnmappedError("another question has this name")
        self.items[item] = {"text": words, "format": self.format_name(wanted, data)}
        self.known[item] = fmt
        page["items"].append(item)
        return item

    def choices(self, pairs: Iterable[tuple[str, Words]]) -> dict[str, Any]:
        """Choices with their codes as ours allows them. Raises UnmappedError where two become the same."""
        made: dict[str, Any] = {}
        for code, label in pairs:
            mine = code_of(code)
            if mine in made:
                raise UnmappedError(f"the code '{code}' is there twice")
            if mine != code:
                self.report.renamed[f"code '{code}'"] = f"'{mine}'"
            made[mine] = {"label": self.words(label) or dict.fromkeys(self.languages, mine)}
        if not made:
            raise UnmappedError("it has no choices")
        return made

    def graded(self, choices: dict[str, Any]) -> dict[str, Any] | None:
        """A likert format, where the codes are whole numbers in a row; else None."""
        if len(choices) < 2 or not all(re.fullmatch(r"-?(0|[1-9]\d{0,5})", code) for code in choices):
            return None
        codes = [int(code) for code in choices]
        if codes != list(range(codes[0], codes[0] + len(codes))):
            return None
        labels = {language: [choice["label"][language] for choice in choices.values()] for language in self.languages}
        return {"type": "likert", "from": codes[0], "labels": labels}

    def condition(self, where: str, read: Callable[[], Test | None]) -> str | None:
        """A condition in our words; None where there is none, or where it is refused (and then all are asked)."""
        try:
            test = read()
            return None if test is None else to_ours(test, self.known)
        except UnmappedError as error:
            self.report.refuse(where, f"its condition cannot be mapped: {error}.")
            return None

    def finish(self) -> Instrument:
        """The instrument. Raises FileProblems where the parts do not fit together."""
        self.pages = [page for page in self.pages if page["items"] or page.get("type", "questions") != "questions"]
        for page in self.pages:
            if page.get("type", "questions") != "questions":
                page.pop("items")
            else:
                self._require(page)
        consent = next((page for page in self.pages if page.get("type") == "consent"), None)
        if consent is None:
            self.report.leave("a consent page: none was found, so one was added for you to write")
            text = {code: CONSENT.get(code, CONSENT["en"]) for code in self.languages}
            consent = {"id": self.page_names.fresh("consent"), "type": "consent", "text": text, "required": True}
            self.pages.insert(0, consent)
        elif self.pages[0] is not consent:
            self.pages.remove(consent)
            self.pages.insert(0, consent)
            self.report.leave("the place of the consent page, which now comes first")
        data: dict[str, Any] = {
            "format": "twofold/1",
            "id": re.sub(r"[^A-Za-z0-9_-]+", "-", self.id).strip("-_") or "x",
        }
        data["version"] = self.version if re.fullmatch(r"\d+(\.\d+){0,3}", self.version) else "1.0.0"
        if (title := self.words(self.title, braces=False)) is not None:
            data["title"] = title
        data["languages"] = list(self.languages)
        data |= {"formats": self.formats, "items": self.items, "scales": {}, "pages": self.pages}
        return load(yaml_of(data), self.id)

    def _require(self, page: dict[str, Any]) -> None:
        wanted = [self.required.get(item, False) for item in page["items"]]
        if wanted and all(wanted):
            page["require"] = "hard"
        elif any(wanted):
            self.report.leave("which items of a page must be answered, where others of it need not be")


@dataclass
class Grouper:
    """Puts the questions of one group on pages: those that stand under one condition, and go on, share a page."""

    builder: Builder
    name: str
    title: Words | None = None
    condition: str | None = None
    grid: bool = False
    """Whether the whole group is a table."""
    texts: list[Words] = field(default_factory=list)
    page: dict[str, Any] | None = None
    agrees: bool | None = None
    """Whether consent must be given, where the group asks for it."""
    table: tuple[str, Any] = ("", None)
    """The table that the page shows, with its answers; a group may hold several."""

    def say(self, where: str, words: Words) -> None:
        """Words at the head of the group; further down they have no place."""
        if self.page is not None:
            self.builder.report.refuse(where, "words between questions have no counterpart.")
        else:
            self.texts.append(words)

    def ask(
        self,
        name: str,
        text: Words | None,
        answers: tuple[str, dict[str, Any]],
        own: str | None = None,
        must: bool = False,
        table: str = "",
    ) -> None:
        """A question of the group, under a condition of its own where it has one, in a table where it stands in one.

        answers: the name and the data of its format. Raises UnmappedError.
        """
        data = answers[1]
        both = [f"({part})" for part in (self.condition, own) if part]
        condition = " and ".join(both) if len(both) == 2 else (self.condition or own)
        page = self.page
        if page is None or page.get("show_if") != condition or (table, data if table else None) != self.table:
            intro = _joined(self.texts) if page is None else None
            title = self.title if page is None else None
            fresh = self.builder.page(self.name, "questions", condition, title=title, intro=intro)
            if self.grid or table:
                fresh["layout"] = "matrix"
            try:
                item = self.builder.question(fresh, name, text, *answers)
            except UnmappedError:
                self.builder.pages.remove(fresh)
                raise
            self.page, self.table = fresh, (table, data if table else None)
        else:
            item = self.builder.question(page, name, text, *answers)
        self.builder.required[item] = must

    def agree(self) -> None:
        """A group that asks for consent becomes the page of consent."""
        intro, words = (self.texts[0], self.texts[1:]) if len(self.texts) > 1 else (None, self.texts)
        page = self.builder.page(self.name, "consent", None, title=self.title, intro=intro, text=_joined(words))
        page.setdefault("text", dict.fromkeys(self.builder.languages, CONSENT["en"]))
        if self.agrees:
            page["required"] = True

    def only_words(self, kind: str) -> None:
        """A group without questions becomes a page of words."""
        self.builder.page(self.name, kind, self.condition, title=self.title, text=_joined(self.texts))


def _joined(texts: list[Words]) -> Words | None:
    if not texts:
        return None
    codes = dict.fromkeys(code for words in texts for code in words)
    return {code: "\n\n".join(words[code] for words in texts if words.get(code)) for code in codes}
