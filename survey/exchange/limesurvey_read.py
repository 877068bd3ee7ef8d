"""LimeSurvey's survey structure, read: each group becomes a page, each array a table on one."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

from survey.dataset.table import decode
from survey.errors import DataProblems
from survey.exchange.build import Builder, Grouper, Words, code_of
from survey.exchange.cleaning import plain
from survey.exchange.limesurvey import MARK, SLIDE
from survey.exchange.logic import Test
from survey.exchange.reading import Reader, Word, words_of
from survey.exchange.report import Report, UnmappedError, UnreadableError
from survey.instrument.model import Instrument

Row = dict[str, str]

_TOKENS = re.compile(
    r"(?P<ref>[A-Za-z_]\w*)(?:\.(?P<suffix>NAOK|code|value|shown|valueNAOK))?|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\""
    r"|(?P<number>\d+\.?\d*|\.\d+)|(?P<sign>==|!=|<=|>=|[=<>+*/-])|(?P<logic>&&|\|\||!)|(?P<mark>[(),])"
)
_WORDS = ("and", "or", "not", "is_empty")
_COMPARING = ("eq", "ne", "lt", "le", "gt", "ge")
_LOGIC = {"&&": "and", "||": "or", "!": "not"}
_FIXED: dict[str, list[tuple[str, str]]] = {
    "5": [(str(code), str(code)) for code in range(1, 6)],
    "A": [(str(code), str(code)) for code in range(1, 6)],
    "B": [(str(code), str(code)) for code in range(1, 11)],
    "Y": [("Y", "Yes"), ("N", "No")],
    "G": [("F", "Female"), ("M", "Male")],
    "C": [("Y", "Yes"), ("U", "Uncertain"), ("N", "No")],
    "E": [("I", "Increase"), ("S", "Same"), ("D", "Decrease")],
}
"""Types whose answers LimeSurvey knows by itself."""

_ARRAYS = ("A", "B", "C", "E", "F", "H")
_YES = ("Y", "1")


@dataclass
class Block:
    """A row with its texts in each language, and the rows below it."""

    row: Row
    texts: dict[str, Words] = field(default_factory=dict)
    below: list[Block] = field(default_factory=list)

    def text(self, column: str) -> Words:
        """A text of the row in each language."""
        return self.texts.get(column, {})


def read(content: bytes, source: str) -> tuple[Instrument, Report]:
    """The instrument in a file. Raises UnreadableError, FileProblems."""
    reader = _Reader(content, source)
    return reader.instrument(), reader.builder.report


def rows_of(content: bytes, source: str) -> list[Row]:
    """The rows of a file. Raises UnreadableError where it is no survey structure."""
    try:
        lines = list(csv.reader(io.StringIO(decode(content, source), newline=""), delimiter="\t"))
    except (DataProblems, csv.Error) as error:
        raise UnreadableError(str(error)) from None
    head = [name.strip() for name in lines[0]] if lines else []
    lacking = [name for name in ("class", "type/scale", "name", "relevance", "text", "language") if name not in head]
    if lacking:
        raise UnreadableError(
            f"{source}: this is no LimeSurvey survey structure: it lacks the column(s) {', '.join(lacking)}."
            " Export the survey as 'Tab-separated-values format (*.txt)'."
        )
    return [dict(zip(head, line, strict=False)) for line in lines[1:] if any(line)]


class _Reader:
    def __init__(self, content: bytes, source: str) -> None:
        rows = rows_of(content, source)
        settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
        first = settings.get("language") or next((row["language"] for row in rows if row.get("language")), "en")
        others = [code for code in settings.get("additional_languages", "").split() if code != first]
        self.languages = (first, *others)
        self.said: dict[str, Words] = {}
        for row in rows:
            if row["class"] == "SL":
                self.said.setdefault(row["name"], {})[row.get("language") or first] = row["text"]
        self.blocks = self.structure(rows)
        self.variables: dict[str, Word] = {}
        title = self.said.get("surveyls_title")
        self.builder = Builder(source.rsplit(".", 1)[0], self.languages, escaped=True, title=title)

    def structure(self, rows: list[Row]) -> list[Block]:
        """Groups with their questions with theirs; each language repeats all rows in the same order."""
        content = {
            code: [r for r in rows if r["class"] in ("G", "Q", "SQ", "A") and r.get("language", "") == code]
            for code in self.languages
        }
        groups: list[Block] = []
        for at, row in enumerate(content[self.languages[0]]):
            block = Block(row)
            for code in self.languages:
                other = content[code][at] if at < len(content[code]) else {}
                if other.get("class") == row["class"] and (row["class"] == "G" or other.get("name") == row["name"]):
                    for column in ("name", "text", "help", "suffix", "prefix"):
                        block.texts.setdefault(column, {})[code] = other.get(column, "")
            if row["class"] == "G":
                groups.append(block)
            elif row["class"] == "Q" and groups:
                groups[-1].below.append(block)
            elif groups and groups[-1].below:
                groups[-1].below[-1].below.append(block)
        return groups

    def instrument(self) -> Instrument:
        """The whole survey."""
        if (welcome := self.said.get("surveyls_welcometext")) and any(welcome.values()):
            self.builder.page("welcome", "text", None, text=welcome)
        for number, block in enumerate(self.blocks, 1):
            self.group(block, number)
        if (end := self.said.get("surveyls_endtext")) and any(end.values()):
            self.builder.page("thanks", "feedback", None, text=end)
        return self.builder.finish()

    def group(self, block: Block, number: int) -> None:
        """A group as a page."""
        title = block.text("name")
        where = f"group '{plain(title.get(self.languages[0], ''), True) or number}'"
        condition = self.builder.condition(where, lambda: self.relevance(block))
        name = next((q.row["name"] for q in block.below if q.row["type/scale"] in _ARRAYS), f"page_{number}")
        group = Grouper(self.builder, name, title, condition)
        if any(block.text("text").values()):
            group.texts.append(block.text("text"))
        for question in block.below:
            self.question(question, group)
        if group.page is None and group.agrees is not None:
            group.agree()
        elif group.page is None and group.texts:
            group.only_words("text")

    def relevance(self, block: Block) -> Test | None:
        """The condition of a group or a question."""
        text = block.row.get("relevance", "").strip()
        if text.startswith("{") and text.endswith("}"):
            text = text[1:-1].strip()
        if text in ("", "1"):
            return None
        return Reader(words_of(text, _TOKENS, self.word), empties=("is_empty",)).read()

    def word(self, match: re.Match[str]) -> Word:
        if (name := match["ref"]) is not None:
            if match["suffix"] is None and name.lower() in _WORDS:
                return Word("word", name.lower())
            if match["suffix"] is None and name.lower() in _COMPARING:
                return Word("sign", name.lower())
            return self.variables.get(name, Word("ref", name))
        for group in ("one", "two"):
            if match[group] is not None:
                return Word("text", match[group])
        if match["logic"] is not None:
            return Word("word", _LOGIC[match["logic"]])
        sort = next(group for group in ("number", "sign", "mark") if match[group] is not None)
        return Word(match[sort] if sort == "mark" else sort, match[sort])

    def question(self, block: Block, group: Grouper) -> None:
        """A question: one item, or several where it has rows of its own."""
        row = block.row
        kind, name, where = row["type/scale"], row["name"], f"question '{row['name']}'"
        report = self.builder.report
        mark = row.get("cssclass", "")
        if kind == "X":
            group.say(where, block.text("text"))
            return
        if f"{MARK}agree" in mark:
            group.agrees = row.get("mandatory", "") == "Y"
            return
        if any(plain(text, True) for text in block.text("help").values()):
            report.refuse(where, "its help has no counterpart.")
        if row.get("validation", ""):
            report.refuse(where, "its regular expression has no counterpart.")
        for column in (
            "em_validation_q",
            "em_validation_sq",
            "array_filter",
            "array_filter_exclude",
            "exclude_all_others",
        ):
            if row.get(column, ""):
                report.refuse(where, f"its '{column}' has no counterpart.")
        if row.get("other", "") == "Y":
            report.refuse(where, "the answer 'other' with words of one's own has no counterpart.")
        own = self.builder.condition(where, lambda: self.relevance(block))
        must = row.get("mandatory", "") == "Y"
        try:
            if any(re.search(r"\{\S[^{}]*\}", text) for text in block.text("text").values()):
                raise UnmappedError("its text shows what LimeSurvey computes ('{…}')")
            if kind in _ARRAYS:
                self.array(block, group, own, must)
            elif kind in ("K", "Q"):
                self.several(block, group, own, must)
            else:
                answers = self.answers(block)
                group.ask(name, block.text("text"), answers, own, must)
                self.remember(block, name)
        except UnmappedError as error:
            report.refuse(where, f"{error}.")

    def remember(self, block: Block, name: str) -> None:
        """How conditions further down call the item."""
        item = self.builder.names.given[name]
        self.variables[name] = Word("ref", item)
        if block.row["type/scale"] == "M":
            for row in block.below:
                self.variables[f"{name}_{row.row['name']}"] = Word("pick", item, code_of(row.row["name"]))

    def array(self, block: Block, group: Grouper, own: str | None, must: bool) -> None:
        """Each row of an array is an item in a table."""
        kind, name = block.row["type/scale"], block.row["name"]
        rows = [row for row in block.below if row.row["class"] == "SQ"]
        pairs = self.pairs(block, "A") if kind in ("F", "H") else self.fixed(kind)
        choices = self.builder.choices(pairs)
        likert = None if f"{MARK}choice" in block.row.get("cssclass", "") else self.builder.graded(choices)
        data = likert or {"type": "choice", "choices": choices}
        if any(plain(text, True) for text in block.text("text").values()):
            group.say(f"question '{name}'", block.text("text"))
        taken = self.builder.names.given
        for row in rows:
            item = row.row["name"] if row.row["name"] not in taken else f"{name}_{row.row['name']}"
            if any("|" in plain(text, True) for text in row.text("text").values()):
                self.builder.report.leave("the two ends of rows in arrays ('left|right')")
            try:
                group.ask(item, row.text("text"), (f"answers_{name}", data), own, must, table=name)
            except UnmappedError as error:
                self.builder.report.refuse(f"question '{name}', row '{row.row['name']}'", f"{error}.")
                continue
            self.variables[f"{name}_{row.row['name']}"] = Word("ref", self.builder.names.given[item])

    def several(self, block: Block, group: Grouper, own: str | None, must: bool) -> None:
        """Each row of several numbers or texts is an item; a single line of a slider is the question itself."""
        kind, name = block.row["type/scale"], block.row["name"]
        sliding = block.row.get("slider_layout", "") == "1"
        rows = [row for row in block.below if row.row["class"] == "SQ"]
        for row in rows:
            code = row.row["name"]
            alone = sliding and len(rows) == 1 and code == SLIDE
            separator = block.row.get("slider_separator", "") or "|"
            parts = {lang: plain(text, True).split(separator) for lang, text in row.text("text").items()}
            text = {
                lang: " ".join(filter(None, (said, parts.get(lang, [""])[0])))
                for lang, said in block.text("text").items()
            }
            item = name if alone else f"{name}_{code}"
            plain_text: tuple[str, dict[str, Any]] = ("text", {"type": "text"})
            data = self.number(block, sliding) if kind == "K" else plain_text
            ends = {lang: [part for part in words[1:] if part] for lang, words in parts.items()}
            if sliding and all(len(words) == 2 for words in ends.values()):
                sides = [self.builder.words({lang: ends[lang][at] for lang in ends}) or {} for at in (0, 1)]
                data[1]["labels"] = {lang: [side.get(lang, "") for side in sides] for lang in self.languages}
            group.ask(item, text, data, own, must)
            self.variables[f"{name}_{code}"] = Word("ref", self.builder.names.given[item])

    def number(self, block: Block, sliding: bool) -> tuple[str, dict[str, Any]]:
        """A number or a line."""
        row = block.row
        if any(block.text("prefix").values()):
            self.builder.report.refuse(f"question '{row['name']}'", "words before a number have no counterpart.")
        unit = self.builder.words(block.text("suffix"))
        more = {"unit": unit} if unit is not None else {}
        if sliding:
            low, high = self.limit(row, "slider_min", 0.0), self.limit(row, "slider_max", 100.0)
            return "slider", {"type": "slider", "min": low, "max": high, **more}
        limits = {"min": self.limit(row, "min_num_value_n"), "max": self.limit(row, "max_num_value_n")}
        data = {"type": "number", **{key: value for key, value in limits.items() if value is not None}, **more}
        return "number", {**data, "integer": True} if row.get("num_value_int_only", "") in _YES else data

    def limit(self, row: Row, column: str, default: float | None = None) -> float | None:
        """A limit that is a number; one that is computed is refused."""
        text = row.get(column, "").strip()
        if not text:
            return default
        try:
            return float(text)
        except ValueError:
            self.builder.report.refuse(f"question '{row['name']}'", f"its limit '{text}' is no number.")
            return default

    def fixed(self, kind: str) -> list[tuple[str, Words]]:
        """The answers that LimeSurvey knows by itself."""
        return [(code, dict.fromkeys(self.languages, label)) for code, label in _FIXED[kind]]

    def pairs(self, block: Block, sort: str) -> list[tuple[str, Words]]:
        """The codes and texts of answers, or of rows to tick."""
        return [(row.row["name"], row.text("text")) for row in block.below if row.row["class"] == sort]

    def answers(self, block: Block) -> tuple[str, dict[str, Any]]:
        """The name and the data of a question's format. Raises UnmappedError."""
        row, kind = block.row, block.row["type/scale"]
        wanted = f"answers_{row['name']}"
        if kind in ("L", "!", "5", "Y", "G"):
            choices = self.builder.choices(self.fixed(kind) if kind in _FIXED else self.pairs(block, "A"))
            likert = self.builder.graded(choices) if kind == "5" or f"{MARK}likert" in row.get("cssclass", "") else None
            return wanted, likert or {"type": "choice", "choices": choices}
        if kind == "M":
            return wanted, {"type": "multichoice", "choices": self.builder.choices(self.pairs(block, "SQ"))}
        if kind == "R":
            pairs = self.pairs(block, "A") or self.pairs(block, "SQ")
            return wanted, {"type": "rank", "choices": self.builder.choices(pairs)}
        if kind == "N":
            return self.number(block, False)
        if kind == "D":
            days = {"min": row.get("date_min", ""), "max": row.get("date_max", "")}
            return "date", {"type": "date", **{key: day for key, day in days.items() if day}}
        if kind in ("S", "T", "U"):
            data: dict[str, Any] = {"type": "text"}
            if row.get("maximum_chars", "").isdigit():
                data["max_length"] = int(row["maximum_chars"])
            if kind != "S":
                data["lines"] = int(row["display_rows"]) if row.get("display_rows", "").isdigit() else 5
            return "text", data
        raise UnmappedError(f"questions of type '{kind}' have no counterpart")
