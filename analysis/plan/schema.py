"""The JSON Schema of plans, for editors; ``python -m analysis.plan.schema`` prints it."""

from __future__ import annotations

import json
from typing import Any

from analysis.plan.model import Plan
from survey.instrument.schema import tidy


def json_schema() -> dict[str, Any]:
    """The grammar of ``twofold-plan/1`` as JSON Schema (draft 2020-12), with a description at every key."""
    schema = Plan.model_json_schema(by_alias=True)
    tidy(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Twofold plan (twofold-plan/1)",
        "description": "Which analyses are run on which variables. References to variables are checked on loading.",
    }


def schema_text() -> str:
    """The schema as it stands in ``docs/plan.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
