"""Conditions between platforms: one small tree that every dialect is written from and read into.

Ours says that a comparison with an unanswered item is false. Where another platform would take an unanswered item for
0 or for different from everything, what is written asks first whether there is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey.exchange.cleaning import decimal
from survey.exchange.report import UnmappedError
from survey.instrument import evaluation as tree
from survey.instrument.expressions import parse
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Slider


@dataclass(frozen=True)
class Ref:
    name: str


@dataclass(frozen=True)
class Figure:
    value: float


@dataclass(frozen=True)
class Quote:
    value: str


@dataclass(frozen=True)
class Sum:
    sign: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Compare:
    left: Term
    sign: str
    right: Term


@dataclass(frozen=True)
class Picked:
    name: str
    code: str


@dataclass(frozen=True)
class Given:
    name: str


@dataclass(frozen=True)
class Both:
    parts: tuple[Test, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Test, ...]


@dataclass(frozen=True)
class No:
    part: Test


Term = Ref | Figure | Quote | Sum
Test = Compare | Picked | Given | Both | Either | No

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def from_ours(text: str, formats: Mapping[str, Format]) -> Test:
    """The tree of a condition of ours; ``formats`` of the items that the other platform asks. Raises UnmappedError."""
    parsed = parse(text)
    for name in parsed.names:
        if name not in formats:
            raise UnmappedError(f"'{name}', which the condition names, is not asked there")
    return _test(parsed.tree, formats)


def _test(node: tree.Node, formats: Mapping[str, Format]) -> Test:
    match node:
        case tree.Both():
            return Both(tuple(_test(part, formats) for part in node.operands))
        case tree.Either():
            return Either(tuple(_test(part, formats) for part in node.operands))
        case tree.Not():
            return No(_test(node.operand, formats))
        case tree.Answered():
            _no_set(node.operand.name, formats, "answered()")
            return Given(node.operand.name)
        case tree.Compare():
            pairs = zip(node.operands, node.signs, node.operands[1:], strict=False)
            tests = [_pair(left, sign, right, formats) for left, sign, right in pairs]
            return tests[0] if len(tests) == 1 else Both(tuple(tests))
    raise UnmappedError("the condition cannot be put into other words")


def _no_set(name: str, formats: Mapping[str, Format], what: str) -> None:
    if isinstance(formats[name], MultiChoice):
        why = "no other platform tells an unanswered item of several choices from one where nothing was picked"
        raise UnmappedError(f"{what} of '{name}': {why}. Write: not ('code' in {name})")


def _pair(left: tree.Node, sign: str, right: tree.Node, formats: Mapping[str, Format]) -> Test:
    if sign in ("in", "not in") and isinstance(right, tree.Name):
        if not isinstance(left, tree.Literal):
            raise UnmappedError("'in' is not about one code")
        if sign == "not in":
            _no_set(right.name, formats, "'not in'")
        return Picked(right.name, _code_text(left.value))
    if isinstance(right, tree.Members):
        equal = tuple(Compare(_term(left), "==", _literal(value)) for value in right.values)
        if sign == "in":
            return Either(equal) if len(equal) > 1 else equal[0]
        unequal = tuple(Compare(test.left, "!=", test.right) for test in equal)
        return Both(unequal) if len(unequal) > 1 else unequal[0]
    return Compare(_term(left), sign, _term(right))


def _code_text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _literal(value: float | str) -> Term:
    return Quote(value) if isinstance(value, str) else Figure(value)


def _term(node: tree.Node) -> Term:
    match node:
        case tree.Name():
            return Ref(node.name)
        case tree.Literal():
            return _literal(node.value)
        case tree.Minus():
            inner = _term(node.operand)
            return Figure(-inner.value) if isinstance(inner, Figure) else Sum("-", Figure(0.0), inner)
        case tree.Arithmetic():
            return Sum(node.sign, _term(node.left), _term(node.right))
    raise UnmappedError("a function has no counterpart")


def names_of(term: Term) -> tuple[str, ...]:
    """The items in a term, each once."""
    if isinstance(term, Ref):
        return (term.name,)
    return tuple(dict.fromkeys((*names_of(term.left), *names_of(term.right)))) if isinstance(term, Sum) else ()


def guarded(test: Test) -> Test:
    """The same with every comparison that an empty answer might pass preceded by whether there are answers."""
    match test:
        case Compare():
            names = tuple(dict.fromkeys((*names_of(test.left), *names_of(test.right))))
            ends = (test.left, test.right)
            safe = test.sign == "==" and any(
                isinstance(end, Quote) or (isinstance(end, Figure) and end.value != 0) for end in ends
            )
            safe = safe and any(isinstance(end, Ref) for end in ends)
            return test if safe or not names else Both((*(Given(name) for name in names), test))
        case Both():
            return Both(tuple(guarded(part) for part in test.parts))
        case Either():
            return Either(tuple(guarded(part) for part in test.parts))
        case No():
            return No(guarded(test.part))
    return test


def without_not(test: Test, negated: bool = False) -> Test:
    """The same with 'not' only before a single thing (picked, given), for platforms without 'not'; guarded already."""
    match test:
        case No():
            return without_not(test.part, not negated)
        case Both() | Either():
            parts = tuple(without_not(part, negated) for part in test.parts)
            return Both(parts) if isinstance(test, Both) != negated else Either(parts)
        case Compare():
            return Compare(test.left, OPPOSITE[test.sign], test.right) if negated else test
    return No(test) if negated else test


def to_ours(test: Test, formats: Mapping[str, Format]) -> str:
    """The condition in our language. Raises UnmappedError where it names what is not asked before, or makes no sense.

    In the dialects read here ``x != 1`` holds without an answer too, which ours writes as ``not (x == 1)``.
    """
    return _ours(test, formats)


def _ours(test: Test, formats: Mapping[str, Format]) -> str:
    match test:
        case Both():
            return " and ".join(_within(part, formats) for part in test.parts)
        case Either():
            return " or ".join(_within(part, formats) for part in test.parts)
        case No():
            return f"not {_within(test.part, formats)}"
        case Given():
            fmt = _known(test.name, formats)
            if isinstance(fmt, MultiChoice):
                picks = [f"'{code}' in {test.name}" for code in fmt.choices]
                return picks[0] if len(picks) == 1 else "(" + " or ".join(picks) + ")"
            return f"answered({test.name})"
        case Picked():
            fmt = _known(test.name, formats)
            if not isinstance(fmt, MultiChoice) or test.code not in fmt.choices:
                raise UnmappedError(f"'{test.code}' is no choice of '{test.name}'")
            return f"'{test.code}' in {test.name}"
        case Compare():
            return _comparison(test, formats)
    raise UnmappedError("the condition cannot be put into other words")


def _within(test: Test, formats: Mapping[str, Format]) -> str:
    words = _ours(test, formats)
    return f"({words})" if isinstance(test, Both | Either | No) or words.startswith("not ") else words


def _known(name: str, formats: Mapping[str, Format]) -> Format:
    if name not in formats:
        raise UnmappedError(f"'{name}' is not asked before")
    return formats[name]


def _comparison(test: Compare, formats: Mapping[str, Format]) -> str:
    refs = [formats[name] for name in (*names_of(test.left), *names_of(test.right)) if _known(name, formats)]
    if not refs:
        raise UnmappedError("the condition names no item")
    if any(isinstance(fmt, MultiChoice) for fmt in refs):
        raise UnmappedError("an item of several choices is compared as a whole")
    left, right = (_operand(end, refs[0]) for end in (test.left, test.right))
    if test.sign == "!=":
        return f"not ({left} == {right})"
    if isinstance(refs[0], ChoiceFormat | FreeText) and test.sign != "==":
        raise UnmappedError("choices and texts have no order")
    return f"{left} {test.sign} {right}"


def _operand(term: Term, fmt: Format) -> str:
    numeric = isinstance(fmt, Likert | Number | Slider)
    match term:
        case Ref():
            return term.name
        case Figure():
            return decimal(term.value) if numeric else _quoted(decimal(term.value), fmt)
        case Quote():
            return decimal(_to_number(term.value)) if numeric else _quoted(term.value, fmt)
        case Sum():
            if not numeric:
                raise UnmappedError("there is arithmetic with what is no number")
            return f"({_operand(term.left, fmt)} {term.sign} {_operand(term.right, fmt)})"
    raise UnmappedError("the condition cannot be put into other words")


def _quoted(text: str, fmt: Format) -> str:
    if isinstance(fmt, ChoiceFormat) and text not in codes(fmt):
        raise UnmappedError(f"'{text}' is no choice")
    if not isinstance(fmt, ChoiceFormat | FreeText | Date) or "'" in text or "\\" in text:
        raise UnmappedError(f"{text!r} cannot be compared with")
    return f"'{text}'"


def _to_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UnmappedError(f"'{text}' is compared with a number") from None


@dataclass(frozen=True)
class Dialect:
    """How another platform writes a condition; each function gives its words for one thing."""

    ref: Callable[[str], str]
    text: Callable[[str], str]
    picked: Callable[[str, str, bool], str]
    given: Callable[[str, bool], str]
    signs: Mapping[str, str]
    no: Callable[[str], str] | None
    code: Callable[[str, str], str] = lambda item, code: code
    """What an answer of an item is called there, where it is compared with a text."""
    quote_equal: bool = False
    """Whether numbers are compared for equality as texts."""

    def write(self, test: Test) -> str:
        """The condition in this dialect."""
        sure = guarded(test)
        return self._test(sure if self.no is not None else without_not(sure))

    def _test(self, test: Test) -> str:
        match test:
            case Both() | Either():
                word = " and " if isinstance(test, Both) else " or "
                return word.join(self._within(part) for part in test.parts)
            case No():
                if isinstance(test.part, Picked):
                    return self.picked(test.part.name, test.part.code, False)
                if isinstance(test.part, Given):
                    return self.given(test.part.name, False)
                if self.no is None:
                    raise UnmappedError("'not' cannot be written there")
                return self.no(self._test(test.part))
            case Picked():
                return self.picked(test.name, test.code, True)
            case Given():
                return self.given(test.name, True)
            case Compare():
                equal = self.quote_equal and test.sign in ("==", "!=")
                ends = (self._coded(test.left, test.right), self._coded(test.right, test.left))
                left, right = (self._term(end, equal) for end in ends)
                return f"{left} {self.signs[test.sign]} {right}"
        raise UnmappedError("the condition cannot be put into other words")

    def _coded(self, term: Term, other: Term) -> Term:
        """A code as the other platform has it."""
        return Quote(self.code(other.name, term.value)) if isinstance(term, Quote) and isinstance(other, Ref) else term

    def _within(self, test: Test) -> str:
        words = self._test(test)
        return f"({words})" if isinstance(test, Both | Either) else words

    def _term(self, term: Term, quoted: bool) -> str:
        match term:
            case Ref():
                return self.ref(term.name)
            case Figure():
                return self.text(decimal(term.value)) if quoted else decimal(term.value)
            case Quote():
                return self.text(term.value)
            case Sum():
                left, right = self._term(term.left, False), self._term(term.right, False)
                return f"({left} {self.signs[term.sign]} {right})"
        raise UnmappedError("the condition cannot be put into other words")
