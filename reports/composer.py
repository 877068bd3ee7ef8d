"""What the sections of a report share: blocks one after another, tables and figures numbered, an analysis set out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.correlation import Correlation
from analysis.descriptives import Descriptives, descriptives
from analysis.missing.pooled import pooled_descriptives
from analysis.plan.kinds import GroupErrors, RegressionOf
from analysis.plan.parts import Common
from analysis.plan.waves import parted
from analysis.reliability import Reliability
from analysis.result import NotApplicable
from analysis.specifications import Specifications
from analysis.waves import over_waves
from reports import verbs
from reports.claims import claim_sentence
from reports.dispatch import Options, called
from reports.document import Block, Bullets, Exhibit, Heading, Notice, Paragraph, Picture
from reports.figure import FigureSpec
from reports.labels import Labels, labels_of, with_derived
from reports.table import Table
from reports.text import Rich, joined, said

if TYPE_CHECKING:
    from analysis.findings import Finding, Findings
    from analysis.plan.model import Plan


class Composer:
    """Puts blocks one after another and numbers tables and figures as they come."""

    def __init__(self, findings: Findings, language: str) -> None:
        self.findings = findings
        self.language = language
        self.labels: Labels = with_derived(labels_of(findings.instrument, language), derived(findings.plan))
        self.blocks: list[Block] = []
        self.n_tables = 0
        self.n_pictures = 0
        self.ids: set[str] = set()

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

    def options(self, finding: Finding) -> Options:
        return options_for(finding, self.findings, self.labels)

    def texts(self, finding: Finding, claim_too: bool = True) -> None:
        """What an analysis found, in words: its claim, its sentences, and why parts of it could not be done."""
        chosen = self.options(finding)
        results = main_results(finding)
        done = [verbs.prose(result, options=chosen) for result in results if not isinstance(result, NotApplicable)]
        claim = claim_sentence(finding.claim, self.labels) if finding.claim is not None and claim_too else ()
        beside = done if len(done) == 1 else []
        self.say(joined([claim, *about_cases(finding, self), *beside]))
        if len(done) > 1:
            self.blocks.append(Bullets(tuple(done)))
        for result in results:
            if isinstance(result, NotApplicable):
                self.blocks.append(Notice(verbs.prose(result, options=chosen)))

    def exhibits(self, finding: Finding) -> None:
        """The tables and figures of an analysis."""
        results, chosen = main_results(finding), self.options(finding)
        if all(isinstance(result, NotApplicable) for result in results):
            return
        self.tables(verbs.tables(results, options=chosen, first=0))
        self.pictures(verbs.figures(results, options=chosen))

    def finding(self, finding: Finding) -> None:
        """An analysis whole."""
        self.texts(finding)
        self.exhibits(finding)


def main_results(finding: Finding) -> list[Any]:
    """The results of an analysis without the robustness of its claim, which has an appendix."""
    return [result for result in finding.results if not isinstance(result, Specifications)]


def failed(finding: Finding) -> bool:
    """Whether an analysis gave nothing but reasons why."""
    return all(isinstance(result, NotApplicable) for result in main_results(finding))


def derived(plan: Plan) -> dict[str, str]:
    """Every derived variable of a plan with its expression, those of single analyses included."""
    own = [getattr(analysis, "derive", None) or {} for analysis in plan.analyses]
    return {name: text for held in (*own, plan.derive) for name, text in held.items()}


def options_for(finding: Finding, findings: Findings, labels: Labels) -> Options:
    """Labels, and for correlations the means, SDs and reliabilities that stand beside them."""
    chosen = verbs.options(with_derived(labels, derived(findings.plan)), alpha=findings.plan.alpha)
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


def title_of(finding: Finding, composer: Composer) -> str:
    """'H1: Regression of Reported stress'."""
    kind = called(finding.kind)
    planned = planned_as(finding, composer.findings)
    subject = planned.subject if planned is not None else ""
    text = f"{kind} of {composer.labels(subject)}" if subject else kind
    return text if finding.id.lower() in (finding.kind, f"{finding.kind}s") else f"{finding.id}: {text}"


def about_cases(finding: Finding, composer: Composer) -> list[Rich]:
    """Whom an analysis is of, and in which groups they come."""
    planned = planned_as(finding, composer.findings)
    only = [said(f"Only respondents for whom: {planned.where}.")] if planned is not None and planned.where else []
    groups = grouped(finding, composer)
    return [*only, *([said(groups)] if groups else [])]


def grouped(finding: Finding, composer: Composer) -> str:
    """'Respondents come in groups: Team.' where the errors are those of groups."""
    planned = planned_as(finding, composer.findings)
    if not isinstance(planned, RegressionOf) or not isinstance(planned.errors, GroupErrors):
        return ""
    return f"Respondents come in groups: {composer.labels(planned.errors.cluster or planned.errors.cr2 or '')}."
