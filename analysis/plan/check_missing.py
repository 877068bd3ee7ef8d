"""What must hold between a plan's treatment of missing values and its analyses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.plan.waves import NO_NAMES, parted, texts_of
from survey.files.document import Path
from survey.files.problems import Problem

if TYPE_CHECKING:
    from analysis.plan.check import Checker

UNPOOLED = frozenset(
    {"panel", "invariance", "cfa", "factor", "reliability", "agreement", "retest", "missing", "screening"}
)
"""Kinds that take variables of one wave although the plan imputes: they are then of the answers that there are."""
INSTEAD = "or impute: 'missing: {mi: {imputations: 20}}'."


def treatment(checker: Checker) -> Iterator[Problem]:
    """Auxiliary variables exist; maximum likelihood is asked for only where there is an estimator."""
    missing = checker.data.get("missing")
    if isinstance(missing, dict) and isinstance(missing.get("mi"), dict):
        yield from checker.listed(("missing", "mi", "auxiliary"), missing["mi"].get("auxiliary"), number=False)
    imputes = isinstance(missing, dict) and "mi" in missing
    entries = checker.data.get("analyses")
    for i, entry in enumerate(entries if isinstance(entries, list) else []):
        one_wave = checker.data.get("wave") is not None
        if isinstance(entry, dict) and imputes and not one_wave and entry.get("kind") not in UNPOOLED:
            yield from _of_waves(checker, ("analyses", i), entry)
        if isinstance(entry, dict) and missing == "fiml":
            yield from _fiml(checker, ("analyses", i), entry)


def _of_waves(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """Variables of one wave are not imputed."""
    for key, value in entry.items():
        named = [name for name in texts_of(value) if parted(name)] if key not in NO_NAMES else []
        if named:
            what = f"'{named[0]}' is of one wave, and multiple imputation is of the wave that the plan names."
            remedy = "Write 'wave: 1' at the top of the plan; this analysis then has complete cases."
            yield checker.document.problem((*path, key), what, remedy)


def _fiml(checker: Checker, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
    """Correlations must be Pearson's, and errors of regressions classical."""
    method = entry.get("method", "pearson")
    if entry.get("kind") == "correlation" and method in ("spearman", "polychoric"):
        what = f"'missing: fiml' gives Pearson correlations alone, and this one is '{method}'."
        yield checker.document.problem((*path, "method"), what, f"Write 'method: pearson', {INSTEAD}")
    if entry.get("kind") == "correlation" and entry.get("partial"):
        what = "'missing: fiml' gives no partial correlations."
        yield checker.document.problem((*path, "partial"), what, f"Leave 'partial' out, {INSTEAD}", key=True)
    if entry.get("kind") == "mixed":
        what = "'missing: fiml' has no mixed models: they leave out whoever lacks a value."
        yield checker.document.problem((*path, "kind"), what, f"Leave 'missing' out, {INSTEAD}")
    if entry.get("kind") in ("moderation", "mediation"):
        what = f"'missing: fiml' gives no {entry['kind']}: a product is not normal, nor is a product of coefficients."
        yield checker.document.problem((*path, "kind"), what, f"Leave it out, {INSTEAD}")
    if entry.get("kind") == "regression" and entry.get("errors") != "classical":
        place = (*path, "errors") if "errors" in entry else (*path, "kind")
        asked = "asks for others" if "errors" in entry else "has HC3, the default"
        what = f"'missing: fiml' gives classical errors alone, and this regression {asked}."
        yield checker.document.problem(place, what, f"Write 'errors: classical', {INSTEAD}")
