"""What a feedback page shows respondents of their own answers: the key ``result`` of a page, as frozen types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from survey.instrument.frozen import Model, Row
from survey.instrument.words import Label, Text, WaveCode


class Wanted(Model):
    """One entry of a checklist: whom one may have, and what to do about it where one has not."""

    item: str
    """An item answered with a choice that has scores, or a number with a range: its highest score counts as having."""
    advice: Text
    """What the respondent might do; shown where they do not have it."""


class Kind(Model):
    """One kind of support."""

    label: Text
    """What it is called to respondents."""
    text: Text | None = None
    """What it is, in a sentence or two."""
    support: Label | None = None
    """The 'support' of the questions for names that ask about it; who was named there gives it."""
    scale: str | None = None
    """The scale that says how much of it the respondent has."""
    checklist: Row[Wanted] = ()
    """Whom one may have for it."""


class Result(Model):
    """The respondent's own result, and when they see it."""

    show: Literal["at_once", "after_last_wave", "random_half"] = "at_once"
    """at_once; after_last_wave: once the study is closed; random_half: at once to half of all, recorded in the data."""
    last_wave: WaveCode | None = None
    """With after_last_wave: who is invited with this value in the field of type wave sees it at once."""
    network: str | None = None
    """The network that is drawn."""
    kinds: Annotated[tuple[Kind, ...], Field(strict=False, min_length=1, max_length=2)]
    """The kinds of support, one or two."""
    compare: bool = True
    """true: their own place among the others is shown as soon as 10 others have completed."""
    help: Text | None = None
    """Whom to turn to, such as a help line: shown to everybody who sees the result, whatever they answered."""
