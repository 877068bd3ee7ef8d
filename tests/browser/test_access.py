"""Who may see what, in a real browser: an institution's sign-in, a session that ends under an open page, each role's
pages without a fault for those who do not see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.access import PAGES, may
from survey.store import Store, User
from tests.browser.test_researcher import rested
from tests.support import browser as b
from tests.support.accessible import violations
from tests.support.provider import Provider, provider
from tests.views.researcher_support import PASSWORD, fill, people

pytestmark = pytest.mark.browser
ANALYST = "ann@university.example"


@pytest.fixture(scope="module")
def institution() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    fill(empty_store)
    return empty_store


@pytest.fixture(scope="module")
def users(store: Store) -> dict[str, User]:
    made = people(store)
    store.accounts.set_email(made["analyst"], ANALYST, "Ada")
    return made


@pytest.fixture(scope="module")
def server(store: Store, users: dict[str, User], institution: Provider) -> Iterator[b.Server]:
    running = b.Server(store.url, extra=institution.environment).start()
    yield running
    running.stop()


def signed_in(page: Page, server: b.Server, name: str, to: str = "/") -> None:
    """Sign in by password, and wait for the page."""
    page.goto(f"{server.url}/auth/login?next={to}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    rested(page)


def test_the_institutions_sign_in_from_the_button_to_signing_out(
    store: Store, server: b.Server, institution: Provider, page: Page
) -> None:
    page.goto(f"{server.url}/auth/login?next=/data")
    assert violations(page) == []
    page.get_by_role("link", name="Sign in through the University").click()
    rested(page)
    expect(page.get_by_role("heading", name="Data")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).not_to_contain_text("Log")
    (login,) = store.accounts.logins()
    assert (login.name, login.via, login.device) == ("Anna", "oidc", "Chrome on Linux")
    page.goto(f"{server.url}/account")
    rested(page)
    expect(page.get_by_text("through the institution")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in through the University")).to_be_visible()
    assert store.accounts.logins() == []

    institution.email, institution.subject = "nobody@university.example", "subject-2"
    page.get_by_role("link", name="Sign in through the University").click()
    expect(page.get_by_role("heading", name="You have no account here")).to_be_visible()
    assert violations(page) == []
    assert store.accounts.logins() == []


def test_a_session_ends_under_an_open_page_at_the_next_click(
    store: Store, users: dict[str, User], server: b.Server, page: Page
) -> None:
    signed_in(page, server, "Rob", "/study?name=demo")
    expect(page.get_by_role("heading", name="How it is going")).to_be_visible()
    (login,) = store.accounts.logins(users["recruiter"])
    store.accounts.end_login(login.handle, "Ada")
    page.get_by_text("Survey method (CHERRIES)").click()
    page.get_by_text("Show the table").click()
    expect(page.get_by_text("For researchers")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="How it is going")).to_have_count(0)


SEEN = {
    "owner": ("log", "people", "account"),  # the others in test_researcher
    "analyst": tuple(path for path in PAGES if may("analyst", path)),
    "recruiter": tuple(path for path in PAGES if may("recruiter", path)),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_roles_pages_can_be_used_by_everybody(
    users: dict[str, User], server: b.Server, chromium: Browser, role: str
) -> None:
    """axe finds nothing, and nothing is wider than a phone."""
    context = chromium.new_context(viewport=b.PHONE, color_scheme="dark" if role == "owner" else "light")
    page = context.new_page()
    signed_in(page, server, users[role].name)
    for path in SEEN[role]:
        page.goto(f"{server.url}/{path}?name=demo")
        rested(page)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= b.PHONE["width"], path
    context.close()
