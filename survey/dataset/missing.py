"""Why a cell holds no answer; apart from the Dataset, so that the respondent's way needs no pandas."""

from __future__ import annotations

from enum import StrEnum


class Missing(StrEnum):
    """Why a cell holds no answer, as in the log of submissions."""

    NOT_SHOWN = "not_shown"
    NOT_REACHED = "not_reached"
    SKIPPED = "skipped"
    REFUSED = "refused"
    DOES_NOT_APPLY = "does_not_apply"
