"""The people whom a respondent of the journey names: their ids, what is asked of them, and what it adds up to."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Instrument, Likert, MultiChoice, Network, Number, Page

PARTS = 2
"""Screens on which the sixteen questions about one person stand."""


def network_of(instrument: Instrument, page: Page) -> tuple[str, Network]:
    """A page's network, by name."""
    assert page.network is not None
    return page.network, instrument.networks[page.network]


def names(rng: random.Random, network: Network, name: str) -> dict[str, tuple[str, ...]]:
    """Names that occur nowhere else, so that a leak can be found; sometimes one of them is written twice."""
    made = {g: tuple(_name(rng) for _ in range(rng.choice((0, 1, 1, 2)))) for g in list(network.generators)[:2]}
    first, second, third = network.generators
    again = made[first] and rng.random() < 0.8
    if again:
        made[second] = (made[first][0].upper(),)
    made[third] = () if again or rng.random() < 0.7 else (_name(rng),)
    return {f"{name}.{generator}": given for generator, given in made.items()}


def _name(rng: random.Random) -> str:
    return f"Q{''.join(rng.choices('bdfgkmprtvz', k=7))} {rng.randrange(10, 99)}"


def ids(lists: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """The id of each name, in the order in which they were first written."""
    return {name: f"T{number}" for number, name in enumerate(dict.fromkeys(n for names in lists for n in names), 1)}


def standing(network: Network, name: str, given: Mapping[str, Any], ties: Mapping[str, str]) -> dict[str, Any]:
    """Who is named: the ids of each list, the pairs that are alike, and the people who are asked about."""
    lists = {g: tuple(ties[one] for one in given.get(f"{name}.{g}") or ()) for g in network.generators}
    written = {ties[one]: one for g in network.generators for one in given.get(f"{name}.{g}") or ()}
    ordered = sorted(written, key=lambda tie: int(tie[1:]))
    alike = [(a, b) for a, b in combinations(ordered, 2) if written[a].casefold() == written[b].casefold()]
    same = {b for a, b in alike if given.get(f"{name}.same.{a}.{b}") == "yes"}
    return {"lists": lists, "names": written, "alike": alike, "asked": [tie for tie in ordered if tie not in same]}


def screens(
    instrument: Instrument, page: Page, given: Mapping[str, Any], ties: Mapping[str, str]
) -> dict[str, list[str]]:
    """The screens of a network page, each with the answers that it asks for."""
    name, network = network_of(instrument, page)
    stands = standing(network, name, given, ties)
    shown = {f"{page.id}.{g}": [f"{name}.{g}"] for g in network.generators}
    if stands["alike"]:
        shown[f"{page.id}.same"] = [f"{name}.same.{a}.{b}" for a, b in stands["alike"]]
    half = len(network.interpreters) // PARTS
    for tie in stands["asked"]:
        shown[f"{page.id}.about.{tie}"] = [f"{name}.{tie}.{item}" for item in network.interpreters[:half]]
        shown[f"{page.id}.about.{tie}.2"] = [f"{name}.{tie}.{item}" for item in network.interpreters[half:]]
    if len(stands["asked"]) > 1:
        pairs = combinations(stands["asked"], 2)
        shown[f"{page.id}.between"] = [f"{name}.between.{a}.{b}" for a, b in pairs]
    return shown


def answers(
    instrument: Instrument, page: Page, lists: Mapping[str, Any], ties: Mapping[str, str], rng: random.Random
) -> dict[str, Any]:
    """An answer to everything that is asked of these people; those of one name are the same person."""
    given: dict[str, Any] = dict(lists)
    for screen in ("same", "about"):
        for id_, asked in screens(instrument, page, given, ties).items():
            if screen == "same":
                given |= {one: "yes" for one in asked if id_ == f"{page.id}.same"}
            else:
                given |= {one: _answer(instrument, one, rng) for one in asked if one not in given}
    return given


def _answer(instrument: Instrument, name: str, rng: random.Random) -> Any:
    if ".between." in name:
        return float(rng.randrange(3))
    fmt = instrument.format_of(name.split(".")[2])
    if isinstance(fmt, Likert):
        return float(rng.choice(codes(fmt)))
    if isinstance(fmt, ChoiceFormat):
        return str(rng.choice(codes(fmt)))
    if isinstance(fmt, MultiChoice):
        return tuple(str(code) for code in codes(fmt) if rng.random() < 0.3) or (str(codes(fmt)[0]),)
    assert isinstance(fmt, Number)
    return float(rng.randrange(40))


def fold(
    instrument: Instrument, page: Page, said: Mapping[str, Any], ties: Mapping[str, str], log: Iterable[str]
) -> dict[str, Any]:
    """What the log adds up to of a network: ids in place of names, and what follows from them."""
    name, network = network_of(instrument, page)
    sent = set(log)
    if f"{page.id}.{next(iter(network.generators))}" not in sent:
        return {}
    stands = standing(network, name, said, ties)
    found: dict[str, Any] = {f"{name}.{g}": ids for g, ids in stands["lists"].items() if f"{name}.{g}" in said}
    found |= {f"{name}.chance.{tie}": 1.0 for tie in ties.values()}
    found |= {f"{name}.last": float(len(ties)), f"{name}.asked": tuple(stands["asked"])}
    found[f"{name}.alike"] = tuple(f"{a}-{b}" for a, b in stands["alike"])
    if f"{page.id}.same" in sent:
        found[f"{name}.of.same"] = found[f"{name}.alike"]
    if f"{page.id}.between" in sent:
        found[f"{name}.of.between"] = found[f"{name}.asked"]
    return found


def rows(
    instrument: Instrument, page: Page, said: Mapping[str, Any], ties: Mapping[str, str], log: Iterable[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The respondent's rows of the table of ties, and of that of pairs."""
    name, network = network_of(instrument, page)
    sent, stands = set(log), standing(network, name, said, ties)
    if f"{page.id}.{next(iter(network.generators))}" not in sent:
        return [], []
    found = []
    for tie in dict.fromkeys(tie for listed in stands["lists"].values() for tie in listed):
        if tie not in stands["asked"]:
            continue
        row: dict[str, Any] = {"tie": tie, "interpreted": 1.0, "probability": 1.0, "weight": 1.0}
        row |= {g: float(_listed(g, tie, stands, said, name)) for g in network.generators}
        for item in network.interpreters:
            given = said[f"{name}.{tie}.{item}"]
            fmt = instrument.format_of(item)
            if isinstance(fmt, MultiChoice):
                row |= {f"{item}.{choice}": float(choice in given) for choice in fmt.choices}
            else:
                row[item] = given
        row["weak"] = float(row["closeness"] <= 2 and row["contact"] >= 4)
        row["strong"] = float(row["closeness"] >= 4)
        found.append(row)
    pairs = combinations(stands["asked"], 2)
    return found, [{"tie_a": a, "tie_b": b, "level": said[f"{name}.between.{a}.{b}"]} for a, b in pairs]


def _listed(generator: str, tie: str, stands: Mapping[str, Any], said: Mapping[str, Any], name: str) -> bool:
    """Whether a person stands in a list, under this id or one that is the same person's."""
    twins = {b for a, b in stands["alike"] if a == tie and said.get(f"{name}.same.{a}.{b}") == "yes"}
    return bool({tie, *twins} & set(stands["lists"][generator]))
