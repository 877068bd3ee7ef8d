"""The runner: exclude, score, derive, impute, analyse, correct; from a plan and a data set to findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.claims import claim_of, correct, with_smallest
from analysis.errors import PlanDataError
from analysis.findings import Finding, Findings
from analysis.imputation import Imputations
from analysis.imputation.planned import imputed, reliability_of
from analysis.plan.check_missing import UNPOOLED
from analysis.plan.check_nested import PERSON
from analysis.plan.differences import planned_in
from analysis.plan.kinds import Analysis, DescriptivesOf, ReliabilityOf
from analysis.plan.model import Plan
from analysis.plan.parts import Claim
from analysis.plan.relations import Relations
from analysis.result import NotApplicable
from analysis.rows import of_wave, wave_of, with_errors, with_person
from analysis.runners import RUNNERS
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored, derived, score
from analysis.screening.result import Difference, Screening
from analysis.screening.robustness import claimed, reliabilities, together
from analysis.screening.rules import eligible, exclude
from analysis.specifications import with_specifications
from analysis.waves import names_in, over_waves
from analysis.withheld import all_withheld, too_few
from survey.dataset.model import Dataset
from survey.dataset.waves import wave_field
from survey.instrument.expressions import parse
from survey.instrument.frozen import Frozen

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
    scored = _score(kept, plan)
    planned = _planned(plan)
    filled = imputed(
        _derived(plan, scored), scored, lambda share: tell(0.03 + 0.37 * share, "Imputing what is missing")
    )
    begun = 0.05 if filled is None else 0.4
    findings = []
    for i, (name, analysis) in enumerate(planned):
        tell(begun + (1 - begun) * i / len(planned), f"{name} ({analysis.kind})")
        if closed is not None and (reason := closed.of(analysis)):
            results: Outcome = (NotApplicable(analysis.kind, analysis.subject, reason),)
        else:
            results = _analyse(name, analysis, plan, scored, filled, dataset)
        claim = None
        before = locked is None or _was_planned(locked, name, analysis)
        if before and isinstance(analysis, Claim) and analysis.is_claim:
            claim = with_smallest(claim_of(analysis, name, results[0]), plan, results[0])
        findings.append(Finding(name, analysis.kind, claim.tier if claim else "", before, results, claim))
    claims = iter(correct([f.claim for f in findings if f.claim is not None], plan))
    findings = [f if f.claim is None else replace(f, claim=next(claims)) for f in findings]
    if closed is None:
        findings = _with_everyone(findings, planned, plan, dataset, excluded)
        if plan.robustness is not None:
            tell(0.97, "The primary claims otherwise")
            findings = with_specifications(findings, planned, plan, kept, dataset, _whole)
    tell(1.0, "Done")
    return Findings(
        plan=plan,
        instrument=dataset.instrument,
        source=dataset.source,
        n_read=n_read,
        excluded=(*closed_out, *excluded),
        n_used=len(kept.respondents),
        scored=scored,
        analyses=tuple(findings),
        notes=(*dataset.notes, *scored.notes),
        seed=plan.seed,
        imputed=None if filled is None or filled.failure else filled,
    )


def _whole(plan: Plan, dataset: Dataset, everyone: Dataset) -> dict[str, Outcome]:
    """The results of every analysis of a plan, by its name."""
    scored = _score(dataset, plan)
    filled = imputed(_derived(plan, scored), scored)
    return {
        name: _analyse(name, analysis, plan, scored, filled, everyone)
        for name, analysis in zip(plan.ids(), plan.analyses, strict=True)
    }


def _was_planned(locked: Plan, name: str, analysis: Analysis) -> bool:
    """Whether it stood in the locked plan; how scales were measured is no test and needs no plan."""
    return name == "reliability" or planned_in(locked, name, analysis)


def _score(dataset: Dataset, plan: Plan) -> Scored:
    """The scores; what is derived from a network or from waves is left out, with a note, where the data have none."""
    derive = dict(plan.derive)
    left_out: list[str] = []
    while True:
        try:
            scored = score(dataset, derive)
            break
        except KeyError as error:
            name = str(error.args[0])
            known = {*left_out, *dataset.instrument.networks, wave_field(dataset.instrument)}
            gone = [key for key, text in derive.items() if name in parse(text, functions=True).names]
            if not known & {name, name.partition(".")[0]} or not gone:
                message = f"{dataset.source}: a variable is derived from '{name}', and the data have no such column."
                raise PlanDataError(f"{message} Add the column, or take it out of 'derive'.") from None
            left_out += gone
            derive = {key: text for key, text in derive.items() if key not in gone}
    if left_out:
        note = f"Not derived, as the data have no table of ties or no column of waves: {', '.join(left_out)}."
        scored = replace(scored, notes=(*scored.notes, note))
    return scored


def _derived(plan: Plan, scored: Scored) -> Plan:
    """The plan with what could be derived."""
    known = {name: text for name, text in plan.derive.items() if name in scored.frame.columns}
    return plan if len(known) == len(plan.derive) else plan.model_copy(update={"derive": Frozen(known)})


def _planned(plan: Plan) -> list[tuple[str, Analysis]]:
    """Every analysis with its name; the plan's own reliability comes after descriptives, before what builds on it."""
    planned: list[tuple[str, Analysis]] = list(zip(plan.ids(), plan.analyses, strict=True))
    if plan.reliability is not None:
        whole = reliability_of(plan.reliability)
        place = next((i for i, (_, a) in enumerate(planned) if not isinstance(a, DescriptivesOf)), len(planned))
        planned.insert(place, ("reliability", whole))
    return planned


