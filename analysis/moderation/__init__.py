"""Moderation: whether the slope on a predictor depends on a moderator, at which values of it, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.moderation.design import Design, Probe, build
from analysis.moderation.fit import Fitter, line_of
from analysis.moderation.notes import notes_of
from analysis.moderation.picture import band_of, lines_of
from analysis.moderation.region import Region, Segment, region
from analysis.moderation.result import Change, Moderation, Slope
from analysis.regression import Regression
from analysis.regression.design import Errors, cluster_of, numbers_of
from analysis.result import NotApplicable

__all__ = ["Change", "Moderation", "Region", "Segment", "Slope", "moderation", "pooled_moderation"]


def moderation(
    frame: pd.DataFrame, outcome: str, predictor: str, moderators: Sequence[str], covariates: Sequence[str] = (), *,
    errors: Errors = "HC3", three_way: bool = False, probe: Probe = "sd", level: float = 0.95,
    brief: bool = False,
) -> Moderation | NotApplicable:  # fmt: skip
    """Regress ``outcome`` on ``predictor``, one or two moderators and their products.

    frame: one row a case; rows with a missing value in the model are left out. outcome, predictor: numbers. moderators:
        numbers, or categories (then each but the first that occurs has a product). covariates: as of ``regression``.
    three_way: of two moderators, the product of all three beside those of each two; else each moderator has its own
        product with the predictor.
    probe: slopes at the mean and one standard deviation to both sides ('sd'), or at the percentiles 16, 50 and 84
        ('percentiles', at rank p(n + 1), as PROCESS has them); of two values at both, of categories at each.
    errors, level: as of ``analysis.regression.regression``; with CR2 each slope has Satterthwaite's df of its own, and
        so has every point of the region.
    brief: only the coefficients and slopes that a claim rests on: no steps, changes, region, squares and pictures.

    Numbers are centred at their means before they are multiplied, so that b of the predictor is its slope where the
    moderators are at their means. A slope is c'b with variance c'Vc (Aiken & West 1991); its region is Johnson and
    Neyman's in closed form (``analysis.moderation.region.roots``). beta of a product is that of the product of the
    standardised variables: b · sd(x) sd(w) / sd(y). Returns a ``Moderation``, or ``NotApplicable`` with the reason.

    As PROCESS models 1, 2 (two moderators) and 3 (three-way), with its option to centre (Hayes 2022).
    """
    return _moderation((frame,), outcome, predictor, moderators, covariates, errors, three_way, probe, level, brief)


def pooled_moderation(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, moderators: Sequence[str],
    covariates: Sequence[str] = (), *, errors: Errors = "HC3", three_way: bool = False, probe: Probe = "sd",
    level: float = 0.95, brief: bool = False,
) -> Moderation | NotApplicable:  # fmt: skip
    """The same in each completed data set, pooled by Rubin's rules; centres and levels are those of all sets together.

    Coefficients and slopes have Barnard and Rubin's df, changes of R² the test D1; the region rests on the pooled
    coefficients, their pooled covariance and the smallest df of the two coefficients in it.
    """
    return _moderation(
        tuple(frames), outcome, predictor, moderators, covariates, errors, three_way, probe, level, brief
    )


def _moderation(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, moderators: Sequence[str], covariates: Sequence[str],
    errors: Errors, three_way: bool, probe: Probe, level: float, brief: bool,
) -> Moderation | NotApplicable:  # fmt: skip
    try:
        design = build(frames, outcome, predictor, moderators, covariates, cluster_of(errors), three_way, probe)
    except UnsuitableError as reason:
        return NotApplicable(Moderation.kind, outcome, str(reason))
    if brief:
        design = replace(design, blocks=(tuple(name for block in design.blocks for name in block),))
    fitter = Fitter(design, outcome, errors, level)
    model = fitter.fit(design.blocks)
    if isinstance(model, NotApplicable):
        return NotApplicable(Moderation.kind, outcome, model.reason)
    model = _standardised(model, design)
    form = "three_way" if three_way else "simple" if len(moderators) == 1 else "additive"
    centres = {predictor: design.centre} | {m.name: m.centre for m in design.moderators if m.numeric}
    two = {m.name: (m.levels[0].value, m.levels[1].value) for m in design.moderators if m.two}
    found = Moderation(
        outcome, predictor, tuple(moderators), form, probe, model, design.products, centres,
        fitter.slopes(model, predictor, design), two_values=two,
    )  # fmt: skip
    if brief:
        return found
    squares = fitter.fit((*design.blocks, design.squares)) if design.squares else None
    regions = _regions(model, predictor, design, three_way, fitter, level)
    last = tuple(t for terms in design.products.values() for t in terms) if not three_way else design.blocks[-1]
    changes = [fitter.change("", last), *(fitter.change(name, terms) for name, terms in design.products.items())]
    return replace(
        found, changes=tuple(changes), regions=regions, squares=squares if isinstance(squares, Regression) else None,
        lines=lines_of(model, predictor, design, fitter), band=band_of(model, predictor, design, three_way, fitter),
        notes=notes_of(design, predictor, model, squares, probe, three_way),
    )  # fmt: skip


def _standardised(model: Regression, design: Design) -> Regression:
    """The regression with beta of products as that of the product of z scores (Aiken & West 1991, chapter 3)."""
    y = float(np.mean([numbers_of(frame[model.outcome]).std(ddof=1) for frame in design.frames]))
    rows = []
    for row in model.coefficients:
        if row.term in design.factors:
            unit = float(np.prod([design.spread[part] for part in design.factors[row.term]])) / y
            row = replace(row, beta=row.b * unit, unit=unit)
        rows.append(row)
    return replace(model, coefficients=tuple(rows))


def _regions(
    model: Regression, predictor: str, design: Design, three_way: bool, fitter: Fitter, level: float
) -> tuple[Region, ...]:  # fmt: skip
    """The region of the predictor's slope along the moderator; of a three-way interaction that of the product of the
    first two along the second moderator. Two additive moderators have none: each bound would depend on the other."""
    found = line_of(model, predictor, design, three_way, fitter)
    if found is None:
        return ()
    line, moderator, term, freedom = found
    return (region(line, freedom, moderator.values, moderator.centre, (moderator.name, term), level),)
