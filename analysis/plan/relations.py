"""Which relations a plan keeps closed until it is locked: those of its outcomes with its predictors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from analysis.plan.kinds import EVERY, Analysis
from analysis.plan.model import Plan
from survey.instrument.expressions import ExpressionError, parse
from survey.instrument.model import Instrument

MEASURING = frozenset({"reliability", "factor", "cfa", "invariance", "agreement", "retest"})
"""Kinds that say how something was measured: open, but for a scale with what groups or selects its respondents."""
ALONE = frozenset({"descriptives", "screening", "missing", "network"})
"""Kinds that look at variables one by one."""

CLOSED = "the study is live and its plan is not locked: relations of outcomes with predictors are closed until then"


@dataclass(frozen=True)
class Relations:
    """The outcomes and predictors of a plan, as the answers that they are made of.

    outcomes, predictors: ids of items and fields. pairs: (outcome, predictor) of one and the same analysis. known: the
    answers behind each name; all: no plan says which are which, so that every relation is one of them.
    """

    instrument: Instrument
    derive: tuple[tuple[str, str], ...]
    outcomes: frozenset[str]
    predictors: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    all: bool = False

    def closed(self, names: Iterable[str], within: bool = True) -> tuple[str, str] | None:
        """The first two of these variables whose relation is closed, or None where all may be looked at together.

        within: False asks only for pairs that an analysis of the plan relates, as for models of measurement.
        """
        for a, b in combinations(dict.fromkeys(names), 2):
            if self._closed(self.behind(a), self.behind(b), within):
                return a, b
        return None

    def _closed(self, a: frozenset[str], b: frozenset[str], within: bool) -> bool:
        if not a or not b or any(a | b <= one for one in _scales(self.instrument)):
            return False
        if self.all:
            return within
        if within:
            crossed = a & self.outcomes and b & self.predictors
            return bool(crossed or (b & self.outcomes and a & self.predictors))
        return any((x, y) in self.pairs or (y, x) in self.pairs for x in a for y in b if x != y)

    def behind(self, name: str) -> frozenset[str]:
        """The items and fields that a variable is made of."""
        return _behind(name, self.instrument, dict(self.derive))

    def of(self, analysis: Analysis) -> str:
        """Why an analysis may not be done while relations are closed; '' where it may."""
        named = tuple(_named(analysis))
        chosen = tuple(_condition(analysis.where)) if analysis.where else ()
        kind = analysis.kind
        if kind in ALONE or kind in MEASURING:
            group = getattr(analysis, "group", None)
            others = (*chosen, *([group] if isinstance(group, str) else []))
            if any(self.closed((name, other)) for name in named if name not in others for other in others):
                return CLOSED
            if kind == "factor" and "all" in named:
                named = tuple(self.instrument.scales)
            together = kind in ("factor", "cfa", "invariance")
            return CLOSED if together and self.closed(named, within=False) else ""
        return CLOSED if self.closed((*named, *chosen)) else ""


def relations(plan: Plan | None, instrument: Instrument) -> Relations:
    """The relations that a plan closes; without a plan every relation between two things that are not one scale's."""
    if plan is None:
        return Relations(instrument, (), frozenset(), frozenset(), frozenset(), all=True)
    derive = dict(plan.derive)
    for analysis in plan.analyses:
        derive |= dict(getattr(analysis, "derive", {}))
    outcomes: set[str] = set()
    predictors: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for analysis in plan.analyses:
        explained, explaining = _roles(analysis)
        left = {answer for name in explained for answer in _behind(name, instrument, derive)}
        right = {answer for name in explaining for answer in _behind(name, instrument, derive)}
        outcomes |= left
        predictors |= right
        pairs |= {(a, b) for a in left for b in right}
    known = tuple(derive.items())
    return Relations(instrument, known, frozenset(outcomes), frozenset(predictors), frozenset(pairs), all=not outcomes)


def _roles(analysis: Any) -> tuple[set[str], set[str]]:
    """What an analysis explains, and by what; of one that takes no sides, such as a claimed correlation, both."""
    if analysis.kind in MEASURING | ALONE or (analysis.kind == "correlation" and not analysis.is_claim):
        return set(), set()
    named = set(_named(analysis))
    if several := set(getattr(analysis, "outcomes", None) or ()):
        return several, named - several
    outcome = getattr(analysis, "outcome", None)
    if not isinstance(outcome, str):
        return named, named
    mediators = set(getattr(analysis, "mediators", None) or ())
    return {outcome} | mediators, named - {outcome}


IGNORED = frozenset(
    {"id", "kind", "where", "tier", "tests", "expect", "estimator", "method", "adjust", "missing", "rotate", "errors",
     "second_order", "null", "rules", "probe", "interval", "path", "smallest", "robustness", "distribution",
     "network", "model", "family", "only", "latent", "wave", "parallel"}
)  # fmt: skip
"""Keys of an analysis that name no variable that is analysed."""


def _named(analysis: Any) -> list[str]:
    """Every variable that an analysis names, however its keys are called."""
    found = [*analysis.related, *(name for name in analysis.described if name != EVERY)]
    for key, value in analysis.model_dump(mode="json", by_alias=True, exclude_none=True).items():
        if key not in IGNORED:
            found += _texts(value)
    if analysis.kind == "descriptives":
        return list(analysis.described)
    return list(dict.fromkeys(found))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in _texts(each)] if isinstance(value, list | tuple) else []


def _condition(text: str) -> tuple[str, ...]:
    try:
        return tuple(parse(text, functions=True).names)
    except ExpressionError:
        return ()


def _behind(name: str, instrument: Instrument, derive: dict[str, str], depth: int = 0) -> frozenset[str]:
    name = name.partition("@")[0]
    if name in instrument.scales:
        return frozenset(key.lstrip("-") for key in instrument.scales[name].items)
    if name in derive and depth < 20:
        found = [_behind(each, instrument, derive, depth + 1) for each in _condition(derive[name])]
        return frozenset().union(*found)
    first = name.partition(".")[0]
    if name in instrument.items or name in instrument.fields:
        return frozenset({name})
    if first in instrument.items or first in instrument.networks:
        return frozenset({name if first in instrument.networks else first})
    return frozenset()


def _scales(instrument: Instrument) -> list[frozenset[str]]:
    return [frozenset(key.lstrip("-") for key in scale.items) for scale in instrument.scales.values()]
