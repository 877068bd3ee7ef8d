"""Restricted maximum likelihood for one grouping: sums by group once, then the likelihood for any variances from them.

y = Xβ + Z_g u_g + e with u_g ~ N(0, σ²ΛΛᵀ) and e ~ N(0, σ²). β and σ² are profiled out, so that the search is over Λ
alone (Bates, Mächler, Bolker & Walker 2015). Λ = 0 is a boundary, and the fit may lie on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import optimize

from analysis.errors import UnsuitableError

Floats = npt.NDArray[np.float64]
SINGULAR = 1e-4
"""A diagonal of Λ below this counts as 0, as lme4's isSingular has it."""
FLAT = 1e-8
"""Directions in which the likelihood curves less than this tell nothing of the variances, as lmerTest has it."""
GRID = (0.0, *np.geomspace(1e-2, 1e3, 9))


@dataclass(frozen=True, eq=False)
class Sums:
    """What the likelihood needs of the data; X is orthonormal here and y, as its residual, has a variance of 1.

    s: ZᵀZ of each group (G, q, q). a: Z regressed out of [X y] within each group, (G, q, p + 1), its last column y.
    rest: cross-product of what is left of [X y] within groups, (p + 1, p + 1). triangle: R of X = QR. begun: R⁻¹Qᵀy.
    scale: of y. move: from the coefficients of the centred Z to those of Z as given, (q, q).
    """

    n: int
    p: int
    s: Floats
    a: Floats
    rest: Floats
    triangle: Floats
    begun: Floats
    scale: float
    move: Floats

    @property
    def q(self) -> int:
        """Random coefficients of a group."""
        return int(self.s.shape[1])

    @property
    def free(self) -> int:
        """Cases less fixed coefficients."""
        return self.n - self.p

    @cached_property
    def f(self) -> Floats:
        """Zᵀ[X y] of each group."""
        return np.asarray(self.s @ self.a)


def sums(x: Floats, y: Floats, codes: npt.NDArray[np.int64], slopes: Floats) -> Sums:
    """x (n, p) with its column of ones, y (n,), codes 0 … G − 1 (n,), slopes (n, q − 1).

    Raises UnsuitableError where x is of lower rank or reproduces y.
    """
    n, p = x.shape
    scale_x = np.sqrt((x**2).mean(axis=0))
    basis, triangle = np.linalg.qr(x / scale_x)
    if np.abs(np.diag(triangle)).min() < 1e-9 * np.sqrt(n):
        raise UnsuitableError("the predictors repeat each other: one is a combination of the others")
    begun = basis.T @ y
    left = y - basis @ begun
    left -= basis @ (basis.T @ left)
    scale = float(np.sqrt(left @ left / max(n - p, 1)))
    if scale <= 1e-9 * float(np.sqrt((y**2).mean())):
        raise UnsuitableError("the predictors reproduce the outcome exactly")
    centre, spread = slopes.mean(axis=0), slopes.std(axis=0)
    z = np.column_stack([np.ones(n), (slopes - centre) / spread])
    move = np.eye(z.shape[1])
    move[1:, 1:] = np.diag(1 / spread)
    move[0, 1:] = -centre / spread
    both = np.column_stack([basis, left / scale])
    order = np.argsort(codes, kind="stable")
    z, both, starts = z[order], both[order], np.searchsorted(codes[order], np.arange(codes.max() + 1))
    s = np.add.reduceat(z[:, :, None] * z[:, None, :], starts)
    f = np.add.reduceat(z[:, :, None] * both[:, None, :], starts)
    a = f / s if z.shape[1] == 1 else np.linalg.pinv(s, rcond=1e-10, hermitian=True) @ f
    sizes = np.diff(np.append(starts, n))
    rest = both - np.einsum("nq,nqr->nr", z, np.repeat(a, sizes, axis=0))
    return Sums(n, p, s, a, rest.T @ rest, triangle * scale_x, begun, scale, move)


