"""Coverage of pooled intervals where values are missing at random, and what complete cases make of the same data.

``missing_at_random`` is for a short run in the tests, and for a long one elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.imputation.chain import chains
from analysis.imputation.recipe import Recipe, Variable
from analysis.missing.pooled import pooled_regression
from analysis.regression import Regression, regression

SLOPE, OTHER = 0.5, 0.3
"""True coefficients of x and z upon y."""


@dataclass(frozen=True)
class Coverage:
    """Over all runs: share of 95 % intervals that hold the truth, and mean error of the estimate of x's slope."""

    runs: int
    pooled: float
    pooled_bias: float
    listwise: float
    listwise_bias: float
    missing: float


def one_sample(n: int, strength: float, rng: np.random.Generator) -> pd.DataFrame:
    """y on x and z; x is missing the more often the higher y is (at random, given what is observed)."""
    z = rng.normal(size=n)
    x = 0.4 * z + rng.normal(size=n)
    y = SLOPE * x + OTHER * z + rng.normal(size=n)
    x[rng.random(n) < 1 / (1 + np.exp(0.6 - strength * y))] = np.nan
    return pd.DataFrame({"x": x, "z": z, "y": y})


def fill(frame: pd.DataFrame, imputations: int, iterations: int, seed: int) -> list[pd.DataFrame]:
    """Completed data sets, every column predicted from all others."""
    names = [str(name) for name in frame.columns]
    variables = tuple(Variable(name, frame[name].to_numpy()) for name in names)
    recipe = Recipe(variables, (), {a: tuple(b for b in names if b != a) for a in names}, iterations=iterations)
    made = []
    for drawn in chains(recipe, imputations, seed):
        whole = frame.copy()
        for name, values in drawn.items():
            whole.loc[whole[name].isna(), name] = values
        made.append(whole)
    return made


def missing_at_random(runs: int, seed: int, *, n: int = 200, strength: float = 1.0, imputations: int = 10) -> Coverage:
    """Simulate, impute, pool; one random stream for each run.

    strength: the logit's slope on y. In 300 runs pooled intervals held the truth in 94.7 % at .8 and 95.0 % at 1.0
    (bias -.014 and -.020), but in 88.7 % at 1.5 (bias -.041): few cases with a high y then have an x that could be
    given. ``mice`` with its pmm did no better there (90.0 %, bias -.040, 200 runs); draws from a normal distribution
    did (95.5 %). Matching cannot reach beyond what was observed. At 1.0 ours covered in 92.00 % of 2,000 data sets and
    ``mice`` 3.15, on the same ones, in 92.05 % (bias -.0238 and -.0235, mean error .0886 and .0887).
    """
    held, errors = np.zeros((runs, 2)), np.zeros((runs, 2))
    gone = 0.0
    for run, child in enumerate(np.random.SeedSequence(seed).spawn(runs)):
        rng = np.random.default_rng(child)
        frame = one_sample(n, strength, rng)
        gone += float(frame["x"].isna().mean()) / runs
        sets = fill(frame, imputations, 3, int(rng.integers(2**32)))
        pooled = pooled_regression(sets, "y", [["x", "z"]], "classical")
        alone = regression(frame, "y", [["x", "z"]], "classical")
        for place, result in enumerate((pooled, alone)):
            if not isinstance(result, Regression):
                raise TypeError(f"run {run} gave no regression: {result}")
            row = result.coefficient("x")
            held[run, place] = row.ci_low <= SLOPE <= row.ci_high
            errors[run, place] = row.b - SLOPE
    (pooled_held, alone_held), (pooled_bias, alone_bias) = held.mean(axis=0), errors.mean(axis=0)
    return Coverage(runs, float(pooled_held), float(pooled_bias), float(alone_held), float(alone_bias), gone)
