"""Response rates by the names of AAPOR: what became of each person asked, and the rates that follow, as one table.

The American Association for Public Opinion Research (2016). Standard Definitions: Final Dispositions of Case Codes and
Outcome Rates for Surveys (9th ed.): its codes for internet surveys of specifically named persons, and its rates.

An open link has no list of people who were asked, and so no response rate: CHERRIES (Eysenbach, 2004, Journal of
Medical Internet Research, 6(3), e34) gives the participation rate, of those who agreed among those who came, and the
completion rate. What AAPOR calls a participation rate is another thing, of panels that people join by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["I", "P", "R", "NC", "O", "U", "NE"]
"""AAPOR's letters: interview, partial, refusal and break-off, non-contact, other, unknown eligibility, not eligible."""

PARTIAL_FROM = 0.5
"""The share of the items on a respondent's way that makes who stopped a partial rather than a break-off."""


@dataclass(frozen=True)
class Disposition:
    """What became of a person asked: its code and name at AAPOR, the letter it counts under, and what it is here."""

    code: str
    name: str
    group: Group
    here: str


DISPOSITIONS: dict[str, Disposition] = {
    "complete": Disposition("1.1", "Complete", "I", "came to the end of the questionnaire"),
    "partial": Disposition(
        "1.2",
        "Partial or break-off with sufficient information",
        "P",
        "agreed and sent at least half of the questions on their way, not all",
    ),
    "refused": Disposition(
        "2.11", "Refusal", "R", "did not agree on the consent page, withdrew, or asked for no more letters"
    ),
    "break_off": Disposition(
        "2.12",
        "Break-off or partial with insufficient information",
        "R",
        "began and stopped before half of the questions",
    ),
    "non_contact": Disposition("2.20", "Non-contact", "NC", "known to have been away while the study was open"),
    "other": Disposition("2.30", "Other", "O", "eligible, and kept from answering by something else"),
    "silent": Disposition("3.19", "Nothing ever returned", "U", "was sent a link, and no page came back"),
    "not_invited": Disposition("3.11", "No invitation sent", "U", "has a contact here, and no letter has left yet"),
    "bounced": Disposition("3.30", "Invitation returned undelivered", "U", "the letter came back, and no page came"),
    "screened_out": Disposition(
        "4.10", "Selected respondent screened out of sample", "NE", "did not belong to the people the study is about"
    ),
    "over_quota": Disposition("4.80", "Quota filled", "NE", "came when their quota was full"),
}
"""Every disposition that this software can tell, by its name in code."""


@dataclass(frozen=True)
class Letters:
    """How many people AAPOR's letters stand for, and the share e of the unknown ones that is taken to be eligible."""

    complete: int = 0
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown: int = 0
    not_eligible: int = 0

    @property
    def eligible_share(self) -> float | None:
        """e by the proportional allocation of CASRO: eligible among those whose eligibility is known."""
        eligible = self.complete + self.partial + self.refusal + self.non_contact + self.other
        known = eligible + self.not_eligible
        return eligible / known if known else None


_FIELDS: dict[Group, str] = {
    "I": "complete",
    "P": "partial",
    "R": "refusal",
    "NC": "non_contact",
    "O": "other",
    "U": "unknown",
    "NE": "not_eligible",
}


def letters(outcomes: dict[str, int]) -> Letters:
    """The letters of counts by disposition. Raises KeyError for what is no disposition.

    >>> letters({"complete": 6, "break_off": 1, "refused": 1, "silent": 2})
    Letters(complete=6, partial=0, refusal=2, non_contact=0, other=0, unknown=2, not_eligible=0)
    """
    sums = dict.fromkeys(_FIELDS.values(), 0)
    for name, count in outcomes.items():
        sums[_FIELDS[DISPOSITIONS[name].group]] += count
    return Letters(**sums)


@dataclass(frozen=True)
class Rate:
    """One rate: its name at AAPOR, its formula in AAPOR's letters, the two numbers, and what it assumes in words.

    value: None where nobody is below the line.
    """

    name: str
    formula: str
    numerator: float
    denominator: float
    words: str

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


