"""The guide to the format: its blocks are a whole instrument, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

from survey.instrument.load import check, load
from survey.instrument.schema import json_schema

GUIDE = (Path(__file__).parent.parent.parent / "docs" / "instrument.md").read_text(encoding="utf-8")
EXAMPLE = "".join(re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))


def test_the_blocks_together_are_a_sound_instrument() -> None:
    assert [str(problem) for problem in check(EXAMPLE, "guide")] == []
    assert load(EXAMPLE, "guide").languages == ("en", "fr")


def test_every_key_and_every_kind_of_answer_has_an_example() -> None:
    schema = json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
    assert [key for key in sorted(keys) if not re.search(rf"(?m)(^|[ {{-]){key}:", EXAMPLE)] == []
