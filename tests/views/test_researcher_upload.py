"""Data collected elsewhere: reading them, drawing up their instrument, and opening them in the explorer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scoring import score
from survey.dataset.read import read_frame
from survey.instrument.load import load
from survey.store import Store
from tests.views.researcher_support import again, open_page, people, simulated, temporary_store, words
from views.researcher import drawup
from views.researcher.naming import slug_of
from views.researcher.reading import UnreadableError, read_table


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def table() -> pd.DataFrame:
    answers = simulated().respondents
    items = [c for c in answers.columns if c.startswith(("ins", "str")) and c[3:].isdigit()]
    return answers[[*items, "age", "gender"]].reset_index()


# --- reading ---


def test_a_csv_is_read_with_comma_semicolon_or_tab() -> None:
    frame = table()
    for separator, decimal in ((",", "."), (";", ","), ("\t", ".")):
        content = frame.to_csv(index=False, sep=separator, decimal=decimal).encode("utf-8-sig")
        read = read_table("d.csv", content)
        assert list(read.frame.columns) == list(frame.columns)
        assert read.frame["ins1"].equals(frame["ins1"])


def test_an_spss_file_brings_the_wording_of_its_questions(tmp_path: Path) -> None:
    path = tmp_path / "d.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0, 2.0, 5.0]}), str(path), column_labels={"q1": "I am heard."})
    read = read_table("d.sav", path.read_bytes())
    assert read.texts == {"q1": "I am heard."}
    assert read.frame["q1"].tolist() == [1, 2, 5]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.csv", b"", "empty"),
        ("d.csv", b"  \n", "empty"),
        ("d.csv", b"a,b\n", "no row"),
        ("d.csv", "a,b\n1,é\n".encode("latin-1"), "line 2: not UTF-8"),
        ("d.csv", b"a,a\n1,2\n", "'a' is there twice"),
        ("d.csv", b"a,b\n1,2\n1,2,3\n", "cannot be read as CSV"),
        ("d.sav", b"not a sav file at all", "cannot be read as an SPSS file"),
        (
            "d.csv",
            (",".join(f"c{i}" for i in range(2500)) + "\n" + ",".join("1" for _ in range(2500))).encode(),
            "2,500",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(name: str, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_table(name, content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(name)


# --- drawing up ---


def test_columns_and_scales_are_guessed() -> None:
    frame = table()
    columns = drawup.guess(frame)
    uses = {d.name: d.use for d in columns}
    assert uses["id"] == "leave out"
    assert uses["ins1"] == "answer"
    assert uses["age"] in ("number", "category")
    ranges = {d.name: (d.low, d.high) for d in columns if d.use == "answer"}
    assert ranges["ins1"] == (1, 5)
    assert ranges["str1"] == (0, 4)
    scales = {s.name: s for s in drawup.guess_scales(columns, frame)}
    assert set(scales["str"].reversed_items) == {"str6", "str7"}
    assert set(scales["ins"].reversed_items) == {"ins7", "ins8"}


def test_what_is_drawn_up_gives_the_scores_of_the_shipped_instrument() -> None:
    frame = table()
    columns = drawup.guess(frame)
    text = drawup.instrument_text("Elsewhere", "elsewhere", columns, drawup.guess_scales(columns, frame))
    instrument = load(text, "drawn up")
    kept = frame[[d.column for d in columns if d.use != "leave out"]].rename(
        columns={d.column: d.name for d in columns}
    )
    drawn = score(read_frame(kept, instrument, "elsewhere")).frame
    shipped = score(simulated()).frame
    for mine, theirs in (("ins", "instrumental"), ("str", "stress")):
        expected = sorted(shipped[theirs].dropna().round(9))
        assert sorted(drawn[mine].dropna().round(9)) == expected


def test_a_range_that_nobody_used_in_full_is_widened_to_its_neighbours() -> None:
    frame = pd.DataFrame({"q1": [2.0, 3, 4, 3], "q2": [1.0, 5, 3, 4]})
    assert {(d.low, d.high) for d in drawup.guess(frame)} == {(1.0, 5.0)}


@given(st.lists(st.text(max_size=12), min_size=1, max_size=12))
def test_ids_are_always_allowed_and_never_twice(names: list[str]) -> None:
    ids = drawup.ids_of(names)
    assert len(set(ids)) == len(ids) == len(names)
    assert all(i[0].isascii() and i[0].isalpha() and i.replace("_", "a").isalnum() and len(i) <= 64 for i in ids)


@given(st.text(max_size=80), st.sets(st.text(max_size=10), max_size=5))
def test_a_slug_fits_an_address_whatever_the_title(title: str, taken: set[str]) -> None:
    slug = slug_of(title, taken)
    assert slug not in taken
    assert all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in slug)
    assert slug[0].isalpha()
    assert len(slug) <= 63


# --- the page ---


def test_a_table_is_uploaded_drawn_up_and_opened(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("upload", people(store)["analyst"], monkeypatch)
    page.file_uploader(key="table").upload("elsewhere.csv", table().to_csv(index=False).encode(), "text/csv")
    again(page)
    said = words(page)
    assert "120 rows and" in said
    assert "str6 (reversed)" in said.replace("\\", "")
    remove = next(b for b in page.button if b.key == "remove_str")
    again(remove.click())
    assert not [b for b in page.button if b.key == "remove_str"]


def test_a_file_that_is_no_table_is_said_in_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("upload", people(store)["owner"], monkeypatch)
    page.file_uploader(key="table").upload("d.csv", b"a,a\n1,2\n", "text/csv")
    again(page)
    assert [e.value for e in page.error] == [
        "d.csv: the column 'a' is there twice. Give each column a name of its own."
    ]
