"""Models of ties: marginal and conditional, of numbers and of yes and no."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.tie import Ties, tie_model
from tests.coverage.registry import COVERS, ERRS, Hits, study

REJECTED = {"b = 0 of a tie's predictor is rejected": ERRS, "b = 0 of a respondent's predictor is rejected": ERRS}
COVERED = {"interval of b within respondents covers": COVERS}


def drawn(rng: np.random.Generator, people: int, b: float, *, odds: bool) -> pd.DataFrame:
    """One to eight ties each; x is of ties, w of respondents, who differ by a standard deviation of .8."""
    member = np.repeat(np.arange(people), rng.integers(1, 9, people))
    x = rng.normal(size=len(member)) + 0.4 * rng.normal(size=people)[member]
    eta = b * x + 0.8 * rng.normal(size=people)[member]
    y = (rng.random(len(member)) < 1 / (1 + np.exp(-eta))) * 1.0 if odds else eta + rng.normal(size=len(member))
    return pd.DataFrame({"id": member, "x": x, "w": rng.normal(size=people)[member], "y": y})


def rejected(rng: np.random.Generator, runs: int, people: int, model: str, family: str) -> Mapping[str, Hits]:
    kept: dict[str, list[bool]] = {name: [] for name in REJECTED}
    for _ in range(runs):
        frame = drawn(rng, people, 0.0, odds=family == "binomial")
        found = tie_model(frame, "y", ["x", "w"], model=model, family=family)
        for name, term in zip(REJECTED, ("x", "w"), strict=True):
            # a data set that leaves no working correlation rejects nothing
            kept[name].append(isinstance(found, Ties) and found.term(term).p < ERRS)
    return {name: np.array(hits) for name, hits in kept.items()}


@study("tie", "marginal, yes or no, 200 respondents, no effects", REJECTED)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return rejected(rng, runs, 200, "marginal", "binomial")


@study(
    "tie", "marginal, a number, 200 respondents, no effects", REJECTED,
    caveat="robust errors are right only as respondents grow in number",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return rejected(rng, runs, 200, "marginal", "gaussian")


@study(
    "tie", "marginal, a number, 20 respondents, no effects", REJECTED,
    caveat="robust errors are too small with few respondents",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    return rejected(rng, runs, 20, "marginal", "gaussian")


@study("tie", "conditional, yes or no, 200 respondents, b = .5", COVERED, runs=400)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    hits = []
    for _ in range(runs):
        frame = drawn(rng, 200, 0.5, odds=True)
        found = tie_model(frame, "y", ["x"], model="conditional", family="binomial", centred=["x"])
        assert isinstance(found, Ties)
        row = found.term("x[within]")
        hits.append(row.ci_low <= 0.5 <= row.ci_high)
    return {"interval of b within respondents covers": np.array(hits)}
