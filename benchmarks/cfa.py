"""Confirmatory factor analysis of 9 items on 3 factors: ours beside lavaan's, and semopy's where it is installed.

The same rows go in, and chi-squared, errors and indices of fit come out; R's time is without its start.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.cfa import CFA, cfa

AIM = 10
SCALES = {f"f{k}": [f"x{3 * k + j}" for j in range(3)] for k in range(3)}
SYNTAX = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())
SCRIPT = """
suppressMessages(library(lavaan)); a <- commandArgs(TRUE); d <- read.csv(a[1]); m <- gsub("_", "\\n", a[3])
one <- function() { f <- cfa(m, d, std.lv = TRUE, estimator = a[2]); s <- standardizedSolution(f)
  i <- modindices(f); v <<- fitMeasures(f) }
one(); tell(took(one, 10), v["chisq"])
"""
WORDS = {"ml": "ML", "mlr": "MLR"}


def rows(n: int = 300) -> pd.DataFrame:
    """Simulated answers of nine items to three correlated factors."""
    rng = np.random.default_rng(1)
    common = rng.multivariate_normal(np.zeros(3), 0.4 + 0.6 * np.eye(3), size=n)
    return pd.DataFrame(
        np.repeat(common, 3, axis=1) * 0.8 + 0.6 * rng.normal(size=(n, 9)), columns=[f"x{i}" for i in range(9)]
    )


def main() -> None:
    """Print the ratios."""
    frame = rows()
    for name, word in WORDS.items():
        ours = best(lambda name=name: cfa(frame, SCALES, estimator=name), 30)  # type: ignore[misc] # a default binds it
        found = cfa(frame, SCALES, estimator=name)  # type: ignore[arg-type] # a name of an estimator
        if not isinstance(found, CFA):
            raise SystemExit(found.reason)
        print(f"{word}, 9 items and 3 factors, n = 300: {ours}")
        other = in_r(SCRIPT, frame, word, SYNTAX.replace("\n", "_"))
        if other is None:
            print("  lavaan: not installed")
            continue
        print(f"  lavaan {Took(other[0], other[1])}: {Took(other[0], other[1]).over(ours)} (aim {AIM} x)")
        print(f"  chi-squared {found.fit.chi2:.6f}, lavaan's {other[2]:.6f}")
    if importlib.util.find_spec("semopy") is None:
        print("  semopy: not installed")
        return
    import semopy  # type: ignore[import-not-found,unused-ignore] # where somebody has it

    took, ours = best(lambda: semopy.calc_stats(_fitted(semopy, frame)), 5), best(lambda: cfa(frame, SCALES), 30)
    print(f"  semopy {took}: {took.over(ours)}")


def _fitted(semopy: object, frame: pd.DataFrame) -> object:
    model = semopy.Model(SYNTAX)  # type: ignore[attr-defined] # a module without types
    model.fit(frame)
    return model


if __name__ == "__main__":
    main()
