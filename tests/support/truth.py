"""The reference run of the simulator: what the shipped plan finds in a million clean answers of the whole instrument.

``python -m tests.support.truth FOLDER`` runs it in parts (bounded memory, a seed each), keeps each part's numbers in
the folder, goes on there where it was stopped, and writes ``analysis/simulate/reference_one.py`` and
``reference_three.py``. Clean: nobody careless,
nothing missing, nobody leaves. Beside the plan's own models of ties, which are marginal, it fits their conditional
twins, and models of which tie gives which support.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import pandas as pd

from analysis.plan import load_plan
from analysis.plan.kinds import Analysis
from analysis.plan.kinds_nested import TieOf
from analysis.plan.model import Plan
from analysis.regression import INTERCEPT
from analysis.run import run
from analysis.simulate import simulate
from analysis.simulate.reference import CONDITIONAL, PEOPLE, WITH_TIES
from survey.dataset.model import Dataset
from survey.instrument.load import shipped, shipped_plan_text

MODULES = Path(__file__).parents[2] / "analysis" / "simulate"
NAMES = {1: "ONE", 3: "THREE"}
HEAD = '''"""Made by ``python -m tests.support.truth``: see ``analysis.simulate.reference``."""

from __future__ import annotations
'''
PARTS = 10
EACH = 5
"""Conditional models take long: they are fitted in every fifth part."""
SEEDS = {1: 20160930, 3: 20160931}
"""Of the first part, by the number of waves; a thousand apart, so that no part has another's seed."""
STATISTICS = {
    "descriptives": ("mean", "sd"),
    "reliability": ("alpha", "omega"),
    "correlation": ("r",),
    "cfa": ("std", "factor_r"),
    "network": ("mean",),
    "mixed": ("b",),
    "contrast": ("b",),
    "regression": ("beta",),
    "moderation": ("beta",),
    "count": ("b",),
    "tie": ("b",),
    "response_surface": ("b",),
    "panel": ("b", "var_between"),
    "mediation": ("a", "b", "c", "c_prime", "indirect"),
}
"""What is kept of each kind: its estimates, standardised where it standardises them."""
SUPPORT = """
analyses:
  - id: ties_psychosocial
    kind: tie
    outcome: gives
    derive: {gives: received_psy >= 1, not_work: context == 'not_work'}
    predictors: [closeness, not_work, psychosocial]
    family: binomial
  - id: ties_instrumental
    kind: tie
    outcome: gives
    derive: {gives: received_ins >= 1, other_unit: context == 'other_department' or context == 'same_industry'}
    predictors: [closeness, other_unit, instrumental]
    family: binomial
"""
"""Which tie gives which support, by the answers that show the simulator's two equations."""

Key = tuple[str, str, str]
"""Analysis, statistic, and what it is of."""


def plan_of_truths() -> Plan:
    """The shipped plan without what costs time and alters no estimate, with the conditional twins of models of ties."""
    instrument = shipped("two-supports")
    text = shipped_plan_text("two-supports") or ""
    plan = load_plan(text, "plan", instrument)
    head = "format: twofold-plan/1\ninstrument: two-supports\nwave: 1\n"
    own: list[Analysis] = []
    for one in (*plan.analyses, *load_plan(head + SUPPORT, "support", instrument).analyses):
        changes: dict[str, object] = {"errors": "classical"} if hasattr(one, "errors") else {}
        changes |= {"resamples": 100} if hasattr(one, "resamples") else {}
        own.append(one.model_copy(update=changes))
        if isinstance(one, TieOf):
            twin = {"id": f"{one.id}{CONDITIONAL}", "model": "conditional", "tier": None, "tests": (), "expect": None}
            own.append(one.model_copy(update=twin))
    reliability = plan.reliability.model_copy(update={"resamples": 0}) if plan.reliability else None
    quick = {"exclude": (), "missing": None, "robustness": None, "reliability": reliability}
    return plan.model_copy(update={**quick, "analyses": tuple(own)})


