"""From a posted form to what a press says, and back to what the page shows when it is shown again.

Each type of answer has one reader here and one template in ``templates/survey/TYPE.html``: a new type needs both.
Names of fields that begin with '_' are ours; all others are names of answers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from survey.answers import DECLINED
from views.plain.guard import TooLargeError
from views.respondent.turn import Press

LARGEST = 2_000_000
"""Bytes of a posted page; the longest honest one is a few long texts."""
Fields = Mapping[str, Sequence[str]]
"""A posted form: every value of each name, in order."""
Data = dict[str, Any]


async def read_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a posted page. Raises TooLargeError before a body that cannot be honest is read whole."""
    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > LARGEST:
            raise TooLargeError
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20_000)
    except ValueError:
        raise TooLargeError from None


def one(fields: Fields, name: str) -> str | None:
    """The last value of a field, or None where it was not sent."""
    return fields[name][-1] if fields.get(name) else None


def _single(item: Data, fields: Fields) -> str | None:
    return one(fields, item["id"])


def _rated(item: Data, fields: Fields) -> str | None:
    """One answer; of a pair of people without one, the lowest level where 'none of the others' was ticked."""
    given = one(fields, item["id"])
    if given is None and item.get("pair") and one(fields, "_rest"):
        return str(item["options"][0]["code"])
    return given


def _named(item: Data, fields: Fields) -> list[list[str]]:
    """The rows of a list of names: people of earlier lists who were ticked, those of this list, and new ones."""
    ticked = set(fields.get(f"{item['id']}.again", ()))
    rows = [[tie, name] for tie, name, _ in item["earlier"] if tie in ticked]
    known = {tie for tie, _, _ in item["earlier"]}
    own = [tie for tie, _ in item["value"] if tie and tie not in known]
    rows += [[tie, name] for tie in own if (name := one(fields, f"{item['id']}.{tie}"))]
    return rows + [["", name] for name in fields.get(item["id"], ()) if name.strip()]


def _several(item: Data, fields: Fields) -> list[str] | None:
    return list(fields.get(item["id"], ())) or None


def _places(item: Data, fields: Fields) -> dict[str, str]:
    """Of a ranking: code to place, as far as one was chosen."""
    found = {option["code"]: one(fields, f"{item['id']}.{option['code']}") for option in item["options"]}
    return {code: place for code, place in found.items() if place}


def _ranked(item: Data, fields: Fields) -> list[str] | None:
    """The codes in order; two on one place are given so that the flow says what is wrong."""
    places = _places(item, fields)
    order = sorted(places, key=lambda code: (len(places[code]), places[code]))
    if len(set(places.values())) < len(places):
        return [order[0]] * len(order)
    return order or None


READERS: Mapping[str, Callable[[Data, Fields], object]] = {
    **dict.fromkeys(("choice", "number", "text", "slider", "date"), _single),
    "likert": _rated,
    "people": _named,
    "multichoice": _several,
    "rank": _ranked,
}
"""Type of answer to the reader of its raw value."""
REPEATERS: Mapping[str, Callable[[Data, Fields], object]] = {**READERS, "rank": _places}
"""Type of answer to what its template shows once more as it was sent."""


def _read(item: Data, fields: Fields) -> object:
    """The raw value of an item; one of the ways not to answer goes before an answer that was left beside it."""
    way = one(fields, f"{item['id']}!")
    return READERS[item["type"]](item, fields) if way is None else {DECLINED: way}


def _again(item: Data, fields: Fields) -> Data:
    """An item with what was just sent in its fields."""
    shown = {**item, "value": REPEATERS[item["type"]](item, fields)}
    if item.get("instead"):
        shown["declined"] = one(fields, f"{item['id']}!")
    if item.get("other"):
        shown["other"] = {**item["other"], "value": one(fields, item["other"]["id"])}
    return shown


def items_of(view: Data) -> list[Data]:
    """All that a page asks, in the order of its blocks."""
    return [item for block in view.get("blocks", ()) for item in block["items"]]


def others_of(view: Data) -> list[Data]:
    """The lines for respondents' own words beside choices."""
    return [item["other"] for item in items_of(view) if item.get("other")]


def read_press(fields: Fields, view: Data | None, device: str | None = None) -> Press:
    """What was pressed. ``view``: the page that was sent, as the respondent's state draws it; None where there is none.
    device: what the request's headers say of it, where no script told.

    Nothing in it is trusted: the flow and the store check every value.
    """
    elapsed = _number(one(fields, "_elapsed"))
    if elapsed is None:  # without JavaScript: since the server made the page
        shown = _number(one(fields, "_shown"))
        elapsed = 1000 * time.time() - shown if shown is not None else 0.0
    sequence = one(fields, "_sequence") or ""
    raw = {
        "id": "plain",
        "action": "back" if one(fields, "_action") == "back" else "next",
        "page": one(fields, "_page") or None,
        "sequence": int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else -1,
        "answers": {
            **{item["id"]: _read(item, fields) for item in items_of(view or {})},
            **{other["id"]: one(fields, other["id"]) for other in others_of(view or {})},
        },
        "insist": one(fields, "_insist") == "1",
        "elapsed": elapsed,
        "uuid": one(fields, "_uuid"),
        "device": one(fields, "_device") or device,
    }
    press = Press.read(raw)
    if press is None:
        raise ValueError("a press of our own making was not read")
    return press


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def shown_again(view: Data, fields: Fields) -> Data:
    """The page with what was just sent in its fields, so that nothing typed is lost when it is refused."""
    blocks = [{**block, "items": [_again(item, fields) for item in block["items"]]} for block in view.get("blocks", ())]
    return {**view, "blocks": blocks}
