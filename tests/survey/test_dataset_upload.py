"""Tables from elsewhere in the bytes of a file, and the guess at what their columns are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from survey.dataset.guess import guess_columns, guess_scales
from survey.dataset.read import read_frame
from survey.dataset.upload import read_upload
from survey.errors import DataProblems
from survey.instrument.draw_up import draw_up
from survey.instrument.labels import label

ROWS = 12
WIDE = 2500


def table() -> pd.DataFrame:
    """Twelve people: three items of which one runs the other way, and what else a file holds."""
    level = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 3, 2]
    return pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(ROWS)],
            "mood1": level,
            "mood2": [*level[:-1], 3],
            "mood3": [6 - value for value in level],
            "age": [19.5 + 3 * i for i in range(ROWS)],
            "gender": ["f", "m", "x"] * 4,
            "why": [f"words {i}" for i in range(ROWS)],
            "row": range(1, ROWS + 1),
        }
    )


def sav(folder: Path, frame: pd.DataFrame, **about: object) -> bytes:
    path = folder / "made.sav"
    pyreadstat.write_sav(frame, str(path), **about)
    return path.read_bytes()


# --- reading ---


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ","), ("\t", ".")])
def test_a_csv_is_read_with_comma_semicolon_or_tab(separator: str, decimal: str) -> None:
    content = table().to_csv(index=False, sep=separator, decimal=decimal).encode("utf-8-sig")
    pd.testing.assert_frame_equal(read_upload("d.csv", content).frame, table(), check_dtype=False)


def test_an_spss_file_brings_questions_labels_and_why_values_are_missing(tmp_path: Path) -> None:
    content = sav(
        tmp_path,
        pd.DataFrame({"q1": [1.0, 2.0, 5.0, -9.0], "sex": [1.0, 2.0, 2.0, 1.0]}),
        column_labels={"q1": "I am heard."},
        variable_value_labels={"q1": {1: "Never", 5: "Always", -9: "Refused"}, "sex": {1: "Female", 2: "Male"}},
        missing_ranges={"q1": [-9]},
    )
    read = read_upload("d.sav", content)
    assert read.texts == {"q1": "I am heard."}
    assert read.frame["q1"].dropna().tolist() == [1, 2, 5]
    assert read.missing == {"q1": ["", "", "", "refused"]}
    columns = guess_columns(read.frame, read.texts, read.labels)
    assert [spec.kind for spec in columns] == ["likert", "choice"]
    instrument = draw_up("d", columns, [])
    assert label(instrument.format_of("q1"), 5) == "Always"
    assert label(instrument.format_of("sex"), "2") == "Male"
    dataset = read_frame(read.frame, instrument, "d.sav", read.missing)
    assert dataset.missing["q1"].tolist() == ["", "", "", "refused"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.csv", b"", "empty"),
        ("d.csv", b"  \n", "empty"),
        ("d.csv", b"a,b\n", "no row"),
        ("d.csv", "a,b\n1,é\n".encode("latin-1"), "line 2: byte 0xe9 is not UTF-8"),
        ("d.csv", b"PK\x03\x04rest", "Excel"),
        ("d.csv", b"a,b\n\x00,1\n", "NUL"),
        ("d.csv", b"a,a\n1,2\n", "'a' is there twice"),
        ("d.csv", b"a,b\n1,2\n1,2,3\n", "cannot be read as CSV"),
        ("d.sav", b"not a sav file at all", "cannot be read as an SPSS file"),
        ("d.csv", (",".join(f"c{i}" for i in range(WIDE)) + "\n" + ",".join("1" * WIDE)).encode(), "2,500"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(name: str, content: bytes, said: str) -> None:
    with pytest.raises(DataProblems) as caught:
        read_upload(name, content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(name)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.zsav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0] * 300_000}), str(path), compress=True)
    monkeypatch.setattr("survey.dataset.upload.MOST_BYTES", 1_000_000)
    assert len(path.read_bytes()) < 10_000
    with pytest.raises(DataProblems, match="too large"):
        read_upload("bomb.zsav", path.read_bytes())


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_damaged_spss_file_is_refused_in_words(tmp_path: Path, share: float) -> None:
    content = sav(tmp_path, table())
    with pytest.raises(DataProblems, match=r"^d\.sav: this cannot be read"):
        read_upload("d.sav", content[: int(len(content) * share)])


# --- guessing ---


def test_columns_and_scales_are_guessed() -> None:
    columns = {spec.name: spec for spec in guess_columns(table(), {"mood1": "I am well."})}
    assert {name: spec.kind for name, spec in columns.items()} == {
        "id": "ignore", "mood1": "likert", "mood2": "likert", "mood3": "likert", "age": "number",
        "gender": "category", "why": "ignore", "row": "ignore",
    }  # fmt: skip
    assert (columns["mood1"].minimum, columns["mood1"].maximum, columns["mood1"].text) == (1, 5, "I am well.")
    (scale,) = guess_scales(tuple(columns.values()), table())
    assert (scale.name, scale.items) == ("mood", ("mood1", "mood2", "-mood3"))


def test_a_range_that_nobody_used_in_full_is_widened_to_its_neighbours() -> None:
    frame = pd.DataFrame({"q1": [2.0, 3, 4, 3], "q2": [1.0, 5, 3, 4]})
    assert {(spec.minimum, spec.maximum) for spec in guess_columns(frame)} == {(1.0, 5.0)}


def test_headers_that_are_no_ids_are_kept_beside_the_ids() -> None:
    (spec,) = guess_columns(pd.DataFrame({"How old?": [1.5, 2.5]}))
    assert (spec.name, spec.header, spec.column) == ("How_old", "How old?", "How old?")
