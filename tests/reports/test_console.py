"""Rows in the terminal line up, and progress goes to standard error alone."""

from __future__ import annotations

import pytest

from reports.console import columns, progress


def test_columns_line_up() -> None:
    text = columns([{"study": "a", "n": 5}, {"study": "longer", "n": 12}])
    assert text == "study   n\na       5\nlonger  12"
    assert columns([]) == ""


def test_progress_is_a_line_a_step_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as tell:
        tell(0.5, "Half")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", " 50% Half\n")
