"""The harness of coverage judges as it says, and its committed page lists every study that is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.coverage.__main__ import MODULES, PAGE, answer, page, row, start
from tests.coverage.registry import RUNS, STUDIES, Study, Verdict, judge


def made(rate: float, caveat: str = "", runs: int = 4_000) -> Verdict:
    one = Study(
        "k", f"rate {rate}", {"covers": 0.95}, lambda rng, n: {"covers": rng.random(n) < rate}, runs, 300, caveat
    )
    (verdict,) = judge(one)
    return verdict


def test_a_rate_outside_the_band_is_a_fault_unless_theory_says_why() -> None:
    assert made(0.95).holds
    bad, excused = made(0.90), made(0.90, "theory")
    assert not bad.holds
    assert bad.unexpected
    assert not excused.unexpected
    assert (answer(made(0.95)), answer(excused), answer(bad)) == ("yes", "no: theory", "**NO**")
    assert bad.rate == made(0.90).rate, "the seed is fixed by the name"
    assert made(0.95).high - made(0.95).low == pytest.approx(2 * 3.2905 * np.sqrt(0.95 * 0.05 / 4_000), rel=1e-4)
    assert row(bad).startswith("| rate 0.9 | covers | 4,000 | 95% | 93.87% to 96.13% | ")


def test_a_study_that_was_not_run_keeps_its_row() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page([], text) == text
    first = STUDIES[0]
    promise, nominal = next(iter(first.promises.items()))
    changed = page([Verdict(first, promise, nominal, 0.5, 0.4, 0.6)], text)
    assert f"{start(first, promise)} 40.00% to 60.00% | 50.00% | yes |" in changed
    assert len(changed.splitlines()) == len(text.splitlines())


def test_the_page_lists_every_study_and_no_fault() -> None:
    text = PAGE.read_text(encoding="utf-8")
    kinds = len({study.kind for study in STUDIES})
    assert kinds >= len(MODULES)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "**NO**" not in line]
    for one in STUDIES:
        for promise, nominal in one.promises.items():
            begins = start(one, promise)
            assert f" {nominal:.0%} |" in begins
            assert any(line.startswith(begins) for line in rows), f"{one.name}: {promise}. Run 'make coverage'."
    assert text.count("\n| ") == sum(1 + len(one.promises) for one in STUDIES) - len(STUDIES) + kinds
    assert all(one.runs <= RUNS for one in STUDIES)
