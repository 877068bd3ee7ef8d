"""Multiple imputation and pooling of a regression, against mice (where R has it): the same data, the same numbers of
imputations and iterations, one core each.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.imputation.chain import chains
from analysis.imputation.recipe import Recipe, Variable
from analysis.missing.em import em_moments
from analysis.missing.pooled import pooled_regression

CASES, COLUMNS, SHARE, IMPUTATIONS, ITERATIONS = 500, 10, 0.15, 20, 10
AIM = 5.0

MICE = """
suppressMessages(library(mice)); x <- read.csv(commandArgs(TRUE)[1]); m <- as.integer(commandArgs(TRUE)[2])
k <- as.integer(commandArgs(TRUE)[3]); invisible(mice(x, m = 1, maxit = 1, method = "pmm", printFlag = FALSE))
tell(took(function() { made <- mice(x, m = m, maxit = k, method = "pmm", printFlag = FALSE, seed = 1)
  invisible(summary(pool(with(made, lm(x1 ~ x2 + x3 + x4))), conf.int = TRUE)) }))
"""


def simulated(cases: int) -> pd.DataFrame:
    """Correlated normal values, rounded to halves as scale scores are, with holes."""
    rng = np.random.default_rng(20160930)
    rows = np.round(2 * (rng.normal(size=(cases, 1)) + rng.normal(size=(cases, COLUMNS)))) / 2
    rows[rng.random(rows.shape) < SHARE] = np.nan
    return pd.DataFrame(rows, columns=[f"x{i + 1}" for i in range(COLUMNS)])


def ours(frame: pd.DataFrame) -> None:
    """Impute every column from all others, and pool a regression."""
    names = [str(name) for name in frame.columns]
    variables = tuple(Variable(name, frame[name].to_numpy()) for name in names)
    predictors = {name: tuple(other for other in names if other != name) for name in names}
    sets = []
    for drawn in chains(Recipe(variables, (), predictors, iterations=ITERATIONS), IMPUTATIONS, 1):
        whole = {}
        for name in names:
            column = frame[name].to_numpy(copy=True)
            column[np.isnan(column)] = drawn[name]
            whole[name] = column
        sets.append(pd.DataFrame(whole))
    pooled_regression(sets, "x1", [["x2", "x3", "x4"]], "classical")


def main() -> int:
    """Print ratios; 1 where the aim against mice is missed."""
    frame = simulated(CASES)
    own = best(lambda: ours(frame), 3)
    print(f"{CASES} cases, {COLUMNS} columns, {SHARE:.0%} missing, {IMPUTATIONS} imputations of {ITERATIONS} rounds")
    print(f"ours {own}")
    told = in_r(MICE, frame, IMPUTATIONS, ITERATIONS)
    theirs = None if told is None else Took(*told)
    if theirs is None:
        print("mice is not here; nothing to compare with")
    else:
        print(f"mice {theirs}: {theirs.over(own)} (aim {AIM:.0f} x)")
    before = 0.0
    for cases in (1_000, 10_000, 100_000, 1_000_000):
        many = simulated(cases).to_numpy()
        start = time.process_time()
        em_moments(many)
        taken = time.process_time() - start
        growth = f", {taken / before:.1f} times the line above" if before else ""
        tracemalloc.start()
        em_moments(many)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        size = many.nbytes / 2**20
        print(f"EM moments of {cases:,} cases: {taken:.2f} s{growth}; {peak:.0f} MB beside the {size:.0f} of the data")
        before = taken
    return 0 if theirs is None or theirs.processor / own.processor >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
