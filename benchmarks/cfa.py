"""Confirmatory factor analysis of 9 items on 3 factors: ours beside lavaan's, and semopy's where it is installed.

The same rows go in, and chi-squared, errors and indices of fit come out; R's time is without its start.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from analysis.cfa import cfa

SCALES = {f"f{k}": [f"x{3 * k + j}" for j in range(3)] for k in range(3)}
SYNTAX = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())
SCRIPT = """
suppressMessages(library(lavaan)); d <- read.csv("{data}"); m <- "{model}"
invisible(fitMeasures(cfa(m, d, std.lv = TRUE{more}))); n <- {times}
one <- function() {{ f <- cfa(m, d, std.lv = TRUE{more}); s <- standardizedSolution(f); v <<- fitMeasures(f) }}
t <- system.time(for (i in 1:n) one())[["elapsed"]]
cat(t / n, v["chisq"])
"""


def rows(n: int = 300) -> pd.DataFrame:
    """Simulated answers of nine items to three correlated factors."""
    rng = np.random.default_rng(1)
    common = rng.multivariate_normal(np.zeros(3), 0.4 + 0.6 * np.eye(3), size=n)
    return pd.DataFrame(
        np.repeat(common, 3, axis=1) * 0.8 + 0.6 * rng.normal(size=(n, 9)), columns=[f"x{i}" for i in range(9)]
    )


def seconds(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of several runs."""
    best = np.inf
    for _ in range(times):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return float(best)


def lavaan(data: Path, more: str, times: int) -> tuple[float, float] | None:
    """Seconds a fit in lavaan and its chi-squared; None without R or lavaan."""
    if shutil.which("Rscript") is None:
        return None
    script = SCRIPT.format(data=data, model=SYNTAX.replace("\n", "\\n"), more=more, times=times)
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    took, chi2 = done.stdout.split()
    return float(took), float(chi2)


def main() -> None:
    """Print the ratios."""
    frame = rows()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "rows.csv"
        frame.to_csv(data, index=False)
        for name, more in (("ml", ""), ("mlr", ", estimator = 'MLR'")):
            ours = seconds(lambda name=name: cfa(frame, SCALES, estimator=name), 30)  # type: ignore[misc] # a default binds it
            found = cfa(frame, SCALES, estimator=name)  # type: ignore[arg-type] # a name of an estimator
            print(f"{name}, 9 items and 3 factors, n = 300: {1000 * ours:.1f} ms")
            other = lavaan(data, more, 10)
            if other is None:
                print("  lavaan: not installed")
                continue
            print(f"  lavaan {1000 * other[0]:.0f} ms: ours is {other[0] / ours:.0f} times as fast")
            print(f"  chi-squared {found.fit.chi2:.6f}, lavaan's {other[1]:.6f}")  # type: ignore[union-attr] # it is fitted
        if importlib.util.find_spec("semopy") is None:
            print("  semopy: not installed")
            return
        import semopy  # type: ignore[import-not-found,unused-ignore] # where somebody has it

        took = seconds(lambda: semopy.calc_stats(_fitted(semopy, frame)), 5)
        ours = seconds(lambda: cfa(frame, SCALES), 30)
        print(f"  semopy {1000 * took:.0f} ms: ours is {took / ours:.0f} times as fast")


def _fitted(semopy: object, frame: pd.DataFrame) -> object:
    model = semopy.Model(SYNTAX)  # type: ignore[attr-defined] # a module without types
    model.fit(frame)
    return model


if __name__ == "__main__":
    main()
