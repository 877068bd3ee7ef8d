"""Where the questionnaire closes early: a respondent who is screened out, or for whom a quota is full.

Both are folds of the log. Whether a quota is full is decided once, in the transaction that saves the deciding page, and
kept beside that page's answers under ``quota.NAME``: 'in', 'over' or 'none'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from survey.answers import Answers
from survey.instrument.expressions import Expression, parse
from survey.instrument.model import Instrument, Page, Text
from survey.instrument.once import once

Standing = Literal["open", "declined", "screened_out", "over_quota", "completed"]
"""Where a respondent stands: on the way (or gone), without consent, closed early, or through."""

STANDINGS: tuple[Standing, ...] = ("open", "declined", "screened_out", "over_quota", "completed")
ENDED: frozenset[Standing] = frozenset({"declined", "screened_out", "over_quota"})
"""Of these, who is asked nothing further, in no later wave either."""


@dataclass(frozen=True)
class Closing:
    """An early end: why, and the words of the author for it."""

    kind: Literal["screened_out", "over_quota"]
    title: Text | None
    text: Text


def closing_at(
    instrument: Instrument, page: Page, names: Iterable[str], kept: Answers, answers: Answers
) -> Closing | None:
    """The early end right after a page, or None. names: the answers of the page. kept: those on shown pages so far."""
    out = page.screen_out
    if out is not None and any(name in answers for name in names) and expression(out.when).holds(kept):
        return Closing("screened_out", out.title, out.text)
    for name, quota in instrument.quotas.items():
        if answers.get(mark(name)) == "over" and expression(quota.when).holds(kept):
            return Closing("over_quota", quota.title, quota.text)
    return None


@once
def closes_early(instrument: Instrument) -> bool:
    """Whether an instrument can end early for somebody."""
    return bool(instrument.quotas) or any(page.screen_out is not None for page in instrument.pages)


def mark(quota: str) -> str:
    """The name under which the log keeps what was decided on a quota.

    >>> mark("women")
    'quota.women'
    """
    return f"quota.{quota}"


def deciding(instrument: Instrument) -> set[str]:
    """The names of the answers on which an early end depends."""
    conditions = [page.screen_out.when for page in instrument.pages if page.screen_out is not None]
    conditions += [quota.when for quota in instrument.quotas.values()]
    return {name for text in conditions for name in expression(text).names} | {mark(name) for name in instrument.quotas}


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """A condition, parsed once."""
    return parse(text)