@dataclass(frozen=True, eq=False)
class State:
    """The likelihood at one Λ (lower triangle): profiled σ², deviance, and what its derivatives are made of."""

    sums: Sums
    lower: Floats
    k: Floats
    b: Floats
    cross: Floats
    beta: Floats
    sigma2: float
    deviance: float


def at(given: Sums, lower: Floats) -> State:
    """The profiled REML deviance (−2 log likelihood, constants included) at Λ = lower."""
    p = given.p
    relative = lower @ lower.T
    if given.q == 1:
        grown = 1 + given.s * relative
        k = given.s / grown
        log_det = float(np.log(grown).sum())
    else:
        grown = np.eye(given.q) + lower.T @ given.s @ lower
        log_det = float(np.linalg.slogdet(grown)[1].sum())
        inner = lower @ np.linalg.solve(grown, np.broadcast_to(lower.T, grown.shape))
        k = given.s - given.s @ inner @ given.s
    b = k @ given.a
    flat = (len(given.s) * given.q, p + 1)
    cross = given.rest + given.a.reshape(flat).T @ b.reshape(flat)
    try:
        root = np.linalg.cholesky(cross[:p, :p])
    except np.linalg.LinAlgError:
        raise UnsuitableError("the fixed part cannot be told from the groups") from None
    beta = np.asarray(np.linalg.solve(cross[:p, :p], cross[:p, p]), dtype=np.float64)
    left = float(cross[p, p] - cross[:p, p] @ beta)
    if not left > 0:
        raise UnsuitableError("groups and predictors reproduce the outcome exactly")
    sigma2 = left / given.free
    log_x = 2 * float(np.log(np.diag(root)).sum() + np.log(np.abs(np.diag(given.triangle))).sum())
    deviance = log_det + log_x + given.free * (1 + float(np.log(2 * np.pi * sigma2)) + 2 * float(np.log(given.scale)))
    return State(given, lower, k, b, cross, beta, sigma2, deviance)


@dataclass(frozen=True, eq=False)
class Derivatives:
    """First and second derivatives of the deviance, not profiled, and of the fixed coefficients' covariance.

    The parameters are those of Λ's lower triangle by columns, then σ. gradient (m,), hessian (m, m), covariance of
    the fixed coefficients in the orthonormal basis (p, p), and what each parameter changes in it (m, p, p).
    """

    gradient: Floats
    hessian: Floats
    covariance: Floats
    change: Floats


def places(q: int) -> list[tuple[int, int]]:
    """Rows and columns of a lower triangle, column by column."""
    return [(i, j) for j in range(q) for i in range(j, q)]


