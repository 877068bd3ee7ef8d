"""One regression before it is written out: what its own result, pooled ones and tests of combinations are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.missing.pool import Estimates
from analysis.regression import cr2, engine
from analysis.regression.design import Design, Errors, Vector, build_for, errors_and_cluster
from analysis.regression.diagnostics import robustness_value
from analysis.regression.result import INTERCEPT
from analysis.resample import one_thread

NOTHING = 1e-14
"""A variance below this share of the classical one is made of rounding."""
BETA, UNIT = 0, 3
"""Rows of ``Fit.standardised``."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The models of all steps, the last of which is the whole.

    errors, cluster: kind of the errors, and the column of the clusters. basis: of all steps, which are nested. meats:
    of each step's sandwich. adjusted: the same with CR2, else none.
    """

    design: Design
    errors: str
    cluster: str | None
    basis: engine.Basis
    meats: Sequence[engine.Meat]
    adjusted: Sequence[cr2.Adjusted]

    @property
    def clusters(self) -> int | None:
        """How many clusters there are; None where errors are not clustered."""
        return self.design.n_clusters if self.cluster is not None else None

    def terms(self, step: int = -1) -> tuple[str, ...]:
        """The coefficients of one step's model: the intercept and the columns so far."""
        return (INTERCEPT, *self.design.terms[: self.design.ends[step]])

    def rest(self, step: int = -1) -> float:
        """1 − R² of one step's model."""
        # Squares of later steps are added to what remains: one less a small rest keeps its digits.
        return self.basis.rest + float(np.sum(self.basis.w[self.design.ends[step] :] ** 2))

    @property
    def adj_r2(self) -> float:
        """Adjusted R² of the whole model."""
        return 1 - self.basis.rest * (self.basis.n - 1) / self.residual_df()

    @property
    def sigma(self) -> float:
        """Residual standard error of the whole model."""
        return float(self.basis.norm[-1] * np.sqrt(self.basis.rest / self.residual_df()))

    def residual_df(self, step: int = -1) -> int:
        """Cases less coefficients."""
        return self.basis.n - self.design.ends[step] - 1

    def values(self, step: int = -1) -> Vector:
        """b of one step's model."""
        own = self.basis.part(self.design.ends[step])
        slopes = own.norm[-1] * own.transform.T @ own.w
        return np.concatenate([[own.mean[-1] - slopes @ own.mean[:-1]], slopes])

    def covariance(self, step: int = -1) -> Vector:
        """Of the coefficients of one step's model."""
        return engine.covariance(self.basis.part(self.design.ends[step]), self.meats[step])

    def se(self) -> Vector:
        """Errors of the coefficients of the whole model; nan where there is none."""
        usual = np.diag(engine.covariance(self.basis, engine.classical(self.basis, self.design.ends)[-1]))
        variance = np.diag(self.covariance())
        # With few clusters scores can cancel out: an error of nothing but rounding is no error.
        return np.sqrt(np.where(variance > NOTHING * usual, variance, np.nan))

    def df(self, step: int = -1) -> float:
        """Degrees of freedom of t; of CR2 those that are not used, clusters less one."""
        return self.residual_df(step) if self.clusters is None else self.clusters - 1

    def df_each(self, weights: Vector | None = None, step: int = -1) -> Vector:
        """Degrees of freedom of the t of combinations (q, k + 1) of one step's coefficients; by default of each one.

        With CR2 Satterthwaite's own, else those of all.
        """
        size = self.design.ends[step] + 1
        weights = np.eye(size) if weights is None else weights
        if not self.adjusted:
            return np.full(len(weights), float(self.df(step)))
        with one_thread():
            return self.adjusted[step].df(cr2.coordinates(self.basis.part(size - 1), weights))

    def estimates(self, step: int = -1) -> Estimates:
        """Coefficients of one step's model, their covariance and complete-data df, as pooling takes them."""
        return Estimates(self.terms(step), self.values(step), self.covariance(step), self.df_each(step=step))

    def standardised(self) -> Vector:
        """beta, sr2, vif, unit and robustness_value of each coefficient of the whole model, (5, k + 1)."""
        basis = self.basis
        slopes = basis.norm[-1] * basis.transform.T @ basis.w
        inverse = np.sum(basis.transform**2, axis=0)
        unit = basis.norm[:-1] / basis.norm[-1]
        sr2 = slopes**2 / inverse / basis.norm[-1] ** 2
        strength = [robustness_value(float(value)) for value in sr2 / basis.rest]
        rows = np.array([slopes * unit, sr2, inverse * basis.norm[:-1] ** 2, unit, strength])
        return np.column_stack([np.full(len(rows), np.nan), rows])

    def test(self, step: int, start: int = 0) -> tuple[float, float, float]:
        """F, its second df and p that the columns of one step's model from ``start`` on add nothing (Wald)."""
        end = self.design.ends[step]
        coordinates = self.basis.w[start:end] * self.basis.norm[-1]
        if self.adjusted:
            return self.adjusted[step].wald(np.eye(end + 1)[:, start + 1 :], coordinates)
        df2 = self.df(step)
        inner = self.meats[step].inner[start:end, start:end]
        if len(coordinates) > df2 or float(np.linalg.cond(inner)) > 1e14:
            return np.nan, df2, np.nan
        f = float(coordinates @ np.linalg.solve(inner, coordinates)) / len(coordinates)
        return f, df2, float(special.fdtrc(len(coordinates), df2, f))


def fitted(frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], errors: Errors) -> Fit:
    """Fit the steps; arguments as of ``analysis.regression.regression``.

    Raises UnsuitableError where the data cannot carry the model, and ValueError for errors that do not exist.
    """
    name, cluster = errors_and_cluster(errors)
    design = build_for(frame, outcome, blocks, cluster)
    # Products of small tiles gain nothing by threads, and with one their sums never depend on the machine.
    with one_thread():
        basis = engine.fit(design)
        adjusted = cr2.adjusted(design, basis) if name == "cr2" else []
        meats = cr2.meats(adjusted, basis.n) if adjusted else MEATS[name](design, basis)
    return Fit(design, name, cluster, basis, meats, adjusted)


def _classical(design: Design, basis: engine.Basis) -> list[engine.Meat]:
    return engine.classical(basis, design.ends)


MEATS = {"classical": _classical, "HC3": engine.hc3, "cluster": engine.clustered}
