"""What a simulation of power gives: for each claim its power at each n, and the n that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import ClassVar

import pandas as pd

from analysis.result import Number


@dataclass(frozen=True)
class Point:
    """Power of one claim at one n.

    supported: share of runs in which p was below alpha and every estimate as expected; mcse: its Monte-Carlo standard
    error. first: the same below alpha over the number of claims of its tier that Holm corrects (his first step), nan
    where the tier is corrected otherwise. family: after correction over the tier, as planned. failed: runs in which
    the claim could not be tested; they count as not supported.
    """

    n: int
    supported: float
    mcse: float
    first: float
    family: float
    failed: int


@dataclass(frozen=True)
class Hypothesis:
    """One claim: its points, and the n at which its power reaches the target.

    needed: respondents, nan where that lies outside of the n simulated; low, high: the interval that Monte-Carlo
    error leaves for it (95 %). beyond: 'more' or 'fewer' than were simulated, or ''.
    """

    analysis: str
    target: str
    terms: tuple[str, ...]
    tier: str
    expect: str
    points: tuple[Point, ...]
    needed: float
    low: float
    high: float
    beyond: str = ""


@dataclass(frozen=True)
class Power:
    """Power of a plan's claims by simulating the planned study.

    target: the power wished for. runs: studies simulated at each n. clean: nobody careless and nothing missing.
    """

    kind: ClassVar[str] = "power"
    hypotheses: tuple[Hypothesis, ...]
    alpha: float
    target: float
    runs: int
    seed: int
    clean: bool
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """target: the claim's analysis; term: the n, '' for what is needed."""
        found: list[Number] = []
        for one in self.hypotheses:
            for point in one.points:
                term = str(point.n)
                found += [
                    Number(one.analysis, term, "power", point.supported),
                    Number(one.analysis, term, "mcse", point.mcse),
                    Number(one.analysis, term, "power_first", point.first),
                    Number(one.analysis, term, "power_family", point.family),
                    Number(one.analysis, term, "runs", float(self.runs)),
                ]
            found += [
                Number(one.analysis, "", "n_needed", one.needed),
                Number(one.analysis, "", "n_needed_low", one.low),
                Number(one.analysis, "", "n_needed_high", one.high),
            ]
        return tuple(number for number in found if not isnan(number.value))

    def frame(self) -> pd.DataFrame:
        """One row a claim and n."""
        return pd.DataFrame(
            [
                {
                    "analysis": one.analysis,
                    "tier": one.tier,
                    "n": point.n,
                    "power": point.supported,
                    "mcse": point.mcse,
                    "power_first": point.first,
                    "power_family": point.family,
                    "failed": point.failed,
                    "n_needed": one.needed,
                }
                for one in self.hypotheses
                for point in one.points
            ]
        )
