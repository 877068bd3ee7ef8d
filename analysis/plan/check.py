"""What pydantic cannot see in a plan: names that refer to nothing, claims about terms that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.plan.check_kinds import CHECKS
from analysis.plan.check_missing import treatment
from analysis.plan.parts import RULES
from analysis.plan.texts import texts
from analysis.plan.variables import Variables, variables_of
from analysis.plan.waves import parted
from survey.dataset.columns import wave_field
from survey.files.document import Document, Path
from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.evaluation import Name
from survey.instrument.expression_types import Kind, kind_of, type_errors
from survey.instrument.expressions import ExpressionError, parse, walk
from survey.instrument.model import Instrument


def check(document: Document, instrument: Instrument) -> list[Problem]:
    """Every mistake of reference in a plan; works on plain data, so that it sees them beside mistakes of form."""
    data = document.data if isinstance(document.data, dict) else {}
    checker = Checker(document, instrument, data)
    return [
        *checker.head(),
        *checker.derive(),
        *checker.exclude(),
        *checker.reliability(),
        *checker.analyses(),
        *treatment(checker),
        *checker.robustness(),
    ]


class Checker:
    def __init__(self, document: Document, instrument: Instrument, data: dict[str, Any]) -> None:
        self.document, self.instrument, self.data = document, instrument, data
        derive = data.get("derive")
        self.derived: dict[str, Any] = derive if isinstance(derive, dict) else {}
        self.variables = variables_of(instrument, self.derived)
        self.kinds = {
            name: Kind("number" if role == "number" else "text") for name, role in self.variables.roles.items()
        } | {item: kind_of(instrument.format_of(item), scored=True) for item in instrument.items}

    def head(self) -> Iterator[Problem]:
        """The plan must be one for this instrument."""
        named = self.data.get("instrument")
        if isinstance(named, str) and named and named != self.instrument.id:
            what = f"the plan is for instrument '{named}', and the instrument given is '{self.instrument.id}'."
            yield self.document.problem(("instrument",), what, f"Write '{self.instrument.id}', or give '{named}'.")
        entries = self.data.get("analyses")
        for i, entry in enumerate([self.data, *(entries if isinstance(entries, list) else [])]):
            if isinstance(entry, dict) and entry.get("wave") is not None and wave_field(self.instrument) is None:
                place: Path = ("analyses", i - 1, "wave") if i else ("wave",)
                what = "the instrument declares no field of type wave."
                yield self.document.problem(place, what, "Leave it out, or declare one: fields: {wave: {type: wave}}.")
        if not self.data.get("analyses") and not self.data.get("reliability") and isinstance(named, str):
            yield self.document.problem((), "the plan has nothing to do.", "Add 'analyses' or 'reliability'.")

    def derive(self) -> Iterator[Problem]:
        """New names must be new, and expressions may use what the instrument or a line above offers."""
        taken = variables_of(self.instrument)
        known = dict(taken.roles)
        for name, text in self.derived.items():
            path = ("derive", name)
            if name in known or name in taken.unusable:
                what = f"'{name}' is already a variable of the instrument."
                yield self.document.problem(path, what, "Choose another name.", key=True)
            if isinstance(text, str):
                yield from self.expression(path, text, Variables(known, taken.unusable))
            known[name] = "number"

    def expression(self, path: Path, text: str, variables: Variables, *, condition: bool = False) -> Iterator[Problem]:
        """What is wrong with an expression over these variables."""
        try:
            expression = parse(text, functions=True)
        except ExpressionError as error:
            yield self._within(path, error)
            return
        if condition and not expression.is_condition:
            yield self.document.problem(path, f"'{text}' is not a condition.", "Compare it with something: x >= 2.")
        multiple = {name for name, kind in self.kinds.items() if kind.sort == "set"}
        for node in walk(expression.tree):
            if isinstance(node, Name) and node.name not in multiple and (wrong := variables.wrong(node.name)):
                yield self._within(path, ExpressionError(wrong[0].rstrip("."), node.column, wrong[1]))
        for mistake in type_errors(expression, self.kinds):
            yield self._within(path, mistake)

    def _within(self, path: Path, error: ExpressionError) -> Problem:
        place = self.document.within(path, error.column - 1)
        return Problem(self.document.name, *place, f"{error.what}.", error.remedy)

    def robustness(self) -> Iterator[Problem]:
        """The covariates of the table of robustness."""
        block = self.data.get("robustness")
        sets = block.get("covariates") if isinstance(block, dict) else None
        for name, listed in sets.items() if isinstance(sets, dict) else ():
            yield from self.listed(("robustness", "covariates", name), listed, number=False)

    def exclude(self) -> Iterator[Problem]:
        """Each rule has one key, and the instrument what it needs."""
        rules = self.data.get("exclude")
        for i, rule in enumerate(rules if isinstance(rules, list) else []):
            if not isinstance(rule, dict):
                continue
            yield from self.rule(("exclude", i), rule)

    def rule(self, path: Path, rule: dict[str, Any]) -> Iterator[Problem]:
        """One rule: one index, perhaps joined with another; a long run of one answer never excludes by itself."""
        also = rule.get("and")
        known = [key for key in RULES if rule.get(key) is not None]
        if len(known) != 1 and len(known) == len([key for key in rule if key != "and"]):
            what = "a rule of exclusion holds one index."
            remedy = "Write each rule as an entry of its own, or join two that must both apply by 'and'."
            yield self.document.problem(path, what, remedy)
        second = [key for key in RULES if also.get(key) is not None] if isinstance(also, dict) else []
        if isinstance(also, dict) and len(second) != 1 and len(second) == len(also):
            yield self.document.problem((*path, "and"), "'and' holds one index.", f"Name one of: {', '.join(RULES)}.")
        elif second and second == known:
            what = f"'{known[0]}' is joined with itself."
            yield self.document.problem((*path, "and"), what, "Join it with another index.")
        elif known == ["longstring"] and not isinstance(also, dict):
            what = "longstring never excludes by itself: a long run of one answer can be honest."
            remedy = "Join it with another index: {longstring: {above: 10}, and: {irv: {below: 0.5}}}."
            yield self.document.problem((*path, "longstring"), what, remedy, key=True)
        if "checks_failed" in known:
            yield from self._checks((*path, "checks_failed"), rule["checks_failed"])
        if "checks_failed" in second and isinstance(also, dict):
            yield from self._checks((*path, "and", "checks_failed"), also["checks_failed"])

    def _checks(self, path: Path, rule: Any) -> Iterator[Problem]:
        count = len(self.instrument.checks)
        if not count:
            what = "the instrument has no checks that could be failed."
            yield self.document.problem(path, what, "Leave the rule out.", key=True)
        elif isinstance(rule, dict) and isinstance(at := rule.get("at_least"), int) and at > count:
            what = f"at_least {at} can never be reached: the instrument has {count} checks."
            yield self.document.problem((*path, "at_least"), what, f"Write a number up to {count}.")

    def reliability(self) -> Iterator[Problem]:
        """Scales of the plan's own reliability."""
        block = self.data.get("reliability")
        if isinstance(block, dict):
            yield from self.scales(("reliability", "scales"), block.get("scales"))

    def scales(self, path: Path, scales: Any) -> Iterator[Problem]:
        known = tuple(self.instrument.scales)
        for i, name in texts(scales):
            if name not in known:
                remedy = meant(name, known) or f"The instrument has: {', '.join(known) or 'no scales'}."
                yield self.document.problem((*path, i), f"there is no scale '{name}'.", remedy)
            elif [entry for _, entry in texts(scales)].index(name) != i:
                yield self.twice((*path, i), name)

    def twice(self, path: Path, name: str) -> Problem:
        return self.document.problem(path, f"'{name}' is named twice.", "Name it once.")

    def analyses(self) -> Iterator[Problem]:
        """Ids, and the names in each analysis."""
        entries = self.data.get("analyses")
        seen: dict[str, int] = {}
        if isinstance(self.data.get("reliability"), dict):
            seen["reliability"] = self.document.place(("reliability",), key=True)[0]
        for i, entry in enumerate(entries if isinstance(entries, list) else []):
            if not isinstance(entry, dict):
                continue
            name = entry.get("id") or entry.get("kind")
            path: Path = ("analyses", i, "id" if entry.get("id") else "kind")
            if isinstance(name, str) and name in seen:
                what = f"an analysis called '{name}' is already there in line {seen[name]}."
                yield self.document.problem(path, what, "Give each an 'id' of its own.")
            elif isinstance(name, str):
                seen[name] = self.document.place(path)[0]
            yield from self._analysis(("analyses", i), entry)

    def _analysis(self, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
        if isinstance(entry.get("where"), str):
            yield from self.expression((*path, "where"), entry["where"], self.variables, condition=True)
        kind = entry.get("kind")
        if isinstance(kind, str) and kind in CHECKS:
            yield from CHECKS[kind](self, path, entry)

    def listed(self, path: Path, value: Any, *, number: bool) -> Iterator[Problem]:
        names = [name for _, name in texts(value)]
        for i, name in texts(value):
            wrong = self.variables.wrong(name, number=number)
            if wrong is not None:
                yield self.document.problem((*path, i), *wrong)
            elif names.index(name) != i:
                yield self.twice((*path, i), name)

    def tests(
        self, path: Path, entry: dict[str, Any], terms: list[str], what: str, key: str = "tests"
    ) -> Iterator[Problem]:
        for i, name in texts(entry.get("tests")):
            # The categories of a field are known from the data alone.
            variable = name.partition("[")[0]
            field = (parted(variable) or (variable,))[0]
            of_field = variable in terms and field in self.instrument.fields and name.endswith("]")
            if name not in terms and not of_field:
                remedy = meant(name, terms) or f"It must be a {what} of this analysis."
                yield self.document.problem((*path, key, i), f"'{name}' is no {what}.", remedy)
