"""The instrument: what is asked, as frozen types (the file format ``twofold/1``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from survey.files.shapes import Said
from survey.instrument.formats import Choice as Choice
from survey.instrument.formats import ChoiceFormat as ChoiceFormat
from survey.instrument.formats import Choices as Choices
from survey.instrument.formats import Date as Date
from survey.instrument.formats import Format as Format
from survey.instrument.formats import FreeText as FreeText
from survey.instrument.formats import Likert as Likert
from survey.instrument.formats import MultiChoice as MultiChoice
from survey.instrument.formats import Number as Number
from survey.instrument.formats import Order as Order
from survey.instrument.formats import Rank as Rank
from survey.instrument.formats import Slider as Slider
from survey.instrument.frozen import Model, Row, Table
from survey.instrument.private import CodePart, Nominate
from survey.instrument.result import Kind as Kind
from survey.instrument.result import Result as Result
from survey.instrument.words import Code as Code
from survey.instrument.words import Day as Day
from survey.instrument.words import Identifier as Identifier
from survey.instrument.words import Label as Label
from survey.instrument.words import Labels as Labels
from survey.instrument.words import LabelsOf as LabelsOf
from survey.instrument.words import Language as Language
from survey.instrument.words import Text as Text
from survey.instrument.words import Version as Version
from survey.instrument.words import Words as Words

Keyed = Annotated[
    str,
    Field(pattern=r"^-?[A-Za-z][A-Za-z0-9_]*$"),
    Said("the name of an item, with a minus before it if it is reversed"),
]
"""An item of a scale, with a minus before it if it is reversed."""


class Item(Model):
    """A question or statement."""

    text: Text | None = None
    """What the respondent reads; may be left out for data collected elsewhere."""
    format: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$"), Said("the name of a format")]
    """The format by which it is answered, one of 'formats'."""
    refusable: bool = False
    """true: 'I prefer not to answer' is offered, and kept as a refusal."""
    does_not_apply: bool = False
    """true: 'Does not apply to me' is offered, and kept as such."""


class Scale(Model):
    """Items that are scored together."""

    label: Text
    """The scale's name in tables and figures."""
    items: Annotated[tuple[Keyed, ...], Field(strict=False, min_length=1)]
    """Item ids; a leading minus reverses the item over its format's declared range."""
    score: Literal["mean", "sum"] = "mean"
    """mean: the average of the answered items; sum: that average times the number of items."""
    min_answered: float = Field(1.0, ge=0, le=1)
    """The share of items that must be answered, else the score is missing."""
    formative: bool = False
    """true: an index of different things, for which reliability means nothing."""
    versions: Row[Version] = ()
    """Only respondents to these versions of the instrument are scored; exports of a study that changed write it."""


class Generator(Model):
    """A question that asks for names."""

    text: Text
    """What the respondent reads."""
    support: Label | None = None
    """The kind of support that it asks about, in one word."""
    max: int = Field(5, ge=1, le=50)
    """The most names accepted."""


class Between(Model):
    """The question whether two of the people named know each other."""

    text: Text
    """What the respondent reads."""
    levels: LabelsOf
    """The answers, from none to strongest; their codes count from 0."""
    tied_from: int = Field(1, ge=0)
    """The code from which the two count as tied."""


class Network(Model):
    """The people around a respondent: who they are, what they are like, who knows whom."""

    generators: Annotated[Table[Identifier, Generator], Field(min_length=1)]
    """The questions that ask for names, in the order they are asked."""
    interpreters: Row[str]
    """Items asked about each person."""
    interpret_by: Literal["person", "question"] = "person"
    """person: all questions about one person, then the next; question: one question about everybody, then the next."""
    interpret_at_most: int = Field(5, ge=1, le=50)
    """How many people the interpreters are asked about; above that a sample is drawn."""
    between: Between | None = None
    """The question whether two people know each other."""
    weak: str | None = None
    """A condition over interpreters: which ties are weak."""
    strong: str | None = None
    """A condition over interpreters: which ties are strong."""
    closeness: str | None = None
    """The interpreter that says how close the person is: a number."""
    context: str | None = None
    """The interpreter that says where the person is known from: one of several choices."""
    inside: str | None = None
    """A condition over interpreters: which ties are inside the respondent's own department."""
    given: Row[str] = ()
    """Interpreters that say what the respondent gave: numbers, 0 for nothing."""
    received: Row[str] = ()
    """Interpreters that say what the respondent received: numbers, 0 for nothing."""


class Check(Model):
    """An item by which careless answering shows."""

    item: str
    """The item that is checked."""
    pass_: float | str = Field(alias="pass")
    """The only answer that passes: a number, or a choice's code."""


MissingKind = Literal["not_shown", "not_reached", "skipped", "refused", "does_not_apply"]


class FieldOf(Model):
    """A declared column that no item asks for."""

    type: Literal["id", "group", "wave", "dyad", "time", "number", "category", "text", "weight"]
    """What the column holds."""
    missing: Table[str, MissingKind] = Field({}, validate_default=True)
    """Codes that stand for a missing value, and why it is missing."""
    label: Text | None = None
    """The column's name in tables and figures."""


