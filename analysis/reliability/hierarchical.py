"""Omega of a general factor above group factors, after Schmid and Leiman; and the best split half."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, nan

import numpy as np

from analysis.factor.extract import SMALLEST, degrees_of_freedom, extract
from analysis.factor.rotate import oblimin
from analysis.moments import Floats

GROUPS = 3
"""Group factors, as ``psych::omega`` takes by default; fewer do not tell the loadings of the general factor."""
MOST_SPLIT = 20
"""Up to so many items every split into halves is looked at (92,378 of 20 items)."""


@dataclass(frozen=True)
class Hierarchical:
    """omega_total: of general and group factors together. omega_h: of the general factor alone.

    turned: places of the items that run against the general factor, and were turned round. reason: why there are none
    ('' where there are), completing 'not applicable, because …'. note: what to beware of.
    """

    omega_total: float
    omega_h: float
    turned: tuple[int, ...] = ()
    reason: str = ""
    note: str = ""


def hierarchical_omega(r: Floats, groups: int = GROUPS) -> Hierarchical:
    """Omega total and omega hierarchical of a regular correlation matrix (k, k).

    Minres factors, oblimin, and one minres factor of their correlations; the general factor's loading of an item is
    the sum of its pattern times the loadings of the group factors (Schmid & Leiman 1957). omega_total = 1 - sum(u^2) /
    sum(r), omega_h = sum(general)^2 / sum(r) (McDonald 1999; Zinbarg et al. 2005), as ``psych::omega``: it turns round
    the items whose general loading is negative, and so do these. psych also gives numbers where the group factors are
    not identified (three of fewer than six items); they depend on where its search stops, and are not given here. Nor
    are its ways out: with one group factor its omega total is the omega of one factor, by minres, which ``omega`` gives
    by maximum likelihood with its error; with two, omega hierarchical rests on their loadings upon the general factor
    being equal, which no data can tell.
    """
    k = len(r)
    if groups < 3:
        return Hierarchical(nan, nan, reason="three group factors or more are needed to tell the general one")
    if groups >= k or degrees_of_freedom(k, groups) < 0:
        least = next(items for items in range(groups + 1, 10 * groups) if degrees_of_freedom(items, groups) >= 0)
        return Hierarchical(
            nan,
            nan,
            reason=f"{groups} group factors of {k} items are not identified; it needs {least} items,"
            " and the omega of one factor speaks for a shorter scale",
        )
    found = extract(r, groups)
    rotation = oblimin(found.loadings)
    if not (found.converged and rotation.converged and np.isfinite(rotation.factor_r).all()):
        return Hierarchical(nan, nan, reason="the group factors could not be fitted")
    if np.linalg.eigvalsh(rotation.factor_r)[0] < SMALLEST**2:
        return Hierarchical(nan, nan, reason="the group factors are not distinct")
    general = extract(rotation.factor_r, 1)
    loading = rotation.loadings @ general.loadings[:, 0]
    loading = -loading if np.count_nonzero(loading < 0) > k / 2 else loading
    sign = np.where(loading < 0, -1.0, 1.0)
    total = float(sign @ r @ sign)
    unique = k - float(np.sum(found.loadings**2))
    note = ""
    if found.heywood or general.heywood:
        where = "an item" if found.heywood else "a group factor"
        note = f"Heywood case: the hierarchical model leaves nothing of {where} unexplained; do not rely on its omega."
    turned = tuple(int(i) for i in np.flatnonzero(sign < 0))
    return Hierarchical((total - unique) / total, float(np.abs(loading).sum() ** 2) / total, turned, note=note)


def best_split(r: Floats) -> tuple[float, tuple[int, ...]]:
    """Guttman's lambda 4 (1945) of a correlation matrix (k, k), and the places of the items that were turned round.

    4 sum(r_ab) / sum(r) over items a of one half and b of the other, for the best of all splits into halves, equal or,
    of an odd number, one item apart; NaN with more than ``MOST_SPLIT`` items. As ``psych::splitHalf``, which turns
    round the items that load negatively on the first component; but of an odd number of items psych 2.2 looks at half
    of the splits alone, so that its value may be too low.
    """
    k = len(r)
    component = np.linalg.eigh(r)[1][:, -1]
    component = -component if np.count_nonzero(component < 0) > k / 2 else component
    sign = np.where(component < 0, -1.0, 1.0)
    turned = tuple(int(i) for i in np.flatnonzero(sign < 0))
    if k > MOST_SPLIT:
        return nan, turned
    r = r * np.outer(sign, sign)
    half = k // 2
    # of an even number each split has two halves: that with the first item stands for it
    chosen = combinations(range(1, k), half - 1) if k % 2 == 0 else combinations(range(k), half)
    count = comb(k - 1, half - 1) if k % 2 == 0 else comb(k, half)
    places = np.fromiter((i for one in chosen for i in one), dtype=np.intp).reshape(count, -1)
    side = np.ones((count, k))
    np.put_along_axis(side, places, -1.0, axis=1)
    if k % 2 == 0:
        side[:, 0] = -1.0
    total = float(r.sum())
    apart = np.einsum("ij,ij->i", side @ r, side)
    return (total - float(apart.min())) / total, turned
