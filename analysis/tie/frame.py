"""The ties that were asked about, as rows of a model: what was said of each, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.plan.waves import NEXT
from analysis.scoring import Scored, derived
from analysis.waves import waves_of
from survey.dataset.columns import AT, ID, PERSON, STRONG, WEAK, item_columns
from survey.dataset.ties import INTERPRETED, TIE
from survey.dataset.waves import people
from survey.instrument.labels import codes, is_numeric, score_of
from survey.instrument.model import ChoiceFormat


def tie_frame(
    scored: Scored, network: str, derive: Mapping[str, str], only: str | None, ahead: str = ""
) -> pd.DataFrame:
    """One row a tie that was asked about, of the respondents in ``scored``; ``person`` says whose it is in all waves.

    Columns: everything of ``analysis.plan.variables.variables_of_ties``, then what is derived from it (expressions in
    which a condition is 1 or 0), then each respondent's own variables where no tie's has that name. only: a condition;
    ties for which it does not hold, or an answer to it is missing, are left out. ahead: a variable of ties whose value
    in the person's next wave, for the tie of the same id, is a column as well (``closeness@next``); missing where the
    tie is not met again.
    """
    instrument, declared = scored.instrument, scored.instrument.networks[network]
    table = scored.dataset.ties
    if "network" in table.columns:
        table = table[table["network"] == network]
    table = table[(table[INTERPRETED] == 1) & table[ID].isin(scored.dataset.respondents.index)].reset_index(drop=True)
    whose = people(scored.dataset)
    columns: dict[str, pd.Series] = {ID: table[ID].astype(str), PERSON: table[ID].map(whose).astype(object)}
    for item in declared.interpreters:
        fmt = instrument.format_of(item)
        for column in item_columns(instrument, item):
            if column.name not in table.columns:
                continue
            values = table[column.name]
            if isinstance(fmt, ChoiceFormat) and column.name == item and is_numeric(fmt):
                scores = {str(code): score_of(fmt, code) for code in codes(fmt)}
                columns[item] = values.map(scores).astype(np.float64)
            elif isinstance(fmt, ChoiceFormat) and column.name == item:
                columns[item] = pd.Series(pd.Categorical(values, categories=[str(code) for code in codes(fmt)]))
            elif pd.api.types.is_numeric_dtype(values.dtype):
                columns[column.name] = values.astype(np.float64)
    for name in (*declared.generators, WEAK, STRONG):
        if name in table.columns:
            columns[name] = table[name].astype(np.float64)
    frame = pd.DataFrame(columns)
    for name, text in derive.items():
        frame[name] = _known(text, frame)
    if ahead:
        frame[f"{ahead}{AT}{NEXT}"] = _ahead(scored, frame[ahead], table)
    frame = frame[frame[ID].isin(scored.frame.index)].reset_index(drop=True)
    if only is not None:
        frame = frame[derived(only, frame) == 1.0].reset_index(drop=True)
    own = scored.frame[[name for name in scored.frame.columns if name not in frame.columns]]
    return pd.concat([frame, own.reindex(frame[ID]).reset_index(drop=True)], axis=1)


def _ahead(scored: Scored, values: pd.Series, table: pd.DataFrame) -> np.ndarray:
    """What is said of the same tie in the wave after; missing where there is no such wave, or the tie is not in it."""
    rows = waves_of(scored.dataset)
    at = rows.reindex(table[ID])
    key = [at["person"].astype(str).to_numpy(), table[TIE].astype(str).to_numpy()]
    here = pd.MultiIndex.from_arrays([*key, at["rank"].to_numpy()])
    later = pd.MultiIndex.from_arrays([*key, at["rank"].to_numpy() + 1])
    if here.has_duplicates:
        return np.full(len(table), np.nan)
    return pd.Series(values.to_numpy(dtype=np.float64), index=here).reindex(later).to_numpy()


def _known(text: str, frame: pd.DataFrame) -> np.ndarray:
    """An expression's values; missing where any variable in it is, conditions as well."""
    from survey.instrument.expressions import parse

    values = derived(text, frame)
    for name in parse(text, functions=True).names:
        for column in frame.columns:
            if column == name or column.partition(".")[0] == name:
                values = np.where(frame[column].isna(), np.nan, values)
    return values
