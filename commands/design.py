"""Commands before a study: how many respondents its plan needs."""

from __future__ import annotations

import json
import os
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands.shared import AsJson, MistakeError, find_instrument

if TYPE_CHECKING:
    from analysis.power import Power

app = typer.Typer()

TIERS: Final = ("primary", "secondary")


@app.command()
def power(
    plan: Annotated[Path, typer.Argument(help="The plan (YAML), or the id of an instrument whose plan ships.")],
    n: Annotated[str, typer.Option("--n", help="Respondents: 480, or 480,1200, or a range 100:2000.")] = "100:2000",
    target: Annotated[float, typer.Option("--target", help="The power wished for.")] = 0.8,
    instrument: Annotated[
        str, typer.Option("--instrument", help="What is asked; by default what the plan names.")
    ] = "",
    runs: Annotated[int, typer.Option("--runs", min=2, help="Studies simulated at each n.")] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same numbers.")] = 1,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; they change no number.")] = os.cpu_count()
    or 1,
    clean: Annotated[bool, typer.Option("--clean", help="Nobody careless, nothing missing.")] = False,
    tier: Annotated[str, typer.Option("--tier", help="Claims of one tier alone: primary or secondary.")] = "",
    waves: Annotated[int | None, typer.Option("--waves", min=1, max=20, help="By default as the claims need.")] = None,
    as_json: AsJson = False,
) -> None:
    """Power of a plan's claims by simulating the planned study, and how many respondents each needs."""
    from analysis.plan import load_plan
    from analysis.power import power as run
    from reports.console import progress
    from survey.files.document import scan_yaml
    from survey.instrument.load import read_text, shipped_plan_text

    of_tier = next((one for one in TIERS if one == tier), None)
    if tier and of_tier is None:
        raise MistakeError(f"--tier {tier}: give {' or '.join(TIERS)}.")
    shipped = None if plan.exists() else shipped_plan_text(str(plan))
    text = shipped or read_text(plan)
    data = scan_yaml(text, str(plan))[0].data
    named = str(data.get("instrument", "")) if isinstance(data, dict) else ""
    asked = find_instrument(instrument or named)
    with progress() as tell:
        found = run(
            load_plan(text, str(plan), asked), asked, sizes(n), target=target, runs=runs, seed=seed, workers=workers,
            clean=clean, tier=of_tier, waves=waves, progress=tell,
        )  # fmt: skip
    if as_json:
        print(json.dumps(as_rows(found), ensure_ascii=False, indent=2))
    else:
        show(found)


def sizes(text: str) -> tuple[int, ...]:
    """The numbers of respondents meant by '480', '480,1200' or '100:2000'."""
    from analysis.power import grid

    try:
        if ":" in text:
            low, high = (int(part) for part in text.split(":"))
            if 0 < low <= high:
                return grid(low, high)
        elif found := tuple(sorted({int(part) for part in text.split(",")})):
            return found
    except ValueError:
        pass
    raise MistakeError(f"--n {text}: give one number (480), several (480,1200), or a range (100:2000).")


def show(found: Power) -> None:
    """A row a claim, as columns, and what the numbers are."""
    from reports import verbs
    from reports.console import columns
    from reports.kinds.power import corrected, needed_in_words

    rows = []
    for one in found.hypotheses:
        row: dict[str, object] = {"claim": one.analysis, "tier": one.tier}
        row |= {f"n={point.n}": f"{point.supported:.2f}" for point in one.points}
        interval = "" if isnan(one.needed) else f"{one.low:.0f} to {one.high:.0f}"
        rows.append({**row, "needed": needed_in_words(one, found), "interval": interval})
        for what, shares in corrected(one, found):
            of_n = {f"n={point.n}": f"{share:.2f}" for point, share in zip(one.points, shares, strict=True)}
            rows.append({"claim": f"  {what}", "tier": "", **of_n, "needed": "", "interval": ""})
    print(columns(rows))
    from reports.text import plain

    print(f"\n{plain(verbs.table(found).general)}")


def as_rows(found: Power) -> dict[str, object]:
    """Everything that was found, ready for JSON."""
    return {
        "alpha": found.alpha, "target": found.target, "runs": found.runs, "seed": found.seed, "clean": found.clean,
        "notes": list(found.notes),
        "hypotheses": [
            {
                "analysis": one.analysis, "target": one.target, "terms": list(one.terms), "tier": one.tier,
                "expect": one.expect,
                "n_needed": _or_none(one.needed),
                "n_needed_low": _or_none(one.low), "n_needed_high": _or_none(one.high),
                "n_needed_is": {"more": "more than simulated", "fewer": "fewer than simulated"}.get(one.beyond, ""),
                "points": [
                    {
                        "n": point.n, "power": point.supported, "mcse": point.mcse,
                        "power_first": _or_none(point.first), "power_family": point.family, "failed": point.failed,
                    }
                    for point in one.points
                ],
            }
            for one in found.hypotheses
        ],
    }  # fmt: skip


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value
