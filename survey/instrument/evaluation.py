"""The tree of an expression, and its value for one respondent or for columns of many."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

Value = float | str | bool | frozenset[str] | tuple[str, ...] | Enum | None
"""What one name may hold for one respondent; None and any Enum (a typed missing value) are unanswered."""


@dataclass(frozen=True)
class Node:
    """A part of an expression; ``column`` counts from 1 in its text."""

    column: int


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class Literal(Node):
    value: float | str


@dataclass(frozen=True)
class Members(Node):
    values: tuple[float | str, ...]


@dataclass(frozen=True)
class Minus(Node):
    operand: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call(Node):
    function: str
    operand: Node


@dataclass(frozen=True)
class Compare(Node):
    operands: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Both(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Either(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True)
class Answered(Node):
    operand: Name


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_MATH: dict[str, Callable[[float], float]] = {"log1p": math.log1p, "log": math.log, "sqrt": math.sqrt, "abs": abs}
_NUMPY = {"log1p": np.log1p, "log": np.log, "sqrt": np.sqrt, "abs": np.abs}


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    if isinstance(node, Compare | Both | Either):
        return node.operands
    if isinstance(node, Arithmetic):
        return node.left, node.right
    return (node.operand,) if isinstance(node, Minus | Call | Not | Answered) else ()


def evaluate(node: Node, values: Mapping[str, Value]) -> bool | float | str | None:
    """The value of a tree for one respondent; see ``Expression.evaluate``."""
    if isinstance(node, Both):
        return all(evaluate(part, values) for part in node.operands)
    if isinstance(node, Either):
        return any(evaluate(part, values) for part in node.operands)
    if isinstance(node, Not):
        return not evaluate(node.operand, values)
    if isinstance(node, Answered):
        return _raw(node.operand, values) is not None
    if isinstance(node, Compare):
        pairs = zip(node.operands, node.signs, node.operands[1:], strict=False)
        return all(_compares(left, sign, right, values) for left, sign, right in pairs)
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        found = _raw(node, values)
        return found if isinstance(found, float | str) else None
    return _calculated(node, values)


def _calculated(node: Node, values: Mapping[str, Value]) -> float | None:
    if isinstance(node, Minus):
        operand = evaluate(node.operand, values)
        return -operand if isinstance(operand, float) else None
    if isinstance(node, Call):
        operand = evaluate(node.operand, values)
        return _finite(lambda: _MATH[node.function](operand)) if isinstance(operand, float) else None
    if isinstance(node, Arithmetic):
        left, right = evaluate(node.left, values), evaluate(node.right, values)
        if isinstance(left, float) and isinstance(right, float):
            return _finite(lambda: _ARITHMETIC[node.sign](left, right))
    return None


def _finite(calculate: Callable[[], float]) -> float | None:
    try:
        result = float(calculate())
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def _raw(node: Name, values: Mapping[str, Value]) -> float | str | frozenset[str] | None:
    """What a name holds: numbers as float, sets of codes as frozenset, everything unanswered as None."""
    value = values.get(node.name)
    if value is None or isinstance(value, Enum):
        return None
    if isinstance(value, str):
        return value or None
    if isinstance(value, tuple | frozenset | set | list):
        return frozenset(value)
    number = float(value)
    return None if math.isnan(number) else number


def _compares(left: Node, sign: str, right: Node, values: Mapping[str, Value]) -> bool:
    if sign in ("in", "not in"):
        if isinstance(right, Members):
            value = evaluate(left, values)
            return value is not None and (value in right.values) == (sign == "in")
        within = _raw(right, values) if isinstance(right, Name) else None
        value = evaluate(left, values)
        return isinstance(within, frozenset) and (value in within) == (sign == "in")
    a, b = evaluate(left, values), evaluate(right, values)
    if a is None or b is None:
        return False
    if isinstance(a, str) != isinstance(b, str):
        return sign == "!="
    return bool(_COMPARE[sign](a, b))


def column(node: Node, frame: Mapping[str, np.ndarray]) -> np.ndarray:
    """The values of a tree for many respondents; see ``Expression.column``."""
    length = len(next(iter(frame.values()))) if len(frame) else 0
    with np.errstate(all="ignore"):
        if _is_condition(node):
            return _truth(node, frame, length).astype(np.float64)
        result = np.asarray(_numbers(node, frame, length), dtype=np.float64)
    return np.asarray(np.where(np.isfinite(result), result, np.nan))


def _is_condition(node: Node) -> bool:
    return isinstance(node, Compare | Both | Either | Not | Answered)


def _truth(node: Node, frame: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    """Shape (n,), bool."""
    if isinstance(node, Both):
        return _every([_truth(part, frame, length) for part in node.operands])
    if isinstance(node, Either):
        return ~_every([~_truth(part, frame, length) for part in node.operands])
    if isinstance(node, Not):
        return ~_truth(node.operand, frame, length)
    if isinstance(node, Answered):
        return _present(_column_of(node.operand.name, frame))
    if isinstance(node, Compare):
        pairs = list(zip(node.operands, node.signs, node.operands[1:], strict=False))
        return _every([_compared(a, sign, b, frame, length) for a, sign, b in pairs])
    raise TypeError(f"not a condition: {node}")


def _every(parts: list[np.ndarray]) -> np.ndarray:
    """Shape (n,): where all of the bool arrays are true."""
    return np.asarray(np.all(np.stack(parts), axis=0))


def _compared(left: Node, sign: str, right: Node, frame: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    if sign in ("in", "not in"):
        found, there = _within(left, right, frame, length)
        return np.asarray(there & (found if sign == "in" else ~found))
    a, b = _numbers(left, frame, length), _numbers(right, frame, length)
    both = _present(a) & _present(b)
    result = np.zeros(length, dtype=bool)
    if a.dtype == object or b.dtype == object:
        pairs = zip(a[both].tolist(), b[both].tolist(), strict=True)
        result[both] = [
            _COMPARE[sign](x, y) if isinstance(x, str) == isinstance(y, str) else sign == "!=" for x, y in pairs
        ]
        return result
    result[both] = np.asarray(_COMPARE[sign](a[both], b[both]))
    return result


def _within(left: Node, right: Node, frame: Mapping[str, np.ndarray], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether left is among right, and whether that is known at all: two bool arrays of shape (n,)."""
    if isinstance(right, Members):
        values = _numbers(left, frame, length)
        found = np.zeros(length, dtype=bool)
        for member in right.values:
            # numpy compares texts with numbers element by element only for object arrays.
            if isinstance(member, str) == (values.dtype == object):
                found |= np.asarray(values == member, dtype=bool)
        return found, _present(values)
    if isinstance(right, Name) and isinstance(left, Literal):
        picked = _column_of(f"{right.name}.{left.value}", frame)
        return picked == 1, _present(picked)
    raise TypeError("'in' needs a list or a multichoice item")


