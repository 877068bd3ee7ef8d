"""What is missing: shares, reasons, patterns, and Little's test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.missing.em import em_moments
from analysis.missing.little import Little, little_test
from analysis.missing.patterns import Patterns, patterns_of
from analysis.result import NotApplicable, Number
from analysis.scoring import Scored

NO_REASON = "no_reason"
"""In place of a reason where none was given."""
TOO_FEW = "too_few_items"
"""The reason of a score that is missing though some of its items were answered, or for more reasons than one."""
MOST_TESTED = 100
"""Variables of Little's test at most."""


@dataclass(frozen=True)
class Gaps:
    """One variable: how many of the cases have no value, by reason and by wave.

    reasons: cells by why they are missing. waves: (cases, missing) of each wave; empty where the data have none.
    """

    variable: str
    n: int
    missing: int
    reasons: Mapping[str, int]
    waves: Mapping[str, tuple[int, int]]

    @property
    def rate(self) -> float:
        """Share of the cases without a value."""
        return self.missing / self.n


@dataclass(frozen=True)
class Pattern:
    """Cases that lack the same variables; none of them where ``missing`` is empty."""

    missing: tuple[str, ...]
    count: int

    @property
    def name(self) -> str:
        """The variables, joined by '+'; 'complete' where there are none."""
        return "+".join(self.missing) or "complete"


