"""Alpha with a bootstrap interval, against a loop over resamples with pingouin, and against psych in R; and growth."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.moments import column_means
from analysis.reliability import Reliability, alpha_of, reliability
from analysis.reliability.bootstrap import bootstrap_alpha
from analysis.resample import BLOCK, resample_sums

CASES, ITEMS, RESAMPLES = 10_000, 30, 5_000
PINGOUIN_RESAMPLES, PSYCH_RESAMPLES = 20, 20
AIM, AIM_PSYCH = 50, 100

PSYCH = """
suppressMessages(library(psych)); x <- as.matrix(read.csv(commandArgs(TRUE)[1])); B <- as.integer(commandArgs(TRUE)[2])
options(mc.cores = 1); quiet(alpha(x))
one <- took(function() quiet(alpha(x)), 3)
tell(pmax(took(function() quiet(alpha(x, n.iter = B)), 3) - one, 0), one)
"""
REST = """
suppressMessages({library(psych); library(lavaan); library(semTools)}); options(mc.cores = 1)
x <- as.matrix(read.csv(commandArgs(TRUE)[1])); model <- paste("f =~", paste(colnames(x), collapse = "+"))
work <- function() quiet({ guttman(x); splitHalf(x); alpha(polychoric(x)$rho)
  compRelSEM(cfa(model, as.data.frame(x), std.lv = TRUE), obs.var = FALSE)
  if (requireNamespace("GPArotation", quietly = TRUE)) omega(x, plot = FALSE) })
work(); tell(took(work, 3))
"""
"""What else R must be asked for the numbers that reliability() gives; omega_h only where GPArotation is there."""


def simulated() -> pd.DataFrame:
    """Ordered answers 1 to 5 of 10,000 cases to 30 items."""
    rng = np.random.default_rng(20160930)
    answers = np.clip(np.round(3 + rng.normal(size=(CASES, 1)) + rng.normal(size=(CASES, ITEMS))), 1, 5)
    return pd.DataFrame(answers, columns=[f"x{i + 1}" for i in range(ITEMS)])


def six_scales() -> list[pd.DataFrame]:
    """Answers of 500 cases to six scales of eight items, as a study has them."""
    rng = np.random.default_rng(20160931)
    rows = [3 + rng.normal(size=(500, 1)) + rng.normal(size=(500, 8)) for _ in range(6)]
    return [pd.DataFrame(np.clip(np.round(r), 1, 5), columns=[f"x{i + 1}" for i in range(8)]) for r in rows]


def growth() -> None:
    """How time and memory beyond the data grow with the cases: 200 resamples of ten items."""
    print("growth: alpha of ten items, 200 resamples, BCa")
    rng = np.random.default_rng(1)
    for cases in (1_000, 10_000, 100_000, 1_000_000):
        rows = np.clip(np.round(3 + rng.normal(size=(cases, 1)) + rng.normal(size=(cases, 10))), 1, 5)
        columns = np.column_stack([rows, (rows**2).sum(axis=1), rows.sum(axis=1) ** 2])
        seconds = best(lambda columns=columns: resample_sums(columns, 200, 1), 2).processor  # type: ignore[misc] # of this turn
        tracemalloc.start()
        resample_sums(columns, 200, 1)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        each = seconds / cases / 200 * 1e9
        print(f"  {cases:>9,} cases: {seconds:8.3f} s, {each:5.2f} ns a count, {peak:5.1f} MB beyond the data")


def pingouin_loop(frame: pd.DataFrame, resamples: int) -> None:
    """What a user would write: draw rows, call ``pingouin.cronbach_alpha``, again and again."""
    import pingouin

    rng = np.random.default_rng(1)
    for _ in range(resamples):
        pingouin.cronbach_alpha(frame.iloc[rng.integers(0, len(frame), len(frame))])


def plain_loop(frame: pd.DataFrame, resamples: int) -> np.ndarray:
    """Alpha of resamples one by one from numpy's covariances: what ours must equal in distribution."""
    rows, rng = frame.to_numpy(), np.random.default_rng(1)
    draws = (rows[rng.integers(0, len(rows), len(rows))] for _ in range(resamples))
    return np.array([float(alpha_of(np.cov(drawn.T))) for drawn in draws])


