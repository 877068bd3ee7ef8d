"""What the screens of a network page show: names, who is who, questions about each person, and who knows whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from survey.instrument.model import Network, Page
from survey.network.carried import still
from survey.network.people import Person, key_of, listed, number, people
from survey.network.screens import Screen, pairs_of
from survey.store import Session
from views.respondent.asked import item_view, value_of
from views.respondent.piped import all_said, said
from views.words import speak

Data = dict[str, Any]
Names = Mapping[str, Mapping[str, str]]
"""The people that a respondent has named: by network, tie to name."""

_IN_A_GRID = ("likert", "choice")
_WIDEST_GRID = 7


def screen_view(session: Session, page: Page, screen: Screen, names: Names) -> Data:
    """Heading, words and blocks of one screen.

    names: what the respondent called people.
    """
    show = {"still": _still, "names": _names, "same": _same, "about": _about, "between": _between}[screen.kind]
    return show(session, page, screen, names.get(screen.network, {}))


def labels(session: Session, screen: Screen, names: Mapping[str, str]) -> dict[str, str]:
    """What each person of a screen's network is called."""
    return labels_in(session, screen.network, names)


def labels_in(session: Session, network: str, names: Mapping[str, str]) -> dict[str, str]:
    """What each person is called on the respondent's own pages: alike names get a number, lost ones a stand-in."""
    everybody = people(network, session.study.instrument.networks[network], session.answers)
    return _distinct({person.tie: _called(session, person, names) for person in everybody})


def _distinct(found: dict[str, str]) -> dict[str, str]:
    """Labels by tie, with a number behind those that are alike."""
    alike = Counter(key_of(label) for label in found.values())
    seen: Counter[str] = Counter()
    for tie in sorted(found, key=number):
        if alike[key := key_of(found[tie])] > 1:
            seen[key] += 1
            found[tie] = f"{found[tie]} ({seen[key]})"
    return found


def _called(session: Session, person: Person, names: Mapping[str, str]) -> str:
    known = (names[tie] for tie in (person.tie, *person.mentions) if tie in names)
    return next(known, None) or speak(session.language, "person_number", number=number(person.tie))


def _network(session: Session, screen: Screen) -> Network:
    return session.study.instrument.networks[screen.network]


def _still(session: Session, page: Page, screen: Screen, names: Mapping[str, str]) -> Data:
    """The people of earlier waves: still in touch with each?"""
    language = session.language
    known = _distinct({tie: _called(session, Person(tie, (tie,), ()), names) for tie in screen.ties})
    options = [{"code": code, "label": speak(language, f"still_{code}")} for code in ("yes", "no")]
    items: list[Data] = []
    for tie, name in zip(screen.ties, screen.names, strict=True):
        answer = session.answers.get(name)
        row = {"id": name, "type": "choice", "text": known[tie], "required": False, "options": options}
        items.append({**row, "value": answer if answer in ("yes", "no") else None})
    return {
        "heading": speak(language, "still_heading"),
        "text": [speak(language, "still_intro")],
        "blocks": [{"matrix": True, "items": items}],
    }


def _names(session: Session, page: Page, screen: Screen, names: Mapping[str, str]) -> Data:
    """One box to add a name to a list; people of earlier lists can be ticked instead."""
    network, language = _network(session, screen), session.language
    generator = network.generators[screen.generator]
    everybody = people(screen.network, network, session.answers)
    before = tuple(network.generators)[: tuple(network.generators).index(screen.generator)]
    earlier = [person for person in everybody if set(person.generators) & set(before)]
    named = {person.tie for person in everybody}
    # Of earlier waves; until this list is sent, those whom it named last time stand in it.
    again = still(screen.network, session.answers, screen.generator) if screen.names[0] not in session.answers else ()
    old = [Person(tie, (tie,), ()) for tie in still(screen.network, session.answers) if tie not in named]
    earlier += [person for person in old if person.tie not in again]
    everybody = (*everybody, *old)
    known = _distinct({person.tie: _called(session, person, names) for person in everybody})
    # Names as they were written: a number that tells two apart is ours, and must not become part of a name.
    own = {person.tie: _called(session, person, names) for person in everybody}
    here = [person for person in everybody if screen.generator in person.generators or person.tie in again]
    order = {tie: place for place, tie in enumerate(listed(screen.network, screen.generator, session.answers))}
    here.sort(key=lambda person: min(order.get(tie, len(order)) for tie in person.mentions))
    item = {
        "id": screen.names[0],
        "type": "people",
        "text": said(generator.text, session),
        "hint": speak(language, "people_hint", max=generator.max),
        "max": generator.max,
        "longest": 80,
        "value": [[person.tie, own[person.tie]] for person in here],
        "earlier": [[person.tie, own[person.tie], known[person.tie]] for person in earlier],
    }
    return {"blocks": [{"items": [item]}], "text": [] if before else [speak(language, "people_privacy")]}


