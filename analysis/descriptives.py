"""Descriptive statistics of columns of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.moments import Floats, as_matrix
from analysis.names import NOT_APPLICABLE, POOLED
from analysis.result import NotApplicable, Number


@dataclass(frozen=True)
class Description:
    """One variable: how many values, how many are missing, and its distribution, in its own units.

    sd has divisor n - 1. skew and kurtosis are the bias-corrected G1 and G2 (0 for a normal distribution). NaN where
    there are too few values or no variance. df, riv, fmi: of a mean pooled over imputations, else NaN.
    """

    variable: str
    n: int
    missing: int
    mean: float
    sd: float
    median: float
    min: float
    max: float
    skew: float
    kurtosis: float
    df: float = math.nan
    riv: float = math.nan
    fmi: float = math.nan


STATISTICS = tuple(field.name for field in fields(Description) if field.name not in ("variable", *POOLED))


@dataclass(frozen=True)
class Descriptives:
    """Descriptive statistics of one or more variables; ``notes`` says why a number is NaN."""

    kind: ClassVar[str] = "descriptives"

    variables: tuple[Description, ...]
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """Every statistic of every variable; the target is the variable and the term is empty.

        A variable without a value has its n, its missing and 'not_applicable'.
        """
        found = []
        for one in self.variables:
            names = STATISTICS if one.n else ("n", "missing", NOT_APPLICABLE)
            found += [Number(one.variable, "", name, float(getattr(one, name, math.nan))) for name in names]
            pooled = [(name, float(getattr(one, name))) for name in POOLED]
            found += [Number(one.variable, "", name, value) for name, value in pooled if not math.isnan(value)]
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a variable: variable, n, missing, mean, sd, median, min, max, skew, kurtosis."""
        return pd.DataFrame([vars(one) for one in self.variables], columns=["variable", *STATISTICS])


def skewness(values: Floats) -> float:
    """Bias-corrected skewness G1 of values (n,) without missing ones; NaN with n < 3 or no variance.

    G1 = n sqrt(n - 1) / (n - 2) * sum(d^3) / sum(d^2)^1.5 with d the deviations from the mean (Joanes & Gill 1998);
    as ``psych::describe(type = 2)``.
    """
    n = len(values)
    if n < 3 or values.min() == values.max():
        return float("nan")
    d = _scaled(values)
    return float(n * np.sqrt(n - 1) / (n - 2) * np.sum(d**3) / np.sum(d**2) ** 1.5)


def kurtosis(values: Floats) -> float:
    """Bias-corrected excess kurtosis G2 of values (n,) without missing ones; NaN with n < 4 or no variance.

    G2 = n (n + 1) (n - 1) / ((n - 2)(n - 3)) * sum(d^4) / sum(d^2)^2 - 3 (n - 1)^2 / ((n - 2)(n - 3)) (Joanes & Gill
    1998); as ``psych::describe(type = 2)``.
    """
    n = len(values)
    if n < 4 or values.min() == values.max():
        return float("nan")
    d = _scaled(values)
    ratio = float(np.sum(d**4) / np.sum(d**2) ** 2)
    return n * (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * ratio - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _scaled(values: Floats) -> Floats:
    """Deviations from the mean, in units of the largest, so that no power of them overflows."""
    d = values - values.mean()
    return d / np.abs(d).max()


def descriptives(frame: pd.DataFrame) -> Descriptives | NotApplicable:
    """Describe each column of numbers; a missing cell is left out of its own column alone.

    frame: (n, k); NaN and infinite cells count as missing. Columns that are not numbers are named in a note.
    Returns Descriptives, or NotApplicable where there is no column of numbers.

    >>> descriptives(pd.DataFrame({"x": [1.0, 2.0, 4.0, None]})).frame()[["n", "missing", "mean"]].values.tolist()
    [[3.0, 1.0, 2.3333333333333335]]
    """
    found, notes = [], []
    for position, name in enumerate(frame.columns):
        try:
            matrix, _ = as_matrix(frame.iloc[:, [position]])
        except AnalysisError:
            notes.append(f"{name} is left out, because it holds something that is not a number.")
            continue
        one, note = _describe(str(name), matrix[:, 0])
        found.append(one)
        if note:
            notes.append(note)
    if not found:
        return NotApplicable("descriptives", "", "there is no variable of numbers", tuple(notes))
    return Descriptives(tuple(found), tuple(notes))


def _describe(name: str, column: Floats) -> tuple[Description, str]:
    values = column[np.isfinite(column)]
    n, missing = len(values), len(column) - len(values)
    nan = float("nan")
    if n == 0:
        return Description(
            name, 0, missing, nan, nan, nan, nan, nan, nan, nan
        ), f"{name} is not applicable, because it has no value at all."
    constant = bool(values.min() == values.max())
    one = Description(
        variable=name,
        n=n,
        missing=missing,
        mean=float(values[0] if constant else values.mean()),
        sd=nan if n < 2 else 0.0 if constant else float(values.std(ddof=1)),
        median=float(np.median(values)),
        min=float(values.min()),
        max=float(values.max()),
        skew=skewness(values),
        kurtosis=kurtosis(values),
    )
    if constant and n > 1:
        return one, f"{name} is constant: it has no skew and no kurtosis."
    few = {1: "no sd, skew or kurtosis", 2: "no skew or kurtosis", 3: "no kurtosis"}
    return one, f"{name} has {n} value{'' if n == 1 else 's'} only: {few[n]}." if n in few else ""
