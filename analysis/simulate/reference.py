"""What the shipped plan finds in answers of ``two-supports`` to which nothing has happened: a stored reference run.

Nobody careless, nothing missing, nobody leaves. ONE is of 200,000 people in one wave, THREE of 70,000 in three. Each
analysis of the plan has its estimates by statistic, and by term (or target, where there is no term): the value and its
Monte-Carlo standard error. They are what scores of five coarse answers show of the model, and what models of them show:
not the latent coefficients. ``python -m tests.support.truth`` makes them again.
"""

from __future__ import annotations

from analysis.simulate.reference_one import ONE
from analysis.simulate.reference_three import THREE

__all__ = ["CONDITIONAL", "FROM_CONSTANTS", "ONE", "PEOPLE", "THREE", "WITH_TIES"]

PEOPLE = {1: 200_000, 3: 70_000}
WITH_TIES = {1: 40_000, 3: 14_000}
"""How many people the run has by the number of waves, and how many of them have networks."""
CONDITIONAL = "|conditional"
"""After the name of an analysis of ties: the same model with intercepts of respondents in place of the marginal one."""
FROM_CONSTANTS = {
    "descriptives",
    "reliability",
    "C1",
    "C2",
    "C2_and_C3",
    "C2_balance",
    "C9_reversed",
    "ties_psychosocial",
    "ties_instrumental",
    f"ties_psychosocial{CONDITIONAL}",
    f"ties_instrumental{CONDITIONAL}",
}
"""Analyses whose numbers are not 0 in a world without effects: they come from constants, from what is a person's own in
all waves, and from who is named at all."""
