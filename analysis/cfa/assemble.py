"""From parameters to a result: loadings, residuals, correlations and validity in the units of the items."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import erfc

from analysis.cfa.data import Data, scales
from analysis.cfa.fit import Fit
from analysis.cfa.likelihood import implied
from analysis.cfa.model import LOADING, RESIDUAL, SLOPE, Model
from analysis.cfa.parts import Modification, by_delta, heterotrait, solution_of, validity
from analysis.cfa.result import CFA, FactorCorrelation, Loading, Residual, Rival
from analysis.moments import Floats


@dataclass(frozen=True, eq=False)
class Estimates:
    """A fitted model of one group: its parameters' ``values`` on the scale of ``data``, their ``covariance``, and what
    was made of them. unit: whether the items are normal variables with a variance of 1 behind ordered answers."""

    model: Model
    data: Data
    values: Floats
    covariance: Floats
    fit: Fit
    modifications: tuple[Modification, ...]
    unit: bool = False


def assemble(of: Estimates, estimator: str, full: bool, level: float, rival: Rival | None, rival_reason: str) -> CFA:
    """The result of a fitted model of one group, in the units of the items."""
    model, data, group = of.model, of.data, of.model.groups[0]
    times, plus = scales(model, data)
    values, errors = of.values * times + plus, np.sqrt(np.maximum(np.diag(of.covariance), 0.0)) * times
    at = implied(group, values)
    std, std_errors = by_delta(solution_of(group, of.unit), of.values, of.covariance)
    cells = group.cells
    loadings, residuals = [], []
    for c in range(len(cells)):
        parameter, row, column = int(group.parameter[c]), int(cells.row[c]), int(cells.column[c])
        value, error = float(values[parameter]), float(errors[parameter])
        if cells.matrix[c] in (LOADING, SLOPE):
            item = model.items[row] if cells.matrix[c] == LOADING else model.factors[row]
            z = value / error if error > 0 else float("nan")
            loadings.append(
                Loading(model.factors[column], item, value, error, z, two_sided(z), float(std[c]), float(std_errors[c]))
            )
        elif cells.matrix[c] == RESIDUAL and row == column:
            owner = next(name for name, members in model.members.items() if model.items[row] in members)
            residuals.append(Residual(owner, model.items[row], value, error))
    scale = np.outer(data.scale, data.scale)
    found = CFA(
        scales=model.first_order, estimator=estimator, missing="fiml" if full else "listwise", dropped=0, fit=of.fit,
        loadings=tuple(loadings),
        residuals=tuple(residuals), correlations=_correlations(model, data, std, std_errors, len(cells)),
        validity=validity(model, at, data.cov[0] * scale), modifications=of.modifications, rival=rival,
        rival_reason=rival_reason, level=level, higher=model.higher, method=model.method,
    )  # fmt: skip
    return replace(found, notes=remarks(found, at.spread.real))


def two_sided(z: float) -> float:
    """Two-sided p of a standard normal z."""
    return float(erfc(abs(z) / np.sqrt(2)))


def _correlations(model: Model, data: Data, std: Floats, errors: Floats, first: int) -> tuple[FactorCorrelation, ...]:
    """Correlations of the scales' factors, which stand behind the ``first`` standardised values."""
    rows, columns = np.tril_indices(len(model.factors), -1)
    at = {(int(i), int(j)): first + k for k, (i, j) in enumerate(zip(rows, columns, strict=True))}
    traits = heterotrait(data.cov[0], data.items, model.members)
    found = []
    for j, one in enumerate(model.first_order):
        for i in range(j + 1, len(model.first_order)):
            two = model.first_order[i]
            r, error = float(std[at[i, j]]), float(errors[at[i, j]])
            z = r / error if error > 0 else float("nan")
            htmt, htmt2 = traits.get((one, two), (float("nan"), float("nan")))
            found.append(FactorCorrelation(one, two, r, error, z, two_sided(z), htmt, htmt2))
    return tuple(found)


def remarks(found: CFA, spread: Floats) -> tuple[str, ...]:
    """What a reader ought to know of a solution: improper values, items against their scale, a rival that failed."""
    said = []
    if bad := [row.item for row in found.residuals if row.residual < 0]:
        said.append(f"Negative residual variance (Heywood case) of {', '.join(bad)}: the solution is improper.")
    if not found.residuals and (bad := [row.item for row in found.loadings if abs(row.std) > 1]):
        said.append(f"Standardised loading beyond 1 (Heywood case) of {', '.join(bad)}: the solution is improper.")
    if np.linalg.eigvalsh(spread)[0] < 0:
        said.append("The correlations of the factors are not possible together: the solution is improper.")
    against = [row.item for row in found.loadings if row.factor in found.scales and row.loading < 0]
    if against:
        said.append(f"Loads against its scale: {', '.join(against)}.")
    if found.fit.df == 0:
        said.append("The model has no degrees of freedom: it fits any data, and its fit tells nothing.")
    if found.rival is not None and np.isnan(found.rival.change.chi2_change):
        negative = "the scaling factor of the difference came out negative"
        why = "the two models are not nested" if found.estimator == "wlsmv" else negative
        said.append(f"How much worse one factor for all items fits was not tested: {why}.")
    if found.rival_reason:
        said.append(f"One factor for all items: not applicable, because {found.rival_reason}.")
    return tuple(said)
