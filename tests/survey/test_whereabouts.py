"""From a line of the file to the page that it concerns, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.instrument.load import check
from survey.instrument.whereabouts import Whereabouts

TEXT = (Path(__file__).resolve().parent.parent / "support" / "every_key.yaml").read_text("utf-8")


def line(beginning: str) -> int:
    return next(n for n, text in enumerate(TEXT.splitlines(), 1) if text.strip().startswith(beginning))


@pytest.mark.parametrize(
    ("beginning", "page"),
    [
        ("- {id: feelings", "feelings"),
        ("screen_out:", "job"),
        ("tense:", "feelings"),
        ("count: {type", "rest"),
        ("choices: {phone", "job"),
        ("helpers:", "people"),
        ("close:", "people"),
        ("attentive:", "job"),
        ("ease:", None),
        ("licence:", None),
        ("shuffle:", None),
    ],
)
def test_a_line_leads_to_its_page(beginning: str, page: str | None) -> None:
    assert Whereabouts(TEXT).page_at(line(beginning)) == page


def test_a_page_leads_to_its_line() -> None:
    where = Whereabouts(TEXT)
    assert where.line_of("job") == line("- id: job")
    assert where.line_of("nowhere") is None


def test_each_problem_leads_to_the_page_that_it_concerns() -> None:
    broken = TEXT.replace("works == 'yes' and 'mail'", "works == 'maybe' and 'mail'").replace("{text: Often?,", "{")
    problems = check(broken, "x")
    assert [Whereabouts(broken).pages_of(problems).get(p) for p in problems] == ["job", "rest"]


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "pages: 3", "pages: [{id: 4}, 7]\nitems: {a: 1}"])
def test_what_cannot_be_read_leads_nowhere(text: str) -> None:
    where = Whereabouts(text)
    assert where.page_at(1) is None
    assert where.line_of("a") is None
    assert where.pages_of(check(text, "x")) == {}
