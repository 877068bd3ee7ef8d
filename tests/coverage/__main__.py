"""Run every study, or those whose name holds a word, and write ``docs/coverage.md``; the others keep their rows."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from time import perf_counter

from tests.coverage import (
    agreement,
    compare,
    correlation,
    differences,
    dyad,
    likelihood,
    measurement,
    mediation,
    mixed,
    moderation,
    panel,
    regression,
    reliability,
    retest,
    tie,
)
from tests.coverage.registry import STUDIES, Study, Verdict, judge

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"
MODULES = (
    reliability,
    correlation,
    agreement,
    retest,
    regression,
    moderation,
    mediation,
    mixed,
    panel,
    dyad,
    likelihood,
    measurement,
    differences,
    tie,
    compare,
)
"""The kinds that have studies; a new kind adds its module here."""

HEAD = """\
# Coverage and type I error

Made by `make coverage`; please do not edit it by hand. Each row is a simulated condition with its seed fixed
beforehand: how often a 95% interval covered the true value, or a 5% test rejected a true null. The band is the 99.9%
binomial one around the nominal rate; a rate outside of it is a fault, except where theory says that the promise holds
only nearly, and the last column says why. Conditions of which a data set is costly to analyse, and those outside of a
method's home, have fewer runs and a wider band.
"""


def row(verdict: Verdict) -> str:
    """One promise as a row of its table."""
    v = verdict
    return f"{start(v.study, v.promise)} {v.low:.2%} to {v.high:.2%} | {v.rate:.2%} | {answer(v)} |"


def start(one: Study, promise: str) -> str:
    """How the row of a promise begins; a row that begins otherwise is of another study, or of one that has changed."""
    return f"| {one.data} | {promise} | {one.runs:,} | {one.promises[promise]:.0%} |"


def page(verdicts: list[Verdict], before: str = "") -> str:
    """The table of each kind, as Markdown; a study that was not run keeps its row of the page ``before``."""
    ran = {start(v.study, v.promise): row(v) for v in verdicts}
    known = [line for line in before.splitlines() if line.startswith("| ")]
    parts = [HEAD]
    for kind, studies in groupby(STUDIES, key=lambda one: one.kind):
        lines = []
        for one in studies:
            for promise in one.promises:
                begins = start(one, promise)
                kept = next((line for line in known if line.startswith(begins)), "")
                lines.append(ran.get(begins, kept))
        head = "| data | what is judged | runs | nominal | band | found | within |\n|---|---|---|---|---|---|---|"
        parts.append("\n".join([f"## {kind}\n", head, *filter(None, lines), ""]))
    return "\n".join(parts)


def answer(verdict: Verdict) -> str:
    """Yes; or no, with why that was to be expected; or NO."""
    if verdict.holds:
        return "yes"
    return f"no: {verdict.study.caveat}" if verdict.study.caveat else "**NO**"


def main(word: str = "") -> int:
    """0 where every promise holds that must."""
    verdicts: list[Verdict] = []
    for one in STUDIES:
        if word not in one.name:
            continue
        begun = perf_counter()
        found = judge(one)
        verdicts += found
        for verdict in found:
            print(f"{one.name}: {verdict.promise} {verdict.rate:.2%} {answer(verdict)}", flush=True)
        print(f"  {perf_counter() - begun:.1f} s", flush=True)
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(page(verdicts, before), encoding="utf-8")
    return int(any(verdict.unexpected for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
