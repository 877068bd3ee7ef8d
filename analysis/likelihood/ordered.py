"""Proportional-odds regression of ordered answers, with its thresholds and Brant's test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.likelihood import basis, binary
from analysis.likelihood.fit import Model, fit
from analysis.likelihood.result import Brant, Ordinal
from analysis.regression.design import Errors, Vector, is_category
from analysis.result import NotApplicable

Flags = npt.NDArray[np.bool_]
MOST = 20
"""More different answers than this are a number, not ordered categories."""
NO_BRANT = "Brant's test of proportional odds cannot be had: {why}."


def ordinal(
    frame: pd.DataFrame,
    outcome: str,
    blocks: Sequence[Sequence[str]],
    errors: Errors = "classical",
    level: float = 0.95,
) -> Ordinal | NotApplicable:
    """Regress ordered answers on the predictors of ``blocks`` by cumulative logits with the same b at each threshold.

    frame, blocks, level: as of ``analysis.regression.regression``; rows with a missing value are left out.
    outcome: a number of 3 to 20 values or a category of as many, in its order. errors: 'classical' (by the observed
    information) or ``{'cluster': column}`` (CR1).

    logit P(y ≤ j) = θⱼ − xᵀb, so that a positive b goes with higher answers (McCullagh 1980, JRSS B 42; as
    ``MASS::polr``, ``ordinal::clm``). The thresholds are terms such as ``1|2``. Brant's (1990, Biometrics 46) test
    holds the slopes of the separate logits against each other. Returns NotApplicable with the reason where the outcome
    has too few or too many values, predictors separate them, or a predictor is constant or collinear.
    """
    labels: list[str] = []

    def coded(complete: pd.DataFrame) -> pd.DataFrame:
        made, labels[:] = ordered(complete, outcome)
        return made

    def named() -> list[str]:
        return [f"{low}|{high}" for low, high in pairwise(labels)]

    found = fit(frame, outcome, blocks, errors, level, MODEL, coded, named)
    if isinstance(found, NotApplicable):
        return found
    tests, why = brant(found.columns)
    if why:
        found.common["notes"] = (*found.common["notes"], NO_BRANT.format(why=why))
    return Ordinal(**found.common, categories=tuple(labels), brant=tests)


def ordered(frame: pd.DataFrame, outcome: str) -> tuple[pd.DataFrame, list[str]]:
    """The complete rows with the outcome as 0, 1, 2 …, and what those stand for."""
    column = frame[outcome]
    if is_category(column):
        known = pd.Categorical(column)
        held = [c for c in known.categories if (known == c).any()]
        labels = [str(c) for c in held]
        codes = np.asarray(pd.Categorical(column, categories=held).codes, dtype=np.float64)
    else:
        values, places = np.unique(column.to_numpy(dtype=np.float64), return_inverse=True)
        labels, codes = [f"{value:g}" for value in values], places.astype(np.float64)
    if len(labels) < 3:
        raise UnsuitableError(
            f"ordered answers are three or more, and {outcome} has {len(labels)}; take logistic for two"
        )
    if len(labels) > MOST:
        raise UnsuitableError(f"{outcome} has {len(labels)} different values, which is a number: take regression")
    return frame.assign(**{outcome: codes}), labels


def _edges(z: Vector, y: Vector) -> tuple[Vector, Vector, Flags, Flags]:
    """Rows of (θ, γ) that give each case's upper and lower bound, and which cases have one."""
    count = int(y.max())
    place = np.arange(count)
    upper = np.hstack([(y[:, None] == place).astype(np.float64), -z[:, 1:]])
    lower = np.hstack([(y[:, None] - 1 == place).astype(np.float64), -z[:, 1:]])
    return upper, lower, y < count, y > 0


