"""What an employer's study releases: no two sets of people that can be told apart differ by a few."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.dataset.model import Dataset
from survey.dataset.protect import Groups, People, protect, protected
from survey.errors import StudyError
from survey.instrument.load import load
from survey.store import Store, schema

EVERYBODY = frozenset(f"p{number:02d}" for number in range(40))


def people(*ranges: range) -> People:
    return frozenset(f"p{number:02d}" for one in ranges for number in one)


def sets_of(
    groups: dict[str, Groups], everybody: People, smallest: int
) -> tuple[list[People], dict[str, list[People]]]:
    """Every set that a release shows, and by field."""
    released = protect(groups, everybody, smallest)
    fields = {name: [groups[name][label] for label in sorted(one.labels)] for name, one in released.items()}
    for name, one in released.items():
        if one.pool:
            fields[name].append(one.pool)
    return [everybody, *(one for found in fields.values() for one in found)], fields


def test_groups_that_are_large_enough_are_all_released() -> None:
    groups = {"team": {"a": people(range(10)), "b": people(range(10, 25)), "c": people(range(25, 40))}}
    released = protect(groups, EVERYBODY)["team"]
    assert (released.labels, released.pool) == ({"a", "b", "c"}, frozenset())


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    """Else everybody less the large groups would be the small one."""
    groups = {"team": {"a": people(range(3)), "b": people(range(3, 9)), "c": people(range(9, 40))}}
    released = protect(groups, EVERYBODY)["team"]
    assert (released.labels, len(released.pool)) == ({"c"}, 9)


def test_two_small_groups_hide_each_other() -> None:
    groups = {"team": {"a": people(range(3)), "b": people(range(3, 6)), "c": people(range(6, 40))}}
    released = protect(groups, EVERYBODY)["team"]
    assert (released.labels, len(released.pool)) == ({"c"}, 6)


def test_a_group_of_nearly_everybody_is_not_released() -> None:
    assert protect({"site": {"one": people(range(37))}}, EVERYBODY)["site"].labels == frozenset()
    assert protect({"site": {"one": people(range(35))}}, EVERYBODY)["site"].labels == {"one"}


def test_a_second_field_may_not_differ_a_little_from_the_first() -> None:
    """Team a and level junior are the same but for two people."""
    team = {"a": people(range(20)), "b": people(range(20, 40))}
    level = {"junior": people(range(18)), "senior": people(range(18, 40))}
    released = protect({"team": team, "level": level}, EVERYBODY)
    assert released["team"].labels == {"a", "b"}
    assert released["level"].labels == frozenset()
    assert protect({"level": level, "team": team}, EVERYBODY)["level"].labels == {"junior", "senior"}


def test_the_same_groups_under_another_name_are_released() -> None:
    team = {"a": people(range(20)), "b": people(range(20, 40))}
    site = {"north": team["a"], "south": team["b"]}
    assert protect({"team": team, "site": site}, EVERYBODY)["site"].labels == {"north", "south"}


def test_teams_in_a_department_do_not_leave_a_few_of_it() -> None:
    department = {"x": people(range(20)), "y": people(range(20, 40))}
    team = {"a": people(range(9)), "b": people(range(9, 17)), "c": people(range(17, 20)), "d": people(range(20, 40))}
    released = protect({"department": department, "team": team}, EVERYBODY)
    assert released["department"].labels == {"x", "y"}
    assert released["team"].labels == {"a", "d"}
    assert protect({"team": team, "department": department}, EVERYBODY)["department"].labels <= {"x", "y"}


def test_all_but_a_group_counts_too() -> None:
    """Everybody but team a is level senior, less two people."""
    team = {"a": people(range(10)), "b": people(range(10, 25)), "c": people(range(25, 40))}
    level = {"senior": people(range(12, 40)), "junior": people(range(12))}
    assert protect({"team": team, "level": level}, EVERYBODY)["level"].labels == frozenset()


labelled = st.lists(st.integers(0, 6), min_size=1, max_size=60)


def each(most: int) -> st.SearchStrategy[list[int]]:
    """A label for each of sixty people, from 0 (none is known) to ``most``."""
    return st.lists(st.integers(0, most), min_size=60, max_size=60)


@given(labelled, each(4), each(2), st.integers(5, 9))
def test_no_two_released_sets_differ_by_a_few(
    teams: list[int], levels: list[int], sites: list[int], smallest: int
) -> None:
    """Of any release: sets, what is everybody but one of them, and what is left of a set by those within it."""
    everybody = frozenset(f"p{number:02d}" for number in range(len(teams)))

    def grouped(labels: list[int]) -> Groups:
        found: dict[str, set[str]] = {}
        for number, label in enumerate(labels[: len(teams)]):
            if label:  # 0: no label is known
                found.setdefault(str(label), set()).add(f"p{number:02d}")
        return {label: frozenset(members) for label, members in found.items()}

    groups = {"team": grouped(teams), "level": grouped(levels), "site": grouped(sites)}
    shown, fields = sets_of(groups, everybody, smallest)
    follows = [one for one in (*shown, *(everybody - one for one in shown)) if one]
    for one, other in combinations(follows, 2):
        assert not 0 < len(one ^ other) < smallest
    for name, found in fields.items():
        for outer in shown:
            within = [one for one in found if one < outer]
            assert not (within and 0 < len(outer.difference(*within)) < smallest), name
    assert protect(groups, everybody, smallest) == protect(groups, everybody, smallest)
    assert all(len(one) >= smallest for one in shown if one != everybody)


@given(labelled)
def test_what_can_be_released_of_one_field_is(teams: list[int]) -> None:
    """A field of large groups alone loses nothing."""
    members: dict[str, set[str]] = {}
    for number, label in enumerate(teams):
        members.setdefault(str(label), set()).update(f"p{number}.{copy}" for copy in range(10))
    groups = {label: frozenset(found) for label, found in members.items()}
    everybody = frozenset().union(*groups.values())
    assert protect({"team": groups}, everybody)["team"].labels == set(groups)


TEXT = """\
format: twofold/1
id: small
version: 1.0.0
formats: {five: {type: likert, from: 1, labels: [a, b, c, d, e]}}
items: {q1: {format: five, text: One?}}
scales: {}
fields:
  team: {type: group, missing: {"-99": refused}}
  pair: {type: dyad}
  age: {type: number}
