"""The errors of the analysis room; each says what is wrong, where, and what to do."""

from __future__ import annotations


class AnalysisError(ValueError):
    """Something that was given to an analysis cannot be used; the message is one line for a person."""


class PlanDataError(AnalysisError):
    """The data lack what the plan needs (for example the column of an exclusion); a front door exits with 2."""


class SimulationError(AnalysisError):
    """What was asked of the simulator is impossible (for example fewer than one respondent)."""


class UnsuitableError(AnalysisError):
    """These data cannot carry the model; the message completes 'Not applicable, because …'."""
