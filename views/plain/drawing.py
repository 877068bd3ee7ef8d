"""From what ``views.respondent.view`` says of a page to its HTML, and the two files that go with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.own_result import drawing_svg, gauge_svg
from views.plain.fields import items_of
from views.plain.html import custom_properties, templates
from views.theme import DARK, LIGHT

HERE = Path(__file__).resolve().parent
KINDS = {"css": "text/css", "js": "text/javascript"}
WORDS = ("saving", "offline", "characters_left", "slider_untouched")
"""What the script says by itself."""
MOST_COLUMNS = 11
Data = dict[str, Any]


@cache
def asset(kind: str) -> bytes:
    """The style sheet ('css'), with both palettes in it, or the script ('js')."""
    text = (HERE / "assets" / f"survey.{kind}").read_text(encoding="utf-8")
    if kind == "css":
        dark = f"@media(prefers-color-scheme:dark){{:root{{{custom_properties(DARK)}}}}}"
        text = f":root{{color-scheme:light dark;{custom_properties(LIGHT)}}}\n{dark}\n{text}"
    return text.encode()


@cache
def asset_path(kind: str) -> str:
    """Where it is served: the name holds its hash, so that browsers may keep it for ever."""
    return f"/assets/plain-{hashlib.sha256(asset(kind)).hexdigest()[:16]}.{kind}"


def asset_routes() -> list[Route]:
    """The two routes under /assets/."""
    return [Route(asset_path(kind), _serve(kind)) for kind in KINDS]


def _serve(kind: str) -> Any:
    packed = gzip.compress(asset(kind), 9, mtime=0)

    def serve(request: Request) -> Response:
        small = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": "public, immutable, max-age=31536000", "Vary": "Accept-Encoding"}
        if small:
            headers["Content-Encoding"] = "gzip"
        return Response(packed if small else asset(kind), media_type=KINDS[kind], headers=headers)

    return serve


def draw(
    view: Data,
    action: str,
    saved: Data | None = None,
    hidden: Mapping[str, object] | None = None,
    opened: str = "",
    keep: bool = True,
) -> str:
    """The HTML of a page.

    action: where its form goes. saved: the page with the answers as the log has them, where ``view`` shows others.
    hidden: fields of ours that go with the form, besides those that every page has. opened: where the script tells
    that the page was opened; a scanner of mail, which runs no script, is then not counted. keep: whether picks that
    are not sent yet stay in the browser.
    """
    fields = {
        "_page": view.get("page") or "",
        "_sequence": view.get("sequence", ""),
        "_uuid": uuid4(),
        "_shown": int(1000 * time.time()),
        "_elapsed": "",
        "_device": "",
        "_insist": "1" if view.get("insist") else "",
    }
    asks = keep and bool(items_of(view))
    return (
        templates()
        .get_template("survey/page.html")
        .render(
            view={**EMPTY, **view, "blocks": [_block(block) for block in view.get("blocks", ())]},
            problems=view.get("problems", {}),
            action=action,
            opened=opened,
            hidden=fields | dict(hidden or {}),
            words=json.dumps({name: view["words"][name] for name in WORDS}, ensure_ascii=False),
            keep=f"twofold/{view['id']}" if asks else "",
            base=fingerprint(saved or view) if asks else "",
            style=asset_path("css"),
            script=asset_path("js"),
            drawing_svg=drawing_svg,
            gauge_svg=gauge_svg,
        )
    )


EMPTY: Data = dict.fromkeys(
    (
        "page",
        "tone",
        "ends",
        "result",
        "progress",
        "notice",
        "summary",
        "text",
        "after",
        "next",
        "back",
        "anyway",
        "discard",
        "preview",
        "pilot",
    ),
    None,
) | dict.fromkeys(
    ("link", "link_label", "other_side", "leave", "leaving", "languages", "soft", "insist", "claim", "mail_form"), None
)
"""What a page may lack; anything else that a template misses is an error."""
ITEM: Data = dict.fromkeys(
    ("hint", "unit", "whole", "lines", "max_length", "uncounted", "min", "max", "step", "ends", "value", "required"),
    None,
) | dict.fromkeys(("other", "instead", "declined"), None)


def fingerprint(view: Data) -> str:
    """A short text that differs with the saved answers of a page, so that none of them lies in the browser."""
    parts = ("id", "value", "declined")
    asked = [one for item in items_of(view) for one in (item, item.get("other") or {})]
    saved = json.dumps([[one.get(part) for part in parts] for one in asked])
    return f"{zlib.crc32(saved.encode()):x}"


def _block(block: Data) -> Data:
    items = [_item(item) for item in block["items"]]
    return {"kind": None, "matrix": False, "shape": "", **block, "items": items} | _shape(block)


def _item(item: Data) -> Data:
    more: Data = {"other": {**ITEM, **item["other"]}} if item.get("other") else {}
    if item["type"] == "rank":
        value = item.get("value") or ()
        more["places"] = value if isinstance(value, dict) else {code: str(n) for n, code in enumerate(value, 1)}
    elif item["type"] == "people":
        known = {tie for tie, _, _ in item["earlier"]}
        own = [[tie, name] for tie, name in item["value"] if tie not in known]
        more["ticked"] = {tie for tie, _ in item["value"]} & known
        more["boxes"] = [*own, *[["", ""]] * (item["max"] - len(own))]
    elif item["type"] == "slider":
        whole = item["max"] - item["min"] >= 10 and float(item["min"]).is_integer()
        more["step"] = "1" if whole else "any"
    return {**ITEM, **item, **more}


def _shape(block: Data) -> Data:
    """Whether a matrix is a table where there is room ('grid', 'grid narrow'), else one below the other ('')."""
    if not block.get("matrix"):
        return {}
    labels = [option["label"] for option in block["items"][0]["options"]]
    longest = max(len(word) for label in labels for word in label.replace("-", " ").replace("\u00ad", " ").split())
    if len(labels) > MOST_COLUMNS or len(labels) * max(3.5, 0.55 * longest + 0.25) > 30:
        return {"shape": ""}
    return {"shape": "grid narrow" if len(labels) * 5 > 26 else "grid"}
