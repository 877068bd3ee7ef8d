"""What each kind of result looks like: importing this package teaches the verbs all of them."""

from reports.kinds import (
    agreement,
    correlation,
    descriptives,
    factor,
    missing,
    nothing,
    regression,
    reliability,
    retest,
    screening,
)

__all__ = [
    "agreement",
    "correlation",
    "descriptives",
    "factor",
    "missing",
    "nothing",
    "regression",
    "reliability",
    "retest",
    "screening",
]
