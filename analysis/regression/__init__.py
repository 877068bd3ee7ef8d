"""Least-squares regression in blocks, with classical, HC3 or clustered (CR1, CR2) errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.regression.design import Errors, errors_and_cluster
from analysis.regression.diagnostics import diagnose, r2_interval
from analysis.regression.fit import Fit, fitted
from analysis.regression.result import INTERCEPT, Block, Coefficient, Regression
from analysis.resample import one_thread
from analysis.result import NotApplicable

__all__ = ["INTERCEPT", "Block", "Coefficient", "Fit", "Regression", "fitted", "regression", "written"]


def regression(
    frame: pd.DataFrame,
    outcome: str,
    blocks: Sequence[Sequence[str]],
    errors: Errors = "HC3",
    level: float = 0.95,
    *,
    diagnostics: bool = False,
) -> Regression | NotApplicable:
    """Regress ``outcome`` on the predictors of ``blocks``, entered one block after the other.

    frame: one row a case. Numeric columns are used as they are; a column of text or of pandas' Categorical becomes a
        0/1 column for each category that occurs but the first (in the order of a Categorical, else sorted).
    outcome: name of a numeric column.
    blocks: names of predictors, block by block; coefficients are those of the model with all of them.
    errors: 'classical'; 'HC3'; ``{'cluster': column}`` for CR1 with G − 1 degrees of freedom; or ``{'cr2': column}``
        for CR2 with Satterthwaite's, which few clusters need.
    level: of the confidence intervals.
    diagnostics: whether residuals are tested as well.

    Rows with a missing value in the model are left out (listwise), in every step alike. Returns a ``Regression``, or
    ``NotApplicable`` with the reason: a constant or collinear predictor, too few cases, one cluster, a leverage of 1
    under HC3, an outcome that is reproduced exactly. Raises ValueError for errors or a level that do not exist.

    b = (XᵀX)⁻¹Xᵀy; V = s²(XᵀX)⁻¹, or (XᵀX)⁻¹ M (XᵀX)⁻¹ with M = Σ eᵢ²xᵢxᵢᵀ/(1 − hᵢ)² (HC3; MacKinnon & White
    1985) or M = c Σ_g (Σ eᵢxᵢ)(Σ eᵢxᵢ)ᵀ (clusters; Liang & Zeger 1986) or with each cluster's
    eᵢ freed of its leverage (CR2; Bell & McCaffrey 2002); F of a model or block is Wald's bᵀV⁻¹b/q,
    which for classical errors is the F of the change in R². f2 = R²/(1 − R²) (Cohen 1988).

    >>> data = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [1.1, 1.9, 3.2, 3.9, 5.1]})
    >>> round(regression(data, "y", [["x"]], errors="classical").coefficient("x").b, 3)
    1.0
    """
    errors_and_cluster(errors)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    try:
        fit = fitted(frame, outcome, blocks, errors)
    except UnsuitableError as reason:
        return NotApplicable(Regression.kind, outcome, str(reason))
    found = written(fit, level)
    if not diagnostics:
        return found
    with one_thread():
        return replace(found, diagnostics=diagnose(fit.design, fit.basis))


def written(fit: Fit, level: float) -> Regression:
    """The result of a regression that was fitted."""
    design, basis, clusters = fit.design, fit.basis, fit.clusters
    k, n = len(design.terms), design.n
    own = fit.df_each()
    b, se = fit.values(), fit.se()
    t = b / se
    p = 2 * special.stdtr(own, -np.abs(t))
    margin = special.stdtrit(own, (1 + level) / 2) * se
    kept = own if fit.adjusted else np.full(k + 1, np.nan)
    table = np.column_stack([b, se, t, p, b - margin, b + margin, *fit.standardised(), kept]).tolist()
    coefficients = tuple(Coefficient(term, *row) for term, row in zip(fit.terms(), table, strict=True))

    blocks = _blocks(fit)
    f, df2, p_model = fit.test(-1)
    r2 = 1 - basis.rest
    notes = list(design.notes)
    without = [row.term for row in coefficients if np.isnan(row.se)]
    if without:
        notes.append(f"No error can be had for {', '.join(without)}: there are too few clusters.")
    if np.isnan(f) or any(np.isnan(block.f_change) for block in blocks):
        few = "as few clusters as these" if fit.adjusted else f"there are clusters less one ({fit.df()})"
        notes.append(f"No joint F test of more coefficients than {few}{' can carry' if fit.adjusted else ''}.")
    r2_low, r2_high = r2_interval(r2, k, n, level)
    return Regression(
        outcome=design.outcome, errors=fit.errors, cluster=fit.cluster, n_clusters=clusters, level=level, n=n,
        dropped=design.dropped, r2=r2, adj_r2=fit.adj_r2, f=f, df1=k, df2=df2, p=p_model, f2=r2 / basis.rest,
        sigma=fit.sigma, df=float(np.min(own)), coefficients=coefficients, blocks=blocks,
        references=dict(design.references), notes=tuple(notes), covariance=fit.covariance(), r2_low=r2_low,
        r2_high=r2_high,
    )  # fmt: skip


def _blocks(fit: Fit) -> tuple[Block, ...]:
    """R² up to each step, its change, and the test of the step's terms in the model up to that step."""
    blocks = []
    start = 0
    for step, end in enumerate(fit.design.ends):
        f, df2, p = fit.test(step, start)
        change = float(np.sum(fit.basis.w[start:end] ** 2))
        terms = fit.design.terms[start:end]
        blocks.append(Block(f"block{step + 1}", terms, 1 - fit.rest(step), change, f, end - start, df2, p))
        start = end
    return tuple(blocks)
