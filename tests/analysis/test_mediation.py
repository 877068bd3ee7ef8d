"""Mediation held to lm and lavaan, to PROCESS as PyProcessMacro computes it, to boot, and to what must not matter."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.mediation import Mediation, mediation, pooled_mediation
from analysis.mediation.engine import solve
from analysis.regression import Regression, regression
from analysis.result import NotApplicable
from tests.analysis.test_moderation import study
from tests.analysis.test_regression import column_of
from tests.support import proof
from tests.support.reference import SHARED, Case, cases, data, differences, document

CASES = cases("mediation")
PROCESS = [one for one in document("process")["cases"] if one["model"] > 3]
DRAWN = document("mediation")["resamples"]
RESAMPLED = ("se", "percentile_low", "percentile_high", "bca_low", "bca_high")
FROM_RESAMPLES = {*RESAMPLED, "p", "ci_low", "ci_high", "std_low", "std_high", "std_partial_low", "std_partial_high"}


def fitted(frame: pd.DataFrame, y: str, x: str, m: list[str], *more: Any, **options: Any) -> Mediation:
    found = mediation(frame, y, x, m, *more, **{"resamples": 200, **options})
    assert isinstance(found, Mediation), found
    return found


def reason(frame: pd.DataFrame, y: str, x: str, m: list[str], *more: Any, **options: Any) -> str:
    found = mediation(frame, y, x, m, *more, **{"resamples": 100, **options})
    assert isinstance(found, NotApplicable), found
    assert found.target == y
    return found.reason


def sample(n: int = 120, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=["x", "w", "c"])
    frame["m"] = 0.5 * frame["x"] + 0.3 * frame["x"] * frame["w"] + rng.standard_normal(n)
    frame["k"] = 0.4 * frame["m"] + 0.2 * frame["x"] + rng.standard_normal(n)
    frame["y"] = 0.4 * frame["m"] + 0.3 * frame["k"] + 0.2 * frame["x"] + rng.standard_normal(n)
    frame["team"] = [f"t{i // 6}" for i in range(n)]
    frame["two"] = (frame["m"] > 0) * 1.0
    return frame


def run(case: Case, resamples: int = 200) -> Mediation:
    o = case.options
    frame = study() if case.input == "study" else data(case.input)
    return fitted(
        frame, o["outcome"], o["predictor"], o["mediators"], o["covariates"], serial=o["serial"],
        moderator=o["moderator"], path=o["path"], errors=o["errors"], level=o["level"], resamples=resamples,
    )  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_that_is_not_drawn_is_r_s(case: Case) -> None:
    ours = [number for number in run(case).numbers() if number.statistic not in FROM_RESAMPLES]
    theirs = {key: value for key, value in case.numbers.items() if key[2] not in FROM_RESAMPLES}
    assert not differences(ours, theirs, 1e-6, of=case)


@pytest.mark.oracle
@pytest.mark.parametrize("case", [case for case in CASES if any(key[2] == "se" for key in case.numbers)], ids=str)
def test_resamples_are_distributed_as_those_of_boot(case: Case) -> None:
    """In units of the Monte-Carlo error of a difference, of an end of 95% or of a standard deviation."""
    drawn = 20_000
    found = run(case, drawn)
    term = next(key[1] for key in case.numbers if key[2] == "se")
    effect = found.effect(term)
    theirs = {key[2]: value for key, value in case.numbers.items() if key[1] == term}
    part = theirs["se"] * sqrt(1 / drawn + 1 / DRAWN)
    for name in RESAMPLED:
        error = part / sqrt(2) * 1.3 if name == "se" else part * 2.9
        off = abs(getattr(effect, name) - theirs[name]) / error
        proof.compared("mediation", name, case.input, off, 4, by="Monte-Carlo errors")
    assert (effect.ci_low, effect.ci_high) == (effect.percentile_low, effect.percentile_high)


@pytest.mark.oracle
@pytest.mark.parametrize("case", PROCESS, ids=lambda case: str(case["case"]))
def test_process_agrees(case: dict[str, Any]) -> None:
    """Models 4, 6, 7 and 14: coefficients, indirect effects, contrasts, standardised effects, and indices."""
    frame = data("mediation").rename(columns={"W1": "V1"}).astype(float)
    m, w = case["mediators"], case["moderator"] or ""
    found = fitted(
        frame, "Y", "X", m, case["covariates"], serial=case["model"] == 6, moderator=w,
        path="b" if case["model"] == 14 else "a", errors="classical", resamples=5000,
    )  # fmt: skip

    def same(statistic: str, here: float, there: float) -> None:
        proof.compared("mediation", statistic, "mediation (PROCESS)", proof.relative(here, there, 1e-3), 1e-6)

    outcome = {(row["outcome"], row["term"]): row for row in case["outcome"]}
    for path in found.paths:
        if path.name in ("c", "product") or (w and path.name in ("a", "b")):
            continue  # without a mediator, or centred here and not there
        row = outcome[path.end, path.start]
        for name, theirs in (("", "estimate"), ("_se", "std_error")):
            same(path.name + name, path.value if not name else path.se, row[theirs])
        same(f"{path.name}_ci_low", path.ci_low, row["conf_low"])
        same(f"{path.name}_ci_high", path.ci_high, row["conf_high"])
    for row in case["indirect"]:
        way = [part for part in row["term"].split(" -> ") if part not in ("X", "Y")]
        term = "->".join(("X", *way, "Y"))
        if w:
            (effect,) = [e for e in found.effects if e.term.startswith(f"{term}|") and abs(e.at - row["V1"]) < 1e-9]
        else:
            effect = found.effect(term)
        same("indirect", effect.estimate, row["estimate"])
        width = row["conf_high"] - row["conf_low"]
        assert effect.percentile_low == pytest.approx(row["conf_low"], abs=0.08 * width)
        assert effect.percentile_high == pytest.approx(row["conf_high"], abs=0.08 * width)
    if w:
        assert sum(e.kind == "index" for e in found.effects) == len(case["index_mm"])
        for row in case["index_mm"]:
            same("index", found.effect(f"X->{row['term']}->Y").estimate, row["estimate"])
        return
    same("indirect", found.effect("total").estimate, case["total"][0]["estimate"])
    contrasts = [effect for effect in found.effects if effect.kind == "contrast"]
    ours, theirs_ = (sorted(abs(value) for value in part) for part in
                     ([e.estimate for e in contrasts], [row["estimate"] for row in case["contrast"]]))  # fmt: skip
    for here, there in zip(ours, theirs_, strict=True):
        same("contrast", here, there)
    for part, name in (("indirect_ps", "std_partial"), ("indirect_cs", "std")):
        for row in case[part]:
            way = [p for p in row["term"].split(" -> ") if p not in ("X", "Y")]
            effect = found.effect("total" if row["term"] == "total" else "->".join(("X", *way, "Y")))
            same(name, getattr(effect, name), row["estimate"])
            width = row["conf_high"] - row["conf_low"]
            low, high = getattr(effect, f"{name}_low"), getattr(effect, f"{name}_high")
            assert (low, high) == pytest.approx((row["conf_low"], row["conf_high"]), abs=0.08 * width)


@pytest.mark.oracle
@pytest.mark.skipif(not (SHARED / "04_tal_or_mediation").exists(), reason="the shared data are not here")
def test_presumed_media_influence_of_tal_or() -> None:
    """Hayes (2022), chapters 3 and 4, with values of R beside the data."""
    import json

    folder = SHARED / "04_tal_or_mediation"
    frame, known = pd.read_csv(folder / "data.csv"), json.loads((folder / "values.json").read_text("utf-8"))
    found = fitted(frame, "reaction", "cond", ["pmi"], errors="classical", resamples=20_000)
    paths = {path.name: path for path in found.paths}

    def same(statistic: str, here: float, there: float) -> None:
        off = proof.relative(here, there, 1e-3)
        proof.compared("mediation", statistic, "Tal-Or", off, 1e-6, committed=False)

    for name, table, row in (
        ("a", "path_a", 1),
        ("b", "path_b_cprime", 2),
        ("c_prime", "path_b_cprime", 1),
        ("c", "total", 1),
    ):
        theirs = known[table][row]
        same(name, paths[name].value, theirs["Estimate"])
        same(f"{name}_se", paths[name].se, theirs["Std. Error"])
        same(f"{name}_t", paths[name].t, theirs["t value"])
        same(f"{name}_p", paths[name].p, theirs["Pr(>|t|)"])
    effect = found.effect("cond->pmi->reaction")
    same("indirect", effect.estimate, known["indirect"])
    same("std", effect.std, known["completely_standardized_indirect"])
    boot = known["boot"]
    np.testing.assert_allclose([effect.percentile_low, effect.percentile_high], boot["percentile95"], atol=0.012)
    np.testing.assert_allclose([effect.bca_low, effect.bca_high], boot["bca95"], atol=0.012)
    assert effect.se == pytest.approx(boot["se"], rel=0.03)
    serial = fitted(frame, "reaction", "cond", ["import", "pmi"], serial=True)
    theirs = known["serial_import_then_pmi"]
    same("indirect", serial.effect("cond->import->pmi->reaction").estimate, theirs["ind_serial"])
    same("d", next(path.value for path in serial.paths if path.name == "d"), theirs["d21"])
    parallel = fitted(frame, "reaction", "cond", ["pmi", "import"])
    theirs = known["parallel_two_mediators"]
    same("indirect", parallel.effect("cond->pmi->reaction").estimate, theirs["ind1"])
    same("indirect", parallel.effect("cond->import->reaction").estimate, theirs["ind2"])


def test_total_is_direct_and_indirect_together() -> None:
    for options in ({}, {"serial": True}):
        found = fitted(sample(), "y", "x", ["m", "k"], ["c"], **options)
        paths = {path.name: path.value for path in found.paths}
        assert paths["c"] == pytest.approx(paths["c_prime"] + found.effect("total").estimate, rel=1e-9)


def test_each_resample_is_what_a_refit_gives() -> None:
    """The rows drawn again and again, fitted one by one by numpy's least squares."""
    from analysis.mediation import _drawn
    from analysis.mediation.design import build
    from analysis.resample import resample_sums

    frame = sample(40)
    design = build([frame], "y", "x", ["m", "k"], True, ["c"], "", "a", [])
    values, estimate, left_out, names = _drawn(design, 60, 9, None)
    counts = resample_sums(np.eye(40), 60, 9)
    x, m, k, y, c = (frame[name].to_numpy() for name in ("x", "m", "k", "y", "c"))
    one = np.ones(40)

    def refit(times: np.ndarray) -> float:
        root = np.sqrt(times)

        def fit(target: np.ndarray, *columns: np.ndarray) -> np.ndarray:
            return np.linalg.lstsq(np.column_stack(columns) * root[:, None], target * root, rcond=None)[0]

        return float(fit(m, one, x, c)[1] * fit(k, one, x, m, c)[2] * fit(y, one, x, m, k, c)[3])

    at = names.index("x->m->k->y")
    np.testing.assert_allclose(values[:, at], [refit(row) for row in counts], rtol=1e-8)
    assert estimate[at] == pytest.approx(refit(one), rel=1e-9)
    np.testing.assert_allclose(left_out[:, at], [refit(one - np.eye(40)[i]) for i in range(40)], rtol=1e-8)


