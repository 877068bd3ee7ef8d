"""Actor-partner models: every number against nlme, the interval of k against boot, and dyads that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dyad import Dyad, dyad, pooled_dyad
from analysis.errors import AnalysisError
from analysis.names import CLAIM, KINDS, POOLED
from analysis.plan import load_plan
from analysis.result import NotApplicable, Result
from analysis.run import run
from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.support.proof import compared
from tests.support.reference import Case, cases, data, differences, document

RESAMPLED = ("k_low", "k_high")
SEARCH = 1e-5
"""gls searches for the correlation of partners, to about 1e-6; sums and differences have it in closed form."""


def done(frame: pd.DataFrame, predictors: list[str], role: str = "", **options: object) -> Dyad:
    found = dyad(frame, "y", predictors, "dyad", role, **options)  # type: ignore[arg-type] # options vary
    assert isinstance(found, Dyad), found
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("dyads"), ids=str)
def test_every_number_is_that_of_gls(case: Case) -> None:
    found = done(data("dyads"), case.options["predictors"], case.options["role"], resamples=0)
    exact = dict.fromkeys(("n", "n_dyads", "df"), 1e-12)
    assert differences(found.numbers(), case.numbers, SEARCH, exact, of=case) == []


@pytest.mark.oracle
def test_the_interval_of_k_is_that_of_boot() -> None:
    (ratio,) = done(data("dyads"), ["x"], resamples=20_000, seed=3).ratios
    boot = document("dyads")["k"]
    for name, ours in (("low", ratio.k_low), ("high", ratio.k_high)):
        error = boot[f"sd_{name}"] * np.sqrt(1 / 4 + 1 / 40)  # ours of 20,000 resamples, R's mean of 40 runs of 5,000
        off = abs(ours - boot[name]) / error
        compared("dyad", f"k_{name}", "dyads", off, 3.5, by="Monte-Carlo errors")
    two = done(data("dyads"), ["x"], "role", resamples=500, seed=1)
    assert two.ratios == done(data("dyads"), ["x"], "role", resamples=500, seed=1).ratios
    assert all(one.k_low < one.k < one.k_high for one in two.ratios)


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    found = done(data("dyads"), ["x", "z"], "role", resamples=200)
    assert isinstance(found, Result)
    assert {number.statistic for number in found.numbers()} == set(KINDS["dyad"]) - set(CLAIM) - set(POOLED[1:])
    keys = [(number.target, number.term, number.statistic) for number in found.numbers()]
    assert len(set(keys)) == len(keys)
    assert found.left_out == (
        ("dyads of one member", 2),
        ("dyads of more than two", 1),
        ("dyads in which a member lacks a value", 3),
        ("dyads whose members do not have one role each", 1),
    )
    assert [note.partition(" (")[0] for note in found.notes[:2]] == [
        "Left out: dyads of one member", "Left out: dyads of more than two",
    ]  # fmt: skip
    assert len(found.frame()) == len(found.effects) == 10
    (one,) = found.tests(["x[actor, mentor]"])
    effect = next(e for e in found.effects if e.term == one.term)
    assert (one.estimate, one.p, one.df) == (effect.beta, effect.p, effect.df)
    assert len(found.tests(["x"])) == 4
    assert len(found.tests(None)) == 8


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, -3.0, 500.0]), told=st.booleans())
def test_units_labels_and_order_change_nothing(seed: int, scale: float, told: bool) -> None:
    frame, rng = data("dyads"), np.random.default_rng(seed)
    moved = frame.iloc[rng.permutation(len(frame))].copy()
    moved["x"] = moved["x"] * scale + 5
    moved["dyad"] = moved["dyad"].map(lambda name: f"pair {name}", na_action="ignore")
    role = "role" if told else ""
    one, two = done(frame, ["x", "z"], role, resamples=0), done(moved, ["x", "z"], role, resamples=0)
    ours = {number[1:3]: number for number in ((n.target, n.term, n.statistic, n.value) for n in two.numbers())}
    for number in one.numbers():
        value = ours[number.term, number.statistic][3]
        if number.term.startswith("(intercept)") and number.statistic != "df":
            continue
        x = number.term.startswith("x") and number.statistic in ("b", "se")
        sign = np.sign(scale) if number.statistic in ("t", "beta") and number.term.startswith("x") else 1.0
        if number.statistic in ("ci_low", "ci_high"):
            continue
        wanted = number.value * (1 / scale if x and number.statistic == "b" else 1 / abs(scale) if x else sign)
        assert value == pytest.approx(wanted, rel=1e-8, abs=1e-12), number


def test_what_cannot_be_had_says_why() -> None:
    frame = data("dyads")
    for changed, predictors, role, reason in (
        (frame.head(8), ["x"], "", "complete dyads, and 5 or more"),
        (frame.assign(role="mentor"), ["x"], "role", "'role' has 1 values"),
        (frame.assign(x=1.0), ["x"], "", "x is constant"),
        (frame.assign(x=frame["dyad"].str[1:4].astype(float)), ["x"], "", "the same x"),
        (frame.assign(w=2 * frame["x"]), ["x", "w"], "", "collinear"),
        (frame.assign(w=2 * frame["x"]), ["x", "w"], "role", "collinear"),
        (frame.assign(y=3 * frame["x"] + 1), ["x"], "", "exactly"),
        (frame.assign(y=3 * frame["x"] + 1), ["x"], "role", "exactly"),
    ):
        found = dyad(changed, "y", predictors, "dyad", role)
        assert isinstance(found, NotApplicable), reason
        assert reason in found.reason
    with pytest.raises(AnalysisError, match="no column nothing"):
        dyad(frame, "nothing", ["x"], "dyad")


def test_pooling_follows_rubin() -> None:
    frame, rng = data("dyads"), np.random.default_rng(5)
    filled = [frame.assign(y=frame["y"].fillna(3 + rng.normal()), x=frame["x"].fillna(rng.normal())) for _ in range(4)]
    found = pooled_dyad(filled, "y", ["x"], "dyad", "role")
    assert isinstance(found, Dyad)
    single = [done(one, ["x"], "role", resamples=0) for one in filled]
    for i, effect in enumerate(found.effects):
        b = np.array([one.effects[i].b for one in single])
        within = np.mean([one.effects[i].se ** 2 for one in single])
        assert effect.b == pytest.approx(b.mean())
        assert effect.se == pytest.approx(np.sqrt(within + 1.25 * b.var(ddof=1)))
        assert effect.riv == pytest.approx(1.25 * b.var(ddof=1) / within)
    assert {number.statistic for number in found.numbers()} >= set(POOLED)
    assert np.isnan(found.ratios[0].k_low)
    same = pooled_dyad([filled[0]] * 2, "y", ["x"], "dyad")
    assert isinstance(same, Dyad)
    alone = done(filled[0], ["x"], resamples=0)
    assert [replace(e, riv=np.nan, fmi=np.nan).b for e in same.effects] == pytest.approx([e.b for e in alone.effects])
    bad = pooled_dyad([frame.head(4)] * 2, "y", ["x"], "dyad")
    assert isinstance(bad, NotApplicable)


def test_a_plan_runs_dyads() -> None:
    instrument = load(
        "format: twofold/1\nid: d\nversion: 1.0.0\nformats: {n: {type: number}}\nscales: {}\n"
        "items: {y: {format: n}, x: {format: n}, z: {format: n}}\n"
        "fields: {dyad: {type: dyad}, role: {type: category}}\n",
        "d.yaml",
    )
    frame = data("dyads").assign(id=lambda f: [f"p{i}" for i in range(len(f))])
    for column in ("y", "x", "z"):
        frame[column] = [None if pd.isna(v) else f"{v}" for v in frame[column]]
    head = "format: twofold-plan/1\ninstrument: d\n"
    one = "{kind: dyad, outcome: y, predictors: [x], dyad: dyad, role: role, resamples: 0, expect: negative}"
    plan = load_plan(f"{head}analyses: [{one}]\n", "p", instrument)
    (finding,) = run(plan, read_frame(frame, instrument, "d")).analyses
    (found,) = finding.results
    assert isinstance(found, Dyad)
    direct = done(data("dyads"), ["x"], "role", resamples=0)
    assert [e.b for e in found.effects] == pytest.approx([e.b for e in direct.effects], rel=1e-10)
    assert finding.claim is not None
    assert finding.claim.p == max(e.p for e in found.effects if e.kind != "intercept")
    plan = load_plan(f"{head}missing: {{mi: {{imputations: 2, iterations: 2}}}}\nanalyses: [{one}]\n", "p", instrument)
    (imputed,) = run(plan, read_frame(frame, instrument, "d")).analyses
    assert isinstance(imputed.results[0], Dyad), imputed.results
    assert (imputed.results[0].imputations, imputed.results[0].dyads) == (2, 107)
