"""What must hold of the names in regressions and their relatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.plan.texts import texts
from analysis.plan.variables import clusters_of, terms_of
from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant

if TYPE_CHECKING:
    from analysis.plan.check import Checker


def _number(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """A model whose outcome is a number."""
    yield from _blocks(checker, path, entry, number=True)


def _choice(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """A model whose outcome may be a choice."""
    yield from _blocks(checker, path, entry, number=False)


def _blocks(checker: Checker, path: Path, entry: dict[str, Any], *, number: bool) -> Iterator[Problem]:
    outcome = entry.get("outcome")
    if isinstance(outcome, str) and (wrong := checker.variables.wrong(outcome, number=number)):
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
    terms = [term for name in seen if checker.variables.role(name) for term in terms_of(checker.instrument, name)]
    yield from checker.tests(path, entry, sorted(terms), "term of the blocks")
    yield from _cluster(checker, path, entry.get("errors"))


def _cluster(checker: Checker, path: Path, errors: Any) -> Iterator[Problem]:
    if isinstance(errors, dict):
        if set(errors) <= {"cluster", "cr2"} and len([key for key in errors if errors[key] is not None]) != 1:
            what = "errors by groups have either 'cluster' or 'cr2'."
            yield checker.document.problem((*path, "errors"), what, "Write one of them: {cluster: team}.")
        for key in ("cluster", "cr2"):
            yield from group(checker, (*path, "errors", key), errors.get(key))


def group(checker: Checker, path: Path, name: Any) -> Iterator[Problem]:
    """A field that must group respondents."""
    known = clusters_of(checker.instrument)
    if isinstance(name, str) and name not in known:
        remedy = meant(name, known) or f"Fields that can: {', '.join(known) or 'none in this instrument'}."
        yield checker.document.problem(path, f"'{name}' is no field that groups respondents.", remedy)


RELATIVES: Final[Mapping[str, Callable[[Checker, Path, dict[str, Any]], Iterator[Problem]]]] = {
    "regression": _number,
    "logistic": _choice,
    "ordinal": _choice,
    "count": _number,
}
"""The checks of these kinds, by their names in a plan."""
