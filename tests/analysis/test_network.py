"""Measures of networks held to igraph, to the network that is worked by hand, and to what must not matter."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.network import Networks, measures, networks
from analysis.network.result import MEASURES, called
from analysis.plan import check_plan, load_plan
from analysis.plan.networks import available
from analysis.result import NotApplicable
from analysis.run import run
from analysis.scoring import score
from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.dataset.ties import interpreter_columns, with_kinds, with_weights
from survey.instrument.load import load, shipped
from tests.support.reference import FOLDER, SHARED, cases, differences

INSTRUMENT = shipped("two-supports")
PLAIN = (FOLDER.parent / "support" / "network.yaml").read_text(encoding="utf-8")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"


def dataset(ties: pd.DataFrame, between: pd.DataFrame, ids: list[str], instrument: Any = INSTRUMENT) -> Dataset:
    ties = ties.copy()
    for column in interpreter_columns(instrument):
        if column.name not in ties.columns:
            ties[column.name] = np.nan if column.kind == "number" else None
    frame = with_kinds(instrument, with_weights(ties))
    empty = pd.DataFrame(index=pd.Index(ids, name="id"))
    return Dataset(instrument, empty, empty, "test", ties=frame, between=between)


def reference() -> Dataset:
    ties = pd.read_csv(FOLDER / "network_ties.csv")
    between = pd.read_csv(FOLDER / "network_between.csv")
    return dataset(ties, between, [*dict.fromkeys(ties["id"]), "alone"])


def found(data: Dataset, name: str = "ties") -> Networks:
    result = networks(data, name)
    assert isinstance(result, Networks), result
    return result


@pytest.mark.oracle
def test_every_number_is_r_s() -> None:
    numbers = found(reference()).numbers()
    each, spreads = cases("network", "network")
    mine = [number for number in numbers if number.term]
    assert not differences(mine, each.numbers, 1e-10, of=each)
    assert not differences([n for n in numbers if not n.term], spreads.numbers, 1e-10, of=spreads)


def tiny(levels: dict[tuple[str, str], float], people: int = 4, **columns: list[Any]) -> Dataset:
    """One respondent of a plain instrument whose contexts are four, with the pairs given."""
    text = PLAIN.replace("else: {label: {en: Elsewhere}}", "else: {label: {en: Elsewhere}}, net: {label: {en: Online}}")
    text = text.replace(
        "    strong: closeness >= 4\n", "    strong: closeness >= 4\n    closeness: closeness\n    context: context\n"
    )
    instrument = load(text, "network.yaml")
    names = [f"T{i + 1}" for i in range(people)]
    ties = pd.DataFrame({"id": "E", "tie": names, "g1": 1.0, "g2": 0.0, "interpreted": 1.0, "probability": 1.0,
                         "closeness": 3.0, "contact": 2.0, "context": "work", **columns})  # fmt: skip
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    between = pd.DataFrame([{"id": "E", "tie_a": a, "tie_b": b, "level": levels.get((a, b), 0.0)} for a, b in pairs])
    return dataset(ties, between, ["E"], instrument)


def test_the_worked_network() -> None:
    """E with A, B, C, D and ties A-B, B-C: as igraph and a hand have it."""
    data = tiny({("T1", "T2"): 1.0, ("T2", "T3"): 2.0}, context=["work", "work", "home", "else"])
    row = measures(data).loc["E"]
    wanted = {"density": 1 / 3, "effective_size": 3.0, "efficiency": 0.75, "blau_context": 0.625,
              "iqv_context": 0.625 / 0.75, "size": 4.0}  # fmt: skip
    for name, value in wanted.items():
        assert row[f"ties.{name}"] == pytest.approx(value, rel=1e-12)
    by_hand = (2 * (1 / 4 + 1 / 4 / 3) ** 2) + (1 / 4 + 2 * (1 / 4) / 2) ** 2 + (1 / 4) ** 2
    assert row["ties.constraint"] == pytest.approx(by_hand, rel=1e-12)
    assert round(by_hand, 4) == 0.5347


def test_nobody_and_one_person() -> None:
    row = measures(tiny({}, people=1)).loc["E"]
    assert np.isnan(row["ties.density"])
    assert row["ties.constraint"] == row["ties.effective_size"] == row["ties.efficiency"] == 1
    alone = measures(reference()).loc["alone"]
    there = alone.dropna()
    assert set(there.index) == {f"ties.{k}" for k in ("size", "n_instrumental", "n_psychosocial", "n_weak", "n_strong")}
    assert (there == 0).all()


def test_a_pair_without_an_answer_has_no_constraint_and_density_of_the_others() -> None:
    data = tiny({("T1", "T2"): 1.0})
    data.between.loc[data.between["tie_b"] == "T4", "level"] = np.nan
    row = measures(data).loc["E"]
    assert np.isnan(row["ties.constraint"])
    assert row["ties.density"] == pytest.approx(1 / 3)
    data.between["level"] = np.nan
    assert measures(data).loc["E"][["ties.density", "ties.effective_size", "ties.efficiency"]].isna().all()


def test_who_was_never_asked_has_no_size() -> None:
    data = reference()
    standing = pd.Series("open", index=data.respondents.index)
    standing["r0001"] = "completed"
    asked = Dataset(INSTRUMENT, standing.to_frame("standing"), data.missing, "x", ties=data.ties, between=data.between)
    size = measures(asked)["ties.size"]
    assert np.isnan(size["alone"])
    assert size["r0001"] == measures(data)["ties.size"]["r0001"]
    result = found(asked)
    assert any("not known whether" in note for note in result.notes)
    standing["alone"] = "completed"
    whole = Dataset(INSTRUMENT, standing.to_frame("standing"), data.missing, "x", ties=data.ties, between=data.between)
    assert measures(whole)["ties.size"]["alone"] == 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_and_names_do_not_matter(seed: int) -> None:
    data = reference()
    rng = np.random.default_rng(seed)
    names = {name: f"T{i}" for name, i in zip(sorted(set(data.ties["tie"])), rng.permutation(99), strict=False)}
    ties = data.ties.assign(tie=data.ties["tie"].map(names)).sample(frac=1, random_state=seed)
    between = data.between.assign(tie_a=data.between["tie_b"].map(names), tie_b=data.between["tie_a"].map(names))
    ids = list(rng.permutation(data.respondents.index))
    other = dataset(ties, between.sample(frac=1, random_state=seed), ids)
    pd.testing.assert_frame_equal(measures(other).loc[data.respondents.index], measures(data), rtol=1e-12)


@pytest.mark.oracle
@pytest.mark.skipif(not (SHARED / "16_ego_networks").exists(), reason="the shared data are not here")
def test_kite_and_karate_club() -> None:
    """Every node of a whole network as an ego of its own: constraint and effective size as igraph has them."""
    folder = SHARED / "16_ego_networks"
    for name in ("kite", "zachary"):
        wanted = json.loads((folder / "values.json").read_text())[name]
        edges = pd.read_csv(folder / f"{name}_edges.csv")
        near: dict[int, set[int]] = {}
        for a, b in edges.itertuples(index=False):
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
        ties = [(str(e), f"T{a}") for e in sorted(near) for a in sorted(near[e])]
        frame = pd.DataFrame(ties, columns=["id", "tie"]).assign(g1=1.0, g2=0.0, interpreted=1.0, probability=1.0)
        frame = frame.assign(closeness=1.0, contact=1.0, context="work")
        pairs = pd.DataFrame(
            [(str(e), f"T{a}", f"T{b}", float(b in near[a])) for e in near for a in near[e] for b in near[e] if a < b],
            columns=["id", "tie_a", "tie_b", "level"],
        )
        got = measures(dataset(frame, pairs, [str(e) for e in sorted(near)], load(PLAIN, "network.yaml")))
        size = np.array(wanted["size"], dtype=float)
        degree_one = size == 1
        np.testing.assert_allclose(got["ties.size"], size)
        np.testing.assert_allclose(got["ties.effective_size"], wanted["effective_size_borgatti"], rtol=1e-10)
        np.testing.assert_allclose(got["ties.efficiency"], wanted["efficiency"], rtol=1e-10)
        density = np.array([np.nan if v is None else v for v in wanted["ego_density_alters_only"]], dtype=float)
        np.testing.assert_allclose(got["ties.density"], density, rtol=1e-10)
        assert got["ties.constraint"][degree_one].eq(1).all()


def test_measures_are_variables_of_plans_and_can_be_derived_from() -> None:
    data = simulate(INSTRUMENT, 120, 3).dataset
    frame = score(data, {"many": "log1p(ties.n_weak)"}).frame
    again = measures(data).loc[frame.index]
    pd.testing.assert_frame_equal(frame[list(again.columns)], again)
    np.testing.assert_allclose(frame["many"], np.log1p(again["ties.n_weak"]))
    plan = HEAD + (
        "missing: {mi: {imputations: 2, iterations: 1}}\n"
        "analyses:\n"
        "  - {kind: regression, outcome: stress, blocks: [[ties.size, ties.weak_share]], tests: [ties.size]}\n"
        "  - {kind: network, where: age > 30, measures: [density, size, n_instrumental]}\n"
    )
    assert check_plan(plan, "plan.yaml", INSTRUMENT) == []
    regressed, counted = run(load_plan(plan, "plan.yaml", INSTRUMENT), data).analyses
    assert not isinstance(regressed.results[0], NotApplicable), regressed.results
    result = counted.results[0]
    assert isinstance(result, Networks)
    assert result.n == int((frame["age"] > 30).sum())
    assert [row.measure for row in result.spreads] == ["density", "size", "n_instrumental"]


def test_what_a_plan_cannot_ask_is_said() -> None:
    def said(entry: str) -> str:
        (problem,) = check_plan(HEAD + f"analyses:\n  - {entry}\n", "plan.yaml", INSTRUMENT)
        return problem.what + " " + problem.remedy

    assert said("{kind: network, measures: [densty]}").startswith(
        "network 'ties' has no measure 'densty'. Did you mean"
    )
    assert said("{kind: network, measures: [size, size]}") == "'size' is named twice. Name it once."
    assert said("{kind: network, network: tie}").startswith("there is no network 'tie'. Did you mean 'ties'")
    assert "'ties.densty'" in said("{kind: descriptives, variables: [ties.densty]}")


def test_data_without_ties_say_so() -> None:
    data = reference()
    bare = Dataset(INSTRUMENT, data.respondents, data.missing, "x")
    assert list(measures(bare).columns) == []
    none = networks(bare, "ties")
    assert isinstance(none, NotApplicable)
    assert "ties.csv" in none.reason
    nobody = networks(dataset(data.ties, data.between, ["alone"]), "ties")
    assert isinstance(nobody, NotApplicable)
    assert nobody.reason == "nobody named anyone"


def test_an_instrument_offers_what_it_has_questions_for() -> None:
    assert available(load(PLAIN, "network.yaml").networks["ties"]) == (
        "size", "n_instrumental", "n_psychosocial", "balance", "multiplex_share", "density", "effective_size",
        "efficiency", "constraint", "weak_share", "n_weak", "n_strong",
    )  # fmt: skip
    offered = available(INSTRUMENT.networks["ties"])
    assert {name for name in offered if not name.startswith("n_")} <= set(MEASURES)
    assert called("n_psychosocial") == "People named (psychosocial)"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    closeness: closeness", "    closeness: closenes", "'closenes' in 'closeness' is no interpreter"),
        ("    closeness: closeness", "    closeness: context", "'context' in 'closeness' is not a number."),
        (
            "    context: context",
            "    context: years",
            "'years' in 'context' is not answered by one",
        ),
        ("    inside: context == 'my_department'", "    inside: context == 'home'", "'home' is not a choice"),
        ("    given: [given_ins, given_psy]", "    given: [given_ins, mode]", "'mode' in 'given' is not a number."),
        ("    received: [received_ins", "    received: [age", "'age' in 'received' is no interpreter"),
    ],
)
def test_mistakes_in_what_measures_are_made_of_are_named(old: str, new: str, said: str) -> None:
    from survey.files.problems import FileProblems
    from survey.instrument.load import shipped_text

    text = shipped_text("two-supports")
    assert old in text
    with pytest.raises(FileProblems) as caught:
        load(text.replace(old, new), "two-supports.yaml")
    assert said in str(caught.value)


def test_the_result_as_a_frame_and_as_numbers() -> None:
    result = found(reference())
    frame = result.frame()
    assert list(frame.columns) == ["measure", "n", "mean", "sd", "min", "max"]
    assert list(frame["measure"]) == list(available(INSTRUMENT.networks["ties"]))
    keys = [(number.target, number.term, number.statistic) for number in result.numbers()]
    assert len(keys) == len(set(keys))
    assert any("were asked about, a sample" in note for note in result.notes)
