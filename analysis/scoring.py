"""The one place where answers become scores: reversing, choices, scales, derived variables, one order of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.network.measures import measures
from survey.dataset.columns import CATEGORY_FIELDS, NUMBER_FIELDS, SECONDS, asked_of_respondents
from survey.dataset.harmonise import VERSION
from survey.dataset.model import Dataset
from survey.instrument import expressions
from survey.instrument.labels import codes, is_numeric, range_of, score_of
from survey.instrument.model import ChoiceFormat, Instrument, MultiChoice, Rank, Scale


@dataclass(frozen=True)
class Scored:
    """Scores of a data set, in an order of rows that depends on the values alone.

    dataset: as it was read. frame: index ``id``; float64 for scales, numeric items, multiple choices
    (``item.choice``), numeric fields, ``seconds_per_item``, measures of networks (``ties.size``) and derived
    variables; pandas' Categorical for items and fields that are categories, with an item's choices in the
    instrument's order. notes: for whoever reads the numbers.
    """

    dataset: Dataset
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    keyed: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @property
    def instrument(self) -> Instrument:
        """The instrument that asked for the answers."""
        return self.dataset.instrument

    def items(self, scale: str) -> pd.DataFrame:
        """Scored items of one scale (float64), reversed ones turned round; columns are ids without the minus.

        Only items that the data have; KeyError for a scale that the instrument does not have.
        """
        columns = {}
        for key in self.instrument.scales[scale].items:
            item = key.lstrip("-")
            if item in self.keyed.columns:
                column = self.keyed[item]
                columns[item] = reverse(self.instrument, item, column) if key.startswith("-") else column
        return pd.DataFrame(columns, index=self.keyed.index)

    @property
    def groups(self) -> npt.NDArray[np.str_] | None:
        """The group of each respondent, by the first field of type group that has two values or more; else None.

        Whoever has no group is one of their own. Resampling keeps groups whole, for their members are alike.
        """
        for name, declared in self.instrument.fields.items():
            if declared.type == "group" and name in self.frame.columns and self.frame[name].nunique() > 1:
                labels = self.frame[name].astype(object)
                alone = np.array([f"alone {i}" for i in range(len(labels))], dtype=object)
                return np.where(labels.isna(), alone, "group " + labels.astype(str)).astype(str)
        return None


def _of_versions(scale: Scale, respondents: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Who is scored by this key: everybody, or who answered one of the versions that the scale names."""
    if not scale.versions or VERSION not in respondents.columns:
        return np.ones(len(respondents), dtype=np.bool_)
    return respondents[VERSION].isin(scale.versions).to_numpy()


def reverse(instrument: Instrument, item: str, column: pd.Series) -> pd.Series:
    """Lowest + highest of the item's *declared* range, less the answer: the observed range would corrupt scores."""
    limits = range_of(instrument.format_of(item))
    if limits is None:
        raise ValueError(f"item {item} cannot be reversed: its format declares no range")
    return (limits[0] + limits[1]) - column


def score(dataset: Dataset, derive: Mapping[str, str] | None = None) -> Scored:
    """Score a data set: items, then scales, then derived variables in the order given.

    A choice counts its declared score. A scale of k items needs min_answered · k answers, and one at least; then
    ``mean`` is the mean of the answered and ``sum`` is that mean times k (prorated: the person's own mean stands in
    for what is missing). Else the score is missing. ``derive`` maps names to expressions over numeric variables.

    Raises ExpressionError (a ValueError) for an expression that cannot be read, KeyError for an unknown name in it.
    """
    instrument = dataset.instrument
    rows = canonical_order(dataset)
    respondents = dataset.respondents.iloc[rows]
    notes: list[str] = []
    columns: dict[str, pd.Series] = {}
    for item in asked_of_respondents(instrument):
        columns |= _item(instrument, item, respondents)
    for name, declared in instrument.fields.items():
        if name in respondents.columns and declared.type in NUMBER_FIELDS:
            columns[name] = respondents[name].astype(np.float64)
        elif name in respondents.columns and declared.type in CATEGORY_FIELDS:
            columns[name] = _category(respondents[name])
    if SECONDS in respondents.columns:
        columns[SECONDS] = respondents[SECONDS].astype(np.float64)
    for measure, column in measures(dataset).items():
        columns[str(measure)] = column.iloc[rows]
    keyed = pd.DataFrame(
        {name: column for name, column in columns.items() if column.dtype == np.float64 and name in instrument.items},
        index=respondents.index,
    )
    partial = Scored(dataset, keyed, (), keyed)
    for name, scale in instrument.scales.items():
        items = partial.items(name)
        absent = [key for key in scale.items if key.lstrip("-") not in items.columns]
        if absent:
            notes.append(f"{name} has no scores: the data have no column {', '.join(k.lstrip('-') for k in absent)}.")
            continue
        columns[name] = scale_score(items, scale).where(_of_versions(scale, respondents))
    frame = pd.DataFrame(columns, index=respondents.index)
    for name, text in (derive or {}).items():
        frame[name] = derived(text, frame)
    return Scored(dataset, frame, tuple(notes), keyed)


