"""What is imputed, and from what: variables, what is computed from them, and the predictors of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.moments import Floats

Mask = npt.NDArray[np.bool_]
Values = Mapping[str, Floats]
CASES_PER_PREDICTOR = 3
"""So many observed cases a predictor at least; of more predictors the strongest are kept."""
SAME = 1e-10


@dataclass(frozen=True, eq=False)
class Variable:
    """A variable that was asked for.

    values: (n,) numbers, or codes from 0 of a category with ``levels``; NaN where missing.
    beside: (n,) true where there is nothing to impute, for the question did not apply; such cells stay missing.
    labels: of the levels, where something is computed from them.
    """

    name: str
    values: Floats
    levels: int = 0
    beside: Mask | None = None
    labels: tuple[str, ...] = ()

    @property
    def wanted(self) -> Mask:
        """Cells to impute, (n,)."""
        gone = np.isnan(self.values)
        return gone if self.beside is None else gone & ~self.beside


@dataclass(frozen=True, eq=False)
class Computed:
    """A variable that is computed from others, again whenever they are imputed (passive imputation).

    parents: names of variables, or of computed ones above it. compute: from arrays of some rows to an array.
    """

    name: str
    parents: tuple[str, ...]
    compute: Callable[[Values], Floats]


@dataclass(frozen=True, eq=False)
class Recipe:
    """An imputation model.

    variables: in the order in which they are imputed. computed: each after its parents. predictors: names that predict
    each variable with something to impute. donors: of matching. iterations: of the chain.
    """

    variables: tuple[Variable, ...]
    computed: tuple[Computed, ...]
    predictors: Mapping[str, tuple[str, ...]]
    donors: int = 5
    iterations: int = 10

    @property
    def targets(self) -> tuple[Variable, ...]:
        """Variables with something to impute and something to learn from, those with the fewest gaps first."""
        some = [v for v in self.variables if v.wanted.any() and np.isfinite(v.values).any()]
        return tuple(sorted(some, key=lambda v: int(v.wanted.sum())))


def descendants(computed: Sequence[Computed], name: str) -> tuple[str, ...]:
    """What is computed from a variable, directly or by way of others, in order."""
    below = {name}
    found = []
    for one in computed:
        if below & set(one.parents):
            below.add(one.name)
            found.append(one.name)
    return tuple(found)


def first_values(recipe: Recipe) -> dict[str, Floats]:
    """Every variable with gaps filled by the mean (or the commonest category), and what is computed from them.

    Used to choose predictors, and to centre and scale them: no chance in it.
    """
    values: dict[str, Floats] = {}
    for one in recipe.variables:
        seen = one.values[np.isfinite(one.values)]
        fill = 0.0 if not len(seen) else float(np.bincount(seen.astype(int)).argmax()) if one.levels else seen.mean()
        values[one.name] = np.where(one.wanted, fill, one.values)
    for made in recipe.computed:
        values[made.name] = made.compute({name: values[name] for name in made.parents})
    return values


@dataclass(frozen=True, eq=False)
class Columns:
    """The predictors as columns of one matrix: place 0 is the constant.

    of: the places of each name. centre, scale: what a number is standardised by. level: the category of a 0/1 column,
    -1 for numbers. beside: for each name with cells that do not apply, the place of its 0/1 column that says so.
    start: (n, P) as the gaps were first filled.
    """

    of: Mapping[str, tuple[int, ...]]
    centre: Floats
    scale: Floats
    level: npt.NDArray[np.int64]
    beside: Mapping[str, int]
    start: Floats

    def fill(self, name: str, values: Floats, into: Floats, rows: npt.NDArray[np.int64]) -> None:
        """Write a variable's values of some rows into a matrix (n, P); what does not exist counts as average."""
        for place in self.of.get(name, ()):
            column = (
                np.where(np.isfinite(values), values == self.level[place], np.nan) if self.level[place] >= 0 else values
            )
            filled = (column - self.centre[place]) / self.scale[place]
            filled[~np.isfinite(filled)] = 0.0
            into[rows, place] = filled


def columns_of(recipe: Recipe) -> Columns:
    """Lay out the matrix of predictors."""
    values = first_values(recipe)
    levels = {one.name: one.levels for one in recipe.variables}
    n = len(next(iter(values.values())))
    of: dict[str, tuple[int, ...]] = {}
    beside: dict[str, int] = {}
    made: list[Floats] = [np.ones(n)]
    centre, scale, level = [0.0], [1.0], [-1]

    def add(column: Floats, code: int) -> int:
        known = column[np.isfinite(column)]
        spread = float(known.std()) if len(known) else 0.0
        centre.append(float(known.mean()) if len(known) else 0.0)
        scale.append(spread if spread > 0 else 1.0)
        level.append(code)
        made.append(np.where(np.isfinite(column), (column - centre[-1]) / scale[-1], 0.0))
        return len(made) - 1

    for name, column in values.items():
        known = np.isfinite(column)
        if levels.get(name):
            places = [add(np.where(known, column == code, np.nan), code) for code in range(1, levels[name])]
        else:
            places = [add(column, -1)]
        of[name] = tuple(places)
        if known.any() and not known.all() and (gap := _new(np.where(known, 0.0, 1.0), made)) is not None:
            beside[name] = add(gap, -1)
    start = np.column_stack(made)
    return Columns(of, np.array(centre), np.array(scale), np.array(level), beside, start)


def _new(column: Floats, made: list[Floats]) -> Floats | None:
    """A 0/1 column, unless one that says the same is there."""
    turned = (column - column.mean()) / column.std()
    same = any(abs(abs(float(turned @ other)) / len(column) - 1) < SAME for other in made[1:])
    return None if same else column


def chosen(recipe: Recipe, columns: Columns, target: Variable) -> npt.NDArray[np.int64]:
    """The places of a variable's predictors, the constant first; only the strongest where there are too many."""
    names = recipe.predictors[target.name]
    places = [place for name in names for place in columns.of.get(name, ())]
    places += sorted({columns.beside[name] for name in names if name in columns.beside})
    rows = np.isfinite(target.values)
    x = columns.start[rows][:, places]
    spread = x.std(axis=0)
    varies = [i for i in range(len(places)) if spread[i] > 1e-8]
    most = max(1, int(rows.sum()) // CASES_PER_PREDICTOR)
    if len(varies) > most:
        y = target.values[rows]
        outcomes = [y == code for code in range(1, target.levels)] if target.levels else [y]
        strength = np.zeros(len(places))
        for outcome in outcomes:
            apart = outcome - np.mean(outcome)
            with np.errstate(invalid="ignore", divide="ignore"):
                strength = np.fmax(strength, np.abs((x - x.mean(axis=0)).T @ apart) / spread)
        varies = sorted(sorted(varies, key=lambda i: (-strength[i], i))[:most])
    return np.array([0, *(places[i] for i in varies)], dtype=np.int64)
