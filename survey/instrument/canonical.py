"""The canonical form of an instrument, its SHA-256, and the way back to YAML.

Canonical are the values as JSON: keys sorted, no spaces, whole numbers without a point, and keys that hold their
default left out (so that a key added to the grammar later changes no hash). Comments, quoting and the order of keys do
not matter; the order of lists does, and so does that of choices and generators, which people see in that order: these
two are written as lists of pairs.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from survey.files.document import scalar
from survey.instrument.model import Instrument

_ORDERED = ("choices", "generators")


def canonical(instrument: Instrument) -> bytes:
    """The instrument as canonical JSON in UTF-8."""
    data = _canonical(_data(instrument), ())
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def sha256(instrument: Instrument) -> str:
    """The hash that a study pins and every submission carries: SHA-256 of the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical(instrument)).hexdigest()


def to_yaml(instrument: Instrument) -> str:
    """The instrument as a file that loads to an equal instrument."""
    return yaml_of(_data(instrument))


def yaml_of(data: dict[str, Any]) -> str:
    """Plain data as YAML that reads back as the same data."""
    yaml = YAML()
    yaml.width = 10**9
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_quoted(data), out)
    return out.getvalue()


def _data(instrument: Instrument) -> dict[str, Any]:
    """Plain data under the file's own keys, defaults left out."""
    return instrument.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _canonical(value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        # Only the grammar's own keys: an item may be called 'choices' too.
        ordered = path and path[-1] in _ORDERED and len(path) == 3
        pairs = {key: _canonical(inner, (*path, key)) for key, inner in value.items()}
        return [[key, inner] for key, inner in pairs.items()] if ordered else pairs
    if isinstance(value, list):
        return [_canonical(inner, path) for inner in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


def _quoted(value: Any) -> Any:
    """Texts that would be read as something else, or that break lines, in double quotes."""
    if isinstance(value, dict):
        return {_quoted(key): _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_quoted(inner) for inner in value]
    if isinstance(value, str) and (not isinstance(scalar(value), str) or not value.isprintable()):
        return DoubleQuotedScalarString(value)
    return value
