"""Every kind that this version can do has a runner, a check and a place in the names."""

from __future__ import annotations

from typing import get_args

from analysis.names import AVAILABLE, KINDS
from analysis.plan.check_kinds import CHECKS
from analysis.plan.kinds import Analysis
from analysis.runners import RUNNERS


def kinds_of_plans() -> set[str]:
    union, _ = get_args(Analysis)
    return {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(union)}


def test_the_lists_of_kinds_are_one() -> None:
    assert set(AVAILABLE) == set(RUNNERS) == set(CHECKS) == kinds_of_plans()
    assert set(AVAILABLE) <= set(KINDS)