def _numbers(node: Node, frame: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    """Shape (n,): float64, or object for texts."""
    if isinstance(node, Name):
        return _column_of(node.name, frame)
    if isinstance(node, Literal):
        return np.full(length, node.value, dtype=object if isinstance(node.value, str) else np.float64)
    if isinstance(node, Minus):
        return -_floats(node.operand, frame, length)
    if isinstance(node, Call):
        return np.asarray(_NUMPY[node.function](_floats(node.operand, frame, length)))
    if isinstance(node, Arithmetic):
        a, b = _floats(node.left, frame, length), _floats(node.right, frame, length)
        return np.asarray(_ARITHMETIC[node.sign](a, b))
    raise TypeError(f"not a value: {node}")


def _floats(node: Node, frame: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    found = _numbers(node, frame, length)
    if found.dtype == object:
        raise TypeError("a text cannot be used to calculate")
    return np.asarray(np.where(np.isfinite(found), found, np.nan))


def _column_of(name: str, frame: Mapping[str, np.ndarray]) -> np.ndarray:
    if name not in frame:
        raise KeyError(name)
    found = np.asarray(frame[name])
    wanted = object if found.dtype.kind in "USTO" else np.float64
    return found.astype(wanted, copy=False)


def _present(values: np.ndarray) -> np.ndarray:
    if values.dtype == object:
        there = [v is not None and v == v and not isinstance(v, Enum) and v != "" for v in values.tolist()]
        return np.array(there, dtype=bool)
    return np.asarray(~np.isnan(values))
