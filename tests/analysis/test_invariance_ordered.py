"""Invariance of ordered answers: every step against lavaan, what few answers leave open, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.invariance import STEPS, Invariance, invariance, over_waves
from analysis.invariance.pooled import pooled_invariance
from analysis.names import KINDS
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable, Number
from analysis.run import run
from analysis.withheld import reason, withheld
from reports.text import plain
from reports.verbs import sentence, table
from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.analysis.test_cfa import ITERATIVE
from tests.support.reference import FOLDER, Case, cases, data, differences

SCALES = {"f": ["a", "b", "c"], "g": ["d", "e", "h"]}
ITEMS = [item for members in SCALES.values() for item in members]
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
ROOTS = (
    "rmsea", "rmsea_low", "rmsea_high", "rmsea_scaled", "rmsea_scaled_low", "rmsea_scaled_high", "rmsea_change",
)  # fmt: skip
"""Roots of what is left of chi-squared, which lavaan's search knows to 1e-7: near 0 they keep half of its digits."""


def wide(waves: list[int], items: list[str]) -> pd.DataFrame:
    long = data("ordered_groups")
    table = long[long["wave"].isin(waves)].pivot(index="id", columns="wave", values=items)
    return table.set_axis([f"{item}@{wave}" for item, wave in table.columns], axis=1)


def of_case(case: Case) -> Invariance | NotApplicable:
    scales, free = case.options["scales"], case.options["free"]
    items = [item for members in scales.values() for item in members]
    if "waves" in case.options:
        waves = case.options["waves"]
        return over_waves(wide(waves, items), [str(w) for w in waves], scales, estimator="wlsmv", free=free)
    frame = data("ordered_groups")
    frame = frame[(frame["wave"] == 1) & frame["language"].isin(case.options["groups"])]
    return invariance(frame[items], frame["language"], scales, estimator="wlsmv", free=free, group="language")


@pytest.mark.oracle
@pytest.mark.parametrize("case", [case for case in cases("ordered_groups") if case.input != "measured"], ids=str)
def test_every_number_is_that_of_lavaan(case: Case) -> None:
    found = of_case(case)
    assert isinstance(found, Invariance), found
    apart = {"cfi_change": (1e-6, 0.1)} | dict.fromkeys(ROOTS, (1e-5, 0.1))
    ours = [n for n in found.numbers() if n.statistic != "not_applicable"]
    for tolerance, around in {(2e-6, 1e-3), *apart.values()}:
        own = [n for n in ours if apart.get(n.statistic, (2e-6, 1e-3)) == (tolerance, around)]
        wanted = {
            key: value for key, value in case.numbers.items() if apart.get(key[2], (2e-6, 1e-3)) == (tolerance, around)
        }
        assert differences(own, wanted, tolerance, ITERATIVE, around=around, of=case) == []
    assert found.waves == ("waves" in case.options)
    assert found.free == tuple(case.options["free"])


@pytest.mark.oracle
def test_pooled_over_imputations_it_is_d2_of_lavaans_tests() -> None:
    (case,) = [case for case in cases("ordered_groups") if case.input == "measured"]
    long = pd.read_csv(FOLDER / "measured.csv")
    scales = {"f": ["x1", "x2", "x3"], "g": ["x4", "x5", "x6"]}
    each = [invariance(part, part["sex"], scales, estimator="wlsmv") for _, part in long.groupby("imputation")]
    found = pooled_invariance(each)
    assert isinstance(found, Invariance)
    ours = [n for n in found.numbers() if (n.target, n.term, n.statistic) in case.numbers]
    assert differences(ours, case.numbers, 1e-5, ITERATIVE, of=case) == []
    assert "scaled and shifted" not in plain(table(found).general)


