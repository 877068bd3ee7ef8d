"""Ego networks: who is who, who is asked about, what the log adds up to, and that no name is where it should not be."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from survey import flow
from survey.answers import Answer
from survey.dataset.missing import Missing
from survey.dataset.read import read_data
from survey.dataset.sampling import draw, places
from survey.dataset.write import write_csv_folder
from survey.errors import AnswerError, Conflict, DataProblems, Stale
from survey.instrument.load import check, load
from survey.network.people import alike_pairs, key_of, people
from survey.store import Session, Store, open_store, schema
from tests.survey.conftest import KEY
from tests.survey.store_support import START, send

TEXT = (Path(__file__).parents[1] / "support" / "network.yaml").read_text("utf-8")
NETWORK = load(TEXT, "network.yaml")
BY_QUESTION = TEXT.replace("interpret_at_most: 5", "interpret_by: question\n    interpret_at_most: 3")
ABOUT: dict[str, object] = {"closeness": 4, "contact": 2, "context": "work", "role": ["peer", "friend"], "years": "2,5"}


@pytest.fixture
def asked(store: Store) -> Store:
    for slug, text in (("network", TEXT), ("questions", BY_QUESTION)):
        store.studies.create(slug, text)
        store.studies.set_status(slug, "live")
    return store


def begun(store: Store, slug: str = "network", who: str = "ego") -> Session:
    return send(store, store.respond.begin(slug, who), "consent", {"consent": "yes"}).session


def name(store: Store, session: Session, generator: str, *rows: object, **more: object) -> Session:
    return send(store, session, f"people.{generator}", {f"ties.{generator}": rows}, **more).session


def about(store: Store, session: Session, tie: str, **answers: object) -> Session:
    given = {f"ties.{tie}.{item}": value for item, value in {**ABOUT, **answers}.items()}
    return send(store, session, f"people.about.{tie}", given).session


def here(session: Session) -> str | None:
    return flow.first_open(session.study.instrument, session.answers, session.submitted)


def worked(store: Store, who: str = "ego") -> Session:
    """The ego E with A, B, C, D, and ties A–B and B–C."""
    session = name(store, begun(store, who=who), "g1", "A", "B", "C", "D")
    session = name(store, session, "g2", ("T1", "A"))
    for tie in ("T1", "T2", "T3", "T4"):
        session = about(store, session, tie)
    levels = {f"ties.between.{a}.{b}": 0 for a, b in (("T1", "T3"), ("T1", "T4"), ("T2", "T4"), ("T3", "T4"))}
    return send(store, session, "people.between", {**levels, "ties.between.T1.T2": 2, "ties.between.T2.T3": 1}).session


# --- who is who ------------------------------------------------------------------------------------------------------


def test_names_are_alike_whatever_their_case_accents_and_dots() -> None:
    assert key_of("J. Müller") == key_of(" j muller") == key_of("J.MÜLLER")
    assert key_of("Straße") == key_of("STRASSE")
    assert key_of("Ann") != key_of("Anne")
    assert key_of("★") == "★"
    assert alike_pairs({"T2": "sam", "T1": "Sam", "T3": "Bo", "T10": "SAM."}) == (
        ("T1", "T2"),
        ("T1", "T10"),
        ("T2", "T10"),
    )
    many = alike_pairs({f"T{i}": "Sam" for i in range(1, 7)})
    assert many == tuple(("T1", f"T{i}") for i in range(2, 7))


def test_the_same_person_named_twice_is_merged_once_that_is_confirmed(asked: Store) -> None:
    session = name(asked, name(asked, begun(asked), "g1", "Sam", "Ann"), "g2", "sam.", "Bo")
    assert here(session) == "people.same"
    assert session.answers["ties.alike"] == ("T1-T3",)
    apart = send(asked, session, "people.same", {"ties.same.T1.T3": "no"}).session
    assert apart.answers["ties.asked"] == ("T1", "T2", "T3", "T4")
    one = send(asked, apart, "people.same", {"ties.same.T1.T3": "yes"}).session
    assert one.answers["ties.asked"] == ("T1", "T2", "T4")
    network = NETWORK.networks["ties"]
    found = people("ties", network, one.answers)
    assert [(p.tie, p.mentions, p.generators) for p in found] == [
        ("T1", ("T1", "T3"), ("g1", "g2")),
        ("T2", ("T2",), ("g1",)),
        ("T4", ("T4",), ("g2",)),
    ]
    # Renamed in one list they stay one person; and their id stays where they are taken off the list they were first on.
    renamed = name(asked, one, "g1", ("T1", "Samuel"), ("T2", "Ann"))
    assert renamed.answers["ties.asked"] == ("T1", "T2", "T4")
    assert asked.respond.names(renamed)["ties"] == {"T1": "Samuel", "T2": "Ann", "T3": "Samuel", "T4": "Bo"}
    only = name(asked, renamed, "g1", ("T2", "Ann"))
    assert only.answers["ties.asked"] == ("T1", "T2", "T4")
    assert asked.respond.names(only)["ties"] == {"T2": "Ann", "T3": "Samuel", "T4": "Bo"}


def test_ids_stay_through_every_change_and_are_never_given_twice(asked: Store) -> None:
    session = name(asked, begun(asked), "g1", "A", "B", "C")
    session = name(asked, session, "g1", ("T3", "C"), ("T1", "A2"))
    assert session.answers["ties.g1"] == ("T3", "T1")
    session = name(asked, session, "g1", ("T1", "A2"), "D", ("T77", "E"), ("T1", "again"))
    assert session.answers["ties.g1"] == ("T1", "T4", "T5", "T6")
    assert asked.respond.names(session)["ties"] == {"T1": "A2", "T4": "D", "T5": "E", "T6": "again"}
    session = name(asked, session, "g1", "A2", "F")
    assert session.answers["ties.g1"] == ("T1", "T7"), "a form without ids knows people by their names"


def test_a_list_that_was_sent_twice_is_one_list(asked: Store) -> None:
    before = begun(asked)
    first = name(asked, before, "g1", "Sam", "Sam", "Bo")
    assert first.answers["ties.g1"] == ("T1", "T2", "T3")
    again = send(asked, before, "people.g1", {"ties.g1": ["Sam", "Sam", "Bo"]})
    assert again.already
    later = send(asked, name(asked, first, "g2", "Di"), "people.same", {"ties.same.T1.T2": "yes"}).session
    assert send(asked, before, "people.g1", {"ties.g1": ["Sam", "Sam", "Bo"]}).session == later
    with pytest.raises(Conflict):
        send(asked, before, "people.g1", {"ties.g1": ["Sam", "Bo"]})


# --- who is asked about ----------------------------------------------------------------------------------------------


def test_places_of_strata() -> None:
    assert places([5, 5, 5], 5) == (2, 2, 1)
    assert places([5, 2, 1], 5) == (3, 1, 1)
    assert places([1, 9], 4) == (1, 3)
    assert places([2, 2], 9) == (2, 2)


@given(st.lists(st.sampled_from("abc"), max_size=14), st.integers(1, 8), st.integers(0, 2**48))
def test_a_sample_has_its_size_its_probabilities_and_somebody_of_each_stratum(
    strata: list[str], most: int, seed: int
) -> None:
    of = {f"T{i}": stratum for i, stratum in enumerate(strata, 1)}
    drawn, chances = draw(of, most, seed, "ties")
    assert len(drawn) == min(len(of), most)
    assert set(chances) == set(of)
    assert sum(chances.values()) == pytest.approx(len(drawn))
    assert all(0 < chance <= 1 for chance in chances.values())
    if len(set(strata)) <= most:
        assert {of[tie] for tie in drawn} == set(strata)
    assert draw(of, most, seed, "ties") == (drawn, chances)


def test_each_is_drawn_as_often_as_its_probability_says() -> None:
    of = {**{f"T{i}": "a" for i in range(1, 6)}, "T6": "b", "T7": "b", "T8": "c"}
    counts = dict.fromkeys(of, 0)
    for seed in range(4_000):
        drawn, chances = draw(of, 5, seed, "ties")
        for tie in drawn:
            counts[tie] += 1
    assert chances == {**dict.fromkeys(("T1", "T2", "T3", "T4", "T5"), 3 / 5), "T6": 0.5, "T7": 0.5, "T8": 1.0}
    # Five standard errors of a share of 4,000.
    assert all(abs(counts[tie] / 4_000 - chances[tie]) < 5 * (0.25 / 4_000) ** 0.5 for tie in of)


def test_above_the_limit_a_sample_is_asked_about_and_its_weights_are_in_the_data(asked: Store) -> None:
    session = name(asked, begun(asked, "questions"), "g1", "A", "B", "C", "D")
    session = name(asked, session, "g2", "E", ("T1", "A"))
    chosen = session.answers["ties.asked"]
    assert isinstance(chosen, tuple)
    assert len(chosen) == 3
    assert "T5" in chosen, "the one whom the second question alone named"
    while (screen := here(session)) != "thanks":
        assert screen is not None
        raw = {one: ABOUT.get(one.rsplit(".", 1)[1], 1) for one in flow.asked_on(NETWORK_Q, screen, session.answers)}
        session = send(asked, session, screen, raw).session
    assert session.completed
    ties = asked.results.dataset("questions").ties.set_index("tie")
    assert ties["interpreted"].to_dict() == {tie: float(tie in chosen) for tie in ("T1", "T2", "T3", "T4", "T5")}
    assert ties["probability"].tolist() == [0.5] * 4 + [1.0]
    assert ties["weight"].dropna().to_dict() == {tie: 2.0 if tie != "T5" else 1.0 for tie in chosen}
    assert ties.loc[list(chosen), "closeness"].tolist() == [4.0] * 3
    assert ties["closeness"].isna().sum() == 2


NETWORK_Q = load(BY_QUESTION, "questions.yaml")


# --- the screens -----------------------------------------------------------------------------------------------------


def test_the_worked_network_comes_out_tie_by_tie(asked: Store) -> None:
    session = worked(asked)
    assert session.completed
    data = asked.results.dataset("network")
    assert data.ties.drop(columns="id").to_dict("list") == {
        "tie": ["T1", "T2", "T3", "T4"],
        "g1": [1.0] * 4,
        "g2": [1.0, 0.0, 0.0, 0.0],
        "interpreted": [1.0] * 4,
        "probability": [1.0] * 4,
        "weight": [1.0] * 4,
        "closeness": [4.0] * 4,
        "contact": [2.0] * 4,
        "context": ["work"] * 4,
        "role.peer": [1.0] * 4,
        "role.friend": [1.0] * 4,
        "role.other": [0.0] * 4,
        "years": [2.5] * 4,
        "weak": [0.0] * 4,
        "strong": [1.0] * 4,
    }
    tied = {("T1", "T2"): 2.0, ("T2", "T3"): 1.0}
    assert data.between.drop(columns="id").values.tolist() == [
        [a, b, tied.get((a, b), 0.0)]
        for a, b in (("T1", "T2"), ("T1", "T3"), ("T1", "T4"), ("T2", "T3"), ("T2", "T4"), ("T3", "T4"))
    ]
    assert set(data.ties["id"]) == set(data.between["id"]) == set(data.respondents.index)


def test_nobody_need_be_named(asked: Store) -> None:
    session = name(asked, name(asked, begun(asked), "g1"), "g2")
    assert session.completed
    data = asked.results.dataset("network")
    assert data.ties.empty
    assert data.between.empty


def test_who_is_taken_off_counts_as_not_shown_and_comes_back_as_somebody_new(asked: Store) -> None:
    session = worked(asked)
    without = name(asked, session, "g1", ("T1", "A"), ("T3", "C"))
    assert without.completed
    assert without.answers["ties.T2.closeness"] == 4.0, "what was answered stays in the log"
    assert "ties.T2.closeness" not in flow.relevant(NETWORK, without.answers)
    data = asked.results.dataset("network")
    assert data.ties["tie"].tolist() == ["T1", "T3"]
    assert data.between[["tie_a", "tie_b", "level"]].values.tolist() == [["T1", "T3", 0.0]]
    back = name(asked, without, "g1", ("T1", "A"), ("T3", "C"), "B")
    assert here(back) == "people.about.T5"
    asked_again = about(asked, back, "T5", closeness="")
    assert here(asked_again) == "people.between", "there is somebody new to be asked about"
    left = asked.results.dataset("network")
    assert left.missing_ties.set_index("tie").loc["T5", "closeness"] == "skipped"
    assert left.missing_between["level"].tolist() == ["", "not_reached", "not_reached"]


def test_many_questions_are_split_evenly_over_screens() -> None:
    items = "\n".join(f"  q{i}: {{text: Question {i}, format: close5}}" for i in range(1, 17))
    text = TEXT.replace("scales: {}", f"{items}\nscales: {{}}".lstrip("\n")).replace(
        "interpreters: [closeness, contact, context, role, years]",
        "interpreters: [closeness, contact, context, role, years, " + ", ".join(f"q{i}" for i in range(1, 17)) + "]",
    )
    instrument = load(text, "many.yaml")
    answers: dict[str, Answer] = {"ties.g1": ("T1",), "ties.g2": (), "ties.asked": ("T1",)}
    shown = [s for s in flow.screens_of(instrument, instrument.pages[1], answers) if s.kind == "about"]
    assert [s.id for s in shown] == ["people.about.T1", "people.about.T1.2", "people.about.T1.3"]
    assert [len(s.items) for s in shown] == [7, 7, 7]
    assert [item for s in shown for item in s.items] == list(instrument.networks["ties"].interpreters)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("g2: {text", "same: {text", "'same' cannot name a question for names"),
        ("g2: {text", "T2: {text", "'T2' cannot name a question for names"),
        ("g2: {text", "years: {text", "'years' names a question for names and an interpreter"),
        ("interpret_at_most: 5", "interpret_at_most: 11", "would ask about 55 pairs of people"),
        ("id: people", f"id: {'p' * 50}", "are too long together"),
        ("years: {text", "weight: {text", "'years' in the interpreters"),
    ],
)
def test_what_an_author_is_told(old: str, new: str, told: str) -> None:
    assert check(TEXT, "n.yaml") == []
    assert any(told in str(problem) for problem in check(TEXT.replace(old, new), "n.yaml"))


# --- any order -------------------------------------------------------------------------------------------------------

acts = st.lists(
    st.tuples(
        st.sampled_from(["go on", "go on", "go on", "resend", "other tab", "back and change"]), st.integers(0, 9)
    ),
    max_size=25,
)


@given(acts)
@settings(max_examples=15)
def test_any_order_of_resends_tabs_and_backs_folds_to_the_last_acknowledged_answers(
    acts: list[tuple[str, int]],
) -> None:
    store = open_store("sqlite://", key=KEY)
    store.studies.create("network", TEXT)
    store.studies.set_status("network", "live")
    session = begun(store)
    tab = session  # another tab, which is left behind
    said: dict[str, Answer] = dict(session.answers)
    history: list[tuple[Session, str, dict[str, object]]] = []
    for act, number in acts:
        if act == "resend" and history:
            before, page, raw = history[number % len(history)]
            assert send(store, before, page, raw).already
            continue
        if act == "other tab":
            page = here(tab)
            if page is not None and page != "thanks" and tab.sequence < session.sequence:
                with contextlib.suppress(Stale, Conflict):  # or it sends what was saved, which does no harm
                    assert send(store, tab, page, _raw(tab, page, number + 1)).already
                assert store.respond.reload(session) == session
            tab = store.respond.reload(session) if number > 5 else tab
            continue
        page = here(session)
        if act == "back and change" or page == "thanks":
            sent = [
                p for p in flow.visible_pages(NETWORK, session.answers) if p in session.submitted and p != "consent"
            ]
            page = sent[number % len(sent)] if sent else page
        assert page is not None
        raw = _raw(session, page, number)
        saved = send(store, session, page, raw)
        history.append((session, page, raw))
        assert saved.session == store.respond.reload(session)
        session = saved.session
        said.update({key: session.answers[key] for key in flow.asked_on(NETWORK, page, history[-1][0].answers)})
    assert {key: session.answers[key] for key in said} == said
    data = store.results.dataset("network")
    assert len(data.ties) == len(people("ties", NETWORK.networks["ties"], session.answers))
    assert store.results.counts("network").completed == int(session.completed)
    store.close()


def _raw(session: Session, page: str, number: int) -> dict[str, object]:
    """Something to send for a page, which differs with the number."""
    names = flow.asked_on(NETWORK, page, session.answers)
    if page in ("people.g1", "people.g2"):
        own = [(tie, f"name {tie}") for tie in session.answers.get(names[0], ()) or ()]  # type: ignore[union-attr]
        rows = own[number % 3 :] + ["Sam", "Bo", "sam"][: number % 4]
        return {names[0]: rows[:4]}
    if page == "people.same":
        return dict.fromkeys(names, ("yes", "no")[number % 2])
    if page == "people.between":
        return {name: (number + i) % 3 for i, name in enumerate(names)}
    return {name: {**ABOUT, "years": number}[name.rsplit(".", 1)[1]] for name in names}


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_are_in_their_own_table_alone(asked: Store, tmp_path: Path) -> None:
    planted = ("Zebulon", "Quilliam", "zebulon.", "Ysolde")
    session = name(asked, name(asked, begun(asked), "g1", *planted[:2]), "g2", *planted[2:])
    session = send(asked, session, "people.same", {"ties.same.T1.T3": "yes"}).session
    for tie in ("T1", "T2", "T4"):
        session = about(asked, session, tie)
    session = send(asked, session, "people.between", {}).session
    assert session.completed
    assert set(asked.respond.names(session)["ties"].values()) == set(planted)

    def everything(connection: object) -> dict[str, str]:
        tables = schema.metadata.sorted_tables
        return {t.name: str([tuple(r) for r in connection.execute(select(t))]) for t in tables}  # type: ignore[attr-defined]

    for table, content in asked.database.read(everything).items():
        assert not [one for one in planted if one.lower() in content.lower()], table
    data = asked.results.dataset("network")
    write_csv_folder(data, tmp_path / "out")
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert {"ties.csv", "between.csv", "missing_ties.csv", "missing_between.csv"} <= set(files)
    assert not [name for name, text in files.items() for one in planted if one.lower() in text.lower()]
    assert not [one for one in planted if one.lower() in f"{session} {data}".lower()]
    if asked.database.is_sqlite:
        asked.close()
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert not [one for one in planted if one.encode() in content]


def test_names_are_under_a_key_of_their_own(asked: Store) -> None:
    session = name(asked, begun(asked), "g1", "Zebulon")
    keys = asked.respond._keys
    kept = asked.database.read(lambda c: c.execute(select(schema.tie_name.c.name)).scalar_one())
    assert keys.decrypt_name(kept) == "Zebulon"
    with pytest.raises(Exception, match="another key"):
        keys.decrypt(kept)
    name(asked, session, "g1")
    assert asked.database.read(lambda c: c.execute(select(schema.tie_name)).all()) == []


# --- files -----------------------------------------------------------------------------------------------------------


def test_ties_survive_their_files_and_the_log(asked: Store, tmp_path: Path) -> None:
    worked(asked)
    other = name(asked, begun(asked, who="two"), "g1", "A", "B")
    about(asked, name(asked, other, "g2"), "T1", closeness=1, contact=5, role="", years=Missing.REFUSED)
    data = asked.results.dataset("network")
    write_csv_folder(data, tmp_path / "out")
    read = read_data(tmp_path / "out", data.instrument)
    for part in ("ties", "between", "missing_ties", "missing_between"):
        pd.testing.assert_frame_equal(getattr(read, part), getattr(data, part))
    two = data.ties[data.ties["id"] == str(other.response_id)].set_index("tie")
    assert two.loc["T1", ["weak", "strong"]].tolist() == [1.0, 0.0]
    assert two.loc["T2", ["weak", "strong"]].isna().all()
    types = data.missing_ties[data.missing_ties["id"] == str(other.response_id)].set_index("tie")
    assert types.loc["T1", ["closeness", "role.peer", "years"]].tolist() == ["", "skipped", "refused"]
    assert set(types.loc["T2"].drop("id")) == {"not_reached"}
    asked.studies.create("again", TEXT)
    asked.studies.set_status("again", "live")
    asked.respond.load_simulated("again", data)
    again = asked.results.dataset("again")

    def plain(frame: pd.DataFrame) -> list[list[str]]:
        cells = frame.drop(columns="id").astype(object)
        return sorted(cells.where(cells.notna(), "").astype(str).values.tolist())

    for part in ("ties", "between", "missing_ties", "missing_between"):
        assert plain(getattr(again, part)) == plain(getattr(data, part)), part
    assert again.ties.shape == data.ties.shape


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("ties.csv", ",T2,", ",T1,", "this is already in row 2. Remove one of the two."),
        ("ties.csv", ",work,", ",at sea,", "'at sea' is not a declared code"),
        ("ties.csv", "tie,g1", "tied,g1", "there is no column tie"),
        ("ties.csv", ",T3,1,", ",T3,7,", "'7' is outside the range 0 to 1"),
        ("between.csv", ",T1,T2,2", ",T1,T2,3", "'3' is outside the range 0 to 2"),
        ("between.csv", ",T1,T2,2", ",T1,T2,x", "'x' is not a number"),
        ("between.csv", "id,", "identity,", "there is no column id"),
        ("missing_ties.csv", ",T4,", ",T9,", "missing_ties.csv has no such row"),
    ],
)
def test_a_mistake_in_the_files_is_told_with_its_place(
    asked: Store, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    worked(asked)
    data = asked.results.dataset("network")
    write_csv_folder(data, tmp_path / "out")
    path = tmp_path / "out" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataProblems, match=told.replace("(", r"\(").replace(".", r"\.")):
        read_data(tmp_path / "out", data.instrument)


def test_answers_that_no_screen_asks_for_are_refused(asked: Store) -> None:
    session = name(asked, begun(asked), "g1", "A", "B")
    session = name(asked, session, "g2")
    for page, raw in (
        ("people.about.T1", {"ties.T2.closeness": 3}),
        ("people.about.T1", {"ties.T1.closeness": 9}),
        ("people.about.T9", {}),
        ("people.between", {"ties.between.T1.T2": 7}),
        ("people.same", {}),
        ("people", {"ties.g1": ["C"]}),
    ):
        with pytest.raises(AnswerError):
            asked.respond.submit(session, page, raw, order=(), shown_at=START, sent_at=START)
    assert asked.respond.reload(session) == session


def test_a_log_of_numbers_of_people_is_still_read(asked: Store) -> None:
    """As it was before people had ids: how many were named, and nothing else."""
    answers: dict[str, Answer] = {"consent": "yes", "ties.g1": 2.0, "ties.g2": 0.0}
    submitted = frozenset({"consent", "people"})
    assert flow.visible_pages(NETWORK, answers) == ("consent", "people", "thanks")
    assert flow.completed(NETWORK, answers, submitted)
    old = replace(begun(asked), way=flow.way(NETWORK, answers, submitted))
    assert flow.progress(NETWORK, old.answers, old.submitted) == 1.0


def test_a_database_of_before_loses_names_that_nothing_refers_to(tmp_path: Path) -> None:
    from alembic import command
    from sqlalchemy import text

    from survey.store import migrate
    from survey.store.engine import Database

    url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)

    def old(connection: object) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        assert connection.execute(text("SELECT generator, ordinal, name FROM tie_name")).all() == []  # type: ignore[attr-defined]

    database.write(old)
    database.close()
    store = open_store(url, key=KEY)
    store.studies.create("network", TEXT)
    store.studies.set_status("network", "live")
    assert store.respond.names(name(store, begun(store), "g1", "Zebulon")) == {"ties": {"T1": "Zebulon"}}
    store.close()


def test_answers_to_an_earlier_version_stay_under_its_own_question(asked: Store) -> None:
    worked(asked)
    changed = TEXT.replace("version: 1.0.0", "version: 2.0.0").replace(
        "close5: {type: likert, from: 1, labels: {en: [Not close, Slightly close, Somewhat close, Close, Very close]}}",
        "close5: {type: likert, from: 1, labels: {en: [Not close, Close, Very close]}}",
    )
    changed = changed.replace("strong: closeness >= 4", "strong: closeness >= 3")
    proposal = asked.studies.propose("network", changed)
    asked.studies.update_instrument("network", changed, accept=proposal.hash)
    other = name(asked, name(asked, begun(asked, who="two"), "g1", "A"), "g2")
    about(asked, other, "T1", closeness=3)
    data = asked.results.dataset("network")
    ties = data.ties.set_index(["id", "tie"])
    old, new = (ties[ties.index.get_level_values("id") != str(other.response_id)], ties.loc[str(other.response_id)])
    assert old["closeness_v1_0_0"].tolist() == [4.0] * 4
    assert old["closeness"].isna().all()
    assert new[["closeness", "strong"]].values.tolist() == [[3.0, 1.0]]
    assert old["strong"].isna().all(), "what the current condition needs was not asked of them"
    types = data.missing_ties.set_index(["id", "tie"])
    assert set(types.loc[old.index, "closeness"]) == {"not_shown"}
    assert types.loc[str(other.response_id), "closeness_v1_0_0"].tolist() == ["not_shown"]
    assert old["context"].tolist() == ["work"] * 4
