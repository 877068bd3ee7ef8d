"""The simulator: the truth comes back at large n, what is missing agrees with the pages, and seeds repeat."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest

from analysis.errors import SimulationError
from analysis.plan import load_plan
from analysis.plan.model import AllReliability
from analysis.regression import Regression, regression
from analysis.reliability import alpha_of
from analysis.scoring import Scored, score
from analysis.simulate import Simulated, latents, simulate
from analysis.simulate.truth import COMPOSITE_ALPHA, COMPOSITE_R, COMPOSITE_STRESS, NO_TRUTH
from analysis.simulate.two_supports import Respondents
from survey import flow
from survey.dataset.columns import columns_of
from survey.dataset.missing import Missing
from survey.instrument.labels import codes, range_of
from survey.instrument.load import load, shipped, shipped_plan_text
from survey.instrument.model import ChoiceFormat, Likert, Number, Slider
from tests.support.truth import estimates

INSTRUMENT = shipped("two-supports")
LARGE = 100_000


@pytest.fixture(scope="module")
def large() -> Simulated:
    return simulate(INSTRUMENT, LARGE, 7)


@pytest.fixture(scope="module")
def attentive(large: Simulated) -> Scored:
    """Without the careless: what composites show of the model itself (missing at random costs cases alone)."""
    careless = large.truth["careless"]["respondents"]
    data = large.dataset
    kept = type(data)(data.instrument, data.respondents.drop(careless), data.missing.drop(careless), data.source)
    return score(kept)


@pytest.mark.parametrize(("scale", "alpha"), COMPOSITE_ALPHA.items())
def test_alphas_are_as_the_instrument_says(attentive: Scored, scale: str, alpha: float) -> None:
    """Given to two decimals: the band is .005 for rounding and .004, three standard errors at this n, for the draw."""
    items = attentive.items(scale).dropna()
    assert float(alpha_of(np.cov(items.to_numpy().T))) == pytest.approx(alpha, abs=0.009)


@pytest.mark.parametrize(("pair", "r"), COMPOSITE_R.items())
def test_correlations_of_composites_are_as_the_instrument_says(attentive: Scored, pair: str, r: float) -> None:
    """Rounding .005, and 3/√n = .010 for the draw."""
    a, b = pair.split("~")
    assert attentive.frame[a].corr(attentive.frame[b]) == pytest.approx(r, abs=0.015)


def test_coefficients_of_composites_are_as_the_instrument_says(attentive: Scored) -> None:
    """Standardised, with the product of standardised scores: a latent −.10 shows as −.071. Band: .012, 3.5 errors."""
    names = ["stress", "instrumental", "psychosocial", "networking", "demands"]
    frame = attentive.frame[names].dropna()
    z = (frame - frame.mean()) / frame.std()
    z["demands:psychosocial"] = z["demands"] * z["psychosocial"]
    found = regression(z, "stress", [names[1:], ["demands:psychosocial"]])
    assert isinstance(found, Regression)
    for name, b in COMPOSITE_STRESS.items():
        if name == "r2_change":
            assert found.blocks[1].r2_change == pytest.approx(b, abs=0.002)
        else:
            assert found.coefficient(name).b == pytest.approx(b, abs=0.012)


def test_the_reference_run_comes_back_from_answers_as_they_come(large: Simulated) -> None:
    """Alphas, correlations and standardised coefficients of the shipped plan, with careless respondents excluded by its
    rules and cells missing; clean answers are held more closely in ``test_simulate_truths.py``.

    Bands: 4/√n of the smallest sample (people with a mentor), .018, with .005 for scores of whom some did not answer
    all; coefficients of stress also bear that those under high demands left the block out.
    """
    plan = load_plan(shipped_plan_text("two-supports") or "", "plan", INSTRUMENT)
    quick = {"reliability": AllReliability(scales="all", resamples=0, missing="listwise"), "missing": None}
    truth = large.truth["reference"]
    needed = [a for a in plan.analyses if a.kind in ("regression", "correlation") and truth[a.id] != NO_TRUTH]
    # Coefficients do not depend on the errors, and those by team take long for 12,500 teams.
    classical = [a.model_copy(update={"errors": "classical"}) if hasattr(a, "errors") else a for a in needed]
    plan = plan.model_copy(update={**quick, "robustness": None, "analyses": tuple(classical)})
    found = estimates(plan, large.dataset)
    compared = {key for key in found if key[1] in ("alpha", "r", "beta")}
    assert len(compared) > 100
    for key in compared:
        analysis, what, of = key
        band = 0.012 if what == "alpha" else 0.023
        assert found[key] == pytest.approx(truth[analysis][what][of]["value"], abs=band), key


def test_latents_have_the_moments_of_the_model() -> None:
    """Unit variances, correlations and team shares; bands of four standard errors with teams of eight."""
    drawn = latents.draw(400_000, np.random.default_rng(3), null=False)
    names = [*latents.EXOGENOUS, "STR", "JOB", "NEG", "MI", "MP", "INSr"]
    values = pd.DataFrame({name: drawn[name] for name in names})
    np.testing.assert_allclose(values.var(), 1.0, atol=0.012)
    np.testing.assert_allclose(values.iloc[:, :4].corr(), latents.CORRELATION, atol=0.008)
    assert values["INSr"].corr(values["PSY"]) == pytest.approx(0, abs=0.008)
    means = values.iloc[:, :4].groupby(drawn.team).mean().var()
    within = values.iloc[:, :4].groupby(drawn.team).var().mean()
    np.testing.assert_allclose((means - within / 8) / (means - within / 8 + within), latents.ICC, atol=0.012)
    design = np.column_stack([values[name] for name in latents.EXOGENOUS] + [values["DEM"] * values["PSY"]])
    b = np.linalg.lstsq(np.column_stack([np.ones(len(values)), design]), values["STR"], rcond=None)[0][1:]
    np.testing.assert_allclose(b, list(latents.STRESS.values()), atol=0.008)


def test_single_items_follow_their_equations(attentive: Scored) -> None:
    """log1p(online) on the latents, through scores: signs and rough size; counts by their means."""
    frame = attentive.frame
    assert np.log1p(frame["online"]).mean() == pytest.approx(5.0, abs=0.02)
    assert np.log1p(frame["online"]).std() == pytest.approx(np.sqrt(0.16 + 0.04 + 0.81), abs=0.02)
    assert np.log1p(frame["hours"]).mean() == pytest.approx(1.5, abs=0.02)
    assert frame["known_firms"].mean() == pytest.approx(np.exp(1.5 + 0.16 / 2), rel=0.02)
    assert frame["call_today"].mean() == pytest.approx(np.exp(1.6 + 0.09 / 2), rel=0.02)
    assert frame["sick_days"].mean() == pytest.approx(np.exp(0.8 + 0.09 / 2), rel=0.03)
    mean = np.exp(0.8)
    assert frame["sick_days"].var() > 1.5 * mean
    for pair in ("health~-stress", "career~instrumental", "job~-stress", "five_year~networking", "no_time~-hours",
                 "get_i~instrumental", "get_p~psychosocial", "checklist_i~instrumental"):  # fmt: skip
        a, b = pair.split("~")
        sign = -1 if b.startswith("-") else 1
        assert sign * frame[a].corr(frame[b.lstrip("-")]) > 0.1, pair
    assert frame["health"].corr(frame["stress"]) == pytest.approx(-0.30, abs=0.03)


def test_careless_respondents_are_as_many_and_as_hasty_as_they_should_be(large: Simulated) -> None:
    data = large.dataset.respondents
    careless = data.index.isin(large.truth["careless"]["respondents"])
    assert careless.mean() == pytest.approx(0.08, abs=0.004)
    assert (data["seconds_per_item"][careless] < 2).mean() > 0.99
    assert (data["seconds_per_item"][~careless] > 2).all()
    for item, right in (("att1", 4), ("att2", 3)):
        assert (data[item][careless] != right).mean() == pytest.approx(0.7, abs=0.02)
        assert (data[item][~careless] != right).mean() == pytest.approx(0.02, abs=0.003)


def test_cells_are_missing_as_often_as_they_should_be(large: Simulated) -> None:
    missing = large.dataset.missing
    assert (missing["ins1"] == "skipped").mean() == pytest.approx(0.03, abs=0.003)
    assert (missing["att1"] == "").all()
    whole = (missing[[f"str{i}" for i in range(1, 9)]] == "skipped").all(axis=1)
    # E[logit⁻¹(−2.6 + .5 DEM)] with DEM standard normal is .077.
    assert whole.mean() == pytest.approx(0.077, abs=0.004)
    demands = score(large.dataset).frame["demands"].reindex(whole.index)
    assert demands[whole].mean() > demands[~whole].mean() + 0.2


def test_typed_missing_agrees_with_the_pages(large: Simulated) -> None:
    data, missing = large.dataset.respondents, large.dataset.missing
    mentored = data["mentor"].isin(["one", "several"])
    assert (missing.loc[~mentored, "mi1"] == "not_shown").all()
    assert not (missing.loc[mentored, "mi1"] == "not_shown").any()
    assert ((missing["gender_text"] == "not_shown") == (data["gender"] != "another")).all()
    assert not {"closeness", "role.peer"} & (set(data) | set(missing))
    for name in ("ins1", "str8", "mi4", "gender", "gender_text", "online", "att2"):
        assert ((missing[name] == "") == data[name].notna()).all(), name
    assert set(missing["mi1"].unique()) | set(missing["ins1"].unique()) <= {"", *(str(m) for m in Missing)}


def test_the_flow_of_pages_agrees_respondent_by_respondent() -> None:
    """What the simulator calls not shown is what the flow of pages would not have shown."""
    data = simulate(INSTRUMENT, 60, 5).dataset
    for name, row in data.respondents.iterrows():
        answers = {item: row[item] for item in INSTRUMENT.items if item in row.index and not pd.isna(row[item])}
        shown = set(flow.visible_pages(INSTRUMENT, answers))
        for page in INSTRUMENT.pages:
            for item in page.items:
                assert (data.missing.at[name, item] == "not_shown") == (page.id not in shown)


def test_every_answer_lies_within_its_format(large: Simulated) -> None:
    data = large.dataset.respondents
    for item in INSTRUMENT.items:
        answer_format = INSTRUMENT.format_of(item)
        if item not in data.columns:
            continue
        given = data[item].dropna()
        if isinstance(answer_format, Likert | ChoiceFormat):
            assert set(given.unique()) <= set(codes(answer_format))
        elif isinstance(answer_format, Number | Slider):
            low, high = range_of(answer_format) or (-np.inf, np.inf)
            assert given.between(low, high).all(), item
            if isinstance(answer_format, Number) and answer_format.integer:
                assert (given == given.round()).all()


def test_the_data_have_the_columns_that_every_data_set_has(large: Simulated) -> None:
    wanted = [column.name for column in columns_of(INSTRUMENT)]
    assert list(large.dataset.respondents.columns) == [*wanted, "seconds_per_item"]
    assert large.dataset.respondents.index[0] == "r000001"
    assert simulate(INSTRUMENT, 3, 1).dataset.respondents.index.tolist() == ["r0001", "r0002", "r0003"]


def test_the_same_seed_gives_the_same_data_and_another_does_not() -> None:
    one, two, other = (simulate(INSTRUMENT, 200, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.dataset.respondents, two.dataset.respondents)
    pd.testing.assert_frame_equal(one.dataset.missing, two.dataset.missing)
    assert one.truth == two.truth
    assert not one.dataset.respondents.equals(other.dataset.respondents)


def test_the_null_world_relates_no_two_scales() -> None:
    """40 worlds of 400, all pairs of scales: significant ones are .05, within four binomial errors."""
    low = total = 0
    scales = [name for name, scale in INSTRUMENT.scales.items() if not name.startswith("mentor")]
    for seed in range(40):
        frame = score(simulate(INSTRUMENT, 400, seed, null=True).dataset).frame[scales]
        r = frame.corr().to_numpy()[np.triu_indices(len(scales), 1)]
        low += int((np.abs(r) > 1.96 / np.sqrt(350)).sum())
        total += len(r)
    assert abs(low / total - 0.05) < 4 * np.sqrt(0.05 * 0.95 / total)
    truth = simulate(INSTRUMENT, 10, 1, null=True).truth
    assert set(truth["latent"]["coefficients"]["STR"].values()) == {0.0}
    assert truth["careless"]["respondents"] == []


def test_truth_is_plain_and_says_where_there_is_none() -> None:
    truth = simulate(INSTRUMENT, 10, 1).truth
    assert json.loads(json.dumps(truth)) == truth
    assert truth["latent"]["coefficients"]["STR"]["DEM:PSY"] == -0.10
    assert truth["composite"]["stress"]["psychosocial"] == -0.166
    assert truth["no_truth"]["tenure"] == "no known truth"
    assert not {"ins1", "online", "mentor", "ck1", "att1"} & set(truth["no_truth"])


def test_another_instrument_has_one_factor_a_scale() -> None:
    text = """\