def answered(seed: int, n: int, shift: float = 0.0, cuts: np.ndarray = CUTS) -> pd.DataFrame:
    """Six items of two factors, cut into answers; a threshold shift of item c's highest two thresholds."""
    rng = np.random.default_rng(seed)
    common = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=n)
    rows = np.repeat(common, 3, axis=1) * 0.75 + 0.66 * rng.normal(size=(n, 6))
    found = 1.0 + (rows[:, :, None] > cuts).sum(axis=2)
    moved = np.where(np.arange(len(cuts)) < len(cuts) // 2, cuts, cuts + shift)
    found[:, 2] = 1.0 + (rows[:, [2]] > moved).sum(axis=1)
    return pd.DataFrame(found, columns=ITEMS)


def two_groups(seed: int = 1, n: int = 400, **options: object) -> tuple[pd.DataFrame, pd.Series]:
    both = [answered(seed, n), answered(seed + 1, n, **options)]  # type: ignore[arg-type] # options vary
    return pd.concat(both, ignore_index=True), pd.Series(["x"] * n + ["y"] * n)


def done(frame: pd.DataFrame, groups: object, **options: object) -> Invariance:
    found = invariance(frame, groups, SCALES, estimator="wlsmv", **options)  # type: ignore[arg-type] # options vary
    assert isinstance(found, Invariance), found
    return found


def p_of(found: Invariance) -> list[float]:
    return [step.change.p_change for step in found.steps if step.change is not None]


def test_a_shift_of_thresholds_is_seen_and_a_freed_item_takes_it() -> None:
    assert min(p_of(done(*two_groups()))) > 0.05
    moved = done(*two_groups(shift=0.8))
    assert p_of(moved)[0] < 1e-3
    free = done(*two_groups(shift=0.8), free=["c"])
    assert min(p_of(free)) > 0.05
    assert [step.change.df_change for step in moved.steps[1:]] == [16, 4, 6]  # type: ignore[union-attr] # not None
    # of item c: four thresholds and a loading less an intercept and a residual variance; then one each
    assert [step.change.df_change for step in free.steps[1:]] == [13, 3, 5]  # type: ignore[union-attr] # not None
    assert free.free == ("c",)
    assert {n.statistic for n in free.numbers()} <= set(KINDS["invariance"])


def same(one: Invariance, two: Invariance) -> None:
    def by_key(numbers: tuple[Number, ...]) -> dict[tuple[str, str], float]:
        return {(number.term, number.statistic): number.value for number in numbers}

    first, second = by_key(one.numbers()), by_key(two.numbers())
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert second[key] == pytest.approx(value, rel=1e-6, abs=1e-7), key


@given(seed=st.integers(0, 2**31))
@settings(max_examples=4, deadline=None)
def test_labels_of_groups_order_of_items_and_of_people_and_units_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame, groups = two_groups(7, 300, shift=0.3)
    plain_ = done(frame, groups)
    same(plain_, done(frame, groups.map({"x": "z", "y": "a"})))
    order = rng.permutation(len(frame))
    same(plain_, done(frame.iloc[order], groups.iloc[order]))
    moved = {name: list(rng.permutation(SCALES[name])) for name in rng.permutation(list(SCALES))}
    other = invariance(frame, groups, moved, estimator="wlsmv")
    assert isinstance(other, Invariance)
    same(plain_, other)
    same(plain_, done(frame.replace({1.0: -8.0, 2.0: 2.5, 5.0: 90.0}), groups))


@pytest.mark.parametrize(("count", "changes"), [(2, [4, 4]), (3, [4, 4, 6]), (4, [10, 4, 6])])
def test_two_and_three_answers_leave_less_to_test(count: int, changes: list[int]) -> None:
    cuts = {2: [0.1], 3: [-0.5, 0.6], 4: [-0.8, 0.1, 0.9]}[count]
    both = [answered(seed, 400, cuts=np.array(cuts)) for seed in (3, 4)]
    found = done(pd.concat(both), ["x"] * 400 + ["y"] * 400)
    assert [step.change.df_change for step in found.steps if step.change is not None] == changes
    if count == 2:
        assert found.steps[3].fit is None
        assert "no residual variance" in found.steps[3].reason
        assert len(found.notes) == 1
    if count == 3:
        assert found.notes == ("Equal thresholds of three answers hold in any data, so that the metric step tests the "
                               "loadings alone: a, b, c, d, e, h.",)  # fmt: skip
    if count == 4:
        assert found.notes == ()
    mixed = pd.concat(both)
    mixed["a"] = (mixed["a"] > 1).astype(float)
    if count == 4:
        note = done(mixed, ["x"] * 400 + ["y"] * 400).notes
        assert note == ("Two answers leave no residual variance to tell, so that it counts as equal from the metric "
                        "step on: a.",)  # fmt: skip


def test_an_answer_that_nobody_gave_is_named_and_joined_only_where_asked() -> None:
    frame, groups = two_groups()
    frame.loc[(groups == "y") & (frame["b"] == 5), "b"] = 4.0
    frame.loc[(groups == "x") & (frame["e"] == 3), "e"] = 2.0
    found = invariance(frame, groups, SCALES, estimator="wlsmv")
    assert isinstance(found, NotApplicable)
    assert found.reason == (
        "nobody in group y answered 5 to b, nobody in group x answered 3 to e: such an answer has no threshold there. "
        "Leave the item or the group out, or let 'collapse: true' join it in all groups with the answer beside it"
    )
    assert withheld(found, 5) == NotApplicable("invariance", "", reason(5))
    joined = done(frame, groups, collapse=True)
    assert joined.notes == ("Joined in all groups, as nobody gave it in one of them: 5 of b with 4; 3 of e with 2.",)
    byhand = frame.assign(b=frame["b"].clip(upper=4), e=frame["e"].replace({3.0: 2.0}))
    same(joined, done(byhand, groups))
    for wave in ("1", "2"):
        frame[[f"{item}@{wave}" for item in ITEMS]] = frame[ITEMS].sample(frac=1, random_state=3).to_numpy()
    frame.loc[frame["a@2"] == 1, "a@2"] = 2.0
    over = over_waves(frame, ["1", "2"], {"f": ["a", "b", "c"]}, estimator="wlsmv")
    assert isinstance(over, NotApplicable)
    assert "nobody in wave 2 answered 1 to a: such" in over.reason


def test_what_cannot_be_fitted_says_why() -> None:
    frame, groups = two_groups()
    rng = np.random.default_rng(1)
    for changed, labels, said in (
        (frame.assign(a=rng.normal(size=800)), groups, "item a has more than 20 different values"),
        (frame.assign(a=3.0), groups, "item a is constant"),
        (frame.assign(a=frame["b"]), groups, "in group x a polychoric correlation lies at its bound"),
        (frame.where(groups == "x"), groups, "there are 0 complete cases in group y; 3 or more are needed"),
        (frame, pd.Series(["x"] * 800), "fewer than two groups"),
    ):
        found = invariance(changed, labels, SCALES, estimator="wlsmv")
        assert isinstance(found, NotApplicable)
        assert said in found.reason
    few = invariance(frame, groups, {"f": ["a", "b"]}, estimator="wlsmv")
    assert isinstance(few, NotApplicable)
    assert "not identified" in few.reason
    all_free = done(frame, groups, free=["a", "b", "c"])
    assert [step.fit is None for step in all_free.steps] == [False, True, True, True]
    assert all("not identified" in step.reason for step in all_free.steps[1:])


INSTRUMENT = load(
    "format: twofold/1\nid: w\nversion: 1.0.0\nformats: {n: {type: number}}\n"
    f"items: {{{', '.join(f'i{k}: {{format: n}}' for k in range(1, 7))}}}\n"
    "scales: {s: {label: S, items: [i1, i2, i3, i6]}}\n"
    "fields: {wave: {type: wave}, language: {type: category}}\n",
    "w.yaml",
)


def asked(entry: str) -> Invariance:
    frame = data("ordered_groups")
    texts = pd.DataFrame({c: [None if pd.isna(v) else f"{v}" for v in frame[c]] for c in frame.columns})
    plan = load_plan(f"format: twofold-plan/1\ninstrument: w\nwave: 1\nanalyses: [{{{entry}}}]\n", "p", INSTRUMENT)
    (finding,) = run(plan, read_frame(texts, INSTRUMENT, "w")).analyses
    (found,) = finding.results
    assert isinstance(found, Invariance), found
    return found


def test_a_plan_asks_for_it_over_languages_and_over_waves() -> None:
    found = asked("kind: invariance, scales: [s], group: language, estimator: wlsmv, free: [i2]")
    assert (found.groups, found.estimator, found.free) == (("de", "en", "fr"), "wlsmv", ("i2",))
    text = sentence(found)
    assert "Metric (equal loadings and thresholds): Δχ²(" in text
    assert "Strict (equal loadings, thresholds, intercepts and residual variances): Δχ²(" in text
    made = table(found)
    assert "is scaled and shifted (Satorra, 2000)." in plain(made.general)
    assert "Wu & Estabrook, 2016" in plain(made.general)
    over = asked("kind: invariance, scales: [s], waves: [1, 2, 3], estimator: wlsmv")
    direct = over_waves(
        wide([1, 2, 3], ["i1", "i2", "i3", "i6"]), ["1", "2", "3"], {"s": ["i1", "i2", "i3", "i6"]}, estimator="wlsmv"
    )
    assert isinstance(direct, Invariance)
    same(over, direct)
    assert [step.name for step in over.steps] == list(STEPS)


def test_answers_are_joined_for_ordered_categories_alone() -> None:
    head = "format: twofold-plan/1\ninstrument: w\nanalyses: "
    entry = "kind: invariance, scales: [s], group: language, collapse: true"
    (problem,) = check_plan(f"{head}[{{{entry}}}]", "p", INSTRUMENT)
    assert "joined for ordered categories alone" in problem.what
    assert check_plan(f"{head}[{{{entry}, estimator: wlsmv}}]", "p", INSTRUMENT) == []
