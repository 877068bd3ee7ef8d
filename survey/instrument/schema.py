"""The JSON Schema of instrument files, for editors: ``python -m survey.instrument.schema PATH`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from survey.instrument.model import Instrument


def json_schema() -> dict[str, Any]:
    """The whole grammar of ``twofold/1`` as JSON Schema (draft 2020-12), with a description at every key."""
    return published(
        Instrument,
        "Twofold instrument (twofold/1)",
        "A questionnaire and the key to its scores. References between parts are checked on loading.",
    )


def published(model: type[BaseModel], title: str, description: str) -> dict[str, Any]:
    """The JSON Schema of a file's model, tidied for editors."""
    schema = model.model_json_schema(by_alias=True)
    tidy(schema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **schema, "title": title, "description": description}


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def tidy(node: Any) -> None:
    """Leave out what editors would show to no use: titles made from names, 'or null' and null defaults."""
    if isinstance(node, list):
        for inner in node:
            tidy(inner)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    if "patternProperties" in node:
        node["additionalProperties"] = False
    options = node.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        options.remove({"type": "null"})
        if node.get("default", "") is None:
            del node["default"]
        if len(options) == 1:
            del node["anyOf"]
            node.update({key: value for key, value in options[0].items() if key not in node})
    for inner in list(node.values()):
        tidy(inner)


def main(arguments: list[str]) -> int:
    """Write the schema to the path given, or print it."""
    if arguments:
        Path(arguments[0]).write_text(schema_text(json_schema()), encoding="utf-8")
    else:
        sys.stdout.write(schema_text(json_schema()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
