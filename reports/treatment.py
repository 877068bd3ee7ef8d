"""How missing values were treated, in words for the report's Method section."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analysis.cfa.result import CFA
from analysis.imputation import Imputations
from analysis.invariance import Invariance
from analysis.reliability import Reliability
from reports.numbers import COUNT, PERCENT, show

if TYPE_CHECKING:
    from analysis.findings import Findings

POOLED = "pooled over multiple imputations"


def treatment(findings: Findings) -> str:
    """What each kind of analysis did with missing values; of imputation also the model behind it."""
    how = findings.plan.treatment or "pairwise"
    kinds = {finding.kind for finding in findings.analyses}
    parts = []
    ways = [one.missing for finding in findings.analyses for one in finding.results if isinstance(one, Reliability)]
    if ways:
        parts.append(f"reliability {' or '.join(POOLED if way == 'mi' else way for way in dict.fromkeys(ways))}")
    for kind, what in (("cfa", "factor analyses"), ("invariance", "invariance")):
        fits = [one for finding in findings.analyses for one in finding.results if isinstance(one, CFA | Invariance)]
        full = {_all_answers(one) for one in fits if one.kind == kind}
        parts += [f"{what} {' or '.join(sorted(full))}"] if full else []
    if findings.imputed is not None:
        pooled = [kind for kind in ("descriptives", "correlation", "regression") if kind in kinds]
        names = {"descriptives": "descriptives", "correlation": "correlations", "regression": "regressions"}
        parts += [f"{_listed([names[kind] for kind in pooled])} {POOLED}"] if pooled else []
    elif how == "fiml":
        named = [kind for kind in ("correlations", "regressions") if kind[:-1] in kinds]
        parts += [f"{_listed(named)} by full-information maximum likelihood"] if named else []
    else:
        parts += [f"correlations {how}"] if "correlation" in kinds else []
        parts += ["regressions listwise"] if "regression" in kinds else []
    whole = "; ".join(parts)
    whole = whole[:1].upper() + whole[1:] if parts else "Each variable by itself"
    return whole if findings.imputed is None else f"{whole}. {imputation(findings.imputed)}"


def _all_answers(result: CFA | Invariance) -> str:
    if result.imputations:
        return POOLED
    missing = result.missing if isinstance(result, CFA) else result.estimator
    return "by full-information maximum likelihood" if missing == "fiml" else "listwise"


def imputation(made: Imputations) -> str:
    """The imputation model, in sentences."""
    counted = Counter(made.methods.values())
    ways = [f"{method} for {count} variable{'s' if count > 1 else ''}" for method, count in counted.items()]
    ways = [
        way.replace("matching", f"matching with {made.donors} donors", 1) if "matching" in way else way for way in ways
    ]
    said = [
        f"{show(made.gaps, COUNT)} of {show(made.cells, COUNT)} values ({show(made.share, PERCENT)}) were imputed",
        f"{len(made.sets)} times by chained equations ({made.iterations} rounds, by the plan's seed)",
    ]
    text = " ".join(said) + (f": {_listed(ways)}." if ways else ".")
    text += (
        " Items were imputed from the other items of their scale, the scores of other scales and the other variables of"
        " the analyses; scores and derived variables were computed anew. What was not shown or did not apply was not"
        " imputed. Estimates were pooled by Rubin's rules with Barnard and Rubin's degrees of freedom, correlations by"
        " Fisher's z, R² by that of R, and F by D1; how the fit of factor models and coefficients of reliability were"
        " pooled stands beside them."
    )
    return " ".join([text, *made.notes])


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
