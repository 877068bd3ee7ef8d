"""Least-squares regression in blocks, with classical, HC3 or clustered (CR1, CR2) errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.regression import cr2, engine
from analysis.regression.design import Design, Errors, Vector, build, errors_and_cluster
from analysis.regression.diagnostics import diagnose, r2_interval, robustness_value
from analysis.regression.result import INTERCEPT, Block, Coefficient, Regression
from analysis.resample import one_thread
from analysis.result import NotApplicable

__all__ = ["INTERCEPT", "Block", "Coefficient", "Regression", "regression"]


NOTHING = 1e-14
"""A variance below this share of the classical one is made of rounding."""


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
    name, cluster = errors_and_cluster(errors)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    try:
        design = build(frame, outcome, blocks, cluster)
        if cluster is not None and design.n_clusters < 2:
            there = f"is {design.n_clusters}" if design.n_clusters else "are none"
            raise UnsuitableError(f"errors clustered by {cluster} need two clusters, and there {there}")
        # Products of small tiles gain nothing by threads, and with one their sums never depend on the machine.
        with one_thread():
            basis = engine.fit(design)
            adjusted = cr2.adjusted(design, basis) if name == "cr2" else []
            meats = cr2.meats(adjusted, basis.n) if adjusted else MEATS[name](design, basis)
            found = _result(design, basis, meats, adjusted, name, cluster, level)
            return replace(found, diagnostics=diagnose(design, basis)) if diagnostics else found
    except UnsuitableError as reason:
        return NotApplicable(Regression.kind, outcome, str(reason))


def _classical(design: Design, basis: engine.Basis) -> list[engine.Meat]:
    return engine.classical(basis, design.ends)


MEATS = {"classical": _classical, "HC3": engine.hc3, "cluster": engine.clustered}


def _wald(coordinates: Vector, inner: Vector, df2: float) -> tuple[float, float]:
    """F and p that all coordinates are zero; nan where their covariance has no inverse."""
    if len(coordinates) > df2 or float(np.linalg.cond(inner)) > 1e14:
        return np.nan, np.nan
    f = float(coordinates @ np.linalg.solve(inner, coordinates)) / len(coordinates)
    return f, float(special.fdtrc(len(coordinates), df2, f))


def _result(
    design: Design, basis: engine.Basis, meats: list[engine.Meat], adjusted: list[cr2.Adjusted], name: str,
    cluster: str | None, level: float,
) -> Regression:  # fmt: skip
    """All the numbers, from the orthogonal basis and the meat of each step."""
    k, n = len(design.terms), design.n
    clusters = design.n_clusters if cluster is not None else None
    residual_df = n - k - 1
    own = _satterthwaite(adjusted[-1], basis) if adjusted else None
    df = residual_df if clusters is None else clusters - 1
    each = np.full(k + 1, float(df)) if own is None else own
    covariance = engine.covariance(basis, meats[-1])
    usual = np.diag(engine.covariance(basis, engine.classical(basis, design.ends)[-1]))
    # With few clusters scores can cancel out: an error of nothing but rounding is no error.
    variance = np.where(np.diag(covariance) > NOTHING * usual, np.diag(covariance), np.nan)
    se = np.sqrt(variance)
    slopes = basis.norm[-1] * basis.transform.T @ basis.w
    b = np.concatenate([[basis.mean[-1] - slopes @ basis.mean[:-1]], slopes])
    t = b / se
    p = 2 * special.stdtr(each, -np.abs(t))
    margin = special.stdtrit(each, (1 + level) / 2) * se
    inverse = np.sum(basis.transform**2, axis=0)
    unit = np.concatenate([[np.nan], basis.norm[:-1] / basis.norm[-1]])
    beta = b * unit
    sr2 = np.concatenate([[np.nan], slopes**2 / inverse / basis.norm[-1] ** 2])
    vif = np.concatenate([[np.nan], inverse * basis.norm[:-1] ** 2])
    strength = [robustness_value(float(value)) for value in sr2 / basis.rest]
    kept = np.full(k + 1, np.nan) if own is None else own
    table = np.column_stack([b, se, t, p, b - margin, b + margin, beta, sr2, vif, unit, strength, kept]).tolist()
    coefficients = tuple(Coefficient(term, *row) for term, row in zip((INTERCEPT, *design.terms), table, strict=True))

    blocks = _blocks(design, basis, meats, adjusted, clusters)
    df2: float = df
    if adjusted:
        f, df2, p_model = adjusted[-1].wald(np.eye(k + 1)[:, 1:], basis.w * basis.norm[-1])
    else:
        f, p_model = _wald(basis.w * basis.norm[-1], meats[-1].inner, df)
    r2 = 1 - basis.rest
    notes = list(design.notes)
    without = [row.term for row in coefficients if np.isnan(row.se)]
    if without:
        notes.append(f"No error can be had for {', '.join(without)}: there are too few clusters.")
    if np.isnan(f) or any(np.isnan(block.f_change) for block in blocks):
        few = "as few clusters as these" if adjusted else f"there are clusters less one ({df})"
        notes.append(f"No joint F test of more coefficients than {few}{' can carry' if adjusted else ''}.")
    r2_low, r2_high = r2_interval(r2, k, n, level)
    return Regression(
        outcome=design.outcome, errors=name, cluster=cluster, n_clusters=clusters, level=level, n=n,
        dropped=design.dropped, r2=r2, adj_r2=1 - basis.rest * (n - 1) / residual_df, f=f, df1=k, df2=df2, p=p_model,
        f2=r2 / basis.rest, sigma=float(basis.norm[-1] * np.sqrt(basis.rest / residual_df)), df=float(np.min(each)),
        coefficients=coefficients, blocks=blocks, references=dict(design.references), notes=tuple(notes),
        covariance=covariance, r2_low=r2_low, r2_high=r2_high,
    )  # fmt: skip


def _satterthwaite(last: cr2.Adjusted, basis: engine.Basis) -> Vector:
    """Degrees of freedom of the intercept and each coefficient."""
    return np.array([last.df(cr2.coordinates(basis, weights)) for weights in np.eye(len(basis.w) + 1)])


def _blocks(
    design: Design, basis: engine.Basis, meats: list[engine.Meat], adjusted: list[cr2.Adjusted], clusters: int | None
) -> tuple[Block, ...]:
    """R² up to each step, its change, and the test of the step's terms in the model up to that step."""
    blocks = []
    start = 0
    for step, (end, meat) in enumerate(zip(design.ends, meats, strict=True)):
        df2: float = basis.n - end - 1 if clusters is None else clusters - 1
        part = slice(start, end)
        if adjusted:
            f, df2, p = adjusted[step].wald(np.eye(end + 1)[:, start + 1 :], basis.w[part] * basis.norm[-1])
        else:
            f, p = _wald(basis.w[part] * basis.norm[-1], meat.inner[part, part], df2)
        # Squares of later steps are added to what remains: one less a small rest keeps its digits.
        r2 = 1 - (basis.rest + float(np.sum(basis.w[end:] ** 2)))
        change = float(np.sum(basis.w[part] ** 2))
        blocks.append(Block(f"block{step + 1}", design.terms[part], r2, change, f, end - start, df2, p))
        start = end
    return tuple(blocks)
