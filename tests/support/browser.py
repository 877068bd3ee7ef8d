"""For browser tests: the real server as a process that can be killed, Chromium, and a respondent's hands."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
Value = str | float | Sequence[str] | None


def find_chromium() -> str | None:
    """The browser to test with, or None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
    places = (
        Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        Path("C:/Program Files/Google/Chrome/Application/chrome.exe"),
    )
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or next((str(place) for place in places if place.exists()), None)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield running
        running.close()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """The app as its own process on one database; after ``kill`` it can ``start`` again at the same address."""

    database: str
    port: int = field(default_factory=free_port)
    extra: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, patience: float = 60) -> Server:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(self.port), "--log-level", "warning"]
        # What a machine has set for itself must not reach the app under test.
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "TWOFOLD_"))}
        environment |= {"TWOFOLD_DATABASE": self.database, **self.extra}
        with self.log.open("ab") if self.log else contextlib.nullcontext() as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode} before it answered")
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer,
            ):
                if answer.status == 200:
                    return self
            time.sleep(0.1)
        raise TimeoutError(f"the server did not answer within {patience} s")

    def kill(self) -> None:
        """End it without any warning, as a power cut would."""
        self._end(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process = None


def start_server(database: str, **extra: str) -> Server:
    """A running server on this database URL; ``extra`` goes into its environment."""
    return Server(database, extra=extra).start()


def kill_server(server: Server) -> None:
    """SIGKILL; ``server.start()`` brings it back at the same address."""
    server.kill()


def open_survey(page: Page, server: Server, *, study: str | None = None, token: str | None = None) -> None:
    """Open an open link or a personal one, and wait for its page."""
    query = f"s={token}" if token is not None else f"study={study}"
    page.goto(f"{server.url}/?{query}")
    settled(page)


def open_plain(page: Page, server: Server, *, study: str | None = None, token: str | None = None) -> None:
    """The same links in plain HTML."""
    page.goto(f"{server.url}/{f's/{token}' if token is not None else f'study/{study}'}")
    settled(page)


def settled(page: Page, timeout: float = 20_000) -> None:
    """Wait until a survey page is shown, by either renderer, and the server has nothing left to do."""
    page.locator(".tf[data-page]").wait_for(timeout=timeout)
    page.wait_for_function(
        """() => {
        const app = document.querySelector('[data-testid=stApp]');
        return document.readyState === 'complete' && document.querySelector('.tf[data-page]')
          && (!app || (app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'))
          && !document.querySelector('.tf [aria-disabled=true]');
        }""",
        timeout=timeout,
    )


def page_id(page: Page) -> str:
    """Which page of the questionnaire is shown: its id, or the name of the closing page or message."""
    return str(page.locator(".tf").get_attribute("data-page"))


def heading(page: Page) -> str:
    """The heading of what is shown."""
    return page.locator(".tf h1").inner_text()


def box(page: Page, item: str) -> Locator:
    """The question of an item."""
    return page.locator(f'.tf [data-item="{item}"]')


def answer(page: Page, item: str, value: Value) -> None:
    """Answer one item by mouse: a code, a number, a text, or a list of codes."""
    question = box(page, item)
    kind = question.get_attribute("data-type")
    if kind in ("likert", "choice"):
        question.locator(f'input[value="{_plain(value)}"]').check()
    elif kind == "multichoice":
        wanted = {value} if isinstance(value, str) else set(value or ())  # type: ignore[arg-type]
        for tick in question.locator("input[type=checkbox]").all():
            tick.set_checked(tick.get_attribute("value") in wanted)
    elif kind == "rank":
        for place, code in enumerate(value if isinstance(value, list | tuple) else (), 1):
            question.locator(f'select[name="{item}.{code}"]').select_option(str(place))
    elif kind == "people":
        name_people(question, value if isinstance(value, list | tuple) else [_plain(value)])
    else:
        question.locator("input:not([type=range]):not([type=checkbox]), textarea").fill(
            "\n".join(value) if isinstance(value, list | tuple) else _plain(value)
        )


def name_people(question: Locator, names: Sequence[object]) -> None:
    """Write names: one after the other into the one box, or, in plain HTML, each into a box of its own."""
    add = question.locator(".tf-name-box button")
    for name in names:
        if add.count():
            question.locator(".tf-name-box input").fill(str(name))
            add.click()
        else:
            boxes = question.locator(".name input").all()
            next(box for box in boxes if not box.input_value()).fill(str(name))


def answer_page(page: Page, answers: Mapping[str, Value]) -> None:
    """Answer those of ``answers`` that the page asks; consent is the item named as its page."""
    for shown in [str(box.get_attribute("data-item")) for box in page.locator(".tf [data-item]").all()]:
        if answers.get(shown) is not None:
            answer(page, shown, answers[shown])


def answer_by_keyboard(page: Page, item: str, value: Value) -> None:
    """Answer one item with Tab already on its first input: arrows, space and letters alone; then Tab onwards."""
    kind = box(page, item).get_attribute("data-type")
    inputs = box(page, item).locator("input, textarea")
    if kind in ("likert", "choice"):
        codes = [one.get_attribute("value") for one in inputs.all()]
        page.keyboard.press("Space")
        for _ in range(codes.index(_plain(value))):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    elif kind == "multichoice":
        wanted = {value} if isinstance(value, str) else set(value or ())  # type: ignore[arg-type]
        for tick in inputs.all():
            if tick.get_attribute("value") in wanted:
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
    elif kind == "people":
        one_box = box(page, item).locator(".tf-name-box").count() > 0
        while not page.evaluate("document.activeElement.matches('[type=text]')"):  # past those named before
            page.keyboard.press("Tab")
        for name in value if isinstance(value, list | tuple) else [_plain(value)]:
            page.keyboard.type(str(name))
            page.keyboard.press("Enter" if one_box else "Tab")
        while page.evaluate("Boolean(document.activeElement.closest('[data-item]'))"):
            page.keyboard.press("Tab")
    else:
        page.keyboard.type("\n".join(value) if isinstance(value, list | tuple) else _plain(value))
        page.keyboard.press("Tab")


def tab_into(page: Page, patience: int = 6) -> None:
    """Press Tab until the first question has the focus."""
    for _ in range(patience):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('[data-item]'))"):
            return
    raise AssertionError("no question could be reached by Tab")


