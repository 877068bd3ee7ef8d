"""How a respondent of the journey fills a page: a careful mouse or finger, a quick one, and the keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Waited

Shown = str | tuple[str, ...]
"""What one question shows: the chosen code ('' for none), the ticked codes, or the text in its field."""

PATIENCE = 30_000
"""Milliseconds after which something that ought to happen will not."""

_READ = """() => [...document.querySelectorAll('.tf [data-item]')].map((box) => {
  const { item, type } = box.dataset;
  const own = [...box.querySelectorAll('input, textarea, select')].filter((one) => one.closest('[data-item]') === box);
  const inputs = own.filter((one) => one.name === item);
  const marked = inputs.filter((input) => input.checked).map((input) => input.value);
  const way = own.find((one) => one.name === `${item}!` && one.checked);
  const written = [...box.querySelectorAll('.tf-names input, .name input')].map((input) => input.value).filter(Boolean);
  const places = own.filter((one) => one.matches('select') && one.value).sort((a, b) => a.value - b.value);
  const kinds = {
    people: () => written.join('\\n'),
    likert: () => marked[0] || '',
    choice: () => marked[0] || '',
    multichoice: () => marked.sort(), // one order, however the choices were shuffled
    rank: () => places.map((one) => one.name.slice(item.length + 1)),
    slider: () => (inputs[0].matches('.tf-untouched') ? '' : inputs[0].value),
  };
  const shown = way ? `!${way.value}` : kinds[type] ? kinds[type]() : inputs[0].value;
  return { item, type, codes: inputs.map((input) => input.value), shown };
})"""

_PLACES = """(wanted) => wanted.map(([item, code]) => {
  const box = document.querySelector(`.tf [data-item="${item}"]`);
  const inputs = [...box.querySelectorAll('input, textarea')].filter((one) => one.name === item);
  const input = code === null ? inputs[0] : inputs.find((one) => one.value === code);
  const place = input.getBoundingClientRect();
  return [place.x + place.width / 2, place.y + place.height / 2];
})"""

_EMPTY = """(item) => [...document.querySelectorAll(`.tf [data-item="${item}"] .name input`)]
  .findIndex((input) => !input.value)"""

_ARRIVED = """(wanted) => {
  const shown = document.querySelector('.tf[data-page]')?.dataset.page;
  const app = document.querySelector('[data-testid=stApp]');
  return shown && (!wanted || shown === wanted || (wanted.startsWith('/') && shown.endsWith(wanted)))
    && (app ? app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
      : document.querySelector('main.tf') && document.readyState === 'complete')
    && !document.querySelector('.tf [aria-disabled=true]');
}"""


@dataclass(frozen=True)
class Question:
    """One question as it stands on the page."""

    item: str
    type: str
    codes: tuple[str, ...]
    shown: Shown


def read(page: Page) -> tuple[Question, ...]:
    """The questions of the page in the order in which they stand, with what each shows now."""
    found: list[dict[str, Any]] = page.evaluate(_READ)
    return tuple(Question(q["item"], q["type"], tuple(q["codes"]), _shown(q["shown"])) for q in found)


def _shown(shown: Any) -> Shown:
    return tuple(shown) if isinstance(shown, list) else str(shown)


def now(page: Page) -> dict[str, Shown]:
    """What every question of the page shows now."""
    return {question.item: question.shown for question in read(page)}


def arrive(page: Page, wanted: str) -> None:
    """Wait until the page of this id or ending (/thanks) is ready, or any (''); else say what there is."""
    try:
        page.wait_for_function(_ARRIVED, arg=wanted, timeout=PATIENCE)
    except Waited:
        raise AssertionError(f"waited for the page {wanted!r}; there is: {describe(page)}") from None


def described(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:400]


def describe(page: Page) -> str:
    """What is on the screen, in a line for whoever reads a failure."""
    survey = page.locator(".tf[data-page]")
    if not survey.count():
        return f"no survey at {page.url}: {described(page.locator('body').inner_text())!r}"
    return f"{survey.get_attribute('data-page')!r} with {described(survey.inner_text())!r}"


def notice(page: Page) -> str | None:
    """Which tone the page's notice has, 'asked' or 'error'; None where there is none."""
    found = page.locator(".tf-notice, .notice")
    if not found.count():
        return None
    return "error" if "error" in str(found.get_attribute("class")) else "asked"


