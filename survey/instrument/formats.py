"""How items are answered: the formats of ``twofold/1``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from survey.instrument.frozen import Model, Table
from survey.instrument.words import Code, Day, LabelsOf, Text

OTHER_TEXT = "other_text"
"""The last part of the name of such words; no choice of the same item may be called so."""

Order = Literal["fixed", "random"]
"""Whether everybody meets things in the author's order, or each respondent in an order of their own."""


class Choice(Model):
    """One of the answers that can be picked."""

    label: Text
    """What the respondent reads."""
    score: float | None = None
    """The number that this answer counts as in scales; leave it out if it has none."""
    specify: bool = False
    """true: picking it opens a line for words of the respondent's own, kept as a text beside the code."""
    exclusive: bool = False
    """In a multichoice: true for 'none of these', which cannot stand beside another."""


Choices = Annotated[Table[Code, Choice], Field(min_length=1)]
"""Code of each choice to its label and score, in the order they are shown."""


class Likert(Model):
    """Agreement, frequency or another graded answer with a label for every step."""

    type: Literal["likert"]
    """The kind of answer."""
    from_: int = Field(1, alias="from")
    """The code of the first label; the others count on from it."""
    labels: LabelsOf
    """The labels from the first code to the last."""


class ChoiceFormat(Model):
    """One answer out of several."""

    type: Literal["choice"]
    """The kind of answer."""
    choices: Choices
    """Code of each choice to its label and score, in the order they are shown."""
    order: Order = "fixed"
    """random: each respondent gets the choices in an order of their own, which is recorded."""


class MultiChoice(Model):
    """Any number of answers out of several."""

    type: Literal["multichoice"]
    """The kind of answer."""
    choices: Choices
    """Code of each choice to its label, in the order they are shown."""
    order: Order = "fixed"
    """random: each respondent gets the choices in an order of their own, which is recorded."""


class Number(Model):
    """A number that the respondent types."""

    type: Literal["number"]
    """The kind of answer."""
    min: float | None = None
    """The smallest number accepted."""
    max: float | None = None
    """The largest number accepted."""
    unit: Text | None = None
    """What the number counts, shown beside it."""
    integer: bool = False
    """true: whole numbers only."""


class Slider(Model):
    """A point on a line."""

    type: Literal["slider"]
    """The kind of answer."""
    min: float
    """The number at the left end."""
    max: float
    """The number at the right end."""
    labels: LabelsOf | None = None
    """The words at the ends (two), or at equal distances."""
    unit: Text | None = None
    """What the number counts, shown beside it."""


class Date(Model):
    """A day."""

    type: Literal["date"]
    """The kind of answer."""
    min: Day | None = None
    """The earliest day accepted, as 'YYYY-MM-DD'."""
    max: Day | None = None
    """The latest day accepted, as 'YYYY-MM-DD'."""


class FreeText(Model):
    """Words that the respondent types."""

    type: Literal["text"]
    """The kind of answer."""
    max_length: int | None = Field(None, ge=1, le=100_000)
    """The most characters accepted."""
    lines: int = Field(1, ge=1, le=50)
    """How many lines the field shows."""


class Rank(Model):
    """Several things put in order."""

    type: Literal["rank"]
    """The kind of answer."""
    choices: Choices
    """Code of each thing to its label, in the order they are shown at first."""
    order: Order = "fixed"
    """random: each respondent finds the things in an order of their own, which is recorded."""


Format = Annotated[
    Likert | ChoiceFormat | MultiChoice | Number | Slider | Date | FreeText | Rank, Field(discriminator="type")
]
"""How an item is answered."""


def specified(fmt: Format) -> str | None:
    """The code of the choice that opens a line for the respondent's own words, if the format has one."""
    if not isinstance(fmt, ChoiceFormat | MultiChoice):
        return None
    return next((code for code, choice in fmt.choices.items() if choice.specify), None)


def other_text(item: str) -> str:
    """What the words of an item's own answer are called, in the log and in data.

    >>> other_text("gender")
    'gender.other_text'
    """
    return f"{item}.{OTHER_TEXT}"
