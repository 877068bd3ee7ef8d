"""Mediation with 5,000 resamples at n = 1,000, against pingouin and (where R has it) lavaan; and how it grows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.mediation import Mediation, mediation

CASES, RESAMPLES, LAVAAN_RESAMPLES = 1_000, 5_000, 100
AIM_PINGOUIN, AIM_LAVAAN = 20, 1_000

LAVAAN = """
suppressMessages(library(lavaan)); d <- read.csv(commandArgs(TRUE)[1]); B <- as.integer(commandArgs(TRUE)[2])
model <- "m ~ a*x\\ny ~ b*m + c*x\\nab := a*b"
one <- took(function() sem(model, d), 3)
tell(pmax(took(function() suppressWarnings(sem(model, d, se = "bootstrap", bootstrap = B))) - one, 0))
"""


def simulated(cases: int) -> pd.DataFrame:
    """A predictor, a mediator and an outcome."""
    rng = np.random.default_rng(20160930)
    x = rng.normal(size=cases)
    m = 0.4 * x + rng.normal(size=cases)
    return pd.DataFrame({"x": x, "m": m, "y": 0.3 * m + 0.1 * x + rng.normal(size=cases)})


def main() -> int:
    """Print the times and ratios of one run; 1 only where there is nothing to measure."""
    import pingouin

    frame = simulated(CASES)
    found = mediation(frame, "y", "x", ["m"], resamples=RESAMPLES)
    if not isinstance(found, Mediation):
        print(found)
        return 1
    print(f"mediation with {RESAMPLES:,} resamples, {CASES:,} cases, one mediator, one thread")
    ours = best(lambda: mediation(frame, "y", "x", ["m"], resamples=RESAMPLES), 7)
    print(f"  mediation(), both intervals, standardised {ours}")
    theirs = best(lambda: pingouin.mediation_analysis(frame, "x", "m", "y", n_boot=RESAMPLES, seed=1), 3)
    print(f"  pingouin.mediation_analysis               {theirs}")
    print(f"  ratio to pingouin                         {theirs.over(ours)}  (aim {AIM_PINGOUIN} x)")
    slow = in_r(LAVAAN, frame, LAVAAN_RESAMPLES)
    if slow is None:
        print("  lavaan: not measured, for R with lavaan is not on this machine")
    else:
        whole = Took(*slow).times(RESAMPLES / LAVAAN_RESAMPLES)
        print(f"  lavaan, se = 'bootstrap'                  {whole}   extrapolated from {LAVAAN_RESAMPLES}")
        print(f"  ratio to lavaan                           {whole.over(ours)}  (aim {AIM_LAVAAN:,} x)")
    wide = frame.assign(**{f"c{i}": np.random.default_rng(i).normal(size=CASES) for i in range(5)}, k=frame["m"] ** 2)
    names = [f"c{i}" for i in range(5)]
    serial = best(lambda: mediation(wide, "y", "x", ["m", "k"], names, serial=True, resamples=RESAMPLES), 3)
    print(f"  two mediators in series, five covariates  {serial}")
    print("growth: one mediator, 500 resamples, both intervals")
    for cases in (1_000, 10_000, 100_000, 1_000_000):
        data = simulated(cases)
        seconds = best(lambda data=data: mediation(data, "y", "x", ["m"], resamples=500), 1).processor  # type: ignore[misc] # of this turn
        print(f"  {cases:>9,} cases: {seconds:8.3f} s, {seconds / cases / 500 * 1e9:5.2f} ns a count")
    return 0


if __name__ == "__main__":
    sys.exit(main())
