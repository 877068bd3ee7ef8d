"""The list of people as a file for a mail merge, and the list of what is owed, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from survey.mail.sending import link_of

if TYPE_CHECKING:
    from survey.store import Store
    from survey.store.letters import Correspondence
    from survey.store.owed import Debt

STANDINGS = {
    None: "not begun",
    "open": "begun",
    "completed": "completed",
    "declined": "declined",
    "screened_out": "screened out",
    "over_quota": "over quota",
}
"""Where somebody stands in the wave that is open for them, in words."""


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (with a byte order mark, by which spreadsheets know UTF-8); what would be taken for a formula is led
    by an apostrophe, which a spreadsheet does not show."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def guarded(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("Ada"), guarded(" @x")
    ("'=1+1", 'Ada', "' @x")
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def merge_csv(store: Store, mail: Correspondence, base: str, progress: bool = True) -> str:
    """Everybody who may be written to: address, language, link, words, fields, how far they have come.

    progress: whether the last is told; not where nobody may see who answered. Whoever has ended the letters, came
    back, or was taken out is not in the file.
    """
    people = [person for person in mail.people if person.contact.reachable]
    words = sorted({word for person in people for word in person.contact.words})
    fields = [name for name in mail.study.instrument.fields if any(name in one.contact.fields for one in people)]
    header = ["email", "language", *words, "link", "unsubscribe", *fields, *(["standing"] if progress else [])]
    rows = []
    for person in people:
        one = person.contact
        rows.append(
            [
                one.address,
                one.language or mail.study.instrument.languages[0],
                *(one.words.get(word, "") for word in words),
                link_of(base, one.token, one.language, mail.settings.light),
                f"{base}/u/{store.contacts.opt_out_token(one.invitation_id)}",
                *(_plain(one.fields.get(name, "")) for name in fields),
                *([STANDINGS[person.standing]] if progress else []),
            ]
        )
    return csv_of(header, rows)


def owed_csv(debts: Iterable[Debt]) -> str:
    """Who is owed what, one line each."""
    rows = ((one.recipient, one.name, one.what, one.wave, "yes" if one.paid else "no") for one in debts)
    return csv_of(("recipient", "name", "what", "wave", "paid"), rows)


def _plain(value: str | float) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
