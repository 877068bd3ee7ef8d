"""Twenty-five respondents whose every answer is known beforehand, and what the database must hold after them.

A pure function of the instrument and a seed. What is shown to whom is written down here a second time, in Python, so
that the test does not believe the flow that it tests.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from survey.dataset.missing import Missing
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, FreeText, Instrument, Likert, MultiChoice, Number, Page
from tests.support import journey_people

Given = float | str | tuple[str, ...] | None
"""One answer: a code's number, a number, a choice or text, ticks or the names typed; None is left out."""

INSTRUMENT = "two-supports"
SHOWN_IF: Mapping[str, Callable[[Mapping[str, Given]], bool]] = {
    "gender_own": lambda given: given.get("gender") == "another",
    "mentor_about": lambda given: given.get("mentor") in ("one", "several"),
    "mentor_support": lambda given: given.get("mentor") in ("one", "several"),
}
BRANCHING = ("about", "mentoring")
"""Pages on which an answer decides what is shown later."""

TEXTS = (
    "genderqueer",
    "I'd say: “it depends” & <b>not</b> bold; 50 %, naïve",
    'a "quoted", comma-ridden; answer = 1+1',
)


@dataclass(frozen=True)
class Step:
    """One sending of a page.

    answers: of every question on it; the consent goes by the page's name, names of people by ``NETWORK.GENERATOR``.
    how: what happens meanwhile. backs: how often one goes back first, by our button or the browser's.
    """

    page: str
    answers: Mapping[str, Given]
    how: frozenset[str] = frozenset()
    backs: int = 0
    by: Literal["button", "browser"] = "button"


@dataclass(frozen=True)
class Person:
    """A respondent: how they work, and every page they send, in order."""

    number: int
    hands: Literal["careful", "quick", "keyboard"]
    width: Literal[1280, 360]
    personal: bool
    team: str
    writes: Literal["plain", "comma", "spaced"]
    end: Literal["thanks", "declined", "stopped"]
    side: Literal["full", "plain"]
    language: str
    steps: tuple[Step, ...] = field(repr=False)
    ties: Mapping[str, str] = field(repr=False, default_factory=dict)
    """The id that each name gets which they write."""

    @property
    def name(self) -> str:
        """What a failure calls them."""
        how = sorted(set().union(*(step.how for step in self.steps)))
        known = [self.side, self.language, "link" if self.personal else "open"]
        return "-".join([f"{self.number:02}", self.hands, str(self.width), *known, *how])

    @property
    def sides(self) -> frozenset[str]:
        """The renderers that they meet."""
        changes = any("switch" in step.how for step in self.steps)
        return frozenset({"full", "plain"} if changes else {self.side})

    @property
    def log(self) -> tuple[str, ...]:
        """The pages that the log of submissions must hold, in order."""
        return tuple(step.page for step in self.steps)

    @property
    def said(self) -> dict[str, Given]:
        """What the respondent answered in the end, pages that were hidden again included."""
        return {name: given for step in self.steps for name, given in step.answers.items()}

    @property
    def in_flight(self) -> bool:
        """Whether the server dies while they are at work."""
        return any(kind.startswith("kill") for step in self.steps for kind in step.how)

    @property
    def acquaintances(self) -> frozenset[str]:
        """Every name that they typed, those taken back included."""
        return frozenset(self.ties)


# hands, width, personal link?, mentor, gender of one's own words?, what happens, beginning in plain HTML, in French
TABLE = (
    ("careful", 1280, False, "no", False, "double leave_out switch"),
    ("quick", 1280, True, "one", False, "kill_picks"),
    ("careful", 1280, True, "no", True, "tabs_stale reload_mid"),
    ("quick", 1280, False, "several", False, "back browser_back"),
    ("careful", 1280, False, "no", False, "reload_mid reload_after mistyped plain switch_people"),
    ("quick", 1280, False, "one", False, "flop french switch"),
    ("quick", 360, False, "one", False, "reload_mid browser_back plain"),
    ("careful", 360, True, "no", False, "kill_pressed plain"),
    ("quick", 360, False, "no", True, "device"),
    ("careful", 360, False, "several", False, "double reload_after plain french"),
    ("keyboard", 1280, False, "one", False, "back double plain french"),
    ("keyboard", 1280, True, "no", False, "kill_picks leave_out"),
    ("keyboard", 1280, False, None, False, "leave_out mistyped switch"),
    ("keyboard", 1280, False, "no", True, "reload_mid people_again french"),
    ("keyboard", 360, False, "several", True, "browser_back double plain switch_people french"),
    ("keyboard", 360, True, "one", False, "reload_after stop_mentor"),
    ("quick", 1280, False, "no", False, "kill_unheard"),
    ("quick", 1280, False, "one", False, "kill_reload back"),
    ("quick", 1280, False, "no", False, "decline"),
    ("quick", 1280, True, "one", False, "tabs_same tabs_on"),
    ("quick", 1280, False, "no", True, "change_mind careless switch plain"),
    ("quick", 360, False, "several", False, "kill_device leave_out"),
    ("quick", 360, False, "no", False, "kill_back"),
    ("quick", 360, False, "one", False, "leave_out stop_half plain french"),
    ("quick", 360, True, "one", False, "flip leave_scale people_again plain switch french"),
)


