"""The words of letters, and the settings of how a study writes."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from survey.errors import MailError
from survey.mail.letter import KINDS, fill, wrong_with
from survey.mail.merge import csv_of, guarded
from survey.mail.message import Letter, as_bytes
from survey.mail.people import NewContact
from survey.mail.words import LANGUAGES, default_words
from survey.store import Store
from survey.store.mailing import Mailing, read_base
from views.words import LANGUAGES as SPOKEN

GOOD = "Dear {name|you}: {link}\n{unsubscribe}\n"


def test_a_letter_comes_for_each_kind_in_each_language_that_respondents_meet() -> None:
    assert set(LANGUAGES) == set(SPOKEN)
    seen = set()
    for language in LANGUAGES:
        for kind in KINDS:
            subject, body = default_words(kind, language)
            assert wrong_with(subject, body, (), deadline=False) == []
            seen.add(body)
    assert len(seen) == len(LANGUAGES) * len(KINDS)
    assert default_words("reminder", "fr-CH") == default_words("reminder", "fr")
    assert default_words("reminder", "fi") == default_words("reminder", "en")


@pytest.mark.parametrize(
    ("subject", "body", "words"),
    [
        ("", GOOD, "The subject is empty."),
        ("One\ntwo", GOOD, "The subject has a line break in it."),
        ("x" * 201, GOOD, "The subject is longer than 200 characters."),
        ("S", GOOD + "x" * 10_001, "The letter is longer than 10000 characters."),
        ("S", "{link}", "The letter lacks {unsubscribe}: without it everybody must be able to end the letters."),
        ("S", "{unsubscribe}", "The letter lacks {link}: without it nobody could answer."),
        ("S", GOOD + "{nmae}", "The letter asks for {nmae}, which is not known."
         " There are: {link}, {title}, {deadline}, {unsubscribe}, {name}, {town}."),
        ("{link}", GOOD, "{link} belongs into the letter, not into its subject."),
        ("S", GOOD + "{deadline}", "The letter asks for {deadline}, and the study has none. Set it, or take it out."),
        ("S", GOOD + "{", "The letter has a brace without its partner. Write {{ for a brace that is meant."),
    ],
)  # fmt: skip
def test_a_letter_that_cannot_be_says_why(subject: str, body: str, words: str) -> None:
    assert wrong_with(subject, body, {"town"}, deadline=False) == [words]


def test_words_are_put_in_and_what_is_missing_is_told() -> None:
    values = {"name": "P One", "town": "", "link": "https://example.org/{name}"}
    assert (
        fill("{name} from {town|somewhere}: {link} {{x}}", values)
        == "P One from somewhere: https://example.org/{name} {x}"
    )
    with pytest.raises(MailError, match=r"there is no \{town\} for this person"):
        fill("{town}", values)


@pytest.mark.parametrize("breaks", ["\u2028", "\u0085", "\v", "\n"])
def test_a_subject_is_one_line_whatever_was_put_in(breaks: str) -> None:
    letter = Letter("p01@example.org", "en", f"Dear P{breaks}One", "x\n", "https://example.org/u/t")
    made = message_from_bytes(as_bytes(letter, "Lab <lab@example.org>", "", "<t@example.org>"))
    assert made["Subject"] == "Dear P One"
    assert made["List-Unsubscribe"] == "<https://example.org/u/t>"


def test_what_is_said_of_a_letter_and_of_its_reader_in_an_error_names_nobody() -> None:
    letter = Letter("planted-7@example.org", "en", "Dear planted", "planted", "https://example.org/u/planted")
    person = NewContact(2, "planted-7@example.org", "en", {"name": "planted"}, {"team": "planted"})
    assert repr((letter, person)) == "(Letter(language='en'), NewContact(row=2, language='en'))"


def test_a_study_may_have_words_of_its_own_and_give_them_up(live: Store) -> None:
    assert not live.mailing.words("small", "reminder", "en").own
    live.mailing.set_words("small", "reminder", "en", " Come back ", GOOD.replace("\n", "\r\n"), "rob")
    found = live.mailing.words("small", "reminder", "en")
    assert (found.subject, found.body, found.own) == ("Come back", GOOD, True)
    assert not live.mailing.words("small", "invitation", "en").own
    with pytest.raises(MailError, match=r"nothing|lacks \{link\}") as raised:
        live.mailing.set_words("small", "reminder", "en", "", "no link")
    assert len(str(raised.value).splitlines()) == 3
    with pytest.raises(MailError, match="no 'fr'"):
        live.mailing.set_words("small", "reminder", "fr", "S", GOOD)
    live.mailing.reset_words("small", "reminder", "en")
    assert not live.mailing.words("small", "reminder", "en").own


def test_settings_are_kept_and_checked(live: Store) -> None:
    assert live.mailing.settings("small") == Mailing()
    live.mailing.set(
        "small", "rob", sender="Lab <lab@example.org>", light=True, deadline="2026-12-31", incentive="A pen"
    )
    changed = live.mailing.set("small", "rob", remind_after=3, remind_at_most=1)
    assert changed == Mailing("Lab <lab@example.org>", "", True, "2026-12-31", 3, 1, "A pen")
    assert live.mailing.settings("small") == changed
    for wrong in (
        {"sender": "nobody"},
        {"reply_to": "nobody"},
        {"deadline": "soon"},
        {"remind_after": 0},
        {"remind_at_most": 11},
        {"incentive": "two\nlines"},
    ):
        with pytest.raises(MailError):
            live.mailing.set("small", **wrong)
    assert live.mailing.settings("small") == changed


def test_the_address_of_the_server_is_asked_for_and_never_guessed(live: Store) -> None:
    assert live.mailing.address() == ""
    assert live.mailing.set_address("https://Survey.Example.org/", "rob") == "https://survey.example.org"
    assert live.mailing.set_address("https://two.example.org:8443") == "https://two.example.org:8443"
    assert live.mailing.address() == "https://two.example.org:8443"
    assert read_base("http://127.0.0.1:8501") == "http://127.0.0.1:8501"
    for wrong in (
        "survey.example.org",
        "https://x.org/app",
        "https://u:p@x.org",
        "ftp://x.org",
        "https://",
        "https://x:y",
    ):
        with pytest.raises(MailError, match="is not the address of this server"):
            read_base(wrong)
    with pytest.raises(MailError, match="must begin with https"):
        read_base("http://survey.example.org")


def test_no_spreadsheet_takes_a_cell_for_a_formula() -> None:
    assert [guarded(x) for x in ("=x", "+x", "-x", "@x", "\tx", "\rx", "  =x", "x=1", "", None, 3)] == [
        "'=x", "'+x", "'-x", "'@x", "'\tx", "'\rx", "'  =x", "x=1", "", "", "3",
    ]  # fmt: skip
    assert csv_of(("a", "b"), [("=1", 'x"y')]) == '\ufeffa,b\r\n\'=1,"x""y"\r\n'
