"""The lock in reports and exports: facts, notices, deviations; and files of which no two can be joined."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from analysis.plan import load_plan
from analysis.run import run
from analysis.simulate import simulate
from reports.apart import parts, write_apart
from reports.errors import ExportError
from reports.report import write_report
from survey.instrument.load import shipped
from survey.registration import Kind, PlanEvent, Registration

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 90, 5).dataset
ONE = "format: twofold-plan/1\ninstrument: two-supports\nanalyses:\n  - {id: H1, kind: regression, outcome: stress, blocks: [[demands]]}\n"  # noqa: E501
TWO = ONE + "  - {id: H2, kind: regression, outcome: stress, blocks: [[networking]]}\n"
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def event(kind: Kind, plan: str | None, words: str, n: int = 0) -> PlanEvent:
    return PlanEvent(kind, plan, None if plan is None else "ab12", n, 2, 1, words, "Ada", AT)


LOCK = event("lock", ONE, "at 100 completed")


@pytest.mark.parametrize(
    ("registration", "said", "unsaid"),
    [
        (None, "lock not verifiable", "Plan locked"),
        (Registration((LOCK,), "live"), "at 100 completed", "Deviation of"),
        (
            Registration((LOCK, event("deviation", TWO, "a second cause", 40)), "live"),
            "Deviation of 1 March 2026, 09:30 UTC, after 40 live responses: a second cause (H2: added (regression).)",
            "Deviations from the locked plan: none.",
        ),
        (
            Registration((event("unlock", None, "too curious", 7),), "live"),
            "after 7 live responses: too curious",
            "ab12",
        ),
        (Registration((), "live"), "The plan was not locked", "Plan locked"),
        (Registration((), "pilot"), "answers of a pilot", "Plan locked"),
    ],
)
def test_a_report_says_what_became_of_the_plan(
    registration: Registration | None, said: str, unsaid: str, tmp_path: Path
) -> None:
    text = TWO if registration is not None and registration.deviations else ONE
    locked = load_plan(ONE, "plan", INSTRUMENT) if registration is not None and registration.lock else None
    source = DATA if registration is None else type(DATA)(DATA.instrument, DATA.respondents, DATA.missing, "study s")
    findings = run(load_plan(text, "plan", INSTRUMENT), source, locked=locked)
    write_report(findings, tmp_path / "r", only=["report.html"], registration=registration)
    page = (tmp_path / "r" / "report.html").read_text("utf-8")
    assert said in page
    assert unsaid not in page
    assert ("Exploratory analyses" in page) == (text == TWO)
    lock = json.loads((tmp_path / "r" / "manifest.json").read_text("utf-8"))["lock"]
    if registration is None:
        assert lock == "lock not verifiable"
    else:
        assert lock["locked"] == (registration.lock is not None)
        assert [one["kind"] for one in lock["events"]] == [one.kind for one in registration.events]


def test_what_is_exported_apart_has_every_answer_and_no_way_to_join(tmp_path: Path) -> None:
    written = write_apart(DATA, tmp_path / "out")
    made = parts(DATA)
    assert {path.stem for path in written if path.suffix == ".csv"} == set(made)
    assert "scale-stress" in made
    assert "question-age" in made
    for name, frame in made.items():
        assert "id" not in frame.columns
        kept = pd.read_csv(tmp_path / "out" / f"{name}.csv")
        assert len(kept) == len(DATA.respondents)
        for column in frame.columns:
            assert sorted(map(str, frame[column])) == sorted(map(str, DATA.respondents[column])), column
    stress, psychosocial = made["scale-stress"].mean(axis=1), made["scale-psychosocial"].mean(axis=1)
    assert not any({"str1", "psy1"} <= set(frame.columns) for frame in made.values())
    # Rows are sorted by their own values: the same whatever the order in which people came.
    turned = type(DATA)(INSTRUMENT, DATA.respondents.iloc[::-1], DATA.missing.iloc[::-1], "x")
    for name, frame in parts(turned).items():
        pd.testing.assert_frame_equal(frame, made[name])
    assert len(stress) == len(psychosocial)


def test_apart_never_writes_beside_whole_rows(tmp_path: Path) -> None:
    (tmp_path / "respondents.csv").write_text("id\n")
    with pytest.raises(ExportError, match="whole rows"):
        write_apart(DATA, tmp_path)
    with pytest.raises(ExportError, match="is a file"):
        write_apart(DATA, tmp_path / "respondents.csv")
