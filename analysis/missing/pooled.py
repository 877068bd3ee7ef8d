"""Regressions, correlations and descriptives pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan, nan, tanh

import numpy as np
import pandas as pd
from scipy import special

from analysis.correlation import Correlation, Method, Pair, corrected, correlation, disattenuated
from analysis.descriptives import Description, Descriptives, descriptives
from analysis.errors import UnsuitableError
from analysis.missing.pool import all_fitted, averages, joint_test, pool_one, pool_r2, rubin
from analysis.regression import INTERCEPT, Block, Coefficient, Fit, Regression, fitted, written
from analysis.regression.design import Errors, cluster_of, complete
from analysis.resample import one_thread
from analysis.result import NotApplicable, fisher_z

AVERAGED = ("median", "min", "max", "skew", "kurtosis")
POOLED_Z = "r is pooled by Fisher's z; p is of the pooled z."


def pooled_regression(
    frames: Sequence[pd.DataFrame], outcome: str, blocks: Sequence[Sequence[str]],
    errors: Errors = "HC3", level: float = 0.95,
) -> Regression | NotApplicable:  # fmt: skip
    """Regress in each completed data set, and pool.

    frames: m completed data sets with rows in the same order. outcome, blocks, errors, level: as of
    ``analysis.regression.regression``.

    b, se, t, p, the interval, df, riv and fmi by Rubin's rules (``analysis.missing.pool.rubin``); the F of the model
    and of each block by D1 (``joint_test``) in the model up to that block; R², adjusted R² and R² of the steps by
    Fisher's z of R (``pool_r2``), with R² change and f2 from those; beta, vif, unit and the robustness value are means,
    sr2 the square of the mean semipartial r; sigma is the root of the mean variance. Rows that still lack a value in
    any data set (what did not apply, or cannot be derived) are left out of all. NotApplicable where any of the data
    sets cannot be analysed.
    """
    cluster = cluster_of(errors)
    used = [outcome, *(name for block in blocks for name in block), *([] if cluster is None else [cluster])]
    try:
        held, whole = complete(frames, used)
        with one_thread():
            fits = [fitted(frame, outcome, blocks, errors) for frame in held]
            return replace(pool_fits(fits, level), dropped=int((~whole).sum()))
    except UnsuitableError as reason:
        return NotApplicable("regression", outcome, str(reason))


def pool_fits(fits: Sequence[Fit], level: float) -> Regression:
    """The pooled regression of m completed data sets, with the tests of all steps.

    Raises UnsuitableError where the data sets have not the same terms.
    """
    estimates = [fit.estimates() for fit in fits]
    pooled = rubin(estimates)
    low, high = pooled.interval(level)
    each = np.array([fit.standardised() for fit in fits])
    beta, _, vif, unit, strength = each.mean(axis=0)
    semipartial = np.mean(np.sign([one.values for one in estimates]) * np.sqrt(each[:, 1]), axis=0)
    columns = [pooled.estimate, pooled.se, pooled.t, pooled.p, low, high, beta, semipartial**2, vif, unit, strength]
    table = np.column_stack([*columns, pooled.df, pooled.riv, pooled.fmi]).tolist()
    coefficients = tuple(Coefficient(term, *row) for term, row in zip(pooled.names, table, strict=True))
    first = written(fits[0], level)
    blocks: list[Block] = []
    before = 0.0
    for place, block in enumerate(first.blocks):
        r2 = pool_r2([1 - fit.rest(place) for fit in fits])
        last = place == len(first.blocks) - 1
        found = estimates if last else [fit.estimates(place) for fit in fits]
        test = joint_test(found, block.terms)
        blocks.append(Block(block.name, block.terms, r2, r2 - before, test.f, test.df1, test.df2, test.p))
        before = r2
    whole = joint_test(estimates, [name for name in pooled.names if name != INTERCEPT])
    r2 = before
    within = np.mean([one.covariance for one in estimates], axis=0)
    between = np.atleast_2d(np.cov(np.stack([one.values for one in estimates]).T))
    return replace(
        first, r2=r2, adj_r2=pool_r2([fit.adj_r2 for fit in fits]), f=whole.f, df1=whole.df1,
        df2=whole.df2, p=whole.p, f2=r2 / (1 - r2), sigma=float(np.sqrt(np.mean([fit.sigma**2 for fit in fits]))),
        df=float(np.nanmin(pooled.df)), coefficients=coefficients, blocks=tuple(blocks),
        covariance=within + (1 + 1 / pooled.m) * between, missing="mi", imputations=pooled.m, r2_low=nan, r2_high=nan,
    )  # fmt: skip


def pooled_correlation(
    frames: Sequence[pd.DataFrame], method: Method = "pearson", adjust: str = "none",
    reliability: Mapping[str, float] | None = None, *, level: float = 0.95, partial: Sequence[str] = (),
) -> Correlation | NotApplicable:  # fmt: skip
    """Correlate in each completed data set, and pool each pair on Fisher's z.

    z = atanh(r) has the variance of the complete-data interval (1 / (n - 3), or the polychoric's own) and infinite
    complete-data df; r = tanh(mean z), the interval is that of z turned back, and p is of z over its pooled error
    (Schafer 1997, section 4.4; van Buuren 2018, section 5.2.2). Other arguments as of ``analysis.correlation``.
    """
    results = all_fitted(
        [correlation(frame, method, level=level, missing="pairwise", partial=partial) for frame in frames]
    )
    if isinstance(results, NotApplicable):
        return results
    pairs = [_pool_pair([result.pairs[i] for result in results], level) for i in range(len(results[0].pairs))]
    notes = [note for note in results[0].notes if "not applicable" in note]
    if reliability is not None:
        pairs, said = disattenuated(pairs, reliability)
        notes += said
    first = results[0]
    return replace(
        first, pairs=tuple(corrected(pairs, adjust)), adjust=adjust, missing="mi", notes=(POOLED_Z, *notes)
    )  # fmt: skip


def _pool_pair(pairs: Sequence[Pair], level: float) -> Pair:
    """One pair of all data sets."""
    first = pairs[0]
    if failed := [pair for pair in pairs if pair.reason]:
        return replace(first, r=nan, p=nan, ci_low=nan, ci_high=nan, reason=failed[0].reason)
    if any(isnan(pair.ci_low) for pair in pairs):
        return replace(first, r=nan, p=nan, ci_low=nan, ci_high=nan, reason="there are too few cases for Fisher's z")
    width = 2 * float(special.ndtri((1 + level) / 2))
    errors = [(fisher_z(pair.ci_high) - fisher_z(pair.ci_low)) / width for pair in pairs]
    z = pool_one([fisher_z(pair.r) for pair in pairs], errors, level)
    r = first.r if len({pair.r for pair in pairs}) == 1 else tanh(z.estimate)
    return replace(
        first,
        r=r,
        p=z.p,
        ci_low=tanh(z.low),
        ci_high=tanh(z.high),
        n=min(pair.n for pair in pairs),
        df=z.df,
        riv=z.riv,
        fmi=z.fmi,
    )


def pooled_descriptives(
    frames: Sequence[pd.DataFrame], missing: Mapping[str, int] | None = None
) -> Descriptives | NotApplicable:  # fmt: skip
    """Describe each completed data set, and pool.

    The mean is pooled by Rubin's rules (df, riv and fmi are its own), sd is the root of the mean variance; median, min,
    max, skew and kurtosis are means over the data sets. missing: cells that were missing before imputation, by name;
    n counts the cases with a value after it.
    """
    results = all_fitted([descriptives(frame) for frame in frames])
    if isinstance(results, NotApplicable):
        return results
    rows = [_pool_description([result.variables[i] for result in results], missing or {})
            for i in range(len(results[0].variables))]  # fmt: skip
    note = "Means are pooled by Rubin's rules over the imputed data sets; the other statistics are averages over them."
    return replace(results[0], variables=tuple(rows), notes=(note, *results[0].notes))


def _pool_description(rows: Sequence[Description], missing: Mapping[str, int]) -> Description:
    first = rows[0]
    gone = missing.get(first.variable, first.missing)
    if any(row.n < 2 for row in rows):
        return replace(first, missing=gone)
    n = min(row.n for row in rows)
    mean = pool_one([row.mean for row in rows], [row.sd / row.n**0.5 for row in rows], df=[row.n - 1.0 for row in rows])
    sd = float(np.sqrt(np.mean([row.sd**2 for row in rows])))
    return Description(
        first.variable, n, gone, mean.estimate, sd, **averages(rows, AVERAGED), df=mean.df, riv=mean.riv, fmi=mean.fmi
    )
