"""What holds of every kind that measures: the order of people and the names of things change no number, units change
what they must, and data that cannot be analysed are 'not applicable', with a reason."""

from __future__ import annotations

from collections.abc import Callable
from math import isinf, isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.agreement import agreement
from analysis.cfa import cfa
from analysis.correlation import correlation
from analysis.descriptives import descriptives
from analysis.factor import factor
from analysis.invariance import invariance
from analysis.missing.result import missingness
from analysis.reliability import reliability
from analysis.result import NotApplicable, Number, Result
from analysis.retest import retest

ITEMS = [f"x{i}" for i in range(1, 7)]
Analysed = Result | NotApplicable
Kind = Callable[[pd.DataFrame, list[str], "pd.Series"], Analysed]
"""An analysis of items (their names are given) of people in groups."""


def scales(names: list[str]) -> dict[str, list[str]]:
    return {"f": names[:3], "g": names[3:]}


def _agreed(frame: pd.DataFrame, names: list[str], group: pd.Series) -> Analysed:
    return agreement(frame[names].mean(axis=1, skipna=False), group, frame[names], scale="s", options=5)


KINDS: dict[str, Kind] = {
    "descriptives": lambda frame, names, group: descriptives(frame[names]),
    "correlation": lambda frame, names, group: correlation(frame[names]),
    "reliability": lambda frame, names, group: reliability(frame[names], scale="s", ordinal=False),
    "agreement": _agreed,
    "retest": lambda frame, names, group: retest(frame[names[:3]], scale="s"),
    "factor": lambda frame, names, group: factor(frame[names], 2, draws=50, seed=1),
    "cfa ml": lambda frame, names, group: cfa(frame, scales(names), rival=True),
    "cfa mlr": lambda frame, names, group: cfa(frame, scales(names), estimator="mlr"),
    "cfa fiml": lambda frame, names, group: cfa(frame, scales(names), estimator="fiml"),
    "cfa wlsmv": lambda frame, names, group: cfa(frame, scales(names), estimator="wlsmv"),
    "invariance": lambda frame, names, group: invariance(frame, group, scales(names)),
    "invariance wlsmv": lambda frame, names, group: invariance(
        frame, group, scales(names), estimator="wlsmv", collapse=True
    ),
    "missing": lambda frame, names, group: missingness(frame[names]),
}
ORDERED = {"cfa wlsmv", "invariance wlsmv"}
"""Kinds of which only the order of answers counts."""
NO_UNITS = {
    "r", "p", "alpha", "alpha_std", "lambda2", "lambda6", "omega", "icc1", "icc2", "f", "kmo", "bartlett_chi2", "chi2",
    "df", "cfi", "tli", "rmsea", "srmr", "std", "std_se", "factor_r", "z", "communality", "parallel_observed",
    "map", "little_chi2", "skew", "kurtosis", "icc", "r_drop", "mean_inter_item_r", "htmt", "ave", "cr", "chi2_change",
}  # fmt: skip
"""Statistics that no change of units moves, where all items are changed alike."""


