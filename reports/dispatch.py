"""The verbs before anything is registered: what each kind of result teaches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from reports.figure import FigureSpec
from reports.labels import IDS, Labels
from reports.table import Column, Row, Table, words
from reports.text import Rich, said


@dataclass(frozen=True)
class Options:
    """What a reader asks of tables and sentences, whatever the kind.

    labels: texts in place of ids. asked: statistics that are not printed by default (``alpha_if_dropped``, …).
    moments: mean and SD of variables, and reliability: of scales, for the table of correlations. alpha: the level at
    which a sentence says that something differs from zero.
    """

    labels: Labels = IDS
    asked: frozenset[str] = frozenset()
    moments: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    reliability: Mapping[str, float] = field(default_factory=dict)
    alpha: float = 0.05


@singledispatch
def table(result: Any, options: Options) -> Table:
    """One result as one table."""
    raise TypeError(f"There is no table for a {type(result).__name__}.")


@singledispatch
def figure(result: Any, options: Options) -> FigureSpec | None:
    """One result as one figure; None where a figure would show nothing."""
    raise TypeError(f"There is no figure for a {type(result).__name__}.")


@singledispatch
def prose(result: Any, options: Options) -> Rich:
    """One result in words, with italic symbols."""
    raise TypeError(f"There is no sentence for a {type(result).__name__}.")


Together = Callable[[Sequence[Any], Options], tuple[Table, ...]]
Drawn = Callable[[Sequence[Any], Options], tuple[FigureSpec, ...]]
TOGETHER: dict[str, Together] = {}
"""Kinds whose results stand in tables together (several scales in one table); others get a table each."""
DRAWN: dict[str, Drawn] = {}
"""Kinds whose results stand in figures together."""


CALLED = {
    "compare": "Comparison of groups",
    "response_surface": "Response surface",
    "dominance": "Dominance analysis",
    "cfa": "Confirmatory factor analysis",
    "invariance": "Measurement invariance",
    "missing": "Missing values",
    "mixed": "Mixed model",
    "tie": "Model of ties",
    "panel": "Panel over waves",
    "dyad": "Actor–partner model",
}
"""Kinds whose name in a plan is not what people call them."""


def called(kind: str) -> str:
    """What people call a kind of analysis, as a heading.

    >>> called("cfa"), called("regression")
    ('Confirmatory factor analysis', 'Regression')
    """
    return CALLED.get(kind) or kind.capitalize()


def bare(kind: str, target: str, reason: str, options: Options) -> Table:
    """The table of an analysis that could not be done: one line that says why."""
    about = f"{called(kind)} of {options.labels(target)}" if target else called(kind)
    return Table(
        title=said(about),
        columns=(Column("result", said("Result"), "left"),),
        rows=(Row((words(not_applicable(reason)),)),),
        name=f"{kind}-{target}" if target else kind,
    )


def not_applicable(reason: str) -> str:
    """'Not applicable, because …', ended by one full stop."""
    return f"Not applicable, because {reason.strip().rstrip('.')}."
