"""Power of a plan by simulating the planned study: attenuation, careless answers, drop-out, teams, what is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan, nan, sqrt
from multiprocessing import get_context
from types import ModuleType
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.errors import SimulationError
from analysis.plan.kinds_nested import TieOf
from analysis.plan.model import Plan
from analysis.plan.parts import Claim
from analysis.plan.waves import NEXT, names_in, parted, texts_of
from analysis.power.needed import needed, power_of_correlation, power_of_f2
from analysis.power.result import Hypothesis, Point, Power
from analysis.run import run
from analysis.simulate import MODELLED, simulate
from survey.dataset.columns import AT
from survey.instrument.model import Instrument

__all__ = ["Power", "grid", "power", "power_of_correlation", "power_of_f2"]

BLOCK = 5
"""Studies that a worker simulates at a time; what is found depends on no such number."""
MOST_RUNS = 100_000
NOT_IMPUTED = "Imputation is not simulated: claims are tested on complete cases, so that power is somewhat understated."


@dataclass(frozen=True)
class _One:
    """One claim in one simulated study: its p, its corrected p, and whether the direction was right."""

    p: float
    family: float
    as_expected: bool


def grid(low: int, high: int, points: int = 6) -> tuple[int, ...]:
    """Numbers of respondents from low to high, even in their square roots, along which power is nearly a probit line.

    >>> grid(100, 2000, 4)
    (100, 466, 1099, 2000)
    """
    if low == high:
        return (low,)
    roots = np.linspace(sqrt(low), sqrt(high), points)
    return tuple(dict.fromkeys(int(n) for n in np.ceil(roots**2 - 1e-9)))


def power(
    plan: Plan,
    instrument: Instrument,
    ns: Sequence[int],
    *,
    target: float = 0.8,
    runs: int = 500,
    seed: int = 1,
    workers: int = 1,
    clean: bool = False,
    tier: Literal["primary", "secondary"] | None = None,
    waves: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> Power:
    """Simulate the planned study ``runs`` times at each n, and count how often each claim is supported.

    tier: of the claims of one tier alone, which is faster; by default of all. waves: how often everybody is asked; by
    default as often as the claims name waves.

    The data are those of ``simulate``: as in the field, or ``clean``. Exclusions, scores, covariates, errors and
    correction are the plan's own. workers: processes; the numbers are the same, to the bit, for any number of them,
    since each study has a seed of its own by n and its place. progress: called with the share done and what is done.

    Raises SimulationError where the instrument has no known truth, the plan makes no claim, or a number is out of
    range.
    """
    if instrument.id != MODELLED:
        raise SimulationError(
            f"power is found by simulating a known truth, and the instrument '{instrument.id}' has none:"
            f" its variables have no equations. Only {MODELLED} has them in this version."
        )
    if not ns or min(ns) < 20 or not 0 < target < 1 or not 2 <= runs <= MOST_RUNS:
        raise SimulationError(
            f"give numbers of respondents from 20 on, a target between 0 and 1, and 2 to {MOST_RUNS:,} runs."
        )
    tested, notes = _tested(plan, tier)
    waves = waves or max((int(wave) for wave in _waves(tested)), default=1)
    networks = any(text.partition(".")[0] in instrument.networks for text in texts_of(tested.model_dump()))
    networks = networks or any(analysis.kind in ("network", "tie") for analysis in tested.analyses)
    whole = _Study(tested, instrument, seed, clean, waves, networks)
    order = sorted(set(ns))
    found: dict[int, list[tuple[_One, ...]]] = {n: [] for n in order}
    done, total = 0.0, float(sum(n + 500 for n in order) * runs)
    tell = progress or (lambda share, what: None)
    tell(0.0, f"Simulating {runs} studies at each of {len(order)} sizes")
    jobs = [(n, start, min(start + BLOCK, runs)) for n in order for start in range(0, runs, BLOCK)]
    for (n, start, end), block in zip(jobs, _blocks(whole, jobs, workers), strict=True):
        found[n] += block
        done += (n + 500) * (end - start)
        tell(done / total, f"n = {n}: {end} of {runs}")
    claims = list(zip(tested.ids(), tested.analyses, strict=True))
    hypotheses = [
        _hypothesis(name, analysis, place, found, tested, target, runs)
        for place, (name, analysis) in enumerate(claims)
        if isinstance(analysis, Claim)
    ]
    return Power(tuple(hypotheses), plan.alpha, target, runs, seed, clean, notes)


@dataclass(frozen=True)
class _Study:
    """What every simulated study has in common."""

    plan: Plan
    instrument: Instrument
    seed: int
    clean: bool
    waves: int
    networks: bool

    def block(self, job: tuple[int, int, int]) -> list[tuple[_One, ...]]:
        """The claims of some studies of one size."""
        n, start, end = job
        found = []
        for place in range(start, end):
            seed = int(np.random.SeedSequence([self.seed, n, place]).generate_state(1, np.uint64)[0])
            with threadpool_limits(1):
                data = simulate(
                    self.instrument, n, seed, waves=self.waves, clean=self.clean, networks=self.networks
                ).dataset
                findings = run(self.plan, data)
            claims = [finding.claim for finding in findings.analyses]
            found.append(tuple(_One(c.p, c.p_family, c.as_expected) if c else _One(nan, nan, False) for c in claims))
        return found


def _blocks(study: _Study, jobs: Sequence[tuple[int, int, int]], workers: int) -> Iterator[list[tuple[_One, ...]]]:
    if workers <= 1:
        yield from map(study.block, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        with _no_main():  # the workers start as the jobs are given to them
            found = pool.map(study.block, jobs)
        yield from found


@contextmanager
def _no_main() -> Iterator[None]:
    """Let new processes import nothing as their main module: that may be a page of an app, or a script that is gone."""
    nothing, before = ModuleType("__main__"), sys.modules["__main__"]
    sys.modules["__main__"] = nothing
    try:
        yield
    finally:
        if sys.modules["__main__"] is nothing:
            sys.modules["__main__"] = before


def _tested(plan: Plan, tier: str | None) -> tuple[Plan, tuple[str, ...]]:
    """The plan with its claims alone, of one tier or of both, each as cheap as its p allows."""
    claims = tuple(a for a in plan.analyses if isinstance(a, Claim) and a.is_claim)
    if claims and tier is not None:
        claims = tuple(a for a in claims if (a.tier or "secondary") == tier)
        if not claims:
            raise SimulationError(f"the plan makes no {tier} claim. Give an analysis 'tier: {tier}', or ask for all.")
    if not claims:
        raise SimulationError(
            "the plan makes no claim, so that there is nothing to have power for. Give an analysis 'expect' or 'tier'."
        )
    imputes = plan.treatment == "mi"
    changes: dict[str, object] = {"analyses": claims, "reliability": None, "robustness": None}
    return plan.model_copy(update={**changes, **({"missing": "listwise"} if imputes else {})}), (
        (NOT_IMPUTED,) if imputes else ()
    )


def _waves(plan: Plan) -> set[str]:
    found = {parts[1] for analysis in plan.analyses for name in names_in(analysis) if (parts := parted(name))}
    ties = [analysis for analysis in plan.analyses if isinstance(analysis, TieOf)]
    ahead = any(analysis.outcome.endswith(AT + NEXT) for analysis in ties)
    return {wave for wave in found if wave.isdigit()} | ({"1", "2"} if ahead else set())


def _hypothesis(
    name: str,
    analysis: Claim,
    place: int,
    found: dict[int, list[tuple[_One, ...]]],
    plan: Plan,
    target: float,
    runs: int,
) -> Hypothesis:
    tier = analysis.tier or "secondary"
    method = plan.correction.primary if tier == "primary" else plan.correction.secondary
    family = sum((a.tier or "secondary") == tier for a in plan.analyses if isinstance(a, Claim))
    points = []
    for n, studies in found.items():
        ones = [study[place] for study in studies]
        hit = sum(one.p < plan.alpha and one.as_expected for one in ones) / runs
        first = sum(one.p < plan.alpha / family and one.as_expected for one in ones) / runs
        points.append(
            Point(
                n=n,
                supported=hit,
                mcse=sqrt(hit * (1 - hit) / runs),
                first=first if method == "holm" else nan,
                family=sum(one.family < plan.alpha and one.as_expected for one in ones) / runs,
                failed=sum(isnan(one.p) for one in ones),
            )
        )
    hits = [round(point.supported * runs) for point in points]
    n_needed, low, high, beyond = needed([point.n for point in points], hits, runs, target)
    expect = analysis.expect if isinstance(analysis.expect, str) else "equivalent" if analysis.expect else "difference"
    return Hypothesis(
        name, analysis.subject, analysis.about or (), tier, expect, tuple(points), n_needed, low, high, beyond
    )