def _same(session: Session, page: Page, screen: Screen, names: Mapping[str, str]) -> Data:
    """For each pair of names that are alike: the same person, or two?"""
    network, language = _network(session, screen), session.language
    blocks: list[Data] = []
    for name in screen.names:
        a, b = name.split(".")[-2:]
        first, second = (_where(session, screen, network, tie) for tie in (a, b))
        words = {"a": names.get(a, "?"), "b": names.get(b, "?"), "first": first, "second": second}
        answer = session.answers.get(name)
        blocks.append({"items": [{
            "id": name,
            "type": "choice",
            "text": speak(language, "same_twice" if first == second else "same_across", **words),
            "required": False,
            "value": answer if answer in ("yes", "no") else None,
            "options": [{"code": code, "label": speak(language, f"same_{code}")} for code in ("yes", "no")],
        }]})  # fmt: skip
    return {"heading": speak(language, "same_heading"), "text": [speak(language, "same_intro")], "blocks": blocks}


def _where(session: Session, screen: Screen, network: Network, tie: str) -> str:
    """The question by which a tie was named first."""
    for name, generator in network.generators.items():
        if tie in listed(screen.network, name, session.answers):
            return said(generator.text, session)
    return ""


def _about(session: Session, page: Page, screen: Screen, names: Mapping[str, str]) -> Data:
    """The questions about one person, or one question about several."""
    instrument, language = session.study.instrument, session.language
    known = labels(session, screen, names)
    chosen = [str(tie) for tie in _asked(session, screen)]
    text: list[str] = []
    if screen.ties[:1] == tuple(chosen[:1]) and len(known) > len(chosen):
        text.append(speak(language, "about_sample", named=len(known), count=len(chosen)))
    if _network(session, screen).interpret_by == "person":
        tie = screen.ties[0]
        place = {"number": chosen.index(tie) + 1, "count": len(chosen)}
        items = [item_view(session, page, item, name=f"{screen.network}.{tie}.{item}") for item in screen.items]
        heading = speak(language, "about_heading", name=known.get(tie, tie))
        text.insert(0, speak(language, "about_count", **place))
        return {"heading": heading, "text": text, "blocks": [{"items": [item]} for item in items]}
    item = screen.items[0]
    words = {tie: known.get(tie, tie) for tie in screen.ties}
    rows = [item_view(session, page, item, name=f"{screen.network}.{t}.{item}", text=words[t]) for t in screen.ties]
    plain = rows[0]["type"] in _IN_A_GRID and "other" not in rows[0]
    grid = plain and len(rows[0]["options"]) <= _WIDEST_GRID
    blocks: list[Data] = [{"matrix": True, "items": rows}] if grid else [{"items": [row]} for row in rows]
    return {"heading": said(instrument.items[item].text, session) or item, "text": text, "blocks": blocks}


def _asked(session: Session, screen: Screen) -> tuple[str, ...]:
    given = session.answers.get(f"{screen.network}.asked")
    return tuple(sorted(given, key=number)) if isinstance(given, tuple) else ()


def _between(session: Session, page: Page, screen: Screen, names: Mapping[str, str]) -> Data:
    """Every pair as a question of its own; a renderer may show them as a drawing too."""
    between, language = _network(session, screen).between, session.language
    known = labels(session, screen, names)
    levels = all_said(between.levels, session) if between is not None else ()
    options = [{"code": str(code), "label": label} for code, label in enumerate(levels)]
    items: list[Data] = []
    for (a, b), name in zip(pairs_of(screen.ties), screen.names, strict=True):
        items.append({
            "id": name,
            "type": "likert",
            "text": speak(language, "between_pair", a=known.get(a, a), b=known.get(b, b)),
            "required": page.require == "hard",
            "value": value_of(session, name),
            "options": options,
            "pair": [a, b],
        })  # fmt: skip
    asked = said(between.text, session) if between is not None else ""
    drawing = {"question": asked, "people": [[tie, known.get(tie, tie)] for tie in screen.ties]}
    return {
        "heading": asked,
        "text": [speak(language, "between_intro")],
        "blocks": [{"kind": "between", "drawing": drawing, "matrix": True, "items": items}],
    }