def derivatives(state: State) -> Derivatives:
    """By V = σ²I + Σ φₖ Vₖ, which is linear in the variances: ∂ is tr(PVₖ) − yᵀPVₖPy and ∂² is −tr(PVᵢPVⱼ) +
    2 yᵀPVᵢPVⱼPy, from the sums of groups; then by the chain rule for Λ and σ.
    """
    given, p, q, s2 = state.sums, state.sums.p, state.sums.q, state.sigma2
    where = places(q)
    count = len(where)
    k, b = state.k / s2, state.b[:, :, :p] / s2
    u = (state.b[:, :, p] - state.b[:, :, :p] @ state.beta) / s2
    covariance = np.linalg.inv(state.cross[:p, :p]) * s2
    covariance = (covariance + covariance.T) / 2
    units = np.zeros((count, q, q))
    for index, (i, j) in enumerate(where):
        units[index, i, j] = units[index, j, i] = 1.0
    eb = [unit @ b for unit in units]
    eu = [u @ unit for unit in units]
    made = np.array([_over(b, one) for one in eb])
    cm = covariance @ made
    by = np.array([np.einsum("gqp,gq->p", b, one) for one in eu])
    ek = [unit @ k for unit in units]
    trace_1 = np.array([np.einsum("gii->", one) for one in ek]) - np.einsum("kii->k", cm)
    quad_1 = np.array([np.sum(u * one) for one in eu])
    trace = np.empty((count + 1, count + 1))
    quad = np.empty((count + 1, count + 1))
    for i in range(count):
        keb = k @ eb[i]
        keu = np.einsum("gqr,gr->gq", k, eu[i])
        for j in range(i, count):
            trace[i, j] = trace[j, i] = (
                np.einsum("gij,gji->", ek[i], ek[j])
                - 2 * np.sum(covariance * _over(eb[j], keb))
                + np.sum(cm[i] * cm[j].T)
            )
            quad[i, j] = quad[j, i] = np.sum(eu[j] * keu) - by[i] @ covariance @ by[j]
    relative = state.lower @ state.lower.T
    phi = np.array([relative[i, j] for i, j in where]) * s2
    # σ² by homogeneity: P V P = P.
    last = (given.free - phi @ trace_1) / s2
    quad_last = (given.free - phi @ quad_1) / s2
    trace[count, :count] = trace[:count, count] = (trace_1 - trace[:count, :count] @ phi) / s2
    quad[count, :count] = quad[:count, count] = (quad_1 - quad[:count, :count] @ phi) / s2
    trace[count, count] = (last - phi @ trace[:count, count]) / s2
    quad[count, count] = (quad_last - phi @ quad[:count, count]) / s2
    slope = np.append(trace_1 - quad_1, last - quad_last)
    curve = -trace + 2 * quad
    moved = np.concatenate([made, ((np.linalg.inv(covariance) - np.tensordot(phi, made, 1)) / s2)[None]])
    first, second = _chain(state.lower, s2)
    hessian = first.T @ curve @ first + np.tensordot(slope, second, 1)
    change = np.tensordot(first.T, covariance @ moved @ covariance, 1)
    return Derivatives(slope @ first, (hessian + hessian.T) / 2, covariance, change)


def _over(left: Floats, right: Floats) -> Floats:
    """Σ over groups of leftᵀ right."""
    rows = left.shape[0] * left.shape[1]
    return np.asarray(left.reshape(rows, -1).T @ right.reshape(rows, -1))


def _chain(lower: Floats, s2: float) -> tuple[Floats, Floats]:
    """First (m, m) and second (m, m, m) derivatives of the variances by Λ and σ; variances first."""
    q = len(lower)
    where = places(q)
    count, sigma = len(where), float(np.sqrt(s2))
    units = np.zeros((count, q, q))
    for index, (i, j) in enumerate(where):
        units[index, i, j] = 1.0
    rows, columns = (list(one) for one in zip(*where, strict=True))
    first = np.zeros((count + 1, count + 1))
    second = np.zeros((count + 1, count + 1, count + 1))
    for i, unit in enumerate(units):
        half = unit @ lower.T
        first[:count, i] = s2 * (half + half.T)[rows, columns]
        second[:count, i, count] = second[:count, count, i] = 2 * sigma * (half + half.T)[rows, columns]
        for j, other in enumerate(units):
            both = unit @ other.T
            second[:count, i, j] = s2 * (both + both.T)[rows, columns]
    relative = (lower @ lower.T)[rows, columns]
    first[:count, count] = 2 * sigma * relative
    first[count, count] = 2 * sigma
    second[:count, count, count] = 2 * relative
    second[count, count, count] = 2.0
    return first, second


def solve(given: Sums) -> State:
    """The Λ of the highest restricted likelihood.

    One random coefficient: the best of a grid that reaches from 0 to far beyond what data show, then the zero of the
    derivative around it. Several: quasi-Newton from two starts, then Newton's steps.
    """
    scale = 1 / np.sqrt(given.n / len(given.s))
    if given.q == 1:
        return _one(given, scale)
    first = float(_one(Sums(**{**given.__dict__, **_alone(given)}), scale).lower[0, 0])
    starts = [np.eye(given.q) * scale, np.diag([max(first, 0.1 * scale), *[0.3 * scale] * (given.q - 1)])]
    found = [_several(given, start) for start in starts]
    return min(found, key=lambda state: state.deviance)


