"""One answer: its types, what a format allows, and how it is written down."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from survey.dataset.missing import Missing
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider

Answer = float | str | tuple[str, ...] | Missing
"""Likert, number, slider: float. Choice: code. Date: ISO 8601. Text: str. Multichoice, rank: tuple of codes."""

Answers = Mapping[str, Answer]

DECLINED = "!"
"""In what a form sends: the key, which no choice can have, under which an answer is declined."""

OFFERED = (Missing.REFUSED, Missing.DOES_NOT_APPLY)
"""The types of missing that an instrument can offer to respondents."""

LONGEST_TEXT = 20_000
"""Characters that a free text keeps where its format sets no bound, so that nobody can fill the disc with one page."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class ItemProblem:
    """What is wrong with the answer to one item.

    kind: 'required' (must be answered), 'asked' (may be left out after being asked once) or 'invalid'.
    message_key: what the renderer says, in the respondent's language; params: what goes into the sentence.
    """

    item: str
    kind: Literal["required", "asked", "invalid"]
    message_key: str
    params: Mapping[str, str | float] = field(default_factory=dict)


class NotAllowed(Exception):  # noqa: N818 - control flow inside this module and flow
    """A raw value that the format does not allow."""

    def __init__(self, message_key: str, **params: str | float) -> None:
        self.message_key = message_key
        self.params = params
        super().__init__(message_key)


def declined(raw: object) -> Missing | None:
    """The typed missing answer that a form sends in place of a value; None where it is none.

    ``{"!": "refused"}``, or ``"!refused"`` where the answer is one of several codes. Of the types of missing only these
    two are ever a respondent's own choice.
    """
    if isinstance(raw, str):
        name: object = raw.removeprefix(DECLINED) if raw.startswith(DECLINED) else None
    else:
        name = raw[DECLINED] if isinstance(raw, Mapping) and set(raw) == {DECLINED} else None
    return next((kind for kind in OFFERED if kind.value == name), None)


def unanswered(answer: object) -> bool:
    """Whether there is no answer: absent, or missing for whatever reason."""
    return answer is None or isinstance(answer, Missing)


def read_answer(fmt: Format, raw: object) -> Answer:
    """The answer in a raw value of a form; nothing given is ``Missing.SKIPPED``.

    A list without a tick is nothing given: whoever wants 'none of these' told apart offers it as a choice. A choice
    that excludes the others stands alone. A ranking that leaves something out is not given.
    Raises NotAllowed where the format does not allow the value.
    """
    if isinstance(raw, Missing):
        return raw
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or (isinstance(raw, str | list | tuple | set | frozenset) and not raw):
        return Missing.SKIPPED
    match fmt:
        case Likert():
            value = _number(raw)
            if value not in codes(fmt):
                raise NotAllowed("unknown_choice", value=str(raw))
            return value
        case Number() | Slider():
            return _in_range(fmt, _number(raw))
        case ChoiceFormat():
            return _code(fmt.choices, raw)
        case MultiChoice():
            ticked = {_code(fmt.choices, code) for code in _several(raw)}
            given = tuple(code for code in fmt.choices if code in ticked)
            alone = tuple(code for code in given if fmt.choices[code].exclusive)
            return alone[:1] or given
        case Rank():
            order = tuple(_code(fmt.choices, code) for code in _several(raw))
            if len(set(order)) != len(order):
                raise NotAllowed("rank_twice")
            return order if len(order) == len(fmt.choices) else Missing.SKIPPED
        case Date():
            return _date(fmt, raw)
        case FreeText():
            return _text(fmt, raw)


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise NotAllowed("not_a_number", value=str(raw))
    if isinstance(raw, str):
        text = raw.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("\u2212", "-")
        # '1,000' may be a thousand or one: to guess would be to falsify.
        if not _NUMBER.fullmatch(text) or _GROUPED.fullmatch(text):
            raise NotAllowed("not_a_number", value=raw[:40])
        raw = text.replace(",", ".")
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise NotAllowed("not_a_number", value=str(raw)[:40])
    return value + 0.0  # turns -0.0 into 0.0


def _in_range(fmt: Number | Slider, value: float) -> float:
    if isinstance(fmt, Number) and fmt.integer and value != math.floor(value):
        raise NotAllowed("not_whole", value=value)
    if fmt.min is not None and value < fmt.min:
        raise NotAllowed("too_small", value=value, min=fmt.min)
    if fmt.max is not None and value > fmt.max:
        raise NotAllowed("too_large", value=value, max=fmt.max)
    return value


def _code(choices: Mapping[str, object], raw: object) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise NotAllowed("unknown_choice", value=str(raw)[:40])
    return raw


def _several(raw: object) -> Iterable[object]:
    if isinstance(raw, str):
        return (raw,)
    if not isinstance(raw, list | tuple | set | frozenset):
        raise NotAllowed("unknown_choice", value=str(raw)[:40])
    return raw


def _date(fmt: Date, raw: object) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError:
        raise NotAllowed("not_a_date", value=str(raw)[:40]) from None
    text = day.isoformat()[:10]
    if fmt.min is not None and text < fmt.min:
        raise NotAllowed("too_early", value=text, min=fmt.min)
    if fmt.max is not None and text > fmt.max:
        raise NotAllowed("too_late", value=text, max=fmt.max)
    return text


def _text(fmt: FreeText, raw: object) -> Answer:
    text = _CONTROL.sub("", str(raw).replace("\r\n", "\n").replace("\r", "\n")).strip()
    longest = fmt.max_length or LONGEST_TEXT
    if len(text) > longest:
        raise NotAllowed("too_long", length=len(text), max=longest)
    return text or Missing.SKIPPED


def to_json(answers: Answers) -> str:
    """Answers as the log keeps them: canonical (sorted, ASCII), whole numbers as integers, missing as an object."""
    return json.dumps({name: _plain(answer) for name, answer in answers.items()}, sort_keys=True, separators=(",", ":"))


def _plain(answer: Answer) -> object:
    if isinstance(answer, Missing):
        return {"missing": answer.value}
    if isinstance(answer, float) and answer.is_integer() and abs(answer) < 2**53:
        return int(answer)
    return list(answer) if isinstance(answer, tuple) else answer


_DECODER = json.JSONDecoder(parse_int=float)


def from_json(text: str) -> dict[str, Answer]:
    """The inverse of ``to_json``."""
    # Most values are what they should be already: a study has millions.
    return {
        name: value if value.__class__ is float or value.__class__ is str else _typed(value)
        for name, value in _DECODER.decode(text).items()
    }


def _typed(value: object) -> Answer:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return Missing(value["missing"])
    raise ValueError(f"not an answer: {value!r}")