def people(instrument: Instrument, seed: int = 20160930) -> tuple[Person, ...]:
    """The respondents of the journey, the same for the same seed."""
    unknown = {page.id for page in instrument.pages if page.show_if} ^ set(SHOWN_IF)
    if unknown:
        raise ValueError(f"the journey does not know when these pages are shown: {sorted(unknown)}")
    return tuple(_person(instrument, number, row, seed) for number, row in enumerate(TABLE, start=1))


def path(instrument: Instrument, given: Mapping[str, Given], ties: Mapping[str, str]) -> list[str]:
    """The pages and screens that somebody with these answers is shown and sends."""
    shown: list[str] = []
    for page in instrument.pages:
        if page.type != "feedback" and (page.id not in SHOWN_IF or SHOWN_IF[page.id](given)):
            screens = [] if page.network is None else journey_people.screens(instrument, page, given, ties)
            shown += screens or [page.id]
    return shown


def _person(instrument: Instrument, number: int, row: tuple[object, ...], seed: int) -> Person:
    hands, width, personal, mentor, own, happens = row
    happening = str(happens).split()
    rng = random.Random(f"{seed}/{number}")
    given = _answers(instrument, rng, number)
    given |= {"mentor": mentor, "gender": "another" if own else rng.choice(["female", "male", "nonbinary"])}  # type: ignore[dict-item]
    if "careless" in happening:
        given |= {check.item: 2.0 for check in instrument.checks.values()}
    _leave_out(instrument, rng, given, happening)
    steps = _script(instrument, rng, given, happening)
    return Person(
        number=number,
        hands=hands,  # type: ignore[arg-type]
        width=width,  # type: ignore[arg-type]
        personal=bool(personal),
        team=f'team {number % 3}, floor "{number % 2}"' if personal else "",
        writes=("plain", "comma", "spaced")[number % 3],
        side="plain" if "plain" in happening else "full",
        language="fr" if "french" in happening else "en",
        end="declined" if "decline" in happening else "stopped" if _stop(happening) else "thanks",
        steps=tuple(steps),
        ties=_ties(steps),
    )


def _ties(steps: list[Step]) -> dict[str, str]:
    lists = [given for step in steps for name, given in step.answers.items() if name.count(".") == 1]
    return journey_people.ids(names for names in lists if isinstance(names, tuple))


def _answers(instrument: Instrument, rng: random.Random, number: int) -> dict[str, Given]:
    """An answer to every question on any page, with enough in common for scales to hang together."""
    reversed_items = {key[1:] for scale in instrument.scales.values() for key in scale.items if key.startswith("-")}
    support, strain = rng.gauss(0, 1), rng.gauss(0, 1)
    given: dict[str, Given] = {}
    for page in instrument.pages:
        if page.type == "consent":
            given[page.id] = "yes"
        for item in page.items:
            fmt = instrument.format_of(item)
            if isinstance(fmt, Likert):
                latent = (strain if page.id in ("demands", "stress", "in_general") else support) + rng.gauss(0, 0.7)
                known = codes(fmt)
                at = (len(known) - 1) / 2 + (-latent if item in reversed_items else latent) * len(known) / 5
                given[item] = float(known[min(max(round(at), 0), len(known) - 1)])
            elif isinstance(fmt, ChoiceFormat):
                given[item] = rng.choice([str(code) for code in codes(fmt)])
            elif isinstance(fmt, MultiChoice):
                given[item] = tuple(str(code) for code in codes(fmt) if rng.random() < 0.4) or (str(codes(fmt)[0]),)
            elif isinstance(fmt, Number):
                given[item] = _number(fmt, rng)
            elif isinstance(fmt, FreeText):
                given[item] = TEXTS[number % len(TEXTS)][: fmt.max_length]
            else:
                raise ValueError(f"the journey has no answer for the format {fmt.type} of {item}")
        if page.network is not None:
            given |= journey_people.names(rng, instrument.networks[page.network], page.network)
    given |= {check.item: float(check.pass_) for check in instrument.checks.values()}
    return given


