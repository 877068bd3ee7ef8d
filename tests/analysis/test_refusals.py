"""What data cannot carry is named in words, in every kind: never a wrong number, never another model in silence."""

from __future__ import annotations

from functools import cache
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.findings import Finding
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable
from analysis.run import run
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.instrument.load import load
from survey.instrument.model import Instrument

NUMBERS = ("x", "w", "m", "y", "z", "e", "level", "two", "mid", "flat", "twin", "sep", "count", "ord", "sepord", "same")
FIELDS = {"team": "group", "own": "group", "one": "group", "pair": "dyad", "role": "category", "kind": "category",
          "rare": "category", "alone": "category"}  # fmt: skip
HEAD = "format: twofold-plan/1\ninstrument: trouble\nanalyses:\n  - {id: h, "


@cache
def instrument() -> Instrument:
    fields = "".join(f"  {name}: {{type: number}}\n" for name in NUMBERS)
    fields += "".join(f"  {name}: {{type: {type_}}}\n" for name, type_ in FIELDS.items())
    head = "format: twofold/1\nid: trouble\nversion: 1.0.0\nformats: {}\nitems: {}\nscales: {}\nfields:\n"
    return load(head + fields, "trouble.yaml")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    rng, n = np.random.default_rng(1), 120
    data = pd.DataFrame({name: rng.normal(size=n) for name in ("x", "w", "m", "z", "e")})
    data["y"] = data["x"] + 0.5 * data["m"] + rng.normal(size=n)
    data["two"], data["mid"], data["flat"] = (data["w"] > 0) * 1.0, (data["m"] > 0) * 1.0, 1.0
    data["twin"], data["same"], data["sep"] = 2 * data["x"] + 1, data["y"], (data["x"] > 0.2) * 1.0
    data["count"], data["ord"] = rng.poisson(2, n), np.clip(np.round(data["y"]) + 3, 1, 5)
    data["sepord"] = np.digitize(data["x"], [-0.5, 0.5]) + 1.0
    data["team"], data["own"] = [f"t{i // 8}" for i in range(n)], [f"o{i}" for i in range(n)]
    data["level"] = data["e"] - data.groupby("team")["e"].transform("mean")
    data["one"], data["pair"], data["role"] = "all", [f"p{i // 2}" for i in range(n)], np.tile(["a", "b"], n // 2)
    data["kind"], data["alone"] = rng.choice(["k", "l", "q"], n), "only"
    data["rare"] = ["first", *["rest"] * (n - 1)]
    path = Path(tmp_path_factory.mktemp("refusals")) / "trouble.csv"
    data.to_csv(path, index=False)
    return read_data(path, instrument())


def finding(keys: str, dataset: Dataset) -> Finding:
    text = f"{HEAD}{keys}}}\n"
    assert check_plan(text, "plan.yaml", instrument()) == []
    (found,) = run(load_plan(text, "plan.yaml", instrument()), dataset).analyses
    return found


COLLINEAR = "twin is collinear: it is an exact combination of x; leave one of them out"
REFUSED = {
    # perfect collinearity
    "kind: regression, outcome: y, blocks: [[x, twin]]": COLLINEAR,
    "kind: regression, outcome: y, blocks: [[x], [twin]], errors: {cr2: team}": COLLINEAR,
    "kind: logistic, outcome: two, blocks: [[x, twin]]": COLLINEAR,
    "kind: ordinal, outcome: ord, blocks: [[x, twin]]": COLLINEAR,
    "kind: count, outcome: count, blocks: [[x, twin]]": COLLINEAR,
    "kind: moderation, outcome: y, predictor: x, moderator: twin": COLLINEAR,
    "kind: contrast, outcome: y, blocks: [[x, twin]], terms: [x, twin]": COLLINEAR,
    "kind: dominance, outcome: y, predictors: [x, twin]": COLLINEAR,
    "kind: response_surface, outcome: y, x: x, y: twin": COLLINEAR,
    "kind: mixed, outcome: y, fixed: [x, twin], group: team": "twin is an exact combination of x",
    "kind: dyad, outcome: y, predictors: [x, twin], dyad: pair": "collinear",
    "kind: mediation, outcome: y, predictor: x, mediators: [twin], resamples: 100": "reproduce twin exactly",
    "kind: regression, outcome: same, blocks: [[y]]": "reproduce same exactly",
    "kind: mixed, outcome: same, fixed: [y], group: team": "reproduce the outcome exactly",
    # separation
    "kind: logistic, outcome: sep, blocks: [[x]]": "x separates the answers of sep",
    "kind: ordinal, outcome: sepord, blocks: [[x]]": "x separates the answers of sepord",
    # one case a group, one group, a group of one
    "kind: mixed, outcome: y, fixed: [x], group: own": "every group (own) has a single case",
    "kind: mixed, outcome: y, fixed: [x], group: one": "must be two or more, and there is 1",
    "kind: mixed, outcome: y, fixed: [x], group: pair, slopes: [x]": "cannot carry 2 coefficients for each of 60",
    "kind: agreement, scale: y, group: own": "no group of 'own' has two members",
    "kind: agreement, scale: y, group: one": "'one' has no two groups",
    "kind: compare, outcome: y, by: rare": "the group first of rare has one case",
    "kind: compare, outcome: y, by: own": "own has 120 groups",
    "kind: compare, outcome: y, by: alone": "only only occurs",
    "kind: dyad, outcome: y, predictors: [x], dyad: own": "0 complete dyads",
    "kind: regression, outcome: y, blocks: [[x]], errors: {cluster: one}": "need two clusters, and there is 1",
    "kind: regression, outcome: y, blocks: [[x]], errors: {cr2: one}": "need two clusters, and there is 1",
    "kind: moderation, outcome: y, predictor: x, moderator: w, errors: {cr2: one}": "need two clusters",
    "kind: mediation, outcome: y, predictor: x, mediators: [m], resamples: 100, errors: {cr2: one}": "two clusters",
    "kind: regression, outcome: y, blocks: [[rare]]": "has a leverage of 1",
    "kind: moderation, outcome: y, predictor: x, moderator: rare": "x:rare[rest] is collinear",
    # what does not vary, or is of another kind
    "kind: regression, outcome: flat, blocks: [[x]]": "the outcome flat is constant",
    "kind: regression, outcome: y, blocks: [[flat]]": "flat is constant",
    "kind: moderation, outcome: y, predictor: x, moderator: flat": "flat is constant",
    "kind: mediation, outcome: y, predictor: x, mediators: [flat], resamples: 100": "flat is constant",
    "kind: mixed, outcome: flat, fixed: [x], group: team": "flat is constant",
    "kind: dyad, outcome: y, predictors: [flat], dyad: pair": "flat is constant",
    "kind: compare, outcome: flat, by: kind": "flat is the same for everybody",
    "kind: contrast, paired: [y, same]": "the same for everybody",
    "kind: response_surface, outcome: y, x: two, y: mid": "the square of two is collinear",
    "kind: logistic, outcome: ord, blocks: [[x]]": "needs an outcome of two values",
    "kind: ordinal, outcome: two, blocks: [[x]]": "take logistic for two",
    "kind: ordinal, outcome: y, blocks: [[x]]": "take regression",
    "kind: count, outcome: y, blocks: [[x]]": "y is no count",
}


@pytest.mark.parametrize("keys", REFUSED, ids=lambda keys: keys.removeprefix("kind: ")[:60])
def test_what_cannot_be_done_has_a_reason_and_no_number(keys: str, dataset: Dataset) -> None:
    found = finding(keys, dataset)
    (result,) = found.results
    assert isinstance(result, NotApplicable), result
    assert REFUSED[keys] in result.reason
    assert [number.statistic for number in result.numbers()] == ["not_applicable"]


TWO = "mid has two values, 0 and 1: its equation is linear all the same"
NOTED = {
    "kind: moderation, outcome: y, predictor: x, moderator: two": "two has two values, 0 and 1: slopes are",
    "kind: moderation, outcome: y, predictor: two, moderator: mid": "mid has two values, 0 and 1",
    "kind: mediation, outcome: y, predictor: x, mediators: [mid], resamples: 100": TWO,
    "kind: mediation, outcome: mid, predictor: x, mediators: [m], resamples: 100": TWO,
    "kind: mediation, outcome: y, predictor: x, mediators: [m], moderator: two, path: b, resamples: 100": (
        "effects are at 0, 1 of two"
    ),
    "kind: mixed, outcome: level, fixed: [x], group: team": "is 0 (a singular fit)",
    "kind: compare, outcome: two, by: kind": "a logistic regression is the model for it",
    "kind: correlation, variables: [x, flat]": "x~flat is not applicable, because flat is constant",
}


@pytest.mark.parametrize("keys", NOTED, ids=lambda keys: keys.removeprefix("kind: ")[:60])
def test_what_is_odd_is_noted_beside_its_numbers(keys: str, dataset: Dataset) -> None:
    (result,) = finding(keys, dataset).results
    assert not isinstance(result, NotApplicable), result
    assert any(NOTED[keys] in note for note in result.notes), result.notes
    assert all(isfinite(number.value) for number in result.numbers() if number.statistic != "not_applicable")


UNKNOWN = {
    "kind: mediation, outcome: y, predictor: x, mediators: [m], moderator: kind, path: a": "'kind' holds categories",
    "kind: mediation, outcome: y, predictor: x, mediators: [role]": "'role' holds categories",
    "kind: moderation, outcome: kind, predictor: x, moderator: w": "'kind' holds categories",
    "kind: mixed, outcome: y, fixed: [x], group: kind, slopes: [kind]": "'kind'",
    "kind: compare, outcome: kind, by: role": "'kind' holds categories",
    "kind: panel, x: [x@1, x@2], y: [y@1, y@2], covariates: [w@2]": "'w@2' is of one wave",
}


@pytest.mark.parametrize("keys", UNKNOWN, ids=lambda keys: keys.removeprefix("kind: ")[:60])
def test_what_a_kind_does_not_do_is_said_before_it_is_run(keys: str) -> None:
    found = check_plan(f"{HEAD}{keys}}}\n", "plan.yaml", instrument())
    assert found
    assert UNKNOWN[keys] in found[0].what
