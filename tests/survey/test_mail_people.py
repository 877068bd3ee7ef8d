"""Lists of people: what they say, every mistake at once, and how they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from survey.errors import MailError, StudyError
from survey.instrument.load import load
from survey.mail.address import read_address, read_sender
from survey.mail.people import ContactProblems, given_beforehand, read_people
from survey.store import Store
from tests.survey.store_support import TEXT

SMALL = load(
    TEXT.replace("languages: [en]", "languages: [en, fr]").replace("{en: A small study}", "A small study"), "small"
)
PLANTED = "planted-name-7"


def wrong(content: str | bytes) -> list[str]:
    """The mistakes in a list."""
    with pytest.raises(ContactProblems) as raised:
        read_people(content if isinstance(content, bytes) else content.encode(), "people.csv", SMALL)
    assert str(raised.value) == "\n".join(raised.value.lines)
    return list(raised.value.lines)


def test_a_list_says_whom_to_write_to_in_which_words_and_what_goes_into_the_data() -> None:
    content = (
        "\ufeffemail;language;name;team;level;town\r\n A@Example.org ;FR;P One;t1;2,5;\r\nb@example.org;;;;-99;Lyon\r\n"
    )
    with pytest.raises(ContactProblems, match="row 2, level: '2,5' is no number"):
        read_people(content.encode(), "people.csv", SMALL)
    one, two = read_people(content.replace("2,5", "2.5").encode(), "people.csv", SMALL)
    assert (one.row, one.address, one.language) == (2, "A@example.org", "fr")
    assert (dict(one.words), dict(one.fields)) == ({"name": "P One"}, {"team": "t1", "level": 2.5})
    assert (two.row, two.address, two.language) == (3, "b@example.org", None)
    assert (dict(two.words), dict(two.fields)) == ({"town": "Lyon"}, {"level": -99.0})


def test_what_the_study_fills_in_by_itself_is_given_by_nobody() -> None:
    text = TEXT.replace("\nfields:\n", "\nfields:\n  wave: {type: wave}\n  person: {type: id}\n", 1)
    assert "type: wave" in text
    assert list(given_beforehand(load(text, "i.yaml"))) == list(load(TEXT, "i.yaml").fields)


def test_every_mistake_is_told_at_once_with_its_row() -> None:
    rows = (
        "email,language,team,level,name",
        "a@example.org,en,t1,1,P One",
        "nobody,de,t1,high,",
        ",en,,,",
        "A@EXAMPLE.ORG,,,,",
        'b@example.org,,,,"two\nlines"',
        "c@example.org,,,,,more",
        "d@example.org,,,,P\u2028Four",
    )
    assert wrong("\n".join(rows)) == [
        "people.csv, row 3, email: 'nobody' is no address: it needs a name, an @ and a domain.",
        "people.csv, row 3, language: the questionnaire has no 'de'. Give one of en, fr, or leave it empty.",
        "people.csv, row 3, level: 'high' is no number, as the field's type says. Write 12 or 7.5.",
        "people.csv, row 4, email: there is no address. Give one, or take the row out.",
        "people.csv, row 5, email: the same address as in row 2. Keep one of the two.",
        "people.csv, row 6, name: a line break or control character. Take it out.",
        "people.csv, row 7: there are 6 cells under 5 headers. Quote cells with commas.",
        "people.csv, row 8, name: a line break or control character. Take it out.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the file is empty"),
        ("email\n", "nobody below it"),
        ("mail\na@example.org", "no column 'email'. Rename 'mail'"),
        ("address;team\na@example.org;1", "no column 'email'. Rename 'address'"),
        ("email,teams\na@example.org,1", "the column 'teams' is unknown; is it 'team'?"),
        ("email,Language\na@example.org,en", "is it 'language'?"),
        ("email,First name\na@example.org,P", "'First name' can be no word for letters"),
        ("email,link\na@example.org,x", "a word that Twofold itself puts into letters"),
        ("email,name,name\na@example.org,x,y", "the column 'name' is there 2 times"),
        ("email,,name\na@example.org,x,y", "a column has no name"),
        ('email,name\na@example.org,"x', "cannot be read as CSV"),
        (b"email\n\xff\xfe@example.org", "row 2: not UTF-8"),
        (b"email\0", "no text file"),
        ("email,name\na@example.org," + "x" * 501, "row 2, name: longer than 500 characters"),
    ],
)
def test_a_list_that_cannot_be_taken_in_says_why(content: str | bytes, words: str) -> None:
    assert any(words in line for line in wrong(content)), wrong(content)


@pytest.mark.parametrize(
    "text",
    ["a@b", "@example.org", "a b@example.org", "a@exa mple.org", "a@-x.org", "a@127.0.0.1", "é@example.org", "a@b..org",
     "a@example.org\nBcc: b@example.org", "a..b@example.org", "x" * 65 + "@example.org"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(MailError):
        read_address(text)


def test_a_sender_has_a_name_and_an_address() -> None:
    assert read_sender("The Lab <lab@example.org>") == ("The Lab", "lab@example.org")
    assert read_sender("lab@example.org") == ("", "lab@example.org")
    for broken in ("The Lab", "The Lab <lab@example.org>\nBcc: x@example.org", ""):
        with pytest.raises(MailError):
            read_sender(broken)


def added(store: Store, content: str, **more: bool) -> int:
    people = read_people(content.encode(), "people.csv", store.studies.get("small").instrument)
    return store.contacts.add("small", people, "rob", source="people.csv", **more)


def test_people_are_kept_encrypted_and_come_back(live: Store, tmp_path: Path) -> None:
    assert added(live, f"email,name,team,level\n{PLANTED}@example.org,{PLANTED},t1,3\nb@example.org,,,\n") == 2
    first, second = sorted(live.contacts.list("small"), key=lambda one: one.address, reverse=True)
    assert (first.address, first.name, first.fields) == (
        f"{PLANTED}@example.org",
        PLANTED,
        {"team": "t1", "level": 3.0},
    )
    assert (second.words, second.fields, second.reachable) == ({}, {}, True)
    assert PLANTED not in repr(first)
    assert live.contacts.count("small") == 2
    kept = live.database.read(
        lambda c: [
            str(row)
            for table in ("contact", "invitation", "audit")
            for row in c.execute(text(f"SELECT * FROM {table}"))
        ]
    )
    assert len(kept) > 4
    assert not any(PLANTED in row for row in kept)
    session = live.respond.enter(first.token)
    assert session is not None
    assert live.respond.invited_as(session) == {"team": "t1", "level": 3.0}


def test_who_is_there_already_is_told_by_row_and_nothing_is_half_taken_in(live: Store) -> None:
    added(live, "email\na@example.org\nb@example.org\n")
    with pytest.raises(ContactProblems) as raised:
        added(live, "email\nc@example.org\nB@Example.org\nA@example.org\n")
    told = "email: this address is in the study already. Take it out, or leave out all who are (--skip-known)."
    assert list(raised.value.lines) == [f"people.csv, row {row}, {told}" for row in (3, 4)]
    assert live.contacts.count("small") == 2
    assert added(live, "email\nc@example.org\nB@Example.org\n", skip_known=True) == 1
    assert added(live, "email\nc@example.org\n", skip_known=True) == 0
    assert [line for line in _audit(live) if line[0] == "add contacts"] == [
        ("add contacts", "rob", '{"n": 2, "known": 0}'),
        ("add contacts", "rob", '{"n": 1, "known": 1}'),
    ]


def test_two_studies_that_write_to_the_same_person_do_not_show_it(live: Store) -> None:
    live.studies.create("other", TEXT.replace("id: small", "id: other"))
    added(live, "email\na@example.org\n")
    live.contacts.add("other", read_people(b"email\na@example.org", "people.csv", SMALL))
    macs = live.database.read(lambda c: c.execute(text("SELECT address_mac FROM contact")).scalars().all())
    assert len(set(macs)) == 2


def test_an_address_is_changed_and_never_to_somebody_elses(live: Store) -> None:
    added(live, "email\na@example.org\nb@example.org\n")
    one = next(one for one in live.contacts.list("small") if one.address == "a@example.org")
    live.contacts.change_address(one.invitation_id, "New@Example.org", "rob")
    assert {one.address for one in live.contacts.list("small")} == {"New@example.org", "b@example.org"}
    with pytest.raises(StudyError, match="somebody else"):
        live.contacts.change_address(one.invitation_id, "B@example.org")
    with pytest.raises(MailError, match="no address"):
        live.contacts.change_address(one.invitation_id, "nowhere")
    assert [
        invitation.label for invitation in live.invitations.list("small") if invitation.id == one.invitation_id
    ] == ["New@example.org"]


def test_the_link_that_ends_letters_opens_nothing_else(live: Store) -> None:
    added(live, "email\na@example.org\n")
    one = live.contacts.list("small")[0]
    token = live.contacts.opt_out_token(one.invitation_id)
    assert live.respond.enter(token) is None
    assert live.contacts.opt_out(one.token) is None
    assert live.contacts.set_opt_out("wrong", True) is None
    for out in (True, True, False):
        found = live.contacts.set_opt_out(token, out)
        assert found is not None
        assert (found.study, found.language, found.out) == ("A small study", "en", out)
        assert live.contacts.list("small")[0].reachable is not out
        assert live.respond.enter(one.token) is not None


def _audit(store: Store) -> list[tuple[str, str, str]]:
    rows = store.database.read(lambda c: c.execute(text("SELECT action, actor, detail FROM audit ORDER BY id")).all())
    return [(row[0], row[1], row[2]) for row in rows]
