"""Datasets from the store, from files and from frames: the same answers are the same Dataset."""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import flow
from survey.dataset.assemble import Respondent, assemble
from survey.dataset.columns import PARADATA, columns_of
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.dataset.read import read_data, read_frame
from survey.dataset.write import write_csv_folder
from survey.instrument.load import load
from survey.store import Store
from tests.survey.store_support import ANSWERS, PAGES, START, TEXT, go_through, send

SMALL = load(TEXT, "small.yaml")

NO_JOB = {"about": {"age": 40, "employed": "no"}}


def same(one: Dataset, other: Dataset) -> None:
    pd.testing.assert_frame_equal(one.respondents, other.respondents)
    pd.testing.assert_frame_equal(one.missing, other.missing)
    pd.testing.assert_frame_equal(one.ties, other.ties)
    pd.testing.assert_frame_equal(one.between, other.between)


def fill(live: Store) -> Dataset:
    """Respondents of every kind: whole, branched off, left midway, only consented, with an invitation's fields."""
    go_through(live, live.respond.begin("small", "whole"))
    go_through(
        live,
        live.respond.begin("small", "branched"),
        {
            "consent": {"consent": "yes"},
            "about": {"age": 70, "employed": "no"},
            "support": {"a1": 5, "a2": Missing.REFUSED},
        },
    )
    go_through(live, live.respond.begin("small", "left"), stop="distance")
    send(live, live.respond.begin("small", "looked"), "consent")
    send(live, live.respond.begin("small", "refused"), "consent", {"consent": "no"})
    people = live.invitations.create("small", [("a", {"team": "12", "level": 1.5}), ("b", {"team": "-99"})])
    for _, token in people:
        session = live.respond.enter(token)
        assert session is not None
        go_through(live, session)
    return live.results.dataset("small")


def test_the_columns_and_types_of_a_dataset(live: Store) -> None:
    data = fill(live)
    ours = ["seconds_per_item", "channel", "back_steps", "minutes"]  # no device: no browser told
    assert [*(column.name for column in columns_of(SMALL)), *ours] == list(data.respondents.columns)
    assert (data.respondents.index.name, data.respondents.index.is_unique) == ("id", True)
    assert data.respondents.index.is_monotonic_increasing
    for name in ("age", "a1", "far", "roles.peer", "order.a", "level", "seconds_per_item"):
        assert data.respondents[name].dtype == np.float64
    for name in ("employed", "since", "remark", "team"):
        assert data.respondents[name].dtype == "str"
    assert list(data.missing.columns) == [*(c.name for c in columns_of(SMALL) if c.source == "item"), "team"]
    assert data.source == "study small"
    assert len(data.respondents) == 6
    # A cell has an answer or a reason, never both and never neither (a field that nobody gave has none).
    answered = data.respondents[data.missing.columns].notna()
    typed = data.missing != ""
    assert (answered ^ typed).drop(columns="team").all(axis=None)
    assert sorted(data.missing["team"]) == ["", "", "", "", "", "refused"]


def test_every_reason_for_no_answer_is_kept(live: Store) -> None:
    data = fill(live)
    rows = data.missing.set_index(data.respondents["age"].astype("str") + data.missing["remark"])
    branched = rows[rows["d1"] == "not_shown"].iloc[0]
    assert branched[["a1", "a2", "a3", "far", "remark"]].tolist() == ["", "refused", "skipped", "not_shown", "skipped"]
    left = rows[(rows["remark"] == "not_reached") & (rows["d1"] == "")].iloc[0]
    assert left[["d2", "far", "roles.peer"]].tolist() == ["", "not_reached", "not_reached"]
    looked = rows[rows["age"] == "not_reached"].iloc[0]
    assert set(looked.drop("team")) == {"not_reached"}


def test_seconds_an_item_counts_pages_with_items(live: Store) -> None:
    data = fill(live)
    whole = data.respondents[data.missing["remark"] == ""]["seconds_per_item"]
    # Five pages with 2, 5, 2, 1 and 4 items, ten seconds each.
    assert whole.tolist() == pytest.approx([50 / 14] * 3)
    assert data.respondents["seconds_per_item"].isna().sum() == 1


