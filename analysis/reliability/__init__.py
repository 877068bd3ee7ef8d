"""Reliability of a scale: alpha with its intervals, lambdas, omega, ordinal alpha, and what each item does."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import AnalysisError
from analysis.moments import Floats, Moments, as_matrix, complete, moments, pairwise_correlation, pairwise_moments
from analysis.polychoric import MOST_CATEGORIES, categories, polychoric
from analysis.reliability.bootstrap import bootstrap_alpha
from analysis.reliability.formulas import (
    ROUNDING,
    alpha_if_dropped_of,
    alpha_of,
    feldt_interval,
    guttman_lambdas,
    logit_interval,
    r_drop_of,
)
from analysis.reliability.hierarchical import MOST_SPLIT, Hierarchical, best_split, hierarchical_omega
from analysis.reliability.onefactor import NotFitted, OneFactor, one_factor
from analysis.reliability.result import ItemReliability, Reliability
from analysis.result import NotApplicable

__all__ = [
    "ItemReliability",
    "Reliability",
    "alpha_of",
    "feldt_interval",
    "guttman_lambdas",
    "reliability",
    "reliability_of_moments",
]

SINGULAR = 1e-10
"""An eigenvalue of the correlations below this makes them singular."""
MOST_NAMED = 6
"""More items than this are not all named in a sentence."""


def reliability(
    items: pd.DataFrame,
    *,
    scale: str,
    level: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
    missing: Literal["listwise", "pairwise"] = "listwise",
    score: Literal["mean", "sum"] = "mean",
    ordinal: bool = True,
    interval: Literal["bca", "percentile"] = "bca",
    groups: npt.ArrayLike | None = None,
    workers: int = 1,
) -> Reliability | NotApplicable:
    """Reliability of a scale from its scored items.

    items: (n, k), one column an item, already reversed where its key says so; NaN where there is no answer.
    scale: its name, the target of every number. level: of the intervals. resamples: 0 for no bootstrap; seed: of it.
    missing: 'listwise' uses complete cases; 'pairwise' every pair of answers, as ``psych::alpha`` does with raw data
        (n is then the number of all cases; omega and loadings, which need one matrix of one sample, stay listwise).
    score: whether the scale's score is the mean or the sum of its items (for ``sem``). ordinal: whether to take alpha
        from polychoric correlations as well. interval: kind of bootstrap interval. groups: labels (n,); the bootstrap
        then draws groups whole. workers: threads of the bootstrap, which never change a number.

    Returns a Reliability, or NotApplicable with fewer than two items or three cases, a constant item, an item that is
    no number, or a total without variance. Raises AnalysisError only for an option that does not exist.

    alpha: Cronbach (1951). alpha_std: the same from correlations. alpha_ordinal: the same from polychoric correlations
    (Zumbo, Gadermann & Zeisser 2007). lambda2, lambda6: ``guttman_lambdas``. omega: of the one-factor maximum
    likelihood model, over the variance that it implies (McDonald 1999; ``semTools::compRelSEM(obs.var = FALSE)``).
    omega_total, omega_h: ``hierarchical_omega``, three group factors. lambda4: ``best_split``.
    sem: sd of the score times sqrt(1 - alpha). r_drop: as ``psych::alpha``.

    >>> frame = pd.DataFrame({"a": [1, 2, 3, 4, 5.0], "b": [2, 1, 4, 3, 5.0], "c": [1, 3, 2, 5, 4.0]})
    >>> round(reliability(frame, scale="s").alpha, 4)
    0.8382
    """
    if missing not in ("listwise", "pairwise") or score not in ("mean", "sum") or interval not in ("bca", "percentile"):
        raise AnalysisError(f"No such option: missing={missing!r}, score={score!r}, interval={interval!r}.")
    prepared = _prepare(items, missing)
    if isinstance(prepared, str):
        return NotApplicable("reliability", scale, prepared)
    matrix, used, m = prepared
    n, k, cov, r = int(m.n), len(m.names), m.cov, m.correlation
    alpha = float(alpha_of(cov))
    low, high = feldt_interval(alpha, n, k, level)
    own = r if missing == "listwise" else pairwise_correlation(used)
    lambda2, lambda6 = guttman_lambdas(own)
    whole = _hierarchical(own)
    lambda4, turned = best_split(own)
    notes = _missing_notes(matrix, n, missing)

    alpha_ordinal, ordinal_notes = _ordinal(used, m.names) if ordinal else (None, ())
    fit = one_factor(moments(matrix).cov if missing == "pairwise" else cov)
    omegas = _omegas(fit, len(complete(matrix)), level)
    rows = _items(m, fit, used)
    mean, sd = (one * (k if score == "sum" else 1) for one in _of_means(used))
    found = Reliability(
        scale=scale,
        n=n,
        dropped=len(matrix) - n,
        alpha=alpha,
        alpha_low=low,
        alpha_high=high,
        alpha_boot_low=nan,
        alpha_boot_high=nan,
        alpha_std=float(alpha_of(r)),
        alpha_ordinal=alpha_ordinal,
        lambda2=lambda2,
        lambda4=lambda4,
        lambda6=lambda6,
        omega_total=whole.omega_total,
        omega_h=whole.omega_h,
        omega=fit.omega if isinstance(fit, OneFactor) else nan,
        mean_inter_item_r=float((r.sum() - k) / (k * (k - 1))),
        mean=mean,
        sd=sd,
        sem=sd * float(np.sqrt(max(1 - alpha, 0.0))),
        items=rows,
        level=level,
        interval="",
        resamples=0,
        failed=0,
        missing=missing,
        score=score,
        omega_se=omegas[0],
        omega_low=omegas[1],
        omega_high=omegas[2],
        notes=(
            *notes,
            *ordinal_notes,
            *_fit_notes(fit, m.names),
            *_whole_notes(whole, turned, m.names),
            *_key_notes(alpha, rows),
        ),
    )
    if resamples <= 0:
        return found
    return bootstrapped(found, items, resamples=resamples, seed=seed, interval=interval, groups=groups, workers=workers)


def bootstrapped(
    found: Reliability,
    items: pd.DataFrame,
    *,
    resamples: int,
    seed: int,
    interval: Literal["bca", "percentile"] = "bca",
    groups: npt.ArrayLike | None = None,
    workers: int = 1,
) -> Reliability:
    """The same with a bootstrap interval of alpha beside it; see ``reliability``.

    items: those that it was found from; raises AnalysisError where these cannot be.
    """
    missing: Literal["listwise", "pairwise"] = "pairwise" if found.missing == "pairwise" else "listwise"
    prepared = _prepare(items, missing)
    if isinstance(prepared, str):
        raise AnalysisError(f"These are not the items of {found.scale}: {prepared}.")
    matrix, used, _ = prepared
    labels, pairwise = _labels(groups, matrix, missing), missing == "pairwise"
    boot = bootstrap_alpha(used, found.alpha, resamples, seed, found.level, interval, pairwise, labels, workers)
    return replace(
        found, alpha_boot_low=boot.low, alpha_boot_high=boot.high, interval=interval, resamples=resamples,
        failed=boot.failed, notes=(*found.notes, *boot.notes),
    )  # fmt: skip


def reliability_of_moments(
    m: Moments, *, scale: str, level: float = 0.95, score: Literal["mean", "sum"] = "mean"
) -> Reliability | NotApplicable:
    """The same from moments alone, for example those of a published table (``moments_from_correlation``).

    There are no frequencies, no ordinal alpha and no bootstrap, which need the answers. Means are those of the moments.
    """
    if score not in ("mean", "sum"):
        raise AnalysisError(f"No such option: score={score!r}.")
    n, k = int(m.n), len(m.names)
    if k < 2 or n < 3:
        few = f"a scale of {k} item{'' if k == 1 else 's'} has no reliability; it needs 2 items or more"
        return NotApplicable("reliability", scale, few if k < 2 else f"there are {n} cases; 3 or more are needed")
    if m.constant:
        verb = "is" if len(m.constant) == 1 else "are"
        return NotApplicable("reliability", scale, f"{_listed('item', m.constant)} {verb} constant")
    r, alpha, total = m.correlation, float(alpha_of(m.cov)), float(m.cov.sum())
    if not np.isfinite(r).all() or total <= ROUNDING * np.trace(m.cov):
        return NotApplicable("reliability", scale, "the sum of the items has no variance: items cancel each other out")
    fit, whole = one_factor(m.cov), _hierarchical(r)
    low, high = feldt_interval(alpha, n, k, level)
    (lambda2, lambda6), (lambda4, turned) = guttman_lambdas(r), best_split(r)
    rows = _items(m, fit, np.empty((0, k)))
    share = 1 if score == "sum" else k
    sd = float(np.sqrt(total)) / share
    omegas = _omegas(fit, n, level)
    return Reliability(
        scale=scale, n=n, dropped=0, alpha=alpha, alpha_low=low, alpha_high=high, alpha_boot_low=nan,
        alpha_boot_high=nan, alpha_std=float(alpha_of(r)), alpha_ordinal=None, lambda2=lambda2, lambda4=lambda4,
        lambda6=lambda6, omega_total=whole.omega_total, omega_h=whole.omega_h,
        omega=fit.omega if isinstance(fit, OneFactor) else nan, mean_inter_item_r=float((r.sum() - k) / (k * (k - 1))),
        mean=float(m.mean.sum()) / share, sd=sd, sem=sd * float(np.sqrt(max(1 - alpha, 0.0))), items=rows, level=level,
        interval="", resamples=0, failed=0, missing="listwise", score=score, omega_se=omegas[0], omega_low=omegas[1],
        omega_high=omegas[2],
        notes=(*_fit_notes(fit, m.names), *_whole_notes(whole, turned, m.names), *_key_notes(alpha, rows)),
    )  # fmt: skip


def _omegas(fit: OneFactor | NotFitted, n: int, level: float) -> tuple[float, float, float]:
    """Standard error and interval of omega of n cases."""
    if isinstance(fit, NotFitted):
        return nan, nan, nan
    error = fit.omega_error / float(np.sqrt(n))
    return error, *logit_interval(fit.omega, error, level)


def _prepare(items: pd.DataFrame, missing: str) -> tuple[Floats, Floats, Moments] | str:
    """All rows, the rows used and their moments; or the reason why there can be no reliability."""
    try:
        matrix, names = as_matrix(items)
    except AnalysisError as error:
        return str(error).rstrip(".")[:1].lower() + str(error).rstrip(".")[1:]
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"item {twice[0]} stands in the scale twice"
    if len(names) < 2:
        return (
            f"a scale of {len(names)} item{'' if len(names) == 1 else 's'} has no reliability; it needs 2 items or more"
        )
    empty = [name for name, column in zip(names, matrix.T, strict=True) if not np.isfinite(column).any()]
    if empty:
        return f"{_listed('item', empty)} {'has' if len(empty) == 1 else 'have'} no answer at all"
    used = complete(matrix) if missing == "listwise" else matrix
    if len(used) < 3:
        kind = "complete case" if len(used) < len(matrix) else "case"
        there = f"is 1 {kind}" if len(used) == 1 else f"are {len(used) or 'no'} {kind}s"
        return f"there {there}; 3 or more are needed"
    m = moments(used, names) if missing == "listwise" else pairwise_moments(used, names)
    if m.constant:
        return f"{_listed('item', m.constant)} {'is' if len(m.constant) == 1 else 'are'} constant"
    if not np.isfinite(m.cov).all():
        i, j = np.argwhere(~np.isfinite(m.cov))[0]
        return f"fewer than two cases answered both {names[i]} and {names[j]}"
    if not np.isfinite(m.correlation).all() or m.cov.sum() <= ROUNDING * np.trace(m.cov):
        return "the sum of the items has no variance: items cancel each other out"
    return matrix, used, m


def _listed(noun: str, names: list[str] | tuple[str, ...]) -> str:
    """'item a', or 'items a, b and c', or 'items a, b, … and 7 more'."""
    if len(names) == 1:
        return f"{noun} {names[0]}"
    if len(names) > MOST_NAMED:
        return f"{noun}s {', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return f"{noun}s {', '.join(names[:-1])} and {names[-1]}"


def _labels(groups: npt.ArrayLike | None, matrix: Floats, missing: str) -> npt.NDArray[np.generic] | None:
    """The group labels of the rows used."""
    if groups is None:
        return None
    labels = np.asarray(groups)
    if len(labels) != len(matrix):
        raise AnalysisError(f"There are {len(matrix)} cases but {len(labels)} group labels.")
    return labels if missing == "pairwise" else labels[np.isfinite(matrix).all(axis=1)]


def _ordinal(used: Floats, names: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
    """Standardised alpha of the polychoric correlations, and what there is to say of them."""
    sizes = categories(used)
    wide = [name for name, size in zip(names, sizes, strict=True) if size > MOST_CATEGORIES]
    if wide:
        reason = f"{_listed('item', wide)} took more than {MOST_CATEGORIES} different values"
        return nan, (f"Ordinal alpha is not applicable, because {reason}.",)
    found = polychoric(used)
    if not np.isfinite(found.r).all():
        return nan, ("Ordinal alpha is not applicable, because a pair of items has answers in one category only.",)
    notes = []
    if found.edge.any():
        i, j = np.argwhere(found.edge)[0]
        return nan, (
            f"Ordinal alpha is not applicable, because the polychoric correlation of {names[i]} and {names[j]} is at "
            "its bound: their table of answers is too empty.",
        )
    if np.linalg.eigvalsh(found.r)[0] <= 0:
        notes.append("The matrix of polychoric correlations is not positive definite; read ordinal alpha with care.")
    return float(alpha_of(found.r)), tuple(notes)


def _hierarchical(r: Floats) -> Hierarchical:
    if float(np.linalg.eigvalsh(r)[0]) < SINGULAR:
        return Hierarchical(nan, nan, reason="the correlations of the items are singular")
    return hierarchical_omega(r)


def _whole_notes(whole: Hierarchical, turned: tuple[int, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """What there is to say of omega total and hierarchical, and of lambda 4."""
    notes = [f"Omega total and omega hierarchical are not applicable, because {whole.reason}."] if whole.reason else []
    notes += [whole.note] if whole.note else []
    if len(names) > MOST_SPLIT:
        notes.append(f"Lambda 4 is not applicable, because {len(names)} items have too many halves.")
        turned = ()
    for what, places in (("Lambda 4 takes", turned), ("Omega total and omega hierarchical take", whole.turned)):
        if places:
            notes.append(f"{what} {_listed('item', [names[i] for i in places])} turned round; no other number does.")
    return tuple(notes)


def _frequencies(column: Floats) -> tuple[tuple[float, float], ...]:
    """The answers that occur, and their shares."""
    values, counts = np.unique(column[np.isfinite(column)] + 0.0, return_counts=True)  # no -0
    if len(values) > MOST_CATEGORIES:
        return ()
    return tuple(zip(values.tolist(), (counts / counts.sum()).tolist(), strict=True))


def _items(m: Moments, fit: OneFactor | NotFitted, used: Floats) -> tuple[ItemReliability, ...]:
    loading = fit.standardised if isinstance(fit, OneFactor) else np.full(len(m.names), nan)
    columns = (m.mean, m.sd, r_drop_of(m.cov), alpha_if_dropped_of(m.cov), loading)
    values = np.column_stack([*columns]).tolist()
    shares = [_frequencies(column) for column in used.T]
    rows = zip(m.names, values, shares, strict=True)
    return tuple(replace(ItemReliability(name, *row), frequencies=shares) for name, row, shares in rows)


def _of_means(matrix: Floats) -> tuple[float, float]:
    """Mean and standard deviation of each case's mean over the items answered, as ``psych::alpha`` scores it."""
    count = np.isfinite(matrix).sum(axis=1)
    answered = count > 0
    means = np.nansum(matrix[answered], axis=1) / count[answered]
    return float(means.mean()), float(means.std(ddof=1))


