"""What must hold of the names in kinds of analysis for what comes in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.plan.networks import available
from analysis.plan.texts import texts
from analysis.plan.variables import Variables, clusters_of, terms_of, variables_of_ties
from analysis.plan.waves import NEXT
from survey.dataset.columns import AT, PERSON, wave_field
from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant

if TYPE_CHECKING:
    from analysis.plan.check import Checker

PARTS = ("within", "between", "contextual")


def _mixed(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    outcome, group = entry.get("outcome"), entry.get("group")
    if isinstance(outcome, str) and (wrong := checker.variables.wrong(outcome, number=True)):
        yield checker.document.problem((*path, "outcome"), *wrong)
    yield from checker.listed((*path, "fixed"), entry.get("fixed"), number=False)
    fixed = [name for _, name in texts(entry.get("fixed"))]
    for i, name in texts(entry.get("fixed")):
        if name in (outcome, group):
            what = f"'{name}' is the {'outcome' if name == outcome else 'group'}, and cannot be a predictor as well."
            yield checker.document.problem((*path, "fixed", i), what, "Leave it out of 'fixed'.")
    known = (*clusters_of(checker.instrument), *([PERSON] if wave_field(checker.instrument) else []))
    if isinstance(group, str) and group not in known:
        remedy = meant(group, known) or f"Fields that can: {', '.join(known) or 'none in this instrument'}."
        yield checker.document.problem((*path, "group"), f"'{group}' is no field that groups respondents.", remedy)
    for key in ("slopes", "within_between"):
        yield from _among(checker, (*path, key), entry.get(key), fixed)
    parts = [name for _, name in texts(entry.get("within_between"))]
    terms = [term for name in fixed if name in checker.variables.roles for term in terms_of(checker.instrument, name)]
    terms += [f"{name}[{part}]" for name in parts for part in PARTS]
    yield from checker.tests(path, entry, sorted(terms), "term of 'fixed'")


def _among(checker: Checker, path: Path, value: Any, fixed: list[str]) -> Iterator[Problem]:
    """Numbers that must be among the predictors, each named once."""
    names = [name for _, name in texts(value)]
    for i, name in texts(value):
        if name not in fixed:
            remedy = meant(name, fixed) or "Name one of the predictors in 'fixed', or add it there."
            yield checker.document.problem((*path, i), f"'{name}' is not among the predictors.", remedy)
        elif wrong := checker.variables.wrong(name, number=True):
            yield checker.document.problem((*path, i), *wrong)
        elif names.index(name) != i:
            yield checker.twice((*path, i), name)


def _network(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    declared = checker.instrument.networks
    name = entry.get("network") or next(iter(declared), None)
    if name is None:
        what = "the instrument asks about no network."
        yield checker.document.problem((*path, "kind"), what, "Leave the analysis out.")
    elif isinstance(name, str) and name not in declared:
        remedy = meant(name, tuple(declared)) or f"The instrument has: {', '.join(declared) or 'none'}."
        yield checker.document.problem((*path, "network"), f"there is no network '{name}'.", remedy)
    elif isinstance(name, str):
        known = available(declared[name])
        chosen = [measure for _, measure in texts(entry.get("measures"))]
        for i, measure in texts(entry.get("measures")):
            if measure not in known:
                remedy = meant(measure, known) or f"It has: {', '.join(known)}."
                what = f"network '{name}' has no measure '{measure}'."
                yield checker.document.problem((*path, "measures", i), what, remedy)
            elif chosen.index(measure) != i:
                yield checker.twice((*path, "measures", i), measure)


def _tie(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    declared = checker.instrument.networks
    network = entry.get("network") or next(iter(declared), None)
    if network is None:
        yield checker.document.problem((*path, "kind"), "the instrument asks about no network.", "Leave it out.")
        return
    if not isinstance(network, str) or network not in declared:
        remedy = meant(str(network), tuple(declared)) or f"The instrument has: {', '.join(declared)}."
        yield checker.document.problem((*path, "network"), f"there is no network '{network}'.", remedy)
        network = next(iter(declared))
    known = variables_of_ties(checker.instrument, declared[network])
    derive = entry.get("derive")
    for name, text in derive.items() if isinstance(derive, dict) else ():
        if name in known or name in checker.variables.roles:
            what = f"'{name}' is already a variable."
            yield checker.document.problem((*path, "derive", name), what, "Choose another name.", key=True)
        elif isinstance(text, str):
            yield from checker.expression((*path, "derive", name), text, Variables(dict(known), {}))
            known[name] = "number"
    if isinstance(entry.get("only"), str):
        yield from checker.expression((*path, "only"), entry["only"], Variables(dict(known), {}), condition=True)
    outcome = entry.get("outcome")
    ahead = isinstance(outcome, str) and outcome.endswith(AT + NEXT)
    base = outcome.removesuffix(AT + NEXT) if isinstance(outcome, str) else ""
    if isinstance(outcome, str) and (wrong := Variables(dict(known), {}).wrong(base, number=True)):
        yield checker.document.problem((*path, "outcome"), *wrong)
    every = Variables({**checker.variables.roles, **known}, checker.variables.unusable)
    names = [name for _, name in texts(entry.get("predictors"))]
    for i, name in texts(entry.get("predictors")):
        parts = name.split(":")
        wrongs = [wrong for part in parts if (wrong := every.wrong(part, number=len(parts) > 1)) is not None]
        if wrongs or len(parts) > 2:
            more = (f"'{name}' is a product of more than two.", "Write two: given:received.")
            yield checker.document.problem((*path, "predictors", i), *(wrongs[0] if wrongs else more))
        elif name == outcome and not ahead:
            what = f"'{name}' is the outcome, and cannot be a predictor as well."
            yield checker.document.problem((*path, "predictors", i), what, "Leave it out of 'predictors'.")
        elif names.index(name) != i:
            yield checker.twice((*path, "predictors", i), name)
    terms = [term for name in names if every.role(name) for term in terms_of(checker.instrument, name)]
    terms += [name for name in names if ":" in name]
    terms += [f"{name}[{part}]" for name in names if known.get(name) == "number" for part in PARTS[:2]]
    yield from checker.tests(path, entry, sorted(terms), "term of 'predictors'")


NESTED: Final[Mapping[str, Callable[[Checker, Path, dict[str, Any]], Iterator[Problem]]]] = {
    "mixed": _mixed,
    "network": _network,
    "tie": _tie,
}
"""The check of each of these kinds, as ``check_kinds.CHECKS`` has them."""
