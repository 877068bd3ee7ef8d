"""The instrument: what is asked, as frozen types (the file format ``twofold/1``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = str | dict[str, str]
"""A text: one string, or a map of language to string."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
"""What items, scales, formats and pages are called in files, data and results."""


class Model(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Choice(Model):
    label: Text
    score: float | None = None


class Likert(Model):
    type: Literal["likert"]
    from_: int = Field(1, alias="from")
    labels: list[str] | dict[str, list[str]]


class ChoiceFormat(Model):
    type: Literal["choice"]
    choices: dict[str, Choice]


class MultiChoice(Model):
    type: Literal["multichoice"]
    choices: dict[str, Choice]


class Number(Model):
    type: Literal["number"]
    min: float | None = None
    max: float | None = None
    unit: Text | None = None
    integer: bool = False


class Slider(Model):
    type: Literal["slider"]
    min: float
    max: float
    labels: list[str] | dict[str, list[str]] | None = None
    unit: Text | None = None


class Date(Model):
    type: Literal["date"]
    min: str | None = None
    max: str | None = None


class FreeText(Model):
    type: Literal["text"]
    max_length: int | None = None
    lines: int = 1


class Rank(Model):
    type: Literal["rank"]
    choices: dict[str, Choice]


Format = Annotated[Likert | ChoiceFormat | MultiChoice | Number | Slider | Date | FreeText | Rank, Field(discriminator="type")]


class Item(Model):
    text: Text | None = None
    format: str


class Scale(Model):
    label: Text
    items: list[str]
    """Item ids; a leading minus reverses the item over its format's declared range."""
    score: Literal["mean", "sum"] = "mean"
    min_answered: float = Field(1.0, ge=0, le=1)
    formative: bool = False


class Generator(Model):
    text: Text
    support: str | None = None
    max: int = 5


class Between(Model):
    text: Text
    levels: list[str] | dict[str, list[str]]
    tied_from: int = 1


class Network(Model):
    generators: dict[str, Generator]
    interpreters: list[str]
    interpret_at_most: int = 5
    between: Between | None = None
    weak: str | None = None
    strong: str | None = None


class Check(Model):
    item: str
    pass_: float | str = Field(alias="pass")


class FieldOf(Model):
    """A declared column that no item asks for."""

    type: Literal["id", "group", "wave", "dyad", "time", "number", "category", "text", "weight"]
    missing: dict[str, str] = {}
    label: Text | None = None


class Page(Model):
    id: Identifier
    type: Literal["questions", "consent", "feedback", "text"] = "questions"
    title: Text | None = None
    text: Text | None = None
    intro: Text | None = None
    items: list[str] = []
    network: str | None = None
    layout: Literal["list", "matrix"] = "list"
    order: Literal["fixed", "random"] = "fixed"
    require: Literal["none", "soft", "hard"] = "none"
    required: bool = False
    show_if: str | None = None


class Instrument(Model):
    """A questionnaire and the key to its scores; see ``survey.instrument.load`` for how it is read and checked."""

    format: Literal["twofold/1"]
    id: str
    version: str
    title: Text | None = None
    languages: list[str] = ["en"]
    licence: str | None = None
    note: Text | None = None
    formats: dict[Identifier, Format]
    items: dict[Identifier, Item]
    scales: dict[Identifier, Scale]
    fields: dict[Identifier, FieldOf] = {}
    networks: dict[Identifier, Network] = {}
    checks: dict[Identifier, Check] = {}
    pages: list[Page] = []

    def format_of(self, item: str) -> Format:
        """The answer format of an item."""
        return self.formats[self.items[item].format]


def say(text: Text | None, language: str, languages: list[str]) -> str:
    """A text in ``language``, else in the instrument's first language, else ''."""
    if text is None or isinstance(text, str):
        return text or ""
    fallback: Mapping[str, str] = text
    return fallback.get(language) or fallback.get(languages[0]) or ""