def _missing_notes(matrix: Floats, n: int, missing: str) -> tuple[str, ...]:
    whole = int(np.isfinite(matrix).all(axis=1).sum())
    if whole == len(matrix):
        return ()
    if missing == "listwise":
        return (f"{len(matrix) - n} of {len(matrix)} cases were left out because an answer was missing (listwise).",)
    return (f"Pairwise: every pair of answers counts; omega and loadings rest on the {whole} complete cases.",)


def _fit_notes(fit: OneFactor | NotFitted, names: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(fit, NotFitted):
        return (f"Omega and loadings are not applicable, because {fit.reason}.",)
    if fit.heywood:
        bad = _listed("item", [names[i] for i in fit.heywood])
        return (f"Heywood case: the one-factor model gives {bad} a negative residual variance; do not rely on omega.",)
    return ()


def _key_notes(alpha: float, items: tuple[ItemReliability, ...]) -> tuple[str, ...]:
    notes = []
    against = [item.item for item in items if isfinite(item.r_drop) and item.r_drop < 0]
    if against:
        verb, which = ("runs", "it is") if len(against) == 1 else ("run", "they are")
        notes.append(f"{_listed('Item', against)} {verb} against the others: see whether {which} reversed as meant.")
    if alpha < 0:
        notes.append("Alpha is negative: on average the items are negatively related.")
    if len(items) == 2:
        notes.append("With two items, alpha if dropped is not applicable, because one item alone has no alpha.")
    return tuple(notes)