def estimates(plan: Plan, data: Dataset) -> dict[Key, float]:
    """The estimates that a plan finds, by analysis, statistic, and term or, where there is none, target; by both where
    one analysis has a term for several targets."""
    frame = run(plan, data).frame()
    found: dict[Key, float] = {}
    for row in frame.itertuples():
        if row.statistic not in STATISTICS[row.kind] or row.term == INTERCEPT or "~~" in row.term:
            continue
        if row.kind == "panel" and (row.target not in ("", "cross_lagged") or not _lagged(row.statistic, row.term)):
            continue  # parameters of growth
        both = row.kind in ("cfa", "contrast", "panel") and row.term
        of = f"{row.target}/{row.term}".lstrip("/") if both else row.term or row.target
        key = (row.analysis, row.statistic, of)
        assert key not in found, key
        found[key] = row.value
    return found


def _lagged(statistic: str, term: str) -> bool:
    return statistic != "b" or "->" in term


@dataclass(frozen=True)
class Plans:
    """The analyses that need no ties, those that do, and the conditional twins of models of ties."""

    without: Plan
    of_ties: Plan
    conditional: Plan


def plans(waves: int) -> Plans:
    """All analyses; those of ties are the ones that are not applicable to a few people without networks."""
    plan = plan_of_truths()
    few = simulate(shipped("two-supports"), 500, 1, waves=waves, clean=True, networks=False).dataset
    gone = {name for name, _ in run(plan, few).failures()}
    twins = {name for name in gone if name.endswith(CONDITIONAL)}

    def only(names: set[str], reliability: bool) -> Plan:
        kept = tuple(one for one in plan.analyses if one.id in names)
        return plan.model_copy(update={"analyses": kept, "reliability": plan.reliability if reliability else None})

    return Plans(only(set(plan.ids()) - gone, True), only(gone - twins, False), only(twins, False))


def part(of: Plans, waves: int, seed: int, people: int, with_ties: int, twins: int) -> dict[Key, float]:
    """The estimates among so many people, of whom so many have networks; twins: those whom conditional models are of
    (0: they are not fitted)."""
    instrument = shipped("two-supports")
    found: dict[Key, float] = {}
    for plan, n in ((of.without, people), (of.of_ties, with_ties), (of.conditional, twins)):
        if n:
            networks = plan is not of.without
            data = simulate(instrument, n, seed, waves=waves, clean=True, networks=networks).dataset
            found |= estimates(plan, data)
    return found


def written(name: str, values: pd.DataFrame) -> str:
    """The module of one world's values: of each the mean over the parts, and its standard error."""
    table: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (analysis, statistic, of), own in values.groupby(["analysis", "statistic", "of"], sort=False):
        assert len(own) == (-(-PARTS // EACH) if analysis.endswith(CONDITIONAL) else PARTS), (analysis, statistic, of)
        mean, se = own["value"].mean(), own["value"].std(ddof=1) / len(own) ** 0.5
        table[analysis][statistic].append(f'"{of}": ({mean:.5f}, {se:.5f})'.replace(" ", "\0"))
    lines = [HEAD, "# fmt: off", f"{name}: dict[str, dict[str, dict[str, tuple[float, float]]]] = {{"]
    for analysis, statistics in table.items():
        lines.append(f'    "{analysis}": {{')
        for statistic, told in statistics.items():
            text = f'"{statistic}": {{' + ", ".join(told) + "},"
            wrapped = fill(text, 118, initial_indent=" " * 8, subsequent_indent=" " * 12, break_long_words=False)
            lines.append(wrapped.replace("\0", " "))
        lines.append("    },")
    return "\n".join([*lines, "}", "# fmt: on", ""])


def main(folder: str) -> None:
    """Run the parts that the folder does not hold yet, and write the module."""
    for waves, first in SEEDS.items():
        of, frames = plans(waves), []
        people, with_ties = PEOPLE[waves] // PARTS, WITH_TIES[waves] // PARTS
        for number in range(PARTS):
            kept = Path(folder) / f"{waves}-{number:02d}.csv"
            if not kept.exists():
                twins = 0 if number % EACH else with_ties
                found = part(of, waves, first + 1000 * number, people, with_ties, twins)
                rows = [(*key, value) for key, value in found.items()]
                pd.DataFrame(rows, columns=["analysis", "statistic", "of", "value"]).to_csv(kept, index=False)
                print(kept.name, len(rows), flush=True)
            frames.append(pd.read_csv(kept))
        name = NAMES[waves]
        (MODULES / f"reference_{name.lower()}.py").write_text(written(name, pd.concat(frames)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
