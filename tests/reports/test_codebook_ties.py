"""The codebook of an instrument with a network: the tables of ties, and counts of answers about people."""

from __future__ import annotations

from analysis.simulate import simulate
from reports.codebook import codebook, variables
from reports.codebook_ties import tie_columns
from survey.instrument.load import load, shipped
from tests.support.browser import ROOT

NETWORK = load((ROOT / "tests" / "support" / "network.yaml").read_text("utf-8"), "network.yaml")


def test_every_column_of_the_tables_of_ties_is_explained() -> None:
    data = simulate(NETWORK, 60, 2).dataset
    told = {(column.file, part) for column in tie_columns(NETWORK) for part in column.id.split(", ")}
    items = set(NETWORK.networks["ties"].interpreters)
    own = {str(name) for name in data.ties.columns if str(name).split(".")[0] not in items}
    assert {name for file, name in told if file == "ties.csv"} == own
    assert {name for file, name in told if file == "between.csv"} | {"id"} == set(data.between.columns)
    html = codebook(data)
    assert "1 where closeness &gt;= 4; missing where that is not known." in html
    assert "Do these two know each other? 0 No, 1 Somewhat, 2 Well" in html


def test_answers_about_people_are_counted_over_ties() -> None:
    data = simulate(NETWORK, 60, 2).dataset
    closeness = next(variable for variable in variables(NETWORK, data) if variable.id == "closeness")
    assert closeness.n == int(data.ties["closeness"].notna().sum())
    assert [answer.count for answer in closeness.answers] == [
        int((data.ties["closeness"] == code).sum()) for code in (1, 2, 3, 4, 5)
    ]
    assert dict(closeness.missing) == {
        "not shown": int((data.ties["interpreted"] == 0).sum()),
        "skipped": int((data.missing_ties["closeness"] == "skipped").sum()),
    }
    role = next(variable for variable in variables(NETWORK, data) if variable.id == "role")
    assert role.answers[0].count == int(data.ties["role.peer"].sum())


def test_an_instrument_without_a_network_has_no_such_part() -> None:
    plain = shipped("two-supports").model_copy(update={"networks": {}})
    assert tie_columns(plain) == ()
    assert "ties.csv" not in codebook(plain)
