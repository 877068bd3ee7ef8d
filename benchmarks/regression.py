"""Speed of least squares with HC3 errors at 10⁶ × 10, as ratios in one run: statsmodels, and R where it is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best

from analysis.regression import Regression, regression

ROWS, PREDICTORS, REPEATS = 1_000_000, 10, 3
AIM = 5.0
R = """
suppressMessages(library(sandwich))
raw <- readBin(commandArgs(TRUE)[1], "double", n = {cells})
d <- as.data.frame(matrix(raw, ncol = {columns}))
names(d)[{columns}] <- "y"
best <- c(Inf, Inf)
for (i in 1:{repeats}) {{
  taken <- system.time({{fit <- lm(y ~ ., d); V <- vcovHC(fit, type = "HC3")}})
  best <- pmin(best, c(taken[["elapsed"]], taken[[1]] + taken[[2]]))
}}
cat(best, sqrt(V[2, 2]))
"""


def in_r(frame: pd.DataFrame) -> tuple[Took, float] | None:
    """Seconds and the first slope's standard error by R's lm and sandwich; None where they are not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.bin"
        path.write_bytes(np.ascontiguousarray(frame.to_numpy().T).tobytes())
        script = R.format(cells=frame.size, columns=frame.shape[1], repeats=REPEATS)
        done = subprocess.run(["Rscript", "-e", script, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    wall, processor, se = map(float, done.stdout.split())
    return Took(wall, processor), se


def main() -> None:
    """Print seconds and ratios, and how far the standard errors agree."""
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    x = rng.standard_normal((ROWS, PREDICTORS))
    y = x @ rng.standard_normal(PREDICTORS) + rng.standard_normal(ROWS) * (1 + np.abs(x[:, 0]))
    names = [f"x{i}" for i in range(PREDICTORS)]
    frame = pd.DataFrame(x, columns=names).assign(y=y)
    ours = regression(frame, "y", [names], errors="HC3")
    if not isinstance(ours, Regression):
        raise SystemExit(f"the benchmark's own regression failed: {ours.reason}")
    seconds = best(lambda: regression(frame, "y", [names], errors="HC3"), REPEATS)
    # statsmodels gets a design that is ready made: its time is that of the fit alone.
    design = sm.add_constant(x)
    theirs = best(lambda: sm.OLS(y, design).fit(cov_type="HC3", use_t=True).bse, REPEATS)
    fit = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    off = float(np.max(np.abs(ours.frame()["se"].to_numpy() / fit.bse - 1)))
    print(f"OLS with HC3, {ROWS:,} x {PREDICTORS}: {seconds}, from the frame to every number")
    print(f"  statsmodels OLS.fit(HC3, use_t)  {theirs}   ratio {theirs.over(seconds)} (aim {AIM:.0f})")
    found = in_r(frame)
    if found is None:
        print("  R lm + sandwich                  not there")
    else:
        print(f"  R lm + sandwich                  {found[0]}   ratio {found[0].over(seconds)}")
        off = max(off, abs(ours.coefficient("x0").se / found[1] - 1))
    print(f"  standard errors agree within {off:.0e}")
    classical = best(lambda: regression(frame, "y", [names], errors="classical"), REPEATS)
    plain = best(lambda: sm.OLS(y, design).fit().bse, REPEATS)
    print(f"  classical errors: {classical}, statsmodels {plain}   ratio {plain.over(classical)}")


if __name__ == "__main__":
    main()