_FORMULAS: tuple[tuple[str, str, str, float | None, str], ...] = (
    ("RR1", "I", "I P R NC O U", 1.0, "Response rate, the smallest: all of whom nothing is known count as eligible."),
    ("RR2", "I P", "I P R NC O U", 1.0, "Response rate with partials counted as answers."),
    ("RR3", "I", "I P R NC O U", None, "Response rate; of those of whom nothing is known the share e is eligible."),
    ("RR4", "I P", "I P R NC O U", None, "The same with partials counted as answers."),
    (
        "RR5",
        "I",
        "I P R NC O U",
        0.0,
        "Response rate; those of whom nothing is known are left out, as if none were eligible.",
    ),
    ("RR6", "I P", "I P R NC O U", 0.0, "The same with partials counted as answers: the largest response rate."),
    ("COOP1", "I", "I P R O", 0.0, "Cooperation rate: completes among those who were reached."),
    ("COOP2", "I P", "I P R O", 0.0, "Cooperation rate with partials counted as answers."),
    ("COOP3", "I", "I P R", 0.0, "Cooperation rate without those who could not answer."),
    ("COOP4", "I P", "I P R", 0.0, "The same with partials counted as answers."),
    ("REF1", "R", "I P R NC O U", 1.0, "Refusal rate: refusals and break-offs among all who may be eligible."),
    ("REF2", "R", "I P R NC O U", None, "Refusal rate; of those of whom nothing is known the share e is eligible."),
    ("REF3", "R", "I P R NC O U", 0.0, "Refusal rate; those of whom nothing is known are left out."),
    ("CON1", "I P R O", "I P R O NC U", 1.0, "Contact rate: who was reached among all who may be eligible."),
    ("CON2", "I P R O", "I P R O NC U", None, "Contact rate; of those of whom nothing is known the share e counts."),
    ("CON3", "I P R O", "I P R O NC U", 0.0, "Contact rate; those of whom nothing is known are left out."),
)
"""Name, letters above and below the line, the share of U that counts (None: e), words."""

SHOWN_FIRST = ("RR1", "RR2", "RR5", "COOP1", "REF1", "CON1")
"""The rates that articles report most."""


def rates(counts: Letters) -> tuple[Rate, ...]:
    """Every rate of AAPOR that these counts give, in AAPOR's order.

    Those with e are left out where nobody's eligibility is known.

    >>> [(r.name, round(r.value, 3)) for r in rates(Letters(complete=6, refusal=2, unknown=2)) if r.name == "RR1"]
    [('RR1', 0.6)]
    """
    found = []
    share = counts.eligible_share
    for name, above, below, weight, words in _FORMULAS:
        e = share if weight is None else weight
        if e is None:
            continue
        shown = _written(below, weight)
        found.append(
            Rate(name, f"{_written(above, 1.0)} / ({shown})", _sum(counts, above, e), _sum(counts, below, e), words)
        )
    return tuple(found)


def _sum(counts: Letters, terms: str, e: float) -> float:
    numbers = {letter: getattr(counts, name) for letter, name in _FIELDS.items()}
    return sum(e * number if letter == "U" else number for letter, number in numbers.items() if letter in terms.split())


def _written(terms: str, weight: float | None) -> str:
    """The letters as a formula: those that do not count are left out, and e stands before U where it is a share."""
    parts = [
        "e × U" if term == "U" and weight is None else term for term in terms.split() if term != "U" or weight != 0
    ]
    joined = " + ".join(parts)
    return f"({joined})" if len(parts) > 1 and weight == 1.0 and "U" not in terms else joined


def participation_rate(agreed: int, visitors: int) -> Rate:
    """Of an open link: those who agreed to take part by the browsers that came. It is no response rate.

    Without a value where fewer visitors than people were counted.
    """
    words = "Who agreed to take part, among the browsers that opened the link."
    # Browsers that keep no cookie and run no script are not told apart: fewer visitors than people are no denominator.
    return Rate("Participation rate", "agreed / visitors", agreed, visitors if visitors >= agreed else 0, words)


def completion_rate(completed: int, agreed: int) -> Rate:
    """Those who came to the end by those who agreed to take part."""
    words = "Who came to the end, among those who agreed to take part."
    return Rate("Completion rate", "completed / agreed", completed, agreed, words)
