"""Agreement: whether the scores of people in groups may stand for their groups."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.agreement.result import Agreement as Agreement
from analysis.agreement.result import ByNull as ByNull
from analysis.agreement.twolevel import NotFitted, two_level
from analysis.agreement.within import average_deviation, chance_variance, group_means, group_variances, rwg, rwgj
from analysis.moments import Floats, as_matrix
from analysis.result import NotApplicable

NULLS = ("uniform", "slightly_skewed")
FLAT = 1e-20
"""A variance within groups below this share of the mean square of the values is rounding."""


def agreement(
    score: pd.Series,
    groups: Sequence[object] | pd.Series | npt.NDArray[np.generic],
    items: pd.DataFrame | None = None,
    *,
    scale: str,
    group: str = "group",
    options: int | None = None,
    null: str | float = "uniform",
    unit: float = 1.0,
) -> Agreement | NotApplicable:
    """ICC(1), ICC(2), r_wg, r_wg(J), average deviation and two-level omega of one scale.

    score: a value a respondent; NaN leaves one out. groups: their group; missing leaves one out. items: scored items
    (n × J), complete rows of which give r_wg(J), the average deviation and omega; None for a single variable. options:
    response options of an item, for the variance by chance; null: 'uniform', 'slightly_skewed', or that variance.
    unit: how many units of an item one unit of the score is (1 / J for a sum), so that r_wg compares like with like.

        ICC(1) = (MSB − MSW) / (MSB + (N / J − 1) MSW),  ICC(2) = (MSB − MSW) / MSB

    with the mean squares of a one-way analysis of variance and N / J the mean size of a group, as
    ``multilevel::ICC1`` and ``ICC2`` have it (Bliese 2000; Bartko 1976). Groups of one count there; they have no r_wg.
    Returns NotApplicable with fewer than two groups, or where no group has two members.
    """
    codes, labels = pd.factorize(pd.Series(np.asarray(groups, dtype=object)), sort=False)
    values = score.to_numpy(dtype=np.float64)
    used = np.isfinite(values) & (codes >= 0)
    if len(np.unique(codes[used])) < 2:
        why = "there are no two groups with a score" if len(labels) > 1 else f"'{group}' has no two groups"
        return NotApplicable("agreement", scale, why)
    member, count = _groups(codes[used])
    if (count < 2).all():
        return NotApplicable("agreement", scale, f"no group of '{group}' has two members with a score")
    x = values[used]
    between, within = _mean_squares(x, member, count)
    if between == within == 0:
        return NotApplicable("agreement", scale, "all scores are the same")
    notes = _about(used, count, group)
    ratio = between / within if within > 0 else np.inf
    df1, df2 = len(count) - 1, len(x) - len(count)
    if within == 0:
        notes.append("Within groups all scores are the same.")
    one = group_variances(x[:, None] * unit, member, count)
    ad, omegas, several = _of_items(items, codes, notes)
    if items is None:
        ad = float(np.nanmean(average_deviation(x[:, None], member, count)))
    nulls = _nulls(options, null, one[:, 0], several, notes)
    return Agreement(
        scale=scale,
        group=group,
        n=len(x),
        dropped=int((~used).sum()),
        groups=len(count),
        alone=int((count == 1).sum()),
        size_min=int(count.min()),
        size_max=int(count.max()),
        icc1=(between - within) / (between + (len(x) / len(count) - 1) * within),
        icc2=(between - within) / between if between > 0 else nan,
        f=ratio,
        df1=df1,
        df2=df2,
        p=float(stats.f.sf(ratio, df1, df2)),
        n_items=0 if items is None else _complete(items, codes)[0].shape[0],
        items=1 if items is None else items.shape[1],
        ad_mean=ad,
        omega_within=omegas[0],
        omega_between=omegas[1],
        chosen=null if isinstance(null, str) else "given",
        nulls=nulls,
        notes=tuple(notes),
    )


def _groups(codes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Codes from 0 on without gaps, and the members of each group."""
    member = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return member, np.bincount(member)