def _number(fmt: Number, rng: random.Random) -> float:
    low, high = fmt.min or 0.0, min(fmt.max or 3000.0, 3000.0)
    value = low + (high - low) ** rng.random() - 1
    return float(round(value) if fmt.integer else round(value * 4) / 4)


def _leave_out(instrument: Instrument, rng: random.Random, given: dict[str, Given], happening: list[str]) -> None:
    """Leave out what the page asks for only softly; never the answer that a branch hangs on."""
    if "leave_out" in happening:
        kept = ("mentoring", "reach") if "mistyped" in happening else ("mentoring",)
        pages = [p for p in instrument.pages if p.require == "soft" and p.id not in kept and p.network is None]
        for page in rng.sample(pages, 4):
            for item in rng.sample([i for i in page.items if i != "gender"], 1 + (len(page.items) > 5)):
                given[item] = None
    if "leave_scale" in happening:
        given.update(dict.fromkeys(_page(instrument, "psychosocial").items[2:]))


def _page(instrument: Instrument, page_id: str) -> Page:
    return next(page for page in instrument.pages if page.id == page_id)


def _stop(happening: list[str]) -> str | None:
    """The page that whoever stops never sends."""
    return {"stop_half": "stress", "stop_mentor": "mentor_support"}.get(next((h for h in happening if "stop" in h), ""))


def _script(instrument: Instrument, rng: random.Random, given: dict[str, Given], happening: list[str]) -> list[Step]:
    """Every page in order, with what happens on it, and again where somebody comes back to it."""
    pages = [page.id for page in instrument.pages if page.type != "feedback"]
    way = [page for page in pages if page not in SHOWN_IF or SHOWN_IF[page](given)]
    if _stop(happening) is not None:
        way = way[: way.index(str(_stop(happening)))]
    where = _places(instrument, rng, given, way, happening)
    steps: list[Step] = []
    for page in way:
        if _page(instrument, page).network is not None:
            how_often = {"again": "people_again" in happening, "changes": "switch_people" in happening}
            steps += _people(instrument, rng, given, _page(instrument, page), **how_often)
            continue
        here = {name: given[name] for name in _questions(instrument, page)}
        how = frozenset(kind for kind, place in where.items() if place == page)
        if page == "consent" and "decline" in happening:
            return [Step(page, {page: "no"})]
        if page == "consent" and "change_mind" in happening:
            steps += [Step(page, {page: "no"}), Step(page, here, backs=1)]
        elif page == "mentoring" and "flip" in happening:
            steps += _flip(instrument, given, here)
        elif page == "mentoring" and "flop" in happening:
            steps += [*_flip(instrument, given, here), Step(page, here, backs=1)]
        elif "flip" in happening and page in ("mentor_about", "mentor_support"):
            continue
        elif how & {"back", "browser_back"}:
            by: Literal["button", "browser"] = "browser" if "browser_back" in how else "button"
            steps += [Step(page, otherwise(instrument, here)), Step(page, here, backs=1, by=by)]
        elif "kill_back" in how:
            steps += [Step(page, otherwise(instrument, here)), Step(page, here, how, backs=1)]
        elif "tabs_on" in how:
            steps += [Step(page, here, how), Step(page, here, frozenset({"again"}))]
        else:
            steps.append(Step(page, here, how))
    return steps


def _people(
    instrument: Instrument, rng: random.Random, given: dict[str, Given], page: Page, again: bool, changes: bool
) -> list[Step]:
    """Names, and what is asked of them; ``again``: the first names are taken back, and others given.

    changes: the side is changed where the first person is asked about.
    """
    name, network = journey_people.network_of(instrument, page)
    lists = {one: given[one] for one in given if one.startswith(f"{name}.")}
    first = f"{name}.{next(iter(network.generators))}"
    before = journey_people.names(rng, network, name) if again else {}
    written = [before[first]] if before else []
    ties = journey_people.ids([*written, *(names for names in lists.values() if isinstance(names, tuple))])
    given |= journey_people.answers(instrument, page, lists, ties, rng)
    shown = journey_people.screens(instrument, page, given, ties)
    steps = [Step(screen, {one: given[one] for one in asked}) for screen, asked in shown.items()]
    if changes:
        at = next(at for at, step in enumerate(steps) if ".about." in step.page)
        steps[at] = replace(steps[at], how=frozenset({"switch"}))
    if before:
        steps[:1] = [Step(steps[0].page, {first: before[first]}), Step(steps[0].page, steps[0].answers, backs=1)]
    return steps


