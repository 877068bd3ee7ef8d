"""Moderation between factors held to lavaan and semTools, and to what must not matter; what cannot be done says why."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.moderation.latent import latent_moderation
from analysis.moderation.result_latent import LatentModeration
from analysis.names import LATENT_FIT, LATENT_TERM
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable
from analysis.run import run
from analysis.scoring import Scored, score
from survey.dataset.read import read_data
from survey.instrument.load import shipped
from tests.support.reference import FOLDER, Case, cases, differences

INSTRUMENT = shipped("two-supports")
NAMES = ("y", "x", "w")
SCALES = {name: [f"{name}{i}" for i in range(1, 4)] for name in NAMES}


@cache
def study() -> Scored:
    return score(read_data(FOLDER / "study.csv", INSTRUMENT), {})


def held(found: LatentModeration | NotApplicable) -> LatentModeration:
    assert isinstance(found, LatentModeration), found
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("latent"), ids=str)
def test_every_number_is_lavaans(case: Case) -> None:
    o: dict[str, Any] = dict(case.options)
    scored = study()
    items = pd.concat([scored.items(name)[own] for name, own in o["scales"].items()], axis=1)
    if o["covariates"]:
        items = items.assign(**{name: scored.frame[name] for name in o["covariates"]})
    found = held(
        latent_moderation(
            items, o["scales"], o["outcome"], o["predictor"], o["moderator"], o["covariates"], pairs=o["pairs"],
            level=o["level"],
        )
    )  # fmt: skip
    assert not differences(found.numbers(), case.numbers, 1e-4, around=1e-2, of=case)
    names = {number.statistic for number in found.numbers()}
    assert names == {"n", "r2", "slope", *LATENT_FIT, *LATENT_TERM}


def sample(n: int = 600, seed: int = 1, effect: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, w = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], n).T
    y = 0.3 * x - 0.2 * w + effect * x * w + 0.8 * rng.standard_normal(n)
    columns = {}
    for name, factor in (("y", y), ("x", x), ("w", w)):
        for i, loading in enumerate((0.8, 0.7, 0.6), 1):
            columns[f"{name}{i}"] = loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal(n)
    return pd.DataFrame(columns)


@pytest.mark.parametrize("pairs", ["matched", "all"])
def test_a_latent_product_is_found_where_scores_show_less(pairs: Any) -> None:
    frame = sample(20_000, effect=-0.1)
    found = held(latent_moderation(frame, SCALES, *NAMES, pairs=pairs))
    y_sd = np.sqrt(0.3**2 + 0.2**2 - 2 * 0.3 * 0.2 * 0.3 + 0.01 * (1 + 0.3**2) + 0.64)
    product = found.term("x:w")
    assert abs(product.beta + 0.1 / y_sd) < 4 * product.beta_se
    assert product.beta_se < 0.015
    scores = pd.DataFrame({name: frame[own].mean(axis=1) for name, own in SCALES.items()})
    z = (scores - scores.mean()) / scores.std()
    rows = np.column_stack([np.ones(len(z)), z["x"], z["w"], z["x"] * z["w"]])
    of_scores = np.linalg.lstsq(rows, z["y"], rcond=None)[0][3]
    assert product.beta < of_scores - 0.02 < 0


@settings(max_examples=8, deadline=None)
@given(scale=st.floats(0.05, 20), shift=st.floats(-50, 50), seed=st.integers(0, 9))
def test_units_order_and_where_a_scale_begins_do_not_matter(scale: float, shift: float, seed: int) -> None:
    frame = sample(seed=seed)
    one = held(latent_moderation(frame, SCALES, *NAMES))
    moved = frame.assign(**{name: frame[name] * scale + shift for name in SCALES["x"]})
    turned = {name: own[::-1] for name, own in SCALES.items()}
    two = held(latent_moderation(moved.sample(frac=1, random_state=seed), turned, *NAMES))
    for a, b in zip((*one.terms, *one.slopes), (*two.terms, *two.slopes), strict=True):
        assert (b.term, b.beta, b.beta_se) == (
            a.term,
            pytest.approx(a.beta, abs=1e-5),
            pytest.approx(a.beta_se, rel=1e-3),
        )
    assert two.fit.chi2 == pytest.approx(one.fit.chi2, rel=1e-5)
    assert one.slopes[1].beta == pytest.approx(one.term("x").beta)
    assert one.slopes[2].beta - one.slopes[1].beta == pytest.approx(one.term("x:w").beta)
    assert [a for a, _ in one.pairs] == [a for a, _ in two.pairs]


def test_what_cannot_be_done_says_why() -> None:
    frame = sample(200).assign(c="a", flat=1.0)

    def why(scales: dict[str, list[str]], *covariates: str, rows: int = 200) -> str:
        found = latent_moderation(frame.head(rows), scales, *NAMES, covariates)
        assert isinstance(found, NotApplicable), found
        return found.reason

    assert why({**SCALES, "x": ["x1"]}) == "x has one item, and a factor is measured by two or more"
    assert why({**SCALES, "x": ["x1", "w1"]}) == "w1 belongs to more than one of the scales"
    assert why({**SCALES, "x": ["x1", "x9"]}) == "there is no variable x9 in the data"
    assert "holds categories" in why(SCALES, "c")
    assert "constant" in why(SCALES, "flat")
    assert "cannot be a covariate" in why(SCALES, "x1")
    assert "singular" in why(SCALES, rows=8)
    assert "too few cases" in why(SCALES, rows=2)
    many = {name: [f"{name}{i}" for i in range(11)] for name in ("x", "w")}
    wide = pd.DataFrame(
        np.random.default_rng(1).normal(size=(50, 22)), columns=[i for own in many.values() for i in own]
    )
    found = latent_moderation(wide.assign(**frame.head(50)[SCALES["y"]]), {**SCALES, **many}, *NAMES, pairs="all")
    assert isinstance(found, NotApplicable)
    assert "121 products of items are too many" in found.reason


HEAD = "format: twofold-plan/1\ninstrument: two-supports\nanalyses:\n  - {id: h, kind: moderation, outcome: stress, "


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("predictor: demands, moderator: psychosocial, latent: matched}", ""),
        ("predictor: demands, moderator: psychosocial, latent: true, covariates: [age], expect: negative}", ""),
        ("predictor: demands, moderator: [age], latent: all}", "'age' is no scale, and has no factor behind it."),
        ("predictor: demands, moderator: age, latent: all}", "'age' is no scale, and has no factor behind it."),
        (
            "predictor: demands, moderator: psychosocial, latent: all, errors: HC3}",
            "a moderation between factors has no",
        ),
        ("predictor: demands, moderator: [psychosocial, instrumental], latent: all}", "has one moderator"),
        (
            "predictor: demands, moderator: psychosocial, latent: all, covariates: [gender]}",
            "'gender' holds categories",
        ),
        ("predictor: demands, moderator: psychosocial, latent: some}", "'latent'"),
    ],
)
def test_a_plan_says_what_is_wrong(keys: str, said: str) -> None:
    found = [problem.what for problem in check_plan(HEAD + keys, "plan.yaml", INSTRUMENT)]
    assert said in found[0] if said else not found, found


def test_a_plan_claims_a_latent_product() -> None:
    dataset = read_data(FOLDER / "study.csv", INSTRUMENT)
    text = (
        HEAD
        + "predictor: demands, moderator: psychosocial, latent: true, covariates: [negative_affect], tier: primary}"
    )
    for head in ("", "missing: {mi: {imputations: 2, iterations: 1}}\n"):
        findings = run(load_plan(head + "robustness: {}\n" + text, "plan.yaml", INSTRUMENT), dataset)
        (finding,) = findings.analyses
        found = held(finding.results[0])  # type: ignore[arg-type] # a result of that kind
        assert finding.claim is not None
        assert finding.claim.terms == ("demands:psychosocial",)
        assert finding.claim.p == found.term("demands:psychosocial").p
        assert bool(head) == any("nothing is imputed" in note for note in found.notes)
    with pytest.raises(KeyError):
        found.term("nobody")
    assert found.tests(["nobody"]) == ()
    assert [test.term for test in found.tests(["low", "demands"])] == ["demands", "low"]
