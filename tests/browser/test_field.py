"""A small study through three waves: twelve people, three teams, two pairs, letters, a withdrawal and an erasure.

Ten are invited by letters that a mail server on loopback takes; two of them name a mentor, who is invited in turn.
Every answer is given in the browser. At the end each row of the data is the one that was answered, on both databases.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from reports.export import export
from survey.mail.people import read_people
from survey.mail.sending import Which, plan_round, send_round
from survey.store import Store, open_store
from survey.waves import Wave
from tests.support import browser as b
from tests.support.mail_server import MailServer, mail_server

pytestmark = pytest.mark.browser

FIELD = (b.ROOT / "tests" / "support" / "field.yaml").read_text("utf-8")
TEAMS = {f"p{n:02d}": f"t{1 + n % 3}" for n in range(1, 11)}
CONTACTS = "email,language,name,team\n" + "".join(
    f"{code}@example.org,{'fr' if code == 'p04' else 'en'},Planted {code},{team}\n" for code, team in TEAMS.items()
)
NAMES_MENTOR = {"p01": "m01", "p02": "m02"}
PEOPLE = (*TEAMS, *NAMES_MENTOR.values())
IN_STREAMLIT = ("p01", "m02", "p05")
"""These answer in the full version, the others in plain HTML."""
LATE, WITHDRAWS, ERASED = "p09", "p07", "p08"
FAR = datetime(2090, 1, 1, tzinfo=UTC)


@dataclass
class Study:
    """The study under way: where each person's link is, and what they are known to have answered."""

    store: Store
    server: b.Server
    mail: MailServer
    page: Page
    links: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)

    def letters(self, which: Which, days: int = 0) -> list[str]:
        """Send what is due now, or would be in some days; who got one. Links come from the letters themselves."""
        before = len(self.mail.taken)
        now = datetime.now(UTC) + timedelta(days=days)
        plan = replace(plan_round(self.store, "field", which, now), per_minute=100_000, clock=lambda: now)
        tally = send_round(self.store, plan)
        assert (tally.sent, tally.ended) == (tally.of, "")
        taken = self.mail.taken[before:]
        for letter in taken:
            self.links[code_of(letter.recipient)] = token_in(letter.link("s="))
        return sorted(code_of(letter.recipient) for letter in taken)

    def answer(self, code: str, wave: int) -> None:
        """Open the letter's link and answer everything, by what the person and the wave say."""
        given = answers_of(code, wave)
        (b.open_survey if code in IN_STREAMLIT else b.open_plain)(self.page, self.server, token=self.links[code])
        for _ in range(20):
            at = b.page_id(self.page)
            if at.endswith("thanks"):
                break
            b.answer_page(self.page, given)
            if at == "mentor" and code in NAMES_MENTOR:
                self.page.locator('[data-item="mentor.address"] input').fill(f"{NAMES_MENTOR[code]}@example.org")
            b.press_next(self.page)
        assert b.page_id(self.page).endswith("thanks"), (code, wave)
        self.known[code, wave] = given

    def leave(self, code: str) -> None:
        """Take everything back, by the person's own link."""
        b.open_plain(self.page, self.server, token=self.links[code])
        self.page.locator('a[href*="/leave"]').first.click()
        self.page.locator('a[href*="do=delete"]').click()
        self.page.locator("#leave button").click()
        self.page.wait_for_url("**/left/**")


def code_of(address: str) -> str:
    return address.partition("@")[0]


def token_in(link: str) -> str:
    return link.partition("s=")[2].partition("&")[0]


