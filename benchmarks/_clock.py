"""How benchmarks take time: wall and processor seconds side by side, of ours and of R in the same run.

Processor time says what the work costs whatever else the machine does; where a machine is busy its ratios are the ones
to read.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

IN_R = """
took <- function(work, times = 1) { best <- c(Inf, Inf)
  for (i in seq_len(times)) { t <- system.time(work()); best <- pmin(best, c(t[["elapsed"]], t[[1]] + t[[2]])) }
  best }
quiet <- function(work) invisible(suppressWarnings(suppressMessages(capture.output(work))))
tell <- function(...) cat(sprintf("%.15g", c(...)))
"""
"""R functions before a script: seconds (wall, processor) of the quickest run; without output; and numbers out."""


@dataclass(frozen=True)
class Took:
    """Seconds of one piece of work."""

    wall: float
    processor: float

    def times(self, factor: float) -> Took:
        """So many times the work."""
        return Took(self.wall * factor, self.processor * factor)

    def over(self, ours: Took) -> str:
        """How many times as long as ours, both ways."""
        return f"{self.wall / ours.wall:,.1f} x by the wall, {self.processor / ours.processor:,.1f} x of the processor"

    def __str__(self) -> str:
        return f"{self.wall:9.4f} s ({self.processor:.4f} s of the processor)"


def best(work: Callable[[], object], times: int) -> Took:
    """The quickest of several runs by either clock, which other work on the machine disturbs least."""
    wall, processor = float("inf"), float("inf")
    for _ in range(times):
        start, begun = time.perf_counter(), time.process_time()
        work()
        wall = min(wall, time.perf_counter() - start)
        processor = min(processor, time.process_time() - begun)
    return Took(wall, processor)


def in_r(script: str, frame: pd.DataFrame, *options: object) -> list[float] | None:
    """The numbers that an R script tells of a data frame (its path is the first argument); None without R."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, file = Path(folder) / "data.csv", Path(folder) / "script.R"
        frame.to_csv(path, index=False)
        file.write_text(IN_R + script, encoding="utf-8")
        command = ["Rscript", str(file), str(path), *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [float(part) for part in done.stdout.split()] if done.returncode == 0 and done.stdout.strip() else None
