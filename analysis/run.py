"""The runner: exclude, score, derive, impute, analyse, correct; from a plan and a data set to findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.claims import claim_of, correct, with_smallest
from analysis.findings import Finding, Findings
from analysis.imputation.planned import reliability_of
from analysis.plan.differences import planned_in
from analysis.plan.kinds import Analysis, DescriptivesOf, ReliabilityOf
from analysis.plan.model import Plan
from analysis.plan.parts import Claim
from analysis.plan.relations import Relations
from analysis.prepared import Prepared
from analysis.result import NotApplicable
from analysis.runners.task import Outcome
from analysis.screening.result import Difference, Screening
from analysis.screening.robustness import claimed, reliabilities, together
from analysis.screening.rules import eligible, exclude
from analysis.specifications import with_specifications
from survey.dataset.model import Dataset

Progress = Callable[[float, str], None]
NOT_IMPUTED = "Multiple imputation is of one wave: this analysis has complete cases."


def run(
    plan: Plan,
    dataset: Dataset,
    *,
    progress: Progress | None = None,
    locked: Plan | None = None,
    closed: Relations | None = None,
) -> Findings:
    """Run every analysis of a plan on a data set.

    locked: the plan that was locked before the data were looked at; what does not stand in it explores, and makes no
    claim. closed: relations that may not be looked at; an analysis of them is NotApplicable.

    progress: called with the share done (0 to 1) and what is being done. An analysis that fails becomes
    NotApplicable and the rest goes on. Random work is seeded by the plan's seed and the analysis's id, so that adding
    an analysis changes no number of another. Results depend on the answers and not on the order of the rows.

    Raises PlanDataError (a ValueError) where the data lack the column of an exclusion or of a derivation.
    """
    tell = progress or (lambda share, what: None)
    tell(0.0, "Excluding respondents")
    n_read = len(dataset.respondents)
    dataset, closed_out = eligible(dataset)
    kept, excluded = exclude(dataset, plan.exclude)
    tell(0.02, "Scoring")
    used = Prepared(plan, kept, dataset)
    planned = _planned(plan)
    filled, begun = None, 0.05
    if plan.treatment == "mi":
        filled = used.imputations(lambda share: tell(0.03 + 0.37 * share, "Imputing what is missing"))
        begun = 0.4
    findings = []
    for i, (name, analysis) in enumerate(planned):
        tell(begun + (1 - begun) * i / len(planned), f"{name} ({analysis.kind})")
        if closed is not None and (reason := closed.of(analysis)):
            results: Outcome = (NotApplicable(analysis.kind, analysis.subject, reason),)
        else:
            results = used.analyse(name, analysis)
        claim = None
        before = locked is None or _was_planned(locked, name, analysis)
        if before and isinstance(analysis, Claim) and analysis.is_claim:
            claim = with_smallest(claim_of(analysis, name, results[0]), plan, results[0])
        findings.append(Finding(name, analysis.kind, claim.tier if claim else "", before, results, claim))
    claims = iter(correct([f.claim for f in findings if f.claim is not None], plan))
    findings = [f if f.claim is None else replace(f, claim=next(claims)) for f in findings]
    if closed is None:
        # careless answers must not lend values to the others: everyone is scored and imputed apart, and but once
        whole = Prepared(plan, dataset, dataset) if any(count for _, count in excluded) else None
        if whole is not None:
            findings = _with_everyone(findings, planned, whole)
        if plan.robustness is not None:
            tell(0.97, "The primary claims otherwise")
            findings = with_specifications(findings, planned, used, whole)
    tell(1.0, "Done")
    return Findings(
        plan=plan,
        instrument=dataset.instrument,
        source=dataset.source,
        n_read=n_read,
        excluded=(*closed_out, *excluded),
        n_used=len(kept.respondents),
        scored=used.scored,
        analyses=tuple(findings),
        notes=(*dataset.notes, *used.scored.notes, *_unweighted(dataset)),
        seed=plan.seed,
        imputed=None if filled is None or filled.failure else filled,
    )


def _unweighted(dataset: Dataset) -> tuple[str, ...]:
    """That weights weigh nothing, for whoever declared some would expect otherwise."""
    fields = dataset.instrument.fields
    found = [name for name in fields if fields[name].type == "weight" and name in dataset.respondents.columns]
    return (f"{', '.join(found)}: no analysis is weighted by a field of type weight.",) if found else ()


def _was_planned(locked: Plan, name: str, analysis: Analysis) -> bool:
    """Whether it stood in the locked plan; how scales were measured is no test and needs no plan."""
    return name == "reliability" or planned_in(locked, name, analysis)


def _planned(plan: Plan) -> list[tuple[str, Analysis]]:
    """Every analysis with its name; the plan's own reliability comes after descriptives, before what builds on it."""
    planned: list[tuple[str, Analysis]] = list(zip(plan.ids(), plan.analyses, strict=True))
    if plan.reliability is not None:
        whole = reliability_of(plan.reliability)
        place = next((i for i, (_, a) in enumerate(planned) if not isinstance(a, DescriptivesOf)), len(planned))
        planned.insert(place, ("reliability", whole))
    return planned


def _with_everyone(findings: list[Finding], planned: list[tuple[str, Analysis]], whole: Prepared) -> list[Finding]:
    """Beside screening: claims and reliabilities once more, with everyone."""
    if not any(isinstance(result, Screening) for finding in findings for result in finding.results):
        return findings
    rows: list[Difference] = []
    for finding, (name, analysis) in zip(findings, planned, strict=True):
        if isinstance(analysis, ReliabilityOf):
            quick = analysis.model_copy(update={"resamples": 0})
            rows += reliabilities(name, finding.results, whole.analyse(name, quick))
        elif finding.claim is not None and isinstance(analysis, Claim):
            everyone = whole.analyse(name, analysis)
            rows += claimed(finding.claim, finding.results, claim_of(analysis, name, everyone[0]), everyone)
    robust = together(rows)
    if robust is None:
        return findings
    return [
        replace(f, results=(*f.results, robust)) if any(isinstance(r, Screening) for r in f.results) else f
        for f in findings
    ]
