"""Chained equations: each variable with gaps in turn is drawn given all the others, again and again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.imputation.draws import category_draw, match, posterior_draw
from analysis.imputation.recipe import Columns, Computed, Recipe, Variable, chosen, columns_of, descendants
from analysis.moments import Floats
from analysis.resample import one_thread

Places = npt.NDArray[np.int64]
MOST_FOR_CATEGORIES = 20
"""Predictors of a category at most; more would cost much and say little."""


@dataclass(frozen=True, eq=False)
class _Target:
    """One variable to impute: its observed rows, those to fill and all not observed; its predictors' places; what is
    computed from it, and the places of the columns that change with it.
    """

    variable: Variable
    seen: Places
    gaps: Places
    others: Places
    places: Places
    below: tuple[Computed, ...]
    changing: Places

    @cached_property
    def both(self) -> Places:
        """The places of a number's predictors and, last, its own."""
        return np.append(self.places, self.changing[0])


def chains(
    recipe: Recipe, imputations: int, seed: int, *, workers: int = 1, progress: Callable[[float], None] | None = None
) -> list[dict[str, Floats]]:
    """Impute ``imputations`` times; for each the values of the gaps of each variable, in the order of its rows.

    There is one random stream an imputation, so that the numbers are the same to the last bit for any number of
    workers (threads), and more imputations only add to those there. The gaps begin with draws from what was observed;
    a round of the chain visits the variables in turn, those with the fewest gaps first (van Buuren &
    Groothuis-Oudshoorn 2011, JSS 45(3)). progress: called with the share done.
    """
    columns = columns_of(recipe)
    targets = [_target(recipe, columns, variable) for variable in recipe.targets]
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(imputations)]
    tell = progress or (lambda share: None)

    def work(task: tuple[int, np.random.Generator]) -> dict[str, Floats]:
        tell(task[0] / imputations)
        return _chain(recipe, columns, targets, task[1])

    tasks = list(enumerate(streams))
    with one_thread():
        if workers <= 1:
            return [work(task) for task in tasks]
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(work, tasks))


def _target(recipe: Recipe, columns: Columns, variable: Variable) -> _Target:
    places = chosen(recipe, columns, variable)
    if variable.levels and len(places) > MOST_FOR_CATEGORIES:
        places = _strongest(columns, variable, places)
    names = descendants(recipe.computed, variable.name)
    seen = np.isfinite(variable.values)
    changing = [place for name in (variable.name, *names) for place in columns.of.get(name, ())]
    return _Target(
        variable, np.flatnonzero(seen), np.flatnonzero(variable.wanted), np.flatnonzero(~seen), places,
        tuple(one for one in recipe.computed if one.name in names), np.array(changing, dtype=np.int64),
    )  # fmt: skip


def _strongest(columns: Columns, variable: Variable, places: Places) -> Places:
    """The constant and the predictors that differ most between a variable's categories."""
    rows = np.isfinite(variable.values)
    x, codes = columns.start[rows][:, places[1:]], variable.values[rows]
    means = np.stack([x[codes == code].mean(axis=0) for code in np.unique(codes)])
    strength = np.ptp(means, axis=0)
    best = np.argsort(-strength, kind="stable")[: MOST_FOR_CATEGORIES - 1]
    return np.concatenate([places[:1], np.sort(places[1:][best])])


def _chain(recipe: Recipe, columns: Columns, targets: list[_Target], rng: np.random.Generator) -> dict[str, Floats]:
    """One imputation: values of the gaps of each target."""
    state = _State(recipe, columns)
    for target in targets:
        seen = target.variable.values[target.seen]
        state.put(target, seen[rng.integers(len(seen), size=len(target.gaps))])
    modes: dict[str, Floats] = {}
    for _ in range(recipe.iterations):
        for target in targets:
            if target.variable.levels:
                state.put(target, _draw_category(state, target, rng, modes))
            else:
                state.put(target, _draw_number(state, target, recipe.donors, rng))
    return {target.variable.name: state.values[target.variable.name][target.gaps] for target in targets}


class _State:
    """The completed data of one chain: raw values, the matrix of predictors, and its cross-products."""

    def __init__(self, recipe: Recipe, columns: Columns) -> None:
        self.columns = columns
        self.values = {one.name: one.values.copy() for one in recipe.variables}
        self.x = columns.start.copy()
        every = np.arange(len(self.x))
        for one in recipe.computed:
            self.values[one.name] = one.compute({name: self.values[name] for name in one.parents})
            columns.fill(one.name, self.values[one.name], self.x, every)
        self.products = self.x.T @ self.x

    def put(self, target: _Target, drawn: Floats) -> None:
        """Fill a variable's gaps, and compute again what depends on it, in those rows."""
        rows, name, changing = target.gaps, target.variable.name, target.changing
        before = self.x[rows]
        self.values[name][rows] = drawn
        self.columns.fill(name, drawn, self.x, rows)
        for one in target.below:
            made = one.compute({parent: self.values[parent][rows] for parent in one.parents})
            self.values[one.name][rows] = made
            self.columns.fill(one.name, made, self.x, rows)
        # The other rows are as they were: what these give to the sums changes, and nothing else.
        after = self.x[rows]
        fresh = self.products[:, changing] + (after.T @ after[:, changing] - before.T @ before[:, changing])
        self.products[:, changing] = fresh
        self.products[changing, :] = fresh.T


def _draw_number(state: _State, target: _Target, donors: int, rng: np.random.Generator) -> Floats:
    """Predictive mean matching: each gap gets the value of an observed case with a like prediction."""
    places, both = target.places, target.both
    # Sums over observed rows are those over all rows less those over the others, which are few.
    rest = state.x[target.others][:, both]
    products = state.products[both[:, None], both] - rest.T @ rest
    df = max(len(target.seen) - len(places), 1)
    coefficients = np.zeros((state.x.shape[1], 2))
    coefficients[places] = posterior_draw(products[:-1, :-1], products[-1, :-1], float(products[-1, -1]), df, rng)
    predicted = state.x @ coefficients
    donor = match(predicted[target.seen, 0], predicted[target.gaps, 1], donors, rng)
    return np.asarray(target.variable.values[target.seen[donor]])


def _draw_category(state: _State, target: _Target, rng: np.random.Generator, modes: dict[str, Floats]) -> Floats:
    """A category by its probability, from logistic or multinomial regression."""
    variable = target.variable
    x = state.x[:, target.places]
    codes = variable.values[target.seen].astype(np.int64)
    drawn, modes[variable.name] = category_draw(
        x[target.seen], codes, variable.levels, x[target.gaps], rng, modes.get(variable.name)
    )
    return drawn.astype(np.float64)
