"""Parallel analysis and factors, against psych in R where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from analysis.factor import Factor, factor
from analysis.factor.number import parallel_analysis

CASES, ITEMS, FACTORS, DRAWS, R_DRAWS = 1000, 25, 5, 1000, 20
AIM = 100.0

PSYCH = """
suppressMessages({library(psych); library(GPArotation)}); options(mc.cores = 1, warn = -1)
x <- read.csv(commandArgs(TRUE)[1]); B <- as.integer(commandArgs(TRUE)[2]); m <- as.integer(commandArgs(TRUE)[3])
seconds <- function(f) min(sapply(1:3, function(i) system.time(invisible(capture.output(f())))[["elapsed"]]))
cat(seconds(function() fa.parallel(x, fa = "pc", n.iter = B, plot = FALSE)),
    seconds(function() fa.parallel(x, n.iter = B, plot = FALSE)), seconds(function() fa(x, m)))
"""


def simulated() -> pd.DataFrame:
    """Ordered answers 1 to 5 of 1,000 cases to 25 items of five correlated factors."""
    rng = np.random.default_rng(20160930)
    common = rng.normal(size=(CASES, 1)) * 0.5 + rng.normal(size=(CASES, FACTORS))
    answers = np.clip(np.round(3 + common.repeat(5, axis=1) + rng.normal(size=(CASES, ITEMS))), 1, 5)
    return pd.DataFrame(answers, columns=[f"x{i + 1}" for i in range(ITEMS)])


def best(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of several runs, which other work on the machine disturbs least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def psych_seconds(frame: pd.DataFrame) -> list[float] | None:
    """Seconds of ``fa.parallel`` by components, of both its ways, and of ``fa``; None where R or psych is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        frame.to_csv(path, index=False)
        command = ["Rscript", "-e", PSYCH, str(path), str(R_DRAWS), str(FACTORS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [float(part) for part in done.stdout.split()] if done.returncode == 0 else None


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
    print(f"  parallel_analysis()                      {ours:9.3f} s")
    print(f"  factor(), everything                     {whole:9.3f} s")
    print(f"  factor() with one simulation             {fit:9.3f} s")
    psych = psych_seconds(frame)
    if psych is None:
        print("  psych: not measured, for R with psych is not on this machine")
        return 0
    components, both, fa = psych
    each = DRAWS / R_DRAWS
    print(f"  psych::fa.parallel(fa = 'pc')            {components * each:9.1f} s   extrapolated from {R_DRAWS}")
    print(f"  ratio to it                              {components * each / ours:9.0f} x  (aim {AIM:.0f} x)")
    print(f"  psych::fa.parallel(), factors as well    {both * each:9.1f} s   extrapolated from {R_DRAWS}")
    print(f"  ratio to it                              {both * each / ours:9.0f} x")
    print(f"  psych::fa                                {fa:9.3f} s   (stops at 1e-4, one start of the rotation)")
    print(f"  ratio to it                              {fa / fit:9.1f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
