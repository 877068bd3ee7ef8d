"""What must hold of the names in moderation and mediation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.plan.texts import texts
from analysis.plan.variables import clusters_of, terms_of
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
    predictor = entry.get("predictor")
    if isinstance(predictor, str):
        terms = [predictor, *moderators, *(name for _, name in texts(entry.get("covariates")))]
        known = [
            term for name in terms if name in checker.variables.roles for term in terms_of(checker.instrument, name)
        ]
        known += [f"{predictor}:{name}" for name in moderators]
        if entry.get("three_way") is True:
            known += [":".join(moderators), ":".join((predictor, *moderators))]
        slopes = ["low", "mean", "high"] if len(moderators) == 1 else []
        yield from checker.tests(path, entry, sorted({*known, *slopes}), "term")
    yield from cluster(checker, path, entry.get("errors"))


def _roles(checker: Checker, path: Path, entry: dict[str, Any], others: list[tuple[Path, str]]) -> Iterator[Problem]:
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
        if wrong := checker.variables.wrong(name):
            yield checker.document.problem(at, *wrong)
        elif name in seen:
            yield _second(checker, at, name, seen[name])
        role = next(part for part in at[len(path) :] if isinstance(part, str))
        seen.setdefault(name, {"covariates": "covariate", "mediators": "mediator"}.get(role, role))


def _second(checker: Checker, path: Path, name: str, role: str) -> Problem:
    article = "an" if role == "outcome" else "a"
    what = f"'{name}' is {article} {role} already, and can have one role alone."
    return checker.document.problem(path, what, "Leave it out of one of them.")


def cluster(checker: Checker, path: Path, errors: Any) -> Iterator[Problem]:
    """The field of clustered errors groups respondents."""
    known = clusters_of(checker.instrument)
    name = errors.get("cluster") if isinstance(errors, dict) else None
    if isinstance(name, str) and name not in known:
        remedy = meant(name, known) or f"Fields that can: {', '.join(known) or 'none in this instrument'}."
        what = f"'{name}' is no field that groups respondents."
        yield checker.document.problem((*path, "errors", "cluster"), what, remedy)
