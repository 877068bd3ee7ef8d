"""Whether the intervals of alpha hold what they promise: simulated with seeds that were fixed beforehand."""

from __future__ import annotations

import numpy as np

from analysis.reliability import alpha_of, feldt_interval
from analysis.reliability.onefactor import OneFactor, one_factor
from analysis.resample import resample_moments


def test_feldt_covers_alpha_of_parallel_items() -> None:
    """10,000 samples of 50 cases on 6 parallel normal items: within the 99.9 % binomial band around 95 %."""
    rng = np.random.default_rng(20160930)
    runs, n, k, share = 10_000, 50, 6, 0.4
    true = k * share / (1 + (k - 1) * share)
    rows = np.sqrt(share) * rng.normal(size=(runs, n, 1)) + np.sqrt(1 - share) * rng.normal(size=(runs, n, k))
    apart = rows - rows.mean(axis=1, keepdims=True)
    alphas = alpha_of(np.swapaxes(apart, 1, 2) @ apart / (n - 1))
    # 1 - (1 - alpha) F: the factors are the same for every sample of this size
    low_factor, high_factor = (1 - bound for bound in feldt_interval(0.0, n, k))
    covered = (1 - (1 - alphas) * low_factor <= true) & (true <= 1 - (1 - alphas) * high_factor)
    assert abs(covered.mean() - 0.95) < 3.29 * np.sqrt(0.05 * 0.95 / runs)


def test_the_bootstrap_covers_alpha_of_skewed_ordered_items() -> None:
    """300 samples of 120 cases, 400 resamples each, on items far from normal.

    The truth is the alpha of a million cases. The bootstrap is right only as samples grow, so the band is the 99.9 %
    binomial one around 95 % widened by 1.5 points.
    """
    rng = np.random.default_rng(20160930)
    cuts = np.array([[0.0, 0.8, 1.5], [0.3, 0.9, 1.6], [-0.5, 0.5, 1.2], [0.2, 1.0, 1.8]])

    def sample(n: int) -> np.ndarray:
        y = 0.8 * rng.normal(size=(n, 1)) + 0.6 * rng.normal(size=(n, 4))
        return (y[:, :, None] > cuts).sum(axis=2).astype(np.float64)

    true, runs = float(alpha_of(np.cov(sample(1_000_000).T))), 300
    covered = {"bca": 0, "percentile": 0}
    for run in range(runs):
        found = resample_moments(sample(120), lambda m: alpha_of(m.cov)[:, None], 400, run)
        for method in covered:
            interval = found.interval(0, method=method)
            covered[method] += interval.low <= true <= interval.high
    band = 3.29 * np.sqrt(0.05 * 0.95 / runs) + 0.015
    assert abs(covered["bca"] / runs - 0.95) < band
    assert abs(covered["percentile"] / runs - 0.95) < band


def test_known_parameters_are_recovered() -> None:
    """Omega and loadings of 200 samples of 400 cases: their mean lies within 3.5 standard errors of the truth."""
    rng = np.random.default_rng(7)
    loading = np.array([0.8, 0.7, 0.6, 0.5, 0.7])
    unique = 1 - loading**2
    true = loading.sum() ** 2 / (loading.sum() ** 2 + unique.sum())
    fits = []
    for _ in range(200):
        rows = rng.normal(size=(400, 1)) * loading + rng.normal(size=(400, 5)) * np.sqrt(unique)
        fit = one_factor(np.cov(rows.T))
        assert isinstance(fit, OneFactor)
        fits.append([fit.omega, *fit.standardised])
    found = np.array(fits)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    # omega of a sample is biased downward by less than .002 at this size; the loadings by less still
    assert (np.abs(found.mean(axis=0) - [true, *loading]) < 3.5 * error + 0.002).all()
