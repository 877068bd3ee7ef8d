"""The one-factor model at two levels by full maximum likelihood: reliability within groups and between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from analysis.moments import Floats, as_matrix

GRADIENT = 1e-7
"""Converged where no derivative of the log-likelihood a case is larger, in the metric of standardised items."""
STEPS = 500
SHORT, PATIENCE = 1e-2, 10
"""So many steps in a row cut to less than this share: the fit creeps along an edge that has no maximum."""
RUNAWAY = 50.0
"""A loading beyond this, in the metric of standardised items, is on its way to infinity."""


@dataclass(frozen=True, eq=False)
class TwoLevel:
    """A fitted model of one factor within groups and one between them; factors have variance 1.

    within, between: (k,) loadings in the items' units. unique_within, unique_between: (k,) residual variances; a
    negative one is a Heywood case. mean: (k,) grand means. omega_within, omega_between: (sum of loadings)² over the
    variance of the sum that the level implies. loglik: the log-likelihood. steps: iterations.
    """

    within: Floats
    between: Floats
    unique_within: Floats
    unique_between: Floats
    mean: Floats
    omega_within: float
    omega_between: float
    loglik: float
    steps: int


@dataclass(frozen=True)
class NotFitted:
    """Why the model has no estimate; ``reason`` completes 'not applicable, because …'."""

    reason: str


@dataclass(frozen=True, eq=False)
class _Parts:
    """What the likelihood needs of the data: scatter within groups, and the means of groups by their size."""

    n: int
    groups: int
    scatter: Floats
    sizes: Floats
    means: tuple[Floats, ...]


def two_level(items: Floats, groups: npt.NDArray[np.int64]) -> TwoLevel | NotFitted:
    """Fit it to complete rows.

    items: (n, k), without missing cells. groups: (n,) codes from 0 on. With S_w = l_w l_w' + diag(t_w), S_b likewise,
    and V_j = S_w + n_j S_b for a group of n_j,

        −2 log L = (n − J) log|S_w| + tr(S_w⁻¹ W) + Σ_j [log|V_j| + n_j (ȳ_j − μ)' V_j⁻¹ (ȳ_j − μ)] + n k log 2π,

    where W is the scatter within groups (Muthén 1990). Fisher scoring with step halving, μ by generalised least
    squares at each step; groups of any size, also of one. As ``lavaan::cfa(cluster =)`` with ``std.lv = TRUE``: no
    bounds on residual variances. The omegas are those of Geldhof, Preacher & Zyphur (2014), Psychological Methods 19.

    Returns NotFitted with fewer than three items (not identified), few groups, a constant item, or no convergence.
    """
    matrix, _ = as_matrix(items)
    k = matrix.shape[1]
    if k < 3:
        return NotFitted(f"a one-factor model of {k} items is not identified; it needs 3 or more")
    count = np.bincount(groups)
    if len(count) <= k:
        return NotFitted(f"a model between groups of {k} items needs more than {k} groups, and there are {len(count)}")
    if len(matrix) - len(count) <= k:
        return NotFitted("too few groups have two members or more")
    sd = matrix.std(axis=0, ddof=1)
    if not (sd > 0).all():
        return NotFitted("an item is constant")
    centre = matrix.mean(axis=0)
    parts = _parts((matrix - centre) / sd, groups, count)
    starts = _starts(parts, k)
    if starts is None:
        return NotFitted("the covariances within groups are singular")
    fit = next((found for start in starts if (found := _score(parts, start)) is not None), None)
    if fit is None:
        return NotFitted("the maximum likelihood fit of one factor at two levels did not converge")
    point, mean, value, steps = fit
    within, between = point[:k] * sd, point[2 * k : 3 * k] * sd
    unique_within, unique_between = point[k : 2 * k] * sd**2, point[3 * k :] * sd**2
    within = within * np.sign(within.sum() or 1.0)
    between = between * np.sign(between.sum() or 1.0)
    return TwoLevel(
        within=within,
        between=between,
        unique_within=unique_within,
        unique_between=unique_between,
        mean=centre + mean * sd,
        omega_within=_omega(within, unique_within),
        omega_between=_omega(between, unique_between),
        loglik=value - len(matrix) * float(np.log(sd).sum()),
        steps=steps,
    )


def _omega(loading: Floats, unique: Floats) -> float:
    total = float(loading.sum()) ** 2
    return total / (total + float(unique.sum()))


def _parts(z: Floats, groups: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> _Parts:
    k = z.shape[1]
    means = np.column_stack([np.bincount(groups, weights=z[:, i]) for i in range(k)]) / count[:, None]
    apart = z - means[groups]
    sizes = np.unique(count)
    by_size = tuple(means[count == size] for size in sizes)
    return _Parts(len(z), len(count), apart.T @ apart, sizes.astype(np.float64), by_size)


def _starts(parts: _Parts, k: int) -> list[Floats] | None:
    """Loadings and residuals from the pooled covariances within, and from what the means add to them."""
    within = parts.scatter / (parts.n - parts.groups)
    values = np.linalg.eigvalsh(within)
    if values[0] < 1e-10 * values[-1]:
        return None
    total = np.concatenate(parts.means)
    typical = parts.n / parts.groups
    between = np.cov(total.T) - within / typical
    starts = []
    for share in (1.0, 0.5):
        halves = []
        for cov in (within, between):
            spread = np.maximum(np.diag(cov), 0.02)
            vectors = np.linalg.eigh(cov)[1][:, -1]
            signs = np.where(vectors < 0, -1.0, 1.0) if share == 1.0 else np.full(k, np.sign(vectors.sum() or 1.0))
            halves += [signs * np.sqrt(share * spread * 0.5), spread * (1 - share * 0.5)]
        starts.append(np.concatenate(halves))
    return starts


@dataclass(frozen=True, eq=False)
class _State:
    value: float
    mean: Floats
    inverses: list[Floats]
    apart: list[Floats]


def _implied(point: Floats, k: int) -> tuple[Floats, Floats]:
    within = np.outer(point[:k], point[:k]) + np.diag(point[k : 2 * k])
    return within, np.outer(point[2 * k : 3 * k], point[2 * k : 3 * k]) + np.diag(point[3 * k :])


def _inverse(matrix: Floats) -> tuple[Floats, float] | None:
    try:
        lower = linalg.cholesky(matrix, lower=True)
    except linalg.LinAlgError:
        return None
    return linalg.cho_solve((lower, True), np.eye(len(matrix))), float(2 * np.log(np.diag(lower)).sum())


def _at(parts: _Parts, point: Floats) -> _State | None:
    """The log-likelihood with its means, and the inverses; None where an implied matrix is not positive."""
    k = len(parts.scatter)
    within, between = _implied(point, k)
    found = _inverse(within)
    if found is None:
        return None
    inverses, value = [found[0]], (parts.n - parts.groups) * found[1] + float(np.sum(found[0] * parts.scatter))
    left, right = np.zeros((k, k)), np.zeros(k)
    for size, means in zip(parts.sizes, parts.means, strict=True):
        found = _inverse(within + size * between)
        if found is None:
            return None
        inverses.append(found[0])
        value += len(means) * found[1]
        left += len(means) * size * found[0]
        right += size * found[0] @ means.sum(axis=0)
    mean: Floats = np.linalg.solve(left, right).astype(np.float64)
    apart = [parts.scatter]
    for size, means, inverse in zip(parts.sizes, parts.means, inverses[1:], strict=True):
        off = means - mean
        apart.append(size * off.T @ off)
        value += float(np.sum(inverse * apart[-1]))
    return _State(-(value + parts.n * k * np.log(2 * np.pi)) / 2, mean, inverses, apart)


def _step(parts: _Parts, point: Floats, state: _State) -> tuple[Floats, Floats]:
    """The gradient of the log-likelihood and the expected information in loadings and residuals of both levels.

    For a covariance V with inverse P and scatter A of m units, the derivative along M is tr(P (A − m V) P M) / 2, and
    the information m tr(P M P N) / 2; M is e_i l' + l e_i' for a loading, e_i e_i' for a residual variance.
    """
    k = len(parts.scatter)
    loadings = (point[:k], point[2 * k : 3 * k])
    gradient, information = np.zeros(4 * k), np.zeros((4 * k, 4 * k))
    units = [parts.n - parts.groups, *(len(means) for means in parts.means)]
    weights = [(1.0, 0.0), *((1.0, float(size)) for size in parts.sizes)]
    for inverse, scatter, m, weight in zip(state.inverses, state.apart, units, weights, strict=True):
        pull = inverse @ scatter @ inverse - m * inverse
        square = inverse**2
        for a in range(2):
            if not weight[a]:
                continue
            rows = slice(2 * a * k, (2 * a + 1) * k), slice((2 * a + 1) * k, (2 * a + 2) * k)
            gradient[rows[0]] += weight[a] * pull @ loadings[a]
            gradient[rows[1]] += weight[a] * np.diag(pull) / 2
            to_a = inverse @ loadings[a]
            for b in range(2):
                if not weight[b]:
                    continue
                share = m * weight[a] * weight[b]
                columns = slice(2 * b * k, (2 * b + 1) * k), slice((2 * b + 1) * k, (2 * b + 2) * k)
                to_b = inverse @ loadings[b]
                cross = float(loadings[a] @ to_b) * inverse + np.outer(to_b, to_a)
                information[rows[0], columns[0]] += share * cross
                information[rows[0], columns[1]] += share * inverse * to_a[None, :]
                information[rows[1], columns[0]] += share * inverse * to_b[:, None]
                information[rows[1], columns[1]] += share * square / 2
    return gradient, information


def _score(parts: _Parts, point: Floats) -> tuple[Floats, Floats, float, int] | None:
    """Fisher scoring from one start: parameters, means, log-likelihood, steps; None where it does not converge."""
    now = _at(parts, point)
    if now is None:
        return None
    stuck = 0
    for step in range(1, STEPS + 1):
        gradient, information = _step(parts, point, now)
        if float(np.abs(gradient).max()) < GRADIENT * parts.n:
            return point, now.mean, now.value, step
        try:
            move = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return None
        size = 1.0
        while True:
            tried = _at(parts, point + size * move)
            if tried is not None and tried.value >= now.value - 1e-13 * abs(now.value):
                break
            size /= 2
            if size < 1e-10:
                return None
        point, now = point + size * move, tried
        stuck = stuck + 1 if size < SHORT else 0
        if stuck > PATIENCE or np.abs(point).max() > RUNAWAY:
            return None
    return None