def sample(seed: int, n: int = 160) -> tuple[pd.DataFrame, pd.Series]:
    """Answers 1 to 5 of people in two groups of teams."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(n, 1))
    g = 0.5 * f + 0.85 * rng.normal(size=(n, 1))
    rows = np.hstack([f, f, f, g, g, g]) * 0.8 + 0.6 * rng.normal(size=(n, 6))
    frame = pd.DataFrame(np.clip(np.round(3 + rows), 1, 5), columns=ITEMS)
    return frame, pd.Series(np.arange(n) % 2, dtype=object).map({0: "a", 1: "b"})


def numbers(found: Analysed) -> dict[tuple[str, str, str], float]:
    assert isinstance(found, Result), found
    return {(one.target, one.term, one.statistic): one.value for one in found.numbers()}


def same(one: dict[tuple[str, str, str], float], two: dict[tuple[str, str, str], float], tolerance: float) -> None:
    assert one.keys() == two.keys()
    for key, value in one.items():
        assert (isnan(value) and isnan(two[key])) or two[key] == pytest.approx(value, rel=tolerance, abs=tolerance), key


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=4, deadline=None)
def test_the_order_of_people_changes_nothing(kind: str, seed: int) -> None:
    frame, group = sample(seed)
    order = np.random.default_rng(seed).permutation(len(frame))
    moved = KINDS[kind](frame.iloc[order].reset_index(drop=True), ITEMS, group.iloc[order].reset_index(drop=True))
    plain = KINDS[kind](frame, ITEMS, group)
    if isinstance(plain, NotApplicable):
        assert moved == plain
        return
    same(numbers(plain), numbers(moved), 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_names_change_nothing_but_names(kind: str) -> None:
    frame, group = sample(5)
    other = [f"q{9 - i}" for i in range(1, 7)]
    renamed = frame.set_axis(other, axis=1)
    plain, moved = numbers(KINDS[kind](frame, ITEMS, group)), numbers(KINDS[kind](renamed, other, group))
    back = dict(zip(other, ITEMS, strict=True))

    def old(text: str) -> str:
        for sign in ("~", "=", "+"):
            if sign in text:
                return sign.join(back.get(part, part) for part in text.split(sign))
        return back.get(text, text)

    same(plain, {(old(a), old(b), c): value for (a, b, c), value in moved.items()}, 1e-9)


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, 3.0, 500.0]), shift=st.sampled_from([-7.0, 1e3]))
@settings(max_examples=4, deadline=None)
def test_units_move_no_statistic_that_has_none(kind: str, seed: int, scale: float, shift: float) -> None:
    frame, group = sample(seed)
    plain, moved = KINDS[kind](frame, ITEMS, group), KINDS[kind](frame * scale + shift, ITEMS, group)
    if isinstance(plain, NotApplicable):
        assert isinstance(moved, NotApplicable)
        return
    one, two = numbers(plain), numbers(moved)
    kept = {key for key in one if key[2] in NO_UNITS or kind in ORDERED}
    assert kept or kind == "missing"
    same({key: one[key] for key in kept}, {key: two[key] for key in kept}, 2e-5)


def constant(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.assign(x1=3.0), group


def nobody(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.iloc[:0], group.iloc[:0]


def two_cases(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.iloc[:2], group.iloc[:2]


def all_missing(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame * np.nan, group


def one_item_missing(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.assign(x1=np.nan), group


def collinear(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.assign(x2=frame["x1"]), group


def one_group(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame, group.where(group.isna(), "a")


def all_alike(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame * 0 + 3.0, group


def infinite(frame: pd.DataFrame, group: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    return frame.assign(x1=np.inf), group


SPOILT = (constant, nobody, two_cases, all_missing, one_item_missing, collinear, one_group, all_alike, infinite)
FINE = {
    ("descriptives", "*"), ("correlation", "*"), ("missing", "*"),
    *((kind, "one_group") for kind in KINDS if kind not in ("agreement", "invariance")),
    ("reliability", "collinear"), ("agreement", "constant"), ("agreement", "collinear"),
    ("retest", "constant"), ("retest", "collinear"), ("retest", "one_item_missing"), ("retest", "infinite"),
    ("agreement", "infinite"), ("agreement", "one_item_missing"),
}  # fmt: skip
"""What can be analysed in part all the same, and says of the rest what it lacks."""


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: str(one.__name__))
@pytest.mark.parametrize("kind", KINDS)
def test_data_that_cannot_be_analysed_have_a_reason(
    kind: str, spoil: Callable[..., tuple[pd.DataFrame, pd.Series]]
) -> None:
    frame, group = spoil(*sample(3))
    found = KINDS[kind](frame, ITEMS, group)
    if isinstance(found, NotApplicable):
        assert found.reason
        assert found.reason[-1] != "."
        assert found.reason[0] != " "
        return
    assert (kind, spoil.__name__) in FINE or (kind, "*") in FINE, f"{kind} of {spoil.__name__} gave numbers"
    told: tuple[Number, ...] = found.numbers()
    assert not any(isinf(one.value) for one in told)
