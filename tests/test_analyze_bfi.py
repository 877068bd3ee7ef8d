"""`twofold analyze` on real data, raw answers to results.csv, equals R on every number (2,800 people, 25 items)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support import proof
from tests.support.reference import SHARED
from tests.support.terminal import twofold

ROOT = Path(__file__).resolve().parent.parent
DATA = SHARED / "01_bfi_reliability" / "data.csv"
REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")
SCALES = {"agree": "A", "conscientious": "C", "extraversion": "E", "neuroticism": "N", "openness": "O"}
ITERATIVE = {"alpha_ordinal", "omega", "omega_se", "omega_low", "omega_high", "loading"}
BY_RESAMPLING = {"alpha_boot_low", "alpha_boot_high"}

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not DATA.exists(), reason="the shared data are not beside the project"),
]


def instrument() -> str:
    lines = ["format: twofold/1", "id: bfi", "version: 1.0.0", "formats:"]
    lines += ["  six: {type: likert, from: 1, labels: [very inaccurate, b, c, d, e, very accurate]}", "items:"]
    lines += [f"  {letter}{i}: {{format: six}}" for letter in SCALES.values() for i in range(1, 6)]
    lines.append("scales:")
    for scale, letter in SCALES.items():
        ids = ", ".join(("-" if f"{letter}{i}" in REVERSED else "") + f"{letter}{i}" for i in range(1, 6))
        lines.append(f"  {scale}: {{label: {scale}, items: [{ids}], min_answered: 0.8}}")
    return "\n".join(lines) + "\n"


PLAN = """\
format: twofold-plan/1
instrument: bfi
seed: 7
reliability: {scales: all, resamples: 500}
analyses:
  - {id: descriptives, kind: descriptives, variables: [agree, conscientious, extraversion, neuroticism, openness]}
  - {id: correlation, kind: correlation, variables: [agree, conscientious, extraversion, neuroticism, openness]}
  - id: regression
    kind: regression
    outcome: neuroticism
    blocks: [[agree, conscientious], [extraversion, openness]]
    errors: HC3
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """results.csv of the raw answers: the file holds the items recoded, so they are turned back first."""
    folder = tmp_path_factory.mktemp("bfi")
    raw = pd.read_csv(DATA)
    raw[list(REVERSED)] = 7 - raw[list(REVERSED)]
    raw.astype("Int64").to_csv(folder / "bfi.csv", index=False)
    (folder / "bfi.yaml").write_text(instrument(), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = twofold(
        "analyze", "--data", "bfi.csv", "--instrument", "bfi.yaml", "--plan", "plan.yaml", "--out", "out", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(folder / "out" / "results.csv", keep_default_na=False)
    assert list(table.columns) == ["analysis", "kind", "target", "term", "statistic", "value"]
    assert not table.duplicated(list(table.columns[:5])).any()
    return table.assign(value=pd.to_numeric(table["value"]))


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / "reference" / "analyze_bfi.csv", keep_default_na=False)


KEY = ["kind", "target", "term", "statistic"]


def test_every_number_of_r_is_there_and_equal(results: pd.DataFrame, expected: pd.DataFrame) -> None:
    both = expected.merge(results, on=KEY, how="left", suffixes=("_r", ""), validate="one_to_one")
    assert not both["value"].isna().any(), both[both["value"].isna()][KEY].to_string()
    tolerance = np.where(both["statistic"].isin(ITERATIVE), 1e-4, 1e-6)
    off = np.abs(both["value"] - both["value_r"]) > tolerance * np.maximum(np.abs(both["value_r"]), 1e-12)
    assert not off.any(), both[off].to_string()
    for row, allowed in zip(both.itertuples(), tolerance.tolist(), strict=True):
        difference = proof.relative(row.value, row.value_r, 1e-12)
        proof.compared(row.kind, row.statistic, "psych bfi", difference, allowed, committed=False)


def test_no_number_is_given_that_r_did_not_check(results: pd.DataFrame, expected: pd.DataFrame) -> None:
    known = set(map(tuple, expected[KEY].to_numpy()))
    extra = {row for row in map(tuple, results[KEY].to_numpy()) if row not in known}
    assert {row[3] for row in extra} <= BY_RESAMPLING | {"df1_change", "df2_change"}


def test_the_bootstrap_interval_surrounds_alpha_as_closely_as_feldts(results: pd.DataFrame) -> None:
    wide = results[(results["kind"] == "reliability") & (results["term"] == "")].pivot(
        index="target", columns="statistic", values="value"
    )
    assert (wide["alpha_boot_low"] < wide["alpha"]).all()
    assert (wide["alpha"] < wide["alpha_boot_high"]).all()
    ratio = (wide["alpha_boot_high"] - wide["alpha_boot_low"]) / (wide["alpha_high"] - wide["alpha_low"])
    assert ratio.between(0.6, 1.8).all()
