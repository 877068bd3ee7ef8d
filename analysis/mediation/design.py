"""The columns and the equations of a mediation: who is regressed on whom, and along which paths effects run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.moderation.design import NAMES, check_names
from analysis.regression.design import complete, is_category, numbers_of

Moderated = Literal["a", "b"]
MOST_SERIAL, MOST_PARALLEL = 4, 10


@dataclass(frozen=True)
class Level:
    """A value of the moderator at which an indirect effect is taken: its name, and the value in its own units."""

    term: str
    value: float


@dataclass(frozen=True)
class Equation:
    """One regression: what is explained, and by which columns."""

    outcome: str
    predictors: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Design:
    """A mediation's data and shape.

    frames: complete cases, one or one an imputation, with the products in them. rows: the same as numbers, (n, k) each,
    in the order of ``names``. covariates: columns, categories as 0/1. equations: one a mediator, then the outcome; the
    total effect's last where it exists. paths: the mediators along each indirect effect. moderator, path, centre,
    levels: of a moderated mediation; products: names of its product columns, by mediator.
    """

    frames: tuple[pd.DataFrame, ...]
    rows: tuple[npt.NDArray[np.float64], ...]
    names: tuple[str, ...]
    keep: npt.NDArray[np.bool_]
    outcome: str
    predictor: str
    mediators: tuple[str, ...]
    serial: bool
    covariates: tuple[str, ...]
    equations: tuple[Equation, ...]
    paths: tuple[tuple[str, ...], ...]
    moderator: str = ""
    path: Moderated = "a"
    centre: float = np.nan
    levels: tuple[Level, ...] = ()

    def product(self, mediator: str) -> str:
        """The product column in the equation that carries the moderation of this mediator."""
        return f"{self.predictor if self.path == 'a' else mediator}:{self.moderator}"

    def term(self, path: Sequence[str]) -> str:
        """An indirect effect's name."""
        return "->".join((self.predictor, *path, self.outcome))


def build(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, mediators: Sequence[str], serial: bool,
    covariates: Sequence[str], moderator: str, path: Moderated, also: Sequence[str],
) -> Design:  # fmt: skip
    """Check the names, take the complete cases, and lay out equations and paths; raises UnsuitableError.

    also: variables that cases must have beside those of the model (the groups).
    """
    first = frames[0]
    check_names(first, outcome, predictor, [*mediators, *([moderator] if moderator else [])], covariates, None)
    _check(first, mediators, serial, moderator)
    named = [outcome, predictor, *mediators, *covariates, *([moderator] if moderator else [])]
    held, keep = complete(frames, [*named, *also])
    if not keep.any():
        raise UnsuitableError("there is no complete case")
    centres = {name: float(np.mean([numbers_of(f[name]).mean() for f in held]))
               for name in (predictor, *mediators, *([moderator] if moderator else []))}  # fmt: skip
    products: dict[str, tuple[str, str]] = {}
    if moderator:
        factors = [predictor] if path == "a" else list(mediators)
        products = {f"{name}:{moderator}": (name, moderator) for name in factors}
    made = tuple(
        frame.assign(**{
            product: (numbers_of(frame[a]) - centres[a]) * (numbers_of(frame[b]) - centres[b])
            for product, (a, b) in products.items()
        })
        for frame in held
    )  # fmt: skip
    dummies = _dummies(held, covariates)
    columns = [predictor, *mediators, outcome, *([moderator] if moderator else []), *products]
    rows = tuple(
        np.column_stack([*(numbers_of(frame[name]) for name in columns), *(extra[name] for name in extra)])
        for frame, extra in zip(made, dummies, strict=True)
    )
    extra = tuple(dummies[0])
    equations = _equations(outcome, predictor, tuple(mediators), serial, extra, moderator, path, tuple(products))
    paths: list[tuple[str, ...]] = []
    for size in range(1, len(mediators) + 1 if serial else 2):
        paths += combinations(mediators, size)
    levels = _levels(moderator, np.concatenate([numbers_of(f[moderator]) for f in held]), held) if moderator else ()
    return Design(
        made, rows, (*columns, *extra), keep, outcome, predictor, tuple(mediators), serial, extra, equations,
        tuple(paths), moderator, path, centres.get(moderator, np.nan), levels,
    )  # fmt: skip


def _check(frame: pd.DataFrame, mediators: Sequence[str], serial: bool, moderator: str) -> None:
    if not mediators:
        raise UnsuitableError("no mediator is named")
    most = MOST_SERIAL if serial else MOST_PARALLEL
    if len(mediators) > most:
        raise UnsuitableError(f"{len(mediators)} mediators are more than {most}, the most that can be looked at")
    if serial and len(mediators) < 2:
        raise UnsuitableError("mediators in series are two or more")
    if serial and moderator:
        raise UnsuitableError("mediators in series cannot be moderated here")
    for name in (*mediators, *([moderator] if moderator else [])):
        if is_category(frame[name]):
            role = "moderator" if name == moderator else "mediator"
            raise UnsuitableError(f"the {role} {name} holds categories, and a number is needed")


def _equations(
    outcome: str, predictor: str, mediators: tuple[str, ...], serial: bool, covariates: tuple[str, ...],
    moderator: str, path: str, products: tuple[str, ...],
) -> tuple[Equation, ...]:  # fmt: skip
    on_a = (moderator, *products) if moderator and path == "a" else ()
    on_b = (moderator, *products) if moderator and path == "b" else ()
    found = [
        Equation(name, (predictor, *(mediators[:i] if serial else ()), *on_a, *covariates))
        for i, name in enumerate(mediators)
    ]
    found.append(Equation(outcome, (predictor, *mediators, *on_b, *covariates)))
    if not moderator:
        found.append(Equation(outcome, (predictor, *covariates)))
    return tuple(found)


def _dummies(held: Sequence[pd.DataFrame], covariates: Sequence[str]) -> list[dict[str, npt.NDArray[np.float64]]]:
    """Covariates as columns, categories as 0/1 for each that occurs but the first, named as a regression names them."""
    made: list[dict[str, npt.NDArray[np.float64]]] = []
    for frame in held:
        columns: dict[str, npt.NDArray[np.float64]] = {}
        for name in covariates:
            if not is_category(frame[name]):
                columns[name] = numbers_of(frame[name])
                continue
            there = {str(value) for one in held for value in one[name].astype(object)}
            labels = [str(label) for label in pd.Categorical(held[0][name]).categories if str(label) in there]
            text = frame[name].astype(object).astype(str).to_numpy()
            columns |= {f"{name}[{label}]": (text == label).astype(np.float64) for label in labels[1:]}
        made.append(columns)
    return made


def _levels(name: str, values: npt.NDArray[np.float64], held: Sequence[pd.DataFrame]) -> tuple[Level, ...]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        raise UnsuitableError(f"{name} is constant among the complete cases")
    if ((values == low) | (values == high)).all():
        return tuple(Level(f"{name}={value:.12g}", value) for value in (low, high))
    mean = float(np.mean([numbers_of(frame[name]).mean() for frame in held]))
    sd = float(np.sqrt(np.mean([numbers_of(frame[name]).var(ddof=1) for frame in held])))
    return tuple(Level(term, value) for term, value in zip(NAMES, (mean - sd, mean, mean + sd), strict=True))
