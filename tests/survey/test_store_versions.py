"""A study whose questionnaire changes while it is live: nothing answered is altered, moved or lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from analysis.scoring import score
from survey import flow
from survey.answers import Answer, from_json
from survey.dataset.harmonise import VERSION
from survey.dataset.missing import Missing
from survey.errors import AnswerError, Stale, StudyError
from survey.instrument.canonical import sha256
from survey.instrument.load import load
from survey.instrument.merge import together
from survey.instrument.model import Instrument
from survey.store import Session, Store, schema
from survey.store.sessions import read_model
from tests.survey.store_support import ANSWERS, START, TEXT, go_through, send
from tests.survey.test_versions import EDITS

LIST = TEXT.replace("layout: matrix, ", "")
RECODED = LIST.replace("version: 1.0.0", "version: 1.1.0").replace(
    "a1: {text: First, format: agree5}", "a1: {text: First, format: hours}"
)
"""The item a1 counts hours now, and so its scale has another key."""


@pytest.fixture
def asked(store: Store) -> Store:
    store.studies.create("small", LIST)
    store.studies.set_status("small", "live")
    return store


def accept(store: Store, text: str) -> None:
    store.studies.update_instrument("small", text, accept=store.studies.propose("small", text).hash)


def back(store: Store, session: Session) -> Session:
    found = store.respond.enter(session.token)
    assert found is not None
    return found


def log_of(store: Store) -> list[tuple[str, str, str]]:
    table = schema.submission.c
    query = select(table.page, table.answers, table.instrument_hash).order_by(table.id)
    return [tuple(row) for row in store.database.read(lambda connection: connection.execute(query).all())]


def test_a_proposal_says_what_would_happen_and_does_nothing(asked: Store) -> None:
    go_through(asked, asked.respond.begin("small", "one"))
    go_through(asked, asked.respond.begin("small", "two"), stop="support")
    text = RECODED.replace("friend: {label: Friend}, ", "").replace(
        "  remark: {text: Anything else?, format: words}\n", ""
    )
    text = text.replace(", remark]", "]")
    before, lines = asked.studies.get("small"), log_of(asked)
    proposal = asked.studies.propose("small", text)
    assert (proposal.study, proposal.respondents) == ("small", 2)
    assert (proposal.before, proposal.after) == (before.instrument, load(text, "new"))
    told = {(e.change.kind, e.change.part, e.change.name): e.answers for e in proposal.effects}
    assert told[("recoded", "item", "a1")] == 1
    assert told[("removed", "item", "remark")] == 1
    assert told[("removed", "choice", "roles.friend")] == 1
    assert told[("changed", "page", "rest")] == 0
    assert asked.studies.get("small") == before
    assert log_of(asked) == lines


def test_a_change_is_accepted_as_it_was_seen_and_under_a_number_of_its_own(asked: Store) -> None:
    with pytest.raises(StudyError, match="look at what the change does"):
        asked.studies.update_instrument("small", RECODED, accept=sha256(load(LIST, "other")))
    same_number = RECODED.replace("version: 1.1.0", "version: 1.0.0")
    with pytest.raises(StudyError, match="already in use"):
        accept(asked, same_number)
    accept(asked, RECODED)
    assert asked.studies.get("small").instrument.version == "1.1.0"
    accept(asked, LIST)  # back to what it was
    assert asked.studies.get("small").instrument.version == "1.0.0"
    with pytest.raises(StudyError, match="nothing to ask"):
        accept(asked, RECODED[: RECODED.index("pages:")])
    asked.studies.set_status("small", "closed")
    with pytest.raises(StudyError, match="Open it again"):
        accept(asked, RECODED)


def test_who_is_in_the_middle_goes_on_in_the_new_version(asked: Store) -> None:
    session = go_through(asked, asked.respond.begin("small", "one"), stop="work")
    lines = log_of(asked)
    accept(asked, RECODED)
    with pytest.raises(Stale) as caught:
        send(asked, session, "work")
    current = caught.value.session
    assert current == back(asked, session)
    assert current.study.instrument.version == "1.1.0"
    assert "a1" not in current.answers, "an answer on the old scale is not taken for one on the new"
    assert current.answers["a2"] == 2.0
    for page in ("work", "distance", "people.g1", "people.g2", "rest"):
        assert flow.first_open(current.study.instrument, current.answers, current.submitted) == page
        current = send(asked, current, page).session
    assert current.completed
    assert log_of(asked)[: len(lines)] == lines
    data = asked.results.dataset("small")
    row = data.respondents.iloc[0]
    assert row["a1_v1_0_0"] == 1.0
    assert data.missing.iloc[0]["a1"] == "not_shown", "the new a1 was never asked"
    assert data.missing.iloc[0]["a1_v1_0_0"] == ""
    assert row[VERSION] == "1.1.0"


def test_who_has_finished_stays_with_their_version_and_may_still_change_it(asked: Store) -> None:
    done = go_through(asked, asked.respond.begin("small", "one"))
    accept(asked, RECODED.replace("  - {id: thanks", "  - {id: more, items: [note]}\n  - {id: thanks").replace(
        "scales:", "  note: {text: A new question, format: words}\nscales:", 1))  # fmt: skip
    again = back(asked, done)
    assert again.completed
    assert again.study.instrument.version == "1.0.0"
    counts = asked.results.counts("small")
    assert (counts.started, counts.completed, counts.leaving) == (1, 1, {})
    after = send(asked, again, "support", {**ANSWERS["support"], "a1": 5}).session
    assert after.completed
    data = asked.results.dataset("small")
    assert data.respondents.iloc[0]["a1_v1_0_0"] == 5.0
    assert data.missing.iloc[0]["note"] == "not_shown"
    with pytest.raises(AnswerError):  # a page of the new version is none of theirs
        asked.respond.submit(after, "more", {"note": "Hm"}, order=(), shown_at=START, sent_at=START)


def test_columns_never_shift_and_scores_follow_each_version(asked: Store) -> None:
    before = list(asked.results.dataset("small").respondents.columns)
    go_through(asked, asked.respond.begin("small", "one"))
    accept(asked, RECODED.replace("friend: {label: Friend}, ", ""))
    newer = {**ANSWERS, "support": {**ANSWERS["support"], "a1": 100}, "rest": {**ANSWERS["rest"], "roles": ["peer"]}}
    go_through(asked, asked.respond.begin("small", "two"), newer)
    data = asked.results.dataset("small")
    assert [c for c in data.respondents.columns if c in before] == sorted(
        before, key=lambda c: list(data.respondents.columns).index(c)
    )
    assert set(before) <= set(data.respondents.columns)
    by_version = data.respondents.set_index(VERSION)
    assert by_version.loc["1.0.0", "roles.friend"] == 1.0
    assert by_version["a1"].to_dict() == pytest.approx({"1.0.0": float("nan"), "1.1.0": 100.0}, nan_ok=True)
    assert by_version["a1_v1_0_0"].to_dict() == pytest.approx({"1.0.0": 1.0, "1.1.0": float("nan")}, nan_ok=True)
    scored = score(data)
    versions = scored.dataset.respondents[VERSION].reindex(scored.frame.index)
    old, new = (scored.frame[versions == version].iloc[0] for version in ("1.0.0", "1.1.0"))
    assert (old["a_v1_0_0"], new["a"]) == ((1 + 2 + 3 + 2) / 4, (100 + 2 + 3 + 2) / 4)
    assert old[["a"]].isna().all()
    assert new[["a_v1_0_0"]].isna().all()
    assert any("1.0.0, 1.1.0" in note for note in data.notes)


def test_a_pilot_that_changed_keeps_what_was_answered_before(store: Store) -> None:
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "pilot")
    go_through(store, store.respond.begin("small", "someone"))
    store.studies.set_status("small", "draft")
    store.studies.update_instrument("small", TEXT.replace("min: 16, max: 99", "min: 50, max: 99"))
    data = store.results.dataset("small")
    assert data.respondents["age"].tolist() == [40.0]
    assert data.instrument.format_of("age").min == 16  # type: ignore[union-attr]
    assert data.respondents[VERSION].str.startswith("1.0.0+").all()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.integers(0, len(EDITS) - 1)), min_size=1, max_size=3), st.integers(0, 10**9))
def test_any_sequence_of_versions_keeps_every_answer(store: Store, history: list[set[int]], seed: int) -> None:
    slug = f"s{seed}-{len(store.studies.list())}"
    texts = [LIST]
    for number, edits in enumerate(history, start=1):
        text = LIST.replace("version: 1.0.0", f"version: 1.{number}.0").replace("pass: 4", "pass: 1")
        for edit in sorted(edits):
            text = text.replace(*EDITS[edit])
        texts.append(text)
    store.studies.create(slug, texts[0])
    store.studies.set_status(slug, "live")
    halfway: list[Session] = []
    for number, text in enumerate(texts):
        if number:
            store.studies.update_instrument(slug, text, accept=store.studies.propose(slug, text).hash)
        fits = {page: _fitting(text, answers) for page, answers in ANSWERS.items()}
        done = go_through(store, store.respond.begin(slug, f"whole {number}"), fits)
        assert done.completed
        for session in halfway:
            go_through(store, back(store, session), fits)
        halfway = [go_through(store, store.respond.begin(slug, f"half {number}"), fits, stop="rest")]
    data = store.results.dataset(slug)
    assert len(data.respondents) == 2 * len(texts)
    checked = 0
    for line in _lines(store, slug):
        columns = _columns(data.instrument, line.version)
        for name, answer in line.last.items():
            if name in columns and not isinstance(answer, tuple | Missing):
                checked += 1
                assert data.respondents.loc[line.id, columns[name]] == answer
    assert checked > 10 * len(texts)


def _fitting(text: str, answers: dict[str, object]) -> dict[str, object]:
    """Answers of ``ANSWERS`` where this version's formats allow them, others in their place."""
    instrument = load(text, "version")
    instead = {"likert": 1, "number": 50, "choice": "yes", "text": "Words", "multichoice": ["friend"]}
    fits: dict[str, object] = {}
    for name, value in answers.items():
        page = next(page.id for page in instrument.pages if name in flow.names_on(instrument, page))
        wrong = name in instrument.items and any(
            problem.kind == "invalid" and problem.item == name
            for problem in flow.problems_of(instrument, page, {name: value})
        )
        fits[name] = instead[instrument.format_of(name).type] if wrong else value
    return fits


