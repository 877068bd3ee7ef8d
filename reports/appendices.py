"""The appendices of a report: robustness, the models behind secondary tests, diagnostics, items, how it was run."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING

from analysis.regression import Regression
from analysis.reliability import Reliability
from analysis.specifications import Specifications
from reports import verbs
from reports.cherries import TITLE, cherries_table
from reports.composer import Composer, failed, title_of
from reports.document import Bullets, Facts, Heading
from reports.kinds.regression import diagnostics_table
from reports.participants import answers_figure, derived_table, scoring_table
from reports.tested import told_whole
from reports.text import said
from survey.instrument.canonical import sha256

if TYPE_CHECKING:
    from survey.store.participation import Participation

SOFTWARE = ("twofold", "numpy", "scipy", "pandas", "statsmodels", "matplotlib")


def software() -> dict[str, str]:
    """Names and versions of what computed the numbers, Python first."""
    found = {"python": python_version()}
    for name in SOFTWARE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a folder that was never installed
            found[name] = "unknown"
    return found


def add_appendices(composer: Composer, participation: Participation | None) -> None:
    """Each that has something in it, lettered in order."""
    parts: list[tuple[str, str, Callable[[], None]]] = [
        ("Robustness of the primary tests", "robustness", lambda: _robustness(composer)),
        ("Models of the secondary tests", "models", lambda: _models(composer)),
        ("Diagnostics of the regressions", "diagnostics", lambda: _diagnostics(composer)),
        ("Scales and items", "items", lambda: _items(composer)),
        (TITLE, "cherries", lambda: _cherries(composer, participation)),
        ("How the numbers can be made again", "reproducibility", lambda: _again(composer)),
    ]
    letters = iter("ABCDEF")
    for title, name, write in parts:
        before = len(composer.blocks)
        write()
        if len(composer.blocks) > before:
            composer.blocks.insert(before, Heading(1, f"Appendix {next(letters)}: {title}", f"appendix-{name}"))


def _robustness(composer: Composer) -> None:
    for finding in composer.findings.analyses:
        varied = [result for result in finding.results if isinstance(result, Specifications)]
        if varied:
            composer.heading(2, title_of(finding, composer), f"robust-{finding.id}")
            chosen = composer.options(finding)
            composer.say(verbs.prose(varied[0], options=chosen))
            composer.tables(verbs.tables(varied, options=chosen, first=0))
            composer.pictures(verbs.figures(varied, options=chosen))


def _models(composer: Composer) -> None:
    for finding in composer.findings.analyses:
        if finding.tier == "secondary" and finding.planned and not failed(finding) and not told_whole(finding):
            composer.heading(2, title_of(finding, composer), f"model-{finding.id}")
            composer.texts(finding, claim_too=False)
            composer.exhibits(finding)


def _diagnostics(composer: Composer) -> None:
    named = [
        (finding.id, result)
        for finding in composer.findings.analyses
        for result in finding.results
        if isinstance(result, Regression) and result.diagnostics is not None
    ]
    if named:
        composer.tables((diagnostics_table(named, composer.labels),))


def _items(composer: Composer) -> None:
    """How each scale is scored; then its items, and how they were answered."""
    findings = composer.findings
    if findings.instrument.scales:
        composer.tables((scoring_table(findings.instrument, composer.labels),))
    shown: set[str] = set()
    for finding in findings.analyses:
        done = [result for result in finding.results if isinstance(result, Reliability)]
        if not done:
            continue
        _, *items = verbs.tables(finding.results, options=composer.options(finding), first=0)
        for result, table in zip(done, items, strict=True):
            composer.heading(2, composer.labels(result.scale), f"items-{finding.id}-{result.scale}")
            composer.tables((table,))
            drawn = answers_figure(findings.scored.dataset, result.scale, composer.labels, composer.language)
            composer.pictures((drawn,) if drawn is not None and result.scale not in shown else ())
            shown.add(result.scale)


def _cherries(composer: Composer, participation: Participation | None) -> None:
    composer.tables((cherries_table(participation),) if participation is not None else ())


def _again(composer: Composer) -> None:
    findings = composer.findings
    composer.blocks.append(
        Facts(
            (
                ("SHA-256 of the instrument", said(sha256(findings.instrument))),
                ("Seed", said(str(findings.seed))),
                ("Software", said(", ".join(f"{name} {number}" for name, number in software().items()))),
            )
        )
    )
    table = derived_table(findings.plan.derive, composer.labels)
    composer.tables((table,) if table is not None else ())
    if findings.notes:
        composer.heading(2, "Notes on the data", "notes")
        composer.blocks.append(Bullets(tuple(said(note) for note in findings.notes)))