@dataclass(frozen=True)
class Missingness:
    """What is missing in some variables.

    variables: in the order given. patterns: the commonest first. complete: cases with all values. little: the test, or
    None with the reason in ``untested``. tested: the variables of the test.
    """

    kind: ClassVar[str] = "missing"

    n: int
    variables: tuple[Gaps, ...]
    patterns: tuple[Pattern, ...]
    little: Little | None
    tested: tuple[str, ...]
    untested: str = ""
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> int:
        """Cases without a gap."""
        return sum(one.count for one in self.patterns if not one.missing)

    @property
    def rate(self) -> float:
        """Share of all cells that are missing."""
        cells = sum(one.n for one in self.variables)
        return sum(one.missing for one in self.variables) / cells if cells else nan

    def numbers(self) -> tuple[Number, ...]:
        """n, rate of all cells, each pattern's count (its term names what is missing), Little's test; the target of a
        rate is its variable, and the term of one by reason or wave is ``reason:skipped`` or ``wave:1``.
        """
        found = [Number("", "", "n", float(self.n)), Number("", "", "rate", self.rate)]
        if self.little is not None:
            found.append(Number("", "", "little_chi2", self.little.chi2))
            found.append(Number("", "", "little_df", self.little.df))
            found.append(Number("", "", "little_p", self.little.p))
        found += [Number("", one.name, "pattern", float(one.count)) for one in self.patterns]
        for one in self.variables:
            found.append(Number(one.variable, "", "rate", one.rate))
            for reason, count in one.reasons.items():
                found.append(Number(one.variable, f"reason:{reason}", "rate", count / one.n))
            for wave, (cases, missing) in one.waves.items():
                found.append(Number(one.variable, f"wave:{wave}", "rate", missing / cases))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a variable: variable, n, missing, rate, and a column of counts for each reason that occurs."""
        reasons = list(dict.fromkeys(reason for one in self.variables for reason in one.reasons))
        rows = [
            {"variable": one.variable, "n": one.n, "missing": one.missing, "rate": one.rate}
            | {reason: one.reasons.get(reason, 0) for reason in reasons}
            for one in self.variables
        ]
        return pd.DataFrame(rows, columns=["variable", "n", "missing", "rate", *reasons])


def reasons_of(scored: Scored, names: Sequence[str]) -> dict[str, list[str]]:
    """Why each cell of some variables is missing, where the data say it; rows in the order of the scores.

    A score is missing for the reason that all of its items are, where that is one; else it has too few items.
    """
    why = scored.dataset.missing.reindex(scored.frame.index).fillna("")
    found = {}
    for name in names:
        if (item := name.partition(".")[0]) in why.columns:
            found[name] = why[item].tolist()
        elif name in scored.instrument.scales:
            items = [key.lstrip("-") for key in scored.instrument.scales[name].items]
            known = [item for item in items if item in why.columns]
            if known:
                rows = why[known].to_numpy(dtype=object)
                alike = (rows == rows[:, :1]).all(axis=1) & (rows[:, 0] != "")
                found[name] = np.where(alike, rows[:, 0], TOO_FEW).tolist()
    return found


def missingness(
    frame: pd.DataFrame, reasons: Mapping[str, Sequence[str]] | None = None, waves: pd.Series | None = None
) -> Missingness | NotApplicable:
    """Say what is missing in the columns of a frame, and test whether it is missing completely at random.

    frame: (n, k) of numbers or categories. reasons: for some columns why each cell is missing, (n,) texts, '' where
    unknown. waves: the wave of each case. Little's test (``analysis.missing.little``) is of the columns of numbers that
    vary; why it could not be done is said in ``untested``. NotApplicable without a case or a column.

    >>> data = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, np.nan, 2.0, 1.0]})
    >>> found = missingness(data)
    >>> found.variables[1].rate, [(one.name, one.count) for one in found.patterns]
    (0.25, [('complete', 3), ('y', 1)])
    """
    if not len(frame.columns):
        return NotApplicable("missing", "", "no variable is named")
    if not len(frame):
        return NotApplicable("missing", "", "there are no cases")
    names = tuple(str(name) for name in frame.columns)
    there = np.column_stack([_there(frame[name]) for name in frame.columns])
    variables = tuple(
        _gaps(name, ~there[:, i], (reasons or {}).get(name), waves) for i, name in enumerate(names)
    )  # fmt: skip
    found = patterns_of(np.where(there, 1.0, np.nan), names)
    listed = [Pattern(_lacking(found, p), int(count)) for p, count in enumerate(found.count)]
    listed += [Pattern(names, found.empty)] if found.empty else []
    listed.sort(key=lambda one: -one.count)
    little, tested, untested, notes = _little(frame)
    return Missingness(len(frame), variables, tuple(listed), little, tested, untested, notes)


def _there(column: pd.Series) -> np.ndarray:
    """Which cells have a value."""
    if column.dtype == np.float64:
        return np.isfinite(column.to_numpy())
    return np.asarray(column.notna())


def _gaps(name: str, gone: np.ndarray, why: Sequence[str] | None, waves: pd.Series | None) -> Gaps:
    counts: dict[str, int] = {}
    if why is not None:
        for reason in np.asarray(why, dtype=object)[gone]:
            counts[str(reason) or NO_REASON] = counts.get(str(reason) or NO_REASON, 0) + 1
    by_wave = {}
    if waves is not None:
        for wave in sorted(waves.dropna().unique(), key=str):
            own = np.asarray(waves == wave)
            by_wave[str(wave)] = (int(own.sum()), int((own & gone).sum()))
    return Gaps(name, len(gone), int(gone.sum()), dict(sorted(counts.items())), by_wave)


def _lacking(patterns: Patterns, p: int) -> tuple[str, ...]:
    return tuple(name for name, seen in zip(patterns.names, patterns.observed[p], strict=True) if not seen)


def _little(frame: pd.DataFrame) -> tuple[Little | None, tuple[str, ...], str, tuple[str, ...]]:
    """The test, of which variables, why there is none, and what was left out of it."""
    numbers = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name].dtype)]
    usable = [name for name in numbers if frame[name].nunique() > 1]
    left = [str(name) for name in frame.columns if name not in usable]
    notes = (f"Little's test leaves out what is constant or a category: {', '.join(left)}.",) if left else ()
    tested = tuple(str(name) for name in usable)
    if len(usable) > MOST_TESTED:
        return None, (), f"it takes {MOST_TESTED} variables at most, and there are {len(usable)}", ()
    try:
        if not usable:
            raise UnsuitableError("no variable holds numbers that vary")
        if not frame[usable].isna().to_numpy().any():
            elsewhere = frame.isna().to_numpy().any()
            raise UnsuitableError(
                "values are missing only where it cannot test: in categories or constants" if elsewhere else
                "no value is missing"
            )  # fmt: skip
        return little_test(em_moments(frame[usable])), tested, "", notes
    except UnsuitableError as reason:
        return None, (), str(reason), ()
