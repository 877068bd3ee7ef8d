"""Parallel analysis and factors, against psych in R where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.factor import Factor, factor
from analysis.factor.number import parallel_analysis

CASES, ITEMS, FACTORS, DRAWS, R_DRAWS = 1000, 25, 5, 1000, 20
AIM = 100.0

PSYCH = """
suppressMessages(library(psych)); options(mc.cores = 1, warn = -1); a <- commandArgs(TRUE)
x <- read.csv(a[1]); B <- as.integer(a[2]); m <- as.integer(a[3])
turn <- if (requireNamespace("GPArotation", quietly = TRUE)) "oblimin" else "none"
tell(took(function() quiet(fa.parallel(x, fa = "pc", n.iter = B, plot = FALSE)), 3),
     took(function() quiet(fa.parallel(x, n.iter = B, plot = FALSE)), 3),
     took(function() quiet(fa(x, m, rotate = turn)), 3))
"""
"""``fa`` turns its factors only where GPArotation is there."""


def simulated() -> pd.DataFrame:
    """Ordered answers 1 to 5 of 1,000 cases to 25 items of five correlated factors."""
    rng = np.random.default_rng(20160930)
    common = rng.normal(size=(CASES, 1)) * 0.5 + rng.normal(size=(CASES, FACTORS))
    answers = np.clip(np.round(3 + common.repeat(5, axis=1) + rng.normal(size=(CASES, ITEMS))), 1, 5)
    return pd.DataFrame(answers, columns=[f"x{i + 1}" for i in range(ITEMS)])


def main() -> int:
    """Print the times and ratios of one run; 1 only where there is nothing to measure."""
    frame = simulated()
    found = factor(frame, FACTORS, seed=1)
    if not isinstance(found, Factor):
        print(found)
        return 1
    r = np.corrcoef(frame.to_numpy().T)
    ours = best(lambda: parallel_analysis(r, CASES, DRAWS, 1), 5)
    whole = best(lambda: factor(frame, FACTORS, seed=1), 3)
    fit = best(lambda: factor(frame, FACTORS, seed=1, draws=1), 3)
    print(f"{CASES:,} cases x {ITEMS} items, {DRAWS:,} simulations; suggested: {found.n_factors} factors")
    print(f"  parallel_analysis()                      {ours}")
    print(f"  factor(), everything                     {whole}")
    print(f"  factor() with one simulation             {fit}")
    told = in_r(PSYCH, frame, R_DRAWS, FACTORS)
    if told is None:
        print("  psych: not measured, for R with psych is not on this machine")
        return 0
    components, both, fa = (
        Took(*told[:2]).times(DRAWS / R_DRAWS),
        Took(*told[2:4]).times(DRAWS / R_DRAWS),
        Took(*told[4:]),
    )
    print(f"  psych::fa.parallel(fa = 'pc')            {components}   extrapolated from {R_DRAWS}")
    print(f"  ratio to it                              {components.over(ours)}  (aim {AIM:.0f} x)")
    print(f"  psych::fa.parallel(), factors as well    {both}   extrapolated from {R_DRAWS}")
    print(f"  ratio to it                              {both.over(ours)}")
    print(f"  psych::fa                                {fa}   (stops at 1e-4, one start of the rotation)")
    print(f"  ratio to it                              {fa.over(fit)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