class Source(Model):
    """Whose wording is used: who published it, who owns it, and whether the owner must allow its use."""

    citation: Words
    """Where it was published, as a reference list has it."""
    owner: Label
    """Who owns the wording."""
    permission: Literal["needed", "free"] = "needed"
    """needed: publishing a study asks to confirm the owner's permission; free: the owner asks for none."""
    note: Words | None = None
    """What the researcher should know of the owner's terms."""


class ScreenOut(Model):
    """For whom the questionnaire ends after a page, and the words that they read."""

    when: str
    """A condition over items of this page and earlier ones; where it holds, the questionnaire ends."""
    title: Text | None = None
    """The heading of the closing page."""
    text: Text
    """The words of the closing page."""


class Quota(Model):
    """How many respondents of a kind the study takes."""

    when: str
    """A condition over items: whom the quota counts."""
    max: int = Field(ge=1)
    """The most that it takes; for whoever comes later the questionnaire ends."""
    title: Text | None = None
    """The heading of the closing page."""
    text: Text
    """The words of the closing page."""


class Page(Model):
    """One screen of the survey."""

    id: Identifier
    """The page's name in the log of submissions."""
    type: Literal["questions", "consent", "feedback", "text", "code", "nomination"] = "questions"
    """questions, consent (the first page), text (only words), feedback (the last page), code (a self-made code) or
    nomination (whom the respondent names for the study)."""
    title: Text | None = None
    """The heading."""
    text: Text | None = None
    """The words of a consent, text or feedback page."""
    intro: Text | None = None
    """Words above the items."""
    items: Row[str] = ()
    """The items asked, in order."""
    network: str | None = None
    """The network asked about on this page, one of 'networks'."""
    layout: Literal["list", "matrix"] = "list"
    """matrix: items that share one format stand in one grid."""
    order: Order = "fixed"
    """random: each respondent gets the items in an order of their own, which is recorded."""
    require: Literal["none", "soft", "hard"] = "none"
    """soft: ask once for what was left out; hard: go on only when all is answered."""
    refusable: bool = False
    """true: every item of the page offers 'I prefer not to answer'."""
    does_not_apply: bool = False
    """true: every item of the page offers 'Does not apply to me'."""
    required: bool = False
    """On a consent page: true lets nobody go on who does not agree."""
    show_if: str | None = None
    """A condition over items of earlier pages; the page is shown only where it holds."""
    screen_out: ScreenOut | None = None
    """For whom the questionnaire ends once this page is sent."""
    result: Result | None = None
    """On a feedback page: what respondents see of their own answers."""
    code: Row[CodePart] = ()
    """On a code page: what the code is made of."""
    nominate: Nominate | None = None
    """On a nomination page: whom, and when they are invited."""


Block = Annotated[tuple[str, ...], Field(strict=False, min_length=2)]
"""Names of pages that follow each other."""


class Instrument(Model):
    """A questionnaire and the key to its scores; see ``survey.instrument.load`` for how it is read and checked."""

    format: Literal["twofold/1"]
    """The version of this grammar."""
    id: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64),
        Said("a name of letters, digits, '-' and '_'"),
    ]
    """The instrument's name: letters, digits, '-' and '_'."""
    version: Version
    """The instrument's version, such as 1.0.0."""
    title: Text | None = None
    """What people read as the study's name."""
    languages: Annotated[tuple[Language, ...], Field(strict=False, min_length=1)] = ("en",)
    """The languages that every text comes in; the first is used where one is lacking."""
    licence: Label | None = None
    """The licence of the texts, such as CC0-1.0."""
    note: Text | None = None
    """What a researcher should know before using it."""
    sources: Table[Identifier, Source] = Field({}, validate_default=True)
    """Wordings of others that are used, with their owners."""
    formats: Table[Identifier, Format]
    """How items are answered."""
    items: Table[Identifier, Item]
    """What is asked."""
    scales: Table[Identifier, Scale]
    """Which items are scored together; may be empty: {}."""
    fields: Table[Identifier, FieldOf] = Field({}, validate_default=True)
    """Other columns of the data: teams, waves, weights."""
    networks: Table[Identifier, Network] = Field({}, validate_default=True)
    """The people around a respondent."""
    checks: Table[Identifier, Check] = Field({}, validate_default=True)
    """Items by which careless answering shows."""
    pages: Row[Page] = ()
    """The screens of the survey, in order; left out for data collected elsewhere."""
    shuffle: Row[Block] = ()
    """Blocks of pages that follow each other; each respondent meets those of a block in an order of their own."""
    quotas: Table[Identifier, Quota] = Field({}, validate_default=True)
    """How many respondents of a kind the study takes; whoever comes later is told so and goes no further."""

    def format_of(self, item: str) -> Format:
        """The answer format of an item."""
        return self.formats[self.items[item].format]


def say(text: Text | None, language: str, languages: Sequence[str]) -> str:
    """A text in ``language``, else in the instrument's first language, else ''."""
    if text is None or isinstance(text, str):
        return text or ""
    fallback: Mapping[str, str] = text
    return fallback.get(language) or fallback.get(languages[0]) or ""