format: twofold/1
id: other
version: 1.0.0
formats:
  five: {type: likert, from: 1, labels: [a, b, c, d, e]}
  graded: {type: choice, choices: {low: {label: L, score: 3}, high: {label: H, score: 1}, top: {label: T, score: 9}}}
  kind: {type: choice, choices: {x: {label: X}, y: {label: Y}}}
  many: {type: multichoice, choices: {r: {label: R}, b: {label: B}}}
  order: {type: rank, choices: {r: {label: R}, b: {label: B}}}
  line: {type: slider, min: -1, max: 1}
  whole: {type: number, min: 3, max: 9, integer: true}
  open: {type: number}
  day: {type: date, min: '2020-01-01', max: '2020-12-31'}
  words: {type: text, max_length: 8}
items:
  a: {format: five}
  b: {format: five}
  c: {format: graded}
  d: {format: line}
  e: {format: whole}
  f: {format: open}
  g: {format: kind}
  h: {format: many}
  i: {format: order}
  j: {format: day}
  k: {format: words}
  ok: {format: five}
scales:
  first: {label: First, items: [a, -b, c]}
  second: {label: Second, items: [d, e]}
fields:
  {team: {type: group}, time1: {type: wave},
   pair: {type: dyad}, w: {type: weight}, sort: {type: category}, z: {type: number}}
