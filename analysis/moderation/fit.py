"""Fits of moderated regressions: the whole, its slopes, and what each product adds; of one frame or pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.errors import UnsuitableError
from analysis.missing.pool import Estimates, joint_test, pool_r2, rubin
from analysis.missing.pooled import pool_fits
from analysis.moderation.design import Design, Level, Moderator
from analysis.moderation.region import Freedom, Line
from analysis.moderation.result import Change, Slope
from analysis.regression import Fit, Regression, cr2, fitted, written
from analysis.regression.design import Errors
from analysis.resample import one_thread
from analysis.result import NotApplicable

Matrix = npt.NDArray[np.float64]
ROUNDING = 1e-14
"""A variance below this share of the terms that make it up is made of rounding."""


class Fitter:
    """Fits models of one design's frames: one regression, or pooled ones."""

    def __init__(self, design: Design, outcome: str, errors: Errors, level: float) -> None:
        self.design, self.outcome, self.errors, self.level = design, outcome, errors, level
        self.known: dict[tuple[object, str], list[Fit] | NotApplicable] = {}

    def fits(self, blocks: Sequence[Sequence[str]], errors: Errors | None = None) -> list[Fit] | NotApplicable:
        """The model with these blocks of columns in each frame; errors: others than the moderation's."""
        errors = self.errors if errors is None else errors
        key = tuple(tuple(block) for block in blocks), str(errors)
        if key not in self.known:
            try:
                with one_thread():
                    self.known[key] = [fitted(frame, self.outcome, blocks, errors) for frame in self.design.frames]
            except UnsuitableError as reason:
                self.known[key] = NotApplicable(Regression.kind, self.outcome, str(reason))
        return self.known[key]

    def fit(self, blocks: Sequence[Sequence[str]]) -> Regression | NotApplicable:
        """The same written out, pooled where there are several frames."""
        found = self.fits(blocks)
        if isinstance(found, NotApplicable):
            return found
        try:
            result = pool_fits(found, self.level) if len(found) > 1 else written(found[0], self.level)
        except UnsuitableError as reason:
            return NotApplicable(Regression.kind, self.outcome, str(reason))
        return replace(result, dropped=self.design.dropped)

    @property
    def whole(self) -> list[Fit]:
        """The whole model in each frame. Raises UnsuitableError where it cannot be had."""
        found = self.fits(self.design.blocks)
        if isinstance(found, NotApplicable):
            raise UnsuitableError(found.reason)
        return found

    def freedom(self, model: Regression, weights: Matrix) -> Matrix:
        """Degrees of freedom of each combination (rows): with CR2 its own in the first frame, else the model's."""
        first = self.whole[0]
        return first.df_each(weights) if first.adjusted else np.full(len(weights), model.df)

    def slopes(self, model: Regression, predictor: str, design: Design) -> tuple[Slope, ...]:
        """The predictor's slope at each combination of levels."""
        terms = [row.term for row in model.coefficients]
        found = list(product(*(one.levels for one in design.moderators)))
        weights = np.array([contrast(terms, predictor, design, levels) for levels in found])
        names = tuple(",".join(level.term for level in levels) for levels in found)
        parts = [
            Estimates(names, weights @ one.values(), weights @ one.covariance() @ weights.T, one.df_each(weights))
            for one in self.whole
        ]
        if len(parts) == 1:
            value, variance = parts[0].values, variances(weights, model.covariance)
            se, df = np.sqrt(variance), self.freedom(model, weights)
            riv = fmi = np.full(len(names), np.nan)
        else:
            pooled = rubin(parts)
            value, se, df, riv, fmi = pooled.estimate, pooled.se, pooled.df, pooled.riv, pooled.fmi
        t = value / se
        p = 2 * special.stdtr(df, -np.abs(t))
        half = special.stdtrit(df, (1 + self.level) / 2) * se
        unit = model.coefficient(predictor).unit
        columns = (value, se, t, p, value - half, value + half, np.full(len(names), unit), df, riv, fmi)
        table = np.column_stack(columns).tolist()
        return tuple(
            Slope(names[i], tuple(x.term for x in levels), tuple(x.value for x in levels), *table[i])
            for i, levels in enumerate(found)
        )

    def change(self, name: str, terms: Sequence[str]) -> Change:
        """What these columns add to all others, and the joint test of them."""
        others = [[column for column in block if column not in terms] for block in self.design.blocks]
        less = self.fits([block for block in others if block], "classical")
        if isinstance(less, NotApplicable):
            return Change(name, *[np.nan] * 5)
        whole = self.whole
        added = pool_r2([1 - fit.rest() for fit in whole]) - pool_r2([1 - fit.rest() for fit in less])
        if len(whole) > 1:
            test = joint_test([fit.estimates() for fit in whole], terms)
            return Change(name, added, test.f, test.df1, test.df2, test.p)
        (one,) = whole
        at = [one.terms().index(term) for term in terms]
        b, inner, df = one.values()[at], one.covariance()[np.ix_(at, at)], one.df()
        q = len(at)
        if one.adjusted:
            f, df2, p = one.adjusted[-1].wald(cr2.coordinates(one.basis, np.eye(len(one.terms()))[at]), b)
            return Change(name, added, f, q, df2, p)
        if q > df or not float(np.linalg.cond(inner)) < 1e14:
            return Change(name, added, np.nan, q, df, np.nan)
        f = float(b @ np.linalg.solve(inner, b)) / q
        return Change(name, added, f, q, df, float(special.fdtrc(q, df, f)))


