"""A respondent's own scores are those of the whole study's data; their place among others are R's quartiles."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.own import FEWEST_OTHERS, Among, among, limits, own_scores, scores_of
from analysis.scoring import score
from survey.instrument.load import load, shipped
from survey.store import open_store
from tests.support.finished import CHECKLIST, SCORES, finished, short

INSTRUMENT = shipped("two-supports")
SCALES = ("instrumental", "psychosocial", "checklist_i")


def test_own_scores_are_those_of_the_study() -> None:
    store = open_store("sqlite://", key=b"k" * 32)
    store.studies.create("two", short())
    store.studies.set_status("two", "pilot")
    sessions = [
        finished(store, "two", "one"),
        finished(store, "two", "two", {"ins1": 1, "psy8": None, "ck1": None, "ck2": "unsure"}),
        finished(store, "two", "three", {f"ins{n}": None for n in range(1, 4)}),
    ]
    data = store.results.dataset("two")
    frame = score(data).frame
    everybody = scores_of(data, SCALES)
    for session in sessions:
        own = own_scores(INSTRUMENT, session.answers, session.submitted, SCALES, tuple(CHECKLIST))
        for name, value in (own.scales | own.items).items():
            expected = frame.loc[str(session.response_id), name]
            assert (value is None) == bool(np.isnan(expected)), name
            assert value is None or value == expected, name
        known = {
            name: scores[str(session.response_id)]
            for name, scores in everybody.items()
            if str(session.response_id) in scores
        }
        assert known == {name: value for name, value in own.scales.items() if value is not None}
    first, _, third = (own_scores(INSTRUMENT, s.answers, s.submitted, SCALES, ("ck1", "ck2", "ck3")) for s in sessions)
    assert {name: first.scales[name] for name in SCORES} == SCORES
    assert first.items == {"ck1": 1.0, "ck2": 0.0, "ck3": 0.0}
    assert third.scales["instrumental"] is None  # five of eight are fewer than three quarters
    store.close()


def test_a_scale_goes_from_its_lowest_score_to_its_highest() -> None:
    assert limits(INSTRUMENT, "instrumental") == (1.0, 5.0)
    assert limits(INSTRUMENT, "stress") == (0.0, 4.0)
    assert limits(INSTRUMENT, "checklist_i") == (0.0, 3.0)
    text = """
format: twofold/1
id: s
version: 1.0.0
formats: {any: {type: number}, five: {type: number, min: 0, max: 5}}
items: {a: {format: any}, b: {format: five}}
scales: {one: {label: One, items: [a, b]}, two: {label: Two, items: [b]}}
"""
    assert [limits(load(text, "s.yaml"), scale) for scale in ("one", "two")] == [None, (0.0, 5.0)]


def test_nobody_is_compared_with_fewer_than_ten() -> None:
    assert FEWEST_OTHERS == 10
    assert among(range(9)) is None
    assert among(range(10)) == Among(10, 2.25, 6.75)


def test_the_middle_half_is_that_of_r() -> None:
    values = [1.5, 2, 2.25, 3, 3, 3.125, 3.5, 4, 4.25, 4.5, 5]  # quantile(x, c(.25, .75)) in R: 2.625, 4.125
    found = among(values)
    assert found is not None
    assert (found.n, found.low, found.high) == (11, pytest.approx(2.625, rel=1e-12), pytest.approx(4.125, rel=1e-12))
    assert among(sorted(values, reverse=True)) == found
