"""Comparisons of groups: Welch's test and interval, sizes, equivalence, and tests of every pair."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import numpy as np
import pandas as pd

from analysis.comparison import compare_groups
from analysis.comparison.result import Comparison
from tests.coverage.registry import COVERS, ERRS, Hits, study


def compared(
    rng: np.random.Generator, sizes: tuple[int, ...], means: tuple[float, ...], sds: tuple[float, ...],
    margin: float = nan,
) -> Comparison:  # fmt: skip
    """One data set of normal groups, compared."""
    groups = [np.full(n, name) for n, name in zip(sizes, "abc", strict=False)]
    values = [rng.normal(m, s, n) for n, m, s in zip(sizes, means, sds, strict=True)]
    frame = pd.DataFrame({"y": np.concatenate(values), "g": np.concatenate(groups)})
    found = compare_groups([frame], "y", "g", equivalence=margin)
    assert isinstance(found, Comparison), found
    return found


@study(
    "compare", "20 and 60 cases, the small group with three times the SD",
    {"no difference is rejected (Welch)": ERRS, "interval of b = 1 covers": COVERS},
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rejected, covered = [], []
    for _ in range(runs):
        (null,) = compared(rng, (20, 60), (0.0, 0.0), (3.0, 1.0)).pairs
        (real,) = compared(rng, (20, 60), (1.0, 0.0), (3.0, 1.0)).pairs
        rejected.append(null.p < ERRS)
        covered.append(real.ci_low <= 1 <= real.ci_high)
    return {
        "no difference is rejected (Welch)": np.array(rejected), "interval of b = 1 covers": np.array(covered)
    }  # fmt: skip


@study(
    "compare", "15 and 25 cases, equal SD, a difference of half an SD",
    {"noncentral interval of d covers": COVERS, "a difference at the margin is called equivalent": ERRS,
     "Mann and Whitney reject no difference": ERRS},
    runs=2_000,
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    covered, equivalent, ranked = [], [], []
    for _ in range(runs):
        (real,) = compared(rng, (15, 25), (0.5, 0.0), (1.0, 1.0)).pairs
        (edge,) = compared(rng, (150, 150), (0.5, 0.0), (1.0, 1.0), 0.5).pairs
        (null,) = compared(rng, (15, 25), (0.0, 0.0), (1.0, 1.0)).pairs
        covered.append(real.d_ci_low <= 0.5 <= real.d_ci_high)
        equivalent.append(edge.tost_p < ERRS)
        ranked.append(null.p_u < ERRS)
    return {
        "noncentral interval of d covers": np.array(covered),
        "a difference at the margin is called equivalent": np.array(equivalent),
        "Mann and Whitney reject no difference": np.array(ranked),
    }


@study(
    "compare", "three groups of 30, equal SD",
    {"no difference is rejected (F)": ERRS, "any pair is rejected (Tukey)": ERRS, "90% interval of η² covers": 0.90},
    runs=600,
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rejected, pairs, covered = [], [], []
    means = (0.6, 0.0, 0.0)
    noncentral = 30 * float(np.sum((np.array(means) - np.mean(means)) ** 2))
    for _ in range(runs):
        null = compared(rng, (30, 30, 30), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
        real = compared(rng, (30, 30, 30), means, (1.0, 1.0, 1.0)).whole
        assert null.whole is not None
        assert real is not None
        rejected.append(null.whole.p < ERRS)
        pairs.append(min(one.p_tukey for one in null.pairs) < ERRS)
        covered.append(real.eta2_ci_low <= noncentral / (noncentral + real.df2) <= real.eta2_ci_high)
    return {
        "no difference is rejected (F)": np.array(rejected), "any pair is rejected (Tukey)": np.array(pairs),
        "90% interval of η² covers": np.array(covered),
    }  # fmt: skip


@study(
    "compare", "three groups of 20, 30 and 60, SD 3, 2 and 1",
    {"no difference is rejected (Welch's F)": ERRS, "any pair is rejected (Games and Howell)": ERRS}, runs=600,
    caveat="Games and Howell's is approximate, and a little liberal with uneven groups",
)  # fmt: skip
def _(rng: np.random.Generator, runs: int) -> Mapping[str, Hits]:
    rejected, pairs = [], []
    for _ in range(runs):
        null = compared(rng, (20, 30, 60), (0.0, 0.0, 0.0), (3.0, 2.0, 1.0))
        assert null.whole is not None
        rejected.append(null.whole.p_welch < ERRS)
        pairs.append(min(one.p_gh for one in null.pairs) < ERRS)
    return {
        "no difference is rejected (Welch's F)": np.array(rejected),
        "any pair is rejected (Games and Howell)": np.array(pairs),
    }
