"""In an employer's study: results by groups of too few people are not given, and neither are those of too few."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

from analysis.comparison.result import Comparison
from analysis.invariance import Invariance
from analysis.result import NotApplicable

R = TypeVar("R")


def withheld(result: R, smallest: int) -> R | NotApplicable:
    """A result or, where it tells apart a group of fewer than ``smallest`` people, why it is not given.

    smallest: of ``Dataset.smallest_group``; 0 gives every result as it is.

    >>> withheld("anything", 0)
    'anything'
    """
    if not smallest:
        return result
    if isinstance(result, Comparison):
        few = [one.level for one in result.groups if ceil(one.n) < smallest]
        return NotApplicable(result.kind, result.outcome, reason(smallest)) if few else result
    if isinstance(result, Invariance) and not result.waves and any(0 < size < smallest for size in result.sizes):
        return NotApplicable(result.kind, result.group, reason(smallest))
    if isinstance(result, NotApplicable) and result.kind == "invariance" and " in group " in result.reason:
        return NotApplicable(result.kind, result.target, reason(smallest))  # what a group never answered is told there
    return result


def all_withheld(results: Sequence[R], smallest: int) -> tuple[R | NotApplicable, ...]:
    """Each of several results."""
    return tuple(withheld(one, smallest) for one in results)


def too_few(chosen: int, everybody: int, smallest: int) -> str:
    """Why an analysis of so many of all people is not given; '' where it may be.

    >>> too_few(3, 100, 5) == too_few(97, 100, 5) == reason(5), too_few(95, 100, 5), too_few(0, 100, 5)
    (True, '', '')
    """
    return reason(smallest) if 0 < chosen < smallest or 0 < everybody - chosen < smallest else ""


def reason(smallest: int) -> str:
    """Why a result is not given."""
    return f"this study gives no result that tells fewer than {smallest} people apart from the others"
