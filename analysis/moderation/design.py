"""The columns of a moderated regression: centred variables, their products, and the levels of moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.regression.design import Vector, complete, is_category, numbers_of

Probe = Literal["sd", "percentiles"]
NAMES = ("low", "mean", "high")
PERCENTILES = (16.0, 50.0, 84.0)
LARGEST = 1e150
"""A number whose square is no more than a float can hold."""


@dataclass(frozen=True)
class Level:
    """One value of a moderator at which the slope is taken.

    term: 'low', 'mean', 'high', ``name=value`` of a moderator with two values, or ``name=category``. value: in the
    moderator's own units; nan for a category. weights: what each of the moderator's columns is there.
    """

    term: str
    value: float
    weights: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Moderator:
    """One moderator: its columns in the model (one number, or 0/1 a category), and where it is probed.

    centre, low, high: mean, smallest and largest value; nan for categories. values: of all cases; none of categories.
    two: whether a number has two values only.
    """

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    centre: float = np.nan
    values: Vector = field(default_factory=lambda: np.empty(0))
    two: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return bool(len(self.values))

    @property
    def continuous(self) -> bool:
        """Whether it is a number of more than two values, so that slopes change along it."""
        return self.numeric and not self.two


@dataclass(frozen=True, eq=False)
class Design:
    """The frames to regress on (one, or one an imputation), and what their columns stand for.

    blocks: of predictors, the products last. products: name of each product (``x:w``) to its columns; a column to the
    columns that it is made of, in ``factors``. square: names of the squared columns in the frames.
    """

    frames: tuple[pd.DataFrame, ...]
    dropped: int
    blocks: tuple[tuple[str, ...], ...]
    products: Mapping[str, tuple[str, ...]]
    factors: Mapping[str, tuple[str, ...]]
    moderators: tuple[Moderator, ...]
    centre: float
    squares: tuple[str, ...]
    spread: Mapping[str, float]


def check_names(
    frame: pd.DataFrame, outcome: str, predictor: str, moderators: Sequence[str], covariates: Sequence[str],
    cluster: str | None,
) -> None:  # fmt: skip
    """Each variable is there, in one role; raises UnsuitableError where not."""
    named = [outcome, predictor, *moderators, *covariates]
    for name in [*named, *([] if cluster is None else [cluster])]:
        if name not in frame.columns:
            raise UnsuitableError(f"there is no variable {name} in the data")
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise UnsuitableError(f"{', '.join(twice)} has more than one role; each variable can have one")
    for name, role in ((outcome, "outcome"), (predictor, "predictor")):
        if is_category(frame[name]):
            raise UnsuitableError(f"the {role} {name} holds categories, and a number is needed")


def build(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, moderators: Sequence[str],
    covariates: Sequence[str], cluster: str | None, three_way: bool, probe: Probe,
) -> Design:  # fmt: skip
    """Centre, multiply, and take the levels; all over the complete cases of all frames together.

    Raises UnsuitableError where the names or the data cannot carry the model.
    """
    check_names(frames[0], outcome, predictor, moderators, covariates, cluster)
    if not 1 <= len(moderators) <= 2:
        raise UnsuitableError(f"there are one or two moderators, not {len(moderators)}")
    if three_way and len(moderators) != 2:
        raise UnsuitableError("a three-way interaction needs two moderators")
    names = [outcome, predictor, *moderators, *covariates, *([] if cluster is None else [cluster])]
    held, keep = complete(frames, names)
    if not keep.any():
        raise UnsuitableError("there is no complete case")
    found = tuple(_moderator(name, held, probe) for name in moderators)
    centre = _middle(predictor, held)
    parts = {predictor: (predictor,)} | {one.name: one.columns for one in found}
    groups: list[tuple[str, ...]] = [(predictor, name) for name in moderators]
    if three_way:
        groups += [tuple(moderators), (predictor, *moderators)]
    products: dict[str, tuple[str, ...]] = {}
    factors: dict[str, tuple[str, ...]] = {}
    for group in groups:
        columns = [tuple(chosen) for chosen in product(*(parts[name] for name in group))]
        products[":".join(group)] = tuple(":".join(chosen) for chosen in columns)
        factors |= {":".join(chosen): chosen for chosen in columns}
    many = [predictor] if not _two_values(numbers_of(pd.concat([f[predictor] for f in held]))) else []
    many += [one.name for one in found if one.continuous]
    made, spread = _columns(held, predictor, centre, found, factors, many)
    main = (*covariates, predictor, *moderators)
    last = products[":".join((predictor, *moderators))] if three_way else ()
    pairs = tuple(column for group in products.values() for column in group if column not in last)
    blocks = (main, pairs, last) if three_way else (main, pairs)
    return Design(
        made, int((~keep).sum()), blocks, products, factors, found, centre, tuple(f"{name}^2" for name in many), spread,
    )  # fmt: skip


def _columns(
    held: Sequence[pd.DataFrame], predictor: str, centre: float, moderators: Sequence[Moderator],
    factors: Mapping[str, tuple[str, ...]], squared: Sequence[str],
) -> tuple[tuple[pd.DataFrame, ...], dict[str, float]]:  # fmt: skip
    """Each frame with its centred columns, products and squares, and the standard deviation of each single column."""
    made = []
    spread: dict[str, list[float]] = {}
    for frame in held:
        single = {predictor: numbers_of(frame[predictor]) - centre}
        for one in moderators:
            single |= _single(frame[one.name], one)
        changed = {name: values for name, values in single.items() if name in frame.columns}
        changed |= {name: np.prod([single[part] for part in parts], axis=0) for name, parts in factors.items()}
        changed |= {f"{name}^2": single[name] ** 2 for name in squared}
        large = [name for name, values in changed.items() if float(np.abs(values).max()) > LARGEST]
        if large:
            raise UnsuitableError(f"the numbers of {large[0]} are too large to work with; measure them in larger units")
        made.append(frame.assign(**changed))
        for name, values in single.items():
            spread.setdefault(name, []).append(float(values.std(ddof=1)) if len(values) > 1 else np.nan)
    return tuple(made), {name: float(np.mean(each)) for name, each in spread.items()}


def _single(column: pd.Series, moderator: Moderator) -> dict[str, Vector]:
    """A moderator's columns of one frame: its deviations from the centre, or 0/1 for each category but the first."""
    if moderator.numeric:
        return {moderator.name: numbers_of(column) - moderator.centre}
    text = column.astype(object).astype(str).to_numpy()
    places = [name[len(moderator.name) + 1 : -1] for name in moderator.columns]
    return {name: (text == label).astype(np.float64) for name, label in zip(moderator.columns, places, strict=True)}