def at(z: Vector, y: Vector) -> basis.Fit:
    """The maximum for these columns; z's constant is not used."""
    upper, lower, has_upper, has_lower = _edges(z, y)

    def parts(values: Vector) -> tuple[Vector, Vector, Vector, Vector, Vector]:
        u = np.where(has_upper, upper @ values, np.inf)
        low = np.where(has_lower, lower @ values, -np.inf)
        # P = F(u) − F(l), from whichever side keeps its digits
        turned = low > 0
        chance = np.where(turned, special.expit(-low) - special.expit(-u), special.expit(u) - special.expit(low))
        fu, fl = special.expit(u) * special.expit(-u), special.expit(low) * special.expit(-low)
        return chance, fu, fl, fu * (1 - 2 * special.expit(u)), fl * (1 - 2 * special.expit(low))

    def point(values: Vector) -> basis.Point:
        chance, fu, fl, du, dl = parts(values)
        if not (chance > 0).all():
            return -np.inf, np.zeros(len(values)), np.eye(len(values))
        score = upper * (fu / chance)[:, None] - lower * (fl / chance)[:, None]
        bend = (upper.T * (du / chance)) @ upper - (lower.T * (dl / chance)) @ lower
        return float(np.sum(np.log(chance))), score.sum(axis=0), score.T @ score - bend

    shares = np.cumsum(np.bincount(y.astype(np.int64)))[:-1] / len(y)
    start = np.concatenate([special.logit(shares), np.zeros(z.shape[1] - 1)])
    values, (loglik, _, information) = basis.newton(start, point)
    chance, fu, fl, _, _ = parts(values)
    scores = upper * (fu / chance)[:, None] - lower * (fl / chance)[:, None]
    eta = z[:, 1:] @ values[len(shares) :]
    return basis.Fit(values, loglik, information, scores, np.zeros(len(y)), bool(np.ptp(eta) > basis.FAR))


def null(y: Vector) -> float:
    """Log-likelihood of the thresholds alone."""
    counts = np.bincount(y.astype(np.int64))
    return float(np.sum(special.xlogy(counts, counts / len(y))))


def separation(columns: basis.Columns) -> None:
    """Refuse predictors that separate the answers."""
    z = np.column_stack([np.ones(len(columns.y)), basis.standard(columns.design)])
    upper, lower, has_upper, has_lower = _edges(z, columns.y)
    rows = np.vstack([upper[has_upper], -lower[has_lower]])
    names = ("",) * int(columns.y.max()) + columns.design.terms
    basis.separated(columns.design, rows, np.empty((0, rows.shape[1])), names)


def brant(columns: basis.Columns) -> tuple[tuple[Brant, ...], str]:
    """Brant's test over all terms and for each, or why there is none.

    D collects b₁ − bⱼ of the separate logits of y > j; X² = (Db)ᵀ(D V Dᵀ)⁻¹ Db, where the covariance of two logits is
    (XᵀWⱼX)⁻¹ XᵀWⱼₗX (XᵀWₗX)⁻¹ with Wⱼₗ = πₗ(1 − πⱼ), j < l (Brant 1990, eq. 3).
    """
    z, y, back = columns.z, columns.y, columns.back
    terms, cuts = columns.design.terms, int(y.max())
    k = len(terms)
    slopes, chances, breads = [], [], []
    for cut in range(cuts):
        above = (y > cut).astype(np.float64)
        try:
            found = binary.at(z, above)
            if found.far:
                binary.separation(basis.Columns(columns.design, z, above, back))
        except UnsuitableError:
            return (), f"predictors separate the answers at threshold {cut + 1}"
        slopes.append(back[1:] @ found.values)
        chances.append(special.expit(z @ found.values))
        breads.append(np.linalg.inv(found.information))
    whole = np.empty((cuts * k, cuts * k))
    for i in range(cuts):
        for j in range(i, cuts):
            weight = chances[j] * (1 - chances[i])
            inner = back @ (breads[i] @ ((z.T * weight) @ z) @ breads[j]) @ back.T
            whole[i * k : (i + 1) * k, j * k : (j + 1) * k] = inner[1:, 1:]
            whole[j * k : (j + 1) * k, i * k : (i + 1) * k] = inner[1:, 1:].T
    b = np.concatenate(slopes)
    tests = []
    for term, held in [("", range(k)), *[(term, range(i, i + 1)) for i, term in enumerate(terms)]]:
        rows = []
        for cut in range(1, cuts):
            for i in held:
                row = np.zeros(cuts * k)
                row[i], row[cut * k + i] = 1.0, -1.0
                rows.append(row)
        contrast = np.array(rows)
        middle = contrast @ whole @ contrast.T
        scale = np.sqrt(np.abs(np.diag(middle)))
        if not np.linalg.eigvalsh(middle / np.outer(scale, scale))[0] > 1e-10:
            return (), "the covariance of the separate logits is not positive"
        chi2 = float(contrast @ b @ np.linalg.solve(middle, contrast @ b))
        tests.append(Brant(term, chi2, float(len(rows)), float(special.chdtrc(len(rows), chi2))))
    return tuple(tests), ""


MODEL = Model("ordinal", at, null, separation, thresholds=lambda y: int(y.max()))
