"""The reference run of the simulator: a million clean draws; ``python -m tests.support.truth`` prints its numbers.

Clean means: nobody careless, nothing missing. What it printed stands in ``analysis/simulate/reference.py``.
"""

from __future__ import annotations

from collections import defaultdict
from pprint import pformat

import numpy as np
import pandas as pd

from analysis.plan import load_plan
from analysis.regression import INTERCEPT
from analysis.run import run
from analysis.simulate import answers, latents, spoil
from analysis.simulate.two_supports import Respondents
from survey.dataset.model import Dataset
from survey.instrument.load import shipped, shipped_plan_text

RUNS, N = 10, 100_000


def clean(n: int, seed: int) -> Dataset:
    """n respondents of two-supports who answer everything with care."""
    instrument = shipped("two-supports")
    one, two, three = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(3))
    columns = answers.scales(instrument, n, one)
    columns |= Respondents(instrument, latents.draw(n, two, null=False), three, null=False).answers()
    nothing = {item: np.zeros(n, dtype=np.bool_) for item in instrument.items}
    index = pd.Index([f"r{i}" for i in range(n)], dtype="str", name="id")
    return Dataset(instrument, *spoil.assemble(instrument, columns, nothing, index), "clean")


def main() -> None:
    """Mean over the runs of every standardised coefficient, alpha and correlation of the shipped plan."""
    instrument = shipped("two-supports")
    plan = load_plan(shipped_plan_text("two-supports") or "", "plan", instrument)
    quick = {"reliability": plan.reliability.model_copy(update={"resamples": 0}), "missing": None, "robustness": None}
    plan = plan.model_copy(update={"exclude": (), **quick})
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for seed in range(RUNS):
        frame = run(plan, clean(N, seed)).frame()
        for row in frame[frame["term"] != INTERCEPT].itertuples():
            if row.statistic == "beta":
                found[row.analysis, row.term].append(row.value)
            elif row.statistic == "alpha" or (row.statistic == "r" and row.kind == "correlation"):
                found[row.analysis, row.target].append(row.value)
    tree: dict[str, dict[str, float]] = defaultdict(dict)
    for (analysis, name), values in found.items():
        tree[analysis][name] = round(float(np.mean(values)), 4)
    print(pformat(dict(tree), width=110, sort_dicts=False))
    print("largest standard error", max(np.std(v, ddof=1) / RUNS**0.5 for v in found.values()))


if __name__ == "__main__":
    main()
