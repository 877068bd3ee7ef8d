"""Runs correlations, disattenuated by alpha where the variables are scales."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Literal

from analysis.correlation import correlation
from analysis.missing.fiml import fiml_correlation
from analysis.missing.pooled import pooled_correlation
from analysis.moments import moments
from analysis.plan.kinds import CorrelationOf
from analysis.reliability import alpha_of
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored


def run(analysis: CorrelationOf, task: Task) -> Outcome:
    """All pairs in one result."""
    held = analysis.partial or ()
    if reason := task.absent((*analysis.variables, *held)):
        return (NotApplicable(analysis.kind, "", reason),)
    frame = task.scored.frame[[*analysis.variables, *held]]
    alphas = _alphas(task.scored, analysis) if analysis.method == "pearson" and not held else None
    how = task.plan.treatment
    if task.imputed is not None:
        frames = [one.frame[[*analysis.variables, *held]] for one in task.imputed.sets]
        found = pooled_correlation(
            frames, analysis.method, analysis.adjust, alphas or None, level=task.level, partial=held
        )
        return (found if isinstance(found, NotApplicable) else replace(found, n_read=len(frame)),)
    if how == "fiml" and analysis.method == "pearson" and held:
        reason = "partial correlations by full-information maximum likelihood are not in this version; impute instead"
        return (NotApplicable(analysis.kind, "", reason),)
    if how == "fiml" and analysis.method == "pearson":
        return (fiml_correlation(frame, analysis.adjust, alphas or None, level=task.level),)
    missing: Literal["pairwise", "listwise"] = "listwise" if how == "listwise" else "pairwise"
    found = correlation(
        frame, analysis.method, analysis.adjust, alphas or None, level=task.level, missing=missing, partial=held
    )
    return (found,)


def _alphas(scored: Scored, analysis: CorrelationOf) -> dict[str, float]:
    """Alpha (listwise) of each scale that is correlated and reflects one thing."""
    known = {}
    for name in analysis.variables:
        scale = scored.instrument.scales.get(name)
        if scale is None or scale.formative or name not in scored.frame.columns:
            continue
        items = scored.items(name).dropna()
        if (
            items.shape[1] > 1
            and len(items) > 2
            and isfinite(alpha := float(alpha_of(moments(items).cov)))
            and alpha > 0
        ):
            known[name] = alpha
    return known
