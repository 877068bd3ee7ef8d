"""Invariance of ordered answers: answers as ranks, and the sequence of models by weighted least squares (WLSMV)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cfa.fit import Change, Fit
from analysis.cfa.model import Equal, Model
from analysis.cfa.point import Point
from analysis.cfa.polychorics import Polychorics, polychorics
from analysis.cfa.solve import NotFitted
from analysis.cfa.thresholds import Ordered, solve_ordered, with_thresholds
from analysis.cfa.weighted import Solved, fit_of_weighted, target_of, weighted_change
from analysis.invariance.steps import Steps, stepped
from analysis.moments import Floats
from analysis.polychoric import MOST_CATEGORIES

SAME = (
    "items with two answers have no residual variance that could be told from their loadings and thresholds, so that "
    "the scalar step holds equal all that there is"
)
FEWEST = 3
MOST_NAMED = 3
"""Answers that nobody gave, named in one reason."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of each occasion, (n, items), as ranks from 0; counts: thresholds of each item; joined: in words, each
    answer that was joined with its neighbour."""

    occasions: tuple[Floats, ...]
    counts: tuple[int, ...]
    joined: tuple[str, ...]


def ranked(
    occasions: Sequence[Floats], items: Sequence[str], labels: Sequence[str], what: str, collapse: bool
) -> Answers | str:
    """Answers of each group or wave as ranks of what anybody answered; a reason in words where there are none.

    occasions: complete rows (n, items) of each. what: 'group' or 'wave'. collapse: whether an answer that nobody gave
    in some occasion is joined, in all, with its neighbour towards the middle of the answers.
    """
    for label, part in zip(labels, occasions, strict=True):
        if len(part) < FEWEST:
            there = (
                f"there {'is' if len(part) == 1 else 'are'} {len(part)} complete case{'' if len(part) == 1 else 's'}"
            )
            return f"{there} in {what} {label}; {FEWEST} or more are needed"
    coded = [np.empty(part.shape) for part in occasions]
    counts, joined, absent = [], [], []
    for j, item in enumerate(items):
        columns = [part[:, j] for part in occasions]
        values = np.unique(np.concatenate(columns))
        if len(values) > MOST_CATEGORIES:
            return f"item {item} has more than {MOST_CATEGORIES} different values: it is a number and no ordered answer"
        given = np.array([[np.any(column == value) for value in values] for column in columns])
        level = np.arange(len(values))
        while not (
            everywhere := np.array([given[:, level == k].any(axis=1).all() for k in range(level[-1] + 1)])
        ).all():
            empty = int(np.flatnonzero(~everywhere)[0])
            if not collapse:
                for o, k in zip(*np.nonzero(~given), strict=True):
                    absent.append(f"nobody in {what} {labels[o]} answered {values[k]:g} to {item}")
                break
            if level[-1] == 0:
                break
            into = empty + 1 if 2 * empty < level[-1] else empty - 1
            joined.append(f"{_named(values[level == empty])} of {item} with {_named(values[level == into])}")
            level = np.where(level == empty, into, level)
            level = np.unique(level, return_inverse=True)[1].reshape(-1)
        if level[-1] == 0:
            return f"item {item} is constant"
        counts.append(int(level[-1]))
        for part, column in zip(coded, columns, strict=True):
            part[:, j] = level[np.searchsorted(values, column)]
    if absent:
        more = f"; so it is {len(absent) - MOST_NAMED} times more" if len(absent) > MOST_NAMED else ""
        return (
            f"{', '.join(absent[:MOST_NAMED])}{more}: such an answer has no threshold there. Leave the item or the "
            f"{what} out, or let 'collapse: true' join it in all {what}s with the answer beside it"
        )
    return Answers(tuple(coded), tuple(counts), tuple(joined))


def _named(values: Floats) -> str:
    return " and ".join(f"{value:g}" for value in values)


def ordered_steps(
    answers: Answers,
    items: Sequence[str],
    labels: Sequence[str],
    models: Mapping[str, Model],
    equal: Mapping[str, Equal | None],
    waves: bool,
) -> Steps:
    """The steps with their notes; a reason in words where there are none. items: (p,), without wave."""
    parts = [np.hstack(answers.occasions)] if waves else list(answers.occasions)
    data: list[Polychorics] = []
    for label, part in zip(labels, parts, strict=not waves):
        found = polychorics(part)
        if isinstance(found, str):
            return found if waves else f"in group {label} {found}"
        data.append(found)
    target = target_of(data, thresholds=True)
    counts, times = answers.counts * (len(labels) if waves else 1), len(labels) if waves else 1
    held = [count for item, count in zip(items, answers.counts, strict=True) if item not in _free(equal)]
    made: dict[str, Ordered | NotFitted] = {
        name: with_thresholds(model, equal[name], counts, times) for name, model in models.items()
    }
    if all(count == 1 for count in held):
        made["strict"] = NotFitted(SAME)

    def fitted(of: Ordered | NotFitted) -> tuple[Fit, Point | None, Solved] | NotFitted:
        solved = of if isinstance(of, NotFitted) else solve_ordered(of, data, target)
        return solved if isinstance(solved, NotFitted) else (fit_of_weighted(solved, data, target), None, solved)

    def changed(narrow: tuple[Fit, Solved], wide: tuple[Fit, Solved]) -> Change:
        return weighted_change(narrow[1], wide[1], target, narrow[0], wide[0])

    return stepped(made, fitted, changed), _notes(answers, items, _free(equal), "waves" if waves else "groups")


def _free(equal: Mapping[str, Equal | None]) -> frozenset[str]:
    return frozenset(item for one in equal.values() if one is not None for item in one.free)


def _notes(answers: Answers, items: Sequence[str], free: frozenset[str], what: str) -> tuple[str, ...]:
    """What few answers leave untested, and which answers were joined."""
    kinds = {
        count: [i for i, own in zip(items, answers.counts, strict=True) if own == count and i not in free]
        for count in (1, 2)
    }
    notes = []
    if answers.joined:
        notes.append(f"Joined in all {what}, as nobody gave it in one of them: {'; '.join(answers.joined)}.")
    if kinds[1] and len(kinds[1]) < len(items):
        notes.append(
            f"Two answers leave no residual variance to tell, so that it counts as equal from the metric step on: "
            f"{', '.join(kinds[1])}."
        )
    if kinds[2]:
        notes.append(f"Equal thresholds of three answers hold in any data, so that the metric step tests the loadings "
                     f"alone: {', '.join(kinds[2])}.")  # fmt: skip
    return tuple(notes)
