"""Alpha with a bootstrap interval, against a loop over resamples with pingouin (and psych, where R has it)."""

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

from analysis.moments import column_means
from analysis.reliability import Reliability, alpha_of, reliability
from analysis.resample import BLOCK, resample_sums

CASES, ITEMS, RESAMPLES = 10_000, 30, 5_000
PINGOUIN_RESAMPLES, PSYCH_RESAMPLES = 20, 20
AIM = 50.0

PSYCH = """
suppressMessages(library(psych)); x <- as.matrix(read.csv(commandArgs(TRUE)[1])); B <- as.integer(commandArgs(TRUE)[2])
options(mc.cores = 1, warn = -1); invisible(suppressMessages(alpha(x)))
one <- system.time(invisible(suppressMessages(alpha(x))))[["elapsed"]]
all <- system.time(invisible(suppressMessages(alpha(x, n.iter = B))))[["elapsed"]]
cat(max(all - one, 0))
"""


def simulated() -> pd.DataFrame:
    """Ordered answers 1 to 5 of 10,000 cases to 30 items."""
    rng = np.random.default_rng(20160930)
    answers = np.clip(np.round(3 + rng.normal(size=(CASES, 1)) + rng.normal(size=(CASES, ITEMS))), 1, 5)
    return pd.DataFrame(answers, columns=[f"x{i + 1}" for i in range(ITEMS)])


def best(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of several runs, which other work on the machine disturbs least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


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


def psych_seconds(frame: pd.DataFrame) -> float | None:
    """Seconds of ``psych::alpha(n.iter = 20)`` beyond one plain call; None where R or psych is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        frame.to_csv(path, index=False)
        command = ["Rscript", "-e", PSYCH, str(path), str(PSYCH_RESAMPLES)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def main() -> int:
    """Print the times and ratios of one run; 1 only where there is nothing to measure."""
    frame = simulated()
    options = {"scale": "x", "resamples": RESAMPLES, "seed": 1, "ordinal": False}
    found = reliability(frame, **options)
    if not isinstance(found, Reliability):
        print(found)
        return 1
    slow = plain_loop(frame, 200)
    print(f"alpha with {RESAMPLES:,} resamples, {CASES:,} cases x {ITEMS} items, one thread")
    ours = best(lambda: reliability(frame, **options), 3)
    print(f"  reliability(), all its numbers, BCa      {ours:9.2f} s")
    pair = best(lambda: reliability(frame, **options, workers=2), 3)
    print(f"    the same numbers on two threads        {pair:9.2f} s")
    apart = frame.to_numpy() - column_means(frame.to_numpy())
    sums = best(lambda: resample_sums(apart, RESAMPLES, 1), 3)
    print(f"    of which drawing and multiplying       {sums:9.2f} s   (blocks of {BLOCK})")
    pingouin_loop(frame, 2)
    loop = best(lambda: pingouin_loop(frame, PINGOUIN_RESAMPLES), 2) / PINGOUIN_RESAMPLES * RESAMPLES
    print(
        f"  pingouin.cronbach_alpha in a loop        {loop:9.1f} s   extrapolated from {PINGOUIN_RESAMPLES} resamples"
    )
    print(f"  ratio to pingouin                        {loop / ours:9.0f} x  (aim {AIM:.0f} x)")
    psych = psych_seconds(frame)
    if psych is None:
        print("  psych::alpha: not measured, for R with psych is not on this machine")
    else:
        whole = psych / PSYCH_RESAMPLES * RESAMPLES
        print(
            f"  psych::alpha(n.iter)                     {whole:9.1f} s   extrapolated from {PSYCH_RESAMPLES} resamples"
        )
        print(f"  ratio to psych                           {whole / ours:9.0f} x")
    width = found.alpha_boot_high - found.alpha_boot_low
    print(f"  the same interval: width {width:.5f}, of a plain loop of 200 about {3.92 * slow.std(ddof=1):.5f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
