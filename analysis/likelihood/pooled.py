"""Models of a choice, of ordered answers and of counts, pooled over imputed data sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.likelihood.result import Count, Estimate, Fitted, Ordinal, Step
from analysis.missing.pool import Estimates, all_fitted, averages, joint_test, pool_r2, rubin
from analysis.regression.design import Errors, cluster_of, complete
from analysis.result import NotApplicable

NOTE = (
    "Coefficients are pooled by Rubin's rules on the scale of b, tests of several by D1; the likelihood, AIC and tests "
    "that rest on them are of single data sets, and not pooled."
)


def pooled_fit(
    kind: str, fit: Callable[..., Fitted | NotApplicable], frames: Sequence[pd.DataFrame], outcome: str,
    blocks: Sequence[Sequence[str]], errors: Errors = "classical", level: float = 0.95,
) -> Fitted | NotApplicable:  # fmt: skip
    """Fit in each completed data set, and pool.

    kind, fit: of analysis; ``logistic``, ``ordinal`` or ``count``. frames: m completed data sets with rows in
    the same order. Other arguments as of ``fit``.

    b, se, z (a t), p, the interval, df, riv and fmi by Rubin's rules with infinite complete-data df; p of the model and
    of each block by D1 in the model up to that block (its chi² is df1 · F); pseudo R² as R² (``pool_r2``); θ and the
    dispersion are means. Rows that still lack a value in any data set are left out of all. NotApplicable where any of
    the data sets cannot be analysed.
    """
    cluster = cluster_of(errors)
    used = [outcome, *(name for block in blocks for name in block), *([] if cluster is None else [cluster])]
    try:
        held, whole = complete(frames, used)
    except UnsuitableError as reason:
        return NotApplicable(kind, outcome, str(reason))
    stages: list[list[Fitted]] = []
    for end in range(1, len(blocks) + 1):
        found = all_fitted([fit(frame, outcome, blocks[:end], errors, level) for frame in held])
        if isinstance(found, NotApplicable):
            return found
        stages.append(found)
    try:
        return _pool(stages, level, int((~whole).sum()))
    except UnsuitableError as reason:
        return NotApplicable(stages[0][0].kind, outcome, str(reason))


def _estimates(result: Fitted) -> Estimates:
    names = tuple(row.term for row in result.coefficients)
    return Estimates(names, np.array([row.b for row in result.coefficients]), result.covariance)


def _pool(stages: Sequence[Sequence[Fitted]], level: float, dropped: int) -> Fitted:
    last = stages[-1]
    first = last[0]
    estimates = [_estimates(result) for result in last]
    pooled = rubin(estimates)
    low, high = pooled.interval(level)
    columns = [pooled.estimate, pooled.se, pooled.t, pooled.p, low, high, np.exp(pooled.estimate), np.exp(low)]
    columns += [np.exp(high), pooled.df, pooled.riv, pooled.fmi]
    rows = np.column_stack(columns).tolist()
    steps = []
    for place, results in enumerate(stages):
        step = results[0].steps[-1]
        test = joint_test([_estimates(result) for result in results], step.terms)
        steps.append(Step(f"block{place + 1}", step.terms, test.f * test.df1, test.df1, test.p))
    terms = [term for step in steps for term in step.terms]
    test = joint_test(estimates, terms)
    within = np.mean([result.covariance for result in last], axis=0)
    between = np.atleast_2d(np.cov(np.stack([e.values for e in estimates]).T))
    found = replace(
        first, dropped=dropped, loglik=nan, aic=nan, chi2=test.f * test.df1, df=test.df1, p=test.p,
        r2_mcfadden=pool_r2([r.r2_mcfadden for r in last]), r2_nagelkerke=pool_r2([r.r2_nagelkerke for r in last]),
        coefficients=tuple(Estimate(term, *row) for term, row in zip(pooled.names, rows, strict=True)),
        steps=tuple(steps), covariance=within + (1 + 1 / pooled.m) * between, missing="mi", imputations=pooled.m,
        notes=(*first.notes, NOTE),
    )  # fmt: skip
    if isinstance(found, Ordinal):
        return replace(found, brant=())
    if isinstance(found, Count):
        return replace(found, **averages(last, ("theta", "dispersion")), theta_se=nan, poisson_chi2=nan, poisson_p=nan)
    return found
