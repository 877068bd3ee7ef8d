"""Who was closed out of a questionnaire is no part of the sample, and is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.screening.rules import eligible
from survey.dataset.model import Dataset
from survey.instrument.load import load

INSTRUMENT = load(
    "format: twofold/1\nid: small\nversion: 1.0.0\nformats: {n: {type: number}}\nitems: {a: {format: n}}\nscales: {}\n",
    "small",
)


def data(**columns: list[object]) -> Dataset:
    index = pd.Index([str(i) for i in range(4)], dtype="str", name="id")
    frame = pd.DataFrame({"a": np.array([1.0, 2.0, 3.0, 4.0]), **columns}, index=index)
    return Dataset(INSTRUMENT, frame, pd.DataFrame({"a": pd.array([""] * 4, dtype="str")}, index=index), "test")


def test_who_was_screened_out_or_came_too_late_is_left_out_and_counted() -> None:
    kept, counts = eligible(data(standing=["completed", "screened_out", "over_quota", "open"]))
    assert kept.respondents["a"].tolist() == [1.0, 4.0]
    assert kept.missing.index.tolist() == ["0", "3"]
    assert counts == (("screened out", 1), ("over a quota", 1))


def test_where_nobody_was_closed_out_nothing_changes() -> None:
    whole = data()
    assert eligible(whole) == (whole, ())
    kept, counts = eligible(data(standing=["completed", "open", "declined", "completed"]))
    assert (len(kept.respondents), counts) == (4, ())
