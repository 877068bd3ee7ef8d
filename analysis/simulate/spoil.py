"""What happens to good answers in the field: careless respondents, missing cells, pages that are not shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from analysis.simulate.answers import Vector
from survey.dataset.assemble import frame_of, series_of
from survey.dataset.columns import SECONDS, columns_of
from survey.dataset.missing import Missing
from survey.dataset.waves import WAVE
from survey.instrument import expressions
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Instrument, Likert

CARELESS = 0.08
FAILING = 0.7
"""Probability that a careless respondent fails an instructed item."""
SLIP = 0.02
"""Probability that an attentive one does."""
AT_RANDOM = 0.03
BLOCK = (-2.6, 0.5)
"""Logit that the whole stress block is missing: constant, and slope of DEM."""

Columns = dict[str, npt.NDArray[np.generic]]


def careless(
    instrument: Instrument, columns: Columns, n: int, rng: np.random.Generator, *, share: float = CARELESS
) -> tuple[npt.NDArray[np.bool_], Vector]:
    """Overwrite the graded answers of careless respondents, and set the instructed items; alters ``columns``.

    Half of them answer at random, half in a pattern: the same place of the scale throughout, or places that go round.
    Returns who is careless, and everybody's seconds an item: 1 to 2, else lognormal about 6 and above 2.
    """
    who = rng.random(n) < share
    at_random = rng.random(n) < 0.5
    start, step = rng.integers(0, 100, n), rng.integers(0, 2, n)
    checks = {check.item: check.pass_ for check in instrument.checks.values()}
    position = 0
    for item in instrument.items:
        answer_format = instrument.format_of(item)
        if item in checks:
            failed = rng.random(n) < np.where(who, FAILING, SLIP)
            columns[item] = _instructed(answer_format, checks[item], failed, rng)
        elif isinstance(answer_format, Likert):
            known = np.array(codes(answer_format), dtype=np.float64)
            guess = rng.integers(0, len(known), n)
            places = np.where(at_random, guess, (start + step * position) % len(known))
            columns[item] = np.where(who, known[places], columns[item])
            position += 1
    seconds = np.maximum(np.exp(np.log(6.0) + 0.35 * rng.standard_normal(n)), 2.01)
    return who, np.where(who, rng.uniform(1.0, 2.0, n), seconds).round(3)


def _instructed(
    answer_format: object, right: float | str, failed: npt.NDArray[np.bool_], rng: np.random.Generator
) -> npt.NDArray[np.generic]:
    """The right answer, or where failed any of the wrong ones."""
    if not isinstance(answer_format, Likert | ChoiceFormat):
        return np.full(len(failed), right, dtype=object if isinstance(right, str) else np.float64)
    kind = np.float64 if isinstance(answer_format, Likert) else object
    wrong = np.array([code for code in codes(answer_format) if code != right], dtype=kind)
    return np.where(failed, wrong[rng.integers(0, len(wrong), len(failed))], np.array(right, dtype=kind))


def missing_cells(
    instrument: Instrument, n: int, rng: np.random.Generator, demands: Vector | None, block: tuple[str, ...]
) -> dict[str, npt.NDArray[np.bool_]]:
    """Which cells are skipped: 3 % at random (not consent or instructed items), and the whole stress block at times."""
    exempt = {check.item for check in instrument.checks.values()}
    exempt |= {item for page in instrument.pages if page.type == "consent" for item in page.items}
    skipped = {item: rng.random(n) < (0.0 if item in exempt else AT_RANDOM) for item in instrument.items}
    if block:
        slope = np.zeros(n) if demands is None else BLOCK[1] * demands
        whole = rng.random(n) < expit(BLOCK[0] + slope)
        for item in block:
            skipped[item] = skipped[item] | whole
    return skipped


def assemble(
    instrument: Instrument,
    columns: Columns,
    skipped: dict[str, npt.NDArray[np.bool_]],
    index: pd.Index,
    wave: int = 1,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers and typed missing, with the columns that every data set of the instrument has.

    Not shown: items of a page whose ``show_if`` does not hold for the answers that are left, and, where the
    instrument has pages, items of none (those asked about ties).
    """
    wanted = columns_of(instrument)
    values = dict(columns)
    types = {item: np.where(skipped[item], str(Missing.SKIPPED), "").astype(object) for item in instrument.items}
    of: dict[str, list[str]] = {}
    for column in wanted:
        of.setdefault(column.of, []).append(column.name)
    for item in instrument.items:
        _blank(values, of.get(item, []), skipped[item])
    asked = {item for page in instrument.pages for item in page.items}
    everybody = np.ones(len(index), dtype=np.bool_)
    for item in instrument.items:
        if instrument.pages and item not in asked:
            _hide(values, types, item, of.get(item, []), everybody)
    for page in instrument.pages:
        if page.show_if is not None:
            hidden = ~_holds(page.show_if, values, wave)
            for item in page.items:
                _hide(values, types, item, of[item], hidden)
    answers = {
        column.name: series_of(column.kind, values.get(column.name, np.full(len(index), None)).tolist())
        for column in wanted
    }
    if SECONDS in values:
        answers[SECONDS] = values[SECONDS]
    kinds = {c.name: pd.array(types[c.of], dtype="str") for c in wanted if c.source == "item"}
    for column in wanted:
        if column.own_words:  # there was a line to write on only where its choice was picked
            nothing = pd.isna(answers[column.name]) & (types[column.of] == "")
            kinds[column.name] = pd.array(np.where(nothing, str(Missing.NOT_SHOWN), types[column.of]), dtype="str")
    return frame_of(answers, index), frame_of(kinds, index)


def _blank(values: Columns, names: list[str], where: npt.NDArray[np.bool_]) -> None:
    for name in names:
        nothing = np.array(np.nan if values[name].dtype == np.float64 else None)
        values[name] = np.where(where, nothing, values[name])


def _hide(values: Columns, types: Columns, item: str, names: list[str], where: npt.NDArray[np.bool_]) -> None:
    _blank(values, names, where)
    types[item][where] = str(Missing.NOT_SHOWN)


def _holds(condition: str, values: Columns, wave: int) -> npt.NDArray[np.bool_]:
    """For whom a condition holds in a wave."""
    expression = expressions.parse(condition)
    known = {name: column for name, column in values.items() if {name, name.partition(".")[0]} & set(expression.names)}
    if WAVE in expression.names:
        known[WAVE] = np.full(len(next(iter(values.values()))), float(wave))
    return expression.column(known) == 1.0
