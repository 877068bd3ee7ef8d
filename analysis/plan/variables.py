"""The variables that an instrument and a plan's derivations offer, and what kind each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from analysis.plan.networks import available
from analysis.plan.waves import parted
from survey.dataset.columns import CATEGORY_FIELDS, NUMBER_FIELDS, SECONDS, STRONG, WEAK, asked_of_respondents
from survey.files.shapes import meant
from survey.instrument.labels import is_numeric
from survey.instrument.model import ChoiceFormat, Instrument, MultiChoice, Network, Rank

Role = Literal["number", "category"]
ABOUT_TIES = "it is asked about each tie, and only measures of the network and the kind 'tie' can use it"
GROUPING = frozenset({"group", "dyad", "category"})


@dataclass(frozen=True)
class Variables:
    """Every name that an analysis can use, with its role; and names that exist but cannot be used, with the reason."""

    roles: dict[str, Role]
    unusable: dict[str, str]

    def numbers(self) -> tuple[str, ...]:
        """Names that stand for numbers."""
        return tuple(name for name, role in self.roles.items() if role == "number")

    def role(self, name: str) -> Role | None:
        """The role of a variable, or of one of a wave (``stress@2``); None where there is none."""
        parts = parted(name)
        return self.roles.get(name if parts is None else parts[0])

    def wrong(self, name: str, *, number: bool = False) -> tuple[str, str] | None:
        """What is wrong with a name and what to do, or None; ``number`` refuses categories."""
        if name in self.roles:
            if number and self.roles[name] == "category":
                return f"'{name}' holds categories, and a number is needed here.", "Give each of its choices a score."
            return None
        if name in self.unusable:
            return f"'{name}' cannot be analysed: {self.unusable[name]}.", "Leave it out."
        if (parts := parted(name)) is not None:
            return self.wrong(parts[0], number=number)
        if "@" in name:
            return f"'{name}' does not say of which wave it is.", "Write the variable, '@' and the wave: stress@2."
        remedy = meant(name, tuple(self.roles)) or "Name a scale, an item, a field or a derived variable."
        return f"there is no variable '{name}'.", remedy


def roles_of_item(instrument: Instrument, item: str) -> dict[str, Role]:
    """The variables that the answers to an item make, with their roles; none where they are texts or dates."""
    answer_format = instrument.format_of(item)
    if isinstance(answer_format, MultiChoice | Rank):
        return dict.fromkeys((f"{item}.{choice}" for choice in answer_format.choices), "number")
    if is_numeric(answer_format):
        return {item: "number"}
    return {item: "category"} if isinstance(answer_format, ChoiceFormat) else {}


def variables_of_ties(instrument: Instrument, network: Network) -> dict[str, Role]:
    """What can be said of a tie, with its role."""
    found: dict[str, Role] = {}
    for item in network.interpreters:
        found |= roles_of_item(instrument, item)
    known = (*network.generators, *([WEAK] if network.weak else []), *([STRONG] if network.strong else []))
    return {**found, **dict.fromkeys(known, "number")}


def variables_of(instrument: Instrument, derived: Iterable[str] = ()) -> Variables:
    """The variables of an instrument, with the names that a plan derives."""
    roles: dict[str, Role] = dict.fromkeys(instrument.scales, "number")
    unusable: dict[str, str] = {}
    own = asked_of_respondents(instrument)
    unusable |= dict.fromkeys(instrument.items, ABOUT_TIES)
    for item in own:
        del unusable[item]
        made = roles_of_item(instrument, item)
        roles |= made
        if not made:
            unusable[item] = f"its answers are of type {instrument.format_of(item).type}"
        elif item not in made:
            unusable[item] = f"each of its choices is a variable of its own, such as {next(iter(made))}"
    for name, declared in instrument.fields.items():
        if declared.type in NUMBER_FIELDS:
            roles[name] = "number"
        elif declared.type in CATEGORY_FIELDS:
            roles[name] = "category"
        else:
            unusable[name] = f"it is a field of type {declared.type}"
    roles[SECONDS] = "number"
    for name, network in instrument.networks.items():
        roles |= {f"{name}.{measure}": "number" for measure in available(network)}
    return Variables({**roles, **dict.fromkeys(derived, "number")}, unusable)


def clusters_of(instrument: Instrument) -> tuple[str, ...]:
    """Fields that can group respondents."""
    return tuple(name for name, declared in instrument.fields.items() if declared.type in GROUPING)


def terms_of(instrument: Instrument, variable: str) -> tuple[str, ...]:
    """How a predictor can be named in ``tests``: itself, or one of its categories where those are known."""
    base = (parted(variable) or (variable,))[0]
    if base in instrument.items:
        answer_format = instrument.format_of(base)
        if isinstance(answer_format, ChoiceFormat) and not is_numeric(answer_format):
            return (variable, *(f"{variable}[{code}]" for code in answer_format.choices))
    return (variable,)
