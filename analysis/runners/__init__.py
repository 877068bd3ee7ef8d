"""How each kind of analysis in a plan is run: from its keys and the scored data to a result; one module a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from analysis.runners import (
    agreement,
    cfa,
    correlation,
    descriptives,
    differences,
    dyad,
    factor,
    invariance,
    likelihood,
    mediation,
    missing,
    mixed,
    moderation,
    network,
    panel,
    regression,
    reliability,
    retest,
    screening,
    tie,
)
from analysis.runners.task import Outcome, Task

RUNNERS: Final[Mapping[str, Callable[[Any, Task], Outcome]]] = {
    "agreement": agreement.run,
    "cfa": cfa.run,
    "compare": differences.compare,
    "contrast": differences.contrast,
    "correlation": correlation.run,
    "dominance": differences.weights,
    "response_surface": differences.surface,
    "count": likelihood.run,
    "descriptives": descriptives.run,
    "dyad": dyad.run,
    "factor": factor.run,
    "invariance": invariance.run,
    "logistic": likelihood.run,
    "mediation": mediation.run,
    "missing": missing.run,
    "mixed": mixed.run,
    "panel": panel.run,
    "network": network.run,
    "moderation": moderation.run,
    "ordinal": likelihood.run,
    "regression": regression.run,
    "reliability": reliability.run,
    "retest": retest.run,
    "screening": screening.run,
    "tie": tie.run,
}
"""The runner of each kind that this version can do, by the kind's name in a plan."""
