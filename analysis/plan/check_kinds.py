"""What must hold of the names in each kind of analysis; one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from analysis.plan.texts import texts
from analysis.plan.variables import clusters_of, terms_of
from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant

if TYPE_CHECKING:
    from analysis.plan.check import Checker


def _descriptives(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "variables"), entry.get("variables"), number=True)


def _correlation(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "variables"), entry.get("variables"), number=True)
    names = [name for _, name in texts(entry.get("variables"))]
    yield from checker.tests(path, entry, [f"{a}~{b}" for a, b in combinations(names, 2)], "pair")


def _reliability(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.scales((*path, "scales"), entry.get("scales"))


def _regression(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    outcome = entry.get("outcome")
    if isinstance(outcome, str) and (wrong := checker.variables.wrong(outcome, number=True)):
        yield checker.document.problem((*path, "outcome"), *wrong)
    blocks = entry.get("blocks")
    seen: set[str] = set()
    for b, block in enumerate(blocks if isinstance(blocks, list) else []):
        for i, name in texts(block):
            at: Path = (*path, "blocks", b, i)
            if wrong := checker.variables.wrong(name):
                yield checker.document.problem(at, *wrong)
            elif name == outcome:
                what = f"'{name}' is the outcome, and cannot be a predictor as well."
                yield checker.document.problem(at, what, "Leave it out of the blocks.")
            elif name in seen:
                yield checker.twice(at, name)
            seen.add(name)
    terms = [term for name in seen if name in checker.variables.roles for term in terms_of(checker.instrument, name)]
    yield from checker.tests(path, entry, sorted(terms), "term of the blocks")
    yield from _cluster(checker, path, entry.get("errors"))


def _cluster(checker: Checker, path: Path, errors: Any) -> Iterator[Problem]:
    if not isinstance(errors, dict) or not isinstance(cluster := errors.get("cluster"), str):
        return
    known = clusters_of(checker.instrument)
    if cluster not in known:
        remedy = meant(cluster, known) or f"Fields that can: {', '.join(known) or 'none in this instrument'}."
        what = f"'{cluster}' is no field that groups respondents."
        yield checker.document.problem((*path, "errors", "cluster"), what, remedy)


CHECKS: Final[Mapping[str, Callable[[Checker, Path, dict[str, Any]], Iterator[Problem]]]] = {
    "descriptives": _descriptives,
    "correlation": _correlation,
    "reliability": _reliability,
    "regression": _regression,
}
"""The check of each kind, by its name in a plan: path and content of its entry to the mistakes in it."""
