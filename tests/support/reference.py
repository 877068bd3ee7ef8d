"""Values that R gave: the cases of ``tests/reference/*.json``, their inputs, and the comparison of every number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.result import Number
from tests.support import proof

FOLDER = Path(__file__).parents[1] / "reference"
SHARED = next(
    (found for above in Path(__file__).resolve().parents[3:] if (found := above / "shared" / "data").exists()),
    Path(__file__).parents[3] / "shared" / "data",
)
"""Real data beside the project, or beside a folder that holds it; tests that read them skip where they are not."""
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    """One case: what went in, and the number that R gave for each (target, term, statistic)."""

    case: str
    kind: str
    input: str
    options: Mapping[str, Any]
    numbers: Mapping[Key, float]

    def __str__(self) -> str:
        return self.case


def _value(given: float | str | None) -> float:
    """A number as jsonlite writes it: null or 'NaN' for none, 'Inf' for infinity."""
    if given is None or given in ("NaN", "NA"):
        return nan
    return float({"Inf": "inf", "-Inf": "-inf"}.get(str(given), given))


@cache
def document(name: str) -> dict[str, Any]:
    """A file of values as it stands."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def cases(name: str, kind: str | None = None) -> list[Case]:
    """The cases of a file of values, all or those of one kind."""
    found = []
    for one in document(name)["cases"]:
        numbers = {(target, term, statistic): _value(value) for target, term, statistic, value in one["numbers"]}
        if kind is None or one["kind"] == kind:
            found.append(Case(one["case"], one["kind"], one["input"], one["options"], numbers))
    return found


@cache
def _read(name: str) -> pd.DataFrame:
    if name.startswith("ordinal"):
        return pd.read_csv(FOLDER / "ordinal.csv").astype(np.float64)
    if (FOLDER / f"{name}.csv").exists():
        return pd.read_csv(FOLDER / f"{name}.csv")
    if name == "bfi":
        return pd.read_csv(SHARED / "01_bfi_reliability" / "data.csv").astype(np.float64)
    import pingouin

    return pingouin.read_dataset(name)


def data(name: str) -> pd.DataFrame:
    """The input of a case: our own small file (perhaps changed as the name says), or one of pingouin's data sets."""
    if name.endswith("_holes"):
        return _holes(name)
    frame = _read(name).copy()
    if name in ("ordinal_q3_turned", "ordinal_q1_turned"):
        item = name.split("_")[1]
        frame[item] = 6 - frame[item]
    if name == "ordinal_first_40":
        return frame.head(40)
    if name == "cronbach_alpha":
        return frame.pivot(index="Subj", columns="Items", values="Scores").astype(np.float64)
    return frame


def _holes(name: str) -> pd.DataFrame:
    """Columns of a data set with more of it missing, in a pattern that ``missing.R`` makes alike."""
    columns = {
        "ordinal_holes": [f"q{i}" for i in range(1, 7)],
        "ordinal_q_holes": [f"q{i}" for i in range(1, 5)],
        "penguins_holes": ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"],
    }[name]
    frame = _read(name.removesuffix("_holes").removesuffix("_q"))[columns].astype(np.float64)
    i, j = np.ogrid[1 : len(frame) + 1, 1 : len(columns) + 1]
    frame = frame.mask((7 * i + 13 * j + i * j) % 5 == 0)
    return frame if name == "ordinal_q_holes" else frame.dropna(how="all")


def differences(
    found: Iterable[Number],
    wanted: Mapping[Key, float],
    tolerance: float,
    looser: Mapping[str, float] | None = None,
    *,
    around: float = 1e-3,
    of: Case | None = None,
) -> list[str]:
    """Every number that is missing, too many, or further from R's than its tolerance; empty where all agree.

    tolerance: relative, for each statistic that ``looser`` does not name. Numbers smaller than ``around`` are held to
    the tolerance times ``around``, for a relative difference means nothing near zero. of: the case, whose kind and
    data the page ``docs/numbers.md`` then names beside each statistic that agrees.
    """
    ours = {(number.target, number.term, number.statistic): number.value for number in found}
    said = [f"not given: {key}" for key in wanted.keys() - ours.keys()]
    said += [f"not in R's list: {key}" for key in ours.keys() - wanted.keys()]
    for key in wanted.keys() & ours.keys():
        here, there = ours[key], wanted[key]
        if isnan(here) or isnan(there):
            if isnan(here) != isnan(there):
                said.append(f"{key}: {here!r}, R {there!r}")
            continue
        share = (looser or {}).get(key[2], tolerance)
        allowed = share * max(abs(there), around)
        if here != there and not abs(here - there) <= allowed:
            said.append(f"{key}: {here!r}, R {there!r}, off by {abs(here - there):.2e}, allowed {allowed:.2e}")
        elif of is not None:
            proof.compared(of.kind, key[2], of.input, proof.relative(here, there, around), share)
    return sorted(said)