def _with_everyone(
    findings: list[Finding],
    planned: list[tuple[str, Analysis]],
    plan: Plan,
    dataset: Dataset,
    excluded: tuple[tuple[str, int], ...],
) -> list[Finding]:
    """Beside screening, where somebody was excluded: claims and reliabilities once more, with everyone."""
    asked = any(isinstance(result, Screening) for finding in findings for result in finding.results)
    if not asked or not sum(count for _, count in excluded):
        return findings
    whole = _score(dataset, plan)
    again = [a for f, (_, a) in zip(findings, planned, strict=True) if f.claim or isinstance(a, ReliabilityOf)]
    # careless answers must not lend values to the others: everyone is imputed anew, where anything is pooled at all
    filled = imputed(_derived(plan, whole), whole) if any(one.imputable for one in again) else None
    rows: list[Difference] = []
    for finding, (name, analysis) in zip(findings, planned, strict=True):
        if isinstance(analysis, ReliabilityOf):
            quick = analysis.model_copy(update={"resamples": 0})
            rows += reliabilities(name, finding.results, _analyse(name, quick, plan, whole, filled, dataset))
        elif finding.claim is not None and isinstance(analysis, Claim):
            everyone = _analyse(name, analysis, plan, whole, filled, dataset)
            rows += claimed(finding.claim, finding.results, claim_of(analysis, name, everyone[0]), everyone)
    robust = together(rows)
    if robust is None:
        return findings
    return [
        replace(f, results=(*f.results, robust)) if any(isinstance(r, Screening) for r in f.results) else f
        for f in findings
    ]


def _noted(result: Any, notes: list[str]) -> Any:
    """A result with further notes, where it has any."""
    return result if not notes or not hasattr(result, "notes") else replace(result, notes=(*result.notes, *notes))


def _analyse(
    name: str, analysis: Analysis, plan: Plan, scored: Scored, filled: Imputations | None, everyone: Dataset
) -> Outcome:
    """The results of one analysis; a numerical failure inside it is a reason, not the end of the run.

    Who is in it by its ``where`` is judged by what was answered, so that all imputed data sets have the same cases.
    """
    smallest = scored.dataset.smallest_group
    notes = []
    wave = wave_of(analysis, plan)
    if wave != plan.wave:
        filled = None
        if plan.treatment == "mi" and analysis.imputable and analysis.kind not in UNPOOLED:
            notes.append(NOT_IMPUTED)
    if filled is not None and filled.failure and analysis.imputable:
        return (NotApplicable(analysis.kind, analysis.subject, filled.failure),)
    try:
        scored = of_wave(scored, wave)
        if analysis.where is not None:
            held = derived(analysis.where, scored.frame) == 1.0
            if few := too_few(int(held.sum()), len(held), smallest):
                return (NotApplicable(analysis.kind, analysis.subject, few),)
            scored = Scored(scored.dataset, scored.frame[held], scored.notes, scored.keyed[held])
            filled = None if filled is None else filled.of(held)
        if of_waves := names_in(analysis):
            wide = over_waves(scored, of_waves)
            if isinstance(wide, str):
                return (NotApplicable(analysis.kind, analysis.subject, wide),)
            scored, filled = wide, None
        if getattr(analysis, "group", None) == PERSON:
            scored = with_person(scored)
        analysis, note = with_errors(analysis, scored)
        notes += [note] if note else []
        results = RUNNERS[analysis.kind](analysis, Task(name, plan, scored, filled, everyone))
        return all_withheld(tuple(_noted(result, notes) for result in results), smallest)
    except KeyError as error:
        reason = f"the data have no variable {error.args[0]}"
    except (ArithmeticError, np.linalg.LinAlgError, ValueError) as error:
        reason = f"it failed: {str(error) or type(error).__name__}"
    return (NotApplicable(analysis.kind, analysis.subject, reason),)