def test_a_singular_resample_is_counted_and_ends_nothing() -> None:
    rng = np.random.default_rng(2)
    left = rng.standard_normal((5, 3, 3))
    left = left @ np.swapaxes(left, 1, 2)
    left[2] = np.ones((3, 3))
    right = rng.standard_normal((5, 3))
    found = solve(left, right)
    keep = [0, 1, 3, 4]
    np.testing.assert_allclose(found[keep], np.linalg.solve(left[keep], right[keep, :, None])[..., 0], rtol=1e-8)
    assert not np.isfinite(found[2]).all()
    rare = sample(40).assign(x=[1.0, 1.0] + [0.0] * 38)
    found_ = fitted(rare, "y", "x", ["m"], errors="classical", resamples=1000)
    assert 60 < found_.failed < 220  # (1 - 2/40)^40 of them have no 1 at all
    assert any("resamples were singular" in note for note in found_.notes)


def test_groups_are_drawn_whole() -> None:
    rng = np.random.default_rng(4)
    shared = np.repeat(rng.standard_normal((25, 2)), 8, axis=0)
    x = shared[:, 0] + 0.3 * rng.standard_normal(200)
    m = 0.5 * x + shared[:, 1] + 0.3 * rng.standard_normal(200)
    frame = pd.DataFrame(
        {"x": x, "m": m, "y": 0.5 * m + rng.standard_normal(200), "g": [f"g{i // 8}" for i in range(200)]}
    )
    alone = fitted(frame, "y", "x", ["m"], resamples=2000)
    whole = fitted(frame, "y", "x", ["m"], resamples=2000, errors={"cluster": "g"})
    few = fitted(frame, "y", "x", ["m"], resamples=2000, errors={"cr2": "g"})
    row = regression(frame, "y", [["x", "m"]], {"cr2": "g"})
    assert isinstance(row, Regression)
    (b,) = [path for path in few.paths if path.name == "b"]
    own = row.coefficient("m")
    assert (b.se, b.p, b.df) == pytest.approx((own.se, own.p, own.df))
    assert [e.ci_low for e in few.effects] == [e.ci_low for e in whole.effects]
    given_ = fitted(frame, "y", "x", ["m"], resamples=2000, groups=frame["g"])
    assert (alone.groups, whole.groups, given_.groups) == (0, 25, 25)
    assert whole.effect("total").se > 1.5 * alone.effect("total").se
    assert given_.effect("total") == whole.effect("total")
    assert any("whole groups (25)" in note for note in whole.notes)
    assert whole.paths[0].df == 24


