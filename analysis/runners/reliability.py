"""Runs reliability of scales."""

from __future__ import annotations

from analysis.plan.kinds import ReliabilityOf
from analysis.reliability import Reliability, reliability
from analysis.reliability.pooled import pooled_reliability
from analysis.result import NotApplicable, Result
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored

Found = Reliability | NotApplicable


def run(analysis: ReliabilityOf, task: Task) -> Outcome:
    """One result a scale; 'all' leaves out formative scales, of which reliability means nothing."""
    scored = task.scored
    scales = scored.instrument.scales
    names = (
        tuple(scale for scale, declared in scales.items() if not declared.formative)
        if analysis.scales == "all"
        else analysis.scales
    )
    if not names:
        return (NotApplicable("reliability", "", "the instrument has no scale that reflects one thing"),)
    results: list[Result | NotApplicable] = []
    for scale in names:
        absent = [key.lstrip("-") for key in scales[scale].items if key.lstrip("-") not in scored.items(scale).columns]
        if absent:
            results.append(NotApplicable("reliability", scale, f"the data have no column {', '.join(absent)}"))
            continue
        pooled = task.imputed is not None and "missing" not in analysis.model_fields_set

        def one(part: Scored, name: str = scale, resamples: int = 0 if pooled else analysis.resamples) -> Found:
            return reliability(
                part.items(name),
                scale=name,
                level=task.level,
                resamples=resamples,
                seed=task.seed(name),
                missing=analysis.missing,
                score=scales[name].score,
                groups=part.groups,
            )

        if task.imputed is not None and pooled:
            results.append(pooled_reliability([one(part) for part in task.imputed.sets]))
        else:
            results.append(one(scored))
    return tuple(results)
