"""What must hold of the names in regressions and their relatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from analysis.plan.texts import texts
from analysis.plan.variables import clusters_of, terms_of
from analysis.plan.waves import parted
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
    yield from clustered(checker, path, entry.get("errors"))


def clustered(checker: Checker, path: Path, errors: Any) -> Iterator[Problem]:
    """Errors by groups name one field that groups respondents."""
    if isinstance(errors, dict):
        known = [key for key in ("cluster", "cr2") if errors.get(key) is not None]
        if set(errors) <= {"cluster", "cr2", "otherwise"} and len(known) != 1:
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


def _contrast(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """One of three sets of keys; names that exist; terms of the blocks."""
    given = [key for key in ("outcome", "outcomes", "paired") if entry.get(key) is not None]
    if len(given) != 1:
        what = "a contrast has one of 'outcome', 'outcomes' and 'paired'."
        yield checker.document.problem(path, what, "Write one of them.")
        return
    for key in ("outcomes", "paired"):
        yield from checker.listed((*path, key), entry.get(key), number=True)
    for key in ("blocks", "terms"):
        if given == ["paired"] and entry.get(key) is not None:
            what = f"paired scores have no '{key}'."
            yield checker.document.problem((*path, key), what, "Leave it out.", key=True)
        elif given != ["paired"] and entry.get(key) is None:
            yield checker.document.problem(path, f"key '{key}' is missing.", f"Add '{key}'.")
    yield from _blocks(checker, path, {**entry, "tests": None}, number=True)
    predictors = [name for block in entry.get("blocks") or [] for _, name in texts(block)]
    known = [t for n in predictors if checker.variables.role(n) for t in terms_of(checker.instrument, n)]
    terms = texts(entry.get("terms"))
    yield from checker.tests(path, {"tests": entry.get("terms")}, sorted(known), "term of the blocks", "terms")
    wanted = 1 if given == ["outcomes"] else 2
    if given != ["paired"] and isinstance(entry.get("terms"), list) and len(list(terms)) != wanted:
        what = f"'terms' names {'the one term that is' if wanted == 1 else 'the two terms that are'} compared."
        yield checker.document.problem((*path, "terms"), what, f"Name {wanted}.")
    own = "~".join(name for _, name in texts(entry.get("paired") or entry.get("terms")))
    yield from checker.tests(path, entry, [own], "difference")


def _compare(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _blocks(checker, path, {"outcome": entry.get("outcome")}, number=True)
    by = entry.get("by")
    if isinstance(by, str) and (wrong := checker.variables.wrong(by)):
        yield checker.document.problem((*path, "by"), *wrong)
        return
    if isinstance(by, str) and by == entry.get("outcome"):
        what = f"'{by}' is the outcome, and cannot tell its own groups apart."
        yield checker.document.problem((*path, "by"), what, "Name another variable.")
    # the groups of a field, and the values of a number, are known from the data alone
    item = (parted(by) or (by,))[0] if isinstance(by, str) else ""
    levels = [term[len(by) + 1 : -1] for term in terms_of(checker.instrument, by)[1:]] if isinstance(by, str) else []
    known = [f"{a}~{b}" for a, b in combinations(levels, 2)]
    for i, name in texts(entry.get("tests")):
        if name.count("~") != 1 or (known and name not in known):
            remedy = meant(name, tuple(known)) or "Write two groups in their order, such as 'none~several'."
            yield checker.document.problem((*path, "tests", i), f"'{name}' is no pair of groups.", remedy)
    direction = entry.get("expect") not in (None, "difference")
    if direction and not entry.get("tests") and len(levels) > 2:
        what = f"'{item}' has {len(levels)} groups, and a test of all of them has no direction."
        remedy = f"Name the pair that the claim is about: tests: ['{known[0]}']."
        yield checker.document.problem((*path, "expect"), what, remedy, key=True)


def _dominance(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _blocks(checker, path, {"outcome": entry.get("outcome")}, number=True)
    yield from checker.listed((*path, "predictors"), entry.get("predictors"), number=False)
    yield from _outcome_too(checker, path, entry, [("predictors", i, n) for i, n in texts(entry.get("predictors"))])


def _surface(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _blocks(checker, path, {"outcome": entry.get("outcome")}, number=True)
    for key in ("x", "y"):
        name = entry.get(key)
        if isinstance(name, str) and (wrong := checker.variables.wrong(name, number=True)):
            yield checker.document.problem((*path, key), *wrong)
        elif isinstance(name, str) and name == entry.get("outcome"):
            what = f"'{name}' is the outcome, and cannot be a predictor as well."
            yield checker.document.problem((*path, key), what, "Name another score.")
    if isinstance(entry.get("x"), str) and entry.get("x") == entry.get("y"):
        yield checker.twice((*path, "y"), entry["y"])
    yield from checker.tests(path, entry, ["b1", "b2", "b3", "b4", "b5", "a1", "a2", "a3", "a4"], "term of a surface")


def _outcome_too(
    checker: Checker, path: Path, entry: dict[str, Any], places: list[tuple[str, Any, str]]
) -> Iterator[Problem]:
    for key, i, name in places:
        if name == entry.get("outcome"):
            what = f"'{name}' is the outcome, and cannot be a predictor as well."
            yield checker.document.problem((*path, key, i), what, "Leave it out of the predictors.")


RELATIVES: Final[Mapping[str, Callable[[Checker, Path, dict[str, Any]], Iterator[Problem]]]] = {
    "regression": _number,
    "logistic": _choice,
    "ordinal": _choice,
    "count": _number,
    "contrast": _contrast,
    "compare": _compare,
    "dominance": _dominance,
    "response_surface": _surface,
}
"""The checks of these kinds, by their names in a plan."""