def test_the_same_seed_gives_the_same_numbers_and_bca_can_be_chosen() -> None:
    frame = sample()
    one, two = (fitted(frame, "y", "x", ["m"], seed=3, interval=how) for how in ("percentile", "bca"))
    assert one.numbers() == fitted(frame, "y", "x", ["m"], seed=3).numbers()
    assert one.effect("total").se != fitted(frame, "y", "x", ["m"], seed=4).effect("total").se
    a, b = one.effect("total"), two.effect("total")
    assert (b.ci_low, b.ci_high) == (a.bca_low, a.bca_high)
    with pytest.raises(ValueError, match="interval"):
        mediation(frame, "y", "x", ["m"], interval="normal")  # type: ignore[arg-type] # that is the point


@pytest.mark.parametrize("interval", ["percentile", "bca"])
def test_p_is_the_level_at_which_the_interval_ends_at_zero(interval: str) -> None:
    frame = sample(60, 7).assign(y=lambda d: d["y"] - 0.3 * d["m"])
    found = fitted(frame, "y", "x", ["m"], resamples=4000, interval=interval)
    p = found.effect("total").p
    assert 0 < p < 1
    at = fitted(frame, "y", "x", ["m"], resamples=4000, interval=interval, level=1 - p).effect("total")
    near = min(abs(at.ci_low), abs(at.ci_high))
    assert near < 0.02 * at.se


