"""What a runner is given beside the analysis itself: its name, the plan, and the scored data that it is run on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analysis.imputation import Imputations
from analysis.plan.model import Plan
from analysis.result import NotApplicable, Result
from analysis.scoring import Scored
from survey.dataset.model import Dataset

Outcome = tuple[Result | NotApplicable, ...]
"""What an analysis gives: one result, or one a scale, or the reason why there is none."""


@dataclass(frozen=True)
class Task:
    """One analysis to be run.

    name: its id in the plan, else its kind. scored: the respondents for whom its ``where`` holds. imputed: the same
    respondents without gaps, many times over; None where the plan does not impute. everyone: all that were read, those
    whom the plan excludes among them; None where that is the same. brief: whether nothing is asked but what a claim
    rests on.
    """

    name: str
    plan: Plan
    scored: Scored
    imputed: Imputations | None = None
    everyone: Dataset | None = None
    brief: bool = False

    @property
    def read(self) -> Dataset:
        """The data set as it was read."""
        return self.scored.dataset if self.everyone is None else self.everyone

    @property
    def level(self) -> float:
        """The level of intervals: 1 - alpha."""
        return 1 - self.plan.alpha

    def seed(self, *names: str) -> int:
        """The seed of one piece of this analysis's random work."""
        return seed_of(self.plan, self.name, *names)

    def absent(self, variables: Iterable[str]) -> str:
        """Why an analysis of these variables cannot be done: the data lack some; '' where all are there."""
        lacking = [variable for variable in variables if variable not in self.scored.frame.columns]
        return f"the data have no variable {', '.join(lacking)}" if lacking else ""


def seed_of(plan: Plan, *names: str) -> int:
    """The seed of one piece of random work, from the plan's seed and the names of the work alone."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return int(np.random.SeedSequence([plan.seed, *words]).generate_state(1, np.uint64)[0])