def _flip(instrument: Instrument, given: Mapping[str, Given], here: dict[str, Given]) -> list[Step]:
    """A mentor, then what the mentor does, then back to say that there is none."""
    middle = [
        Step(page, {name: given[name] for name in _questions(instrument, page)})
        for page in ("mentor_about", "mentor_support")
    ]
    return [Step("mentoring", here), *middle, Step("mentoring", {**here, "mentor": "no"}, backs=len(middle) + 1)]


def _places(
    instrument: Instrument, rng: random.Random, given: Mapping[str, Given], way: list[str], happening: list[str]
) -> dict[str, str]:
    """The page on which each thing happens: one with several questions, on which no branch hangs, each its own."""
    wide = [page for page in way if len(_page(instrument, page).items) >= 3 and page not in BRANCHING]
    where: dict[str, str] = {}
    for kind in happening:
        if kind == "tabs_same":
            where[kind] = "consent"
        elif kind == "mistyped":
            # Elsewhere than where something is left out: being told of both at once, one is not asked again.
            whole = [p for p in ("reach", "outcomes") if None not in map(given.get, _page(instrument, p).items)]
            where[kind] = rng.choice(whole)
        elif (
            kind.split("_")[0] in ("double", "back", "browser", "reload", "device", "kill", "tabs") or kind == "switch"
        ):
            where[kind] = rng.choice([page for page in wide if page not in where.values()])
    return where


def otherwise(instrument: Instrument, here: Mapping[str, Given]) -> dict[str, Given]:
    """The same page with its first answer another one, which is thought better of later."""
    changed = dict(here)
    for item in here:
        fmt = instrument.format_of(item) if item in instrument.items else None
        if isinstance(fmt, Likert | ChoiceFormat) and here[item] is not None:
            known = [float(code) if isinstance(fmt, Likert) else str(code) for code in codes(fmt)]
            changed[item] = known[(known.index(here[item]) + 1) % len(known)]  # type: ignore[arg-type]
            return changed
    return changed


def _questions(instrument: Instrument, page_id: str) -> tuple[str, ...]:
    """What a page asks: its consent and its items."""
    page = _page(instrument, page_id)
    return (*((page.id,) if page.type == "consent" else ()), *page.items)


# --- what must come of it --------------------------------------------------------------------------------------------


def fold(instrument: Instrument, person: Person) -> dict[str, float | str | tuple[str, ...] | Missing]:
    """What the respondent's log must add up to; of the people named it holds their ids alone."""
    kept = {name: Missing.SKIPPED if given is None else given for name, given in person.said.items()}
    for page in instrument.pages:
        if page.network is not None:
            kept |= journey_people.fold(instrument, page, person.said, person.ties, person.log)
    return kept


def named(instrument: Instrument, person: Person) -> dict[str, dict[str, str]]:
    """By network, the names that are kept apart: of everybody who is named in the end."""
    found: dict[str, dict[str, str]] = {}
    for page in instrument.pages:
        if page.network is not None:
            name, network = journey_people.network_of(instrument, page)
            names = journey_people.standing(network, name, person.said, person.ties)["names"]
            found |= {name: names} if names else {}
    return found


def ties(instrument: Instrument, person: Person) -> tuple[list[dict[str, Given]], list[dict[str, Given]]]:
    """The respondent's rows of the table of ties and of the table of pairs, but for whose they are."""
    people, pairs = [], []
    for page in instrument.pages:
        if page.network is not None:
            found = journey_people.rows(instrument, page, person.said, person.ties, person.log)
            people += found[0]
            pairs += found[1]
    return people, pairs


def cells(instrument: Instrument, person: Person) -> dict[str, tuple[float | str | None, str]]:
    """The respondent's row of the Dataset: for each column the value, and else why there is none."""
    said, sent = person.said, set(person.log)
    shown = path(instrument, said, person.ties)
    order = [page.id for page in instrument.pages]
    left_at = next((order.index(page.split(".")[0]) for page in shown if page not in sent), len(order))
    row: dict[str, tuple[float | str | None, str]] = {}
    home = {item: page.id for page in instrument.pages for item in page.items}
    about_people = {item for network in instrument.networks.values() for item in network.interpreters}
    for item in (item for item in instrument.items if item not in about_people):
        page, value, why = home.get(item), None, "not_shown"
        if page in shown and page in sent:
            value, why = said[item], "" if said[item] is not None else "skipped"
        elif page is not None and page not in sent and order.index(page) >= left_at:
            why = "not_reached"
        fmt = instrument.format_of(item)
        if isinstance(fmt, MultiChoice):
            ticked = value if isinstance(value, tuple) else None
            row |= {f"{item}.{c}": (None if ticked is None else float(c in ticked), why) for c in fmt.choices}
        else:
            row[item] = (None if isinstance(value, tuple) else value, why)
    return row | ({"team": (person.team or None, "")} if "team" in instrument.fields else {})
