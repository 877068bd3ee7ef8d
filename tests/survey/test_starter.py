"""What `twofold new` gives to start from: sound, in the languages asked for, and never over another file."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.plan import load_plan
from survey.files.problems import FileProblems
from survey.instrument.load import load, ready_ids, shipped
from survey.instrument.model import say
from survey.instrument.starter import start
from survey.instrument.unfilled import unfilled
from tests.support.terminal import twofold


@pytest.mark.parametrize("languages", [(), ("en",), ("fr", "en"), ("de", "fr")])
def test_the_small_pair_is_sound_in_any_languages(languages: tuple[str, ...]) -> None:
    text, plan = start("mine", languages)
    instrument = load(text, "mine.yaml")
    assert (instrument.id, instrument.languages) == ("mine", languages or ("en",))
    assert load_plan(plan, "mine.plan.yaml", instrument).instrument == "mine"
    assert text.count("# ") > 8
    said = {code: say(instrument.items["works"].text, code, ("x",)) for code in instrument.languages}
    known = {"en": "Do you have a job?", "de": "[de: Do you have a job?]", "fr": "Avez-vous un emploi\xa0?"}
    assert said == {code: known[code] for code in instrument.languages}


@pytest.mark.parametrize("origin", ready_ids())
def test_a_ready_definition_gets_a_place_for_each_wording(origin: str) -> None:
    text, plan = start("mine", ("en", "fr"), origin)
    instrument, ready = load(text, "mine.yaml"), shipped(origin)
    assert load_plan(plan, "mine.plan.yaml", instrument).instrument == "mine"
    assert (instrument.scales, instrument.sources) == (ready.scales, ready.sources)
    assert instrument.pages[1].items == tuple(ready.items)
    open_ = [place for place, _ in unfilled(instrument) if place in instrument.items]
    assert open_ == [item for item in instrument.items for _ in ("en", "fr")]


def test_a_copy_of_what_ships_in_all_its_languages_or_in_one() -> None:
    first = shipped("two-supports")
    whole = load(start("mine", (), "two-supports")[0], "mine.yaml")
    assert whole == first.model_copy(update={"id": "mine"})
    text, plan = start("mine", ("fr",), "two-supports")
    one = load(text, "mine.yaml")
    assert one.languages == ("fr",)
    assert load_plan(plan, "mine.plan.yaml", one).instrument == "mine"
    for item in first.items:
        assert say(one.items[item].text, "fr", ("fr",)) == say(first.items[item].text, "fr", ("en",))


@pytest.mark.parametrize(
    ("name", "languages", "origin", "word"),
    [
        ("no name", (), "", "cannot be the id"),
        ("mine", ("de",), "two-supports", "no language de"),
        ("mine", (), "two-suports", "Did you mean 'two-supports'"),
    ],
)
def test_what_cannot_be_is_told(name: str, languages: tuple[str, ...], origin: str, word: str) -> None:
    with pytest.raises(FileProblems, match=word):
        start(name, languages, origin)


def test_the_command_writes_both_files_once(tmp_path: Path) -> None:
    done = twofold("new", "mine", "--languages", "en,fr", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert twofold("check", "mine.yaml", "mine.plan.yaml", cwd=tmp_path).returncode == 0
    before = (tmp_path / "mine.yaml").read_text("utf-8")
    again = twofold("new", "mine", "--from", "k6", cwd=tmp_path)
    assert again.returncode == 2
    assert again.stderr == "twofold: mine.yaml: this file is there already. Choose another name, or delete it.\n"
    assert (tmp_path / "mine.yaml").read_text("utf-8") == before
