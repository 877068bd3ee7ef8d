"""XLSForm, read: each group becomes a page; what this grammar has no place for is refused by row."""

from __future__ import annotations

import io
import re
from typing import Any

from survey.exchange import languages
from survey.exchange.build import Builder, Grouper, Words
from survey.exchange.logic import Test
from survey.exchange.reading import Reader, Word, words_of
from survey.exchange.report import Report, UnmappedError, UnreadableError
from survey.exchange.xlsform import MARK
from survey.instrument.model import Instrument

Row = dict[str, str]

_TRANSLATED = re.compile(
    r"(label|hint|guidance_hint|image|audio|video|constraint_message|required_message)(?:::?(.+))?"
)
_METADATA = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "phonenumber",
    "email",
    "simserial",
    "subscriberid",
    "audit",
    "background-audio",
    "start-geopoint",
}
_LOST = (
    "image",
    "audio",
    "video",
    "guidance_hint",
    "calculation",
    "choice_filter",
    "default",
    "repeat_count",
    "trigger",
)
_TOKENS = re.compile(
    r"\$\{\s*(?P<ref>[^}\s]+)\s*\}|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\"|(?P<number>\d+\.?\d*|\.\d+)"
    r"|(?P<sign>!=|<=|>=|[=<>+*-])|(?P<word>[A-Za-z][\w-]*)|(?P<mark>[(),])"
)
_TRUE = {"yes", "true", "true()", "1"}
_LIMIT = re.compile(r"\.\s*(>=|<=)\s*(-?\d+\.?\d*|date\('(\d{4}-\d{2}-\d{2})'\))")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*(\d+)")


def read(content: bytes, source: str) -> tuple[Instrument, Report]:
    """The instrument in a workbook. Raises UnreadableError, FileProblems."""
    reader = _Reader(content, source)
    return reader.instrument(), reader.builder.report


