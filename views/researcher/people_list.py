"""The list of people: how far each has come, their addresses when asked for, and what came back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from survey.access import PAGES
from survey.errors import MailError, SurveyError
from survey.mail.merge import STANDINGS, merge_csv
from survey.mail.sending import base_address
from views.database import store
from views.researcher.gate import first_time
from views.researcher.show import complain
from views.session import when_asked

if TYPE_CHECKING:
    from survey.store.letters import Correspondence, Person
    from survey.store.logins import User


def tells_who(mail: Correspondence) -> bool:
    """Whether anybody may be shown who has answered: not in an employer's study."""
    return mail.study.tells_who


def listed(mail: Correspondence, actor: str) -> None:
    """A row a person; with addresses only when somebody asks for them, which is noted."""
    whole = st.toggle("Show addresses", key="show_addresses", help="The log will say that you looked.")
    if whole and first_time("see contacts", mail.study.slug):
        store().contacts.note_look(mail.study.slug, actor, "page")
    fields = [name for name in mail.study.instrument.fields if any(name in one.contact.fields for one in mail.people)]
    table: dict[str, list[object]] = {"No.": list(range(1, len(mail.people) + 1))}
    if whole:
        table["Address"] = [one.contact.address for one in mail.people]
        table["Name"] = [one.contact.name for one in mail.people]
    table["Language"] = [one.contact.language or mail.study.instrument.languages[0] for one in mail.people]
    table |= {name: [one.contact.fields.get(name, "") for one in mail.people] for name in fields}
    if tells_who(mail):
        table["Stands at"] = [STANDINGS[one.standing] for one in mail.people]
        table["Last letter"] = [last_letter(one) for one in mail.people]
    else:
        st.caption("In an employer's study nobody is shown who has answered: counts stand above.")
    table["Letters"] = [reach(one, tells_who(mail)) for one in mail.people]
    st.dataframe(table, hide_index=True, width="stretch", key="people_table")


def last_letter(person: Person) -> str:
    """What was sent last in the open wave, and what became of it."""
    if not person.letters:
        return "–"
    last = person.letters[-1]
    name = "invitation" if last.number == 0 else f"reminder {last.number}"
    became = {"sent": "sent", "refused": "refused", "bounced": "came back", "failed": "not taken yet"}
    return f"{name}, {became.get(last.state, 'not known')}"


def reach(person: Person, who: bool = True) -> str:
    """Whether letters may go to a person, else why not; where it is not ``who`` answered, nothing that they did."""
    one = person.contact
    if not who and (one.stopped_at or one.unsubscribed_at):
        return "may not be sent"
    if one.stopped_at:
        return "has left the study"
    if one.revoked_at:
        return "link taken back"
    if one.unsubscribed_at:
        return "has ended them"
    if one.bounced_at:
        return "address does not work"
    return "may be sent" if one.reachable else "came back too often"


def one_person(mail: Correspondence, actor: str) -> None:
    """Give somebody another address."""
    with st.expander("Correct an address"), st.form("correct_address", border=False, clear_on_submit=False):
        number = st.number_input("No. in the list", 1, len(mail.people), 1)
        address = st.text_input("Right address")
        st.caption("What was refused or came back can then be sent again.")
        if st.form_submit_button("Change it"):
            try:
                store().contacts.change_address(mail.people[int(number) - 1].contact.invitation_id, address, actor)
            except SurveyError as error:
                complain(error)
            else:
                st.rerun()


def for_a_merge(mail: Correspondence) -> None:
    """The list as a file, for whoever sends letters by other means."""
    with st.expander("For a mail merge"):
        st.write(
            "A file with everybody who may be written to: address, language, their own link, words and fields. It "
            "holds secrets: whoever has a link can answer in its owner's place. Delete it when the letters are out."
        )
        try:
            base = base_address(store())
        except MailError as error:
            complain(error)
            return

        def make(user: User) -> str:
            again = store().letters.correspondence(mail.study.slug)
            store().contacts.note_look(mail.study.slug, user.name, "mail merge")
            return merge_csv(store(), again, base, progress=tells_who(again))

        st.download_button(
            "Download the list (.csv)", when_asked(make, PAGES["people"]), f"{mail.study.slug}-people.csv",
            "text/csv", key="merge_csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def came_back() -> None:
    """Delivery reports that came to the sender's mailbox, given as files."""
    with st.expander("Letters that came back"):
        st.write(
            "Servers that refuse an address at once are noted at once. Others send a report to the sender's mailbox "
            "later: save those messages (.eml, or the whole mailbox as mbox) and give them here."
        )
        files = st.file_uploader("Reports", type=["eml", "mbox", "txt"], accept_multiple_files=True, key="reports")
        if files and st.button("Read them", key="read_reports"):
            from survey.mail.bounces import read_reports

            new = {"hard": 0, "soft": 0, "delayed": 0}
            with tempfile.TemporaryDirectory() as folder:
                paths = []
                for n, file in enumerate(files):
                    path = Path(folder) / f"{n}.eml"
                    path.write_bytes(file.getvalue())
                    paths.append(path)
                read = read_reports(paths, store().keys)
            for report in read.reports:
                new[report.verdict] += store().letters.note_bounce(report.letter, report.verdict, report.code)
            st.success(
                f"{new['hard']} came back for good, {new['soft']} for now, {new['delayed']} are delayed. "
                f"{read.strangers + read.others} messages were about something else."
            )
