"""The default plan of two-supports, warm, on 1,000 simulated respondents; and beside the R script that checks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _clock import Took, best

from analysis.findings import Findings
from analysis.plan import Plan, load_plan
from analysis.run import run
from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.instrument.load import shipped, shipped_plan_text

PEOPLE = 1_000
ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
SCRIPT = """
setwd(commandArgs(TRUE)[1])
source("common.R"); source("regression_case.R"); source("factor_fit.R")
suppressMessages({library(psych); library(lavaan); library(semTools); library(polycor)})
save_cases <- function(...) NULL
begun <- proc.time()
invisible(capture.output(suppressMessages(suppressWarnings(eval(parse("study.R", encoding = "UTF-8"))))))
spent <- proc.time() - begun
cat("took", spent[["elapsed"]], spent[["user.self"]] + spent[["sys.self"]])
"""


def shares(plan: Plan, data: Dataset) -> list[tuple[float, str]]:
    """Where the seconds of one run go: processor seconds of each step, the longest first."""
    marks: list[tuple[float, str]] = []
    run(plan, data, progress=lambda share, what: marks.append((time.process_time(), what)))
    spent = [(after - before, what) for (before, what), (after, _) in pairwise(marks)]
    whole: dict[str, float] = {}
    for seconds, what in spent:
        whole[what] = whole.get(what, 0.0) + seconds
    return sorted(((seconds, what) for what, seconds in whole.items()), reverse=True)


def in_r() -> Took | None:
    """The seconds of the R script on its 480 respondents, without the loading of packages; None without R."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for file in (*REFERENCE.glob("*.R"), REFERENCE / "study.csv"):
            shutil.copy(file, folder)
        script = Path(folder) / "timed.R"
        script.write_text(SCRIPT, encoding="utf-8")
        done = subprocess.run(["Rscript", str(script), folder], capture_output=True, text=True, check=False)
    words = done.stdout.split()
    return Took(float(words[-2]), float(words[-1])) if "took" in words else None


def main() -> None:
    """Print seconds, where they go, and the ratio to R."""
    instrument = shipped("two-supports")
    plan = load_plan(shipped_plan_text("two-supports") or "", "plan", instrument)
    data = simulate(instrument, PEOPLE, 1).dataset
    found: Findings = run(plan, data)
    print(f"the whole plan: {len(found.analyses)} analyses, {len(found.frame()):,} numbers, {found.n_used} respondents")
    print(f"Twofold, warm: {best(lambda: run(plan, data), 1)}, 20 imputations and 5,000 resamples a scale included")
    for seconds, what in shares(plan, data)[:5]:
        print(f"  {seconds:.2f} s of processor time: {what}")
    quick = plan.model_copy(update={"missing": None, "robustness": None})
    same = read_data(REFERENCE / "study.csv", instrument)
    run(quick, same)
    ours = best(lambda: run(quick, same), 3)
    theirs = in_r()
    print(f"Twofold, the part that R is asked for, on its 480 respondents (with the resamples, which R spares): {ours}")
    if theirs is None:
        print("R or a package of its is not there: not compared")
        return
    print(f"tests/reference/study.R, packages loaded before: {theirs}, {theirs.over(ours)}")


if __name__ == "__main__":
    main()
