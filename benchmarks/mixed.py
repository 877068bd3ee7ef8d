"""Speed of a random-intercept model at 7,382 people in 99 groups: lme4 with lmerTest, and statsmodels, in one run."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.mixed import Mixed, mixed

PEOPLE, GROUPS, REPEATS = 7_382, 99, 5
AIM = 10.0
R = """
suppressMessages(library(lmerTest))
d <- read.csv(commandArgs(TRUE)[1])
timed <- function(work) { best <- Inf
  for (i in 1:5) best <- min(best, system.time(for (j in 1:4) fit <<- work())["elapsed"] / 4)
  best }
plain <- timed(function() lme4::lmer(y ~ x + w + v + (1 | g), d))
tested <- timed(function() summary(lmerTest::lmer(y ~ x + w + v + (1 | g), d)))
options(digits = 15)
cat(plain, tested, logLik(lme4::lmer(y ~ x + w + v + (1 | g), d)))
"""


def best(work: Callable[[], object]) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def sample() -> pd.DataFrame:
    """People in groups of about 75, three predictors."""
    rng = np.random.default_rng(1)
    g = np.sort(rng.integers(0, GROUPS, PEOPLE))
    x, v = rng.normal(size=(2, PEOPLE))
    w = rng.normal(size=GROUPS)[g]
    y = 0.3 * x + 0.2 * w - 0.1 * v + 0.4 * rng.normal(size=GROUPS)[g] + rng.normal(size=PEOPLE)
    return pd.DataFrame({"y": y, "x": x, "w": w, "v": v, "g": g})


def in_r(frame: pd.DataFrame) -> tuple[float, float, float] | None:
    """Seconds of lmer and of lmerTest's summary, and the log likelihood; None where they are not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        frame.to_csv(path, index=False)
        done = subprocess.run(["Rscript", "-e", R, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    plain, tested, loglik = map(float, done.stdout.split())
    return plain, tested, loglik


def main() -> None:
    """Print seconds and ratios, and how far the likelihoods agree."""
    import statsmodels.formula.api as smf

    frame = sample()
    found = mixed(frame, "y", ["x", "w", "v"], "g")
    assert isinstance(found, Mixed)
    ours = best(lambda: mixed(frame, "y", ["x", "w", "v"], "g"))
    print(f"Twofold, with Satterthwaite's df: {ours * 1000:.1f} ms for {PEOPLE} people in {GROUPS} groups")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = best(lambda: smf.mixedlm("y ~ x + w + v", frame, groups="g").fit())
    print(f"statsmodels MixedLM: {theirs * 1000:.1f} ms, {theirs / ours:.1f} times as long (aim {AIM:.0f})")
    measured = in_r(frame)
    if measured is None:
        print("R, lme4 or lmerTest is not there: not compared")
        return
    plain, tested, loglik = measured
    print(f"lme4::lmer: {plain * 1000:.1f} ms, {plain / ours:.1f} times as long (aim {AIM:.0f})")
    print(f"lmerTest with its summary: {tested * 1000:.1f} ms, {tested / ours:.1f} times as long")
    print(f"log likelihoods differ by {abs(found.loglik - loglik):.1e}")


if __name__ == "__main__":
    main()
