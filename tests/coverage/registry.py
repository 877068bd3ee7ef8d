"""What a study of coverage or type I error is, the studies that are known, and the judgement of each."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

SEED = 20160930
"""Fixed before the first run; each study has a stream of its own by its name."""
RUNS = 10_000
BAND = 0.999
COVERS, ERRS = 0.95, 0.05
"""What an interval at 95 % promises, and a test at 5 %."""

Hits = npt.NDArray[np.bool_]
Simulated = Callable[[np.random.Generator, int], Mapping[str, Hits]]


@dataclass(frozen=True)
class Study:
    """One simulated condition.

    kind: of analysis. data: the condition in words. promises: each name of what is judged, with its nominal rate.
    runs: data sets; fewer than 10,000 where they would take long in all, with a band as much wider. batch: data sets
    at a time. caveat: why theory says that the promise may not hold here; '' where it must.
    """

    kind: str
    data: str
    promises: Mapping[str, float]
    simulate: Simulated
    runs: int = RUNS
    batch: int = 500
    caveat: str = ""

    @property
    def name(self) -> str:
        """Kind and condition, which also seed it."""
        return f"{self.kind}: {self.data}"


@dataclass(frozen=True)
class Verdict:
    """One promise of a study: the rate found, and the band in which it must lie."""

    study: Study
    promise: str
    nominal: float
    rate: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the rate lies within the band."""
        return self.low <= self.rate <= self.high

    @property
    def unexpected(self) -> bool:
        """Whether it lies outside although theory says nothing of it."""
        return not self.holds and not self.study.caveat


STUDIES: list[Study] = []
"""Every study, in the order of the table."""


def study(
    kind: str,
    data: str,
    promises: Mapping[str, float],
    *,
    runs: int = RUNS,
    batch: int = 500,
    caveat: str = "",
) -> Callable[[Simulated], Simulated]:
    """Register a function that simulates so many data sets: for each promise, whether it was kept (covered), or, for a
    test, whether it rejected."""

    def register(simulate: Simulated) -> Simulated:
        STUDIES.append(Study(kind, data, promises, simulate, runs, batch, caveat))
        return simulate

    return register


def judge(one: Study) -> list[Verdict]:
    """Run a study and judge each of its promises by the 99.9 % binomial band around its nominal rate."""
    rng = np.random.default_rng(np.random.SeedSequence([SEED, zlib.crc32(one.name.encode())]))
    kept = dict.fromkeys(one.promises, 0)
    done = 0
    while done < one.runs:
        size = min(one.batch, one.runs - done)
        found = one.simulate(rng, size)
        for promise in kept:
            kept[promise] += int(np.count_nonzero(found[promise]))
            assert len(found[promise]) == size
        done += size
    z = float(stats.norm.isf((1 - BAND) / 2))
    verdicts = []
    for promise, nominal in one.promises.items():
        half = z * sqrt(nominal * (1 - nominal) / one.runs)
        verdicts.append(Verdict(one, promise, nominal, kept[promise] / one.runs, nominal - half, nominal + half))
    return verdicts