pages:
  - {id: consent, type: consent, text: Take part?, required: true}
  - {id: only, items: [q1]}
"""


def dataset(teams: list[str | None]) -> Dataset:
    index = pd.Index([f"p{number:02d}" for number in range(len(teams))], name="id")
    frame = pd.DataFrame(
        {"q1": 3.0, "team": teams, "pair": [f"d{number // 2}" for number in range(len(teams))], "age": 40.0},
        index=index,
    )
    missing = pd.DataFrame({"q1": "", "team": ["" if team else "refused" for team in teams]}, index=index)
    return Dataset(load(TEXT, "small"), frame, missing, "study small")


def test_a_data_set_keeps_what_is_released_alone() -> None:
    made = protected(dataset(["a"] * 10 + ["b"] * 3 + ["c"] * 3 + [None]), 5, ended=True)
    assert made.respondents["team"].tolist()[:10] == ["a"] * 10
    assert made.respondents["team"].isna().tolist() == [False] * 10 + [True] * 7
    assert made.respondents["pair"].isna().all()
    assert made.respondents["age"].tolist() == [40.0] * 17
    assert set(made.missing["team"]) == {""}
    assert made.smallest_group == 5
    assert made.notes == (
        "pair: withheld, since a pair is too few.",
        "team: 2 of 3 groups are withheld: with or beside another they would tell fewer than 5 people apart.",
    )


def test_before_the_end_no_group_is_told_apart() -> None:
    made = protected(dataset(["a"] * 10 + ["b"] * 10), 5, ended=False)
    assert made.respondents["team"].isna().all()
    assert "still takes answers" in made.notes[-1]


def test_of_fewer_people_than_a_group_needs_nothing_is_shown() -> None:
    made = protected(dataset(["a"] * 4), 5, ended=True)
    assert (len(made.respondents), len(made.missing)) == (0, 0)
    assert list(made.respondents.columns) == ["q1", "team", "pair", "age"]
    assert made.notes == ("fewer than 5 people have answered: nothing of this study is shown yet.",)


def test_people_of_several_waves_are_counted_once() -> None:
    whole = dataset(["a"] * 8 + ["b"] * 8)  # eight people in two waves: four in each team
    waves = whole.respondents.set_axis(pd.Index([f"p{n // 2:02d}@{n % 2 + 1}" for n in range(16)], name="id"))
    missing = whole.missing.set_axis(waves.index)
    made = protected(Dataset(whole.instrument, waves, missing, "study small"), 5, ended=True)
    assert made.respondents["team"].isna().all()


# --- the setting ---


@pytest.fixture
def study(store: Store) -> Store:
    store.studies.create("small", TEXT)
    return store


def test_a_study_says_how_many_a_group_needs(study: Store) -> None:
    assert study.studies.get("small").tells_who
    made = study.studies.set_smallest_group("small", 8, "Ada")
    assert (made.smallest_group, made.tells_who) == (8, False)
    assert study.studies.set_smallest_group("small", None).smallest_group is None
    with pytest.raises(StudyError, match="too few"):
        study.studies.set_smallest_group("small", 4)
    line = study.audit.lines()[1]
    assert (line.actor, line.action, line.detail) == ("Ada", "set smallest group", {"before": None, "after": 8})


def test_what_respondents_were_promised_stays(study: Store) -> None:
    study.studies.set_smallest_group("small", 8)
    study.studies.set_status("small", "live")
    for less in (5, None):
        with pytest.raises(StudyError, match="promised"):
            study.studies.set_smallest_group("small", less)
    assert study.studies.set_smallest_group("small", 10).smallest_group == 10
    study.studies.set_status("small", "closed")
    with pytest.raises(StudyError, match="protects small groups"):
        study.studies.set_status("small", "live")


def test_the_data_of_such_a_study_come_protected(study: Store) -> None:
    study.studies.set_smallest_group("small", 5)
    study.studies.set_status("small", "live")
    wanted = [(str(n), {"team": "a" if n < 8 else "b" if n < 14 else "c"}) for n in range(16)]
    for _, token in study.invitations.create("small", wanted):
        session = study.respond.enter(token)
        assert session is not None
        now = schema.now()
        for page, answers in (("consent", {"consent": "yes"}), ("only", {"q1": 3.0})):
            saved = study.respond.submit(session, page, answers, order=list(answers), shown_at=now, sent_at=now)
            session = saved.session
    assert study.results.dataset("small").respondents["team"].isna().all()
    study.studies.set_status("small", "closed")
    frame = study.results.dataset("small").respondents
    assert frame["team"].value_counts().to_dict() == {"a": 8}
    assert len(frame) == 16