def psych_bootstrap(frame: pd.DataFrame, scales: int) -> tuple[Took, Took] | None:
    """What ``psych::alpha(n.iter)`` takes for all resamples of so many scales, and one plain ``alpha`` of each."""
    told = in_r(PSYCH, frame, PSYCH_RESAMPLES)
    if told is None:
        return None
    drawn = Took(told[0], told[1]).times(RESAMPLES / PSYCH_RESAMPLES * scales)
    return drawn, Took(told[2], told[3]).times(scales)


def one_large_scale() -> None:
    """10,000 cases, 30 items."""
    frame = simulated()
    options = {"scale": "x", "resamples": RESAMPLES, "seed": 1, "ordinal": False}
    found = reliability(frame, **options)
    if not isinstance(found, Reliability):
        raise SystemExit(found.reason)
    print(f"alpha with {RESAMPLES:,} resamples, {CASES:,} cases x {ITEMS} items, one thread")
    ours = best(lambda: reliability(frame, **options), 3)
    print(f"  reliability(), all its numbers, BCa      {ours}")
    pair = best(lambda: reliability(frame, **options, workers=2), 3)
    print(f"    the same numbers on two threads        {pair}")
    apart = frame.to_numpy() - column_means(frame.to_numpy())
    sums = best(lambda: resample_sums(apart, RESAMPLES, 1), 3)
    print(f"    of which drawing and multiplying       {sums}   (blocks of {BLOCK})")
    pingouin_loop(frame, 2)
    loop = best(lambda: pingouin_loop(frame, PINGOUIN_RESAMPLES), 2).times(RESAMPLES / PINGOUIN_RESAMPLES)
    print(f"  pingouin.cronbach_alpha in a loop        {loop}   extrapolated from {PINGOUIN_RESAMPLES} resamples")
    print(f"  ratio to pingouin                        {loop.over(ours)}  (aim {AIM} x)")
    psych = psych_bootstrap(frame, 1)
    if psych is None:
        print("  psych::alpha: not measured, for R with psych is not on this machine")
    else:
        print(f"  psych::alpha(n.iter)                     {psych[0]}   extrapolated from {PSYCH_RESAMPLES} resamples")
        print(f"  ratio to psych                           {psych[0].over(ours)}")
    width, slow = found.alpha_boot_high - found.alpha_boot_low, plain_loop(frame, 200)
    print(f"  the interval's width {width:.5f}, of a plain loop of 200 about {3.92 * slow.std(ddof=1):.5f}")


def main() -> int:
    """Print the times and ratios of one run; 1 only where there is nothing to measure."""
    one_large_scale()
    scales = six_scales()
    rows = [scale.to_numpy() for scale in scales]
    alphas = [float(alpha_of(np.cov(one.T))) for one in rows]

    def drawn() -> None:
        for one, alpha in zip(rows, alphas, strict=True):
            bootstrap_alpha(one, alpha, RESAMPLES, 1, 0.95, "bca", False, None, 1)

    def everything() -> None:
        for scale in scales:
            reliability(scale, scale="s", resamples=RESAMPLES, seed=1)

    interval, whole = best(drawn, 5), best(everything, 3)
    print(f"six scales of 8 items, 500 cases, {RESAMPLES:,} resamples each")
    print(f"  the bootstrap of alpha, BCa              {interval}")
    print(f"  reliability(), all its numbers           {whole}")
    psych = psych_bootstrap(scales[0], 6)
    if psych is not None:
        print(f"  psych::alpha(n.iter) beyond one alpha    {psych[0]}   extrapolated from {PSYCH_RESAMPLES} resamples")
        print(f"  ratio of the bootstraps                  {psych[0].over(interval)}  (aim {AIM_PSYCH} x)")
        print(f"  ratio of that alone to all our numbers   {psych[0].over(whole)}")
        rest = in_r(REST, scales[0])
        if rest is not None:
            theirs = Took(*(sum(one) for one in zip(*((p.wall, p.processor) for p in psych), strict=True)))
            other = Took(rest[0], rest[1]).times(6)
            all_of_r = Took(theirs.wall + other.wall, theirs.processor + other.processor)
            print(f"  psych, lavaan, semTools for the same     {all_of_r}")
            print(f"  ratio, everything to everything          {all_of_r.over(whole)}")
    growth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