class Hands(Protocol):
    """What a respondent does with a page; each act is real input that the browser itself handles."""

    def fill(self, page: Page, wanted: Mapping[str, Shown]) -> None:
        """Bring the named questions from what they show to what is wanted; leave the others alone."""

    def press(self, page: Page, action: str, *, twice: bool = False) -> None:
        """Press 'next' or 'back', and wait for nothing."""

    def speak(self, page: Page, language: str) -> None:
        """Choose a language of the page."""

    def follow(self, page: Page, selector: str) -> None:
        """Follow a link."""


def fill(hands: Hands, page: Page, wanted: Mapping[str, Shown]) -> None:
    """Fill, and see that the page shows exactly what was meant."""
    hands.fill(page, wanted)
    shown = now(page)
    wrong = {item: (shown.get(item), value) for item, value in wanted.items() if shown.get(item) != value}
    assert not wrong, f"the page shows (left), and was given (right): {wrong}; {describe(page)}"


def clicks(question: Question, wanted: Shown) -> list[str]:
    """Which inputs are to be clicked, by code, for choices to become what is wanted."""
    if isinstance(wanted, tuple):
        return sorted(set(wanted) ^ set(question.shown), key=lambda code: (code in wanted, question.codes.index(code)))
    return [wanted] if wanted and wanted != question.shown else []


def changes(question: Question, wanted: str) -> tuple[list[str], list[str]]:
    """The names to take off a list and those to add, for it to become what is wanted."""
    shown, names = str(question.shown).splitlines(), wanted.splitlines()
    return [name for name in shown if name not in names], [name for name in names if name not in shown]


def plain(page: Page) -> bool:
    """Whether this is the page in plain HTML."""
    return page.locator("main.tf").count() > 0


def slide(page: Page, box: Locator, value: str) -> None:
    """Move the thumb that has the focus with the arrows."""
    at = int(box.locator("[type=range]").input_value())
    for _ in range(abs(int(value) - at)):
        page.keyboard.press("ArrowRight" if int(value) > at else "ArrowLeft")
    if int(value) == at:
        page.keyboard.press("Space")


def middle(target: Locator) -> tuple[float, float]:
    """Where to click something that is in sight."""
    place = target.bounding_box()
    assert place is not None, f"it is not there: {describe(target.page)}"
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


class Pointer:
    """A mouse or a finger. Fingers rest after a button: two taps at one place in a moment would be a double tap."""

    def __init__(self, *, touch: bool) -> None:
        self.touch = touch
        self._rests_until = 0.0

    def rest(self, page: Page) -> None:
        """Let a moment pass since the last button, where there are fingers."""
        page.wait_for_timeout(1000 * max(0.0, self._rests_until - time.monotonic()))

    def name(self, page: Page, question: Question, wanted: str) -> None:
        """Take names off a list, and add others, one after the other."""
        box = page.locator(f'.tf [data-item="{question.item}"]')
        gone, new = changes(question, wanted)
        if plain(page):
            for name in gone:
                self._touch(box.locator(f".name input[value='{name}']"))
                page.keyboard.press("Control+A")
                page.keyboard.press("Delete")
            for name in new:
                self._touch(box.locator(".name input").nth(page.evaluate(_EMPTY, question.item)))
                page.keyboard.type(name)
            return
        for name in gone:
            self._touch(box.locator(f".tf-names button[aria-label$=' {name}']"))
        for name in new:
            self._touch(box.locator(".tf-name-box input"))
            page.keyboard.type(name)
            self._touch(box.locator(".tf-name-box button"))

    def special(self, page: Page, question: Question, value: Shown) -> bool:
        """A way not to answer, a ranking or a slider; whether it was one of them."""
        box = page.locator(f'.tf [data-item="{question.item}"]')
        if isinstance(value, str) and value.startswith("!"):
            self._touch(box.locator(f'[name="{question.item}!"][value="{value[1:]}"]'))
        elif question.type == "rank":
            for place, code in enumerate(value, 1):
                box.locator(f'[name="{question.item}.{code}"]').select_option(str(place))
        elif question.type == "slider" and not plain(page):
            self._touch(box.locator("[type=range]"))
            slide(page, box, str(value))
        else:
            return False
        return True

    def _touch(self, target: Locator) -> None:
        target.scroll_into_view_if_needed()
        if self.touch:
            target.tap()
        else:
            target.click()

    def speak(self, page: Page, language: str) -> None:
        self._touch(page.locator(f".tf nav button[lang={language}]"))
        self._rests_until = time.monotonic() + 0.5 * self.touch

    def follow(self, page: Page, selector: str) -> None:
        self._touch(page.locator(f".tf {selector}"))
        self._rests_until = time.monotonic() + 0.5 * self.touch

    def press(self, page: Page, action: str, *, twice: bool = False) -> None:
        self.rest(page)
        button = page.locator(f".tf [data-press={action}]")
        button.scroll_into_view_if_needed()
        x, y = middle(button)
        for count in range(1, 2 + twice):
            if count > 1:
                page.wait_for_timeout(150)  # as slow as a hand: the next page may stand there already
            if self.touch:
                page.touchscreen.tap(x, y)
            else:
                page.mouse.move(x, y)
                page.mouse.down(click_count=count)
                page.mouse.up(click_count=count)
        self._rests_until = time.monotonic() + 0.5 * self.touch


