"""What a report says, in order: claims, method, participants, measures, results; from findings, before any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING

from analysis.correlation import Correlation
from analysis.descriptives import Descriptives, descriptives
from analysis.missing.pooled import pooled_descriptives
from analysis.plan.kinds import GroupErrors, RegressionOf
from analysis.plan.parts import Common
from analysis.reliability import Reliability
from analysis.result import NotApplicable
from analysis.waves import over_waves, parted
from reports import verbs
from reports.cherries import TITLE, cherries_table
from reports.claims import claim_sentence, claims_table, verdict
from reports.dispatch import Options, called, not_applicable
from reports.document import Block, Bullets, Document, Exhibit, Facts, Heading, Notice, Paragraph, Picture
from reports.figure import FigureSpec
from reports.labels import Labels, labels_of
from reports.numbers import BOUNDED, COUNT, level, show
from reports.participants import answers_figure, background_table, flow_figure, flow_table, scoring_table
from reports.registration import registration_blocks
from reports.table import Table
from reports.text import Rich, marked, said
from reports.treatment import treatment
from survey.instrument.canonical import sha256
from survey.instrument.model import say

if TYPE_CHECKING:
    from analysis.findings import Finding, Findings
    from survey.registration import Registration
    from survey.store.participation import Participation

_MEASURES = ("reliability", "agreement", "retest", "factor", "cfa", "invariance")
"""Kinds that say how well something was measured; they stand in a section of their own, before the results."""
_DATA = ("screening", "missing")
"""Kinds that say what the data are like; they stand with the participants."""

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


class Composer:
    """Puts blocks one after another and numbers tables and figures as they come."""

    def __init__(self, findings: Findings, language: str) -> None:
        self.findings = findings
        self.language = language
        self.labels: Labels = labels_of(findings.instrument, language)
        self.blocks: list[Block] = []
        self.n_tables = 0
        self.n_pictures = 0
        self.ids: set[str] = set()
        self.answers_shown: set[str] = set()

    def heading(self, depth: int, text: str, name: str) -> None:
        unique, count = name, 2
        while unique in self.ids:
            unique, count = f"{name}-{count}", count + 1
        self.ids.add(unique)
        self.blocks.append(Heading(depth, text, unique))

    def say(self, text: Rich) -> None:
        if text:
            self.blocks.append(Paragraph(text))

    def tables(self, tables: tuple[Table, ...]) -> None:
        for table in tables:
            self.n_tables += 1
            self.blocks.append(Exhibit(replace(table, number=self.n_tables)))

    def pictures(self, figures: tuple[FigureSpec, ...]) -> None:
        for figure in figures:
            self.n_pictures += 1
            self.blocks.append(Picture(figure, self.n_pictures))

    def answers(self, scale: str) -> None:
        """How the items of a scale were answered; once a report, however often its reliability is asked for."""
        if scale in self.answers_shown:
            return
        self.answers_shown.add(scale)
        drawn = answers_figure(self.findings.scored.dataset, scale, self.labels, self.language)
        self.pictures((drawn,) if drawn is not None else ())

    def options(self, finding: Finding) -> Options:
        return options_for(finding, self.findings, self.labels)


def options_for(finding: Finding, findings: Findings, labels: Labels) -> Options:
    """Labels, and for correlations the means, SDs and reliabilities that stand beside them."""
    chosen = verbs.options(labels, alpha=findings.plan.alpha)
    result = finding.results[0] if finding.results else None
    if not isinstance(result, Correlation) or getattr(planned_as(finding, findings), "where", None):
        return chosen
    names = list(result.variables)
    of_waves = [name for name in names if parted(name)]
    scored = over_waves(findings.scored, of_waves) if of_waves else findings.scored
    if isinstance(scored, str):
        return chosen
    frame = scored.frame[names]
    if result.missing == "mi" and findings.imputed is not None:
        described = pooled_descriptives([one.frame[names] for one in findings.imputed.sets])
    else:
        described = descriptives(frame.dropna() if result.missing == "listwise" else frame)
    if not isinstance(described, Descriptives):
        return chosen
    alphas = {
        one.scale: one.alpha
        for other in reversed(findings.analyses)
        if not getattr(planned_as(other, findings), "where", None)
        for one in other.results
        if isinstance(one, Reliability)
    }
    return replace(
        chosen,
        moments={one.variable: (one.mean, one.sd) for one in described.variables},
        reliability={name: alphas[name] for name in result.variables if name in alphas},
    )


def planned_as(finding: Finding, findings: Findings) -> Common | None:
    """What the plan says of an analysis; None for the plan's own reliability and for what was not planned."""
    named = dict(zip(findings.plan.ids(), findings.plan.analyses, strict=True))
    return named.get(finding.id)


