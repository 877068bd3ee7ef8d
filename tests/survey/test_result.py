"""The respondent's own result in the instrument and in the data: what ``check`` says, and who sees it when."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from survey.feedback import moment, recorded, result_of
from survey.instrument.canonical import to_yaml
from survey.instrument.compare import compare
from survey.instrument.load import check, load, shipped, shipped_text
from survey.store import Store
from tests.support.finished import short, through

EVERY = (Path(__file__).parents[1] / "support" / "every_key.yaml").read_text("utf-8")
TWO = shipped_text("two-supports")


def test_two_supports_shows_both_kinds_with_three_entries_each_in_both_languages() -> None:
    result = result_of(shipped("two-supports"))
    assert result is not None
    assert (result.show, result.network, result.compare, result.help) == ("at_once", "ties", True, None)
    assert [kind.scale for kind in result.kinds] == ["instrumental", "psychosocial"]
    assert [kind.support for kind in result.kinds] == ["instrumental", "psychosocial"]
    assert [[w.item for w in kind.checklist] for kind in result.kinds] == [["ck1", "ck2", "ck3"], ["ck4", "ck5", "ck6"]]
    advice = [w.advice for kind in result.kinds for w in kind.checklist]
    assert all(set(text) == {"en", "fr"} and all(len(said) > 80 for said in text.values()) for text in advice)  # type: ignore[union-attr]
    assert load(to_yaml(shipped("two-supports")), "again") == shipped("two-supports")


def test_a_feedback_page_without_it_shows_no_result() -> None:
    text = (Path(__file__).parents[1] / "support" / "little.yaml").read_text("utf-8")
    assert result_of(load(text, "little.yaml")) is None
    assert moment(load(text, "little.yaml"), uuid4(), {}) is None
    assert recorded(load(text, "little.yaml"), uuid4(), {}) is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    type: feedback\n", "    type: text\n", "'result' stands on a page that is not of type feedback."),
        ("scale: ease", "scale: easy", "scale 'easy' in 'result' is not defined. Define it under 'scales', or did you"),
        ("      network: ties\n", "      network: tie\n", "network 'tie' in 'result' is not defined."),
        ("support: work\n          scale", "support: home\n          scale", "no question for names of network 'ties'"),
        ("      network: ties\n", "", "'support: work' says nothing without a network."),
        ("[{item: works", "[{item: worked", "item 'worked' in 'checklist' is not defined."),
        ("[{item: works", "[{item: why", "item 'why' in 'checklist' has no highest score that would count as having."),
        ("[{item: works", "[{item: close", "item 'close' in 'checklist' is asked on no page."),
        ("show: after_last_wave", "show: at_once", "'last_wave' says nothing here"),
        ("  wave: {type: wave}\n", "", "'last_wave' needs a field of type wave"),
        ("help: {en: Call a friend., fr: Appelez quelqu'un.}", "help: {en: Call.}", "has no text in language 'fr'"),
        ("label: {en: Help, fr: Aide}", "label: {en: Help}", "has no text in language 'fr'"),
        ("fr: Regardez autour de vous.", "fr: <b>Regardez</b>", "looks like HTML"),
    ],
)
def test_each_mistake_is_named_at_its_place(old: str, new: str, problem: str) -> None:
    assert old in EVERY
    told = [str(one) for one in check(EVERY.replace(old, new), "s.yaml")]
    assert any(problem in one for one in told), told


def test_a_scale_without_a_range_cannot_be_shown() -> None:
    text = EVERY.replace("items: [calm, -tense]", "items: [calm, known]").replace("min: 0, max: 99, ", "min: 0, ")
    told = [str(one) for one in check(text, "s.yaml")]
    assert [one for one in told if "scale 'ease' cannot be shown in 'result': item 'known' declares no range." in one]


def test_a_change_of_it_touches_no_answer() -> None:
    changed = load(TWO.replace("show: at_once", "show: random_half"), "s.yaml")
    assert [(c.kind, c.part, c.name, c.detail) for c in compare(shipped("two-supports"), changed)] == [
        ("changed", "page", "thanks", "result")
    ]


def test_half_of_all_see_it_at_once_and_each_always_the_same() -> None:
    instrument = load(TWO.replace("show: at_once", "show: random_half"), "s.yaml")
    people = [UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for number in range(1, 2001)]
    shown = [moment(instrument, one, {}) for one in people]
    assert shown == [moment(instrument, one, {}) for one in people]
    assert 900 < shown.count("at_once") < 1100
    assert shown.count("at_once") + shown.count("later") == 2000
    assert [recorded(instrument, one, {}) for one in people] == [float(one == "at_once") for one in shown]


def test_after_the_last_wave_alone() -> None:
    text = TWO.replace("show: at_once", "show: after_last_wave\n      last_wave: '3'")
    instrument = load(text, "s.yaml")
    who = uuid4()
    seen = {str(wave): moment(instrument, who, {"wave": wave}) for wave in ("1", "2", "3", 3.0, 30.0)}
    assert seen == {"1": "later", "2": "later", "3": "at_once", "3.0": "at_once", "30.0": "later"}
    assert moment(instrument, who, {}) == "later"
    assert recorded(instrument, who, {"wave": "3"}) == 1.0
    assert recorded(instrument, who, {"wave": "1"}) == 0.0


def test_the_data_say_who_saw_it_where_not_everybody_did(store: Store) -> None:
    half = short().replace("    result:\n", "    result:\n      show: random_half\n")
    for slug, text in (("half", half), ("all", short())):
        store.studies.create(slug, text)
        store.studies.set_status(slug, "pilot")
        for number in range(8):
            through(store, store.respond.begin(slug, f"who {number}"), names={"g1": (), "g2": (), "g3": ()})
    data = store.results.dataset("half")
    shown = {key: moment(data.instrument, UUID(str(key)), {}) for key in data.respondents.index}
    column = data.respondents["result_shown"].to_dict()
    assert column == {key: float(when == "at_once") for key, when in shown.items()}
    assert set(column.values()) == {0.0, 1.0}
    assert "result_shown" not in store.results.dataset("all").respondents
