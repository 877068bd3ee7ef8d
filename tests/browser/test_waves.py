"""What only studies of several waves and pairs show, in both renderers by keyboard on a phone.

A code of one's own, a nomination, and the people of earlier waves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from survey.store import Store, open_store
from survey.waves import Wave
from tests.browser.test_every_page import wrong_with
from tests.support import browser as b
from tests.survey.test_network_waves import first_wave

pytestmark = pytest.mark.browser
SUPPORT = b.ROOT / "tests" / "support"
ADDRESS = "planted-name-7@example.org"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'waves.db'}")
    for slug in ("pairs", "network"):
        opened.studies.create(slug, (SUPPORT / f"{slug}.yaml").read_text("utf-8"))
        opened.studies.set_status(slug, "live")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[b.Server]:
    running = b.Server(store.url).start()
    yield running
    running.stop()


def send(page: Page, by: str) -> None:
    """Press the button of the page by keyboard, and wait for the next page."""
    before = b.page_id(page)
    page.locator(by).first.press("Enter")
    page.wait_for_function(f"() => document.querySelector('.tf')?.dataset.page !== {before!r}")
    b.settled(page)


@pytest.mark.parametrize(("side", "scheme", "language"), [("plain", "dark", "fr"), ("full", "light", "en")])
def test_codes_nominations_and_earlier_people_by_keyboard(
    chromium: Browser, server: b.Server, store: Store, side: str, scheme: str, language: str
) -> None:
    def link(slug: str) -> tuple[str, str]:
        token = store.invitations.create(slug, 1)[0][1]
        where = f"s/{token}?" if side == "plain" else f"?s={token}&"
        return token, f"{server.url}/{where}lang={language}"

    button = "button.tf-primary:visible, button[value=next]:visible"
    context = chromium.new_context(viewport=b.PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    _, address = link("pairs")
    page.goto(address)
    b.settled(page)
    page.locator("input[type=radio]").first.press("Space")
    send(page, button)
    wrong["code"] = wrong_with(page)
    for field, part in zip(page.locator("input[type=text]:visible").all(), ("pa", "07", "et"), strict=False):
        field.press_sequentially(part)
    send(page, button)
    wrong["mentor"] = wrong_with(page)
    page.locator("input[type=text]:visible").first.press_sequentially(f"{side}-{ADDRESS}")
    send(page, button)
    assert store.codes.report("pairs").with_code == (1 if side == "plain" else 2)
    assert f"{side}-{ADDRESS}" in [one.address for one in store.contacts.list("pairs")]
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime(2090, 1, 1, tzinfo=UTC))])
    token, address = link("network")
    first_wave(store, token)
    page.goto(address)
    b.settled(page)
    wrong["thanks"] = wrong_with(page)
    assert "2090" in page.locator("main").inner_text()
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime.now(UTC) - timedelta(days=1))])
    page.goto(address)
    page.reload()
    b.settled(page)
    page.locator("input[type=radio]").first.press("Space")
    send(page, button)
    wrong["still"] = wrong_with(page)
    assert "Anna" in page.locator("main").inner_text()
    page.locator("input[type=radio]").first.press("Space")
    context.close()
    assert {place: found for place, found in wrong.items() if found} == {}