def test_two_values_are_named_and_stay_linear() -> None:
    frame = sample()
    found = fitted(frame, "y", "x", ["two"], errors="classical")
    assert found.two_values == {"two": (0.0, 1.0)}
    assert any("two has two values, 0 and 1: its equation is linear" in note for note in found.notes)
    slope = np.polyfit(frame["x"], frame["two"], 1)[0]
    assert found.paths[0].value == pytest.approx(slope, rel=1e-9)


def test_an_index_is_the_difference_of_effects_a_unit_apart() -> None:
    frame = sample()
    for path in ("a", "b"):
        found = fitted(frame, "y", "x", ["m", "k"], ["c"], moderator="w", path=path)
        for name in ("m", "k"):
            low, mean, high = (found.effect(f"x->{name}->y|{level}") for level in ("low", "mean", "high"))
            index = found.effect(f"x->{name}->y")
            assert index.kind == "index"
            assert high.estimate - low.estimate == pytest.approx(index.estimate * (high.at - low.at), rel=1e-9)
            assert (low.at, high.at) == pytest.approx((mean.at - frame["w"].std(), mean.at + frame["w"].std()))
        moved = frame.assign(w=frame["w"] - found.effect("x->m->y|high").at)
        moved["p"] = moved["x" if path == "a" else "m"] * moved["w"]
        moved["q"] = moved["k"] * moved["w"]
        first = regression(moved, "m", [["x", "c", *(["w", "p"] if path == "a" else [])]])
        second = regression(moved, "y", [["x", "m", "k", "c", *(["w", "p", "q"] if path == "b" else [])]])
        assert isinstance(first, Regression)
        assert isinstance(second, Regression)
        expected = first.coefficient("x").b * second.coefficient("m").b
        assert found.effect("x->m->y|high").estimate == pytest.approx(expected, rel=1e-8)
        assert not any(effect.term == "total" for effect in found.effects)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(0.1, 10), shift=st.floats(-50, 50), turn=st.booleans(), seed=st.integers(0, 500))
