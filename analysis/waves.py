"""One variable over waves: from rows of the same person to a column a wave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.scoring import Scored
from survey.dataset.waves import people, wave_field


def by_wave(scored: Scored, variable: str, waves: Sequence[int]) -> pd.DataFrame | str:
    """People × waves of one numeric variable, float64, NaN where somebody has no value in a wave; columns are waves.

    Why not, in place of it: the data are not of several waves, lack one of these, or have a person twice in one.
    """
    field = wave_field(scored.instrument)
    if field is None:
        return "the instrument declares no field of type wave, so that the data are of one time only"
    if field not in scored.frame.columns:
        return f"the data have no column {field}, which says of which wave a row is"
    names = [str(wave) for wave in waves]
    rows = pd.DataFrame(
        {
            "person": people(scored.dataset).reindex(scored.frame.index).astype(object),
            "wave": scored.frame[field].astype(object),
            "value": scored.frame[variable].astype(np.float64),
        }
    ).dropna(subset=["person", "wave"])
    if absent := [name for name in names if name not in set(rows["wave"])]:
        return f"the data have no wave {', '.join(absent)} in column {field}"
    rows = rows[rows["wave"].isin(names)]
    if rows.duplicated(["person", "wave"]).any():
        twice = int(rows.duplicated(["person", "wave"]).sum())
        return f"{twice:,} rows are of a person who has another row in the same wave"
    return rows.pivot(index="person", columns="wave", values="value")[names]
