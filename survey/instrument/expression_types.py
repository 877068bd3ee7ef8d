"""Whether an expression makes sense for the things it names: no choice compared with a number, no sum of texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as Only

from survey.files.shapes import meant
from survey.instrument.evaluation import Arithmetic, Call, Compare, Literal, Members, Minus, Name, Node
from survey.instrument.expressions import Expression, ExpressionError, walk
from survey.instrument.labels import codes, is_integer, is_numeric, range_of
from survey.instrument.model import ChoiceFormat, Date, Format, Likert, MultiChoice, Number, Slider

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORDER = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Kind:
    """What a name holds: a number within limits, one code of several, a set of codes, a text, or a day."""

    sort: Only["number", "code", "set", "text", "day"]
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False


THE_WAVE = Kind("number", low=1, whole=True)
"""Which wave it is, under the name ``wave`` in ``show_if``."""


def kind_of(fmt: Format, scored: bool = False) -> Kind:
    """The kind of an item's answer; ``scored`` counts a choice with scores as a number, as analyses do."""
    limits = range_of(fmt)
    if isinstance(fmt, Likert | Slider) or (scored and isinstance(fmt, ChoiceFormat) and is_numeric(fmt)):
        low, high = limits or (None, None)
        return Kind("number", low=low, high=high, whole=is_integer(fmt))
    if isinstance(fmt, Number):
        return Kind("number", low=fmt.min, high=fmt.max, whole=fmt.integer)
    known = tuple(str(code) for code in codes(fmt))
    if isinstance(fmt, ChoiceFormat):
        return Kind("code", known)
    if isinstance(fmt, MultiChoice):
        return Kind("set", known)
    return Kind("day") if isinstance(fmt, Date) else Kind("text")


def type_errors(expression: Expression, kinds: Mapping[str, Kind]) -> list[ExpressionError]:
    """Every comparison and calculation that makes no sense; names that ``kinds`` lacks are passed over."""
    errors: list[ExpressionError] = []
    for node in walk(expression.tree):
        if isinstance(node, Compare):
            for left, sign, right in zip(node.operands, node.signs, node.operands[1:], strict=False):
                errors += _comparison(left, sign, right, kinds)
        elif isinstance(node, Arithmetic | Minus | Call):
            operands = (node.left, node.right) if isinstance(node, Arithmetic) else (node.operand,)
            errors += [e for operand in operands for e in _calculated(operand, kinds)]
    return errors


def _kind(node: Node, kinds: Mapping[str, Kind]) -> Kind | None:
    if isinstance(node, Name):
        return kinds.get(node.name)
    return Kind("number") if isinstance(node, Arithmetic | Minus | Call) else None


def _calculated(node: Node, kinds: Mapping[str, Kind]) -> list[ExpressionError]:
    kind = _kind(node, kinds)
    if kind is None or kind.sort == "number" or not isinstance(node, Name):
        return []
    return [ExpressionError(f"'{node.name}' is not a number", node.column, "Calculate with numbers only.")]


def _comparison(left: Node, sign: str, right: Node, kinds: Mapping[str, Kind]) -> list[ExpressionError]:
    if sign in ("in", "not in"):
        if isinstance(right, Members):
            return [e for value in right.values for e in _against(left, "==", Literal(right.column, value), kinds)]
        return _membership(left, right, kinds)
    if isinstance(left, Literal) and isinstance(right, Name):
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        return _against(right, mirrored, left, kinds)
    return _against(left, sign, right, kinds)


def _membership(left: Node, right: Node, kinds: Mapping[str, Kind]) -> list[ExpressionError]:
    kind = _kind(right, kinds)
    if kind is None or not isinstance(right, Name) or not isinstance(left, Literal):
        return []
    if kind.sort != "set":
        remedy = f"Write {right.name} == {_shown(left.value)}."
        return [ExpressionError(f"'{right.name}' holds one answer, not several", right.column, remedy)]
    return _code(right.name, left, kind)


def _against(node: Node, sign: str, other: Node, kinds: Mapping[str, Kind]) -> list[ExpressionError]:
    """Something named or calculated, against a literal or something else named."""
    kind = _kind(node, kinds)
    if kind is None:
        return []
    name = node.name if isinstance(node, Name) else "the calculation"
    if kind.sort == "set":
        return [ExpressionError(f"'{name}' holds several answers", node.column, f"Write 'code' in {name}.")]
    if isinstance(other, Literal):
        return _literal(name, kind, sign, other)
    second = _kind(other, kinds)
    if second is not None and second.sort != kind.sort:
        return [ExpressionError("two different kinds of answer cannot be compared", node.column)]
    if kind.sort in ("code", "text") and sign in _ORDER:
        return [ExpressionError(f"'{name}' has no order: '{sign}' cannot be used", node.column)]
    return []


def _literal(name: str, kind: Kind, sign: str, other: Literal) -> list[ExpressionError]:
    if kind.sort == "number":
        return _number(name, kind, sign, other)
    if not isinstance(other.value, str):
        what = f"'{name}' is not a number: it cannot be compared with {_shown(other.value)}"
        example = f"'{kind.codes[0]}'" if kind.codes else "'2026-01-31'" if kind.sort == "day" else "'a text'"
        return [ExpressionError(what, other.column, f"Compare it with a text in quotes, such as {example}.")]
    if kind.sort == "day":
        if _DAY.fullmatch(other.value):
            return []
        return [ExpressionError(f"'{other.value}' is not a day", other.column, "Write it as '2026-01-31'.")]
    if sign in _ORDER:
        return [ExpressionError(f"'{name}' has no order: '{sign}' cannot be used", other.column, "Use ==, != or in.")]
    return _code(name, other, kind) if kind.sort == "code" else []


def _number(name: str, kind: Kind, sign: str, other: Literal) -> list[ExpressionError]:
    value = other.value
    if isinstance(value, str):
        what = f"'{name}' is a number: it cannot be compared with the text '{value}'"
        return [ExpressionError(what, other.column, "Write a number without quotes.")]
    low, high = kind.low, kind.high
    if (low is not None and value < low) or (high is not None and value > high):
        limits = " to ".join("…" if limit is None else f"{limit:g}" for limit in (low, high))
        what = f"{value:g} is outside of the range of '{name}'"
        return [ExpressionError(what, other.column, f"It goes from {limits}.")]
    if kind.whole and sign in ("==", "!=") and value != int(value):
        return [ExpressionError(f"'{name}' is never {value:g}: it is a whole number", other.column)]
    return []


def _code(name: str, literal: Literal, kind: Kind) -> list[ExpressionError]:
    value = str(literal.value) if isinstance(literal.value, str) else _shown(literal.value)
    if value in kind.codes:
        return []
    remedy = meant(value, kind.codes) or f"Its choices are {', '.join(kind.codes)}."
    return [ExpressionError(f"'{value}' is not a choice of '{name}'", literal.column, remedy)]


def _shown(value: float | str) -> str:
    return f"'{value}'" if isinstance(value, str) else f"{value:g}"