def document(
    findings: Findings,
    when: str = "",
    language: str = "en",
    participation: Participation | None = None,
    registration: Registration | None = None,
) -> Document:
    """The whole report as blocks; ``when`` is the only thing in it that is not of the data and the plan.

    participation, registration: of the study that the data come from, where they come from one.
    """
    composer = Composer(findings, language)
    _claims(composer)
    _method(composer, registration)
    if participation is not None:
        composer.heading(1, TITLE, "cherries")
        composer.tables((cherries_table(participation),))
    _participants(composer)
    _measures(composer)
    _results(composer)
    _notes(composer)
    instrument = findings.instrument
    title = say(instrument.title, language, instrument.languages) or instrument.id
    subtitle = f"Report of {findings.source}" + (f", made {when}" if when else "")
    return Document(title, subtitle, language, tuple(composer.blocks))


def _claims(composer: Composer) -> None:
    findings = composer.findings
    judged = [finding.claim for finding in findings.analyses if finding.claim is not None]
    composer.heading(1, "Claims", "claims")
    if not judged:
        composer.say(said("The plan makes no claim: it says of no analysis what is to be found."))
        return
    alpha = show(findings.plan.alpha, BOUNDED)
    supported = sum(claim.supported for claim in judged)
    untested = sum(verdict(claim) == "could not be tested" for claim in judged)
    composer.say(
        marked(
            "{supported} of {all} {claims} {are} supported at α = {alpha} after correction{untested}.",
            untested=f"; {show(untested, COUNT)} could not be tested" if untested else "",
            supported=show(supported, COUNT),
            all=show(len(judged), COUNT),
            claims="claim" if len(judged) == 1 else "claims",
            are="is" if supported == 1 else "are",
            alpha=alpha,
        )
    )
    composer.tables((claims_table(judged, composer.labels),))


def _method(composer: Composer, registration: Registration | None) -> None:
    findings = composer.findings
    instrument, plan = findings.instrument, findings.plan
    composer.heading(1, "Method", "method")
    note = say(instrument.note, composer.language, instrument.languages)
    if note:
        composer.blocks.append(Notice(said(note)))
    if not findings.source.startswith("study "):
        composer.blocks.append(Notice(said("The plan was run on a file: lock not verifiable.")))
    elif registration is not None:
        composer.blocks += registration_blocks(registration, findings)
    rows: list[tuple[str, Rich]] = [
        ("Source", said(findings.source)),
        ("Instrument", said(f"{instrument.id}, version {instrument.version}")),
        ("SHA-256 of the instrument", said(sha256(instrument))),
        ("Respondents", said(f"{show(findings.n_used, COUNT)} used of {show(findings.n_read, COUNT)} read")),
        ("Missing values", said(treatment(findings))),
        ("Reversed items", said("Reversed over the range that the instrument declares, never the observed one.")),
    ]
    if plan.derive:
        rows.append(("Derived variables", said("; ".join(f"{name} = {text}" for name, text in plan.derive.items()))))
    rows += [
        ("Significance", said(f"α = {show(plan.alpha, BOUNDED)}, two-sided; intervals at {level(1 - plan.alpha)}")),
        ("Correction", said(_correction(plan.correction.primary, plan.correction.secondary))),
        ("Seed", said(str(findings.seed))),
        ("Software", said(", ".join(f"{name} {number}" for name, number in software().items()))),
    ]
    composer.blocks.append(Facts(tuple(rows)))
    if instrument.scales:
        composer.tables((scoring_table(instrument, composer.labels),))


_METHODS = {
    "none": "not corrected",
    "holm": "corrected by Holm's method",
    "bh": "corrected by Benjamini and Hochberg's method",
    "by": "corrected by Benjamini and Yekutieli's method",
    "bonferroni": "corrected by Bonferroni's method",
    "hochberg": "corrected by Hochberg's method",
}


def _correction(primary: str, secondary: str) -> str:
    return f"Primary claims {_METHODS.get(primary, primary)}; secondary claims {_METHODS.get(secondary, secondary)}"