def scale_score(items: pd.DataFrame, scale: Scale) -> pd.Series:
    """Score of one scale from its items, reversed already (rows × k); missing below ``min_answered``.

    >>> items = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, np.nan]})
    >>> scale_score(items, Scale(label="s", items=["a", "b"], score="sum", min_answered=0.5)).tolist()
    [4.0, 4.0]
    """
    return pd.Series(scale_values(items.to_numpy(dtype=np.float64), scale), index=items.index)


def scale_values(values: npt.NDArray[np.float64], scale: Scale) -> npt.NDArray[np.float64]:
    """``scale_score`` on an array (n, k) of its items, reversed already; (n,)."""
    k = values.shape[1]
    gone = np.isnan(values)
    if not gone.any():
        total = values.sum(axis=1)
        return total / k * k if scale.score == "sum" else total / k
    answered = k - gone.sum(axis=1)
    # 1e-9 so that .75 of 8, which floating point may put a hair above 6, asks for 6.
    needed = max(1, ceil(scale.min_answered * k - 1e-9))
    with np.errstate(invalid="ignore"):
        mean = np.where(answered >= needed, np.nansum(values, axis=1) / np.maximum(answered, 1), np.nan)
    return mean * k if scale.score == "sum" else mean


def _item(instrument: Instrument, item: str, respondents: pd.DataFrame) -> dict[str, pd.Series]:
    """The variables that one item gives: a number, a category, or a 0/1 number a choice; none for dates and text."""
    answer_format = instrument.format_of(item)
    if isinstance(answer_format, MultiChoice | Rank):
        names = [f"{item}.{choice}" for choice in answer_format.choices]
        return {name: respondents[name].astype(np.float64) for name in names if name in respondents.columns}
    if item not in respondents.columns:
        return {}
    column = respondents[item]
    if isinstance(answer_format, ChoiceFormat):
        if not is_numeric(answer_format):
            choices = [str(code) for code in codes(answer_format)]
            return {item: pd.Series(pd.Categorical(column, categories=choices), index=column.index)}
        scores = {str(code): score_of(answer_format, code) for code in codes(answer_format)}
        return {item: column.map(scores).astype(np.float64)}
    return {item: column.astype(np.float64)} if is_numeric(answer_format) else {}


def _category(column: pd.Series) -> pd.Series:
    """A field of categories, sorted by number where all are numbers, else as text."""
    present = column.dropna()
    try:
        order = sorted(present.unique(), key=float)
    except (TypeError, ValueError):
        order = sorted(present.unique(), key=str)
    labels = [_plain(value) for value in order]
    text = column.map(dict(zip(order, labels, strict=True)))
    return pd.Series(pd.Categorical(text, categories=list(dict.fromkeys(labels))), index=column.index)


def _plain(value: object) -> str:
    """A code as text: 3.0 is '3', as it was written."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def derived(text: str, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Values of an expression over the columns of a frame; infinities (the logarithm of 0) count as missing."""
    expression = expressions.parse(text, functions=True)
    wanted = set(expression.names)
    known = {name: _array(frame[name]) for name in frame.columns if wanted & {name, name.partition(".")[0]}}
    values = np.array(expression.column(known), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def _array(column: pd.Series) -> npt.NDArray[np.generic]:
    """A column for expressions: float64, or objects with None for a missing category."""
    if column.dtype == np.float64:
        return column.to_numpy()
    values = column.astype(object).to_numpy(copy=True)
    values[column.isna().to_numpy()] = None
    return values


def canonical_order(dataset: Dataset) -> npt.NDArray[np.int64]:
    """Positions that put the rows into the one order that depends on their values and not on the file's.

    Sorted by the numeric items in the instrument's order, then by all else but the id; missing comes last. Rows that
    are alike in everything are interchangeable. Columns are taken a few at a time, for those rows only that are
    still tied.
    """
    respondents = dataset.respondents
    numeric = [item for item in dataset.instrument.items if item in respondents.columns]
    numeric.sort(key=lambda item: not pd.api.types.is_numeric_dtype(respondents[item].dtype))
    others = sorted(name for name in respondents.columns if name not in dataset.instrument.items)
    others = [n for n in others if n not in dataset.instrument.fields or dataset.instrument.fields[n].type != "id"]
    order = np.arange(len(respondents))
    group = np.zeros(len(respondents), dtype=np.int64)
    names = [*numeric, *others]
    for start in range(0, len(names), 6):
        tied = np.flatnonzero(np.bincount(group, minlength=len(order))[group] > 1)
        if not len(tied):
            break
        keys = [_sortable(respondents[name].iloc[order[tied]]) for name in names[start : start + 6]]
        ranked = np.lexsort((*reversed(keys), group[tied]))
        order[tied] = order[tied][ranked]
        keys = [key[ranked] for key in keys]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = group[1:] != group[:-1]
        differs = np.zeros(len(tied), dtype=np.bool_)
        for key in keys:
            differs[1:] |= key[1:] != key[:-1]
        new[tied] |= differs
        group = np.cumsum(new) - 1
    return order


def _sortable(column: pd.Series) -> npt.NDArray[np.generic]:
    """A column as something to sort: numbers with missing last, or ranks of text."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isnan(values), np.inf, values)
    ranks = pd.factorize(column.map(str, na_action="ignore"), sort=True)[0]
    return np.where(ranks < 0, len(ranks), ranks)