def test_units_and_origin_do_not_matter(scale: float, shift: float, turn: bool, seed: int) -> None:
    frame = sample(60, seed)
    factor = -scale if turn else scale
    other = frame.assign(m=factor * frame["m"] + shift, y=2 * frame["y"] - 3, x=5 * frame["x"] + 1)
    for options in ({"serial": True}, {"moderator": "w", "path": "a"}, {"moderator": "w", "path": "b"}):
        plain, moved = (fitted(f, "y", "x", ["m", "k"], ["c"], **options, resamples=100) for f in (frame, other))
        for one, two in zip(plain.effects, moved.effects, strict=True):
            assert one.term == two.term
            for name in ("estimate", "se", "ci_low", "ci_high", "bca_low", "bca_high"):
                assert getattr(two, name) == pytest.approx(getattr(one, name) * 2 / 5, rel=1e-6, abs=1e-9)
            assert two.p == pytest.approx(one.p)
            if not np.isnan(one.std):
                assert (two.std, two.std_low) == pytest.approx((one.std, one.std_low), rel=1e-6, abs=1e-9)


COLUMNS = ("plain", "constant", "empty", "gaps", "infinite", "tiny", "far", "copy", "binary", "text", "rare", "whole")


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(COLUMNS), min_size=4, max_size=4), n=st.integers(0, 30), seed=st.integers(0, 500),
    shape=st.sampled_from(["parallel", "serial", "a", "b"]), groups=st.booleans(),
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_whatever_the_columns_it_is_a_result_or_a_reason(
    kinds: list[str], n: int, seed: int, shape: str, groups: bool
) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"v{i}": column_of(kind, n, rng) for i, kind in enumerate(kinds)})
    frame["y"] = rng.standard_normal(n)
    frame["team"] = [f"t{i // 4}" for i in range(n)]
    options: dict[str, Any] = {"moderator": "v3", "path": shape} if shape in "ab" else {"serial": shape == "serial"}
    errors: Any = {"cluster": "team"} if groups else "classical"
    found = mediation(frame, "y", "v0", ["v1", "v2"], errors=errors, resamples=100, **options)
    if isinstance(found, NotApplicable):
        assert found.reason
    else:
        assert all(np.isfinite(number.value) for number in found.numbers())
        keys = [(number.target, number.term, number.statistic) for number in found.numbers()]
        assert len(keys) == len(set(keys))


