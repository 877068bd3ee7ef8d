"""What the pictures of a moderation show: the outcome along the predictor, the slope along the moderator."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy import special

from analysis.moderation.design import Design
from analysis.moderation.fit import Fitter, contrast, line_of, variances
from analysis.moderation.result import Band, Line
from analysis.regression import INTERCEPT, Regression
from analysis.regression.design import is_category, numbers_of

POINTS = 25


def lines_of(model: Regression, predictor: str, design: Design, fitter: Fitter) -> tuple[Line, ...]:
    """The outcome from the smallest to the largest value of the predictor, covariates at their means."""
    x = np.concatenate([numbers_of(frame[predictor]) for frame in design.frames])
    at = np.linspace(x.min(), x.max(), POINTS)
    terms = [row.term for row in model.coefficients]
    b = np.array([row.b for row in model.coefficients])
    means = {term: _mean(term, design) for term in terms if term not in design.factors}
    found = []
    for levels in product(*(one.levels for one in design.moderators)):
        value = {name: weight for chosen in levels for name, weight in chosen.weights.items()}
        slope = contrast(terms, predictor, design, levels)
        rest = np.zeros(len(terms))
        for i, term in enumerate(terms):
            if term in design.factors:
                without = predictor not in design.factors[term]
                rest[i] = np.prod([value[part] for part in design.factors[term]]) if without else 0.0
            elif term != predictor:
                rest[i] = value.get(term, means[term])
        weights = rest + at[:, None] * slope
        critical = special.stdtrit(fitter.freedom(model, weights), (1 + fitter.level) / 2)
        y, half = weights @ b, critical * np.sqrt(variances(weights, model.covariance))
        found.append(
            Line(
                ",".join(chosen.term for chosen in levels), tuple((at + design.centre).tolist()), tuple(y.tolist()),
                tuple((y - half).tolist()), tuple((y + half).tolist()),
            )
        )  # fmt: skip
    return tuple(found)


def _mean(term: str, design: Design) -> float:
    """The mean of a column of the model: of a number, or the share of a category."""
    if term == INTERCEPT:
        return 1.0
    frames = pd.concat(list(design.frames))
    if term in frames.columns and not is_category(frames[term]):
        return float(numbers_of(frames[term]).mean())
    name, _, label = term.partition("[")
    return float((frames[name].astype(object).astype(str) == label[:-1]).mean())


def band_of(
    model: Regression, predictor: str, design: Design, three_way: bool, fitter: Fitter
) -> Band | None:  # fmt: skip
    """The slope over the range of the moderator along which it has a region; None where there is none."""
    found = line_of(model, predictor, design, three_way, fitter)
    if found is None:
        return None
    line, moderator, term, freedom = found
    least, most = float(moderator.values.min()), float(moderator.values.max())
    return Band(moderator.name, term, line, moderator.centre, least, most, freedom, fitter.level)