def _mean_squares(x: Floats, member: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Mean squares between and within groups; rounding within groups that do not differ is nothing."""
    centred = x - x.mean()
    means = group_means(centred[:, None], member, count)[:, 0]
    between = float(count @ means**2) / (len(count) - 1)
    within = float(((centred - means[member]) ** 2).sum()) / (len(x) - len(count))
    size = float(np.mean(x**2))
    return (between if between > FLAT * size else 0.0), (within if within > FLAT * size else 0.0)


def _about(used: npt.NDArray[np.bool_], count: npt.NDArray[np.int64], group: str) -> list[str]:
    notes = []
    if left := int((~used).sum()):
        who = "respondent" if left == 1 else "respondents"
        were = "was" if left == 1 else "were"
        notes.append(f"{left:,} {who} without a score or without a {group} {were} left out.")
    if alone := int((count == 1).sum()):
        notes.append(
            f"{alone:,} of {len(count):,} groups have one member: they count in the intraclass correlations, "
            "and have no agreement within."
        )
    return notes


def _complete(items: pd.DataFrame, codes: npt.NDArray[np.int64]) -> tuple[Floats, npt.NDArray[np.int64]]:
    matrix, _ = as_matrix(items)
    used = np.isfinite(matrix).all(axis=1) & (codes >= 0)
    return matrix[used], codes[used]


def _of_items(
    items: pd.DataFrame | None, codes: npt.NDArray[np.int64], notes: list[str]
) -> tuple[float, tuple[float, float], Floats | None]:
    """The average deviation, both omegas, and the variances of the items in each group, from complete rows."""
    if items is None:
        return nan, (nan, nan), None
    matrix, chosen = _complete(items, codes)
    if not len(matrix) or (np.bincount(np.unique(chosen, return_inverse=True)[1]) < 2).all():
        notes.append("No group has two members who answered all items, so there is no agreement on items.")
        return nan, (nan, nan), None
    member, count = _groups(chosen)
    found = two_level(matrix, member)
    omegas = (nan, nan)
    if isinstance(found, NotFitted):
        notes.append(f"Omega within and between groups is not applicable, because {found.reason}.")
    else:
        omegas = (found.omega_within, found.omega_between)
        for level, unique in (("within", found.unique_within), ("between", found.unique_between)):
            if negative := [name for name, value in zip(items.columns, unique, strict=True) if value < 0]:
                notes.append(f"The residual variance {level} groups is negative for {', '.join(negative)}.")
    ad = float(np.nanmean(average_deviation(matrix, member, count)))
    return ad, omegas, group_variances(matrix, member, count)


def _nulls(
    options: int | None, null: str | float, one: Floats, several: Floats | None, notes: list[str]
) -> tuple[ByNull, ...]:
    """Agreement by each null distribution: both named ones, and a variance that was given."""
    variances = {name: nan if options is None else chance_variance(options, name) for name in NULLS}
    if not isinstance(null, str):
        variances["given"] = float(null)
    if options is None and isinstance(null, str):
        notes.append(
            "There is no r_wg, because the number of response options is not known; give its variance as null."
        )
    elif options is not None and np.isnan(variances["slightly_skewed"]):
        notes.append(
            f"LeBreton and Senter (2008) give no slightly skewed null for {options} response options: 5 to 11 have one."
        )
    return tuple(_against(name, variance, one, several) for name, variance in variances.items())


def _against(name: str, chance: float, one: Floats, several: Floats | None) -> ByNull:
    if np.isnan(chance):
        return ByNull(name, nan, nan, nan, nan, nan)
    single = rwg(one, chance)
    mean, median = float(np.nanmean(single)), float(np.nanmedian(single))
    if several is None:
        return ByNull(name, chance, mean, median, nan, nan)
    joint = rwgj(several, chance)
    return ByNull(name, chance, mean, median, float(np.nanmean(joint)), float(np.nanmedian(joint)))
