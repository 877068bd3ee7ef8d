"""Contrasts of coefficients, outcomes and paired scores, equivalence, and slopes along a response surface."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.contrast import Contrast, coefficients, outcomes, paired
from analysis.surface import ResponseSurface, response_surface
from tests.coverage.registry import COVERS, ERRS, Hits, study

NULL, TRUE = "no difference errs", "interval of the difference covers"
APART = 0.3
MARGIN = 0.4


def two_predictors(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=n)
    return x, 0.4 * x + np.sqrt(1 - 0.16) * rng.normal(size=n)


def judged(found: object, true: float) -> tuple[bool, bool]:
    assert isinstance(found, Contrast)
    return found.p < ERRS, found.ci_low <= true <= found.ci_high


@study("contrast", "two coefficients of one regression, classical errors, n = 60", {NULL: ERRS, TRUE: COVERS})
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    errs, covers = np.zeros(runs, dtype=np.bool_), np.zeros(runs, dtype=np.bool_)
    for run in range(runs):
        for true in (0.0, APART):
            x, z = two_predictors(rng, 60)
            frame = pd.DataFrame({"x": x, "z": z, "y": (0.2 + true) * x + 0.2 * z + rng.normal(size=60)})
            found = coefficients([frame], "y", [["x", "z"]], ("x", "z"), "classical", standardised=False)
            (covers if true else errs)[run] = judged(found, true)[bool(true)]
    return {NULL: errs, TRUE: covers}


@study("contrast", "one predictor in two outcomes, HC3, n = 250", {NULL: ERRS, TRUE: COVERS})
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    errs, covers = np.zeros(runs, dtype=np.bool_), np.zeros(runs, dtype=np.bool_)
    for run in range(runs):
        for true in (0.0, APART):
            x, z = two_predictors(rng, 250)
            left = rng.normal(size=(250, 2)) + 0.7 * rng.normal(size=(250, 1))
            frame = pd.DataFrame({"x": x, "z": z, "u": (0.2 + true) * x + left[:, 0], "v": 0.2 * x + left[:, 1]})
            found = outcomes([frame], ("u", "v"), [["x", "z"]], "x", standardised=False)
            (covers if true else errs)[run] = judged(found, true)[bool(true)]
    return {NULL: errs, TRUE: covers}


@study(
    "contrast", "paired scores of 30 people", {NULL: ERRS, TRUE: COVERS, "equivalence is claimed at its margin": ERRS}
)
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    errs, covers, claims = (np.zeros(runs, dtype=np.bool_) for _ in range(3))
    for run in range(runs):
        for true in (0.0, MARGIN):
            rows = rng.normal(size=(30, 2)) * 0.5 + rng.normal(size=(30, 1)) + np.array([true, 0.0])
            found = paired([pd.DataFrame(rows, columns=["a", "b"])], ("a", "b"), equivalence=MARGIN)
            (covers if true else errs)[run] = judged(found, true)[bool(true)]
            if true:
                assert isinstance(found, Contrast)
                claims[run] = found.tost_p < ERRS
    return {NULL: errs, TRUE: covers, "equivalence is claimed at its margin": claims}


SURFACE = {
    "interval of the slope of agreement covers": COVERS,
    "interval of the curvature of disagreement covers": COVERS,
    "no slope of disagreement errs": ERRS,
}


@study("response_surface", "two scores that correlate .3, n = 300", SURFACE, caveat="HC3 is right only as samples grow")
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    hits = np.zeros((runs, 3), dtype=np.bool_)
    for run in range(runs):
        x = rng.normal(size=300)
        y = 0.3 * x + np.sqrt(1 - 0.09) * rng.normal(size=300)
        out = 0.3 * (x + y) - 0.1 * (x - y) ** 2 + rng.normal(size=300)
        found = response_surface([pd.DataFrame({"o": out, "x": x, "y": y})], "o", "x", "y")
        assert isinstance(found, ResponseSurface)
        # centred at the mean of these cases: slopes along agreement are the same there, and so are curvatures
        slope, curvature, none = found.term("a1"), found.term("a4"), found.term("a3")
        hits[run] = (
            slope.ci_low <= 0.6 <= slope.ci_high, curvature.ci_low <= -0.4 <= curvature.ci_high, none.p < ERRS
        )  # fmt: skip
    return dict(zip(SURFACE, hits.T, strict=True))
