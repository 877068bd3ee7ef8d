"""A respondent's own scores, for their own page, by the same scoring as everybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.scoring import score
from survey.dataset.assemble import Respondent, assemble
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.instrument.labels import range_of
from survey.instrument.model import Instrument

FEWEST_OTHERS = 10
"""With fewer others nobody is compared: their answers might be guessed from the comparison."""


@dataclass(frozen=True)
class OwnScores:
    """One respondent's scores.

    scales: by scale, None where too few of its items were answered. items: by item, None where unanswered.
    """

    scales: Mapping[str, float | None]
    items: Mapping[str, float | None]


@dataclass(frozen=True)
class Among:
    """Where a score lies among those of others: n of them, whose middle half goes from low to high (quartiles)."""

    n: int
    low: float
    high: float


def own_scores(
    instrument: Instrument,
    answers: Mapping[str, str | float | tuple[str, ...] | Missing],
    submitted: AbstractSet[str],
    scales: Sequence[str],
    items: Sequence[str],
) -> OwnScores:
    """The scores of one respondent's answers, as ``analysis.scoring`` gives them for a whole study."""
    one = Respondent("own", answers, frozenset(submitted), {}, np.nan)
    frame = score(assemble(instrument, [one], "one respondent")).frame

    def of(name: str) -> float | None:
        value = float(frame[name].iloc[0]) if name in frame.columns else np.nan
        return value if np.isfinite(value) else None

    return OwnScores({name: of(name) for name in scales}, {name: of(name) for name in items})


def limits(instrument: Instrument, scale: str) -> tuple[float, float] | None:
    """The lowest and the highest score that a scale can have; None where an item declares no range."""
    declared = instrument.scales[scale]
    ranges = [range_of(instrument.format_of(key.lstrip("-"))) for key in declared.items]
    known = [found for found in ranges if found is not None]
    if len(known) < len(ranges):
        return None
    low, high = (sum(found[end] for found in known) for end in (0, 1))
    return (low, high) if declared.score == "sum" else (low / len(known), high / len(known))


def scores_of(dataset: Dataset, scales: Sequence[str]) -> dict[str, dict[str, float]]:
    """Everybody's scores, those that are there: by scale, respondent's id to score."""
    frame = score(dataset).frame
    return {
        name: {str(key): float(value) for key, value in frame[name].dropna().items()}
        for name in scales
        if name in frame.columns
    }


def among(others: npt.ArrayLike) -> Among | None:
    """The middle half of others' scores, by R's quantiles of type 7; None where there are fewer than ten.

    >>> among(range(1, 12))
    Among(n=11, low=3.5, high=8.5)
    """
    values = np.asarray(others, dtype=np.float64)
    if len(values) < FEWEST_OTHERS:
        return None
    low, high = np.quantile(values, [0.25, 0.75])
    return Among(len(values), float(low), float(high))