def test_counts_say_where_respondents_stand(live: Store) -> None:
    fill(live)
    counts = live.results.counts("small")
    assert (counts.started, counts.consented, counts.completed) == (7, 6, 4)
    assert counts.leaving == {"consent": 1, "about": 1, "distance": 1}
    # A minute from page to page, the last one ten seconds: seven steps, or five for the one who has no job.
    assert counts.median_minutes == pytest.approx(7 + 10 / 60)


def test_counts_agree_with_what_each_respondents_session_says(live: Store) -> None:
    sessions = [go_through(live, live.respond.begin("small", f"whole {i}"), stop=page) for i, page in enumerate(PAGES)]
    # Some go back: one loses pages by it, one gains them, one takes the consent back.
    sessions.append(go_through(live, live.respond.begin("small", "loses"), stop="rest"))
    sessions.append(go_through(live, live.respond.begin("small", "gains"), {**ANSWERS, **NO_JOB}))
    sessions.append(go_through(live, live.respond.begin("small", "leaves")))
    send(live, sessions[-3], "about", NO_JOB["about"])
    send(live, sessions[-2], "about")
    send(live, sessions[-1], "consent", {"consent": "no"})
    now = [live.respond.reload(session) for session in sessions if session.persisted]
    counts = live.results.counts("small")
    assert (counts.started, counts.consented, counts.completed) == (
        len(now),
        sum(session.consented for session in now),
        sum(session.completed for session in now),
    )
    left = [flow.first_open(SMALL, s.answers, s.submitted) or "consent" for s in now if not s.completed]
    before = [flow.page_of(page) for page in left]
    assert {"people.g1", "people.g2"} < set(left)
    assert counts.leaving == {page.id: before.count(page.id) for page in SMALL.pages if page.id in before}


def test_minutes_end_with_the_last_new_page(live: Store) -> None:
    session = go_through(live, live.respond.begin("small", "someone"))
    assert live.results.counts("small").median_minutes == pytest.approx(7 + 10 / 60)
    late = START + timedelta(days=1)
    send(live, session, "support", shown_at=late, sent_at=late)
    assert live.results.counts("small").median_minutes == pytest.approx(7 + 10 / 60)


def test_a_study_and_its_export_are_the_same_dataset(live: Store, tmp_path: Path) -> None:
    data = fill(live)
    written = write_csv_folder(data, tmp_path / "out")
    assert [path.name for path in written] == ["respondents.csv", "missing.csv"]
    read = read_data(tmp_path / "out", data.instrument)
    same(data, read)
    assert (read.source, read.notes) == ("out", ())
    # A single file knows values alone, but for the codes of missing that the instrument declares.
    alone = read_data(written[0], data.instrument)
    pd.testing.assert_frame_equal(alone.respondents, data.respondents)
    assert set(alone.missing.stack()) == {""}


def test_a_dataset_written_into_a_study_reads_back(live: Store) -> None:
    data = fill(live)
    live.studies.create("again", TEXT)
    live.studies.set_status("again", "live")
    assert live.respond.load_simulated("again", data, until=datetime(2026, 6, 1)) == len(data.respondents)
    read = live.results.dataset("again")
    keys = ["age", "employed", "team", "d1", "remark", "level", "a2"]

    def ordered(found: Dataset) -> pd.DataFrame:
        frame = found.respondents.join(found.missing.add_suffix("?")).drop(
            columns=["seconds_per_item", *PARADATA], errors="ignore"
        )
        return frame.sort_values([*keys, "d1?", "team?"]).reset_index(drop=True)

    pd.testing.assert_frame_equal(ordered(read), ordered(data))
    before, after = live.results.counts("small"), live.results.counts("again")
    assert (after.opened, after.started, after.completed) == (6, 6, before.completed)
    assert after.leaving == {page: n for page, n in before.leaving.items() if page != "consent"}
    paced = read.respondents["seconds_per_item"].dropna()
    assert sorted(paced) == pytest.approx(sorted(data.respondents["seconds_per_item"].dropna()), abs=1e-5)


