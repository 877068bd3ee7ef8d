"""The sequence of models that test invariance: what each holds equal, its fit, its change from the one before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from analysis.cfa.fit import Change, Fit
from analysis.cfa.model import Equal
from analysis.cfa.point import Point
from analysis.cfa.solve import NotFitted
from analysis.errors import AnalysisError

STEPS: tuple[str, ...] = ("configural", "metric", "scalar", "strict")
"""Same pattern; equal loadings too (of ordered answers also thresholds); equal intercepts too; equal residual variances
too."""
M = TypeVar("M")
S = TypeVar("S")


@dataclass(frozen=True)
class Step:
    """One model of the sequence: its fit, and its change from the step before.

    fit: None where it could not be fitted, for the ``reason`` given; change: None there, after it, and of the first.
    point: where the likelihood stands, for pooling.
    """

    name: str
    fit: Fit | None
    change: Change | None
    reason: str = ""
    point: Point | None = field(default=None, repr=False, compare=False)


Steps = tuple[tuple[Step, ...], tuple[str, ...]] | str
"""The steps with notes on them, or a reason in words why there are none."""


def equalities(scales: Mapping[str, Sequence[str]], free: Collection[str]) -> dict[str, Equal | None]:
    """What each of the four models holds equal. Raises AnalysisError where an item to be free is in no scale."""
    let = frozenset(free)
    items = {item for members in scales.values() for item in members}
    if strange := sorted(let - items):
        raise AnalysisError(f"Items to be freed are in no scale of the model: {', '.join(strange)}.")
    equal = (
        None,
        Equal(loadings=True, free=let),
        Equal(loadings=True, intercepts=True, free=let),
        Equal(loadings=True, intercepts=True, residuals=True, free=let),
    )
    return dict(zip(STEPS, equal, strict=True))


def stepped(
    models: Mapping[str, M],
    fitted: Callable[[M], tuple[Fit, Point | None, S] | NotFitted],
    changed: Callable[[tuple[Fit, S], tuple[Fit, S]], Change],
) -> tuple[Step, ...]:
    """Fit each model in turn; ``changed`` compares one (first) with the model before it."""
    steps: list[Step] = []
    before: tuple[Fit, S] | None = None
    for name, model in models.items():
        found = fitted(model)
        if isinstance(found, NotFitted):
            steps.append(Step(name, None, None, found.reason))
            before = None
            continue
        fit, point, solved = found
        steps.append(Step(name, fit, None if before is None else changed((fit, solved), before), point=point))
        before = fit, solved
    return tuple(steps)
