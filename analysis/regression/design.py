"""From a frame and names of variables to the columns of a regression: complete cases, categories as 0/1 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import UnsuitableError

Vector = npt.NDArray[np.float64]
Errors = str | Mapping[str, str]
"""Standard errors, as ``ERRORS`` writes them."""
ERRORS = {"classical": "'classical'", "HC3": "'HC3'", "cluster": "{'cluster': column}", "cr2": "{'cr2': column}"}
TILE = 8192
"""Rows worked on at a time: ten columns of them fit a processor's second cache."""


@dataclass(frozen=True)
class Design:
    """The columns of one regression, before any arithmetic.

    terms: names of the predictors' columns, in order; ``gender[female]`` for a category.
    ends: for each block, how many columns it and the blocks before it have.
    columns: one array a term and the outcome last, each of the frame's length (numbers or 0/1).
    keep: which rows are complete; None where all are.
    n, dropped: complete rows, and rows left out.
    clusters, n_clusters: codes 0 … G − 1 of the complete rows, where errors are clustered.
    """

    outcome: str
    terms: tuple[str, ...]
    ends: tuple[int, ...]
    columns: tuple[npt.NDArray[np.generic], ...]
    keep: npt.NDArray[np.bool_] | None
    n: int
    dropped: int
    clusters: npt.NDArray[np.int64] | None
    n_clusters: int
    references: Mapping[str, str]
    notes: tuple[str, ...]


def cluster_of(errors: Errors) -> str | None:
    """The column that errors are clustered by, where they are."""
    return None if isinstance(errors, str) else next(iter(errors.values()), None)


def errors_and_cluster(errors: Errors, known: Sequence[str] = tuple(ERRORS)) -> tuple[str, str | None]:
    """Kind of errors and the column of the clusters; raises ValueError where they are none of those known."""
    name = errors if isinstance(errors, str) else ", ".join(errors)
    cluster = cluster_of(errors)
    if name not in known or (cluster is None) != (name in ("classical", "HC3")):
        raise ValueError(f"errors must be {' or '.join(ERRORS[one] for one in known)}, not {errors!r}")
    return name, cluster


def is_category(column: pd.Series) -> bool:
    """Whether a column holds categories (text or pandas' Categorical) and not numbers."""
    return not pd.api.types.is_numeric_dtype(column.dtype)


def _categorical(column: pd.Series) -> pd.Categorical:
    """A column of categories, or of text, as pandas' Categorical."""
    return column.array if isinstance(column.array, pd.Categorical) else pd.Categorical(column)


def _groups(column: pd.Series) -> npt.NDArray[np.integer]:
    """A number for each group of a column, -1 where none is known."""
    if isinstance(column.array, pd.Categorical):
        return np.asarray(column.array.codes)
    return pd.factorize(column, sort=True)[0]


def numbers_of(column: pd.Series) -> Vector:
    """A column of numbers as float64, without a copy where it is that already."""
    if isinstance(column.dtype, np.dtype) and column.dtype == np.float64:
        return column.to_numpy()
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def complete(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> tuple[list[pd.DataFrame], npt.NDArray[np.bool_]]:
    """Frames of some variables with the rows in which each has a finite number or a category in every one of them.

    Beside them which rows those are. Raises UnsuitableError for a variable that is not there.
    """
    names = list(dict.fromkeys(names))
    if absent := [name for name in names if name not in frames[0].columns]:
        raise UnsuitableError(f"there is no variable {absent[0]} in the data")
    keep = np.ones(len(frames[0]), dtype=np.bool_)
    for frame in frames:
        for name in names:
            column = frame[name]
            if is_category(column):
                keep &= column.notna().to_numpy(dtype=np.bool_)
            else:
                keep &= np.isfinite(numbers_of(column))
    held = [frame[names] for frame in frames]
    return held if keep.all() else [frame[keep] for frame in held], keep


def build(frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], cluster: str | None) -> Design:
    """Columns of the model; raises ``UnsuitableError`` where the names or the data cannot carry one.

    Rows with a missing (or infinite) value in any variable of the model, the cluster included, are left out.
    """
    predictors = [name for block in blocks for name in block]
    _check_names(frame, outcome, blocks, predictors, cluster)
    numeric = [name for name in predictors if not is_category(frame[name])]
    categories = {name: _categorical(frame[name]) for name in predictors if is_category(frame[name])}
    groups = None if cluster is None else _groups(frame[cluster])
    numbers = {name: numbers_of(frame[name]) for name in [*numeric, outcome]}
    codes = [np.asarray(column.codes) for column in categories.values()]
    keep = _complete(list(numbers.values()), codes if groups is None else [*codes, groups])
    n = len(frame) if keep is None else int(keep.sum())

    terms: list[str] = []
    columns: list[npt.NDArray[np.generic]] = []
    ends: list[int] = []
    notes: list[str] = []
    references: dict[str, str] = {}
    for block in blocks:
        for name in block:
            if name in categories:
                names, arrays, references[name] = _dummies(name, categories[name], keep, notes)
                terms += names
                columns += arrays
            else:
                terms.append(name)
                columns.append(numbers[name])
        ends.append(len(terms))
    clusters, n_clusters = None, 0
    if groups is not None:
        found, dense = np.unique(groups if keep is None else groups[keep], return_inverse=True)
        clusters, n_clusters = dense.astype(np.int64), len(found)
    dropped = len(frame) - n
    return Design(
        outcome, tuple(terms), tuple(ends), (*columns, numbers[outcome]), keep, n, dropped, clusters, n_clusters,
        references, tuple(notes),
    )  # fmt: skip


