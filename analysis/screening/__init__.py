"""Screening: how carefully each respondent answered, and whom a plan's rules leave out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.moments import Floats
from analysis.scoring import canonical_order, reverse
from analysis.screening import indices as of
from analysis.screening.result import INDICES as INDICES
from survey.dataset.columns import SECONDS, asked_of_respondents
from survey.dataset.model import Dataset
from survey.instrument.model import Check, Instrument, Likert


@dataclass(frozen=True, eq=False)
class Indices:
    """The indices of every respondent; an index that the data cannot have has no column, and ``absent`` says why."""

    values: pd.DataFrame
    absent: dict[str, str]
    items: int
    synonyms: int
    antonyms: int


def rated_items(instrument: Instrument) -> tuple[str, ...]:
    """Items with rating formats that respondents were asked, in the order of the pages; instructed items are none."""
    checks = {check.item for check in instrument.checks.values()}
    on_pages = dict.fromkeys(item for page in instrument.pages for item in page.items)
    order = [*on_pages, *(item for item in instrument.items if item not in on_pages)]
    asked = set(asked_of_respondents(instrument)) - checks
    return tuple(item for item in order if item in asked and isinstance(instrument.format_of(item), Likert))


def indices(dataset: Dataset) -> Indices:
    """Every index of a data set, in the order of its rows; answers as given, reversed only for ``even_odd``."""
    instrument, respondents = dataset.instrument, dataset.respondents
    items = [item for item in rated_items(instrument) if item in respondents.columns]
    answers = _matrix(respondents, items)
    found: dict[str, Floats] = {}
    absent: dict[str, str] = {}
    if missing := [c.item for c in instrument.checks.values() if c.item not in respondents.columns]:
        absent["attention_failed"] = f"the data have no column {', '.join(missing)}"
    elif instrument.checks:
        found["attention_failed"] = checks_failed(dataset).astype(np.float64)
    else:
        absent["attention_failed"] = "the instrument has no checks"
    if SECONDS in respondents.columns:
        found["seconds_per_item"] = respondents[SECONDS].to_numpy(dtype=np.float64)
    else:
        absent["seconds_per_item"] = f"the data have no column {SECONDS}"
    synonyms = antonyms = 0
    if len(items) > 1:
        found |= {"longstring": of.longstring(answers), "irv": of.irv(answers)}
        found["even_odd"] = of.even_odd(_halves(dataset))
        found["mahalanobis_p"] = of.mahalanobis_p(answers)
        correlations = of.paired_correlations(answers)
        found["psychsyn"], synonyms = of.psychometric(answers, correlations)
        found["psychant"], antonyms = of.psychometric(answers, correlations, antonyms=True)
        order, twice = canonical_order(dataset), np.zeros(len(respondents))
        twice[order] = of.duplicated(_answers(dataset)[order])
        found["duplicate"] = twice
    why = _why(len(items), synonyms, antonyms)
    for name in INDICES:
        if name in found and (not len(found[name]) or np.isnan(found[name]).all()):
            del found[name]
        if name not in found:
            absent.setdefault(name, why.get(name, "fewer than two items have a rating format"))
    values = pd.DataFrame({name: found[name] for name in INDICES if name in found}, index=respondents.index)
    return Indices(values, absent, len(items), synonyms, antonyms)


def _why(items: int, synonyms: int, antonyms: int) -> dict[str, str]:
    if items < 2:
        return {}
    return {
        "seconds_per_item": "nobody's time is known",
        "even_odd": f"it needs {of.FEWEST_SCALES} scales of two items or more",
        "mahalanobis_p": "the covariances of the items are singular",
        "psychsyn": f"it needs {of.FEWEST_PAIRS} pairs of items that correlate above .60, and there are {synonyms}",
        "psychant": f"it needs {of.FEWEST_PAIRS} pairs of items that correlate below −.60, and there are {antonyms}",
    }


def checks_failed(dataset: Dataset) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many instructed items each respondent failed; one that was not answered was not failed."""
    failed = np.zeros(len(dataset.respondents), dtype=np.int64)
    for check in dataset.instrument.checks.values():
        failed += _failed(check, dataset.respondents[check.item])
    return failed


def _failed(check: Check, answers: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Who answered a check otherwise than asked."""
    answered = answers.notna().to_numpy()
    if isinstance(check.pass_, str):
        return answered & (answers.astype(object) != check.pass_).to_numpy()
    return answered & (answers.to_numpy(dtype=np.float64) != check.pass_)


def _matrix(respondents: pd.DataFrame, items: list[str]) -> Floats:
    return respondents[items].to_numpy(dtype=np.float64) if items else np.empty((len(respondents), 0))


def _halves(dataset: Dataset) -> list[Floats]:
    """The items of each reflective scale, turned round where they are reversed."""
    instrument, respondents = dataset.instrument, dataset.respondents
    rated = set(rated_items(instrument))
    scales = []
    for scale in instrument.scales.values():
        keys = [k for k in scale.items if k.lstrip("-") in rated and k.lstrip("-") in respondents.columns]
        if scale.formative or len(keys) < 2:
            continue
        columns = [
            reverse(instrument, key[1:], respondents[key[1:]]) if key.startswith("-") else respondents[key]
            for key in keys
        ]
        scales.append(np.column_stack([column.to_numpy(dtype=np.float64) for column in columns]))
    return scales


def _answers(dataset: Dataset) -> Floats:
    """Every answer to the instrument's items as numbers that tell different answers apart."""
    names = [c for c in dataset.respondents.columns if c.partition(".")[0] in dataset.instrument.items]
    columns = []
    for name in names:
        column = dataset.respondents[name]
        if not pd.api.types.is_numeric_dtype(column.dtype):
            codes = pd.factorize(column)[0].astype(np.float64)
            columns.append(np.where(codes < 0, np.nan, codes))
        else:
            columns.append(column.to_numpy(dtype=np.float64))
    return np.column_stack(columns) if columns else np.empty((len(dataset.respondents), 0))