checks: {ok: {item: ok, pass: 2}}
"""
    instrument = load(text, "other.yaml")
    found = simulate(instrument, 20_000, 3)
    data = found.dataset.respondents
    assert list(data.columns) == [*(column.name for column in columns_of(instrument)), "seconds_per_item"]
    frame = score(found.dataset).frame
    items = score(found.dataset).items("first")
    assert items["a"].corr(items["b"]) > 0.35
    assert abs(frame["first"].corr(frame["second"])) < 0.03
    assert data["e"].between(3, 9).all() or data["e"].dropna().between(3, 9).all()
    assert data["j"].dropna().between("2020-01-01", "2020-12-31").all()
    assert data["k"].dropna().str.len().max() <= 8
    assert set(np.unique(data[["i.r", "i.b"]].dropna().sum(axis=1))) == {3.0}
    assert data["team"].value_counts().max() == 8
    assert data["pair"].value_counts().max() == 2
    assert found.truth["relations"] == "no known truth"
    assert found.truth["scales"]["first"]["loading"] == 0.7


def test_a_minimal_instrument_and_one_respondent_will_do() -> None:
    text = (
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {f: {type: likert, labels: [a, b]}}\n"
        "items: {q: {format: f}}\nscales: {}\n"
    )
    assert simulate(load(text, "t"), 1, 0).dataset.respondents["q"].isin([1.0, 2.0]).all()
    assert len(simulate(INSTRUMENT, 1, 0).dataset.respondents) == 1


@pytest.mark.parametrize("n", [0, -5, 10**9])
def test_impossible_numbers_of_respondents_are_refused(n: int) -> None:
    with pytest.raises(SimulationError, match="between 1 and"):
        simulate(INSTRUMENT, n, 1)


def test_a_study_takes_less_than_a_second() -> None:
    simulate(INSTRUMENT, 10, 1)
    start = time.process_time()
    simulate(INSTRUMENT, 480, 1)
    assert time.process_time() - start < 1.0


def test_draws_do_not_depend_on_which_items_an_instrument_leaves_out() -> None:
    """Each item's error is drawn whether or not the item is there."""
    drawn = latents.draw(50, np.random.default_rng(1), null=False)
    whole = Respondents(INSTRUMENT, drawn, np.random.default_rng(2), null=False).answers()
    fewer = INSTRUMENT.model_copy(update={"items": {k: v for k, v in INSTRUMENT.items.items() if k != "ins3"}})
    part = Respondents(fewer, drawn, np.random.default_rng(2), null=False).answers()
    assert "ins3" not in part
    np.testing.assert_array_equal(whole["psy1"], part["psy1"])
