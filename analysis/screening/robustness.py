"""What exclusions change: estimates of claims and reliabilities, without those excluded and with everyone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan

from analysis.claims import Claim
from analysis.result import NotApplicable, Result
from analysis.screening.result import Difference, Robustness

Results = Sequence[Result | NotApplicable]


def reliabilities(name: str, kept: Results, everyone: Results) -> list[Difference]:
    """Alpha of each scale, both ways."""
    ours, theirs = _alphas(kept), _alphas(everyone)
    return [
        Difference(name, scale, "", "alpha", alpha, n, *theirs.get(scale, (nan, 0)))
        for scale, (alpha, n) in ours.items()
    ]


def _alphas(results: Results) -> Mapping[str, tuple[float, int]]:
    found: dict[str, tuple[float, int]] = {}
    for result in results:
        numbers = {(n.target, n.statistic): n.value for n in result.numbers() if not n.term}
        for (target, statistic), value in numbers.items():
            if statistic == "alpha" and not isnan(value):
                found[target] = (value, int(numbers[target, "n"]))
    return found


def claimed(claim: Claim, kept: Results, other: Claim, everyone: Results) -> list[Difference]:
    """Every estimate that a claim rests on, both ways."""
    theirs = {(test.target, test.term): test.estimate for test in other.tests}
    ours_n, their_n = _cases(kept), _cases(everyone)
    return [
        Difference(
            claim.analysis, test.target, test.term, test.symbol, test.estimate, ours_n.get(test.target, 0),
            theirs.get((test.target, test.term), nan), their_n.get(test.target, 0),
        )
        for test in claim.tests
    ]  # fmt: skip


def _cases(results: Results) -> Mapping[str, int]:
    return {n.target: int(n.value) for result in results for n in result.numbers() if n.statistic == "n" and not n.term}


def together(rows: Sequence[Difference]) -> Robustness | None:
    """All of it; None where the plan has neither a claim nor a reliability."""
    return Robustness(tuple(rows)) if rows else None
