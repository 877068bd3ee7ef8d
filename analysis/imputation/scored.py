"""From scored answers to an imputation model, and from its chains back to completed scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.imputation.recipe import Computed, Recipe, Values, Variable, descendants
from analysis.moments import Floats
from analysis.scoring import Scored, derived, scale_values
from survey.dataset.missing import Missing
from survey.instrument import expressions
from survey.instrument.labels import range_of

BESIDE = (Missing.NOT_SHOWN.value, Missing.DOES_NOT_APPLY.value)
"""Reasons that leave nothing to impute: the question did not apply to the respondent."""
MOST_LEVELS = 12
"""A category of more levels (a team, a school) is neither imputed nor a predictor."""
Product = tuple[str, str, str]
"""A variable, and two whose product helps to predict it: of a model with an interaction, or a square."""


class Ancestry:
    """What each variable of a plan is computed from."""

    def __init__(self, scored: Scored, derive: Mapping[str, str]) -> None:
        self.scored, self.derive = scored, derive
        self.scales = {
            name: tuple(key.lstrip("-") for key in scale.items)
            for name, scale in scored.instrument.scales.items()
            if name in scored.frame.columns
        }

    def parents(self, name: str) -> tuple[str, ...]:
        """Variables that one is computed from; none of one that was asked for."""
        if name in self.derive:
            columns = [str(column) for column in self.scored.frame.columns]
            found = []
            for part in expressions.parse(self.derive[name], functions=True).names:
                found += [c for c in columns if c == part] or [c for c in columns if c.partition(".")[0] == part]
            return tuple(dict.fromkeys(found))
        return self.scales.get(name, ())

    def asked(self, names: Iterable[str]) -> tuple[str, ...]:
        """The variables asked for behind some names, in the order of the data."""
        found: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            above = self.parents(name)
            todo += above
            if not above and name in self.scored.frame.columns:
                found.add(name)
        return tuple(str(name) for name in self.scored.frame.columns if name in found)


def recipe_of(
    scored: Scored, derive: Mapping[str, str], model: Sequence[str], also: Sequence[str] = (),
    products: Sequence[Product] = (), *, donors: int = 5, iterations: int = 10,
) -> Recipe:  # fmt: skip
    """The imputation model for scored answers.

    model: variables of the planned analyses that relate variables, and auxiliary ones: each gap is predicted from all
        of them that are not computed from it. also: what else is to be without gaps. derive: expressions by name.
    products: for a model with an interaction of x and w upon y: (y, x, w), (x, y, w) and (w, y, x).

    Items are imputed, not scores: an item from the other items of its scales and the scores of all other scales
    (Gottschall, West & Enders 2012); scores and derived variables are computed anew at every step.
    """
    tree = Ancestry(scored, derive)
    usable = [name for name in dict.fromkeys([*model, *also]) if name in scored.frame.columns]
    asked = tree.asked([*usable, *(part for product in products for part in product)])
    variables = tuple(v for name in asked if (v := _variable(scored, name)) is not None)
    known = {one.name for one in variables}
    computed = [
        _scale(scored, name, items) for name, items in tree.scales.items() if set(items) <= known and set(items)
    ]
    made = known | {one.name for one in computed}
    for name in derive:
        if name in scored.frame.columns and (above := tree.parents(name)) and set(above) <= made:
            computed.append(_derived(name, derive[name], above, variables))
            made.add(name)
    pairs = {_product_name(a, b): (a, b) for _, a, b in products if {a, b} <= made}
    computed += [Computed(name, tuple(dict.fromkeys(pair)), _times(*pair)) for name, pair in pairs.items()]
    predictors = {}
    for one in variables:
        below = descendants(computed, one.name)
        own = [item for items in tree.scales.values() if one.name in items for item in items]
        helped = [_product_name(a, b) for y, a, b in products if one.name in tree.asked([y])]
        names = dict.fromkeys([*own, *(name for name in model if name in made), *helped])
        predictors[one.name] = tuple(
            name for name in names if name != one.name and name not in below and name in made | pairs.keys()
        )
    return Recipe(variables, tuple(computed), predictors, donors, iterations)


def _variable(scored: Scored, name: str) -> Variable | None:
    """A variable asked for; None for a category with too many levels."""
    column = scored.frame[name]
    beside = None
    reasons = scored.dataset.missing
    if (item := name.partition(".")[0]) in reasons.columns:
        beside = reasons[item].reindex(scored.frame.index).isin(BESIDE).to_numpy()
    if (network := name.partition(".")[0]) in scored.instrument.networks:
        # Where the size is known, a measure that is not there does not exist: nothing is to be imputed.
        beside = scored.frame[f"{network}.size"].notna().to_numpy()
    if column.dtype == np.float64:
        values = column.to_numpy()
        return Variable(name, np.where(np.isfinite(values), values, np.nan), 0, beside)
    codes = np.asarray(column.cat.codes, dtype=np.float64)
    labels = tuple(str(label) for label in column.cat.categories)
    if not 1 < len(labels) <= MOST_LEVELS:
        return None
    return Variable(name, np.where(codes < 0, np.nan, codes), len(labels), beside, labels)


def _scale(scored: Scored, name: str, items: tuple[str, ...]) -> Computed:
    """The score of a scale from its items."""
    scale = scored.instrument.scales[name]
    turned: list[tuple[str, float | None]] = []
    for key in scale.items:
        limits = range_of(scored.instrument.format_of(key.lstrip("-"))) if key.startswith("-") else None
        turned.append((key.lstrip("-"), None if limits is None else limits[0] + limits[1]))

    def compute(values: Values) -> Floats:
        columns = [values[item] if total is None else total - values[item] for item, total in turned]
        return scale_values(np.column_stack(columns), scale)

    return Computed(name, items, compute)


def _derived(name: str, text: str, parents: tuple[str, ...], variables: Sequence[Variable]) -> Computed:
    """A derived variable; categories take part by their labels."""
    expression = expressions.parse(text, functions=True)
    kinds = {one.name: one for one in variables if one.levels}

    def compute(values: Values) -> Floats:
        columns: dict[str, npt.NDArray[np.generic]] = {}
        for parent in parents:
            columns[parent] = _labels(values[parent], kinds[parent]) if parent in kinds else values[parent]
        made = np.array(expression.column(columns), dtype=np.float64)
        return np.where(np.isfinite(made), made, np.nan)

    return Computed(name, parents, compute)


def _labels(codes: Floats, variable: Variable) -> npt.NDArray[np.generic]:
    """Codes of a category as its labels, None where missing."""
    labels = np.array([*variable.labels, None], dtype=object)
    return np.asarray(labels[np.where(np.isfinite(codes), codes, -1).astype(np.int64)])


def _product_name(a: str, b: str) -> str:
    return f"{a}*{b}"


def _times(a: str, b: str) -> Callable[[Values], Floats]:
    return lambda values: values[a] * values[b]


def completed(
    scored: Scored, derive: Mapping[str, str], recipe: Recipe, drawn: Mapping[str, Floats]
) -> Scored:  # fmt: skip
    """Scores of one imputed data set: gaps filled, scales scored from complete items, derived variables anew."""
    frame = {str(name): scored.frame[name] for name in scored.frame.columns}
    keyed = {str(name): scored.keyed[name] for name in scored.keyed.columns}
    index = scored.frame.index
    for one in recipe.targets:
        values = one.values.copy()
        values[one.wanted] = drawn[one.name]
        if one.levels:
            codes = np.where(np.isfinite(values), values, -1).astype(np.int64)
            whole_column = pd.Categorical.from_codes(codes, categories=scored.frame[one.name].cat.categories)
            frame[one.name] = pd.Series(whole_column, index=index)
            continue
        frame[one.name] = pd.Series(values, index=index)
        if one.name in keyed:
            keyed[one.name] = frame[one.name]
    touched = {one.name for one in recipe.targets}
    new_keyed = pd.DataFrame(keyed, index=index)
    known = {str(name): new_keyed[name].to_numpy() for name in new_keyed.columns}
    for name, scale in scored.instrument.scales.items():
        items = tuple(key.lstrip("-") for key in scale.items)
        if name in frame and touched & set(items):
            frame[name] = pd.Series(_scale(scored, name, items).compute(known), index=index)
    whole = pd.DataFrame(frame, index=index)
    for name, text in derive.items():
        whole[name] = derived(text, whole)
    return Scored(scored.dataset, whole, scored.notes, new_keyed)
