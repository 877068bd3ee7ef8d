"""The bootstrap by count weights: each resample is a row of counts, and a block of resamples is one matrix product."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from threadpoolctl import ThreadpoolController

from analysis.draws import BLOCK, block_of_counts, tiles_of
from analysis.errors import AnalysisError
from analysis.moments import Floats, Moments, as_matrix, column_means, complete, from_sums, moments, products_of

Columns = Callable[[slice], Floats]


class _OneThread:
    """Holds BLAS to one thread while anybody is inside; safe where several threads of a server resample at once.

    The order in which a threaded product adds up may depend on the number of threads; with one it never does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._controller: ThreadpoolController | None = None
        self._undo = ExitStack()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if self._controller is None:
                self._controller = ThreadpoolController()  # looking for the libraries takes milliseconds: once
            if self._inside == 0:
                self._undo.enter_context(self._controller.limit(limits=1))
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if self._inside == 0:
                    self._undo.close()


one_thread = _OneThread()


def _streams(resamples: int, seed: int) -> list[tuple[int, np.random.SeedSequence]]:
    """The blocks: how many resamples each has, and the seed of its own stream."""
    if resamples < 1:
        raise AnalysisError(f"The number of resamples must be 1 or more; got {resamples}.")
    children = np.random.SeedSequence(seed).spawn(-(-resamples // BLOCK))
    return [(min(BLOCK, resamples - i * BLOCK), child) for i, child in enumerate(children)]


def _weighted(number: int, task: tuple[int, np.random.SeedSequence], columns: Floats | Columns) -> Floats:
    """Sums of the columns over the resamples of one block, shape (b, c), added up tile by tile."""
    total: Floats | None = None
    tile, part = slice(0, 0), np.empty((0, 0))
    for which, rows, counts in block_of_counts(number, *task):
        if rows != tile:
            tile, part = rows, columns(rows) if callable(columns) else columns[rows]
        if total is None:
            total = np.zeros((task[0], part.shape[1]))
        total[which] += counts @ part
    return np.empty((task[0], 0)) if total is None else total


def codes_of(groups: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Groups as whole numbers 0, 1, … in the sorted order of their labels, shape (n,)."""
    return np.unique(np.asarray(groups), return_inverse=True)[1].reshape(-1)


def sums_by_group(columns: Floats, groups: npt.ArrayLike) -> Floats:
    """Sums of each column within each group, shape (G, c), groups in the sorted order of their labels."""
    code = codes_of(groups)
    if len(code) != len(columns):
        raise AnalysisError(f"There are {len(columns)} rows but {len(code)} group labels.")
    return np.column_stack([np.bincount(code, weights=column) for column in columns.T])


def resample_sums(
    columns: Floats | Columns,
    resamples: int,
    seed: int,
    *,
    rows: int | None = None,
    groups: npt.ArrayLike | None = None,
    workers: int = 1,
    transform: Callable[[Floats], Floats] | None = None,
) -> Floats:
    """Sums of columns over bootstrap resamples of the rows, or of whole groups of rows.

    columns: (n, c), or a function from a slice of rows to those rows' columns (then ``rows`` says how many there are;
        use it where n times c is too much to hold).
    resamples: how many, B. seed: any non-negative integer.
    groups: labels (n,); then groups are drawn whole, and the number of rows differs from resample to resample: put a
        column of ones among the columns to know it. Needs ``columns`` as an array.
    workers: threads. The numbers are the same to the last bit for any number of them: there is one random stream for
        each fixed block of 250 resamples, and each product runs on one thread.
    transform: applied to each block of sums (b, c) at once, to keep only what is needed.

    Returns (B, c), or what ``transform`` makes of it, in the order of the resamples.
    """
    if groups is not None:
        if callable(columns):
            raise AnalysisError("Resampling whole groups needs the columns as an array.")
        columns = sums_by_group(columns, groups)
    n = rows if callable(columns) else len(columns)
    if n is None or n < 1:
        raise AnalysisError("There is no row to resample.")
    number = int(n)

    def work(task: tuple[int, np.random.SeedSequence]) -> Floats:
        sums = _weighted(number, task, columns)
        return sums if transform is None else transform(sums)

    tasks = _streams(resamples, seed)
    with one_thread():
        if workers <= 1 or len(tasks) == 1:
            return np.concatenate([work(task) for task in tasks])
        with ThreadPoolExecutor(workers) as pool:
            return np.concatenate(list(pool.map(work, tasks)))


@dataclass(frozen=True)
class Interval:
    """Bounds from resampling; NaN where they cannot be had, with the reason in ``note``.

    method: 'percentile', 'bca' or 'studentised'. level: for example .95. resamples: how many were drawn. failed: how
    many of them gave no finite value; they are left out of the quantiles, and counted here.
    """

    low: float
    high: float
    method: str
    level: float
    resamples: int
    failed: int
    note: str = ""


def percentile(values: Floats, level: float = 0.95) -> Interval:
    """The percentile interval of resampled values, shape (B,).

    Quantiles at (1 -/+ level) / 2 of the finite values, interpolated between order statistics on the normal scale at
    rank (B + 1) p, as ``boot::boot.ci(type = 'perc')`` does (Davison & Hinkley 1997, eq. 5.8).
    """
    tail = (1 - level) / 2
    return _interval(values, np.array([tail, 1 - tail]), "percentile", level)


def bca(values: Floats, estimate: float, jackknife: Floats, level: float = 0.95) -> Interval:
    """The bias-corrected and accelerated interval (Efron 1987; Davison & Hinkley 1997, section 5.3.2).

    values: (B,) resampled; estimate: of the whole sample; jackknife: the statistic without each row in turn, (n,), or,
    where groups were drawn whole, without each group.

    z0 = qnorm(share of values below the estimate); a = sum(L^3) / (6 sum(L^2)^1.5) with L = mean(jackknife) -
    jackknife; the bounds are the quantiles at pnorm(z0 + (z0 + z) / (1 - a (z0 + z))) for z = qnorm((1 -/+ level) / 2).
    """
    finite = values[np.isfinite(values)]
    failed = len(values) - len(finite)
    if not len(finite) or not np.isfinite(jackknife).all() or not np.isfinite(estimate):
        reason = "no resample could be computed" if not len(finite) else "the statistic fails when one case is left out"
        return Interval(np.nan, np.nan, "bca", level, len(values), failed, f"No BCa interval, because {reason}.")
    share = np.count_nonzero(finite < estimate) / len(finite)
    influence = jackknife.mean() - jackknife
    spread = float(np.sum(influence**2))
    if share in (0.0, 1.0) or spread == 0.0:
        reason = "all resampled values lie on one side of the estimate" if spread else "no case has any influence"
        return Interval(np.nan, np.nan, "bca", level, len(values), failed, f"No BCa interval, because {reason}.")
    z0 = special.ndtri(share)
    acceleration = float(np.sum(influence**3)) / (6 * spread**1.5)
    z = z0 + special.ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    return _interval(values, special.ndtr(z0 + z / (1 - acceleration * z)), "bca", level)


def studentised(values: Floats, errors: Floats, estimate: float, error: float, level: float = 0.95) -> Interval:
    """The studentised (bootstrap-t) interval (Davison & Hinkley 1997, eq. 5.7).

    values, errors: (B,) resampled statistics and the standard error of each within its resample; estimate, error: of
    the whole sample. Bounds are estimate - error * t* at the (1 +/- level) / 2 quantiles of t* = (values - estimate) /
    errors, as ``boot::boot.ci(type = 'stud')`` has them.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        pivot = _interval((values - estimate) / errors, np.array([(1 - level) / 2, (1 + level) / 2]), "", level)
    low, high = estimate - error * pivot.high, estimate - error * pivot.low
    note = pivot.note or ("" if np.isfinite(low) else "The statistic of the sample, or its error, is not finite.")
    return Interval(low, high, "studentised", level, len(values), pivot.failed, note)


def _interval(values: Floats, at: Floats, method: str, level: float) -> Interval:
    """The quantiles of the finite values at two probabilities, interpolated on the normal scale."""
    order = np.sort(values[np.isfinite(values)])
    count, failed = len(order), len(values) - int(np.isfinite(values).sum())
    if not count:
        return Interval(np.nan, np.nan, method, level, len(values), failed, "No resample could be computed.")
    rank = (count + 1) * at
    below = np.clip(np.floor(rank), 0, count).astype(int)
    bounds, note = np.empty(2), ""
    if not ((rank > 1) & (rank < count)).all():
        note = "The bounds are the most extreme of the resampled values; more resamples are needed."
    for side, (k, p) in enumerate(zip(below, at, strict=True)):
        if k in (0, count) or k == rank[side]:
            bounds[side] = order[min(max(k, 1), count) - 1]
        else:
            low, high = special.ndtri(np.array([k, k + 1]) / (count + 1))
            bounds[side] = order[k - 1] + (special.ndtri(p) - low) / (high - low) * (order[k] - order[k - 1])
    return Interval(float(bounds[0]), float(bounds[1]), method, level, len(values), failed, note)


def jackknife(
    columns: Floats | Columns,
    statistic: Callable[[Floats], Floats],
    *,
    rows: int | None = None,
    groups: npt.ArrayLike | None = None,
) -> Floats:
    """A statistic of sums with each row (or each whole group) left out in turn.

    columns, rows, groups: as in ``resample_sums``. statistic: from sums (m, c) to values (m,) or (m, s); it is applied
    tile by tile. Returns (n,) or (n, s), or one for each group.
    """
    if callable(columns):
        if groups is not None:
            raise AnalysisError("Leaving out whole groups needs the columns as an array.")
        make, n = columns, int(rows or 0)
    else:
        own = columns if groups is None else sums_by_group(columns, groups)
        make, n = own.__getitem__, len(own)
    if n < 1:
        raise AnalysisError("There is no row to leave out.")
    tiles = tiles_of(n)
    total = np.sum([make(tile).sum(axis=0) for tile in tiles], axis=0)
    return np.concatenate([statistic(total - make(tile)) for tile in tiles])


@dataclass(frozen=True, eq=False)
class Replicates:
    """Statistics of the sample, of its resamples and of the sample without each case in turn.

    estimate: (s,). values: (B, s). left_out: (n, s) or, where groups were drawn whole, (G, s).
    """

    estimate: Floats
    values: Floats
    left_out: Floats

    def interval(self, at: int = 0, *, level: float = 0.95, method: str = "percentile") -> Interval:
        """The interval ('percentile' or 'bca') of the statistic at a place."""
        if method == "percentile":
            return percentile(self.values[:, at], level)
        if method == "bca":
            return bca(self.values[:, at], float(self.estimate[at]), self.left_out[:, at], level)
        raise AnalysisError(f"An interval is 'percentile' or 'bca', not '{method}'.")


def resample_moments(
    rows: Floats,
    statistic: Callable[[Moments], Floats],
    resamples: int,
    seed: int,
    *,
    names: tuple[str, ...] | None = None,
    groups: npt.ArrayLike | None = None,
    workers: int = 1,
) -> Replicates:
    """Bootstrap and jackknife any function of (n, mean, covariance).

    rows: (n, k); rows with a missing cell are left out. statistic: from a batch of moments to (b, s); it must take a
    batch, for it gets up to 250 resamples at once. Other arguments as in ``resample_sums``.
    """
    matrix, found = as_matrix(rows, names)
    keep = np.isfinite(matrix).all(axis=1)
    labels = None if groups is None else np.asarray(groups)[keep]
    matrix = complete(matrix)
    if not len(matrix):
        raise AnalysisError("There is no complete row to resample.")
    origin = column_means(matrix)
    apart = matrix - origin

    def of(sums: Floats) -> Floats:
        return statistic(from_sums(sums, origin, found))

    def columns(tile: slice) -> Floats:
        return products_of(apart[tile])

    own: Floats | Columns = columns if labels is None else sums_by_group(columns(slice(None)), labels)
    number = len(apart) if labels is None else None
    values = resample_sums(own, resamples, seed, rows=number, workers=workers, transform=of)
    left_out = jackknife(own, of, rows=number)
    return Replicates(statistic(moments(matrix, found).batch())[0], values, left_out)
