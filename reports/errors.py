"""The errors of the reports room; each says what is wrong, where, and what to do."""

from __future__ import annotations


class ReportError(ValueError):
    """Something that was asked of a report or an export cannot be done; the message is one line for a person."""


class ExportError(ReportError):
    """Data cannot be exported as asked."""
