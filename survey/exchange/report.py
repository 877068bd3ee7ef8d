"""What a conversion could not map, left behind, or had to rename."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey.errors import SurveyError


class UnmappedError(Exception):
    """Inside a conversion: this one thing has no counterpart; the text says why."""


@dataclass(frozen=True, order=True)
class Refusal:
    """One thing that has no counterpart in the other format: where it stands, and why it cannot be mapped."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass
class Report:
    """What happened on the way.

    refused: what respondents read or answer and the other format cannot hold. left_behind: settings and scoring that
    have no place there, each told once. renamed: names that the other format does not allow, with their new ones.
    """

    refused: list[Refusal] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def refuse(self, where: str, why: str) -> None:
        """Add a refusal, once."""
        refusal = Refusal(where, why)
        if refusal not in self.refused:
            self.refused.append(refusal)

    def leave(self, what: str) -> None:
        """Add something that is left behind, once."""
        if what not in self.left_behind:
            self.left_behind.append(what)

    def lines(self) -> list[str]:
        """The whole report, a line each."""
        return [
            *(f"refused: {refusal}" for refusal in self.refused),
            *(f"not carried: {what}" for what in self.left_behind),
            *(f"renamed: {old} is now {new}" for old, new in self.renamed.items()),
        ]


class ExchangeProblems(SurveyError):  # noqa: N818 - it lists them, as FileProblems does
    """A conversion that would lose something; ``report`` holds all of it."""

    def __init__(self, source: str, report: Report) -> None:
        self.report = report
        count = len(report.refused)
        lines = [f"{source}: {refusal}" for refusal in report.refused]
        last = f"{source}: {count} thing(s) cannot be mapped. Change them, or convert the rest with --partial."
        super().__init__("\n".join([*lines, last]))


class UnreadableError(SurveyError, ValueError):
    """A file that is not of the format that its ending says."""
