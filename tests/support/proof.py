"""What each oracle test compared, and the page ``docs/numbers.md`` that is made of it.

A comparison notes kind, statistic, data, the largest relative difference and the tolerance. What a statistic is and
which call in R must give it stands in ``tests/reference/oracles/KIND.yaml``; one that needs no oracle has its reason
there (``none``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from math import ceil, isnan, log10
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from analysis.names import AVAILABLE, CLAIM, KINDS

ROOT = Path(__file__).resolve().parents[2]
ORACLES = ROOT / "tests" / "reference" / "oracles"
PAGE = ROOT / "docs" / "numbers.md"
FLOOR = 1e-15
"""Below this a difference is rounding, and depends on the machine."""
BESIDE = "beside the project: "
"""Begins the name of data that are not committed, so that they alone prove nothing."""
UNNEEDED = "none needed"


@dataclass(frozen=True)
class Compared:
    """One statistic on one data set.

    difference, tolerance: relative, or in units of the Monte-Carlo error where ``by`` says so.
    """

    kind: str
    statistic: str
    data: str
    difference: float
    tolerance: float
    by: str = ""


@dataclass(frozen=True)
class Oracle:
    """What a statistic is, the call in R that must give it, or why it needs none."""

    what: str
    call: str = ""
    none: str = ""


@dataclass
class Row:
    """All comparisons of one statistic."""

    data: set[str] = field(default_factory=set)
    difference: float = 0.0
    tolerance: float = 0.0
    by: str = ""


_seen: list[Compared] = []


def compared(
    kind: str, statistic: str, data: str, difference: float, tolerance: float, *, by: str = "", committed: bool = True
) -> None:
    """Note one comparison with an oracle, and fail where it lies outside its tolerance.

    by: in words what the two numbers are multiples of; '' for a relative difference. committed: whether the data are.
    """
    assert difference <= tolerance, f"{kind} {statistic} on {data}: off by {difference:.3g}, allowed {tolerance:.3g}"
    _seen.append(Compared(kind, statistic, data if committed else BESIDE + data, difference, tolerance, by))


def seen() -> tuple[Compared, ...]:
    """Everything that was compared so far in this process."""
    return tuple(_seen)


def forget(count: int) -> None:
    """Drop what was compared after the first ``count``: the test that did it has failed."""
    del _seen[count:]


def dump(path: Path) -> None:
    """Write what was compared, for another process."""
    path.write_text(json.dumps([asdict(one) for one in _seen]), encoding="utf-8")


def read(path: Path) -> tuple[Compared, ...]:
    """What ``dump`` wrote."""
    return tuple(Compared(**one) for one in json.loads(path.read_text(encoding="utf-8")))


@cache
def oracles(kind: str) -> Mapping[str, Oracle]:
    """The statistics of a kind as its file describes them; an empty one where there is no file."""
    path = ORACLES / f"{kind}.yaml"
    if not path.exists():
        return {}
    held: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return {name: Oracle(**{str(key): str(value) for key, value in entry.items()}) for name, entry in held.items()}


def needed() -> list[tuple[str, str]]:
    """Every (kind, statistic) that this version gives; claims, which are judged alike for all kinds, once."""
    named = [(kind, name) for kind in AVAILABLE for name in KINDS[kind] if name not in CLAIM]
    return [*named, *(("claims", name) for name in CLAIM)]


def mistakes(comparisons: Iterable[Compared]) -> list[str]:
    """What is named and not proved, proved and not described, or excused although it is proved."""
    proved = {(one.kind, one.statistic) for one in comparisons if not one.data.startswith(BESIDE)}
    said = []
    for kind, name in needed():
        oracle, place = oracles(kind).get(name), f"tests/reference/oracles/{kind}.yaml"
        if oracle is None:
            said.append(f"{kind} {name}: {place} does not say what it is. Add it.")
        elif oracle.none and (kind, name) in proved:
            said.append(f"{kind} {name}: an oracle test covers it. Take 'none' out of {place}.")
        elif not oracle.none and (kind, name) not in proved:
            said.append(f"{kind} {name}: no oracle test covers it. Write one, or say in {place} why it needs none.")
    for kind in sorted({path.stem for path in ORACLES.glob("*.yaml")}):
        stale = [name for name, held in oracles(kind).items() if not held.none and (kind, name) not in proved]
        stale = [name for name in stale if (kind, name) not in needed()]
        said += [f"{kind} {name}: described, and no oracle test covers it." for name in stale]
    return said


def gather(comparisons: Iterable[Compared]) -> dict[tuple[str, str], Row]:
    """The comparisons of each (kind, statistic) together."""
    rows: dict[tuple[str, str], Row] = {}
    for one in comparisons:
        row = rows.setdefault((one.kind, one.statistic), Row())
        row.data.add(one.data)
        row.difference = max(row.difference, one.difference)
        row.tolerance = max(row.tolerance, one.tolerance)
        row.by = row.by or one.by
    return rows


def _power(value: float) -> str:
    """The power of ten that a difference does not exceed."""
    return "none" if value == 0 else f"1e{ceil(log10(max(value, FLOOR)) - 1e-9):+03d}"


def _line(name: str, oracle: Oracle, row: Row | None) -> str:
    if row is None:
        why = f"{UNNEEDED}: {oracle.none}" if oracle.none else "not yet compared"
        return f"| `{name}` | {oracle.what} | {why} | | | |"
    data = ", ".join(sorted(one for one in row.data if not one.startswith(BESIDE)))
    beside = ", ".join(sorted(one.removeprefix(BESIDE) + "*" for one in row.data if one.startswith(BESIDE)))
    where = ", ".join(part for part in (data, beside) if part)
    largest, allowed = _power(row.difference), f"{row.tolerance:.0e}"
    if row.by:
        largest, allowed = "less than allowed", f"{row.tolerance:g} {row.by}"
    return f"| `{name}` | {oracle.what} | `{oracle.call}` | {where} | {largest} | {allowed} |"


HEAD = """\
# Numbers and who else gives them

Made by `make proof` from the tests; please do not edit it by hand. Each statistic of `results.csv` by kind: what it is,
what gives the same number (R, unless it says otherwise), on which data, the largest relative difference that the tests
saw, as the power of ten that it stays under, and the largest that they allow. The scripts and the values that R gave
stand in `tests/reference/`. Data with a star are real data that do not come with the project.
"""


def page(comparisons: Iterable[Compared]) -> str:
    """The page as Markdown."""
    rows = gather(comparisons)
    parts = [HEAD]
    extra = sorted({path.stem for path in ORACLES.glob("*.yaml")} - set(AVAILABLE))
    for kind in (*AVAILABLE, *extra):
        lines = [_line(name, oracle, rows.get((kind, name))) for name, oracle in oracles(kind).items()]
        head = "| statistic | what it is | oracle | data | largest difference | allowed |\n|---|---|---|---|---|---|"
        parts.append("\n".join([f"## {kind}\n", head, *lines, ""]))
    return "\n".join(parts)


def covered(text: str) -> dict[tuple[str, str], bool]:
    """The (kind, statistic) that a page lists, and whether it has an oracle for each."""
    kind, found = "", {}
    for line in text.splitlines():
        if line.startswith("## "):
            kind = line.removeprefix("## ")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[kind, cells[0].strip("`")] = not cells[2].startswith(UNNEEDED)
    return found


def relative(here: float, there: float, around: float) -> float:
    """The difference of two numbers as a share of the second, or of ``around`` where that is smaller."""
    if here == there or (isnan(here) and isnan(there)):
        return 0.0
    return abs(here - there) / max(abs(there), around)
