"""Exploratory factor analysis: whether items can be factored, how many factors there are, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.factor.adequacy import bartlett_sphericity, sampling_adequacy
from analysis.factor.extract import Method, degrees_of_freedom, extract
from analysis.factor.number import By, average_partials, parallel_analysis
from analysis.factor.result import Factor, Numbers, Rank
from analysis.factor.rotate import Rotation, arranged, explained, oblimin, varimax
from analysis.moments import Floats, Moments, as_matrix, complete, moments, pairwise_correlation, to_correlation
from analysis.polychoric import MOST_CATEGORIES, categories, polychoric
from analysis.result import NotApplicable

__all__ = ["Factor", "Rank", "factor", "factor_of_imputed", "factor_of_moments"]

Rotate = Literal["oblimin", "varimax", "none"]
DRAWS = 1000
QUANTILE = 0.95
SMALLEST = 1e-8
"""An eigenvalue of the correlations below this makes them singular."""
MOST_NAMED = 6
BY_FACTORS = "The parallel analysis is of the eigenvalues with the communalities of one factor on the diagonal."
FEWEST = 3
"""Fewer items have no factor model."""


@dataclass(frozen=True)
class _Choices:
    """What was asked for."""

    n_factors: int | None
    method: Method
    rotate: Rotate
    draws: int
    seed: int
    by: By


def factor(
    items: pd.DataFrame,
    n_factors: int | None = None,
    method: Method = "minres",
    rotate: Rotate = "oblimin",
    *,
    correlation: Literal["pearson", "polychoric"] = "pearson",
    missing: Literal["listwise", "pairwise"] = "listwise",
    draws: int = DRAWS,
    seed: int = 0,
    parallel: By = "components",
) -> Factor | NotApplicable:
    """Explore the factors of items.

    items: (n, k), NaN where there is no answer. n_factors: how many; None for what the parallel analysis suggests.
    method: 'minres' or 'ml' (maximum likelihood). rotate: 'oblimin' (factors may correlate), 'varimax' or 'none'.
    correlation: 'pearson', or 'polychoric' for ordered answers. missing: 'listwise' uses the cases without a missing
    answer; 'pairwise' each pair of answers (n is then the fewest of any pair). draws, seed: of the parallel analysis,
    which goes by components or, on request, by factors.

    Returns a Factor, or NotApplicable with fewer than three items, too few cases, a constant item, or correlations that
    are singular. Where only the factors cannot be had (too many of them, or none suggested) the Factor says why.
    Raises AnalysisError for an option that does not exist.

    kmo: ``psych::KMO``. bartlett: ``psych::cortest.bartlett``. parallel: Horn (1965), see ``parallel_analysis``. map:
    Velicer (1976). Loadings: ``psych::fa`` (its oblimin does not normalise rows, its varimax does).

    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(300, 2)).repeat(3, axis=1)
    >>> found = factor(pd.DataFrame(common + rng.normal(size=(300, 6)), columns=list("abcdef")))
    >>> found.n_factors, found.factors
    (2, ('F1', 'F2'))
    """
    if correlation not in ("pearson", "polychoric") or missing not in ("listwise", "pairwise"):
        raise AnalysisError(f"No such option: correlation={correlation!r}, missing={missing!r}.")
    choices = _chosen(n_factors, method, rotate, draws, seed, parallel)
    prepared = _prepare(items, correlation, missing)
    if isinstance(prepared, str):
        return NotApplicable("factor", "", prepared)
    r, n, names, notes = prepared
    return _factor(r, n, len(items), names, correlation, missing, choices, notes)


def factor_of_moments(
    m: Moments,
    n_factors: int | None = None,
    method: Method = "minres",
    rotate: Rotate = "oblimin",
    *,
    draws: int = DRAWS,
    seed: int = 0,
    parallel: By = "components",
) -> Factor | NotApplicable:
    """The same from moments alone, for example those of a published table (``moments_from_correlation``)."""
    choices = _chosen(n_factors, method, rotate, draws, seed, parallel)
    if m.constant:
        return NotApplicable("factor", "", f"{_listed(list(m.constant))} constant")
    n = int(m.n)
    if (reason := _few(n, len(m.names))) or (reason := _singular(m.correlation)):
        return NotApplicable("factor", "", reason)
    missing = "listwise" if m.pairs is None else "pairwise"
    return _factor(m.correlation, n, n, m.names, "pearson", missing, choices, ())


def factor_of_imputed(
    frames: Sequence[pd.DataFrame],
    n_factors: int | None = None,
    method: Method = "minres",
    rotate: Rotate = "oblimin",
    *,
    correlation: Literal["pearson", "polychoric"] = "pearson",
    draws: int = DRAWS,
    seed: int = 0,
    parallel: By = "components",
) -> Factor | NotApplicable:
    """The same from m completed data sets: of the correlations in the mean of their covariances (Nassiri et al. 2018).

    Loadings of one data set have no rotation in common with those of another, so that correlations are pooled and then
    factored once. 'polychoric': of the mean of the polychoric correlations. n is the cases of one data set: Bartlett's
    test and the parallel analysis take no account of what was missing.
    """
    if correlation not in ("pearson", "polychoric"):
        raise AnalysisError(f"No such option: correlation={correlation!r}.")
    choices = _chosen(n_factors, method, rotate, draws, seed, parallel)
    found = []
    for frame in frames:
        prepared = _prepare(frame, correlation, "listwise")
        if isinstance(prepared, str):
            return NotApplicable("factor", "", prepared)
        found.append(prepared)
    _, n, names, notes = found[0]
    if correlation == "polychoric":
        r = np.mean([one[0] for one in found], axis=0)
    else:
        covs = [moments(complete(as_matrix(frame)[0]), names).cov for frame in frames]
        r = to_correlation(np.mean(covs, axis=0))
    if reason := _singular(r):
        return NotApplicable("factor", "", reason)
    said = (
        f"Of the mean {'polychoric correlations' if correlation == 'polychoric' else 'covariances'} of"
        f" {len(frames)} imputed data sets; Bartlett's test and chance take no account of what was missing.",
    )
    kept = tuple(note for note in notes if all(note in one[3] for one in found))
    return _factor(r, n, len(frames[0]), names, correlation, "mi", choices, (*kept, *said))


def _chosen(n_factors: int | None, method: Method, rotate: Rotate, draws: int, seed: int, by: By) -> _Choices:
    if (
        method not in ("minres", "ml")
        or rotate not in ("oblimin", "varimax", "none")
        or by not in ("components", "factors")
    ):
        raise AnalysisError(f"No such option: method={method!r}, rotate={rotate!r}.")
    if draws < 1 or (n_factors is not None and n_factors < 1):
        raise AnalysisError("The number of factors and that of draws must be 1 or more.")
    return _Choices(n_factors, method, rotate, draws, seed, by)


def _prepare(
    items: pd.DataFrame, correlation: str, missing: str
) -> tuple[Floats, int, tuple[str, ...], tuple[str, ...]] | str:
    """Correlations, cases, names and notes; or the reason why there can be no factor analysis."""
    try:
        matrix, names = as_matrix(items)
    except AnalysisError as error:
        return str(error).rstrip(".")[:1].lower() + str(error).rstrip(".")[1:]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        return f"item {twice[0]} is named twice"
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    if empty := [name for name, column in zip(names, matrix.T, strict=True) if not np.isfinite(column).any()]:
        return f"{'item' if len(empty) == 1 else 'items'} {', '.join(empty[:MOST_NAMED])} without any answer"
    used = complete(matrix) if missing == "listwise" else matrix
    answered = np.isfinite(used).astype(np.float64)
    n = int((answered.T @ answered).min()) if len(used) else 0
    if reason := _few(n, len(names)):
        return reason
    if flat := [name for name, one in zip(names, used.T, strict=True) if np.nanmin(one) == np.nanmax(one)]:
        return f"{_listed(flat)} constant"
    r, reason = _correlations(used, names, correlation)
    if reason or (reason := _singular(r)):
        return reason
    notes = []
    if missing == "listwise" and len(used) < len(matrix):
        notes.append(
            f"{len(matrix) - n} of {len(matrix)} cases were left out because an answer was missing (listwise)."
        )
    elif answered.min() < 1:
        notes.append(f"Pairwise: every pair of answers counts; n = {n} is the fewest cases of any pair.")
    if correlation == "polychoric":
        notes.append(
            "Chance, in the parallel analysis, is that of normal data; for polychoric correlations it is more."
        )
    return r, n, names, tuple(notes)


def _few(n: int, k: int) -> str:
    if k < FEWEST:
        return f"there {'is' if k == 1 else 'are'} {k or 'no'} item{'' if k == 1 else 's'}; {FEWEST} or more are needed"
    if n <= k:
        there = f"there {'is' if n == 1 else 'are'} {n or 'no'} case{'' if n == 1 else 's'} with every answer needed"
        return f"{there}, and {k} items need more than {k}"
    return ""


def _listed(names: list[str]) -> str:
    """'item a is', or 'items a, b and 7 more are'."""
    shown = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"item {shown} is" if len(names) == 1 else f"items {shown}{more} are"


def _correlations(used: Floats, names: tuple[str, ...], correlation: str) -> tuple[Floats, str]:
    if correlation == "pearson":
        whole = bool(np.isfinite(used).all())
        r = moments(used).correlation if whole else pairwise_correlation(used)
        if not np.isfinite(r).all():
            i, j = np.argwhere(~np.isfinite(r))[0]
            return r, f"{names[i]} or {names[j]} is constant among the cases that answered both"
        return r, ""
    wide = [name for name, size in zip(names, categories(used), strict=True) if size > MOST_CATEGORIES]
    if wide:
        return used, f"item {wide[0]} has more than {MOST_CATEGORIES} values, too many for a polychoric correlation"
    found = polychoric(used)
    if found.edge.any() or not np.isfinite(found.r).all():
        i, j = np.argwhere(found.edge | ~np.isfinite(found.r))[0]
        return found.r, f"the table of {names[i]} and {names[j]} is too empty for a polychoric correlation"
    return found.r, ""


def _singular(r: Floats) -> str:
    """Why correlations cannot be factored; the items that depend on each other are told apart by place alone."""
    least = float(np.linalg.eigvalsh(r)[0])
    if least < -SMALLEST:
        return "the matrix of correlations is not positive definite; drop items, or use complete cases"
    return "the correlations are singular: an item follows exactly from others" if least < SMALLEST else ""


def _factor(
    r: Floats,
    n: int,
    n_read: int,
    names: tuple[str, ...],
    correlation: str,
    missing: str,
    choices: _Choices,
    notes: tuple[str, ...],
) -> Factor:
    kmo, kmo_items = sampling_adequacy(r)
    chi2, df, p = bartlett_sphericity(r, n)
    parallel = parallel_analysis(r, n, choices.draws, choices.seed, QUANTILE, by=choices.by)
    partials = average_partials(r)
    m = parallel.n_factors if choices.n_factors is None else choices.n_factors
    reason = _too_many(len(names), m)
    rotation, heywood, said = (None, (), ()) if reason else _factors(r, m, choices, names)
    columns = zip(parallel.observed.tolist(), parallel.simulated.tolist(), parallel.percentile.tolist(), strict=True)
    loadings = np.empty((len(names), 0)) if rotation is None else rotation.loadings
    factor_r = np.empty((0, 0)) if rotation is None else rotation.factor_r
    variance = explained(loadings, factor_r)
    return Factor(
        items=names,
        n=n,
        n_read=n_read,
        correlation=correlation,
        missing=missing,
        kmo=kmo,
        kmo_items=tuple(kmo_items.tolist()),
        bartlett_chi2=chi2,
        bartlett_df=df,
        bartlett_p=p,
        parallel=tuple(Rank(*rank) for rank in columns),
        draws=choices.draws,
        quantile=QUANTILE,
        n_factors=parallel.n_factors,
        map=tuple(partials.tolist()),
        map_n_factors=int(np.nanargmin(partials)) + 1,
        factors=tuple(f"F{j + 1}" for j in range(loadings.shape[1])),
        loadings=tuple(tuple(row) for row in loadings.tolist()) if not reason else (),
        communality=_communality(loadings, factor_r) if not reason else (),
        variance=tuple((variance / len(names)).tolist()),
        factor_r=tuple(tuple(row) for row in factor_r.tolist()),
        method=choices.method,
        rotate=choices.rotate if m > 1 else "none",
        parallel_by=choices.by,
        heywood=heywood,
        reason=reason,
        notes=(
            *notes,
            *([BY_FACTORS] if choices.by == "factors" else []),
            *said,
            *([f"Factors are not applicable, because {reason}."] if reason else []),
        ),
    )


def _communality(loadings: Floats, factor_r: Floats) -> Numbers:
    return tuple(((loadings @ factor_r) * loadings).sum(axis=1).tolist())


def _too_many(k: int, m: int) -> str:
    """Why m factors of k items cannot be had; '' where they can."""
    if m == 0:
        return "the parallel analysis suggests none: no eigenvalue exceeds chance"
    if m >= k or degrees_of_freedom(k, m) < 0:
        most = max((j for j in range(1, k) if degrees_of_freedom(k, j) >= 0), default=0)
        return f"{m} factors of {k} items are not identified; at most {most} can be told apart"
    return ""


def _factors(
    r: Floats, m: int, choices: _Choices, names: tuple[str, ...]
) -> tuple[Rotation, tuple[str, ...], tuple[str, ...]]:
    """The rotated factors, Heywood items, and what there is to say of them."""
    found = extract(r, m, choices.method)
    rotation = Rotation(found.loadings, np.eye(m))
    if m > 1 and choices.rotate != "none":
        rotation = oblimin(found.loadings) if choices.rotate == "oblimin" else varimax(found.loadings)
    heywood = tuple(names[i] for i in found.heywood)
    said = []
    if heywood:
        noun = "item" if len(heywood) == 1 else "items"
        said.append(
            f"Heywood case: nothing of {noun} {', '.join(heywood)} is left unexplained; do not rely on the loadings."
        )
    if not found.converged:
        said.append("The extraction did not converge; do not rely on the loadings.")
    if not rotation.converged:
        said.append("The rotation did not converge; do not rely on the loadings.")
    if rotation.better:
        said.append("The rotation is the best of several starts; one from the unrotated factors stops at a worse one.")
    return arranged(rotation), heywood, tuple(said)