def _alone(given: Sums) -> dict[str, Floats]:
    """The same sums with a random intercept alone, for a start: what slopes take up stays in the rest."""
    s = given.s[:, :1, :1]
    a = given.f[:, :1] / s
    whole = given.rest + _over(given.a, given.f)
    return {"s": s, "a": a, "rest": whole - _over(a, a * s), "move": np.eye(1)}


def _one(given: Sums, scale: float) -> State:
    def lower(theta: float) -> Floats:
        return np.array([[theta]])

    def slope(theta: float) -> float:
        state = at(given, lower(theta))
        u = state.b[:, 0, -1] - state.b[:, 0, :-1] @ state.beta
        b = state.b[:, 0, :-1]
        inner = np.linalg.solve(state.cross[:-1, :-1], b.T @ b)
        return float(state.k.sum() - np.trace(inner) - u @ u / state.sigma2)

    thetas = [scale * point for point in GRID]
    deviances = [at(given, lower(theta)).deviance for theta in thetas]
    best = int(np.argmin(deviances))
    if best == len(thetas) - 1:
        raise UnsuitableError("the groups differ so much, and their members so little, that no variance can be found")
    low, high = thetas[max(best - 1, 0)], thetas[best + 1]
    if slope(low) >= 0:
        if best == 0:
            return at(given, lower(0.0))
        low = thetas[best]
    if slope(low) * slope(high) >= 0:
        return at(given, lower(thetas[best]))
    return at(given, lower(float(optimize.brentq(slope, low, high, xtol=1e-13, rtol=1e-13))))


def _several(given: Sums, start: Floats) -> State:
    where = places(given.q)
    rows, columns = (list(one) for one in zip(*where, strict=True))

    def lower(theta: Floats) -> Floats:
        made = np.zeros((given.q, given.q))
        made[rows, columns] = theta
        return made

    def both(theta: Floats) -> tuple[float, Floats]:
        state = at(given, lower(theta))
        return state.deviance, derivatives(state).gradient[:-1]

    limits = [(0.0 if i == j else None, None) for i, j in where]
    found = optimize.minimize(
        both, start[rows, columns], jac=True, method="L-BFGS-B", bounds=limits,
        options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    return _bounded(_polish(at(given, lower(found.x)), where))


def _bounded(state: State) -> State:
    """The same state on the boundary, where it lies next to it: what is as good as 0 becomes 0."""
    lower = np.where(np.abs(state.lower) < SINGULAR, 0.0, state.lower)
    snapped = at(state.sums, lower)
    return snapped if snapped.deviance <= state.deviance + 1e-8 else state


def _polish(state: State, where: list[tuple[int, int]]) -> State:
    """Newton's steps by the exact derivatives, as long as they lead downhill."""
    rows, columns = (list(one) for one in zip(*where, strict=True))
    for _ in range(20):
        found = derivatives(state)
        values, vectors = np.linalg.eigh(found.hessian)
        held = np.maximum(np.abs(values), FLAT)
        step = -(vectors / held) @ (vectors.T @ found.gradient)
        lower = state.lower.copy()
        lower[rows, columns] += step[:-1]
        for i in range(len(lower)):
            if lower[i, i] < 0:
                lower[i:, i] = -lower[i:, i]
        further = at(state.sums, lower)
        if further.deviance > state.deviance + 1e-9:
            return state
        done = float(np.abs(step[:-1]).max()) < 1e-10 * (1 + float(np.abs(state.lower).max()))
        state = further
        if done:
            return state
    return state


def degrees(found: Derivatives, contrast: Floats) -> float:
    """Satterthwaite's degrees of freedom of one contrast of fixed coefficients: 2 v² / (gᵀAg).

    v is the contrast's variance, g its derivatives by the variances' parameters and A their covariance, twice the
    inverse of the deviance's Hessian (Kuznetsova, Brockhoff & Christensen 2017).
    """
    variance = float(contrast @ found.covariance @ contrast)
    g = found.change @ contrast @ contrast
    values, vectors = np.linalg.eigh(found.hessian)
    known = values > FLAT
    turned = vectors[:, known].T @ g
    return float(2 * variance**2 / np.sum(2 * turned**2 / values[known]))
