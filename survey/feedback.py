"""When respondents see their own result: at once, later, or half of them, since feedback changes later answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from survey.instrument.model import Instrument
from survey.instrument.result import Result

Moment = Literal["at_once", "later"]


def result_of(instrument: Instrument) -> Result | None:
    """What the instrument's first feedback page shows of the respondent's own answers; None where nothing."""
    page = next((page for page in instrument.pages if page.type == "feedback"), None)
    return None if page is None else page.result


def moment(
    instrument: Instrument, response: UUID, fields: Mapping[str, object], *, last: bool = False
) -> Moment | None:
    """Whether this respondent sees their result as soon as they finish, or once the study is closed; None: never.

    Of a random half the id of their response (of the first wave) decides, which is a hash: the same on every visit, for
    the two halves alike. fields: what their invitation says of them. last: they are in the last wave of several.
    """
    result = result_of(instrument)
    if result is None:
        return None
    if result.show == "random_half":
        return "at_once" if response.int & 1 else "later"
    if result.show == "after_last_wave":
        waves = (name for name, declared in instrument.fields.items() if declared.type == "wave")
        told = any(result.last_wave is not None and _same(fields.get(name), result.last_wave) for name in waves)
        return "at_once" if last or told else "later"
    return "at_once"


def recorded(
    instrument: Instrument, response: UUID, fields: Mapping[str, object], *, last: bool = False
) -> float | None:
    """What the data's column ``result_shown`` holds: 1 at once, 0 later; None where all see it at once, or nobody."""
    result = result_of(instrument)
    if result is None or result.show == "at_once":
        return None
    return float(moment(instrument, response, fields, last=last) == "at_once")


def _same(given: object, wanted: str) -> bool:
    """A wave may have come as a number: 3.0 is '3'."""
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return given is not None and str(given).strip() == wanted.strip()
