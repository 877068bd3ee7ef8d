"""Mail in a real browser: scanners that follow links change nothing; the pages of letters by axe-core; sending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from survey.mail.people import NewContact
from survey.store import Store, open_store, schema
from tests.browser.test_every_page import wrong_with
from tests.browser.test_researcher import rested
from tests.support import browser as b
from tests.support.mail_server import MailServer, mail_server
from tests.survey.store_support import TEXT, go_through

pytestmark = pytest.mark.browser
SMALL = TEXT.replace("{en: A small study}", "A small study").replace("languages: [en]", "languages: [en, fr]")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two people in a list, and an owner."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'mail.db'}")
    opened.accounts.create_owner(opened.accounts.setup_code() or "", "Ada", "correct horse battery")
    opened.studies.create("small", SMALL)
    opened.studies.set_status("small", "live")
    people = [NewContact(n, f"p{n}@example.org", language, {}, {}) for n, language in ((2, "fr"), (3, None))]
    opened.contacts.add("small", people)
    opened.mailing.set("small", sender="Lab <lab@example.org>", incentive="A pen")
    opened.mailing.set_address("https://survey.example.org")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(store: Store, mail: MailServer) -> Iterator[b.Server]:
    more = {"TWOFOLD_SMTP": mail.url, "TWOFOLD_MAIL_PER_MINUTE": "6000"}
    running = b.Server(store.url, extra=more).start()
    yield running
    running.stop()


def responses(store: Store) -> int:
    query = select(func.count()).select_from(schema.response)
    return store.database.read(lambda c: c.execute(query).scalar_one())


def ends(store: Store, n: int) -> str:
    return f"/u/{store.contacts.opt_out_token(store.contacts.list('small')[n].invitation_id)}"


def test_a_scanner_of_mail_that_follows_every_link_changes_nothing(page: Page, server: b.Server, store: Store) -> None:
    """By GET and HEAD, and in a browser that runs scripts for a second and presses nothing."""
    one = store.contacts.list("small")[0]
    links = (f"/?s={one.token}", f"/s/{one.token}", f"/s/{one.token}/thanks", f"/s/{one.token}/leave", ends(store, 0))
    for link in links:
        for method in ("GET", "HEAD"):
            status = page.request.fetch(server.url + link, method=method).status
            assert status == (404 if link.endswith("/thanks") else 200)
        page.goto(server.url + link)
        page.wait_for_timeout(1000)
    b.open_survey(page, server, token=one.token)
    page.wait_for_timeout(1000)
    assert responses(store) == 0
    assert [person.reachable for person in store.contacts.list("small")] == [True, True]
    session = store.respond.enter(one.token)
    assert session is not None
    assert (session.persisted, session.stopped) == (False, False)


def test_the_pages_of_letters_hold_nobody_up(chromium: Browser, server: b.Server, store: Store) -> None:
    done = go_through(store, store.respond.begin("small", "somebody"))
    context = chromium.new_context(viewport=b.PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(server.url + ends(store, 0))
    assert wrong_with(page) == []
    page.get_by_role("button", name="Arrêter les messages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne recevrez plus de messages")
    assert wrong_with(page) == []
    page.get_by_role("button").click()
    assert all(person.reachable for person in store.contacts.list("small"))
    for way in ("plain", "full"):
        (b.open_plain if way == "plain" else b.open_survey)(page, server, token=done.token)
        assert wrong_with(page) == []
        page.get_by_role("link", name="Say where it should go").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Where should it go?")
    page.get_by_label("Your email address").fill("nowhere")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Your email address")).to_be_focused()
    assert wrong_with(page) == []
    page.get_by_label("Your email address").fill("me@example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert wrong_with(page) == []
    context.close()
    assert [debt.recipient for debt in store.owed.list("small")] == ["me@example.org"]


def test_a_researcher_sends_what_is_due(page: Page, server: b.Server, store: Store, mail: MailServer) -> None:
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    page.goto(f"{server.url}/people?name=small")
    rested(page)
    assert wrong_with(page) == []
    page.get_by_role("button", name="Send 2 invitations").click()
    page.get_by_role("button", name="Send them").click()
    expect(page.get_by_text("2 invitations sent.")).to_be_visible(timeout=20_000)
    assert sorted(one.recipient for one in mail.taken) == ["p2@example.org", "p3@example.org"]
    page.get_by_role("button", name="Close this").click()
    expect(page.get_by_role("button", name="Close this")).to_have_count(0)
    expect(page.get_by_text("No invitations due now.")).to_be_visible()
    rested(page)
    assert wrong_with(page) == []
