"""What must hold of the names in moderation and mediation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analysis.plan.check_regression import clustered
from analysis.plan.texts import texts
from analysis.plan.variables import terms_of
from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant

if TYPE_CHECKING:
    from analysis.plan.check import Checker


def moderation(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """One moderator or two; each variable in one role; claims about terms that are there."""
    given = entry.get("moderator")
    places: list[tuple[Path, str]] = [((*path, "moderator"), given)] if isinstance(given, str) else []
    places += [((*path, "moderator", i), name) for i, name in texts(given)]
    moderators = [name for _, name in places]
    yield from _roles(checker, path, entry, places)
    if entry.get("three_way") is True and len(moderators) == 1:
        what = "a three-way interaction needs two moderators."
        yield checker.document.problem((*path, "three_way"), what, "Name two, or leave it out.")
    given = entry.get("predictor")
    predictors = [given] if isinstance(given, str) else []
    terms = [*predictors, *moderators, *(name for _, name in texts(entry.get("covariates")))]
    known = [term for name in terms if name in checker.variables.roles for term in terms_of(checker.instrument, name)]
    known += [f"{predictor}:{name}" for predictor in predictors for name in moderators]
    if entry.get("three_way") is True:
        known += [":".join(moderators), ":".join((*predictors, *moderators))]
    slopes = ["low", "mean", "high"] if len(moderators) == 1 else []
    yield from checker.tests(path, entry, sorted({*known, *slopes}), "term")
    yield from clustered(checker, path, entry.get("errors"))
    if entry.get("latent") not in (None, False):
        yield from _latent(checker, path, entry, moderators)


def _latent(checker: Checker, path: Path, entry: dict[str, Any], moderators: list[str]) -> Iterator[Problem]:
    """Between factors there are three scales, and numbers beside them; errors and levels are the model's own."""
    for key in ("errors", "probe", "three_way"):
        if key in entry and entry[key] is not False:
            what = f"a moderation between factors has no '{key}': its errors are robust, its slopes one SD apart."
            yield checker.document.problem((*path, key), what, "Leave it out.", key=True)
    if len(moderators) == 2:
        what = "a moderation between factors has one moderator."
        yield checker.document.problem((*path, "moderator"), what, "Name one.", key=True)
    places: list[tuple[Path, Any]] = [((*path, key), entry.get(key)) for key in ("outcome", "predictor")]
    given = entry.get("moderator")
    places += [((*path, "moderator"), given)] if isinstance(given, str) else []
    places += [((*path, "moderator", i), name) for i, name in texts(given)]
    scales = checker.instrument.scales
    for at, name in places:
        if isinstance(name, str) and checker.variables.role(name) and name not in scales:
            remedy = meant(name, tuple(scales)) or f"The instrument has: {', '.join(scales) or 'no scales'}."
            yield checker.document.problem(at, f"'{name}' is no scale, and has no factor behind it.", remedy)
        elif isinstance(name, str) and name in scales and len(scales[name].items) < 2:
            what = f"'{name}' has one item, and a factor is measured by two or more."
            yield checker.document.problem(at, what, "Name another scale.")
    for i, name in texts(entry.get("covariates")):
        if checker.variables.role(name) == "category":
            what = f"'{name}' holds categories, and a moderation between factors needs numbers."
            yield checker.document.problem((*path, "covariates", i), what, "Leave it out, or derive a number.")


def mediation(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """Mediators and moderator are numbers, in one role each; claims are about effects that are there."""
    mediators = texts(entry.get("mediators"))
    given = entry.get("moderator")
    places: list[tuple[Path, str]] = [((*path, "mediators", i), name) for i, name in mediators]
    places += [((*path, "moderator"), given)] if isinstance(given, str) else []
    yield from _roles(checker, path, entry, places, numbers=True)
    names = [name for _, name in mediators]
    if entry.get("serial") is True and not 2 <= len(names) <= 4:
        what = "mediators in series are two, three or four."
        yield checker.document.problem((*path, "serial"), what, "Name so many, or leave it out.")
    if entry.get("serial") is True and isinstance(given, str):
        what = "mediators in series have no moderator in this version."
        yield checker.document.problem((*path, "serial"), what, "Leave out one of the two.")
    if isinstance(given, str) and "path" not in entry:
        what = f"which path depends on '{given}' is not said."
        yield checker.document.problem((*path, "moderator"), what, "Write 'path: a' or 'path: b'.")
    if "path" in entry and "moderator" not in entry:
        what = "a path is named, and no moderator on which it depends."
        yield checker.document.problem((*path, "path"), what, "Name a moderator, or leave it out.")
    if entry.get("interval") == "bca" and (
        checker.data.get("missing") == "mi" or isinstance(checker.data.get("missing"), dict)
    ):
        what = "over imputed data sets there are percentile intervals alone."
        yield checker.document.problem((*path, "interval"), what, "Write 'interval: percentile'.")
    ends = entry.get("predictor"), entry.get("outcome")
    if all(isinstance(end, str) for end in ends):
        known = _effects(str(ends[0]), str(ends[1]), names, entry)
    else:  # whatever its ends are called, an effect is a path, the total or a difference
        known = [name for _, name in texts(entry.get("tests")) if "->" in name or name == "total"]
    yield from checker.tests(path, entry, known, "effect")
    yield from clustered(checker, path, entry.get("errors"))


def _effects(predictor: str, outcome: str, mediators: list[str], entry: dict[str, Any]) -> list[str]:
    """What the effects of a mediation are called."""
    ways: list[tuple[str, ...]] = [(name,) for name in mediators]
    if entry.get("serial") is True:
        ways = [way for size in range(1, min(len(mediators), 4) + 1) for way in combinations(mediators, size)]
    terms = ["->".join((predictor, *way, outcome)) for way in ways]
    if isinstance(entry.get("moderator"), str):
        return [*terms, *(f"{term}|{level}" for term in terms for level in ("low", "mean", "high"))]
    return [*terms, "total", *(f"{one}~{other}" for one, other in combinations(terms, 2))]


def _roles(
    checker: Checker, path: Path, entry: dict[str, Any], others: list[tuple[Path, str]], *, numbers: bool = False,
) -> Iterator[Problem]:  # fmt: skip
    """Outcome and predictor are numbers, others and covariates are variables, and none has two roles."""
    seen: dict[str, str] = {}
    for role in ("outcome", "predictor"):
        name = entry.get(role)
        if not isinstance(name, str):
            continue
        if wrong := checker.variables.wrong(name, number=True):
            yield checker.document.problem((*path, role), *wrong)
        if name in seen:
            yield _second(checker, (*path, role), name, seen[name])
        seen.setdefault(name, role)
    covariates: list[tuple[Path, str]] = [
        ((*path, "covariates", i), name) for i, name in texts(entry.get("covariates"))
    ]
    for at, name in [*others, *covariates]:
        if wrong := checker.variables.wrong(name, number=numbers and (at, name) in others):
            yield checker.document.problem(at, *wrong)
        elif name in seen:
            yield _second(checker, at, name, seen[name])
        role = next(part for part in at[len(path) :] if isinstance(part, str))
        seen.setdefault(name, {"covariates": "covariate", "mediators": "mediator"}.get(role, role))


def _second(checker: Checker, path: Path, name: str, role: str) -> Problem:
    article = "an" if role == "outcome" else "a"
    what = f"'{name}' is {article} {role} already, and can have one role alone."
    return checker.document.problem(path, what, "Leave it out of one of them.")