def test_what_cannot_be_done_says_why() -> None:
    frame = sample().assign(flat=1.0, sum=lambda d: d["x"] + d["m"], empty=np.nan, kind="a")
    assert "m is constant" in reason(frame.assign(m=1.0), "y", "x", ["m"])
    assert "in the equation of y" in reason(frame, "y", "x", ["m", "sum"])
    assert "collinear" in reason(frame, "y", "x", ["m", "sum"])
    assert "no complete case" in reason(frame, "y", "x", ["empty"])
    assert "holds categories" in reason(frame, "y", "x", ["kind"])
    assert "holds categories" in reason(frame, "y", "x", ["m"], moderator="kind")
    assert "flat is constant" in reason(frame, "y", "x", ["m"], moderator="flat")
    assert "more than one role" in reason(frame, "y", "x", ["x"])
    assert "no mediator" in reason(frame, "y", "x", [])
    assert "two or more" in reason(frame, "y", "x", ["m"], serial=True)
    assert "cannot be moderated" in reason(frame, "y", "x", ["m", "k"], serial=True, moderator="w")
    assert "no variable nobody" in reason(frame, "y", "x", ["m"], errors={"cluster": "nobody"})
    assert "too few cases" in reason(frame.head(3), "y", "x", ["m"])
    many = frame.assign(**{f"m{i}": np.arange(120.0) * i for i in range(11)})
    assert "more than 10" in reason(many, "y", "x", [f"m{i}" for i in range(11)])


def test_claims_rest_on_the_total_an_index_or_what_is_named() -> None:
    found = fitted(sample(), "y", "x", ["m", "k"])
    (total,) = found.tests(None)
    effect = found.effect("total")
    assert (total.term, total.symbol, total.p, total.estimate) == ("total", "β", effect.p, effect.std)
    assert total.se == effect.std_se
    (pair,) = found.tests(["x->m->y~x->k->y"])
    assert (pair.symbol, pair.estimate) == ("ab", found.effect("x->m->y~x->k->y").estimate)
    moderated = fitted(sample(), "y", "x", ["m", "k"], moderator="w")
    assert [test.term for test in moderated.tests(None)] == ["x->m->y", "x->k->y"]
    assert found.frame()["term"].tolist()[:3] == ["x->m->y", "x->k->y", "total"]
    assert found.path_frame()["name"].tolist() == ["a", "b", "a", "b", "c_prime", "c"]


def test_imputed_sets_are_pooled() -> None:
    frame = sample()
    same = pooled_mediation([frame] * 4, "y", "x", ["m"], resamples=2000)
    whole = fitted(frame, "y", "x", ["m"], resamples=2000)
    assert isinstance(same, Mediation)
    one, two = whole.effect("total"), same.effect("total")
    assert two.estimate == pytest.approx(one.estimate, rel=1e-12)
    assert two.se == pytest.approx(one.se, rel=0.1)
    assert np.isnan(two.bca_low)
    assert (same.imputations, same.resamples) == (4, 2000)
    for path, other in zip(whole.paths, same.paths, strict=True):
        assert (other.value, other.se) == (pytest.approx(path.value), pytest.approx(path.se))
    rng = np.random.default_rng(1)
    apart = [frame.assign(m=frame["m"] + 0.5 * rng.standard_normal(120)) for _ in range(10)]
    wider = pooled_mediation(apart, "y", "x", ["m"], resamples=4000)
    assert isinstance(wider, Mediation)
    singles = [fitted(one, "y", "x", ["m"]).effect("total").estimate for one in apart]
    assert wider.effect("total").estimate == pytest.approx(np.mean(singles), rel=1e-9)
