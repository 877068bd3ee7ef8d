"""The one safe language of conditions and derived variables: parsed over a whitelist, never run as code.

Comparison (chained too), and/or/not, ``in``, arithmetic, ``answered(x)``; in plans also log1p, log, sqrt and abs.
A comparison with an unanswered item is false, ``!=`` and ``not in`` included; arithmetic with it is missing.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from survey.instrument import evaluation
from survey.instrument.evaluation import (
    Answered,
    Arithmetic,
    Both,
    Call,
    Compare,
    Either,
    Literal,
    Members,
    Minus,
    Name,
    Node,
    Not,
    Value,
)

MAX_LENGTH = 1_000
MAX_DEPTH = 20
FUNCTIONS = ("log1p", "log", "sqrt", "abs")

_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_CONDITIONS = (Compare, Both, Either, Not, Answered)
_TOKEN = re.compile(r"""'[^']*'|"[^"]*"|[^\W\d]\w*|[=<>!]+|[^\s]""")
_ALLOWED_WORDS = {"and", "or", "not", "in"}


class ExpressionError(ValueError):
    """An expression cannot be understood; ``column`` counts from 1 within it, ``remedy`` may be empty."""

    def __init__(self, what: str, column: int = 1, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.column, self.remedy = what, column, remedy


@dataclass(frozen=True)
class Expression:
    """A parsed expression: its text, the names it refers to in the order they appear, and its tree."""

    text: str
    names: tuple[str, ...]
    tree: Node

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false, rather than a number."""
        return isinstance(self.tree, _CONDITIONS)

    def evaluate(self, values: Mapping[str, Value]) -> bool | float | str | None:
        """Its value for one respondent; None where a number in it is missing (a condition is never None).

        values: name to number, text, set or tuple of codes (multichoice); None, an absent name or a typed missing
        value (any Enum) is unanswered.
        """
        return evaluation.evaluate(self.tree, values)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether the condition is true for one respondent."""
        return self.evaluate(values) is True

    def column(self, frame: Mapping[str, np.ndarray]) -> np.ndarray:
        """Its value for many respondents: float64, shape (n,), conditions as 1.0 and 0.0, nan for missing.

        frame: name to array of shape (n,), float64 with nan or object with None or nan for missing; the choices of a
        multichoice item ``x`` are columns ``x.choice`` of 0 and 1.
        """
        return evaluation.column(self.tree, frame)


def parse(text: str, functions: bool = False) -> Expression:
    """Parse an expression; ``functions`` allows log1p, log, sqrt and abs. Raises ``ExpressionError``.

    >>> parse("employed == 'yes' and age >= 18").names
    ('employed', 'age')
    """
    if not text.strip():
        raise ExpressionError("the condition is empty")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression is too long: at most {MAX_LENGTH:,} characters are allowed")
    _refuse_early(text)
    # One line for Python's parser; every character keeps its column.
    line = re.sub(r"\s", " ", text)
    indent = len(line) - len(line.lstrip())
    try:
        tree = ast.parse(line.lstrip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(_syntax(error), (error.offset or len(line.strip())) + indent) from None
    except (MemoryError, RecursionError, ValueError):
        raise ExpressionError("the expression is nested too deeply") from None
    node = _Reader(line, indent, functions).read(tree, 0)
    names = tuple(dict.fromkeys(name.name for name in walk(node) if isinstance(name, Name)))
    if not names:
        raise ExpressionError("the expression refers to nothing that is asked", node.column)
    return Expression(text, names, node)


def walk(node: Node) -> Iterator[Node]:
    """A node and every node below it, from left to right."""
    yield node
    for part in evaluation.parts(node):
        yield from walk(part)


def _refuse_early(text: str) -> None:
    """Name, with their place, the mistakes that Python's parser would report in words of its own."""
    for match in _TOKEN.finditer(text):
        token, column = match.group(), match.start() + 1
        if token == "=":
            raise ExpressionError("'=' is not a comparison: write '=='", column)
        if keyword.iskeyword(token) and token not in _ALLOWED_WORDS:
            raise ExpressionError(f"'{token}' cannot be used in an expression", column)
        if token in ("'", '"'):
            raise ExpressionError("a quotation mark is opened and never closed", column)
        if token in "&|^~%$#?!;{}\\`:":
            hint = {"&": ": write 'and'", "|": ": write 'or'", "!": ": write 'not'"}.get(token, "")
            raise ExpressionError(f"'{token}' cannot be used in an expression{hint}", column)


def _syntax(error: SyntaxError) -> str:
    said = str(error.msg)
    if "never closed" in said or "unmatched" in said or "does not match" in said:
        return "the brackets do not match"
    if "too many nested" in said:
        return "the expression is nested too deeply"
    return "the expression cannot be understood from here on"


class _Reader:
    """Turns Python's tree into ours; everything that is not on the list is refused."""

    def __init__(self, line: str, indent: int, functions: bool) -> None:
        self.line, self.indent, self.functions = line.lstrip(), indent, functions

    def column(self, node: ast.AST) -> int:
        """Python counts UTF-8 bytes; people count characters."""
        offset = getattr(node, "col_offset", 0)
        return len(self.line.encode()[:offset].decode(errors="ignore")) + 1 + self.indent

    def refused(self, what: str, node: ast.AST) -> ExpressionError:
        return ExpressionError(what, self.column(node))

    def read(self, node: ast.AST, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.refused("the expression is nested too deeply", node)
        at, deeper = self.column(node), depth + 1
        if isinstance(node, ast.BoolOp):
            operands = tuple(self.condition(value, deeper) for value in node.values)
            return Both(at, operands) if isinstance(node.op, ast.And) else Either(at, operands)
        if isinstance(node, ast.UnaryOp):
            return self.unary(node, deeper)
        if isinstance(node, ast.Compare):
            return self.compare(node, deeper)
        if isinstance(node, ast.BinOp):
            return self.binary(node, deeper)
        if isinstance(node, ast.Call):
            return self.call(node, deeper)
        if isinstance(node, ast.Name | ast.Attribute):
            return Name(at, self.name(node))
        if isinstance(node, ast.Constant):
            return Literal(at, self.literal(node))
        if isinstance(node, ast.Tuple | ast.List):
            return self.members(node)
        raise self.refused("this cannot be used in an expression", node)

    def name(self, node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return f"{node.value.id}.{node.attr}"
        raise self.refused("this is not a name", node)

    def literal(self, node: ast.Constant) -> float | str:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.refused(f"{value!r} cannot be used here: write a number or a text in quotes", node)
        if isinstance(value, str):
            return value
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.refused("the number is too large", node)
        return number

    def members(self, node: ast.Tuple | ast.List) -> Members:
        values = []
        for entry in node.elts:
            sign = 1.0
            if isinstance(entry, ast.UnaryOp) and isinstance(entry.op, ast.USub | ast.UAdd):
                sign, entry = -1.0 if isinstance(entry.op, ast.USub) else 1.0, entry.operand
            if not isinstance(entry, ast.Constant):
                raise self.refused("a list may hold only numbers and texts in quotes", entry)
            value = self.literal(entry)
            values.append(value if isinstance(value, str) else sign * value)
        if not values:
            raise self.refused("the list is empty", node)
        return Members(self.column(node), tuple(values))

    def condition(self, node: ast.AST, depth: int) -> Node:
        found = self.read(node, depth)
        if not isinstance(found, _CONDITIONS):
            raise self.refused("a condition is needed here: compare it with something, such as x == 1", node)
        return found

    def number(self, node: ast.AST, depth: int) -> Node:
        found = self.read(node, depth)
        if isinstance(found, _CONDITIONS):
            raise self.refused("a number is needed here, not a condition", node)
        if isinstance(found, Members) or (isinstance(found, Literal) and isinstance(found.value, str)):
            raise self.refused("a number is needed here, not a text", node)
        return found

    def unary(self, node: ast.UnaryOp, depth: int) -> Node:
        if isinstance(node.op, ast.Not):
            return Not(self.column(node), self.condition(node.operand, depth))
        if not isinstance(node.op, ast.USub | ast.UAdd):
            raise self.refused("'~' cannot be used in an expression", node)
        operand = self.number(node.operand, depth)
        return Minus(self.column(node), operand) if isinstance(node.op, ast.USub) else operand

    def binary(self, node: ast.BinOp, depth: int) -> Node:
        if isinstance(node.op, ast.MatMult):
            wave = node.right
            if isinstance(wave, ast.Constant) and isinstance(wave.value, int) and not isinstance(wave.value, bool):
                return Name(self.column(node), f"{self.name(node.left)}@{wave.value}")
            raise self.refused("after '@' a wave's number is needed, such as stress@2", node)
        sign = _ARITHMETIC.get(type(node.op))
        if sign is None:
            raise self.refused("only + - * / can be used to calculate", node)
        return Arithmetic(self.column(node), sign, self.number(node.left, depth), self.number(node.right, depth))

    def compare(self, node: ast.Compare, depth: int) -> Node:
        operands = [self.read(value, depth) for value in (node.left, *node.comparators)]
        signs = []
        for i, op in enumerate(node.ops):
            sign = _COMPARISON.get(type(op))
            left, right = operands[i], operands[i + 1]
            if sign is None:
                raise self.refused("'is' cannot be used in an expression: write '=='", node)
            if sign in ("in", "not in"):
                fits = isinstance(right, Members) or (isinstance(right, Name) and isinstance(left, Literal))
                if not fits or isinstance(left, Members):
                    raise self.refused(
                        "'in' needs a list after it, such as x in ('a', 'b'), or 'a' in x", node.comparators[i]
                    )
            elif isinstance(right, Members) or isinstance(left, Members):
                raise self.refused(f"'{sign}' cannot compare with a list: write 'in'", node)
            signs.append(sign)
        for operand, part in zip(operands, (node.left, *node.comparators), strict=True):
            if isinstance(operand, _CONDITIONS):
                raise self.refused("a condition cannot be compared: join conditions by 'and' or 'or'", part)
        return Compare(self.column(node), tuple(operands), tuple(signs))

    def call(self, node: ast.Call, depth: int) -> Node:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        known = ("answered", *FUNCTIONS) if self.functions else ("answered",)
        if name not in known:
            allowed = ", ".join(f"{k}(x)" for k in known)
            raise self.refused(f"'{name}' is not a function that can be used here: only {allowed}", node)
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            raise self.refused(f"{name}() takes exactly one thing in its brackets", node)
        if name == "answered":
            inner = self.read(node.args[0], depth)
            if not isinstance(inner, Name):
                raise self.refused("answered() takes a name", node)
            return Answered(self.column(node), inner)
        return Call(self.column(node), name, self.number(node.args[0], depth))
