"""One respondent of the journey on their way through the running app, and the schedule of all of them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute
from playwright.sync_api import Error as PlaywrightError

from survey.dataset.missing import Missing
from survey.instrument.model import Instrument, MultiChoice, Number
from survey.store import Store
from tests.support import journey_hands as hands
from tests.support.browser import Server
from tests.support.journey import Given, Person, Step, otherwise, path
from tests.support.journey_hands import Shown

Moment = Literal["turn", "ready", "struck", "down"]
"""Where a walk pauses: a page is on its way; all is ready for the server's death; now; and it is dead."""

TALL = 5000
_PROGRESS = """((bar) => bar.getAttribute('aria-valuenow') ?? bar.value)
  (document.querySelector('.tf [role=progressbar], .done progress'))"""


@dataclass
class Walk:
    """A respondent with a browser; ``moments`` is run in turns with those of the others."""

    person: Person
    instrument: Instrument
    browser: Browser
    server: Server
    store: Store
    link: str
    token: str = ""
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)
    _deaf: int | None = None
    _sent: dict[str, Mapping[str, Given]] = field(default_factory=dict)
    _picks: dict[str, dict[str, Shown]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        touch = self.person.width == 360
        kinds: dict[str, hands.Hands] = {
            "careful": hands.Careful(touch=touch),
            "quick": hands.Quick(touch=touch),
            "keyboard": hands.Keyboard(),
        }
        self.hands = kinds[self.person.hands]

    def moments(self) -> Iterator[Moment]:
        """The whole way; each pause lets others work while the server and the browser do."""
        self.page = self._device()
        try:
            self.page.goto(self.link, wait_until="commit")
            yield "turn"
            if self.person.language != "en":
                hands.arrive(self.page, self.person.steps[0].page)
                self.hands.speak(self.page, self.person.language)
                yield "turn"
                self.page.wait_for_function(
                    "(wanted) => document.documentElement.lang === wanted", arg=self.person.language
                )
            for number, step in enumerate(self.person.steps):
                if "kill_back" in step.how:
                    yield from self._killed_ahead(number)
                if step.backs:
                    self._arrive(self._landing(number - 1))
                for _ in range(step.backs):
                    yield from self._go_back(number, step.by)
                if "device" in step.how:
                    self._other_device(step.page)
                    yield "turn"
                if "switch" in step.how:
                    yield from self._other_side(step.page)
                self._arrive(step.page)
                self._see_what_is_kept(step)
                yield from self._do(number, step)
            self._arrive(self._landing(len(self.person.steps) - 1))
            assert not self.errors, f"errors in the browser: {self.errors}"
        finally:
            self._leave()

    # --- what the respondent meets

    def _device(self) -> Page:
        """A browser of one's own on a phone or at a desk; whoever is quick has a window in which nothing scrolls."""
        phone = self.person.width == 360
        height = TALL if self.person.hands == "quick" else 740 if phone else 800
        touch = phone and self.person.hands != "keyboard"
        context = self.browser.new_context(
            viewport={"width": self.person.width, "height": height}, has_touch=touch, is_mobile=touch
        )
        if any("kill_unheard" in step.how for step in self.person.steps):
            context.route_web_socket(re.compile("/_stcore/stream"), self._listen)
        return self._tab(context)

    def _listen(self, socket: WebSocketRoute) -> None:
        """Pass on what the server says; to the 'deaf' only its word that it has begun to work, and no more."""

        def said(message: str | bytes) -> None:
            if self._deaf is None or self._deaf > 0:
                socket.send(message)
            self._deaf = self._deaf and max(self._deaf - 1, 0)

        socket.connect_to_server().on_message(said)

    def _tab(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(hands.PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def _leave(self) -> None:
        self.page.context.close()

    def _arrive(self, page: str) -> None:
        hands.arrive(self.page, page)
        found = re.search(r"(?:[?&]s=|/s/)([^&?]+)", self.page.url)
        self.token = found.group(1) if found else self.token
        spoken = self.page.evaluate("document.documentElement.lang")
        assert spoken == self.person.language, f"{page} is in {spoken}"
        asked = next((one for one in self.instrument.pages if one.id == page), None)
        if asked is not None and asked.title is not None and "{" not in (title := asked.title[self.person.language]):
            heading = self.page.locator(".tf h1").inner_text()
            assert heading == title, f"{page} is called {heading!r}"

    def _landing(self, number: int) -> str:
        """The page that follows a step's page, by what the respondent has said until then."""
        said = {name: given for step in self.person.steps[: number + 1] for name, given in step.answers.items()}
        here = self.person.steps[number].page
        if said[here] == "no" if here == "consent" else False:
            return "/declined"
        way = path(self.instrument, said, self.person.ties)
        at = way.index(here) + 1
        return way[at] if at < len(way) else "/thanks"

    def _see_what_is_kept(self, step: Step) -> None:
        """Whoever comes back finds what they have sent, and in the same browser also what they had picked since."""
        sent = self._sent.get(step.page)
        expected: dict[str, Shown] = {
            q.item: () if q.type in ("multichoice", "rank") else "" for q in hands.read(self.page)
        }
        expected |= {name: self._shown(name, given) for name, given in (sent or {}).items()}
        expected |= self._picks.get(step.page, {})
        found = hands.now(self.page)
        wrong = {name: (found.get(name), expected.get(name)) for name in {*found, *expected}}
        wrong = {name: both for name, both in wrong.items() if both[0] != both[1]}
        assert not wrong, f"kept on {step.page} (left: shown, right: sent) {wrong}; {hands.describe(self.page)}"

    def _shown(self, name: str, given: Given) -> Shown:
        """What the app shows for an answer that it has saved."""
        if given is None:
            return ""
        if isinstance(given, Missing):
            return f"!{given.value}"
        if isinstance(given, tuple):
            if name.count(".") == 1:
                return "\n".join(given)
            several = isinstance(self.instrument.format_of(name.rsplit(".", 1)[-1]), MultiChoice)
            return tuple(sorted(given)) if several else given
        if isinstance(given, float):
            shown = f"{given:.10g}"
            return shown.replace(".", ",") if self.person.language == "fr" and self._typed(name) else shown
        return given

    def _written(self, name: str, given: Given) -> Shown:
        """What the respondent puts in: numbers in their own way of writing, names one a line."""
        if isinstance(given, float) and self._typed(name):
            if self.person.writes == "spaced":
                return f"{given:,.10g}".replace(",", " ")
            return f"{given:.10g}".replace(".", "," if self.person.writes == "comma" else ".")
        return self._shown(name, given)

    def _typed(self, name: str) -> bool:
        """Whether an answer is a number that one types; of people, an answer's name ends with the item's."""
        item = name.rsplit(".", 1)[-1]
        return item in self.instrument.items and isinstance(self.instrument.format_of(item), Number)

    def _wanted(self, answers: Mapping[str, Given]) -> dict[str, Shown]:
        return {name: self._written(name, given) for name, given in answers.items() if given is not None}

    # --- what the respondent does

    def _do(self, number: int, step: Step) -> Iterator[Moment]:
        """Fill the page and send it, with what happens meanwhile."""
        wanted = self._wanted(step.answers)
        other_tab = self._open_twice(step) if step.how & {"tabs_same", "tabs_stale", "tabs_on"} else None
        if "mistyped" in step.how:
            yield from self._mistype(step)
        if step.how & {"reload_mid", "kill_picks", "kill_reload", "kill_device"}:
            half = dict(list(wanted.items())[: max(1, len(wanted) // 2)])
            hands.fill(self.hands, self.page, half)
            before = hands.now(self.page)
            if "reload_mid" in step.how:
                self.page.reload(wait_until="commit")
                yield "turn"
            else:
                yield from self._killed(step)
            hands.arrive(self.page, step.page)
            kept = hands.now(self.page)
            if "kill_device" in step.how:
                assert not any(kept.values()), "what was never sent cannot be on another device"
            else:
                assert kept == before, f"picks were lost: {before} became {kept}"
        hands.fill(self.hands, self.page, wanted)
        if step.how & {"kill_pressed", "kill_unheard"}:
            yield from self._killed_while_sending(number, step)
        else:
            yield from self._send(number, step)
        self._sent[step.page] = step.answers
        self._picks.pop(step.page, None)
        if other_tab is not None:
            self._arrive(self._landing(number))
            yield from self._other_tab(number, step, other_tab)
        if "reload_after" in step.how:
            self._arrive(self._landing(number))
            self.page.reload(wait_until="commit")
            yield "turn"

    def _send(self, number: int, step: Step) -> Iterator[Moment]:
        """Press Next; where something was left out, be asked once, and go on without."""
        twice = "double" in step.how
        page = next(page for page in self.instrument.pages if page.id == step.page.split(".")[0])
        left_out = {name for name, given in step.answers.items() if given in (None, ())}
        if page.require == "soft" and left_out:
            self.hands.press(self.page, "next")
            self.page.locator(".tf-notice.tf-asked, .notice.asked").wait_for()
            self._arrive(step.page)
            marked = self.page.locator(".tf-marked, .marked").evaluate_all(
                "(boxes) => boxes.map((box) => box.dataset.item)"
            )
            assert set(marked) == left_out, f"asked again for {marked}, left out were {left_out}"
        self.hands.press(self.page, "next", twice=twice)
        yield "turn"

    def _mistype(self, step: Step) -> Iterator[Moment]:
        """Write words where a number belongs, be told, and find the page still there."""
        answered = [item for item, given in step.answers.items() if given is not None]
        item = next(item for item in answered if isinstance(self.instrument.format_of(item), Number))
        hands.fill(self.hands, self.page, {item: "a few"})
        self.hands.press(self.page, "next")
        self.page.locator(".tf-notice.tf-error, .notice.error").wait_for()
        self._arrive(step.page)
        told = self.page.locator(f'[data-item="{item}"]').locator(".tf-problem, .problem").inner_text()
        assert "number" in told, f"told about {item}: {told!r}"
        yield "turn"

    def _go_back(self, number: int, by: str) -> Iterator[Moment]:
        """One page back from wherever one stands, by our button or by the browser's."""
        said = {name: given for step in self.person.steps[:number] for name, given in step.answers.items()}
        way = path(self.instrument, said, self.person.ties)
        here = str(self.page.locator(".tf").get_attribute("data-page"))
        before = way[way.index(here) - 1] if here in way else "consent" if here.endswith("/declined") else way[-1]
        if by == "browser":
            self.page.go_back(wait_until="commit")
        else:
            self.hands.press(self.page, "back")
        yield "turn"
        self._arrive(before)

    def _other_side(self, page: str) -> Iterator[Moment]:
        """Follow the link to the other renderer; it leads to this same page."""
        self._arrive(page)
        before = hands.plain(self.page)
        self.hands.follow(self.page, ".foot .links a:first-child" if before else ".tf-other a:first-child")
        yield "turn"
        self.page.wait_for_function("(before) => Boolean(document.querySelector('main.tf')) !== before", arg=before)
        self._arrive(page)
        assert hands.plain(self.page) != before

    def _other_device(self, page: str) -> None:
        """Take the link from the page, and go on with it in another browser."""
        self._arrive(page)
        self.page.locator(".tf-link summary").click()
        link = self.page.locator("#tf-link").input_value()
        self._leave()
        self.page = self._device()
        self.page.goto(link, wait_until="commit")

    # --- two tabs

    def _open_twice(self, step: Step) -> Page:
        tab = self._tab(self.page.context)
        tab.goto(self.page.url, wait_until="commit")
        hands.arrive(tab, step.page)
        return tab

    def _other_tab(self, number: int, step: Step, tab: Page) -> Iterator[Moment]:
        """The tab that was left behind sends as well: the same answers do no harm, others are refused with a word."""
        tab.bring_to_front()
        same = "tabs_same" in step.how
        hands.fill(self.hands, tab, self._wanted(step.answers if same else otherwise(self.instrument, step.answers)))
        self.hands.press(tab, "next")
        yield "turn"
        if same:
            hands.arrive(tab, self._landing(number))
        else:
            tab.locator(".tf-notice.tf-asked, .notice.asked").wait_for()
            hands.arrive(tab, step.page)
            assert "another tab" in tab.locator(".tf-notice, .notice").inner_text()
            assert hands.now(tab) == {name: self._shown(name, given) for name, given in step.answers.items()}
        if "tabs_on" in step.how:
            tab, self.page = self.page, tab
        tab.close()
        self.page.bring_to_front()

    # --- the death of the server

    def _killed(self, step: Step) -> Iterator[Moment]:
        """Stand at a page that is half filled while the server dies and comes back."""
        link = self.page.locator("#tf-link").input_value()
        yield "ready"
        yield "struck"
        if "kill_device" in step.how:
            self._leave()
        else:
            self.page.locator(".tf-connection.tf-shown").wait_for()
            assert self.page.locator("[data-press=next]").get_attribute("aria-disabled") == "true"
            self.page.locator("[data-press=next]").click(force=True)  # to no effect
        if "kill_reload" in step.how:
            with contextlib.suppress(PlaywrightError):
                self.page.reload(wait_until="commit")
        yield "down"
        if "kill_device" in step.how:
            self.page = self._device()
        if step.how & {"kill_device", "kill_reload"}:
            self.page.goto(link, wait_until="commit")
            yield "turn"

    def _killed_ahead(self, number: int) -> Iterator[Moment]:
        """Stand at the next page, a pick made and not sent, while the server dies; then think of going back."""
        ahead = self._landing(number - 1)
        self._arrive(ahead)
        following = next(step for step in self.person.steps[number:] if step.page == ahead)
        first = dict(list(self._wanted(following.answers).items())[:1])
        hands.fill(self.hands, self.page, first)
        self._picks[ahead] = first
        yield "ready"
        yield "struck"
        self.page.locator(".tf-connection.tf-shown").wait_for()
        yield "down"
        self._arrive(ahead)

    def _killed_while_sending(self, number: int, step: Step) -> Iterator[Moment]:
        """Press Next in the moment of the server's death: nobody can say whether the page arrived.

        'unheard': it did, and was saved, and the answer was lost on its way back.
        """
        yield "ready"
        self._deaf = 3 if "kill_unheard" in step.how else None
        done = self._progress()
        self.hands.press(self.page, "next")
        for _ in range(hands.PATIENCE // 20 if "kill_unheard" in step.how else 0):
            if self._saved() > number:
                break
            self.page.wait_for_timeout(20)
        yield "struck"
        self._deaf = None
        yield "down"
        hands.arrive(self.page, "")
        if "kill_unheard" in step.how:
            # Mostly the page is drawn anew now, saved answers in it; sometimes Streamlit leaves it as it was.
            with contextlib.suppress(PlaywrightError):
                self.page.wait_for_function(f"(done) => {_PROGRESS} !== done", arg=done, timeout=4000)
            hands.arrive(self.page, "")
        if str(self.page.locator(".tf").get_attribute("data-page")) == step.page:
            assert hands.now(self.page) == {**hands.now(self.page), **self._wanted(step.answers)}
            self.hands.press(self.page, "next")
        yield "turn"

    def _progress(self) -> str:
        """How far the page says that one is."""
        return str(self.page.evaluate(_PROGRESS))

    def _saved(self) -> int:
        """How many pages of this respondent the store holds."""
        session = self.store.respond.enter(self.token)
        return session.sequence if session is not None else 0


def run(walks: Sequence[Walk], server: Server, at_once: int) -> dict[str, str]:
    """Let the respondents walk, several at once; give what went wrong, by respondent.

    Those whom the server's death meets are all on their way when it dies, and when it comes back.
    """
    failures: dict[str, str] = {}
    doomed = {walk.person.name: walk.moments() for walk in walks if walk.person.in_flight}
    _until("ready", doomed, failures)
    _until("struck", doomed, failures)
    server.kill()
    _until("down", doomed, failures)
    server.start()
    others = {walk.person.name: walk.moments() for walk in walks if not walk.person.in_flight}
    active = doomed
    while active or others:
        while others and len(active) < at_once:
            name = next(iter(others))
            active[name] = others.pop(name)
        for name in list(active):
            if _step(name, active, failures) is None:
                active.pop(name, None)
    return failures


def _until(moment: Moment, walks: dict[str, Iterator[Moment]], failures: dict[str, str]) -> None:
    """Take all walks to their next ``moment``, in turns."""
    waiting = dict(walks)
    while waiting:
        for name in list(waiting):
            reached = _step(name, waiting, failures)
            if reached in (moment, None):
                waiting.pop(name, None)
            if reached is None:
                walks.pop(name, None)


def _step(name: str, walks: Mapping[str, Iterator[Moment]], failures: dict[str, str]) -> Moment | None:
    """One turn of one walk; None at its end, good or bad."""
    try:
        return next(walks[name], None)
    except (AssertionError, PlaywrightError) as error:
        failures[name] = f"{type(error).__name__}: {error}"
        return None
