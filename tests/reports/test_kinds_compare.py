"""Comparisons of groups as table, figure and sentence."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.claims import Claim
from analysis.comparison import compare_groups
from analysis.comparison.result import Comparison
from analysis.specifications import Specification, Specifications
from reports.claims import about, claim_sentence
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import shown
from reports.text import plain
from reports.verbs import figure, options, sentence, table
from reports.write import FORMATS, render

LABELS = Labels({"y": "Stress", "g": "Mentor"}, levels={("g", "a"): "None", ("g", "b"): "One"})


def sample(k: int = 3, n: int = 150) -> pd.DataFrame:
    group = np.array(["a", "b", "c"])[:k][np.arange(n) % k]
    return pd.DataFrame({"y": np.random.default_rng(3).normal(size=n) + 2 * (group == "b"), "g": group})


def test_two_groups_are_told_with_their_size() -> None:
    found = compare_groups([sample(2)], "y", "g", equivalence=0.2, student=True)
    said = sentence(found, labels=LABELS)
    assert said.startswith("Stress was lower in None than in One: difference −1.92, 95% CI [−2.27, −1.57], t(146.86)")
    assert "Hedges" not in said
    assert "two one-sided tests that it lies within ±0.20: p > .999." in said.replace("\xa0", " ")
    shown_ = table(found, labels=LABELS)
    assert plain(shown_.title) == "Stress Compared by Mentor"
    assert [shown(row.cells[0]) for row in shown_.rows] == ["None – One"]
    note = plain(shown_.general)
    assert "None: M = " in note
    assert "With equal variances (Student): None – One t(148)" in note
    assert "Two one-sided tests that a difference lies within ±0.20" in note
    assert "bf10" not in [column.key for column in shown_.columns]
    assert "bf10" in [column.key for column in table(found, options=options(LABELS, asked={"bf10"})).columns]


def test_three_groups_are_told_together_and_each_with_each() -> None:
    found = compare_groups([sample()], "y", "g")
    said = sentence(found, labels=LABELS)
    assert said.startswith("Stress differed between the 3 groups of Mentor (N = 150). All groups: F(2, 147) = ")
    assert "Stress was higher in One than in c" in said
    assert "Stress did not clearly differ between None and c" in said
    assert "90% CI" in said
    keys = [column.key for column in table(found, labels=LABELS).columns]
    assert keys == ["pair", "b", "se", "ci", "t", "df", "p", "p_gh", "p_tukey", "g", "g_ci", "p_u"]
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert isinstance(found, Comparison)
    assert [point.label for point in drawn.points] == ["None", "One", "c"]
    assert [point.low for point in drawn.points] == [group.ci_low for group in found.groups]
    for name in FORMATS:
        assert render([table(found, labels=LABELS)], name)


def test_imputed_data_have_no_ranks_and_no_intervals_of_sizes() -> None:
    frame = sample()
    found = compare_groups([frame, frame.assign(y=frame["y"] + 0.01)], "y", "g")
    keys = [column.key for column in table(found, labels=LABELS).columns]
    assert keys == ["pair", "b", "se", "ci", "t", "df", "p", "p_gh", "g"]
    note = plain(table(found, labels=LABELS).general)
    assert "Pooled over 2 imputed data sets." in note
    assert "Kruskal" not in note


def test_groups_without_variation_are_told_so() -> None:
    frame = sample()
    frame.loc[frame["g"] != "a", "y"] = 1.0
    said = sentence(compare_groups([frame], "y", "g"), labels=LABELS)
    assert "Stress did not vary in One and c: their difference has no test." in said


def test_claims_of_groups_name_the_pair_and_tell_no_estimate_of_all_groups() -> None:
    found = compare_groups([sample()], "y", "g")
    assert isinstance(found, Comparison)
    pair = Claim("h", "y", ("a~b",), "primary", "negative", math.nan, 0.01, True, found.tests(["a~b"]))
    assert about(pair, LABELS) == "Stress: a less b"
    assert "d = −" in plain(claim_sentence(pair, LABELS))
    whole = Claim("h", "y", ("",), "primary", "difference", math.nan, 0.01, True, found.tests(None))
    assert about(whole, LABELS) == "Stress"
    assert plain(claim_sentence(whole, LABELS)).endswith("not supported (p = .010, corrected p = —).")
    rows = tuple(
        Specification("everyone", missing, "planned", "planned", False, "", "ω²", 90, math.nan, math.nan, math.nan, p)
        for missing, p in (("listwise", 0.2), ("mi", 0.03))
    )
    said = sentence(Specifications("h", "y", "difference", 0.05, rows), labels=LABELS)
    assert said == "Under 2 combinations of choices p of claim h lay between .030 and .200."