numbers = st.floats(allow_nan=False, allow_infinity=False, width=64).map(lambda x: x + 0.0)
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip)
WIDE = load(
    TEXT.replace("{type: number, min: 0, max: 200}", "{type: number}")
    .replace("type: text, max_length: 200", "type: text")
    .replace("require: hard", "require: none"),
    "wide.yaml",
)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    missing = st.sampled_from(list(Missing))
    one: dict[str, st.SearchStrategy[object]] = {
        "age": st.integers(16, 99).map(float) | missing,
        "employed": st.just("yes") | missing,
        "d2": st.just("yes"),
        "a1": st.integers(1, 5).map(float) | missing,
        "far": numbers | missing,
        "roles": st.lists(st.sampled_from(["peer", "friend", "other"]), min_size=1, unique=True).map(tuple) | missing,
        "order": st.permutations(["a", "b"]).map(tuple) | missing,
        "since": st.dates().map(str) | missing,
        "remark": text | missing,
    }
    fields = st.fixed_dictionaries({}, optional={"team": st.sampled_from(["7", "north", "-99"]), "level": numbers})
    names = draw(st.lists(text.map(str.strip), min_size=1, max_size=6, unique=True))
    return assemble(
        WIDE,
        [
            Respondent(
                id=name,
                answers={"consent": "yes", **draw(st.fixed_dictionaries(one))},  # type: ignore[dict-item]
                submitted=frozenset(draw(st.sets(st.sampled_from(PAGES)))),
                fields=draw(fields),
                seconds_per_item=draw(numbers.map(abs) | st.just(math.nan)),
            )
            for name in names
        ],
        "made",
    )


@given(datasets())
@settings(max_examples=60)
def test_any_dataset_survives_its_files(data: Dataset) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_csv_folder(data, folder)
        same(data, read_data(folder, data.instrument))


def test_ties_are_written_only_where_there_are_any(live: Store, tmp_path: Path) -> None:
    data = fill(live)
    whose = data.respondents.index[0]
    columns = {name: pd.array(cells, dtype="str") for name, cells in {"id": [whose] * 2, "tie": ["T1", "T2"]}.items()}
    columns |= {"g1": [1.0, 0.0], "g2": [1.0, 1.0], "interpreted": [1.0, 0.0], "probability": [0.5, 0.5]}
    ties = pd.DataFrame({**columns, "weight": [2.0, math.nan]})
    names = [path.name for path in write_csv_folder(replace(data, ties=ties), tmp_path)]
    assert names == ["respondents.csv", "missing.csv", "ties.csv"]
    pd.testing.assert_frame_equal(read_data(tmp_path, data.instrument).ties, ties)
    write_csv_folder(data, tmp_path)
    assert not (tmp_path / "ties.csv").exists()


def test_a_frame_and_an_spss_file_read_as_a_csv_does(live: Store, tmp_path: Path) -> None:
    data = fill(live)
    same(
        replace(data, missing=data.missing.map(lambda _: "").astype("str")),
        read_frame(data.respondents, data.instrument, "upload"),
    )
    frame = data.respondents.reset_index().drop(columns=["roles.peer", "roles.friend", "roles.other"])
    frame.loc[frame["a1"].isna(), "a1"] = 8.0
    frame.loc[0, "age"] = 99.0
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "data.sav"),
        variable_value_labels={"a1": {8.0: "Does not apply", 1.0: "Never"}},
        missing_ranges={"a1": [{"lo": 8, "hi": 9}]},
    )
    read = read_data(tmp_path / "data.sav", data.instrument)
    assert read.respondents["age"].iloc[0] == 99.0
    assert read.respondents["a1"].tolist() == pytest.approx(data.respondents["a1"].tolist(), nan_ok=True)
    assert read.missing["a1"].tolist() == ["does_not_apply" if math.isnan(x) else "" for x in data.respondents["a1"]]
    assert read.respondents["remark"].tolist() == pytest.approx(data.respondents["remark"].tolist(), nan_ok=True)
    assert "roles.peer" not in read.respondents
