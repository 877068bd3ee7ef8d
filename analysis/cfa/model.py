"""Measurement models: which loadings, covariances and means are free, in one group or several, and where they start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.moments import Floats

Places = npt.NDArray[np.intp]
LOADING, SLOPE, FACTOR, RESIDUAL, INTERCEPT, MEAN = range(6)
"""Matrices of a model: Λ (items on factors), B (factors on factors), Ψ, Θ, ν and α."""
SYMMETRIC = (FACTOR, RESIDUAL)


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a group's matrices: the matrix each is in, its row and column; of Ψ and Θ one of each symmetric pair."""

    matrix: Places
    row: Places
    column: Places

    def __len__(self) -> int:
        return len(self.matrix)


@dataclass(frozen=True, eq=False)
class Group:
    """One group's free cells and the parameter that each holds; ``fixed`` holds the values of all other cells."""

    cells: Cells
    parameter: Places
    fixed: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Model:
    """A model of items by factors over groups, its factors' variances at 1 (in the first group, where they are equal).

    Sigma = Λ A Ψ A' Λ' + Θ and mu = ν + Λ A α, with A = (I - B)^-1. Cells that hold one parameter are equal.
    items (p,) and factors (m,): names, those of a second order and of method last. groups: one entry a group. size:
    number of parameters. members: the items that each factor of the first order is measured by. higher, method: the
    names of the second-order factor and of the method factor, or ''.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    groups: tuple[Group, ...]
    size: int
    members: Mapping[str, tuple[str, ...]]
    higher: str = ""
    method: str = ""

    @property
    def first_order(self) -> tuple[str, ...]:
        """The factors that stand for the scales."""
        return tuple(self.members)


@dataclass(frozen=True)
class Equal:
    """What is held equal over the groups, and the items that are let go."""

    loadings: bool = False
    intercepts: bool = False
    residuals: bool = False
    free: frozenset[str] = frozenset()


class _Writer:
    """Numbers parameters as they are met; those with one key are one."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, ...], int] = {}

    def of(self, *key: object) -> int:
        return self.known.setdefault(key, len(self.known))


def measurement(
    scales: Mapping[str, Sequence[str]],
    *,
    higher: str = "",
    method: str = "",
    marked: Collection[str] = (),
    groups: int = 1,
    equal: Equal | None = None,
) -> Model:
    """The model in which each scale is a factor, measured by its items and by nothing else.

    scales: name to items. higher: the name of a second-order factor that the scales' factors load on, in place of
    their correlations. method: the name of a factor of the ``marked`` items, without correlation with the others.
    groups, equal: how many groups, and what is equal in all of them. As in ``lavaan::cfa(std.lv = TRUE)`` equal
    loadings free the factors' variances in the second group and after it, equal intercepts their means.

    Raises AnalysisError where an item stands in no scale, or twice in one.
    """
    equal = equal or Equal()
    items = tuple(dict.fromkeys(item for members in scales.values() for item in members))
    for name, members in scales.items():
        if len(set(members)) < len(members):
            raise AnalysisError(f"An item stands twice in '{name}'; each may stand there once.")
    if absent := [item for item in marked if item not in items]:
        raise AnalysisError(f"The method factor names {', '.join(absent)}, which is in no scale of the model.")
    first = tuple(scales)
    factors = (*first, *((higher,) if higher else ()), *((method,) if method else ()))
    if len(set(factors)) < len(factors) or set(factors) & set(items):
        raise AnalysisError("Scales, items and the factors that a model adds need names of their own.")
    writer = _Writer()
    held = [
        _group(writer, g, items, first, factors, scales, higher, method, [i for i in items if i in marked], equal)
        for g in range(groups)
    ]
    own = {name: tuple(members) for name, members in scales.items()}
    return Model(items, factors, tuple(held), len(writer.known), own, higher, method)


def _group(
    writer: _Writer,
    g: int,
    items: tuple[str, ...],
    first: tuple[str, ...],
    factors: tuple[str, ...],
    scales: Mapping[str, Sequence[str]],
    higher: str,
    method: str,
    marked: list[str],
    equal: Equal,
) -> Group:
    """The cells of one group; a parameter that is equal over groups is keyed without its group."""
    p, m = len(items), len(factors)
    at = {name: i for i, name in enumerate(items)}
    place = {name: i for i, name in enumerate(factors)}
    found: list[tuple[int, int, int, int]] = []

    def add(matrix: int, row: int, column: int, shared: bool = False) -> None:
        found.append((matrix, row, column, writer.of(matrix, row, column, "all" if shared else g)))

    for name in first:
        for item in scales[name]:
            add(LOADING, at[item], place[name], equal.loadings and item not in equal.free)
    for item in marked if method else ():
        add(LOADING, at[item], place[method], equal.loadings and item not in equal.free)
    for name in first if higher else ():
        add(SLOPE, place[name], place[higher], equal.loadings)
    for i, item in enumerate(items):
        add(RESIDUAL, i, i, equal.residuals and item not in equal.free)
    released = equal.loadings and g > 0
    for name in factors:
        if released:
            add(FACTOR, place[name], place[name])
    for i in range(len(first) if not higher else 0):
        for j in range(i):
            add(FACTOR, i, j)
    for i, item in enumerate(items):
        add(INTERCEPT, i, 0, equal.intercepts and item not in equal.free)
    for name in factors if equal.intercepts and g > 0 else ():
        # of a hierarchy the means of the first order are freed, and the one above stays at 0
        if name != higher:
            add(MEAN, place[name], 0)
    fixed = (np.zeros((p, m)), np.zeros((m, m)), np.eye(m), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((m, 1)))
    matrix, row, column, parameter = (np.array(part, dtype=np.intp) for part in zip(*found, strict=True))
    return Group(Cells(matrix, row, column), parameter, fixed)