class Careful(Pointer):
    """Looks for each input, scrolls to it, and clicks or taps it where it stands."""

    def fill(self, page: Page, wanted: Mapping[str, Shown]) -> None:
        self.rest(page)
        for question in read(page):
            value = wanted.get(question.item, question.shown)
            box = page.locator(f'.tf [data-item="{question.item}"]')
            if question.type in ("likert", "choice", "multichoice"):
                for code in clicks(question, value):
                    self._click(box.locator(f'input[value="{code}"]'))
            elif question.type == "people":
                self.name(page, question, str(value))
            elif value != question.shown and not self.special(page, question, value):
                field = box.locator(f'[name="{question.item}"]')
                self._click(field)
                field.fill(str(value))

    def _click(self, target: Locator) -> None:
        if self.touch:
            target.tap()
        else:
            target.click()


class Quick(Pointer):
    """The same input events at the same places, all looked up at once, in a window so tall that nothing scrolls."""

    def fill(self, page: Page, wanted: Mapping[str, Shown]) -> None:
        acts: list[tuple[str, str | None, str]] = []
        rest: list[tuple[Question, Shown]] = []
        for question in read(page):
            value = wanted.get(question.item, question.shown)
            if question.type in ("likert", "choice", "multichoice"):
                acts += [(question.item, code, "") for code in clicks(question, value)]
            elif question.type == "people":
                self.rest(page)
                self.name(page, question, str(value))
            elif value != question.shown and (question.type in ("rank", "slider", "date") or str(value)[:1] == "!"):
                rest.append((question, value))
            elif value != question.shown:
                acts.append((question.item, None, str(value)))
        self.rest(page)
        places = page.evaluate(_PLACES, [[item, code] for item, code, _ in acts])
        for (_, code, text), (x, y) in zip(acts, places, strict=True):
            if self.touch:
                page.touchscreen.tap(x, y)
            else:
                page.mouse.click(x, y)
            if code is None:
                page.keyboard.press("Control+A")
                page.keyboard.press("Delete")
                page.keyboard.insert_text(text)
        for question, value in rest:
            if not self.special(page, question, value):
                page.locator(f'.tf [name="{question.item}"]').fill(str(value))


