"""The example data that ship are what their README says they are."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from tests.support.terminal import twofold

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "example"


def test_the_example_can_be_made_again(tmp_path: Path) -> None:
    command = next(
        line for line in (EXAMPLE.parent / "README.md").read_text("utf-8").splitlines() if " simulate " in line
    )
    words = command.split()[1:-1]
    done = twofold(*words, "made", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()}
    tables = ("respondents.csv", "missing.csv", "ties.csv", "missing_ties.csv", "between.csv", "missing_between.csv")
    assert set(made) == {*tables, "truth.json"}
    for name in tables:
        # times are floating-point numbers, whose last digits may differ from one processor to the next
        kept, again = pd.read_csv(EXAMPLE / name), pd.read_csv(tmp_path / "made" / name)
        pd.testing.assert_frame_equal(kept, again, rtol=1e-9)
    assert json.loads(made["truth.json"]).keys() == json.loads((EXAMPLE / "truth.json").read_text("utf-8")).keys()
    assert "ins1" in (EXAMPLE / "codebook.html").read_text("utf-8")
