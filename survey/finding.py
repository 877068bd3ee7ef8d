"""One thing that the doctor looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from survey.errors import SurveyError

T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    ok: bool
    what: str
    remedy: str = ""


def attempt(work: Callable[[], T]) -> T | Finding:
    """What the work gives, or its failure as a finding."""
    try:
        return work()
    except SurveyError as error:
        return Finding(False, str(error), "Mend this, then run twofold doctor again.")
    except (SQLAlchemyError, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Finding(
            False, f"The database gave an error: {first}", "Check that the file or server is what you meant."
        )