@dataclass(frozen=True)
class Line:
    id: str
    version: Instrument
    last: dict[str, Answer]


def _lines(store: Store, slug: str) -> list[Line]:
    """For each respondent and version: the last answers that they sent to it."""
    log, response, instrument = schema.submission.c, schema.response.c, schema.instrument.c
    study = store.studies.get(slug)
    query = (
        select(log.response_id, instrument.hash, instrument.model, log.answers)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .join(schema.instrument, log.instrument_hash == instrument.hash)
        .where(response.study_id == study.id)
        .order_by(log.sequence)
    )
    found: dict[tuple[str, str], Line] = {}
    for row in store.database.read(lambda connection: connection.execute(query).all()):
        line = found.setdefault((str(row.response_id), row.hash), Line(str(row.response_id), read_model(row.model), {}))
        line.last.update(from_json(row.answers))
    return list(found.values())


def _columns(whole: Instrument, instrument: Instrument) -> dict[str, str]:
    """Where a version's items stand: under their name if they mean the same now, else with the version's number."""
    columns = {}
    for item in instrument.items:
        for column in (item, *(c for c in whole.items if c.startswith(f"{item}_v"))):
            if column in whole.items and together(instrument.format_of(item), whole.format_of(column)) is not None:
                columns[item] = column
                break
    return columns
