"""Speed of a random-intercept model at 7,382 people in 99 groups: lme4 with lmerTest, and statsmodels, in one run."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best, in_r

from analysis.mixed import Mixed, mixed

PEOPLE, GROUPS, REPEATS = 7_382, 99, 5
AIM = 10.0
R = """
suppressMessages(library(lmerTest))
d <- read.csv(commandArgs(TRUE)[1])
plain <- took(function() lme4::lmer(y ~ x + w + v + (1 | g), d), 10)
tested <- took(function() summary(lmerTest::lmer(y ~ x + w + v + (1 | g), d)), 5)
tell(plain, tested, logLik(lme4::lmer(y ~ x + w + v + (1 | g), d)))
"""


def sample() -> pd.DataFrame:
    """People in groups of about 75, three predictors."""
    rng = np.random.default_rng(1)
    g = np.sort(rng.integers(0, GROUPS, PEOPLE))
    x, v = rng.normal(size=(2, PEOPLE))
    w = rng.normal(size=GROUPS)[g]
    y = 0.3 * x + 0.2 * w - 0.1 * v + 0.4 * rng.normal(size=GROUPS)[g] + rng.normal(size=PEOPLE)
    return pd.DataFrame({"y": y, "x": x, "w": w, "v": v, "g": g})


def main() -> None:
    """Print seconds and ratios, and how far the likelihoods agree."""
    import statsmodels.formula.api as smf

    frame = sample()
    found = mixed(frame, "y", ["x", "w", "v"], "g")
    assert isinstance(found, Mixed)
    ours = best(lambda: mixed(frame, "y", ["x", "w", "v"], "g"), REPEATS)
    print(f"Twofold, with Satterthwaite's df: {ours} for {PEOPLE} people in {GROUPS} groups")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = best(lambda: smf.mixedlm("y ~ x + w + v", frame, groups="g").fit(), REPEATS)
    print(f"statsmodels MixedLM: {theirs}, {theirs.over(ours)} (aim {AIM:.0f})")
    measured = in_r(R, frame)
    if measured is None:
        print("R, lme4 or lmerTest is not there: not compared")
        return
    plain, tested, loglik = Took(*measured[:2]), Took(*measured[2:4]), measured[4]
    print(f"lme4::lmer: {plain}, {plain.over(ours)} (aim {AIM:.0f})")
    print(f"lmerTest with its summary: {tested}, {tested.over(ours)}")
    print(f"log likelihoods differ by {abs(found.loglik - loglik):.1e}")


if __name__ == "__main__":
    main()
