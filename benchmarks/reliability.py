"""Alpha with a bootstrap interval, against a loop over resamples with pingouin (and psych, where R has it)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
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
        seconds = best(lambda columns=columns: resample_sums(columns, 200, 1), 2)  # type: ignore[misc] # of this turn
        tracemalloc.start()
        resample_sums(columns, 200, 1)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        each = seconds / cases / 200 * 1e9
        print(f"  {cases:>9,} cases: {seconds:8.3f} s, {each:5.2f} ns a count, {peak:5.1f} MB beyond the data")


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
    scales = six_scales()

    def all_six() -> None:
        for scale in scales:
            reliability(scale, scale="s", resamples=RESAMPLES, seed=1)

    six = best(all_six, 3)
    print(f"six scales of 8 items, 500 cases, {RESAMPLES:,} resamples each")
    print(f"  reliability(), all its numbers, BCa      {six:9.2f} s")
    psych = psych_seconds(scales[0])
    if psych is not None:
        whole = psych / PSYCH_RESAMPLES * RESAMPLES * 6
        print(
            f"  psych::alpha(n.iter)                     {whole:9.1f} s   extrapolated from {PSYCH_RESAMPLES} resamples"
        )
        print(f"  ratio to psych                           {whole / six:9.0f} x  (aim 100 x)")
    growth()
    print(f"the interval at the top: width {width:.5f}, of a plain loop of 200 about {3.92 * slow.std(ddof=1):.5f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