def tables(content: bytes, source: str) -> dict[str, list[Row]]:
    """The sheets of a workbook by their names in small letters; rows as texts, their number under ''."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # openpyxl raises whatever the broken file made it raise
        raise UnreadableError(f"{source}: this is no Excel workbook that can be read ({error}).") from None
    found: dict[str, list[Row]] = {}
    for sheet in book.worksheets:
        lines = [[_cell(value) for value in line] for line in sheet.iter_rows(values_only=True)]
        heads = [head.strip() for head in lines[0]] if lines else []
        rows = []
        for number, line in enumerate(lines[1:], 2):
            row = {head: text for head, text in zip(heads, line, strict=False) if head and text.strip()}
            if row:
                rows.append({**row, "": str(number)})
        found[sheet.title.strip().lower()] = rows
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _Reader:
    def __init__(self, content: bytes, source: str) -> None:
        found = tables(content, source)
        if "survey" not in found:
            raise UnreadableError(f"{source}: there is no sheet 'survey', so this is no XLSForm.")
        self.source, self.rows = source, found["survey"]
        settings = (found.get("settings") or [{}])[0]
        default = settings.get("default_language", "")
        self.default = languages.code_of(default, source) if default and default != "default" else ""
        choices = found.get("choices", [])
        spoken = self.spoken([*self.rows, *choices])
        self.choices: dict[str, list[tuple[str, Words]]] = {}
        for row in choices:
            pair = (row.get("name", row.get("value", "")), self.texts(row, "label"))
            self.choices.setdefault(row.get("list_name", row.get("list name", "")).strip(), []).append(pair)
        self.builder = Builder(
            settings.get("form_id") or source.rsplit(".", 1)[0],
            spoken,
            title={spoken[0]: settings["form_title"]} if settings.get("form_title") else None,
            version=settings.get("version", "1.0.0"),
        )

    def spoken(self, rows: list[Row]) -> tuple[str, ...]:
        """The languages of the form, the default one first."""
        found = {self.default: None} if self.default else {}
        for row in rows:
            for head in row:
                match = _TRANSLATED.fullmatch(head)
                if match and match.group(2):
                    found[languages.code_of(match.group(2), self.source)] = None
        if not self.default and not found:
            self.default = "en"
        self.default = self.default or next(iter(found))
        return tuple(dict.fromkeys((self.default, *found)))

    def texts(self, row: Row, column: str) -> Words:
        """A text of a row in each language; what has none is in the default language."""
        found: Words = {}
        for head, text in row.items():
            match = _TRANSLATED.fullmatch(head)
            if match and match.group(1) == column:
                found[languages.code_of(match.group(2), self.source) if match.group(2) else self.default] = text
        return found

    def instrument(self) -> Instrument:
        """The whole form."""
        stack: list[Grouper] = []
        loose: Grouper | None = None
        kinds: list[str] = []
        skipped = 0
        for row in self.rows:
            kind = " ".join(row.get("type", "").replace("_", " ", 1).split()) if "group" in row.get("type", "") else ""
            sort = kind or " ".join(row.get("type", "").split())
            if re.match(r"begin[ _]repeat", sort) or (skipped and re.match(r"begin[ _]", sort)):
                if not skipped:
                    self.builder.report.refuse(self.where(row), "a repeated group has no counterpart.")
                skipped += 1
            elif skipped:
                skipped -= bool(re.match(r"end[ _]", sort))
            elif sort == "begin group":
                outer = stack[-1] if stack else None
                stack.append(self.group(row, outer))
                kinds.append(row.get(MARK, ""))
                loose = None
            elif sort == "end group":
                if stack:
                    self.close(stack.pop(), kinds.pop())
                    if stack:
                        stack[-1].page, stack[-1].title, stack[-1].texts = None, None, []
            elif sort:
                if not stack:
                    loose = loose or Grouper(self.builder, "questions")
                self.row(row, sort, stack[-1] if stack else (loose or Grouper(self.builder, "questions")))
        if loose is not None and loose.page is None and loose.texts:
            loose.only_words("text")
        return self.builder.finish()

    def group(self, row: Row, outer: Grouper | None) -> Grouper:
        """A group's beginning; one within another stands under both conditions."""
        own = self.builder.condition(self.where(row), lambda: self.relevant(row))
        both = [f"({part})" for part in ((outer.condition if outer else None), own) if part]
        condition = " and ".join(both) if len(both) == 2 else (own or (outer.condition if outer else None))
        grid = "table-list" in row.get("appearance", "")
        return Grouper(self.builder, row.get("name", "page"), self.texts(row, "label"), condition, grid)

    def close(self, group: Grouper, kind: str) -> None:
        """A group's end: one without questions is a page of words, or of consent."""
        if group.page is not None or not (group.texts or kind):
            return
        if kind == "consent" or (not kind and group.agrees is not None):
            group.agree()
        elif group.texts:
            group.only_words("feedback" if kind == "feedback" else "text")

    def where(self, row: Row) -> str:
        """What messages call a row."""
        name = row.get("name", "")
        return f"row {row['']}" + (f", '{name}'" if name else "")

    def relevant(self, row: Row) -> Test | None:
        """The condition of a row."""
        text = row.get("relevant", row.get("relevance", "")).strip()
        if not text or text in ("true()", "1"):
            return None
        return Reader(words_of(text, _TOKENS, self.word), picks=("selected",)).read()

    def word(self, match: re.Match[str]) -> Word:
        if (name := match["ref"]) is not None:
            return Word("ref", self.builder.names.given.get(name, name))
        for group in ("one", "two"):
            if match[group] is not None:
                return Word("text", match[group])
        if match["word"] is not None:
            return Word("sign" if match["word"] == "div" else "word", match["word"])
        sort = next(group for group in ("number", "sign", "mark") if match[group] is not None)
        return Word(match[sort] if sort == "mark" else sort, match[sort])

    def row(self, row: Row, sort: str, group: Grouper) -> None:
        """A question, a note, or what there is no place for."""
        where = self.where(row)
        for column in _LOST:
            if self.texts(row, column) or row.get(column):
                self.builder.report.refuse(where, f"its '{column}' has no counterpart.")
        if sort in _METADATA:
            self.builder.report.leave("questions that record the device or the time by themselves")
        elif sort == "note":
            group.say(where, self.texts(row, "label"))
        elif (sort in ("acknowledge", "trigger") and row.get(MARK) == "agree") or (
            sort in ("acknowledge", "trigger") and not self.builder.pages and group.page is None and group.texts
        ):
            group.agrees = row.get("required", "").strip().lower() in _TRUE
        else:
            self.question(row, sort, group)

    def question(self, row: Row, sort: str, group: Grouper) -> None:
        where, name = self.where(row), row.get("name", "")
        own = self.builder.condition(where, lambda: self.relevant(row))
        must = row.get("required", "").strip().lower() in _TRUE
        hint = self.texts(row, "hint")
        try:
            wanted, data = self.answers(row, sort, group.grid)
            if hint and data["type"] in ("number", "slider"):
                data["unit"] = self.builder.words(hint)
            elif hint:
                self.builder.report.refuse(where, "its hint has no counterpart.")
            label = self.texts(row, "label")
            if any("${" in text for text in label.values()):
                raise UnmappedError("its text shows another answer ('${…}')")
            group.ask(name, label, (wanted, data), own, must)
        except UnmappedError as error:
            self.builder.report.refuse(where, f"{error}.")

    def answers(self, row: Row, sort: str, grid: bool) -> tuple[str, dict[str, Any]]:
        """The name and the data of a question's format. Raises UnmappedError."""
        kind, _, rest = sort.partition(" ")
        parameters = dict(pair.split("=", 1) for pair in row.get("parameters", "").split() if "=" in pair)
        if kind in ("select_one", "select_multiple", "rank"):
            name, _, extra = rest.strip().partition(" ")
            if extra:
                self.builder.report.refuse(self.where(row), f"'{extra}' has no counterpart.")
            if name not in self.choices:
                raise UnmappedError(f"its choices '{name}' are in no row of the sheet 'choices'")
            choices = self.builder.choices(self.choices[name])
            if kind != "select_one":
                return name, {"type": "multichoice" if kind == "select_multiple" else "rank", "choices": choices}
            meant = "likert" in row.get("appearance", "") or (grid and row.get(MARK) != "choice")
            likert = self.builder.graded(choices) if meant else None
            return name, likert or {"type": "choice", "choices": choices}
        if kind in ("integer", "decimal", "int"):
            data: dict[str, Any] = {"type": "number", **self.limits(row)}
            return "number", {**data, "integer": True} if kind != "decimal" else data
        if kind == "range":
            low, high = float(parameters.get("start", 0)), float(parameters.get("end", 10))
            return "slider", {"type": "slider", "min": low, "max": high}
        if kind == "date":
            return "date", {"type": "date", **self.limits(row)}
        if kind in ("text", "string"):
            data = {"type": "text", **self.limits(row)}
            if "multiline" in row.get("appearance", ""):
                data["lines"] = int(parameters.get("rows", "4"))
            return "text", data
        if kind in ("acknowledge", "trigger"):
            return "agreed", {"type": "choice", "choices": self.builder.choices([("OK", dict.fromkeys(["en"], "OK"))])}
        raise UnmappedError(f"questions of type '{kind}' have no counterpart")

    def limits(self, row: Row) -> dict[str, Any]:
        """The limits that a constraint sets; one that says more is refused."""
        text = row.get("constraint", "").strip()
        found: dict[str, Any] = {}
        for part in re.split(r"\s+and\s+", text) if text else []:
            if match := _LIMIT.fullmatch(part.strip()):
                value: Any = match.group(3) or float(match.group(2))
                found["min" if match.group(1) == ">=" else "max"] = value
            elif match := _LENGTH.fullmatch(part.strip()):
                found["max_length"] = int(match.group(1))
            else:
                self.builder.report.refuse(self.where(row), f"its constraint '{part.strip()}' cannot be mapped.")
        return found
