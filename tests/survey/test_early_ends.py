"""Shuffled pages, screening out, quotas and the words of consent: decided on the server, folded from the log."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey import consent, flow
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.errors import Stale
from survey.instrument.load import check, load
from survey.order import arranged, page_order
from survey.store import Session, Store, open_store, quotas, schema
from survey.store.sessions import seed_of

TEXT = """
format: twofold/1
id: ends
version: 2.1.0
languages: [en, fr]
formats:
  sex: {type: choice, choices: {f: {label: F}, m: {label: M}}}
  n: {type: number, min: 0, max: 120, integer: true}
items:
  age: {text: Age?, format: n}
  gender: {text: Gender?, format: sex}
  a: {text: A?, format: n}
  b: {text: B?, format: n}
  c: {text: C?, format: n}
scales: {}
pages:
  - id: consent
    type: consent
    title: {en: Please read, fr: Merci de lire}
    text: {en: Stop any time., fr: Arrêtez.}
    required: true
  - {id: who, items: [age, gender], screen_out: {when: age < 18, title: Sorry, text: "For adults.\\n\\nThank you."}}
  - {id: pa, items: [a]}
  - {id: pb, items: [b], show_if: age > 20}
  - {id: pc, items: [c]}
  - {id: thanks, type: feedback}
shuffle: [[pa, pb, pc]]
quotas:
  women: {when: gender == 'f', max: 2, text: {en: Enough women., fr: Assez de femmes.}}