def press_next_by_keyboard(page: Page) -> None:
    """Press Enter on the button that goes on, which has the focus, and wait for what comes."""
    assert page.evaluate("document.activeElement.dataset.press") == "next"
    page.keyboard.press("Enter")
    settled(page)


def press_next(page: Page) -> None:
    """Press the button that goes on, whatever it is called, and wait for what comes."""
    _press(page, "next")


def press_back(page: Page) -> None:
    """Press our Back button, and wait for what comes."""
    _press(page, "back")


def travel(page: Page, where: str) -> None:
    """Use the browser's own 'back' or 'forward' button, and wait for another page of the survey."""
    before = page_id(page)
    (page.go_back if where == "back" else page.go_forward)()
    page.wait_for_function("(before) => document.querySelector('.tf').dataset.page !== before", arg=before)
    settled(page)


def _press(page: Page, action: str) -> None:
    page.locator(f".tf [data-press={action}]").click()
    settled(page)


def value_of(page: Page, item: str) -> Value:
    """What is chosen or written for an item now."""
    question = box(page, item)
    kind = question.get_attribute("data-type")
    if kind in ("likert", "choice"):
        chosen = question.locator("input:checked")
        return chosen.get_attribute("value") if chosen.count() else None
    if kind == "multichoice":
        return [str(one.get_attribute("value")) for one in question.locator("input:checked").all()]
    return question.locator("input:not([type=range]):not([type=checkbox]), textarea").input_value()


def _plain(value: Value) -> str:
    return f"{value:.10g}" if isinstance(value, int | float) else str(value)
