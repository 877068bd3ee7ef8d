"""Codes, labels, ranges and scores of answer formats: one place that knows what an answer's number means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.instrument.model import (
    ChoiceFormat,
    Format,
    Likert,
    MultiChoice,
    Number,
    Rank,
    Slider,
    Text,
    say,
)


def in_language(text: Text | None, language: str) -> str:
    """A text in ``language``, else in the first language it has, else ''."""
    return say(text, language, tuple(text)) if isinstance(text, Mapping) else say(text, language, ())


def labels_in(labels: Sequence[str] | Mapping[str, Sequence[str]] | None, language: str) -> tuple[str, ...]:
    """Labels in ``language``, else in the first language they have; () where there are none."""
    if labels is None:
        return ()
    if isinstance(labels, Mapping):
        return tuple(labels.get(language) or next(iter(labels.values()), ()))
    return tuple(labels)


def codes(fmt: Format) -> tuple[int | str, ...]:
    """The codes that an answer can have, in order: whole numbers of a Likert format, codes of choices, else ()."""
    if isinstance(fmt, Likert):
        return tuple(range(fmt.from_, fmt.from_ + len(labels_in(fmt.labels, ""))))
    if isinstance(fmt, ChoiceFormat | MultiChoice | Rank):
        return tuple(fmt.choices)
    return ()


def label(fmt: Format, code: float | str, language: str = "en") -> str:
    """What a respondent read for a code; the code itself where the format has no label for it."""
    if isinstance(fmt, Likert) and not isinstance(code, str):
        known = labels_in(fmt.labels, language)
        at = int(code) - fmt.from_
        if code == int(code) and 0 <= at < len(known):
            return known[at]
    if isinstance(fmt, ChoiceFormat | MultiChoice | Rank) and str(code) in fmt.choices:
        return in_language(fmt.choices[str(code)].label, language)
    return f"{code:g}" if isinstance(code, int | float) else code


def labels(fmt: Format, language: str = "en") -> dict[int | str, str]:
    """Code to label, in order; {} for formats without codes."""
    return {code: label(fmt, code, language) for code in codes(fmt)}


def range_of(fmt: Format) -> tuple[float, float] | None:
    """The declared range, over which an item is reversed: Likert codes, min and max, or the span of scores."""
    if isinstance(fmt, Likert):
        known = codes(fmt)
        return float(known[0]), float(known[-1])
    if isinstance(fmt, Number | Slider):
        return None if fmt.min is None or fmt.max is None else (float(fmt.min), float(fmt.max))
    if isinstance(fmt, ChoiceFormat):
        scores = [choice.score for choice in fmt.choices.values() if choice.score is not None]
        return (min(scores), max(scores)) if scores and len(scores) == len(fmt.choices) else None
    return None


def is_numeric(fmt: Format) -> bool:
    """Whether answers count as numbers: likert, number, slider, and choice with a score on every choice."""
    if isinstance(fmt, ChoiceFormat):
        return all(choice.score is not None for choice in fmt.choices.values())
    return isinstance(fmt, Likert | Number | Slider)


def score_of(fmt: Format, value: float | str) -> float | None:
    """The number that an answer counts as: itself, or the score of its choice; None where it has none."""
    if isinstance(fmt, ChoiceFormat):
        choice = fmt.choices.get(str(value))
        return None if choice is None else choice.score
    return float(value) if isinstance(fmt, Likert | Number | Slider) else None


def is_integer(fmt: Format) -> bool:
    """Whether only whole numbers can be answered."""
    return isinstance(fmt, Likert) or (isinstance(fmt, Number) and fmt.integer)
