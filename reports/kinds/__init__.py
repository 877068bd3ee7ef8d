"""What each kind of result looks like: importing this package teaches the verbs all of them."""

from reports.kinds import (
    agreement,
    cfa,
    correlation,
    descriptives,
    factor,
    invariance,
    missing,
    mixed,
    moderation,
    network,
    nothing,
    panel,
    regression,
    reliability,
    retest,
    screening,
)

__all__ = [
    "agreement",
    "cfa",
    "correlation",
    "descriptives",
    "factor",
    "invariance",
    "missing",
    "mixed",
    "moderation",
    "network",
    "nothing",
    "panel",
    "regression",
    "reliability",
    "retest",
    "screening",
]