def _moderator(name: str, held: Sequence[pd.DataFrame], probe: Probe) -> Moderator:
    """A moderator's columns and levels, from the complete cases of all frames together."""
    column = held[0][name]
    if is_category(column):
        labels = [str(label) for label in pd.Categorical(column).categories]
        there = {str(value) for frame in held for value in frame[name].astype(object)}
        labels = [label for label in labels if label in there]
        if len(labels) < 2:
            raise UnsuitableError(f"{name} is constant among the complete cases (only {''.join(labels)} occurs)")
        columns = tuple(f"{name}[{label}]" for label in labels[1:])
        levels = tuple(
            Level(f"{name}={label}", np.nan, {own: float(own == f"{name}[{label}]") for own in columns})
            for label in labels
        )
        return Moderator(name, columns, levels)
    values = np.concatenate([numbers_of(frame[name]) for frame in held])
    if values.min() == values.max():
        raise UnsuitableError(f"{name} is constant among the complete cases")
    centre = _middle(name, held)
    if _two_values(values):
        at = {f"{name}={value:.12g}": float(value) for value in (values.min(), values.max())}
    elif probe == "percentiles":
        at = dict(zip(NAMES, np.percentile(values, PERCENTILES, method="weibull").tolist(), strict=True))
    else:
        sd = float(np.sqrt(np.mean([numbers_of(frame[name]).var(ddof=1) for frame in held])))
        at = dict(zip(NAMES, (centre - sd, centre, centre + sd), strict=True))
    levels = tuple(Level(term, value, {name: value - centre}) for term, value in at.items())
    return Moderator(name, (name,), levels, centre, values, _two_values(values))


def _middle(name: str, held: Sequence[pd.DataFrame]) -> float:
    return float(np.mean([numbers_of(frame[name]).mean() for frame in held]))


def _two_values(values: Vector) -> bool:
    low, high = float(values.min()), float(values.max())
    return bool(((values == low) | (values == high)).all())
