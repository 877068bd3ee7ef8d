"""How a result that does not exist is shown: by its reason."""

from __future__ import annotations

from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare, not_applicable
from reports.figure import FigureSpec
from reports.table import Table
from reports.text import Rich, joined, said


@dispatch.table.register
def _(result: NotApplicable, options: Options) -> Table:
    return bare(result.kind, result.target, result.reason, options)


@dispatch.figure.register
def _(result: NotApplicable, options: Options) -> FigureSpec | None:
    return None


@dispatch.prose.register
def _(result: NotApplicable, options: Options) -> Rich:
    about = said(f"{options.labels(result.target)}:") if result.target else ()
    return joined([about, said(not_applicable(result.reason))])
