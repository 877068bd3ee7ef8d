"""Twenty-five respondents with known answers go through the real app; the database and the results must be theirs."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from ruamel.yaml import YAML

from survey.dataset.model import Dataset
from survey.instrument.canonical import yaml_of
from survey.instrument.load import load, shipped, shipped_plan_text, shipped_text
from survey.store import Session, Store, open_store
from tests.support import journey, journey_formats, journey_walk
from tests.support.browser import Server
from tests.support.journey import Person
from tests.support.terminal import twofold

pytestmark = pytest.mark.browser

STUDY = "two-supports-2026"
INSTRUMENT = shipped(journey.INSTRUMENT)
PEOPLE = journey.people(INSTRUMENT)
FORMATS = "every-format"
EVERY_FORMAT = load(journey_formats.TEXT, "every_format.yaml")
SIX = journey_formats.people()
EVERYBODY = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
HOW = {"seconds_per_item", "minutes", "back_steps", "channel", "device"}
CONSENTED = [person for person in PEOPLE if person.end != "declined"]
AT_ONCE = 5


@dataclass(frozen=True)
class Journey:
    """What is left when everybody has gone: the store, who had which link, what failed, and the server's log."""

    folder: Path
    url: str
    store: Store
    tokens: Mapping[str, str]
    failures: Mapping[str, str]
    log: Path

    @property
    def database(self) -> Path:
        return self.folder / "survey.db"

    def session(self, person: Person) -> Session:
        """What the store holds of somebody."""
        found = self.store.respond.enter(self.tokens[person.name])
        assert found is not None, f"no response under the link of {person.name}"
        return found


