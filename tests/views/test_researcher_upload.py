"""Data collected elsewhere: the page that draws up their instrument and opens them in the explorer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scoring import score
from survey.dataset.guess import guess_columns, guess_scales
from survey.dataset.read import read_frame
from survey.instrument.draw_up import draw_up
from survey.store import Store
from tests.views.researcher_support import again, open_page, people, simulated, temporary_store, words
from views.researcher.naming import slug_of


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def table() -> pd.DataFrame:
    answers = simulated().respondents
    items = [c for c in answers.columns if c.startswith(("ins", "str")) and c[3:].isdigit()]
    return answers[[*items, "age", "gender"]].reset_index()


@given(st.text(max_size=80), st.sets(st.text(max_size=10), max_size=5))
def test_a_slug_fits_an_address_whatever_the_title(title: str, taken: set[str]) -> None:
    slug = slug_of(title, taken)
    assert slug not in taken
    assert all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in slug)
    assert slug[0].isalpha()
    assert len(slug) <= 63


# --- the page ---


def test_what_is_guessed_gives_the_scores_of_the_shipped_instrument() -> None:
    frame = table()
    columns = guess_columns(frame)
    instrument = draw_up("elsewhere", columns, guess_scales(columns, frame))
    kept = frame[[spec.column for spec in columns if spec.kind != "ignore"]]
    drawn = score(read_frame(kept, instrument, "elsewhere")).frame
    shipped = score(simulated()).frame
    for mine, theirs in (("ins", "instrumental"), ("str", "stress")):
        assert sorted(drawn[mine].dropna().round(9)) == sorted(shipped[theirs].dropna().round(9))


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
    said = [e.value.replace("\\", "") for e in page.error]
    assert said == ["d.csv: the column 'a' is there twice. Give each column a name of its own."]
