"""The JSON Schema for editors: current, whole, with words at every key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.files.document import read_yaml
from survey.instrument.load import shipped_text
from survey.instrument.schema import json_schema, main, schema_text

ROOT = Path(__file__).parent.parent.parent
SMALL = (ROOT / "tests" / "support" / "every_key.yaml").read_text(encoding="utf-8")


def test_the_committed_schema_is_current() -> None:
    assert (ROOT / "docs" / "instrument.schema.json").read_text(encoding="utf-8") == schema_text(json_schema())


def test_it_is_written_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "s.json")]) == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == json_schema()
    assert main([]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_every_key_has_a_description() -> None:
    schema = json_schema()
    for part in (schema, *schema["$defs"].values()):
        assert part["description"]
        assert part["additionalProperties"] is False
        for key, value in part["properties"].items():
            assert value.get("description"), key


def faults(value: Any, schema: Any, root: Any, path: str = "") -> Iterator[str]:
    """A small validator of the part of JSON Schema that ours uses; a list of what does not fit."""
    if "$ref" in schema:
        schema = {
            **root["$defs"][schema["$ref"].rsplit("/", 1)[-1]],
            **{k: v for k, v in schema.items() if k != "$ref"},
        }
    for key in ("anyOf", "oneOf"):
        if key in schema and not any(not list(faults(value, option, root)) for option in schema[key]):
            yield f"{path}: none of {key}"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: not in {schema['enum']}"
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int}
    kind = schema.get("type")
    wanted = {**kinds, "boolean": bool}.get(str(kind))
    if wanted and (not isinstance(value, wanted) or (kind != "boolean" and isinstance(value, bool))):
        yield f"{path}: not {kind}"
        return
    if isinstance(value, dict) and kind == "object":
        known = schema.get("properties", {})
        yield from (f"{path}: lacks {key}" for key in schema.get("required", ()) if key not in value)
        for key, inner in value.items():
            patterns = schema.get("patternProperties", {})
            rule = known.get(key) or next((r for p, r in patterns.items() if re.search(p, key)), None)
            if rule is None:
                rest = schema.get("additionalProperties", True)
                if rest is False:
                    yield f"{path}: unknown {key}"
                rule = rest if isinstance(rest, dict) else {}
            yield from faults(inner, rule, root, f"{path}/{key}")
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from faults(inner, schema.get("items", {}), root, f"{path}/{i}")


@pytest.mark.parametrize("text", [SMALL, shipped_text("two-supports")], ids=["every key", "two-supports"])
def test_sound_instruments_fit_the_schema(text: str) -> None:
    schema = json_schema()
    assert list(faults(read_yaml(text, "x").data, schema, schema)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: every-key", "idd: every-key"),
        ("score: sum", "score: product"),
        ("type: slider", "type: slide"),
        ("integer: true", "integer: 1"),
        ("[en, fr]", "en"),
        ("calm: {", "1calm: {"),
        ("require: soft", "require:"),
    ],
)
def test_broken_instruments_do_not_fit_the_schema(old: str, new: str) -> None:
    schema = json_schema()
    assert SMALL.count(old) == 1
    assert list(faults(read_yaml(SMALL.replace(old, new), "x").data, schema, schema))
