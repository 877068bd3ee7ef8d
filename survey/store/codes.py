"""Self-made codes: who answered before, through open links alone, without anybody being known.

A code is kept as keyed hashes (``pair_tables.code_mac``). Responses of different waves with the same code are one
person. Whatever is less certain is reported and never joined: the same code twice in one wave, and codes that differ in
one sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from survey import private
from survey.instrument.model import Page
from survey.store import schema
from survey.store.engine import Database
from survey.store.keys import Keys
from survey.store.pair_tables import code_mac
from survey.store.results import Kind, phase_of
from survey.store.sessions import Session, Study, response_of

PURPOSE = "self-made codes"


@dataclass(frozen=True)
class Near:
    """Two people of the data whose codes differ in one sign, and who never answered the same wave."""

    one: str
    other: str


@dataclass(frozen=True)
class CodeReport:
    """What codes say of who came back.

    with_code, without: people. returned: of those with a code, who answered several waves. shared: codes that several
    people gave in one wave, each with these people's codes in the data: nobody of them is joined. near: pairs that may
    be one person with a slip of the pen. People are called as in the data.
    """

    with_code: int
    without: int
    returned: int
    shared: tuple[tuple[str, ...], ...]
    near: tuple[Near, ...]


def keep_code(connection: Connection, keys: Keys, session: Session, page: Page, given: Mapping[str, str]) -> None:
    """Keep a code that was sent, in place of one sent before."""
    table, own = code_mac.c, (session.invitation_id, session.study.phase)
    connection.execute(delete(code_mac).where(table.invitation_id == own[0], table.phase == own[1]))
    signs = "".join(given[name] for name in private.names_of(page))
    forms = [signs, *(f"{signs[:n]}?{signs[n + 1 :]}" for n in range(len(signs)))]
    rows = [
        {
            "invitation_id": own[0],
            "phase": own[1],
            "place": place,
            "study_id": session.study.id,
            "response_id": session.response_id,
            "mac": keys.mac(PURPOSE, f"{session.study.id.hex} {form}"),
        }
        for place, form in enumerate(forms)
    ]
    connection.execute(insert(code_mac), rows)


@dataclass(frozen=True)
class _Coded:
    """One response's code: the invitation behind it, its waves, and its hashes by place."""

    invitation: UUID
    waves: frozenset[int]
    macs: Mapping[int, str]


def _coded(connection: Connection, study: Study, phase: str) -> list[_Coded]:
    table, response = code_mac.c, schema.response.c
    waves: defaultdict[UUID, set[int]] = defaultdict(set)
    query = select(response.invitation_id, response.wave).where(response.study_id == study.id, response.phase == phase)
    for row in connection.execute(query):
        waves[row.invitation_id].add(row.wave)
    macs: defaultdict[UUID, dict[int, str]] = defaultdict(dict)
    kept = select(table.invitation_id, table.place, table.mac).where(table.study_id == study.id, table.phase == phase)
    for one in connection.execute(kept):
        macs[one.invitation_id][one.place] = one.mac
    return [_Coded(key, frozenset(waves[key]), macs[key]) for key in sorted(macs, key=str) if waves[key]]


def _groups(coded: list[_Coded]) -> tuple[list[list[_Coded]], list[list[_Coded]]]:
    """Responses with one code that are one person, the earliest wave first; and those that cannot be, as they come."""
    by_code: defaultdict[str, list[_Coded]] = defaultdict(list)
    for one in coded:
        by_code[one.macs[0]].append(one)
    people, shared = [], []
    for group in by_code.values():
        waves = [wave for one in group for wave in one.waves]
        if len(waves) == len(set(waves)):
            people.append(sorted(group, key=lambda one: min(one.waves)))
        else:
            shared.append(group)
    return people, shared


def same_people(connection: Connection, study: Study, phase: str) -> dict[UUID, UUID]:
    """Of every invitation whose code has come in another wave before: the invitation of the first."""
    people, _ = _groups(_coded(connection, study, phase))
    return {one.invitation: group[0].invitation for group in people for one in group[1:]}


class Codes:
    """What a researcher sees of codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, slug: str, kind: Kind | None = None) -> CodeReport:
        """Who came back, and what is not certain. Raises NotFoundError."""

        def work(connection: Connection) -> CodeReport:
            study, phase = phase_of(connection, slug, kind)
            people, shared = _groups(_coded(connection, study, phase))
            response = schema.response.c
            everybody = set(
                connection.execute(
                    select(response.invitation_id).where(response.study_id == study.id, response.phase == phase)
                ).scalars()
            )
            known = {one.invitation for group in (*people, *shared) for one in group}

            def called(one: _Coded) -> str:
                return str(response_of(one.invitation, phase))

            return CodeReport(
                with_code=len(people) + sum(map(len, shared)),
                without=len(everybody - known),
                returned=sum(len({wave for one in group for wave in one.waves}) > 1 for group in people),
                shared=tuple(tuple(called(one) for one in group) for group in shared),
                near=tuple(Near(called(a[0]), called(b[0])) for a, b in _near(people)),
            )

        return self._database.read(work)


def _near(people: list[list[_Coded]]) -> list[tuple[list[_Coded], list[_Coded]]]:
    """Pairs of people whose codes differ in one sign and whose waves do not overlap."""
    by_form: defaultdict[tuple[int, str], list[list[_Coded]]] = defaultdict(list)
    for group in people:
        for place, mac in group[0].macs.items():
            if place:
                by_form[place, mac].append(group)
    found = []
    for groups in by_form.values():
        for number, group in enumerate(groups):
            for other in groups[number + 1 :]:
                waves = [wave for one in (*group, *other) for wave in one.waves]
                if len(waves) == len(set(waves)):
                    found.append((group, other))
    return found
