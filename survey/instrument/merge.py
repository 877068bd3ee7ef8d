"""Whether two formats mean the same by the same answer, and the one format that holds the answers of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from survey.instrument.labels import codes, labels_in
from survey.instrument.model import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider


def together(before: Format, after: Format, *, reversed_: bool = False) -> Format | None:
    """One format for answers to an item that was asked first by ``before`` and then by ``after``; None: recoded.

    An answer must mean the same under both: the same type, the same codes of a graded answer, the same score of a
    choice, the same unit. Words may differ (the later ones are kept); choices may come and go (all are kept); bounds
    may move (the wider ones are kept), but not of an item that is ``reversed_``, for its bounds are part of its score.
    """
    if before == after:
        return after
    if isinstance(before, Likert) and isinstance(after, Likert):
        return after if codes(before) == codes(after) and not _turned(before, after) else None
    if isinstance(before, ChoiceFormat | MultiChoice) and isinstance(after, type(before)):
        return _choices(before, after, reversed_)
    if isinstance(before, Rank) and isinstance(after, Rank):
        return after if before.choices.keys() == after.choices.keys() else None
    if isinstance(before, Number | Slider) and isinstance(after, type(before)):
        same = (before.min, before.max) == (after.min, after.max)
        if before.unit != after.unit or (reversed_ and not same):
            return None
        return _with(before, after, **_bounds(before, after))
    if isinstance(before, Date) and isinstance(after, Date):
        return _with(before, after, **_bounds(before, after))
    if isinstance(before, FreeText) and isinstance(after, FreeText):
        longest = _widest(max, before.max_length, after.max_length)
        return _with(before, after, max_length=longest, lines=max(before.lines, after.lines))
    return None


def _turned(before: Likert, after: Likert) -> bool:
    """Whether the same labels stand in another order, so that the same code means another answer."""
    languages = {**before.labels} if isinstance(before.labels, Mapping) else {"": ()}
    for language in languages:
        was, now = labels_in(before.labels, language), labels_in(after.labels, language)
        if was != now and sorted(was) == sorted(now):
            return True
    return False


def _choices(before: ChoiceFormat | MultiChoice, after: ChoiceFormat | MultiChoice, reversed_: bool) -> Format | None:
    shared = before.choices.keys() & after.choices.keys()
    if any(before.choices[code].score != after.choices[code].score for code in shared):
        return None
    if reversed_ and before.choices.keys() != after.choices.keys():
        return None
    every = {**after.choices, **{code: choice for code, choice in before.choices.items() if code not in shared}}
    return _with(before, after, choices=every)


def _bounds(before: Any, after: Any) -> dict[str, Any]:
    wider = {"min": _widest(min, before.min, after.min), "max": _widest(max, before.max, after.max)}
    return {**wider, "integer": before.integer and after.integer} if isinstance(after, Number) else wider


def _widest(pick: Any, one: Any, other: Any) -> Any:
    """The wider of two bounds; none at all is the widest."""
    return None if one is None or other is None else pick(one, other)


def _with(before: Format, after: Format, **changes: Any) -> Any:
    """``after`` with these changes, and with what only ``before`` offered (such as an 'other' choice)."""
    kept = {
        name: getattr(before, name)
        for name in type(after).model_fields
        if name not in changes and not getattr(after, name) and getattr(before, name)
    }
    return after.model_copy(update={**kept, **changes})


def span(fmt: Format) -> str:
    """The answers that a format allows, in a few words: '1 to 5', 'yes, no', '0 to 200'."""
    known = codes(fmt)
    if isinstance(fmt, Likert):
        return f"{known[0]} to {known[-1]}"
    if known:
        return _listed([f"'{code}'" for code in known])
    if isinstance(fmt, Number | Slider | Date):
        low, high = (f"{end:g}" if isinstance(end, float) else end for end in (fmt.min, fmt.max))
        said = {(True, True): "any", (True, False): f"up to {high}", (False, True): f"{low} or more"}
        return said.get((low is None, high is None), f"{low} to {high}")
    return "words"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:6]) + (", …" if len(every) > 6 else "")