"""
ENDS = load(TEXT, "ends.yaml")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Store:
    opened = open_store(database_url, key=b"k" * 32)
    opened.studies.create("ends", TEXT)
    opened.studies.set_status("ends", "live")
    return opened


def sent(store: Store, session: Session, page: str, answers: dict[str, object]) -> Session:
    return store.respond.submit(session, page, answers, order=(), shown_at=NOW, sent_at=NOW).session


def come(store: Store, who: str, age: int = 30, gender: str = "f") -> Session:
    session = sent(store, store.respond.begin("ends", who), "consent", {"consent": "yes"})
    return sent(store, session, "who", {"age": age, "gender": gender})


def finish(store: Store, session: Session) -> Session:
    while (page := flow.first_open(session.study.instrument, session.answers, session.submitted)) not in (
        None,
        "thanks",
    ):
        session = sent(store, session, str(page), {flow.find_page(ENDS, str(page)).items[0]: 1})
    return session


def standing(session: Session) -> str:
    return flow.standing(session.study.instrument, session.answers, session.submitted)


@given(st.integers(0, 2**48 - 1))
def test_pages_of_a_block_change_places_and_nothing_else_does(seed: int) -> None:
    order = page_order(ENDS, seed)
    assert (order[:2], order[5:]) == (("consent", "who"), ("thanks",))
    assert sorted(order[2:5]) == ["pa", "pb", "pc"]
    once = arranged(ENDS, seed)
    assert arranged(once, seed) == once
    assert tuple(page.id for page in once.pages) == order


def test_every_page_of_a_block_comes_everywhere() -> None:
    orders = [page_order(ENDS, seed) for seed in range(100)]
    for place in (2, 3, 4):
        assert {order[place] for order in orders} == {"pa", "pb", "pc"}


def test_the_order_survives_a_resume_and_stands_in_the_log(store: Store) -> None:
    session = come(store, "x", gender="m")
    order = [p for p in page_order(ENDS, seed_of(session.response_id)) if p in ("pa", "pb", "pc")]
    met = []
    for _ in order:
        again = store.respond.enter(session.token)
        assert again is not None
        page = flow.first_open(again.study.instrument, again.answers, again.submitted)
        met.append(page)
        session = sent(store, again, str(page), {})
    assert met == order
    assert session.completed


def test_who_is_screened_out_goes_no_further(store: Store) -> None:
    session = come(store, "young", age=17)
    assert standing(session) == "screened_out"
    assert not session.completed
    early = flow.closing(session.study.instrument, session.answers)
    assert early is not None
    assert (early.title, early.text) == ("Sorry", "For adults.\n\nThank you.")
    assert flow.next_page(session.study.instrument, session.answers, session.submitted, "who") is None
    for page, answers in (("pa", {"a": 1}), ("who", {"age": 40, "gender": "m"})):
        with pytest.raises(Stale):
            sent(store, session, page, dict(answers))
    counts = store.results.counts("ends")
    assert (counts.started, counts.completed, counts.screened_out, counts.leaving) == (1, 0, 1, {})


def test_a_full_quota_closes_with_its_words_and_lets_others_in(store: Store) -> None:
    first, second = come(store, "1"), come(store, "2")
    third, man = come(store, "3"), come(store, "4", gender="m")
    assert [standing(s) for s in (first, second, third, man)] == ["open", "open", "over_quota", "open"]
    assert [s.answers["quota.women"] for s in (first, third, man)] == ["in", "over", "none"]
    again = store.respond.enter(third.token)
    assert again is not None
    assert standing(again) == "over_quota"
    assert finish(store, first).completed
    counts = store.results.counts("ends")
    assert (counts.completed, counts.over_quota, sum(counts.leaving.values())) == (1, 1, 2)


def test_the_last_page_sent_twice_takes_one_place(store: Store) -> None:
    session = sent(store, store.respond.begin("ends", "1"), "consent", {"consent": "yes"})
    answers: dict[str, object] = {"age": 30, "gender": "f"}
    once = sent(store, session, "who", answers)
    twice = store.respond.submit(session, "who", answers, order=(), shown_at=NOW, sent_at=NOW)
    assert twice.already
    assert (twice.session.answers, standing(twice.session)) == (once.answers, "open")
    assert standing(come(store, "2")) == "open"
    assert standing(come(store, "3")) == "over_quota"


def test_an_overfull_page_sent_twice_is_acknowledged(store: Store) -> None:
    for who in ("1", "2"):
        come(store, who)
    session = sent(store, store.respond.begin("ends", "3"), "consent", {"consent": "yes"})
    answers: dict[str, object] = {"age": 30, "gender": "f"}
    assert standing(sent(store, session, "who", answers)) == "over_quota"
    assert store.respond.submit(session, "who", answers, order=(), shown_at=NOW, sent_at=NOW).already


def test_a_place_is_free_again_after_an_hour_and_whoever_held_it_may_finish(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = come(store, "1")
    finish(store, come(store, "2"))
    assert standing(come(store, "3")) == "over_quota"
    monkeypatch.setattr(schema, "now", lambda: datetime.now(UTC) + quotas.HOLD + timedelta(minutes=1))
    assert schema.now() > datetime.now(UTC) + quotas.HOLD
    assert standing(come(store, "4")) == "open"
    assert standing(come(store, "5")) == "over_quota"
    assert finish(store, away).completed


def test_who_changes_the_answer_gives_the_place_back(store: Store) -> None:
    session = come(store, "1")
    come(store, "2")
    session = sent(store, session, "who", {"age": 30, "gender": "m"})
    assert session.answers["quota.women"] == "none"
    assert standing(come(store, "3")) == "open"


def test_of_many_who_send_at_once_no_more_are_let_in(store: Store) -> None:
    begun = [sent(store, store.respond.begin("ends", str(i)), "consent", {"consent": "yes"}) for i in range(12)]
    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(lambda s: sent(store, s, "who", {"age": 30, "gender": "f"}), begun))
    assert sorted(standing(s) for s in came) == ["open"] * 2 + ["over_quota"] * 10


def test_data_tell_where_each_respondent_stands_and_read_back(store: Store, tmp_path: Path) -> None:
    finish(store, come(store, "1"))
    come(store, "2")
    come(store, "3")
    come(store, "4", age=5)
    data = store.results.dataset("ends")
    assert sorted(data.respondents["standing"]) == ["completed", "open", "over_quota", "screened_out"]
    out = data.respondents["standing"] == "screened_out"
    assert data.missing.loc[out, "a"].tolist() == ["not_shown"]
    write_csv_folder(data, tmp_path / "out")
    assert read_data(tmp_path / "out", ENDS).respondents.equals(data.respondents)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("fm"), st.integers(10, 30)), max_size=6))
def test_a_quota_counts_those_it_is_about(people: list[tuple[str, int]]) -> None:
    store = open_store("sqlite:///:memory:", key=b"k" * 32)
    store.studies.create("ends", TEXT)
    store.studies.set_status("ends", "live")
    let_in = 0
    for i, (gender, age) in enumerate(people):
        now = standing(come(store, str(i), age, gender))
        # A place is taken by none but those who go on.
        if age < 18:
            assert now == "screened_out"
        elif gender == "f":
            assert now == ("open" if let_in < 2 else "over_quota")
            let_in += 1
        else:
            assert now == "open"


def test_the_log_keeps_which_words_were_agreed_to(store: Store) -> None:
    come(store, "1")
    come(store, "2")
    french = replace(store.respond.begin("ends", "3"), language="fr")
    refused = sent(store, french, "consent", {"consent": "no"})
    assert refused.answers == {"consent": "no"}
    other, english = store.results.agreed_to("ends")
    assert english.text == "Please read\n\nStop any time."
    assert (english.version, english.language, english.answer, english.n) == ("2.1.0", "en", "yes", 2)
    assert english.words == hashlib.sha256(english.text.encode()).hexdigest()
    assert (other.language, other.answer, other.text, other.n) == ("fr", "no", "Merci de lire\n\nArrêtez.", 1)
    assert english.whole
    assert other.whole
    assert consent.record(ENDS, ENDS.pages[1], "fr") == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[[pa, pb, pc]]", "[[pa, px]]", "page 'px' in 'shuffle' is not defined"),
        ("[[pa, pb, pc]]", "[[pa, pc]]", "do not follow each other"),
        ("[[pa, pb, pc]]", "[[pa, pb], [pb, pc]]", "page 'pb' is twice"),
        ("[[pa, pb, pc]]", "[[pc, thanks]]", "of type feedback"),
        ("[[pa, pb, pc]]", "[[pa]]", "shuffle"),
        ("show_if: age > 20", "show_if: a > 20", "'a', which may be asked later"),
        ("when: age < 18", "when: a < 18", "not surely answered"),
        ("when: age < 18", "when: age == 'x'", "'when'"),
        ("items: [a]}", "items: [a], screen_out: {when: age < 3, text: T}}", "own items"),
        ("when: gender == 'f'", "when: nobody == 'f'", "item of no page"),
        ("when: gender == 'f'", "when: gender == 'x'", "'when'"),
        ("max: 2", "max: 0", "max"),
        ("{en: Enough women., fr: Assez de femmes.}", "{en: Enough women.}", "no text in language 'fr'"),
    ],
)
def test_what_makes_no_sense_is_told(old: str, new: str, told: str) -> None:
    assert old in TEXT
    found = check(TEXT.replace(old, new, 1), "ends.yaml")
    assert [p for p in found if told in f"{p.what} {p.remedy}"], [str(p) for p in found]
