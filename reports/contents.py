"""What a report says, in order: main findings, method, participants, measures, tests, what explores, appendices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from analysis.contrast import Contrast
from analysis.regression import Regression
from analysis.reliability import Reliability
from reports import verbs
from reports.appendices import add_appendices
from reports.claims import claim_sentence, claims_table, verdict
from reports.composer import Composer, failed, grouped, planned_as, title_of
from reports.document import Bullets, Document, Facts, Notice
from reports.kinds.regression import beside_listwise
from reports.numbers import BOUNDED, COUNT, level, show
from reports.participants import background_table, flow_table
from reports.registration import registration_blocks
from reports.tested import table_of_tests, told_whole
from reports.text import Rich, joined, marked, said
from reports.treatment import treatment
from survey.instrument.model import say

if TYPE_CHECKING:
    from analysis.findings import Finding, Findings
    from survey.registration import Registration
    from survey.store.participation import Participation

_QUALITY = ("reliability", "agreement", "retest", "factor", "cfa", "invariance")
"""Kinds that say how well something was measured; they stand in a section of their own, before the results."""
_DESCRIBING = ("descriptives", "correlation", "network")
"""Kinds that stand beside them unless they make a claim."""
_DATA = ("screening", "missing")
"""Kinds that say what the data are like; they stand with the participants."""


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
    _participants(composer)
    _measures(composer)
    _results(composer)
    add_appendices(composer, participation)
    instrument = findings.instrument
    title = say(instrument.title, language, instrument.languages) or instrument.id
    subtitle = f"Report of {findings.source}" + (f", made {when}" if when else "")
    return Document(title, subtitle, language, tuple(composer.blocks))


def _claims(composer: Composer) -> None:
    findings = composer.findings
    judged = [finding.claim for finding in findings.analyses if finding.claim is not None]
    composer.heading(1, "Main findings", "claims")
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
        ("Respondents", said(f"{show(findings.n_used, COUNT)} used of {show(findings.n_read, COUNT)} read")),
        ("Missing values", said(treatment(findings))),
    ]
    rows += [
        ("Significance", said(f"α = {show(plan.alpha, BOUNDED)}, two-sided; intervals at {level(1 - plan.alpha)}")),
        ("Correction", said(_correction(plan.correction.primary, plan.correction.secondary))),
    ]
    composer.blocks.append(Facts(tuple(rows)))


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
    table = background_table(findings.scored.dataset, composer.labels, composer.language)
    if table is not None:
        composer.tables((table,))
    for finding in findings.analyses:
        if finding.kind in _DATA:
            composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
            composer.finding(finding)


def _section_of(finding: Finding) -> str:
    """Where an analysis stands: 'data', 'measures' or 'results'."""
    if finding.kind in _DATA:
        return "data"
    describes = finding.kind in _DESCRIBING and finding.claim is None and finding.planned
    return "measures" if finding.kind in _QUALITY or describes else "results"


def _measures(composer: Composer) -> None:
    """Reliability first, then what describes, then what the scales measure."""
    found = [one for one in composer.findings.analyses if _section_of(one) == "measures" and not failed(one)]
    if not found:
        return
    composer.heading(1, "Measures", "measures")
    order = ("reliability", *_DESCRIBING, *_QUALITY)
    for finding in sorted(found, key=lambda one: order.index(one.kind)):
        if len(found) > 1:
            composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
        if finding.kind == "reliability":
            _reliability(composer, finding)
        elif finding.kind == "descriptives":  # its table says the same as its sentences
            composer.exhibits(finding)
        else:
            composer.finding(finding)


def _reliability(composer: Composer, finding: Finding) -> None:
    """The scales together; their items stand in an appendix."""
    results, chosen = finding.results, composer.options(finding)
    done = [result for result in results if isinstance(result, Reliability)]
    if len(done) > 1:
        composer.say(_reliable(done, composer))
    else:
        composer.texts(finding)
    scales, *_ = verbs.tables(results, options=chosen, first=0)
    composer.tables((scales,))
    composer.pictures(verbs.figures(done, options=chosen) if len(done) > 1 else ())


def _reliable(done: Sequence[Reliability], composer: Composer) -> Rich:
    """The range of alpha over several scales."""
    ordered = sorted((one for one in done if not isnan(one.alpha)), key=lambda one: one.alpha)
    if not ordered:
        return ()
    ends = [f"{show(one.alpha, BOUNDED)} ({composer.labels(one.scale)})" for one in (ordered[0], ordered[-1])]
    return said(f"Cronbach's α of {show(len(ordered), COUNT)} scales ranged from {ends[0]} to {ends[1]}.")


def _results(composer: Composer) -> None:
    """Primary tests, secondary ones, what else was planned, and apart from these what was not; then what failed."""
    rest = [one for one in composer.findings.analyses if _section_of(one) == "results"]
    planned = [one for one in rest if one.planned]
    done = [one for one in planned if not failed(one)]
    _group(composer, "Primary tests", "primary", [one for one in done if one.tier == "primary"])
    _secondary(composer, [one for one in done if one.tier == "secondary"])
    other = "Other planned analyses" if any(one.tier for one in done) else "Planned analyses"
    _group(composer, other, "planned", [one for one in done if not one.tier])
    _group(
        composer,
        "Exploratory analyses",
        "exploratory",
        [one for one in rest if not one.planned and not failed(one)],
        EXPLORED,
    )
    undone = [one for one in composer.findings.analyses if failed(one) and _section_of(one) != "data"]
    if undone:
        composer.heading(1, "What could not be analysed", "undone")
        composer.blocks.append(Bullets(tuple(_reason(one, composer) for one in undone)))


EXPLORED = "These analyses were not in the plan: they explore, and test nothing."


def _group(composer: Composer, title: str, name: str, group: Sequence[Finding], notice: str = "") -> None:
    if not group:
        return
    composer.heading(1, title, name)
    if notice:
        composer.blocks.append(Notice(said(notice)))
    for finding in group:
        composer.heading(2, title_of(finding, composer), f"a-{finding.id}")
        composer.finding(finding)


def _secondary(composer: Composer, group: Sequence[Finding]) -> None:
    """One table of all tests and a paragraph for each; the models behind them stand in an appendix."""
    if not group:
        return
    composer.heading(1, "Secondary tests", "secondary")
    table = table_of_tests(group, "secondary", composer.labels, composer.findings.plan.alpha)
    composer.tables((table,) if table is not None else ())
    for groups in dict.fromkeys(grouped(one, composer) for one in group):
        composer.say(said(groups))
    for finding in group:
        claim = claim_sentence(finding.claim, composer.labels) if finding.claim is not None else ()
        composer.say(joined([claim, *(_alone(finding, composer) if told_whole(finding) else ())]))


def _alone(finding: Finding, composer: Composer) -> list[Rich]:
    """The words of an analysis that has no table of its own."""
    result, chosen = finding.results[0], composer.options(finding)
    beside = beside_listwise(result, chosen) if isinstance(result, Regression) else ()
    planned = planned_as(finding, composer.findings)
    only = said(f"Only respondents for whom: {planned.where}.") if planned is not None and planned.where else ()
    notes = result.notes if isinstance(result, Regression | Contrast) else ()
    return [only, verbs.prose(result, options=chosen), beside, *(said(note) for note in notes)]


def _reason(finding: Finding, composer: Composer) -> Rich:
    chosen = composer.options(finding)
    reasons = [verbs.prose(result, options=chosen) for result in finding.results]
    return joined([marked("**{title}.**", title=title_of(finding, composer)), *dict.fromkeys(reasons)])


def counts(findings: Findings) -> Mapping[str, int]:
    """How many respondents were read, left out by each reason, and used, for the manifest."""
    return {"read": findings.n_read, **dict(findings.excluded), "used": findings.n_used}