@pytest.fixture(scope="module")
def went(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """The journey itself: a live study, 25 respondents, and somebody who only looks."""
    folder = tmp_path_factory.mktemp("journey")
    url = f"sqlite:///{folder / 'survey.db'}"
    store = open_store(url)
    store.studies.create(STUDY, shipped_text(journey.INSTRUMENT))
    store.studies.set_plan(STUDY, plan())
    store.plans.lock(STUDY, "when everybody has answered")
    store.studies.set_status(STUDY, "live")
    invited = [person for person in PEOPLE if person.personal]
    invitations = store.invitations.create(STUDY, [(person.name, {"team": person.team}) for person in invited])
    tokens = {person.name: token for person, (_, token) in zip(invited, invitations, strict=True)}
    store.studies.create(FORMATS, journey_formats.TEXT)
    store.studies.set_status(FORMATS, "live")
    server = Server(url, log=folder / "server.log").start()

    def link(person: Person, study: str) -> str:
        token = tokens.get(person.name)
        if person.side == "plain":
            return f"{server.url}/s/{token}" if token else f"{server.url}/study/{study}"
        return f"{server.url}/?s={token}" if token else f"{server.url}/?study={study}"

    everybody = [(person, INSTRUMENT, STUDY) for person in PEOPLE] + [(one, EVERY_FORMAT, FORMATS) for one in SIX]
    walks = [
        journey_walk.Walk(person, instrument, chromium, server, store, link(person, study))
        for person, instrument, study in everybody
    ]
    try:
        look(chromium, server)
        failures = journey_walk.run(walks, server, AT_ONCE)
    finally:
        server.stop()
    yield Journey(folder, url, store, {walk.person.name: walk.token for walk in walks}, failures, folder / "server.log")
    store.close()


def look(chromium: Browser, server: Server) -> None:
    """Somebody opens the link, and goes away."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/?study={STUDY}")
    page.locator(".tf[data-page=consent]").wait_for()
    context.close()


def plan() -> str:
    """The plan that ships, but for how fast a respondent may be (these are no human beings), fewer resamples, and
    without what is said of ties and waves, which one file of answers does not hold; ties are held one by one above."""
    text, changed = str(shipped_plan_text(journey.INSTRUMENT)), 0
    for shipped_part, ours in (
        (r"(seconds_per_item: \{below): [^}]+", r"\1: 0.0001"),
        (r"resamples: \d+", "resamples: 500"),
    ):
        text, n = re.subn(shipped_part, ours, text)
        changed += n
    assert changed == 2
    data = YAML(typ="safe").load(text)
    beyond = [name for name, formula in data["derive"].items() if "ties." in formula or "wave" in formula]
    beyond.append("time")  # made of those of waves
    data["derive"] = {name: formula for name, formula in data["derive"].items() if name not in beyond}
    named = re.compile("|".join([r"ties\.", "@", *(rf"\b{name}\b" for name in beyond)]))
    kept = [one for one in data["analyses"] if one["kind"] not in ("tie", "network") and not named.search(str(one))]
    assert 10 < len(kept) < len(data["analyses"])
    # A file of answers alone does not say which were not asked for, so that more would be imputed.
    del data["missing"]
    data["robustness"]["missing"] = ["listwise"]
    return yaml_of({**data, "analyses": kept})


# --- who they are ----------------------------------------------------------------------------------------------------


def test_the_respondents_are_as_many_and_as_different_as_they_should_be() -> None:
    hands = Counter(person.hands for person in PEOPLE)
    assert len(PEOPLE) == 25
    assert hands["careful"] >= 5
    assert sum(person.hands != "keyboard" and person.width == 1280 for person in PEOPLE) >= 8
    assert hands["keyboard"] >= 4
    assert sum(person.width == 360 for person in PEOPLE) >= 6
    assert {person.end for person in PEOPLE} == {"thanks", "declined", "stopped"}
    assert sum(person.in_flight for person in PEOPLE) >= 5
    assert sum(person.sides == {"full", "plain"} for person in PEOPLE) >= 6
    for side in ("full", "plain"):
        those = [person for person in PEOPLE if side in person.sides]
        assert {person.hands for person in those} == {"careful", "quick", "keyboard"}, side
        assert {(person.width, person.language) for person in those} == set(product((360, 1280), ("en", "fr"))), side
    for kind in ({"hands": "keyboard"}, {"width": 360}, {"width": 1280}, {}):
        those = [person for person in PEOPLE if all(getattr(person, name) == value for name, value in kind.items())]
        sent = {page for person in those for page in person.log}
        pages = {page.id for page in INSTRUMENT.pages if page.type != "feedback"}
        assert {page.split(".")[0] for page in sent} == pages, kind
        assert {page.split(".")[1] for page in sent if "." in page} >= {"g1", "g2", "g3", "same", "about", "between"}


def test_the_same_seed_gives_the_same_answers() -> None:
    assert journey.people(INSTRUMENT) == PEOPLE
    assert journey.people(INSTRUMENT, seed=1) != PEOPLE


def test_the_six_meet_every_format_on_either_side_in_each_language_with_every_kind_of_hands() -> None:
    types = {EVERY_FORMAT.format_of(item).type for item in EVERY_FORMAT.items}
    assert types == {"likert", "choice", "multichoice", "number", "slider", "date", "text", "rank"}
    assert Counter(person.hands for person in SIX) == {"careful": 2, "quick": 2, "keyboard": 2}
    assert {person.width for person in SIX} == {360, 1280}
    assert {person.language for person in SIX} == {"en", "fr"}
    assert {person.side for person in SIX} == {"full", "plain"}
    assert sum(person.sides == {"full", "plain"} for person in SIX) == 3


# --- what they met ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [*PEOPLE, *SIX], ids=lambda person: person.name)
def test_the_way_through_the_pages_was_as_expected(went: Journey, person: Person) -> None:
    assert person.name not in went.failures, went.failures[person.name]


# --- what the database holds -----------------------------------------------------------------------------------------


@EVERYBODY
def test_the_log_holds_each_page_that_was_sent_once(went: Journey, person: Person) -> None:
    session = went.session(person)
    with sqlite3.connect(went.database) as connection:
        query = "SELECT page FROM submission WHERE response_id = ? ORDER BY sequence"
        pages = [page for (page,) in connection.execute(query, (session.response_id.hex,))]
    assert pages == list(person.log)


@EVERYBODY
def test_the_log_adds_up_to_exactly_what_was_answered(went: Journey, person: Person) -> None:
    session = went.session(person)
    assert session.answers == journey.fold(INSTRUMENT, person)
    assert session.submitted == set(person.log)
    assert session.completed == (person.end == "thanks")
    assert session.consented == (person.end != "declined")


@EVERYBODY
def test_the_people_named_are_kept_apart_and_for_the_respondent_alone(went: Journey, person: Person) -> None:
    assert went.store.respond.names(went.session(person)) == journey.named(INSTRUMENT, person)


def test_there_are_as_many_responses_as_people_who_sent_anything(went: Journey) -> None:
    counts = went.store.results.counts(STUDY)
    stopped = [person for person in PEOPLE if person.end == "stopped"]
    assert len({went.session(person).response_id for person in PEOPLE}) == len(PEOPLE)
    assert (counts.started, counts.consented) == (len(PEOPLE), len(CONSENTED))
    assert counts.completed == len(CONSENTED) - len(stopped)
    assert sum(counts.leaving.values()) == len(stopped) + len(PEOPLE) - len(CONSENTED)
    assert counts.opened > len(PEOPLE)
    with sqlite3.connect(went.database) as connection:
        ((responses,),) = connection.execute("SELECT count(*) FROM response").fetchall()
        ((submissions,),) = connection.execute("SELECT count(*) FROM submission").fetchall()
        ((different,),) = connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT response_id, sequence FROM submission)"
        ).fetchall()
    assert responses == len(PEOPLE) + len(SIX)
    assert submissions == different == sum(len(person.log) for person in [*PEOPLE, *SIX])


def test_every_cell_of_the_dataset_is_what_was_answered_or_says_why_not(went: Journey) -> None:
    dataset = went.store.results.dataset(STUDY)
    rows = cells(dataset)
    row_of = {person.name: str(went.session(person).response_id) for person in CONSENTED}
    assert set(rows) == set(row_of.values())
    wrong = [
        f"{person.name}: {column} is {found!r} and should be {wanted!r}"
        for person in CONSENTED
        for column, wanted in journey.cells(INSTRUMENT, person).items()
        if (found := rows[row_of[person.name]][column]) != wanted
    ]
    assert not wrong
    reasons = {why for row in rows.values() for _, why in row.values()}
    assert reasons == {"", "skipped", "not_shown", "not_reached"}
    columns = {column for person in CONSENTED for column in journey.cells(INSTRUMENT, person)}
    assert set(dataset.respondents.columns) == columns | HOW | {"wave"}
    assert (dataset.respondents["seconds_per_item"] > 0).all()


@pytest.mark.parametrize("person", SIX, ids=lambda person: person.name)
def test_an_answer_in_every_format_is_kept_as_it_was_given(went: Journey, person: Person) -> None:
    session = went.session(person)
    assert session.answers == journey_formats.fold(person)
    assert session.completed
    dataset = went.store.results.dataset(FORMATS)
    assert len(dataset.respondents) == len(SIX)
    known = journey_formats.cells(person)
    row = cells(dataset)[str(session.response_id)]
    assert {column: row[column] for column in known} == known
    assert set(row) == set(known) | HOW


def test_every_tie_is_what_was_entered(went: Journey) -> None:
    dataset = went.store.results.dataset(STUDY)
    wanted_ties, wanted_pairs = [], []
    for person in CONSENTED:
        row = str(went.session(person).response_id)
        ties, pairs = journey.ties(INSTRUMENT, person)
        wanted_ties += [{"id": row, **tie} for tie in ties]
        wanted_pairs += [{"id": row, **pair} for pair in pairs]
    assert len(wanted_ties) > 20
    assert len(wanted_pairs) > 10
    for frame, wanted in ((dataset.ties, wanted_ties), (dataset.between, wanted_pairs)):
        known = frame.astype(object).where(frame.notna(), None)
        found = sorted(known.to_dict("records"), key=str)
        columns = set(wanted[0])
        assert set(frame.columns) == columns
        assert found == sorted(({str(c): row[c] for c in frame.columns} for row in wanted), key=str)


def cells(dataset: Dataset) -> dict[str, dict[str, tuple[object, object]]]:
    """By row and column: the value, None for none, and why there is none."""
    values = dataset.respondents.astype(object).where(dataset.respondents.notna(), None).to_dict("index")
    reasons = dataset.missing.to_dict("index")
    return {
        str(row): {str(column): (value, reasons[row].get(column, "")) for column, value in columns.items()}
        for row, columns in values.items()
    }


# --- what nobody may read --------------------------------------------------------------------------------------------


def test_no_name_of_an_acquaintance_is_anywhere_in_plain(went: Journey, tmp_path: Path) -> None:
    names = {name.encode() for person in PEOPLE for name in person.acquaintances}
    assert len(names) > 30
    exported = tmp_path / "export"
    done = twofold("export", STUDY, "--to", "csv", "--out", str(exported), "--database", went.url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    files = [file for file in [*exported.rglob("*"), *went.folder.glob("*")] if file.is_file()]
    assert {"survey.db", "server.log", "respondents.csv"} <= {file.name for file in files}
    found = [f"{name.decode()} in {file}" for file in files for name in names if name in file.read_bytes()]
    assert not found


def test_the_servers_log_holds_no_fault_and_nothing_of_a_respondent(went: Journey) -> None:
    log = went.log.read_text("utf-8")
    assert not re.search("error|exception|traceback|warning", log, re.IGNORECASE), log[-4000:]
    assert not [token for token in went.tokens.values() if token in log]
    assert not [text for text in journey.TEXTS if text in log]


# --- from the answers to the results ---------------------------------------------------------------------------------


def test_analyze_gives_the_same_results_for_the_study_as_for_a_file_of_the_known_answers(
    went: Journey, tmp_path: Path
) -> None:
    known, plan_file = tmp_path / "known.csv", tmp_path / "plan.yaml"
    write_known_answers(went, known)
    plan_file.write_text(plan(), encoding="utf-8")
    study = ("analyze", STUDY, "--database", went.url, "--out", "study")
    file = ("analyze", "--data", str(known), "--instrument", journey.INSTRUMENT, "--plan", "plan.yaml", "--out", "file")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda words: twofold(*words, cwd=tmp_path), (study, file)))
    for one in done:
        assert one.returncode == 0, one.stderr
        assert f"{len(CONSENTED) - 1} of {len(CONSENTED)} respondents analysed" in one.stdout
    results = [(tmp_path / folder / "results.csv").read_bytes() for folder in ("study", "file")]
    lines = [result.decode().splitlines() for result in results]
    assert [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]] == []
    assert results[0] == results[1]
    rows = list(csv.DictReader(lines[0]))
    assert len(rows) > 500
    assert sum(row["statistic"] == "alpha" and bool(row["value"]) for row in rows) >= 7


def write_known_answers(went: Journey, path: Path) -> None:
    """A CSV of what was answered, written from the known answers; only the seconds are the database's."""
    seconds = went.store.results.dataset(STUDY).respondents["seconds_per_item"]
    rows = []
    for person in reversed(CONSENTED):
        answered = {column: value for column, (value, _) in journey.cells(INSTRUMENT, person).items()}
        spent = float(seconds[str(went.session(person).response_id)])
        rows.append({"id": f"person {person.number}", **answered, "seconds_per_item": repr(spent)})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
