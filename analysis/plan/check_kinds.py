"""What must hold of the names in each kind of analysis; one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from analysis.plan.check_nested import NESTED
from analysis.plan.check_paths import mediation, moderation
from analysis.plan.check_regression import RELATIVES, group
from analysis.plan.texts import texts
from analysis.plan.waves import parted
from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant

if TYPE_CHECKING:
    from analysis.plan.check import Checker


def _descriptives(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "variables"), entry.get("variables"), number=True)


def _correlation(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "variables"), entry.get("variables"), number=True)
    yield from checker.listed((*path, "partial"), entry.get("partial"), number=True)
    names = [name for _, name in texts(entry.get("variables"))]
    for i, name in texts(entry.get("partial")):
        if name in names:
            what = f"'{name}' is correlated, and cannot be held constant as well."
            yield checker.document.problem((*path, "partial", i), what, "Leave it out of one of them.")
    if entry.get("method") == "polychoric" and entry.get("partial"):
        what = "polychoric correlations cannot be partial in this version."
        yield checker.document.problem((*path, "partial"), what, "Choose pearson or spearman.", key=True)
    yield from checker.tests(path, entry, [f"{a}~{b}" for a, b in combinations(names, 2)], "pair")


def _reliability(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.scales((*path, "scales"), entry.get("scales"))


def _factor(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "items"), entry.get("items"), number=True)
    yield from checker.scales((*path, "scales"), entry.get("scales"))
    if (entry.get("items") is None) == (entry.get("scales") is None):
        what = "a factor analysis has either 'items' or 'scales'."
        yield checker.document.problem(path, what, "Write one of them.")


def _agreement(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _number(checker, (*path, "scale"), entry.get("scale"))
    yield from group(checker, (*path, "group"), entry.get("group"))


def _retest(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _number(checker, (*path, "scale"), entry.get("scale"))
    yield from _waves(checker, (*path, "waves"), entry.get("waves"))


def _waves(checker: Checker, path: Path, given: Any) -> Iterator[Problem]:
    """Numbers of waves, each named once."""
    waves: list[Any] = given if isinstance(given, list) else []
    for i, wave in enumerate(waves):
        if isinstance(wave, int) and waves.index(wave) != i:
            yield checker.twice((*path, i), str(wave))


def _screening(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    rules = entry.get("rules")
    for i, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            yield from checker.rule((*path, "rules", i), rule)


def _cfa(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.scales((*path, "scales"), entry.get("scales"))
    scales = [name for _, name in texts(entry.get("scales"))]
    yield from _items(checker, (*path, "method_factor"), entry.get("method_factor"), scales)
    reversed_ = [key for name in scales if name in checker.instrument.scales for key in _keys(checker, name)]
    if entry.get("method_factor") == "reversed" and not any(key.startswith("-") for key in reversed_):
        what = "none of the scales has a reversed item, so there is nothing for a factor of them."
        yield checker.document.problem((*path, "method_factor"), what, "Leave it out, or list items.")
    name = entry.get("second_order")
    if isinstance(name, str) and name in {*scales, *(key.lstrip("-") for key in reversed_)}:
        what = f"'{name}' is already one of the scales or items."
        yield checker.document.problem((*path, "second_order"), what, "Choose another name.")
    if isinstance(name, str) and scales and len(scales) < 3:
        what = "a second-order factor needs three scales or more; of fewer it is not identified."
        yield checker.document.problem((*path, "second_order"), what, "Name more scales, or leave it out.")
    if entry.get("missing") == "fiml" and entry.get("estimator") == "wlsmv":
        what = "wlsmv leaves out whoever lacks an answer; it has no full information."
        yield checker.document.problem((*path, "missing"), what, "Leave it out, or use mlr.")


def _invariance(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.scales((*path, "scales"), entry.get("scales"))
    group = entry.get("group")
    if isinstance(group, str) and (wrong := checker.variables.wrong(group)):
        yield checker.document.problem((*path, "group"), *wrong)
    yield from _waves(checker, (*path, "waves"), entry.get("waves"))
    if (group is None) == (entry.get("waves") is None):
        what = "invariance is over either a 'group' or 'waves'."
        yield checker.document.problem(path, what, "Write one of them.")
    yield from _items(checker, (*path, "free"), entry.get("free"), [name for _, name in texts(entry.get("scales"))])
    if entry.get("collapse") and entry.get("estimator") != "wlsmv":
        what = "answers are joined for ordered categories alone, and this estimator takes them for numbers."
        yield checker.document.problem(
            (*path, "collapse"), what, "Leave it out, or write 'estimator: wlsmv'.", key=True
        )


def _keys(checker: Checker, scale: str) -> tuple[str, ...]:
    return tuple(checker.instrument.scales[scale].items)


def _items(checker: Checker, path: Path, names: Any, scales: list[str]) -> Iterator[Problem]:
    """Items that must be ones of the scales, each named once."""
    known = {key.lstrip("-") for name in scales if name in checker.instrument.scales for key in _keys(checker, name)}
    listed = [name for _, name in texts(names)]
    for i, name in texts(names):
        if name not in known:
            remedy = meant(name, tuple(sorted(known))) or "Name items of the scales of this analysis."
            yield checker.document.problem((*path, i), f"'{name}' is no item of these scales.", remedy)
        elif listed.index(name) != i:
            yield checker.twice((*path, i), name)


def _number(checker: Checker, path: Path, name: Any) -> Iterator[Problem]:
    if isinstance(name, str) and (wrong := checker.variables.wrong(name, number=True)):
        yield checker.document.problem(path, *wrong)


def _missing(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from checker.listed((*path, "variables"), entry.get("variables"), number=False)


def _panel(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for key in ("x", "y", "covariates"):
        yield from checker.listed((*path, key), entry.get(key), number=True)
        for i, name in texts(entry.get(key)):
            if name in seen:
                yield checker.twice((*path, key, i), name)
        seen |= {name for _, name in texts(entry.get(key))}
    x, y = ([name for _, name in texts(entry.get(key))] for key in ("x", "y"))
    begun = {parts[1] for name in x[:1] if (parts := parted(name))}
    for i, name in texts(entry.get("covariates")):
        if (parts := parted(name)) and parts[1] not in begun:
            what = f"'{name}' is of one wave, and covariates of a panel stand for the whole time."
            remedy = "Name what does not change, or its value in the first wave."
            yield checker.document.problem((*path, "covariates", i), what, remedy)
    if min(len(x), len(y)) > 1 and len(x) != len(y):
        what = f"'x' has {len(x)} waves and 'y' has {len(y)}; both are of the same waves."
        yield checker.document.problem((*path, "y"), what, "Name both in every wave.", key=True)
    times = entry.get("times")
    if isinstance(times, list) and all(isinstance(time, int | float) for time in times):
        if len(times) != len(x):
            what = f"'times' has {len(times)} numbers for {len(x)} waves."
            yield checker.document.problem((*path, "times"), what, "Give each wave a time.", key=True)
        elif sorted(set(times)) != times:
            what = "the times of the waves must rise from each to the next."
            yield checker.document.problem((*path, "times"), what, "Put the waves in their order.", key=True)
    steps = [pair for one, two in ((x, x), (y, y), (x, y), (y, x)) for pair in zip(one, two[1:], strict=False)]
    paths = [f"{a}->{b}" for a, b in steps if checker.variables.role(a) and checker.variables.role(b)]
    yield from checker.tests(path, entry, paths, "path from one wave to the next")


def _dyad(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    yield from _number(checker, (*path, "outcome"), entry.get("outcome"))
    yield from checker.listed((*path, "predictors"), entry.get("predictors"), number=True)
    yield from group(checker, (*path, "dyad"), entry.get("dyad"))
    role = entry.get("role")
    names = [name for _, name in texts(entry.get("predictors")) if checker.variables.role(name)]
    if isinstance(role, str) and (wrong := checker.variables.wrong(role)):
        yield checker.document.problem((*path, "role"), *wrong)
    elif isinstance(role, str) and checker.variables.role(role) != "category":
        what = f"'{role}' is a number, and roles are two categories."
        yield checker.document.problem((*path, "role"), what, "Name a field or choice that says who is which.")
    for i, name in texts(entry.get("predictors")):
        if name == entry.get("outcome"):
            what = f"'{name}' is the outcome, and cannot be a predictor as well."
            yield checker.document.problem((*path, "predictors", i), what, "Leave it out of the predictors.")
    # which roles there are is known from the data alone
    kinds = ("actor", "partner")
    terms = [*names, *(f"{name}[{kind}]" for name in names for kind in kinds)]
    told = {f"{name}[{kind}, " for name in names for kind in kinds} if role else set()
    for i, term in texts(entry.get("tests")):
        if term not in terms and not any(term.startswith(start) and term.endswith("]") for start in told):
            remedy = meant(term, terms) or "It must be a predictor of this analysis, or one of its two effects."
            yield checker.document.problem((*path, "tests", i), f"'{term}' is no effect of this analysis.", remedy)


CHECKS: Final[Mapping[str, Callable[[Checker, Path, dict[str, Any]], Iterator[Problem]]]] = {
    "descriptives": _descriptives,
    "missing": _missing,
    "correlation": _correlation,
    "reliability": _reliability,
    "agreement": _agreement,
    "factor": _factor,
    "retest": _retest,
    "screening": _screening,
    "cfa": _cfa,
    "invariance": _invariance,
    **NESTED,
    "panel": _panel,
    "moderation": moderation,
    "dyad": _dyad,
    **RELATIVES,
    "mediation": mediation,
}
"""The check of each kind, by its name in a plan: path and content of its entry to the mistakes in it."""
