"""Measurement invariance pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.cfa.pooled import BY_LIKELIHOOD, BY_TESTS, pooled_change, pooled_fit
from analysis.invariance import Invariance, Step
from analysis.missing.pool import all_fitted, shared_notes
from analysis.result import NotApplicable


def pooled_invariance(found: Sequence[Invariance | NotApplicable]) -> Invariance | NotApplicable:
    """Pool the steps of invariance in m completed data sets.

    Chi-squared of each step and of each change by D3 of 'ml' and 'fiml', by D2 of 'mlr' and 'wlsmv' (whose scaled tests
    are pooled); indices are made of the pooled tests (``analysis.cfa.pooled.pooled_fit``). A step that cannot be fitted
    in some data set has no fit, and neither has the change after it. NotApplicable where a data set cannot be analysed.
    """
    each = all_fitted(found)
    if isinstance(each, NotApplicable):
        return each
    first, m = each[0], len(each)
    if any(one.groups != first.groups for one in each):
        return NotApplicable("invariance", "", "the imputed data sets have not the same groups")
    exact = first.estimator in ("ml", "fiml")
    groups = 1 if first.waves else len(first.groups)
    steps: list[Step] = []
    for i, name in enumerate(step.name for step in first.steps):
        rows = [one.steps[i] for one in each]
        fits = [row.fit for row in rows if row.fit is not None]
        if len(fits) < m:
            steps.append(Step(name, None, None, next(row.reason for row in rows if row.fit is None)))
            continue
        points = [row.point for row in rows if row.point is not None]
        known = exact and len(points) == m
        fit = pooled_fit(fits, points if known else (), groups, ordered=first.estimator == "wlsmv")
        change = None
        before = steps[-1].fit if steps else None
        if before is not None:
            changes = [row.change for row in rows if row.change is not None]
            wide = [one.steps[i - 1].point for one in each]
            pair = (points, [point for point in wide if point is not None]) if known else None
            change = pooled_change(changes, fit, before, pair)
        steps.append(Step(name, fit, change))
    if all(step.fit is None for step in steps):
        return NotApplicable("invariance", "", steps[0].reason)
    notes = shared_notes(each)
    notes += [
        f"{s.name.capitalize()}: not applicable, because {s.reason}." for s in steps if s.reason and not first.notes
    ]
    notes.append(f"Pooled over {m} imputed data sets: {BY_LIKELIHOOD if exact else BY_TESTS}.")
    return replace(
        first, steps=tuple(steps), notes=tuple(dict.fromkeys(notes)), imputations=m,
        dropped=max(one.dropped for one in each),
    )  # fmt: skip