def freedom_along(fit: Fit, first: int, second: int, spread: float) -> Freedom:
    """Satterthwaite's degrees of freedom of b + c m along a centred moderator: a ratio of two polynomials in m."""
    places = np.linspace(-2.0, 2.0, 5)
    weights = np.zeros((5, len(fit.terms())))
    weights[:, first], weights[:, second] = 1.0, places * spread
    mean, total = fit.adjusted[-1].spread(cr2.coordinates(fit.basis, weights))
    above, below = (np.polyfit(places, each, 4) for each in (mean**2, total / 2))
    return Freedom(tuple(above.tolist()), tuple(below.tolist()), spread)


def variances(weights: Matrix, covariance: Matrix) -> Matrix:
    """c'Vc of each row; nan where it is nothing but rounding."""
    variance = np.einsum("ij,jk,ik->i", weights, covariance, weights)
    parts = np.einsum("ij,jk,ik->i", np.abs(weights), np.abs(covariance), np.abs(weights))
    return np.where(variance > ROUNDING * parts, variance, np.nan)


def contrast(terms: Sequence[str], predictor: str, design: Design, levels: Sequence[Level]) -> Matrix:
    """How much of each coefficient is in the predictor's slope at these levels."""
    at = {name: value for level in levels for name, value in level.weights.items()}
    weights = np.zeros(len(terms))
    for i, term in enumerate(terms):
        if term == predictor:
            weights[i] = 1.0
        elif term in design.factors and predictor in design.factors[term]:
            weights[i] = np.prod([at[part] for part in design.factors[term] if part != predictor])
    return weights


def line_of(
    model: Regression, predictor: str, design: Design, three_way: bool, fitter: Fitter
) -> tuple[Line, Moderator, str, Freedom] | None:
    """The slope that changes along a continuous moderator, that moderator, the slope's term, and its df along it."""
    continuous = [one for one in design.moderators if one.continuous]
    if not continuous or (len(design.moderators) == 2 and not three_way):
        return None
    along = continuous[-1]
    first, second, term = predictor, f"{predictor}:{along.name}", ""
    if three_way:
        (other,) = [one for one in design.moderators if one is not along]
        pair = design.products[f"{predictor}:{other.name}"]
        if len(pair) > 1:
            return None
        first = term = pair[0]
        second = next(
            name for name, parts in design.factors.items() if set(parts) == {*design.factors[first], along.name}
        )
    rows = [row.term for row in model.coefficients]
    i, j = rows.index(first), rows.index(second)
    v = model.covariance
    df = min(model.df_of(model.coefficients[i]), model.df_of(model.coefficients[j]))
    line = Line(model.coefficients[i].b, model.coefficients[j].b, float(v[i, i]), float(v[i, j]), float(v[j, j]))
    if fitter.whole[0].adjusted and len(design.frames) == 1:
        return line, along, term, freedom_along(fitter.whole[0], i, j, float(along.values.std()))
    return line, along, term, Freedom((df,), (1.0,))
