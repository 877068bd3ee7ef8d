"""The arithmetic of least squares in tiles of rows: moments, an orthogonal basis, and the meat of sandwiches.

All models of the steps are nested, so one triangular factor L of the predictors' correlations serves them all: the
basis W = L⁻¹Z of the first k columns is the basis of the model with k predictors. In it the covariance of
coefficients needs no inverse, and tests of blocks are tests of blocks of W.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack, solve_triangular

from analysis.errors import UnsuitableError
from analysis.regression.design import TILE, Design, Vector

SAFE_PIVOT = 1e-6
"""Below this share of unexplained variance the normal equations lose too many digits, and QR on rows takes over."""
COLLINEAR = 1e-7
"""A predictor whose norm, freed of those before it, is below this share of its own is a combination (as R's lm)."""
EXACT = 1e-10
"""An outcome whose residual norm is below this share of its own is reproduced exactly."""
LEVERAGE = 1e-10
"""A leverage above one less this has no residual left to weigh."""


@dataclass(frozen=True)
class Basis:
    """Least squares of all nested models.

    n: rows. mean: of the predictors and (last) the outcome. norm: root of their centred sums of squares.
    transform: k × k lower triangular A with W = A Z, W Wᵀ = 1, Z the centred predictors.
    w: the outcome's coordinates in W, as shares of its norm: their squares add up to R².
    rest: 1 − R² of the whole model.
    """

    n: int
    shift: Vector
    offset: Vector
    norm: Vector
    transform: Vector
    w: Vector
    rest: float

    @property
    def mean(self) -> Vector:
        """Means of the predictors and (last) the outcome."""
        return self.shift + self.offset

    def part(self, end: int) -> Basis:
        """Of the model with the first ``end`` predictors alone."""
        if end == len(self.w):
            return self
        kept = [*range(end), len(self.w)]
        rest = self.rest + float(np.sum(self.w[end:] ** 2))
        return Basis(
            self.n, self.shift[kept], self.offset[kept], self.norm[kept], self.transform[:end, :end], self.w[:end], rest
        )


def _tiles(design: Design, shift: Vector) -> Iterator[Vector]:
    """Tiles (columns × rows) of the complete cases, less ``shift``: near it, the subtraction is exact."""
    total = len(design.columns[-1])
    buffer = np.empty((len(shift), min(TILE, total)))
    for start in range(0, total, TILE):
        rows = slice(start, min(start + TILE, total))
        tile = buffer[:, : rows.stop - start]
        for index, column in enumerate(design.columns):
            np.subtract(column[rows], shift[index], out=tile[index])
        if design.keep is None:
            yield tile
        elif (kept := tile[:, design.keep[rows]]).shape[1]:
            yield kept


def _moments(design: Design) -> tuple[Vector, Vector, Vector]:
    """Shift (the first case), mean less the shift, and centred cross-products, merged over tiles.

    Chan, Golub & LeVeque (1983), 'Algorithms for computing the sample variance', The American Statistician 37.
    """
    first = 0 if design.keep is None else int(np.argmax(design.keep))
    shift = np.array([float(column[first]) for column in design.columns])
    mean = np.zeros(len(shift))
    products = np.zeros((len(shift), len(shift)))
    count = 0
    for tile in _tiles(design, shift):
        rows = tile.shape[1]
        centre = tile.mean(axis=1)
        tile -= centre[:, None]
        gap = centre - mean
        products += tile @ tile.T
        products += np.outer(gap, gap) * (count * rows / (count + rows))
        count += rows
        mean += gap * (rows / count)
    return shift, mean, products


def fit(design: Design) -> Basis:
    """Factor the model; raises ``UnsuitableError`` for constants, collinearity, too few cases and an exact fit."""
    k = len(design.terms)
    if design.n < k + 2:
        raise UnsuitableError(
            f"there are too few cases: {design.n or 'no'} complete case{'' if design.n == 1 else 's'} for {k + 1} "
            "coefficients, which leaves nothing to estimate the error from"
        )
    shift, offset, products = _moments(design)
    norm = np.sqrt(np.diag(products).clip(min=0))
    _check_constant(design, shift + offset, norm)
    correlation = products / np.outer(norm, norm)
    factor, failed = lapack.dpotrf(correlation, lower=1, clean=1)
    if failed or float(np.diag(factor).min()) ** 2 < SAFE_PIVOT:
        factor = _by_rows(design, shift, offset, norm)
        _check_rank(design, factor)
    rest = float(factor[k, k]) ** 2
    if factor[k, k] < EXACT:
        raise UnsuitableError(f"the predictors reproduce {design.outcome} exactly: no error is left to judge them by")
    inverse, _ = lapack.dtrtri(factor[:k, :k], lower=1)
    return Basis(design.n, shift, offset, norm, inverse / norm[:k], factor[k, :k].copy(), rest)


def _check_constant(design: Design, mean: Vector, norm: Vector) -> None:
    """Name the first variable that does not vary."""
    names = (*design.terms, design.outcome)
    for index, name in enumerate(names):
        if norm[index] <= 1e-12 * np.sqrt(design.n) * abs(mean[index]):
            column = design.columns[index] if design.keep is None else design.columns[index][design.keep]
            if norm[index] == 0 or float(np.ptp(column.astype(np.float64))) == 0:
                role = "the outcome " if index == len(names) - 1 else ""
                raise UnsuitableError(f"{role}{name} is constant among the complete cases")


def _by_rows(design: Design, shift: Vector, offset: Vector, norm: Vector) -> Vector:
    """The factor from the rows themselves by QR, tile upon tile: half as many digits are lost as by moments.

    Golub & Van Loan, Matrix Computations, 4th edition, §5.3; Demmel et al. (2012) for tall matrices in tiles.
    """
    upper = np.zeros((0, len(norm)))
    for tile in _tiles(design, shift):
        scaled = (tile - offset[:, None]) / norm[:, None]
        upper = np.asarray(np.linalg.qr(np.vstack([upper, scaled.T]), mode="r"))
    signs = np.where(np.diag(upper) < 0, -1.0, 1.0)
    return np.ascontiguousarray((upper * signs[:, None]).T)


def _check_rank(design: Design, factor: Vector) -> None:
    """Name the first predictor that is a combination of those before it, and those."""
    for index, name in enumerate(design.terms):
        if factor[index, index] < COLLINEAR:
            before = factor[:index, :index]
            weights = solve_triangular(before.T, factor[index, :index], lower=False)
            others = [design.terms[i] for i in np.flatnonzero(np.abs(weights) > 1e-5)]
            raise UnsuitableError(
                f"{name} is collinear: it is an exact combination of {' and '.join(others) or 'the others'}; "
                "leave one of them out"
            )


@dataclass(frozen=True)
class Meat:
    """The middle of the sandwich of one step's model in the basis W: of W, of W with the constant, of the constant."""

    inner: Vector
    cross: Vector
    constant: float


def classical(basis: Basis, ends: tuple[int, ...]) -> list[Meat]:
    """s² of each step: its covariance of coefficients is s²(XᵀX)⁻¹."""
    meats = []
    total = basis.norm[-1] ** 2
    for end in ends:
        rest = basis.rest + float(np.sum(basis.w[end:] ** 2))
        variance = total * rest / (basis.n - end - 1)
        meats.append(Meat(np.eye(end) * variance, np.zeros(end), basis.n * variance))
    return meats


def steps(design: Design, basis: Basis) -> Iterator[tuple[Vector, list[Vector]]]:
    """Tiles of W, and of the residuals of every step."""
    k = len(design.terms)
    coordinates = basis.w * basis.norm[-1]
    starts = (0, *design.ends[:-1])
    for tile in _tiles(design, basis.shift):
        tile -= basis.offset[:, None]
        turned = basis.transform @ tile[:k]
        residuals = []
        residual = tile[k]
        for start, end in zip(starts, design.ends, strict=True):
            residual = residual - coordinates[start:end] @ turned[start:end]
            residuals.append(residual)
        yield turned, residuals


def hc3(design: Design, basis: Basis) -> list[Meat]:
    """Squared residuals over squared (1 − leverage), for each step.

    MacKinnon & White (1985), Journal of Econometrics 29; Long & Ervin (2000), The American Statistician 54;
    as ``sandwich::vcovHC(type = "HC3")``. Raises ``UnsuitableError`` where a case's leverage is one.
    """
    k = len(design.terms)
    inner = [np.zeros((end, end)) for end in design.ends]
    cross = [np.zeros(end) for end in design.ends]
    constant = [0.0] * len(design.ends)
    for turned, residuals in steps(design, basis):
        free = np.full(turned.shape[1], 1 - 1 / basis.n)
        start = 0
        for step, end in enumerate(design.ends):
            part = turned[start:end]
            free -= np.einsum("ij,ij->j", part, part)
            if float(free.min()) < LEVERAGE:
                raise UnsuitableError(_alone(design, turned[:k, int(free.argmin())], basis))
            weight = residuals[step] / free
            scores = turned[:end] * weight
            inner[step] += scores @ scores.T
            cross[step] += scores @ weight
            constant[step] += float(weight @ weight)
            start = end
    return [Meat(a, b, c) for a, b, c in zip(inner, cross, constant, strict=True)]


def _alone(design: Design, turned: Vector, basis: Basis) -> str:
    """Say which case has a leverage of one, by the category that it alone has where there is one."""
    case = solve_triangular(basis.transform, turned, lower=True) + basis.mean[:-1]
    singles = [
        term
        for index, term in enumerate(design.terms)
        if design.columns[index].dtype == np.uint8 and round(basis.mean[index] * basis.n) == 1 and case[index] > 0.5
    ]
    where = f" (the only one with {', '.join(singles)})" if singles else ""
    return (
        f"one case{where} has a leverage of 1: it decides a coefficient alone, so that HC3 errors do not exist; "
        "take classical errors, or leave that case or category out"
    )


def clustered(design: Design, basis: Basis) -> list[Meat]:
    """Sums of scores within clusters, for each step, with the small-sample factor of CR1.

    G/(G − 1) · (n − 1)/(n − k) times Liang & Zeger (1986), Biometrika 73; as
    ``sandwich::vcovCL(type = "HC1", cadjust = TRUE)``.
    """
    if design.clusters is None:
        raise ValueError("clustered() needs a design with clusters")
    groups = design.n_clusters
    sums = [np.zeros((end + 1, groups)) for end in design.ends]
    position = 0
    for turned, residuals in steps(design, basis):
        codes = design.clusters[position : position + turned.shape[1]]
        position += turned.shape[1]
        for step, end in enumerate(design.ends):
            for index in range(end):
                np.add.at(sums[step][index], codes, turned[index] * residuals[step])
            np.add.at(sums[step][end], codes, residuals[step])
    meats = []
    for end, total in zip(design.ends, sums, strict=True):
        factor = groups / (groups - 1) * (basis.n - 1) / (basis.n - end - 1)
        product = total @ total.T * factor
        meats.append(Meat(product[:end, :end], product[:end, end], float(product[end, end])))
    return meats


def covariance(basis: Basis, meat: Meat) -> npt.NDArray[np.float64]:
    """Covariance of (intercept, coefficients) of the whole model, from its meat in the basis W."""
    to_slopes = basis.transform.T
    slopes = to_slopes @ meat.inner @ basis.transform
    with_constant = to_slopes @ meat.cross / basis.n
    means = basis.mean[:-1]
    whole = np.empty((len(means) + 1, len(means) + 1))
    whole[1:, 1:] = slopes
    # The intercept is the mean of the outcome less the slopes times the predictors' means.
    whole[0, 1:] = whole[1:, 0] = with_constant - slopes @ means
    whole[0, 0] = meat.constant / basis.n**2 - 2 * means @ with_constant + means @ slopes @ means
    return whole
