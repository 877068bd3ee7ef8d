"""Three verbs make everything that people read: ``table``, ``figure`` and ``sentence``, whatever the kind of result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from analysis.findings import Findings
from analysis.result import NotApplicable, Result
from reports import dispatch, kinds
from reports.dispatch import Options
from reports.figure import FigureSpec
from reports.labels import IDS, Labels
from reports.table import Table, numbered
from reports.text import Rich, plain, without_dashes

__all__ = ["Options", "figure", "figures", "kinds", "prose", "sentence", "table", "tables"]

Any_ = Result | NotApplicable


def options(
    labels: Labels = IDS,
    asked: Collection[str] = (),
    moments: Mapping[str, tuple[float, float]] | None = None,
    reliability: Mapping[str, float] | None = None,
    alpha: float = 0.05,
) -> Options:
    """What a reader asks for; see ``Options``."""
    return Options(labels, frozenset(asked), moments or {}, reliability or {}, alpha)


def table(result: Any_ | Sequence[Any_], *, options: Options | None = None, labels: Labels = IDS) -> Table:
    """One table: of one result, or of several of one kind that stand in a table together (scales).

    ``options`` holds everything that can be asked for; ``labels`` alone is a short way. Raises TypeError for a result
    of an unknown kind, ValueError for an empty list. What is not applicable becomes a table that says why.
    """
    chosen = options or Options(labels)
    if isinstance(result, list | tuple):
        return tables(result, options=chosen, first=0)[0]
    return dispatch.table(result, chosen)


def figure(result: Any_, *, options: Options | None = None, labels: Labels = IDS) -> FigureSpec | None:
    """The figure of one result, as data; None where a figure would show nothing."""
    return dispatch.figure(result, options or Options(labels))


def prose(result: Any_, *, options: Options | None = None, labels: Labels = IDS) -> Rich:
    """The result in words, with its symbols in italics; a number that does not exist is no dash in a sentence."""
    return without_dashes(dispatch.prose(result, options or Options(labels)))


def sentence(result: Any_, *, options: Options | None = None, labels: Labels = IDS) -> str:
    """The result in words, as plain text."""
    return plain(prose(result, options=options, labels=labels))


def tables(
    results: Sequence[Any_] | Findings, *, options: Options | None = None, labels: Labels = IDS, first: int = 1
) -> tuple[Table, ...]:
    """All tables of some results, numbered from ``first`` (0: no numbers); neighbours of one kind stand together.

    Of ``Findings``: all tables of their report, in its order and with the labels of the instrument. Raises ValueError
    where there is no result.
    """
    if isinstance(results, Findings):
        from reports.contents import document

        made_whole = document(results).tables
        return numbered(made_whole, first) if first else made_whole
    chosen = options or Options(labels)
    if not results:
        raise ValueError("There is no result to make a table of.")
    made: list[Table] = []
    for kind, group in groupby(results, key=lambda result: result.kind):
        together = list(group)
        combine = dispatch.TOGETHER.get(kind)
        if combine is None or all(isinstance(result, NotApplicable) for result in together):
            made += [dispatch.table(result, chosen) for result in together]
        else:
            made += combine(together, chosen)
    return numbered(tuple(made), first) if first else tuple(made)


def figures(results: Sequence[Any_], *, options: Options | None = None, labels: Labels = IDS) -> tuple[FigureSpec, ...]:
    """All figures of some results; neighbours of one kind share a figure where the kind has one for them."""
    chosen = options or Options(labels)
    made: list[FigureSpec] = []
    for kind, group in groupby(results, key=lambda result: result.kind):
        together = [result for result in group if not isinstance(result, NotApplicable)]
        if kind in dispatch.DRAWN and together:
            made += dispatch.DRAWN[kind](together, chosen)
        else:
            made += [spec for result in together if (spec := dispatch.figure(result, chosen)) is not None]
    return tuple(made)