def build_for(frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], cluster: str | None) -> Design:
    """The same for a model with errors clustered by a column, of which there must be two at least."""
    design = build(frame, outcome, blocks, cluster)
    if cluster is not None and design.n_clusters < 2:
        there = f"is {design.n_clusters}" if design.n_clusters else "are none"
        raise UnsuitableError(f"errors clustered by {cluster} need two clusters, and there {there}")
    return design


def _check_names(
    frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], predictors: list[str], cluster: str | None
) -> None:
    """Every name must be there once, and the outcome a number."""
    if not predictors:
        raise UnsuitableError("no predictor is named")
    if any(not block for block in blocks):
        raise UnsuitableError("a block has no predictors")
    for name in [outcome, *predictors, *([] if cluster is None else [cluster])]:
        if name not in frame.columns:
            raise UnsuitableError(f"there is no variable {name} in the data")
    if outcome in predictors:
        raise UnsuitableError(f"{outcome} is both the outcome and a predictor")
    twice = sorted({name for name in predictors if predictors.count(name) > 1})
    if twice:
        raise UnsuitableError(f"{', '.join(twice)} is named more than once among the predictors")
    if is_category(frame[outcome]):
        raise UnsuitableError(f"the outcome {outcome} holds categories, and a regression needs numbers")


def _complete(numbers: list[Vector], codes: Sequence[npt.NDArray[np.integer]]) -> npt.NDArray[np.bool_] | None:
    """Which rows have a finite number and a category everywhere; None where all have."""
    n = len(numbers[0])
    keep = np.ones(n, dtype=np.bool_)
    for start in range(0, n, TILE):
        rows = slice(start, start + TILE)
        total = np.zeros(len(keep[rows]))
        for column in numbers:
            # 0 × x is 0 for a number and not a number for nan and infinities: one sum finds all of them.
            with np.errstate(invalid="ignore"):
                total += column[rows] * 0.0
        np.isfinite(total, out=keep[rows])
    for code in codes:
        keep &= code >= 0
    return None if keep.all() else keep


def _dummies(
    name: str, column: pd.Categorical, keep: npt.NDArray[np.bool_] | None, notes: list[str]
) -> tuple[list[str], list[npt.NDArray[np.generic]], str]:
    """A 0/1 column for every category that occurs but the first; what was left out goes into ``notes``."""
    codes = np.asarray(column.codes)
    counts = np.bincount(codes[codes >= 0] if keep is None else codes[keep], minlength=len(column.categories))
    labels = [str(category) for category in column.categories]
    present = [index for index, count in enumerate(counts) if count]
    if len(present) < 2:
        only = f"only {labels[present[0]]} occurs" if present else "no category occurs"
        raise UnsuitableError(f"{name} is constant among the complete cases ({only})")
    absent = [label for label, count in zip(labels, counts, strict=True) if not count]
    if absent:
        notes.append(f"{name}: left out, as no complete case has it: {', '.join(absent)}.")
    reference = labels[present[0]]
    names = [f"{name}[{labels[index]}]" for index in present[1:]]
    arrays: list[npt.NDArray[np.generic]] = [(codes == index).view(np.uint8) for index in present[1:]]
    return names, arrays, reference
