"""The runner: exclude, score, derive, impute, analyse, correct; from a plan and a data set to findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.claims import claim_of, correct
from analysis.errors import PlanDataError
from analysis.findings import Finding, Findings
from analysis.imputation import Imputations
from analysis.imputation.planned import imputed
from analysis.plan.kinds import Analysis, DescriptivesOf, ReliabilityOf
from analysis.plan.model import Plan
from analysis.plan.parts import Claim, Exclusion
from analysis.result import NotApplicable
from analysis.runners import RUNNERS
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored, derived, score
from survey.dataset.columns import SECONDS
from survey.dataset.model import Dataset
from survey.instrument.model import Check

Progress = Callable[[float, str], None]


def run(plan: Plan, dataset: Dataset, *, progress: Progress | None = None) -> Findings:
    """Run every analysis of a plan on a data set.

    progress: called with the share done (0 to 1) and what is being done. An analysis that fails becomes
    NotApplicable and the rest goes on. Random work is seeded by the plan's seed and the analysis's id, so that adding
    an analysis changes no number of another. Results depend on the answers and not on the order of the rows.

    Raises PlanDataError (a ValueError) where the data lack the column of an exclusion or of a derivation.
    """
    tell = progress or (lambda share, what: None)
    tell(0.0, "Excluding respondents")
    kept, excluded = exclude(dataset, plan)
    tell(0.02, "Scoring")
    scored = _score(kept, plan)
    planned = _planned(plan)
    filled = imputed(plan, scored, lambda share: tell(0.03 + 0.37 * share, "Imputing what is missing"))
    begun = 0.05 if filled is None else 0.4
    findings = []
    for i, (name, analysis) in enumerate(planned):
        tell(begun + (1 - begun) * i / len(planned), f"{name} ({analysis.kind})")
        results = _analyse(name, analysis, plan, scored, filled)
        claim = None
        if isinstance(analysis, Claim) and analysis.is_claim:
            claim = claim_of(analysis, name, results[0])
        findings.append(Finding(name, analysis.kind, claim.tier if claim else "", True, results, claim))
    claims = iter(correct([f.claim for f in findings if f.claim is not None], plan))
    findings = [f if f.claim is None else replace(f, claim=next(claims)) for f in findings]
    tell(1.0, "Done")
    return Findings(
        plan=plan,
        instrument=dataset.instrument,
        source=dataset.source,
        n_read=len(dataset.respondents),
        excluded=excluded,
        n_used=len(kept.respondents),
        scored=scored,
        analyses=tuple(findings),
        notes=(*dataset.notes, *scored.notes),
        seed=plan.seed,
        imputed=filled,
    )


def exclude(dataset: Dataset, plan: Plan) -> tuple[Dataset, tuple[tuple[str, int], ...]]:
    """Leave out whom the plan's rules exclude; each is counted under the first rule that does.

    An instructed item that was not answered was not failed, and an unknown time is not too short. Raises
    PlanDataError where the data lack a column that a rule needs.
    """
    gone = np.zeros(len(dataset.respondents), dtype=np.bool_)
    counts = []
    for rule in plan.exclude:
        hit, reason = _rule(rule, dataset)
        counts.append((reason, int((hit & ~gone).sum())))
        gone |= hit
    if not gone.any():
        return dataset, tuple(counts)
    kept = replace(dataset, respondents=dataset.respondents[~gone], missing=dataset.missing[~gone])
    return kept, tuple(counts)


def _rule(rule: Exclusion, dataset: Dataset) -> tuple[npt.NDArray[np.bool_], str]:
    """Whom one rule hits, and the reason in words."""
    respondents = dataset.respondents
    if rule.seconds_per_item is not None:
        _need(dataset, SECONDS)
        limit = rule.seconds_per_item.below
        return respondents[SECONDS].to_numpy(dtype=np.float64) < limit, f"under {limit:g} seconds an item"
    failed = np.zeros(len(respondents), dtype=np.int64)
    for check in dataset.instrument.checks.values():
        _need(dataset, check.item)
        failed += _failed(check, respondents[check.item])
    at_least = rule.checks_failed.at_least if rule.checks_failed is not None else 1
    reason = "an instructed item failed" if at_least == 1 else f"{at_least} or more instructed items failed"
    return failed >= at_least, reason


def _need(dataset: Dataset, column: str) -> None:
    """Refuse data without the column; one that is empty without any reason given is as good as not there."""
    respondents, missing = dataset.respondents, dataset.missing
    there = column in respondents.columns
    if there and len(respondents) and bool(respondents[column].isna().all()):
        there = column in missing.columns and bool((missing[column] != "").any())
    if not there:
        raise PlanDataError(
            f"{dataset.source}: the plan excludes by '{column}', and the data have no values of it. "
            "Add the column, or take the rule out of 'exclude'."
        )


def _failed(check: Check, answers: pd.Series) -> npt.NDArray[np.bool_]:
    """Who answered a check otherwise than asked."""
    answered = answers.notna().to_numpy()
    if isinstance(check.pass_, str):
        return answered & (answers.astype(object) != check.pass_).to_numpy()
    return answered & (answers.to_numpy(dtype=np.float64) != check.pass_)


def _score(dataset: Dataset, plan: Plan) -> Scored:
    try:
        return score(dataset, plan.derive)
    except KeyError as error:
        name = str(error.args[0])
        message = f"{dataset.source}: a variable is derived from '{name}', and the data have no such column."
        raise PlanDataError(f"{message} Add the column, or take it out of 'derive'.") from None


def _planned(plan: Plan) -> list[tuple[str, Analysis]]:
    """Every analysis with its name; the plan's own reliability comes after descriptives, before what builds on it."""
    planned: list[tuple[str, Analysis]] = list(zip(plan.ids(), plan.analyses, strict=True))
    if plan.reliability is not None:
        whole = ReliabilityOf(kind="reliability", **plan.reliability.model_dump())
        place = next((i for i, (_, a) in enumerate(planned) if not isinstance(a, DescriptivesOf)), len(planned))
        planned.insert(place, ("reliability", whole))
    return planned


def _analyse(name: str, analysis: Analysis, plan: Plan, scored: Scored, filled: Imputations | None) -> Outcome:
    """The results of one analysis; a numerical failure inside it is a reason, not the end of the run.

    Who is in it by its ``where`` is judged by what was answered, so that all imputed data sets have the same cases.
    """
    try:
        if analysis.where is not None:
            held = derived(analysis.where, scored.frame) == 1.0
            scored = Scored(scored.dataset, scored.frame[held], scored.notes, scored.keyed[held])
            filled = None if filled is None else filled.of(held)
        return RUNNERS[analysis.kind](analysis, Task(name, plan, scored, filled))
    except KeyError as error:
        reason = f"the data have no variable {error.args[0]}"
    except (ArithmeticError, np.linalg.LinAlgError, ValueError) as error:
        reason = f"it failed: {str(error) or type(error).__name__}"
    return (NotApplicable(analysis.kind, analysis.subject, reason),)