def answers_of(code: str, wave: int) -> dict[str, b.Value]:
    """What this person says in this wave: no two waves and no two people the same."""
    number = PEOPLE.index(code)
    given: dict[str, b.Value] = {
        "consent": "yes",
        "tense": (number + wave) % 5,
        "helped": (2 * number + wave) % 5,
        "hours": 100 + 10 * number + wave,
        "learnt": f"words of {code}",
    }
    if code in NAMES_MENTOR:
        given |= {"ties.still.T1": "yes", "ties.T1.closeness": 1 + (number + wave) % 5}
        given |= {"ties.g1": [f"Planted tie of {code}"]} if wave == 1 else {}
    return given


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_three_waves_of_twelve_people(
    kind: str,
    new_database: Callable[[str], str],
    mail: MailServer,
    chromium: Browser,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    key = base64.urlsafe_b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("TWOFOLD_KEY", key)
    monkeypatch.setenv("TWOFOLD_SMTP", mail.url)
    store = open_store(new_database(kind))
    server = b.Server(store.url, extra={"TWOFOLD_KEY": key}).start()
    context = chromium.new_context(viewport=b.PHONE)
    page = context.new_page()
    try:
        through(Study(store, server, mail, page), tmp_path)
    finally:
        context.close()
        server.stop()
        store.close()


def through(study: Study, folder: Path) -> None:
    store = study.store
    store.studies.create("field", FIELD)
    store.waves.set("field", [Wave(1), Wave(2, opens_at=FAR), Wave(3, opens_at=FAR + timedelta(days=9))])
    store.studies.set_status("field", "live")
    store.mailing.set("field", sender="Lab <lab@example.org>")
    store.mailing.set_address(study.server.url.replace("http://127.0.0.1", "http://localhost"))
    people = read_people(CONTACTS.encode(), "contacts.csv", store.studies.get("field").instrument)
    assert store.contacts.add("field", people) == 10

    assert study.letters("invitation") == sorted(TEAMS)
    assert study.letters("invitation") == [], "no letter goes out twice"
    for code in TEAMS:
        if code != LATE:
            study.answer(code, 1)
    assert study.letters("invitation") == sorted(NAMES_MENTOR.values()), "who was nominated is invited"
    for code in NAMES_MENTOR.values():
        study.answer(code, 1)
    assert study.letters("reminder", days=8) == [LATE], "who has finished is not reminded"
    study.answer(LATE, 1)
    assert study.letters("reminder", days=16) == []

    study.leave(WITHDRAWS)
    erased = store.erasures.erase("field", store.erasures.person("field", f"{ERASED}@example.org"), "owner")
    assert (erased.people, erased.finished) == (1, True)
    staying = [code for code in PEOPLE if code not in (WITHDRAWS, ERASED)]

    for wave, waves in (
        (2, [Wave(1), Wave(2, opens_at=ago(1)), Wave(3, opens_at=FAR)]),
        (3, [Wave(1), Wave(2, opens_at=ago(2)), Wave(3, opens_at=ago(1))]),
    ):
        store.waves.set("field", waves)
        assert study.letters("invitation", days=20 * wave) == sorted(staying)
        for code in staying:
            if (code, wave) != (LATE, 2):
                study.answer(code, wave)
    looked_at(study, staying, folder)


def ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def looked_at(study: Study, staying: list[str], folder: Path) -> None:
    """Every row and no other, with who is of which team and pair, and ties that keep their ids."""
    store = study.store
    token_to_code = {token: code for code, token in study.links.items()}
    codes = {contact.invitation_id: token_to_code[contact.token] for contact in store.contacts.list("field")}
    assert sorted(codes.values()) == sorted(staying)
    data = store.results.dataset("field")
    frame = data.respondents
    expected = [(code, wave) for code in staying for wave in (1, 2, 3) if (code, wave) != (LATE, 2)]
    assert len(frame) == len(expected)
    rows = {}
    for name, row in frame.iterrows():
        person, wave = str(name).rsplit("@", 1)
        rows[person, int(wave)] = row
    by_hours = {row["hours"]: person for (person, _), row in rows.items()}
    person_of = {}
    for code, wave in expected:
        given = study.known[code, wave]
        person = by_hours[given["hours"]]
        assert person_of.setdefault(code, person) == person, "a person's code is the same in all waves"
        row = rows[person, wave]
        assert str(row["wave"]) == str(wave)
        assert (row["tense"], row["helped"]) == (given["tense"], given["helped"])
        assert (row["team"] if code in TEAMS else None) == TEAMS.get(code) or pd.isna(row["team"])
        assert row["learnt"] == given["learnt"] if wave == 3 else pd.isna(row["learnt"])
    for protege, mentor in NAMES_MENTOR.items():
        pair = [rows[person_of[code], 1] for code in (protege, mentor)]
        assert len({row["dyad"] for row in pair}) == 1
        assert [row["role"] for row in pair] == ["protege", "mentor"]
        assert pd.notna(pair[0]["dyad"])
    assert frame["dyad"].dropna().nunique() == 2
    ties = data.ties
    assert len(ties) == sum(code in NAMES_MENTOR for code, _ in expected)
    assert set(ties["tie"]) == {"T1"}
    for row in ties.itertuples():
        person, wave = str(row.id).rsplit("@", 1)
        code = next(code for code, own in person_of.items() if own == person)
        assert row.closeness == study.known[code, int(wave)]["ties.T1.closeness"]
    written = {file.name: file.read_text("utf-8-sig") for file in export(data, "csv", folder)}
    kept = pd.read_csv(io.StringIO(written["respondents.csv"]), index_col="id")
    assert sorted(kept["hours"]) == sorted(float(str(study.known[row]["hours"])) for row in expected)
    for name, row in frame.iterrows():
        assert [kept.loc[name, column] for column in ("tense", "helped", "hours")] == [
            row[column] for column in ("tense", "helped", "hours")
        ]
    assert len(pd.read_csv(io.StringIO(written["ties.csv"]))) == len(ties)
    for words in ("Planted", "@example.org"):
        assert not [name for name, text in written.items() if words in text]