def longitudinal(scales: Mapping[str, Sequence[str]], waves: Sequence[str], equal: Equal | None = None) -> Model:
    """The same scales in several waves, in one group: items and factors are called ``item@wave`` and ``scale@wave``.

    All factors correlate, and so do the residuals of one item in any two waves. What is equal, is so over the waves:
    equal loadings free the factors' variances after the first wave, equal intercepts their means, as in groups.
    """
    equal = equal or Equal()
    base = tuple(dict.fromkeys(item for members in scales.values() for item in members))
    items = tuple(f"{item}@{wave}" for wave in waves for item in base)
    factors = tuple(f"{name}@{wave}" for wave in waves for name in scales)
    at, place = ({name: i for i, name in enumerate(names)} for names in (items, factors))
    writer = _Writer()
    found: list[tuple[int, int, int, int]] = []

    def add(matrix: int, row: int, column: int, *key: object) -> None:
        found.append((matrix, row, column, writer.of(matrix, *key)))

    def own(tied: bool, item: str, wave: str) -> str:
        return "all" if tied and item not in equal.free else wave

    for wave in waves:
        for name, members in scales.items():
            for item in members:
                where = at[f"{item}@{wave}"], place[f"{name}@{wave}"]
                add(LOADING, *where, name, item, own(equal.loadings, item, wave))
            if equal.intercepts and wave != waves[0]:
                add(MEAN, place[f"{name}@{wave}"], 0, name, wave)
        for item in base:
            i = at[f"{item}@{wave}"]
            add(RESIDUAL, i, i, item, own(equal.residuals, item, wave))
            add(INTERCEPT, i, 0, item, own(equal.intercepts, item, wave))
    for item in base:
        for j, wave in enumerate(waves):
            for before in waves[:j]:
                add(RESIDUAL, at[f"{item}@{wave}"], at[f"{item}@{before}"], item, before, wave)
    for i, name in enumerate(factors):
        if equal.loadings and i >= len(scales):
            add(FACTOR, i, i, name)
        for j in range(i):
            add(FACTOR, i, j, name, factors[j])
    p, m = len(items), len(factors)
    fixed = (np.zeros((p, m)), np.zeros((m, m)), np.eye(m), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((m, 1)))
    matrix, row, column, parameter = (np.array(part, dtype=np.intp) for part in zip(*found, strict=True))
    members_ = {f"{name}@{wave}": tuple(f"{i}@{wave}" for i in scales[name]) for wave in waves for name in scales}
    group = Group(Cells(matrix, row, column), parameter, fixed)
    return Model(items, factors, (group,), len(writer.known), members_)


def independence(items: Sequence[str], groups: int = 1) -> Model:
    """The baseline of fit indices: items without any covariance, variances and means free in every group."""
    p = len(items)
    held = []
    fixed = (np.zeros((p, 1)), np.zeros((1, 1)), np.eye(1), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((1, 1)))
    rows = np.arange(p)
    for g in range(groups):
        cells = Cells(
            np.repeat([RESIDUAL, INTERCEPT], p), np.tile(rows, 2), np.concatenate([rows, np.zeros(p, dtype=np.intp)])
        )
        held.append(Group(cells, np.arange(2 * p) + 2 * p * g, fixed))
    return Model(tuple(items), ("none",), tuple(held), 2 * p * groups, {})


def saturated(items: Sequence[str]) -> Model:
    """All variances, covariances and means of the items, in one group."""
    p = len(items)
    row, column = np.tril_indices(p)
    fixed = (np.zeros((p, 1)), np.zeros((1, 1)), np.eye(1), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((1, 1)))
    cells = Cells(
        np.concatenate([np.full(len(row), RESIDUAL), np.full(p, INTERCEPT)]),
        np.concatenate([row, np.arange(p)]),
        np.concatenate([column, np.zeros(p, dtype=np.intp)]),
    )
    return Model(tuple(items), ("none",), (Group(cells, np.arange(len(cells)), fixed),), len(cells), {})


def others(model: Model, group: Group) -> Cells:
    """The loadings and residual covariances that a model fixes at 0: what modification indices ask about."""
    cells = group.cells
    taken = set(zip(cells.matrix.tolist(), cells.row.tolist(), cells.column.tolist(), strict=True))
    first = [model.factors.index(name) for name in model.first_order]
    found = [(LOADING, i, j) for j in first for i in range(len(model.items)) if (LOADING, i, j) not in taken]
    p = len(model.items)
    found += [(RESIDUAL, i, j) for j in range(p) for i in range(j + 1, p) if (RESIDUAL, i, j) not in taken]
    parts = np.array(found, dtype=np.intp).reshape(-1, 3).T
    return Cells(parts[0], parts[1], parts[2])
