"""The page of the people of a study: for recruiters and owners alone, with letters that a real mail server takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from survey.mail import sending
from survey.mail.people import NewContact
from survey.mail.smtp import ENVIRONMENT, Outcome
from survey.store import Store, User
from tests.support.mail_server import MailServer, mail_server
from tests.survey.store_support import TEXT, go_through
from tests.views.researcher_support import again, open_page, people, temporary_store, words
from views.researcher import rounds
from views.researcher.pages import people as page_of_people

SMALL = TEXT.replace("{en: A small study}", "A small study").replace("languages: [en]", "languages: [en, fr]")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for opened in temporary_store(tmp_path, monkeypatch):
        opened.studies.create("small", SMALL)
        opened.studies.set_status("small", "live")
        yield opened


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server() as server:
        monkeypatch.setenv(ENVIRONMENT, server.url)
        monkeypatch.setenv(sending.PACE_ENVIRONMENT, "100000")
        yield server


def listed(store: Store, n: int = 3) -> None:
    found = [NewContact(i, f"planted-{i}@example.org", None, {"name": f"P {i}"}, {"team": "t1"}) for i in range(n)]
    store.contacts.add("small", found)
    store.mailing.set("small", sender="Lab <lab@example.org>")
    store.mailing.set_address("https://survey.example.org")


def opened(user: User, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page("people", user, monkeypatch, name="small")


def press(page: AppTest, key: str) -> AppTest:
    return again(page.button(key=key).click())


def test_an_analyst_does_not_come_in(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    listed(store)
    page = opened(users["analyst"], monkeypatch)
    assert [error.value for error in page.error] == [
        "Your account does not open this page. The owner of this server can change that."
    ]
    assert "planted" not in str(page)
    assert page_of_people.show.__module__ == "views.researcher.pages.people"


def test_an_empty_study_says_what_to_do(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(users["recruiter"], monkeypatch)
    said = words(page)
    assert [header.value for header in page.header] == ["Add people", "Letters", "Incentives"]
    assert "`email`" in said
    assert "`team`" in said


def test_people_are_added_from_a_file_and_mistakes_are_listed(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(users["recruiter"], monkeypatch)
    again(page.file_uploader(key="people_file_0").upload("p.csv", b"email,teams\nnobody,1\n", "text/csv"))
    assert any("Nobody was added: one mistake" in error.value for error in page.error)
    page = opened(users["recruiter"], monkeypatch)
    again(page.file_uploader(key="people_file_0").upload("p.csv", b"email\na@example.org\nb@example.org\n", "text/csv"))
    press(page, "people_add")
    assert store.contacts.count("small") == 2


def test_addresses_are_shown_when_asked_for_and_that_is_noted(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    page = opened(users["recruiter"], monkeypatch)
    looks = "SELECT count(*) FROM audit WHERE action = 'see contacts' AND actor = 'Rob'"
    assert "planted" not in page.dataframe[0].value.to_csv()
    assert store.database.read(lambda c: c.execute(text(looks)).scalar()) == 0
    again(page.toggle(key="show_addresses").set_value(True))
    assert list(page.dataframe[0].value["Address"]) == [f"planted-{i}@example.org" for i in range(3)]
    again(page)
    assert store.database.read(lambda c: c.execute(text(looks)).scalar()) == 1


def test_what_is_missing_is_said_before_anything_can_be_sent(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.contacts.add("small", [NewContact(2, "a@example.org", None, {}, {})])
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    page = opened(users["recruiter"], monkeypatch)
    told = " ".join(info.value for info in page.info)
    assert "who sends them" in told
    assert "No mail server is set" in told
    assert "at which address" in told
    assert page.button(key="send_invitation").disabled


def test_what_is_due_goes_out_in_the_background_and_is_told(
    store: Store, users: dict[str, User], mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    mail.refuse = {"planted-2@example.org": "550 5.1.1 nobody"}
    page = opened(users["recruiter"], monkeypatch)
    assert "3 invitations due now." in words(page)
    assert not page.button(key="send_invitation").disabled
    asked = words(press(page, "send_invitation"))
    assert "3 invitations will go out" in asked
    going = rounds.start(store, "small", "invitation", "Rob")  # as its button does; this test's pages keep no dialog
    assert going.thread is not None
    going.thread.join(30)
    again(page)
    assert [one.value for one in page.warning] == ["2 invitations sent\\. 1 refused\\: the address does not exist\\."]
    assert "No invitations due now." in words(page)
    assert sorted(one.recipient for one in mail.taken) == ["planted-0@example.org", "planted-1@example.org"]
    press(page, "round_seen")
    assert rounds.under_way("small") is None
    table = page.dataframe[0].value
    assert list(table["Last letter"]) == ["invitation, sent", "invitation, sent", "invitation, refused"]
    assert list(table["Letters"]) == ["may be sent", "may be sent", "address does not work"]


def test_the_first_letter_is_shown_without_its_secrets(
    store: Store, users: dict[str, User], mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    page = press(opened(users["recruiter"], monkeypatch), "see_invitation")
    first = store.contacts.list("small")[0]
    shown = " ".join(code.value for code in page.code)
    assert "Dear P 0," in shown
    assert "https://survey.example.org/?s=…" in shown
    assert first.token not in shown
    assert store.contacts.opt_out_token(first.invitation_id) not in shown


def test_letters_of_which_nothing_is_known_are_asked_about(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store, 2)
    found = store.letters.correspondence("small")
    for one in found.people:
        made = store.letters.begin(found.study, one)
        assert made is not None
    store.letters.settle(made, Outcome("sent"))
    monkeypatch.setattr("survey.store.letters.LEASE", timedelta(0))  # as if the rest had been silent for that long
    page = opened(users["owner"], monkeypatch)
    assert "Of one letter it is not known" in page.warning[0].value
    press(page, "unknown_sent")
    assert [one.letters[0].state for one in store.letters.correspondence("small").people] == ["sent", "sent"]


def test_words_are_checked_and_kept(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    listed(store)
    page = opened(users["recruiter"], monkeypatch)
    subject = next(one for one in page.text_input if one.label == "Subject")
    body = next(one for one in page.text_area if one.label == "Letter")
    assert subject.value == "Invitation: {title}"
    body.set_value("no link at all")
    again(next(one for one in page.button if one.label == "Keep these words").click())
    assert "lacks" in page.error[0].value
    next(one for one in page.text_area if one.label == "Letter").set_value("{link} {unsubscribe} {town|here}")
    again(next(one for one in page.button if one.label == "Keep these words").click())
    assert "not known" in page.error[0].value
    next(one for one in page.text_area if one.label == "Letter").set_value("{link} {unsubscribe}")
    again(next(one for one in page.button if one.label == "Keep these words").click())
    assert store.mailing.words("small", "invitation", "en").body == "{link} {unsubscribe}\n"


def test_the_studys_own_page_says_what_is_due_to_whoever_may_send_it(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}
    for n in (0, 3):
        if n:
            listed(store, n)
        for role in ("recruiter", "analyst"):
            page = open_page("study", users[role], monkeypatch, name="small")
            told[n, role] = [link.proto.label for link in page.get("page_link") if "eople" in link.proto.label]
    assert told == {
        (0, "recruiter"): ["Invite people by mail"],
        (3, "recruiter"): ["People: 3 invitations due"],
        (0, "analyst"): [],
        (3, "analyst"): [],
    }


def test_a_test_letter_goes_to_oneself(
    store: Store, users: dict[str, User], mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    page = opened(users["recruiter"], monkeypatch)
    next(one for one in page.text_input if one.label == "Your address").set_value("me@example.org")
    again(next(one for one in page.button if one.label == "Send it to me").click())
    assert [one.recipient for one in mail.taken] == ["me@example.org"]
    assert any("has taken it" in one.value for one in page.success)


def test_what_is_owed_is_ticked_off(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    listed(store, 1)
    store.mailing.set("small", incentive="A pen")
    session = store.respond.enter(store.contacts.list("small")[0].token)
    assert session is not None
    go_through(store, session)
    page = opened(users["recruiter"], monkeypatch)
    assert "1 owed so far, 0 of them paid." in words(page)
    assert not any("planted" in frame.value.to_csv() for frame in page.dataframe)
    again(page.toggle(key="show_owed").set_value(True))
    assert "planted-0@example.org" in page.dataframe[-1].value.to_csv()
    page.multiselect(key="owed_paid").set_value([0])
    again(next(one for one in page.button if one.label == "Tick off").click())
    assert store.owed.counts("small") == (1, 1)


def test_in_an_employers_study_nobody_is_shown_who_answered(
    store: Store, users: dict[str, User], mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store, 3)
    store.mailing.set("small", incentive="A pen", remind_after=1)
    store.studies.set_smallest_group("small", 5, "Ada")
    session = store.respond.enter(store.contacts.list("small")[0].token)
    assert session is not None
    go_through(store, session)
    for role in ("recruiter", "owner"):
        page = opened(users[role], monkeypatch)
        table = page.dataframe[0].value
        assert not {"Stands at", "Last letter"} & set(table.columns)
        assert set(table["Letters"]) == {"may be sent"}
        said = words(page)
        assert "1 owed so far" in said
        assert "would say who has answered" in "".join(one.value for one in page.info)
        assert not [one.key for one in (*page.toggle, *page.button) if one.key in ("show_owed", "see_reminder")]
        assert {one.label: one.value for one in page.metric}["Are through"] == "1"
    study = open_page("study", users["recruiter"], monkeypatch, name="small")
    assert "Nobody sees who has answered" in "".join(one.value for one in study.info)


def test_a_server_that_ends_stops_after_the_letter_under_way(
    store: Store, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    monkeypatch.setenv(sending.PACE_ENVIRONMENT, "60")
    going = rounds.start(store, "small", "invitation", "Rob")
    assert rounds.start(store, "small", "invitation", "Rob") is going
    until = time.monotonic() + 20
    while not mail.taken and time.monotonic() < until:
        time.sleep(0.02)
    rounds.stop_all()
    assert (going.done, going.plan.people, going.plan.letters) == (True, (), ())
    assert going.done
    assert (going.tally.sent, going.tally.ended) == (1, "stopped by hand")
    rounds.forget_round("small")


def test_where_all_links_lead_is_for_the_owner_to_say(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(store)
    label = "Address of this server, for links"
    page = opened(users["recruiter"], monkeypatch)
    assert not [one for one in page.text_input if one.label == label]
    assert "Links lead to https://survey.example.org" in [one.value for one in page.caption]
    page = opened(users["owner"], monkeypatch)
    next(one for one in page.text_input if one.label == label).set_value("https://owner.example.org")
    again(next(one for one in page.button if one.label == "Keep these").click())
    assert store.mailing.address() == "https://owner.example.org"


def test_settings_are_kept(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    listed(store)
    page = opened(users["recruiter"], monkeypatch)
    next(one for one in page.text_input if one.label == "Sender").set_value("nobody")
    again(next(one for one in page.button if one.label == "Keep these").click())
    assert "is no address" in page.error[0].value
    page = opened(users["recruiter"], monkeypatch)
    next(one for one in page.text_input if one.label == "Answers go to").set_value("ada@example.org")
    next(one for one in page.radio if one.label == "Links lead to").set_value(True)
    next(one for one in page.number_input if one.label == "Reminders at most").set_value(4)
    again(next(one for one in page.button if one.label == "Keep these").click())
    kept = store.mailing.settings("small")
    assert (kept.sender, kept.reply_to, kept.light) == ("Lab <lab@example.org>", "ada@example.org", True)
    assert (kept.remind_after, kept.remind_at_most, kept.deadline) == (7, 4, "")