class Keyboard:
    """Tab, arrows, Space, Enter and letters; no pointer at all."""

    def fill(self, page: Page, wanted: Mapping[str, Shown]) -> None:
        questions = read(page)
        if not any(wanted.get(q.item, q.shown) != q.shown for q in questions):
            return
        self._to(page, f'[data-item="{questions[0].item}"] *')
        for question in questions:
            value = wanted.get(question.item, question.shown)
            if any(q.type in ("rank", "slider", "date") or q.item.endswith(".other_text") for q in questions):
                if value != question.shown:
                    self._any(page, question, value)
                continue
            if question.type in ("likert", "choice"):
                self._radio(page, question, str(value))
            elif question.type == "multichoice":
                for number, code in enumerate(question.codes):
                    if (code in value) != (code in question.shown):
                        page.keyboard.press("Space")
                    if number < len(question.codes) - 1:
                        page.keyboard.press("Tab")
            elif question.type == "people":
                self._name(page, question, str(value))
                continue
            elif value != question.shown:
                page.keyboard.press("Control+A")
                page.keyboard.press("Delete")
                page.keyboard.type(str(value))
            page.keyboard.press("Tab")

    def _name(self, page: Page, question: Question, wanted: str) -> None:
        gone, new = changes(question, wanted)
        if plain(page):
            for name in gone:
                self._to(page, f'[data-item="{question.item}"] .name input[value="{name}"]')
                page.keyboard.press("Control+A")
                page.keyboard.press("Delete")
            for name in new:
                self._to(page, f'[data-item="{question.item}"] .name input', empty=True)
                page.keyboard.type(name)
            return
        for name in gone:
            self._to(page, f'[data-item="{question.item}"] .tf-names [aria-label$=" {name}"]')
            page.keyboard.press("Space")
        for name in new:
            self._to(page, f'[data-item="{question.item}"] .tf-name-box input')
            page.keyboard.type(name)
            page.keyboard.press("Enter")

    def _any(self, page: Page, question: Question, value: Shown) -> None:
        """A question of any format, wherever the focus is; the next one need not be the next stop of Tab."""
        name = question.item
        if isinstance(value, str) and value.startswith("!") and value not in question.codes:
            self._to(page, f'[name="{name}!"][value="{value[1:]}"]')
            page.keyboard.press("Space")
        elif question.type in ("likert", "choice"):
            self._to(page, f'[name="{name}"]')
            self._radio(page, question, str(value))
        elif question.type == "rank":
            for place, code in enumerate(value, 1):
                self._to(page, f'[name="{name}.{code}"]')
                page.keyboard.type(str(place))
        elif question.type == "slider" and not plain(page):
            self._to(page, f'[name="{name}"]')
            slide(page, page.locator(f'.tf [data-item="{name}"]'), str(value))
        elif question.type == "multichoice":
            for code in clicks(question, value):
                self._to(page, f'[name="{name}"][value="{code}"]')
                page.keyboard.press("Space")
        else:
            self._to(page, f'[name="{name}"]')
            if question.type == "date":
                year, month, day = str(value).split("-")
                page.keyboard.type(f"{month}{day}{year}")
            else:
                page.keyboard.press("Control+A")
                page.keyboard.press("Delete")
                page.keyboard.type(str(value))

    def _radio(self, page: Page, question: Question, code: str) -> None:
        if not code or code == question.shown:
            return
        at = 0
        if question.shown:
            at = question.codes.index(str(question.shown))
        else:
            page.keyboard.press("Space")
        steps = question.codes.index(code) - at
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def press(self, page: Page, action: str, *, twice: bool = False) -> None:
        self._to(page, f"[data-press={action}]")
        for _ in range(1 + twice):
            page.keyboard.press("Enter")

    def speak(self, page: Page, language: str) -> None:
        """Choose a language of the page."""
        self._to(page, f"nav button[lang={language}]")
        page.keyboard.press("Enter")

    def follow(self, page: Page, selector: str) -> None:
        """Follow a link."""
        self._to(page, selector)
        page.keyboard.press("Enter")

    def _to(self, page: Page, selector: str, *, empty: bool = False) -> None:
        """Tab until something of this kind has the focus; backwards where the way on leads out of the page."""
        found = (
            "([wanted, empty]) => document.activeElement.matches(wanted) && !(empty && document.activeElement.value)"
        )
        for key in ["Tab"] * 90 + ["Shift+Tab"] * 90:
            if page.evaluate(found, [f".tf {selector}", empty]):
                return
            page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not lead to {selector}: {describe(page)}")
