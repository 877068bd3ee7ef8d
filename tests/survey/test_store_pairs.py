"""Self-made codes and nominations in the store: what is kept, what is never kept, and who is joined with whom."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection, select, text

from survey import flow
from survey.dataset.read import read_data
from survey.dataset.waves import people
from survey.dataset.write import write_csv_folder
from survey.errors import AnswerError, Closed, StudyError
from survey.files.problems import FileProblems
from survey.instrument.load import load
from survey.mail.people import NewContact
from survey.private import read_private
from survey.store import Session, Store, schema
from survey.store.erase import Whom
from survey.store.nominations import _say
from survey.waves import Wave
from tests.survey.store_support import send
from tests.survey.test_store_waves import DAY, enter, now

TEXT = (Path(__file__).parents[1] / "support" / "pairs.yaml").read_text("utf-8")
PAIRS = load(TEXT, "pairs.yaml")
ADDRESS = "planted-name-7@example.org"
CODE = ("pa", "07", "et")


@pytest.fixture
def pairs(store: Store) -> Store:
    return study(store, TEXT)


def study(store: Store, instrument: str) -> Store:
    store.studies.create("pairs", instrument)
    store.studies.set_status("pairs", "live")
    return store


def sent(store: Store, session: Session, page: str, *parts: str, **answers: object) -> Session:
    given: dict[str, object] = {f"{page}.{number}": part for number, part in enumerate(parts, 1)}
    given |= {name.replace("__", "."): value for name, value in answers.items()}
    return send(store, session, page, given, shown_at=now(), sent_at=now()).session


def go_on(store: Store, session: Session, code: tuple[str, ...] = (), address: str = "", **values: int) -> Session:
    """Answer everything that is asked of this person now."""
    while (page := flow.first_open(session.study.instrument, session.answers, session.submitted)) != "thanks":
        if page == "consent":
            session = sent(store, session, page, consent="yes")
        elif page == "code":
            session = sent(store, session, page, *code) if code else sent(store, session, page)
        elif page == "mentor":
            session = sent(store, session, page, **({"mentor__address": address} if address else {}))
        else:
            items = flow.find_page(session.study.instrument, str(page)).items
            session = sent(store, session, str(page), **{item: values.get(item, 3) for item in items})
    return session


# --- what is asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "kept"),
    [
        ("code.1", " é-p ", "EP"),
        ("code.1", "PA", "PA"),
        ("code.2", "0 7", "07"),
        ("code.2", "٠٧", "07"),
        ("code.1", "  ", ""),
        ("code.1", None, ""),
    ],
)
def test_a_part_of_a_code_is_the_same_however_it_is_written(name: str, raw: object, kept: str) -> None:
    assert read_private(flow.find_page(PAIRS, "code"), name, raw) == kept


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (("p", "07", "et"), "code letters"),
        (("p1", "07", "et"), "code letters"),
        (("pa", "7", "et"), "code digits"),
        (("pa", "xx", "et"), "code digits"),
        (("pa", "07", ""), "code whole"),
    ],
)
def test_what_is_no_code_is_refused(pairs: Store, parts: tuple[str, ...], problem: str) -> None:
    session = sent(pairs, pairs.respond.begin("pairs", "n"), "consent", consent="yes")
    with pytest.raises(AnswerError, match=problem):
        sent(pairs, session, "code", *parts)
    given = {f"code.{number}": part for number, part in enumerate(parts, 1)}
    assert [p.message_key.replace("_", " ") for p in flow.problems_of(PAIRS, "code", given, session.answers)] == [
        problem
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("letters: 2}\n      - {text: {en: The day", "letters: 2, digits: 2}\n      - {text: {en: The day", "either"),
        ("digits: 2}", "digits: 1}", "has 5 letters and digits"),
        ("  dyad: {type: dyad}\n", "", "no field says who belongs together"),
        ("  role: {type: category}\n", "", "no field 'role'"),
        ("own: protege", "own: mentor", "are the same"),
        ("by: email", "by: link, invite: agreed", "works at once"),
        ("type: code", "type: text\n    text: x", "'code' is for pages of type code"),
        ("    nominate: {role: mentor, own: protege, by: email, invite: at_once}\n", "", "has no 'nominate'"),
    ],
)
def test_pages_that_cannot_be(before: str, after: str, words: str) -> None:
    changed = TEXT.replace(before, after).replace("invite: agreed, invite: at_once", "invite: agreed")
    with pytest.raises(FileProblems, match=words):
        load(changed, "pairs.yaml")


# --- codes -----------------------------------------------------------------------------------------------------------


def two_waves(store: Store, first: dict[str, tuple[str, ...]], second: dict[str, tuple[str, ...]]) -> Store:
    """People by open links alone, in two waves by the calendar."""
    store.waves.set("pairs", [Wave(1), Wave(2, opens_at=now() + 9 * DAY)])
    for who, code in first.items():
        go_on(store, store.respond.begin("pairs", f"first {who}"), code, trust=1)
    store.waves.set("pairs", [Wave(1), Wave(2, opens_at=now() - DAY)])
    for who, code in second.items():
        assert go_on(store, store.respond.begin("pairs", f"second {who}"), code, trust=5).wave == 2
    return store


def test_two_waves_by_open_links_meet_as_one_person(pairs: Store) -> None:
    two_waves(pairs, {"a": CODE, "b": ("lo", "11", "ad")}, {"a": ("PÄ", "07", "E T"), "c": ("xx", "30", "yy")})
    data = pairs.results.dataset("pairs")
    rows = data.respondents[["wave", "trust"]].assign(person=people(data))
    both = rows.groupby("person").filter(lambda one: len(one) == 2)
    assert both["trust"].tolist() == [1.0, 5.0]
    assert both["person"].nunique() == 1
    assert rows["person"].nunique() == 3
    report = pairs.codes.report("pairs")
    assert (report.with_code, report.without, report.returned, report.shared, report.near) == (3, 0, 1, (), ())


def test_waves_of_people_with_codes_need_fixed_days(pairs: Store) -> None:
    with pytest.raises(StudyError, match="each wave needs a fixed day"):
        pairs.waves.set("pairs", [Wave(1), Wave(2, after_days=28)])


def test_one_wrong_sign_is_reported_and_not_joined(pairs: Store) -> None:
    two_waves(pairs, {"a": CODE, "b": ()}, {"a": ("pb", "07", "et")})
    report = pairs.codes.report("pairs")
    assert (report.with_code, report.without, report.returned) == (2, 1, 0)
    assert len(report.near) == 1
    data = pairs.results.dataset("pairs")
    assert {report.near[0].one, report.near[0].other} < set(people(data))
    assert people(data).nunique() == 3


def test_a_code_that_two_gave_in_one_wave_joins_nobody(pairs: Store) -> None:
    two_waves(pairs, {"a": CODE, "b": CODE}, {"a": CODE})
    report = pairs.codes.report("pairs")
    assert [len(group) for group in report.shared] == [3]
    assert (report.with_code, report.returned, report.near) == (3, 0, ())
    assert people(pairs.results.dataset("pairs")).nunique() == 3


def test_nothing_of_a_code_is_kept_but_keyed_hashes(pairs: Store, tmp_path: Path) -> None:
    session = sent(pairs, pairs.respond.begin("pairs", "n"), "consent", consent="yes")
    session = sent(pairs, session, "code", "qz", "31", "wv")
    assert session.answers["code"] == "yes"
    rows = pairs.database.read(lambda c: c.execute(text("SELECT answers FROM submission ORDER BY sequence")).all())
    assert rows[-1][0] == '{"code":"yes"}'
    macs = pairs.database.read(lambda c: c.execute(text("SELECT place, mac FROM code_mac ORDER BY place")).all())
    assert [row.place for row in macs] == list(range(7))
    assert all(len(row.mac) == 64 for row in macs)
    assert len({row.mac for row in macs}) == 7
    # Sent again without anything it stays; with another code that one counts.
    again = sent(pairs, session, "code")
    assert again.answers["code"] == "yes"
    sent(pairs, again, "code", "qz", "31", "wx")
    after = pairs.database.read(lambda c: c.execute(text("SELECT place, mac FROM code_mac ORDER BY place")).all())
    same = [a.mac == b.mac for a, b in zip(macs, after, strict=True)]
    assert same == [False, False, False, False, False, False, True]


# --- nominations -----------------------------------------------------------------------------------------------------


def test_whoever_is_nominated_is_invited_at_once_and_joined_once_both_agree(pairs: Store) -> None:
    first = go_on(pairs, pairs.respond.begin("pairs", "n"), address=ADDRESS, trust=2)
    assert "learning" in first.submitted  # the page of the role that nominating gave
    [contact] = pairs.contacts.list("pairs")
    assert contact.address == ADDRESS
    alone = pairs.results.dataset("pairs").respondents
    assert alone[["role", "dyad"]].fillna("").to_numpy().tolist() == [["protege", ""]]
    token = contact.token
    begun = enter(pairs, token)
    assert begun.answers == {"role": "mentor"}
    assert "mentor" not in flow.visible_pages(begun.study.instrument, begun.answers)
    sent(pairs, begun, "consent", consent="no")
    assert pairs.results.dataset("pairs").respondents["dyad"].isna().all()
    second = go_on(pairs, sent(pairs, enter(pairs, token), "consent", consent="yes"), trust=4)
    assert "learning" not in second.submitted
    assert second.completed
    assert pairs.results.counts("pairs").completed == 2
    data = pairs.results.dataset("pairs").respondents
    assert data["dyad"].nunique() == 1
    assert data["dyad"].notna().all()
    assert data.set_index("role")["trust"].to_dict() == {"protege": 2.0, "mentor": 4.0}


def test_the_address_is_nowhere_but_encrypted(pairs: Store) -> None:
    go_on(pairs, pairs.respond.begin("pairs", "n"), address=ADDRESS)
    tables = schema.metadata.sorted_tables
    every = pairs.database.read(lambda c: [str(row) for table in tables for row in c.execute(select(table))])
    assert len(every) > 5
    assert not [row for row in every if "planted" in row]
    assert "planted" not in repr(pairs.nominations.list("pairs"))
    assert "planted" not in pairs.results.dataset("pairs").respondents.to_csv()


def test_a_researcher_may_have_to_agree(store: Store) -> None:
    pairs = study(store, TEXT.replace("invite: at_once", "invite: agreed"))
    for who in ("a", "b"):
        go_on(pairs, pairs.respond.begin("pairs", who), address=f"{who}@example.org")
    waiting = pairs.nominations.list("pairs")
    assert [(one.state, one.address, one.role) for one in waiting] == [
        ("waiting", "a@example.org", "mentor"),
        ("waiting", "b@example.org", "mentor"),
    ]
    assert pairs.contacts.list("pairs") == []
    pairs.nominations.decide("pairs", waiting[0].id, True, "Ada")
    pairs.nominations.decide("pairs", waiting[1].id, False, "Ada")
    assert [(one.state, one.address) for one in pairs.nominations.list("pairs")] == [("invited", ""), ("declined", "")]
    assert [one.address for one in pairs.contacts.list("pairs")] == ["a@example.org"]
    with pytest.raises(StudyError, match="waits for nobody's word"):
        pairs.nominations.decide("pairs", waiting[1].id, True)


def test_a_nomination_may_only_be_noted(store: Store) -> None:
    pairs = study(store, TEXT.replace("invite: at_once", "invite: never"))
    session = go_on(pairs, pairs.respond.begin("pairs", "a"), address=ADDRESS)
    assert [one.state for one in pairs.nominations.list("pairs")] == ["noted"]
    # Until somebody is invited another address takes the first one's place; none leaves it.
    session = sent(pairs, session, "mentor", mentor__address="other@example.org")
    sent(pairs, session, "mentor")
    assert [one.address for one in pairs.nominations.list("pairs")] == ["other@example.org"]


def test_a_link_to_hand_on_works_once_the_page_is_sent(store: Store) -> None:
    pairs = study(store, TEXT.replace("by: email", "by: link"))
    session = sent(pairs, sent(pairs, pairs.respond.begin("pairs", "n"), "consent", consent="yes"), "code")
    token = pairs.nominations.token(session, "mentor")
    assert pairs.respond.enter(token) is None
    session = sent(pairs, session, "mentor", mentor__handed_on="no")
    assert pairs.respond.enter(token) is None
    session = sent(pairs, session, "mentor", mentor__handed_on="yes")
    assert session.answers["role"] == "protege"
    assert enter(pairs, token).answers == {"role": "mentor"}


def test_who_is_invited_already_is_asked_once_and_is_in_one_pair(pairs: Store) -> None:
    for who in ("a", "b"):
        go_on(pairs, pairs.respond.begin("pairs", who), address=ADDRESS)
    assert [one.state for one in pairs.nominations.list("pairs")] == ["invited", "taken"]
    assert len(pairs.contacts.list("pairs")) == 1
    go_on(pairs, enter(pairs, pairs.contacts.list("pairs")[0].token))
    data = pairs.results.dataset("pairs").respondents
    assert data["dyad"].notna().sum() == 2
    assert data["dyad"].nunique() == 1


def test_an_erasure_takes_nominations_and_codes(pairs: Store) -> None:
    session = go_on(pairs, pairs.respond.begin("pairs", "n"), CODE, ADDRESS)
    pairs.erasures.erase("pairs", Whom("person", session.invitation_id))
    left = pairs.database.read(
        lambda c: [c.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in ("nomination", "code_mac")]
    )
    assert left == [0, 0]
    assert len(pairs.contacts.list("pairs")) == 1  # the nominee is a person of their own


def test_whoever_was_erased_is_in_no_pair_and_is_not_invited_again(pairs: Store) -> None:
    first = go_on(pairs, pairs.respond.begin("pairs", "n"), address=ADDRESS)
    [contact] = pairs.contacts.list("pairs")
    early = enter(pairs, contact.token)  # a tab in which the first page is open
    go_on(pairs, enter(pairs, contact.token))
    assert pairs.results.dataset("pairs").respondents["dyad"].notna().all()
    pairs.erasures.withdraw(enter(pairs, contact.token))
    data = pairs.results.dataset("pairs").respondents
    assert data[["role", "dyad"]].fillna("").to_numpy().tolist() == [["protege", ""]]
    assert [(one.state, one.address) for one in pairs.nominations.list("pairs")] == [("declined", "")]
    sent(pairs, first, "mentor", mentor__address=ADDRESS)
    assert pairs.contacts.list("pairs") == []
    assert pairs.respond.enter(contact.token) is None
    with pytest.raises(Closed, match="not there any more"):
        sent(pairs, early, "consent", consent="yes")
    assert pairs.respond.enter(contact.token) is None


def test_whoever_stays_when_the_one_who_nominated_goes_is_in_no_pair(pairs: Store) -> None:
    first = go_on(pairs, pairs.respond.begin("pairs", "n"), address=ADDRESS)
    go_on(pairs, enter(pairs, pairs.contacts.list("pairs")[0].token))
    pairs.erasures.erase("pairs", Whom("response", first.response_id))
    data = pairs.results.dataset("pairs").respondents
    assert data[["role", "dyad"]].fillna("").to_numpy().tolist() == [["mentor", ""]]


def test_nobody_is_a_pair_with_themselves(pairs: Store) -> None:
    pairs.contacts.add("pairs", [NewContact(2, ADDRESS, None, {}, {})])
    [own] = pairs.contacts.list("pairs")
    go_on(pairs, enter(pairs, own.token), address=ADDRESS.upper())
    assert [one.state for one in pairs.nominations.list("pairs")] == ["taken"]
    assert pairs.respond.invited_as(enter(pairs, own.token))["role"] == "protege"
    assert pairs.results.dataset("pairs").respondents["dyad"].isna().all()


def test_pairs_of_a_live_study_run_as_actors_and_partners(pairs: Store, tmp_path: Path) -> None:
    from analysis.plan.load import load_plan
    from analysis.run import run

    for number in range(12):
        own = {"trust": 1 + number * number % 5, "talk": 1 + number * 7 % 5}
        go_on(pairs, pairs.respond.begin("pairs", f"n{number}"), (), f"m{number}@example.org", **own)
    for number, contact in enumerate(pairs.contacts.list("pairs")):
        go_on(pairs, enter(pairs, contact.token), trust=1 + number * 3 % 5, talk=1 + (number + 2) ** 2 % 5)
    data = pairs.results.dataset("pairs")
    write_csv_folder(data, tmp_path / "out")
    plan = load_plan(PLAN, "plan.yaml", data.instrument)
    found, again = (run(plan, one).frame() for one in (data, read_data(tmp_path / "out", data.instrument)))
    pd.testing.assert_frame_equal(found, again)
    assert "not_applicable" not in set(found["statistic"])
    assert float(found.query("statistic == 'n_dyads'")["value"].iloc[0]) == 12
    assert {"actor", "partner"} <= {word for term in found["term"] for word in re.split(r"[^a-z]+", str(term))}


def test_teams_of_invitations_cluster_errors(pairs: Store) -> None:
    from analysis.plan.load import load_plan
    from analysis.run import run

    invited = [(f"p{number}", {"team": f"t{number // 4}"}) for number in range(24)]
    for number, (made, token) in enumerate(pairs.invitations.create("pairs", invited)):
        assert made.fields["team"] == f"t{number // 4}"
        go_on(pairs, enter(pairs, token), trust=1 + number * number % 5, talk=1 + number * 7 % 5)
    data = pairs.results.dataset("pairs")
    assert data.respondents["team"].value_counts().to_dict() == {f"t{number}": 4 for number in range(6)}
    found = run(load_plan(TEAMS, "plan.yaml", data.instrument), data).frame()
    assert "not_applicable" not in set(found["statistic"])
    [df] = found.query("analysis == 'teams' and term == 'talk' and statistic == 'df'")["value"]
    assert 3 < df < 6  # Satterthwaite's, of six teams and not of 24 people
    assert found.query("analysis == 'mixed' and statistic == 'n_groups'")["value"].tolist() == [6.0]


PLAN = """
format: twofold-plan/1
instrument: pairs
seed: 1
analyses:
  - {id: both, kind: dyad, outcome: trust, predictors: [talk], dyad: dyad, role: role, resamples: 0}
"""
TEAMS = """
format: twofold-plan/1
instrument: pairs
seed: 1
analyses:
  - {id: teams, kind: regression, outcome: trust, blocks: [[talk]], errors: {cr2: team}}
  - {id: mixed, kind: mixed, outcome: trust, fixed: [talk], group: team}
"""


def test_of_two_pages_that_name_the_same_person_at_the_same_time_one_has_them(pairs: Store) -> None:
    ((made, _),) = pairs.invitations.create("pairs", 1)
    told: dict[str, bool] = {}

    def name(pair: str) -> None:
        def work(connection: Connection) -> bool:
            found = _say(connection, PAIRS, made.id, pair, "mentor")
            if pair == "d1":
                other.start()
                other.join(0.5)  # both are in the middle now; how far the other has come changes nothing below
            return found

        told[pair] = pairs.database.write(work, alone=False)

    other = threading.Thread(target=name, args=("d2",))
    name("d1")
    other.join(30)
    assert told == {"d1": True, "d2": False}
    assert pairs.invitations.list("pairs")[0].fields == {"dyad": "d1", "role": "mentor"}
