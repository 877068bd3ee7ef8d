"""A plan's rules of exclusion: applied in order, each respondent counted under the first rule that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.errors import PlanDataError
from analysis.plan.parts import Exclusion, Rule
from analysis.screening import Indices, checks_failed, indices
from survey.dataset.columns import SECONDS, STANDING
from survey.dataset.model import Dataset

Hits = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Applied:
    """What rules made of a data set: ``reason`` is 0 or the number of the rule; counts: (in words, first, alone)."""

    reason: npt.NDArray[np.int64]
    counts: tuple[tuple[str, int, int], ...]


CLOSED_OUT = {"screened_out": "screened out", "over_quota": "over a quota"}
"""For whom the questionnaire ended early, as the column ``standing`` says and as a reason names it."""


def eligible(dataset: Dataset) -> tuple[Dataset, tuple[tuple[str, int], ...]]:
    """The data without respondents for whom the questionnaire ended early, and how many these were, by reason.

    They are no part of the sample: they were sent away by design. () where the data tell of none.
    """
    if STANDING not in dataset.respondents.columns:
        return dataset, ()
    standing = dataset.respondents[STANDING]
    counts = tuple((words, int((standing == code).sum())) for code, words in CLOSED_OUT.items())
    stays = ~standing.isin(list(CLOSED_OUT)).to_numpy(dtype=np.bool_)
    kept = replace(dataset, respondents=dataset.respondents[stays], missing=dataset.missing[stays])
    return kept, tuple((words, count) for words, count in counts if count)


def exclude(dataset: Dataset, rules: Sequence[Exclusion]) -> tuple[Dataset, tuple[tuple[str, int], ...]]:
    """Leave out whom the rules exclude; each is counted under the first rule that does.

    Raises PlanDataError where the data lack what a rule needs.
    """
    applied = apply(dataset, rules)
    counts = tuple((words, first) for words, first, _ in applied.counts)
    stays = applied.reason == 0
    if stays.all():
        return dataset, counts
    return replace(dataset, respondents=dataset.respondents[stays], missing=dataset.missing[stays]), counts


def apply(dataset: Dataset, rules: Sequence[Exclusion], known: Indices | None = None) -> Applied:
    """The rules in order. An index that a respondent does not have excludes nobody.

    known: the indices of the data set where they were computed before.
    """
    reason = np.zeros(len(dataset.respondents), dtype=np.int64)
    counts = []
    for number, rule in enumerate(rules, 1):
        if known is None and _needs_indices(rule):
            known = indices(dataset)
        hit, words = _hits(rule, dataset, known)
        if rule.and_ is not None:
            also, more = _hits(rule.and_, dataset, known)
            hit, words = hit & also, f"{words}, and {more}"
        counts.append((words, int((hit & (reason == 0)).sum()), int(hit.sum())))
        reason[hit & (reason == 0)] = number
    return Applied(reason, tuple(counts))


SIMPLE = ("checks_failed", "seconds_per_item")
"""Rules that need a column of the data, and no index."""


def _needs_indices(rule: Exclusion) -> bool:
    parts: list[Rule] = [rule, *([rule.and_] if rule.and_ is not None else [])]
    return any(part.index not in SIMPLE for part in parts)


def _hits(rule: Rule, dataset: Dataset, known: Indices | None) -> tuple[Hits, str]:
    """Whom one rule hits, and the reason in words."""
    respondents = dataset.respondents
    if rule.seconds_per_item is not None:
        _need(dataset, SECONDS)
        limit = rule.seconds_per_item.below
        return respondents[SECONDS].to_numpy(dtype=np.float64) < limit, f"under {limit:g} seconds an item"
    if rule.checks_failed is not None:
        for check in dataset.instrument.checks.values():
            _need(dataset, check.item)
        at_least = rule.checks_failed.at_least
        reason = "an instructed item failed" if at_least == 1 else f"{at_least} or more instructed items failed"
        return checks_failed(dataset) >= at_least, reason
    return _by_index(rule, dataset, known)


def _by_index(rule: Rule, dataset: Dataset, known: Indices | None) -> tuple[Hits, str]:
    name = rule.index
    if known is None or name not in known.values.columns:
        why = known.absent.get(name, "") if known is not None else ""
        raise PlanDataError(
            f"{dataset.source}: there is a rule for '{name}', which these data do not have: {why}. Take that rule out."
        )
    values = known.values[name].to_numpy(dtype=np.float64)
    if rule.duplicate:
        return values == 1, WORDS[name]
    limit, above = rule.limit
    with np.errstate(invalid="ignore"):
        hit = values > limit if above else values < limit
    return hit, f"{WORDS[name]} {'above' if above else 'below'} {limit:g}"


WORDS = {
    "attention_failed": "instructed items failed",
    "seconds_per_item": "seconds an item",
    "duplicate": "the same answers as another respondent",
    "longstring": "a run of the same answer",
    "irv": "variability of answers",
    "even_odd": "even–odd consistency",
    "mahalanobis_p": "p of the Mahalanobis distance",
    "psychsyn": "consistency on synonyms",
    "psychant": "consistency on antonyms",
}
"""The indices as a reason names them."""


def _need(dataset: Dataset, column: str) -> None:
    """Refuse data without the column; one that is empty without any reason given is as good as not there."""
    respondents, missing = dataset.respondents, dataset.missing
    there = column in respondents.columns
    if there and len(respondents) and bool(respondents[column].isna().all()):
        there = column in missing.columns and bool((missing[column] != "").any())
    if not there:
        raise PlanDataError(
            f"{dataset.source}: the plan excludes by '{column}', and the data have no values of it. "
            "Add the column, or take the rule out of 'exclude'."
        )
