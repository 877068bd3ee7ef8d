"""How answers came: openings, devices, presses of Back, hashes of addresses, and the numbers that CHERRIES asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from pandas.testing import assert_frame_equal
from sqlalchemy import insert, select, text, update

from survey.dataset.columns import PARADATA
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.errors import StudyError
from survey.files.problems import FileProblems
from survey.instrument.load import load
from survey.store import Circumstances, Session, Store, open_store, schema
from survey.store.engine import Database
from survey.store.keys import Keys
from survey.store.migrate import _config
from survey.store.paradata import address_mac, read_device, read_source
from survey.store.participation import FEWEST_ALIKE
from survey.store.watch import watch_of
from tests.survey.conftest import KEY
from tests.survey.store_support import ANSWERS, START, TEXT, go_through, send

PHONE = Circumstances("html", "phone", "newsletter", "192.0.2.7")


def begin(live: Store, name: str, came: Circumstances = PHONE, consent: str = "yes") -> Session:
    session = live.respond.begin("small", name)
    return send(live, session, "consent", {"consent": consent}, circumstances=came).session


def rows(live: Store, query: Any) -> list[Any]:
    return list(live.database.read(lambda c: c.execute(query).all()))


def test_what_a_browser_says_of_itself_is_a_class_or_nothing() -> None:
    assert [read_device(text) for text in ("phone", "tablet", "desktop", "Mozilla/5.0", 3, None, "")] == [
        "phone", "tablet", "desktop", None, None, None, None,
    ]  # fmt: skip
    codes = ("news-1", "a.b_C", "", "x" * 33, "a b", "<b>", None)
    assert [read_source(text) for text in codes] == ["news-1", "a.b_C", None, None, None, None, None]


def test_a_page_keeps_its_channel_and_device_and_a_response_its_source(live: Store) -> None:
    session = begin(live, "one")
    send(live, session, "about", circumstances=Circumstances("streamlit"))
    log = schema.submission.c
    assert rows(live, select(log.channel, log.device).order_by(log.sequence)) == [
        ("html", "phone"),
        ("streamlit", None),
    ]
    assert rows(live, select(schema.response.c.source)) == [("newsletter",)]


def test_openings_are_counted_and_first_ones_apart(live: Store) -> None:
    for first in (True, False, True, False, False):
        live.paradata.opened("small", first=first)
    study = live.studies.get("small")
    assert (study.opened, study.visitors) == (5, 2)
    live.studies.set_status("small", "closed")
    live.paradata.opened("small")
    assert live.studies.get("small").opened == 5


def test_a_press_of_back_is_noted_once(live: Store) -> None:
    live.paradata.went_back(live.respond.begin("small", "nobody"), "consent", "1", "html")
    session = begin(live, "one")
    for press in ("1", "1", "2"):
        live.paradata.went_back(session, "about", press, "html")
    back = schema.step_back.c
    assert rows(live, select(back.response_id, back.page, back.channel)) == [(session.response_id, "about", "html")] * 2


def test_no_address_is_ever_written_and_no_hash_unless_the_study_says_so(live: Store, tmp_path: Path) -> None:
    begin(live, "one")
    assert rows(live, select(schema.address_hash)) == []
    live.paradata.set_address_days("small", 7, "Owner")
    session = begin(live, "two")
    kept = rows(live, select(schema.address_hash.c.response_id, schema.address_hash.c.mac))
    assert kept == [(session.response_id, address_mac(live.keys, session.study.id, "192.0.2.7"))]
    assert address_mac(Keys(b"x" * 32), session.study.id, "192.0.2.7") != kept[0].mac
    assert "192.0.2.7" not in repr(PHONE)
    if live.database.is_sqlite:
        for file in tmp_path.glob("study.db*"):
            assert b"192.0.2.7" not in file.read_bytes()


def test_hashes_go_when_their_days_are_over(live: Store) -> None:
    live.paradata.set_address_days("small", 7)
    old, new = begin(live, "old"), begin(live, "new")
    table = schema.address_hash
    long_ago = schema.now() - timedelta(days=8)
    live.database.write(
        lambda c: c.execute(update(table).where(table.c.response_id == old.response_id).values(made_at=long_ago))
    )
    begin(live, "third")
    left = {row.response_id for row in rows(live, select(table.c.response_id))}
    assert old.response_id not in left
    assert len(left) == 2
    live.database.write(
        lambda c: c.execute(update(table).where(table.c.response_id == new.response_id).values(made_at=long_ago))
    )
    assert live.paradata.forget_addresses() == 1
    live.paradata.set_address_days("small", None)
    assert rows(live, select(table)) == []
    for days in (0, 366):
        with pytest.raises(StudyError, match="days cannot be"):
            live.paradata.set_address_days("small", days)


def test_the_numbers_of_cherries(live: Store) -> None:
    live.paradata.set_address_days("small", 7)
    for first in (True, True, True, True, True, False):
        live.paradata.opened("small", first=first)
    first = go_through(live, begin(live, "one"))
    go_through(live, begin(live, "two", replace(PHONE, source="poster", device="desktop")))  # answers as the first
    begin(live, "three", Circumstances("streamlit", address="192.0.2.8"))
    begin(live, "four", Circumstances("streamlit"), "no")
    _, token = live.invitations.create("small", 3)[0]
    guest = live.respond.enter(token)
    assert guest is not None
    guest = send(live, guest, "consent", {"consent": "yes"}, circumstances=Circumstances("html", "tablet")).session
    send(live, guest, "about", {"age": 20, "employed": "no"}, circumstances=Circumstances("streamlit", "desktop"))
    live.paradata.went_back(first, "rest", "1", "html")
    live.paradata.went_back(first, "people", "2", "html")
    first = send(live, live.respond.reload(first), "about", {"age": 41, "employed": "yes"}).session

    found = live.paradata.participation("small")
    assert (found.study, found.phase, found.counts.opened, found.visitors) == ("small", "live", 6, 5)
    assert (found.counts.started, found.counts.consented, found.declined, found.counts.completed) == (5, 4, 1, 2)
    assert found.participation_rate == pytest.approx(4 / 5)
    assert found.completion_rate == pytest.approx(2 / 4)
    assert (found.invited, found.revoked, found.by_invitation) == (3, 0, 1)
    assert (found.edits, found.back_presses, found.went_back) == (1, 2, 1)
    # All 14 items were shown to both who finished, and all were answered.
    assert (found.answered, found.shown, found.completeness) == (28, 28, 1.0)
    assert len(ANSWERS["support"]) < FEWEST_ALIKE
    assert found.alike == 0  # the first changed their age since
    assert (found.address_days, found.same_address) == (7, 1)
    assert found.channels == {"several": 3, "streamlit": 2}
    assert found.devices == {"desktop": 1, "phone": 1, "several": 1}
    assert found.sources == {"newsletter": 1, "poster": 1}
    assert found.languages == {"en": 5}
    assert found.first_sent == START + timedelta(seconds=10)
    assert found.last_sent is not None
    assert found.last_sent > found.first_sent
    assert (found.launched_at is None, found.closed_at) == (False, None)
    assert watch_of(live.database).look("small").codes == {"newsletter": (1, 1), "poster": (1, 1)}
    column = live.results.dataset("small").respondents["link_code"]
    assert sorted(column.dropna()) == ["newsletter", "poster"]


def test_data_hold_how_answers_came_beside_the_items(live: Store, tmp_path: Path) -> None:
    one = go_through(live, begin(live, "one"))
    two = begin(live, "two", Circumstances("html", "tablet"))
    send(live, two, "about", circumstances=Circumstances("html", "tablet"))
    for press in ("1", "2", "3"):
        live.paradata.went_back(two, "about", press, "html")
    data = live.results.dataset("small")
    rows = data.respondents[["channel", "device", "back_steps", "minutes"]].to_dict("index")
    assert rows[str(one.response_id)] == {
        "channel": "both", "device": "phone", "back_steps": 0.0, "minutes": pytest.approx(one.sequence * 10 / 60),
    }  # fmt: skip
    assert rows[str(two.response_id)] == {
        "channel": "html", "device": "tablet", "back_steps": 3.0, "minutes": pytest.approx(2 * 10 / 60),
    }  # fmt: skip
    write_csv_folder(data, tmp_path / "out")
    again = read_data(tmp_path / "out", data.instrument)
    assert_frame_equal(again.respondents, data.respondents)
    assert not [note for note in again.notes if "channel" in note]


def test_of_simulated_answers_nobody_knows_how_they_came(live: Store) -> None:
    go_through(live, live.respond.begin("small", "x"))
    simulated = live.results.dataset("small")
    live.studies.create("made", TEXT)
    live.studies.set_status("made", "live")
    live.respond.load_simulated("made", simulated)
    columns = set(live.results.dataset("made").respondents.columns)
    assert not columns & set(PARADATA)
    assert live.paradata.participation("made").channels == {}


@pytest.mark.parametrize("name", PARADATA)
def test_their_names_are_taken(name: str) -> None:
    text = TEXT.replace("  remark: {text", f"  {name}: {{text").replace("since, remark]", f"since, {name}]")
    with pytest.raises(FileProblems, match="kept for the data's own columns"):
        load(text, "small.yaml")


def test_responses_that_are_alike_are_counted(live: Store) -> None:
    for name in ("one", "two", "three"):
        go_through(live, live.respond.begin("small", name))
    go_through(live, live.respond.begin("small", "four"), {**ANSWERS, "about": {"age": 20, "employed": "yes"}})
    assert live.paradata.participation("small").alike == 2


def test_a_study_that_nobody_has_opened_has_no_rates(live: Store) -> None:
    found = live.paradata.participation("small")
    assert (found.participation_rate, found.completion_rate, found.completeness) == (None, None, None)
    assert (found.first_sent, found.last_sent, found.same_address) == (None, None, None)
    assert (found.channels, found.devices, found.sources, found.languages) == ({}, {}, {}, {})


def test_a_database_of_the_first_version_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    database = Database(url)

    def first(connection: Any) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO setting VALUES ('key_fingerprint', :print)"), {"print": print_of})
        connection.execute(text("INSERT INTO instrument VALUES ('h', '{}', '{}', '', '2026-01-01');"))
        connection.execute(
            text(
                "INSERT INTO study (id, slug, title, status, instrument_hash, instrument_version, opened_pilot, "
                "opened_live, created_at) VALUES ('0123456789abcdef0123456789abcdef', 'old', 'Old', 'draft', 'h', '1', "
                "3, 0, '2026-01-01 00:00:00')"
            )
        )

    print_of = Keys(KEY).fingerprint()
    database.write(first)
    database.close()
    opened = open_store(url, key=KEY)
    row = opened.database.read(
        lambda c: c.execute(select(schema.study.c.opened_pilot, schema.study.c.visitors_pilot)).one()
    )
    assert row == (3, 0)
    assert opened.database.read(lambda c: c.execute(select(schema.study.c.address_days)).scalar_one()) is None
    with pytest.raises(Exception, match="UNIQUE"):
        opened.database.write(lambda c: c.execute(insert(schema.setting).values(name="key_fingerprint", value="x")))
    opened.close()
