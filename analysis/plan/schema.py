"""The JSON Schema of plans, for editors; ``python -m analysis.plan.schema`` prints it."""

from __future__ import annotations

from typing import Any

from analysis.plan.model import Plan
from survey.instrument.schema import published, schema_text


def json_schema() -> dict[str, Any]:
    """The grammar of ``twofold-plan/1`` as JSON Schema (draft 2020-12), with a description at every key."""
    return published(
        Plan,
        "Twofold plan (twofold-plan/1)",
        "Which analyses are run on which variables. References to variables are checked on loading.",
    )


if __name__ == "__main__":
    print(schema_text(json_schema()), end="")
