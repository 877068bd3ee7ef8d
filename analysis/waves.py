"""Variables over waves: from rows of the same person to a row a person, with a column for each variable and wave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.plan.waves import parted
from analysis.scoring import Scored
from survey.dataset.columns import AT, wave_field
from survey.dataset.waves import people

if TYPE_CHECKING:
    from survey.dataset.model import Dataset


def by_wave(scored: Scored, variable: str, waves: Sequence[int]) -> pd.DataFrame | str:
    """People × waves of one numeric variable, float64, NaN where somebody has no value in a wave; columns are waves.

    Why not, in place of it: the data are not of several waves, lack one of these, or have a person twice in one.
    """
    names = [str(wave) for wave in waves]
    rows = _rows(scored, names)
    if isinstance(rows, str):
        return rows
    rows["value"] = scored.frame[variable].astype(np.float64)
    return rows.pivot(index="person", columns="wave", values="value")[names]


def columns_by_wave(scored: Scored, table: pd.DataFrame, waves: Sequence[int]) -> pd.DataFrame | str:
    """A row a person, a column ``name@wave`` for each column of a table of numbers that has the rows of the data.

    Why not, in place of it: as for ``by_wave``.
    """
    names = [str(wave) for wave in waves]
    rows = _rows(scored, names)
    if isinstance(rows, str):
        return rows
    kept = table.loc[rows.index].astype(np.float64)
    people_ = rows["person"].drop_duplicates()
    parts = []
    for name in names:
        here = kept[(rows["wave"] == name).to_numpy()].set_axis(rows.loc[rows["wave"] == name, "person"])
        parts.append(here.reindex(people_).add_suffix(f"{AT}{name}"))
    return pd.concat(parts, axis=1)


def over_waves(scored: Scored, names: Sequence[str]) -> Scored | str:
    """The same data with a row a person: the variables ``names`` (``stress@2``) beside all others.

    A variable without a wave is what the person said first: the value of the first wave that has one. People stand in
    the order of their first rows. Why not, in place of it: as for ``by_wave``, or a variable is not there.
    """
    frame = scored.frame
    parts = [(name, *found) for name in names if (found := parted(name)) is not None]
    if absent := list(dict.fromkeys(base for _, base, _ in parts if base not in frame.columns)):
        return f"the data have no variable {', '.join(absent)}"
    rows = _rows(scored, list(dict.fromkeys(wave for _, _, wave in parts)), all_waves=True)
    if isinstance(rows, str):
        return rows
    people_ = rows["person"].drop_duplicates().tolist()
    field = wave_field(scored.instrument)
    first = rows.sort_values("rank", kind="stable")
    others = frame.drop(columns=[field or ""]).loc[first.index]
    wide = others.groupby(first["person"], sort=False, observed=True).first().reindex(people_)
    columns: dict[str, pd.Series] = {}
    for name, base, wave in parts:
        here = rows.index[rows["wave"] == wave]
        value = frame.loc[here, base]
        value.index = pd.Index(rows.loc[here, "person"])
        columns[name] = value.reindex(people_)
    together = pd.concat([wide, pd.DataFrame(columns, index=wide.index)], axis=1)
    together.index = together.index.astype(str).rename("id")
    return Scored(scored.dataset, together, scored.notes, pd.DataFrame(index=together.index))


def _rows(scored: Scored, names: Sequence[str], *, all_waves: bool = False) -> pd.DataFrame | str:
    """Person, wave and the rank of the wave of each row, of these waves or of all; or why there are none."""
    field = wave_field(scored.instrument)
    if field is None:
        return "the instrument declares no field of type wave, so that the data are of one time only"
    if field not in scored.frame.columns:
        return f"the data have no column {field}, which says of which wave a row is"
    rows = pd.DataFrame(
        {
            "person": people(scored.dataset).reindex(scored.frame.index).astype(object),
            "wave": scored.frame[field].astype(object),
            "rank": scored.frame[field].cat.codes,
        }
    ).dropna(subset=["person", "wave"])
    if absent := [name for name in names if name not in set(rows["wave"])]:
        absent.sort(key=lambda name: (len(str(name)), str(name)))
        said = f"wave{'s' * (len(absent) > 1)} {', '.join(map(str, absent))}"
        return f"the data have no {said} in column {field}"
    if not all_waves:
        rows = rows[rows["wave"].isin(names)].copy()
    if rows.duplicated(["person", "wave"]).any():
        twice = int(rows.duplicated(["person", "wave"]).sum())
        return f"{twice:,} rows are of a person who has another row in the same wave"
    return rows


def waves_of(dataset: Dataset) -> pd.DataFrame:
    """Of each row of a data set its ``person`` and the ``rank`` of its wave, 0 for the first; -1 without a wave."""
    index = dataset.respondents.index
    field = wave_field(dataset.instrument)
    ranks = np.full(len(index), -1)
    if field is not None and field in dataset.respondents.columns:
        told = dataset.respondents[field].astype(object)
        known = sorted({str(wave) for wave in told.dropna()}, key=lambda wave: (not wave.isdigit(), len(wave), wave))
        ranks = np.array([known.index(str(wave)) if isinstance(wave, str) or wave == wave else -1 for wave in told])
    return pd.DataFrame({"person": people(dataset), "rank": ranks}, index=index)
