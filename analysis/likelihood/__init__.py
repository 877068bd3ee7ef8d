"""Models of a choice, of ordered answers and of counts, fitted by maximum likelihood."""

from analysis.likelihood.binary import logistic
from analysis.likelihood.counts import count
from analysis.likelihood.ordered import ordinal
from analysis.likelihood.result import Brant, Count, Estimate, Fitted, Logistic, Ordinal, Step

__all__ = [
    "Brant", "Count", "Estimate", "Fitted", "Logistic", "Ordinal", "Step", "count", "logistic", "ordinal",
]  # fmt: skip
