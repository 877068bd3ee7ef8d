"""Runs reliability of scales."""

from __future__ import annotations

from analysis.plan.kinds import ReliabilityOf
from analysis.reliability import reliability
from analysis.result import NotApplicable, Result
from analysis.runners.task import Outcome, Task


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
        items = scored.items(scale)
        absent = [key.lstrip("-") for key in scales[scale].items if key.lstrip("-") not in items.columns]
        if absent:
            results.append(NotApplicable("reliability", scale, f"the data have no column {', '.join(absent)}"))
            continue
        results.append(
            reliability(
                items,
                scale=scale,
                level=task.level,
                resamples=analysis.resamples,
                seed=task.seed(scale),
                missing=analysis.missing,
                score=scales[scale].score,
                groups=scored.groups,
            )
        )
    return tuple(results)
