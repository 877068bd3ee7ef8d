"""In an employer's study: which groups of people may be told apart, so that nobody's answers can be worked out.

A group is released only where it has enough people, and where no other set that is released, or that follows from one,
differs from it by fewer. What is not released is one pool of its own, large enough or empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from survey.access import SMALLEST_GROUP
from survey.dataset.columns import AT
from survey.dataset.model import Dataset

KNOWN = ("group", "category", "text")
"""Types of fields that come from whoever invites, and by which they know people."""

People = frozenset[str]
Groups = Mapping[str, People]
"""People by the label of their group; nobody need have one."""


@dataclass(frozen=True)
class Released:
    """Of one field: the labels that may be told apart, and everybody else together."""

    labels: frozenset[str]
    pool: People


def protect(groups: Mapping[str, Groups], everybody: People, smallest: int = SMALLEST_GROUP) -> dict[str, Released]:
    """For each field the groups that may be released, all fields together, so that tables by one and by another agree.

    groups: by field, the earlier ones first served. everybody: who is in any result at all, groups or not.

    Of any two sets among those released, the pools, everybody, and everybody but one of these, the people who are in
    the one and not in the other are none or at least ``smallest``; and where groups of one field lie within a set of
    another, so is what they leave of it. The same people and labels always give the same release.
    """
    sets: list[People] = [everybody]
    found: dict[str, Released] = {}
    for field, members in groups.items():
        order = sorted(members, key=lambda label: (-len(members[label]), label))
        chosen = [label for label in order if _apart(members[label], sets, everybody, smallest)]
        while True:
            kept = [members[label] for label in chosen]
            pool = everybody - frozenset().union(*kept)
            drop = _too_close(kept, pool, sets, everybody, smallest)
            if drop is None:
                break
            del chosen[drop]
        found[field] = Released(frozenset(chosen), pool)
        sets += [one for one in (*kept, pool) if one and one not in sets]
    return found


def _apart(one: People, others: Sequence[People], everybody: People, smallest: int) -> bool:
    """Whether a set, and everybody but it, differ from each of the others by nobody or by enough."""
    if not one:
        return True
    for other in others:
        differing = len(one ^ other)
        if 0 < differing < smallest or 0 < len(everybody) - differing < smallest:
            return False
    return True


def _too_close(
    kept: Sequence[People], pool: People, sets: Sequence[People], everybody: People, smallest: int
) -> int | None:
    """Which of the groups of a field is to be withheld next, the smallest being the last; None where all may stay."""
    if not kept:
        return None
    if not _apart(pool, [*sets, *kept], everybody, smallest):
        return len(kept) - 1
    for place in reversed(range(len(kept))):
        if not _apart(kept[place], [one for at, one in enumerate(kept) if at != place], everybody, smallest):
            return place
    for outer in sets:  # departments that were released before, and teams within them
        within = [place for place, one in enumerate(kept) if one < outer]
        left = outer.difference(*(kept[place] for place in within))
        if within and 0 < len(left) < smallest:
            return within[-1]
    for place, one in enumerate(kept):  # teams that were released before, within these departments
        inner = [other for other in sets if other and other < one]
        left = one.difference(*inner)
        if inner and 0 < len(left) < smallest:
            return place
    return None


def protected(dataset: Dataset, smallest: int, *, ended: bool) -> Dataset:
    """The data set with what whoever invites knows of people withheld where it tells too few apart.

    ended: whether no further answers come. Before that nothing by which groups are told apart is given at all: a table
    made again after one more person has answered would give that person's answers away.
    """
    person = dataset.respondents.index.to_series().astype(str).str.partition(AT)[0]
    if person.nunique() < smallest:
        return _empty(dataset, smallest)
    fields = dataset.instrument.fields
    there = [name for name in fields if name in dataset.respondents.columns]
    known = [name for name in there if fields[name].type in KNOWN]
    pairs = [name for name in there if fields[name].type == "dyad"]  # two people are always too few
    if not known and not pairs:
        return replace(dataset, smallest_group=smallest)
    labels = {name: dataset.respondents[name].astype(object) for name in known}
    groups = {name: _members(labels[name], person) for name in known}
    kept = protect(groups, frozenset(person), smallest) if ended else {}
    columns: dict[str, pd.Series] = {name: _nobody(dataset.respondents[name]) for name in pairs}
    notes = [f"{', '.join(pairs)}: withheld, since a pair is too few."] if pairs else []
    for name in known:
        released = kept[name].labels if ended else frozenset()
        columns[name] = dataset.respondents[name].where(labels[name].astype(str).isin(released), None)
        held = len(groups[name]) - len(released)
        if held:
            why = f"with or beside another they would tell fewer than {smallest} people apart" if ended else (
                "the study still takes answers, and a later table would tell who came in between"
            )  # fmt: skip
            notes.append(f"{name}: {held} of {len(groups[name])} groups are withheld: {why}.")
    respondents = dataset.respondents.assign(**columns)
    return replace(
        dataset, respondents=respondents, smallest_group=smallest, notes=(*dataset.notes, *notes),
        missing=_same_missing(dataset.missing, columns),
    )  # fmt: skip


def _empty(dataset: Dataset, smallest: int) -> Dataset:
    """Nobody's answers: even all of them together are those of too few."""
    tables = ("respondents", "missing", "ties", "between", "missing_ties", "missing_between")
    nobody = {name: getattr(dataset, name).iloc[:0] for name in tables}
    note = f"fewer than {smallest} people have answered: nothing of this study is shown yet."
    return replace(dataset, **nobody, smallest_group=smallest, notes=(*dataset.notes, note))


def _members(labels: pd.Series, person: pd.Series) -> Groups:
    """People by the label that any row of theirs has."""
    there = labels.notna()
    return {
        str(label): frozenset(people) for label, people in person[there].groupby(labels[there].astype(str), sort=True)
    }


def _nobody(column: pd.Series) -> pd.Series:
    return column.where(pd.Series(False, column.index), None)


def _same_missing(missing: pd.DataFrame, columns: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Why a value is missing, without a word for those of whom it is withheld and not for others."""
    there = [name for name in columns if name in missing.columns]
    return missing.assign(**dict.fromkeys(there, "")) if there else missing
