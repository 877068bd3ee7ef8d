"""Multiple imputation and pooling of a regression, against mice (where R has it): the same data, the same numbers of
imputations and iterations, one core each.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from analysis.imputation.chain import chains
from analysis.imputation.recipe import Recipe, Variable
from analysis.missing.em import em_moments
from analysis.missing.pooled import pooled_regression

CASES, COLUMNS, SHARE, IMPUTATIONS, ITERATIONS = 500, 10, 0.15, 20, 10
AIM = 5.0

MICE = """
suppressMessages(library(mice)); x <- read.csv(commandArgs(TRUE)[1]); m <- as.integer(commandArgs(TRUE)[2])
k <- as.integer(commandArgs(TRUE)[3]); invisible(mice(x, m = 1, maxit = 1, method = "pmm", printFlag = FALSE))
taken <- system.time({ made <- mice(x, m = m, maxit = k, method = "pmm", printFlag = FALSE, seed = 1)
  invisible(summary(pool(with(made, lm(x1 ~ x2 + x3 + x4))), conf.int = TRUE)) })
cat(taken[["user.self"]] + taken[["sys.self"]])
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


def processor(frame: pd.DataFrame, times: int) -> float:
    """Seconds of processor time of the quickest of several runs: what else runs on the machine does not count."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        ours(frame)
        taken.append(time.process_time() - start)
    return min(taken)


def mice(frame: pd.DataFrame) -> float | None:
    """Seconds of processor time that mice takes; None without R or mice."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "data.csv", Path(folder) / "mice.R"
        frame.to_csv(path, index=False)
        script.write_text(MICE, encoding="utf-8")
        command = ["Rscript", str(script), str(path), str(IMPUTATIONS), str(ITERATIONS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def main() -> int:
    """Print ratios; 1 where the aim against mice is missed."""
    frame = simulated(CASES)
    own = processor(frame, 3)
    print(f"{CASES} cases, {COLUMNS} columns, {SHARE:.0%} missing, {IMPUTATIONS} imputations of {ITERATIONS} rounds")
    print(f"ours {own:.2f} s of processor time")
    theirs = mice(frame)
    if theirs is None:
        print("mice is not here; nothing to compare with")
    else:
        print(f"mice {theirs:.2f} s: {theirs / own:.1f} times ours (aim {AIM:.0f})")
    before = 0.0
    for cases in (1_000, 10_000, 100_000):
        many = simulated(cases)
        start = time.process_time()
        em_moments(many)
        taken = time.process_time() - start
        growth = f", {taken / before:.1f} times the line above" if before else ""
        print(f"EM moments of {cases:,} cases: {taken:.2f} s{growth}")
        before = taken
    return 0 if theirs is None or theirs / own >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