def _participants(composer: Composer) -> None:
    findings = composer.findings
    composer.heading(1, "Participants", "participants")
    left = findings.n_read - findings.n_used
    composer.say(
        marked(
            "{read}, {left} left out by the plan's rules, and {used} used.",
            read=f"{show(findings.n_read, COUNT)} respondent{' was' if findings.n_read == 1 else 's were'} read",
            left=show(left, COUNT) if left else "none",
            used=show(findings.n_used, COUNT),
        )
    )
    composer.tables((flow_table(findings),))
    drawn = flow_figure(findings)
    composer.pictures((drawn,) if drawn is not None else ())
    table = background_table(findings.scored.dataset, composer.labels, composer.language)
    if table is not None:
        composer.tables((table,))
    for finding in findings.analyses:
        if finding.kind in _DATA:
            composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
            _finding(composer, finding)


def _measures(composer: Composer) -> None:
    found = [finding for finding in composer.findings.analyses if finding.kind in _MEASURES]
    if not found:
        return
    composer.heading(1, "Measures", "measures")
    for finding in found:
        if len(found) > 1:
            composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
        if finding.kind == "reliability":
            _reliability(composer, finding)
        else:
            _finding(composer, finding)


def _reliability(composer: Composer, finding: Finding) -> None:
    """The scales together, and then the items of each scale beside how they were answered."""
    chosen = composer.options(finding)
    done = [result for result in finding.results if isinstance(result, Reliability)]
    if not done:
        _finding(composer, finding)
        return
    composer.blocks.append(Bullets(tuple(verbs.prose(result, options=chosen) for result in finding.results)))
    scales, *items = verbs.tables(finding.results, options=chosen, first=0)
    composer.tables((scales,))
    composer.pictures(verbs.figures(done, options=chosen) if len(done) > 1 else ())
    for result, table in zip(done, items, strict=True):
        composer.heading(3, composer.labels(result.scale), f"items-{finding.id}-{result.scale}")
        composer.tables((table,))
        composer.answers(result.scale)


def _results(composer: Composer) -> None:
    rest = [finding for finding in composer.findings.analyses if finding.kind not in (*_MEASURES, *_DATA)]
    for planned, text, name in ((True, "Planned analyses", "planned"), (False, "Exploratory analyses", "exploratory")):
        group = [finding for finding in rest if finding.planned == planned]
        if not group:
            continue
        composer.heading(1, text, name)
        if not planned:
            composer.blocks.append(Notice(said("These analyses were not in the plan: they explore, and test nothing.")))
        for finding in group:
            composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
            _finding(composer, finding)


def title_of(finding: Finding, composer: Composer) -> str:
    """'H1: Regression of Reported stress'."""
    kind = called(finding.kind)
    planned = planned_as(finding, composer.findings)
    subject = planned.subject if planned is not None else ""
    text = f"{kind} of {composer.labels(subject)}" if subject else kind
    return text if finding.id.lower() in (finding.kind, f"{finding.kind}s") else f"{finding.id}: {text}"


def _finding(composer: Composer, finding: Finding) -> None:
    chosen = composer.options(finding)
    for text in _about(finding, composer):
        composer.say(text)
    if finding.claim is not None:
        composer.say(claim_sentence(finding.claim, composer.labels))
    if not finding.results:
        composer.say(said(not_applicable("the analysis gave no result")))
        return
    failed = [result for result in finding.results if isinstance(result, NotApplicable)]
    done = [result for result in finding.results if not isinstance(result, NotApplicable)]
    for result in failed:
        composer.blocks.append(Notice(verbs.prose(result, options=chosen)))
    if not done:
        return
    if len(done) == 1:
        composer.say(verbs.prose(done[0], options=chosen))
    else:
        composer.blocks.append(Bullets(tuple(verbs.prose(result, options=chosen) for result in done)))
    composer.tables(verbs.tables(list(finding.results), options=chosen, first=0))
    composer.pictures(verbs.figures(done, options=chosen))


def _about(finding: Finding, composer: Composer) -> list[Rich]:
    planned = planned_as(finding, composer.findings)
    parts: list[str] = []
    if planned is not None and planned.where:
        parts.append(f"Only respondents for whom: {planned.where}.")
    if isinstance(planned, RegressionOf) and isinstance(planned.errors, GroupErrors):
        parts.append(
            f"Respondents come in groups: {composer.labels(planned.errors.cluster or planned.errors.cr2 or '')}."
        )
    return [said(" ".join(parts))] if parts else []


def _notes(composer: Composer) -> None:
    notes = composer.findings.notes
    if not notes:
        return
    composer.heading(1, "Notes", "notes")
    composer.blocks.append(Bullets(tuple(said(note) for note in notes)))


def counts(findings: Findings) -> Mapping[str, int]:
    """How many respondents were read, left out by each reason, and used, for the manifest."""
    return {"read": findings.n_read, **dict(findings.excluded), "used": findings.n_used}
