"""Writing a Dataset into the log as if its respondents had answered, for the demo study and for tests of scale."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, insert, update

from survey import flow, private
from survey.answers import Answer, to_json
from survey.dataset.columns import wave_field
from survey.dataset.missing import Missing
from survey.dataset.waves import people
from survey.errors import StudyError
from survey.instrument.formats import other_text, specified
from survey.instrument.model import Instrument, MultiChoice, Page, Rank
from survey.order import order_shown
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import Keys, hash_token
from survey.store.respond import FIRST_ISSUE, body_of
from survey.store.sessions import Study, of_wave, response_of, seed_of
from survey.store.simulated_ties import Tables, screens_sent, tables_of
from survey.store.studies import find
from survey.store.waves import waves_of
from survey.waves import ONE, midnight

if TYPE_CHECKING:
    from survey.dataset.model import Dataset

USUAL_SECONDS = 5.0
"""For a respondent whose pace is not known."""

SPREAD = timedelta(days=13)
APART = timedelta(days=28)
"""From a wave to the next."""
_CHUNK = 20_000


def write_simulated(database: Database, keys: Keys, slug: str, dataset: Dataset, until: datetime) -> int:
    """See ``Respond.load_simulated``."""

    def work(connection: Connection) -> int:
        study = find(connection, slug)
        if not study.accepts_answers:
            raise StudyError(f"the study {slug!r} is {study.status}: publish it before filling it.")
        invitations: list[dict[str, Any]] = []
        responses: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        ties = tables_of(study.instrument, dataset)
        begun: set[UUID] = set()
        last = _set_waves(connection, study, dataset, until)
        for one in _respondents(study.instrument, dataset):
            invitation = uuid5(study.id, f"simulated/{one.person}")
            response = response_of(invitation, study.phase, one.wave)
            pages = list(_submissions(study.instrument, one.name, one.answers, ties, seed_of(response)))
            log = _log(study, keys, response, pages, one.pace, until - APART * (last - one.wave))
            if not log:
                continue
            at = log[0]["received_at"]
            if invitation not in begun:
                begun.add(invitation)
                invitations.append(
                    {
                        "id": invitation,
                        "study_id": study.id,
                        "kind": "open",
                        "issue": FIRST_ISSUE,
                        "token_hash": hash_token(keys.token(invitation, FIRST_ISSUE)),
                        "fields": json.dumps(one.fields),
                        "created_at": at,
                    }
                )
            responses.append(
                {
                    "id": response,
                    "study_id": study.id,
                    "invitation_id": invitation,
                    "phase": study.phase,
                    "wave": one.wave,
                    "created_at": at,
                }
            )
            lines += log
        for table, rows in ((schema.invitation, invitations), (schema.response, responses), (schema.submission, lines)):
            for start in range(0, len(rows), _CHUNK):
                connection.execute(insert(table), rows[start : start + _CHUNK])
        of = schema.study.c
        counters = (of.opened_live, of.visitors_live)
        if study.phase == "pilot":
            counters = (of.opened_pilot, of.visitors_pilot)
        came = {counter: counter + len(responses) for counter in counters}
        connection.execute(update(schema.study).where(of.id == study.id).values(came))
        audit.note(connection, "load simulated", slug, n=len(responses))
        return len(responses)

    return database.write(work)


@dataclass(frozen=True)
class Simulated:
    """A row of a Dataset: id, person and wave, answers or typed missing by item, fields, seconds an item."""

    name: str
    person: str
    wave: int
    answers: dict[str, Answer]
    fields: dict[str, str | float]
    pace: float


def _set_waves(connection: Connection, study: Study, dataset: Dataset, until: datetime) -> int:
    """The last wave of a Dataset; a study that has no waves yet gets those, each ``APART`` from the next."""
    field = wave_field(dataset.instrument)
    last = 1 if field is None else max((int(wave) for wave in dataset.respondents[field].dropna()), default=1)
    if last > 1 and waves_of(connection, study.id) == ONE:
        first = midnight(until if until.tzinfo else until.replace(tzinfo=UTC)) - timedelta(days=14)
        rows = [{"number": 1}] + [{"number": n, "opens_at": first - APART * (last - n)} for n in range(2, last + 1)]
        for row in rows:
            connection.execute(insert(schema.study_wave).values(study_id=study.id, **row))
    return last


def _respondents(instrument: Instrument, dataset: Dataset) -> list[Simulated]:
    """Each row of a Dataset as a respondent's answers in a wave."""
    field = wave_field(dataset.instrument)
    whose = people(dataset)
    values = {str(name): dataset.respondents[name].tolist() for name in dataset.respondents.columns}
    kinds = {str(name): dataset.missing[name].tolist() for name in dataset.missing.columns}
    made: list[Simulated] = []
    for i, name in enumerate(dataset.respondents.index):
        row = {column: cells[i] for column, cells in values.items()}
        types = {column: cells[i] for column, cells in kinds.items()}
        answers = {item: _answer(instrument, item, row, types) for item in instrument.items}
        for item in instrument.items:
            if specified(instrument.format_of(item)) is not None:
                words = other_text(item)
                told = Missing(types.get(words) or "skipped") if _empty(row.get(words)) else str(row[words])
                answers[words] = told
        wave = 1 if field is None or _empty(row.get(field)) else int(row[field])
        fields = {own: _field(instrument, own, row, types) for own in instrument.fields if own != field}
        fields = {own: value for own, value in fields.items() if not _empty(value)}
        pace = row.get("seconds_per_item", math.nan)
        usual = USUAL_SECONDS if _empty(pace) else float(pace)
        made.append(Simulated(str(name), str(whose[name]), wave, of_wave(wave) | answers, fields, usual))
    return made


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _field(instrument: Instrument, field: str, row: Mapping[str, Any], types: Mapping[str, str]) -> Any:
    """A field's value, or the code that its type of missing is declared by."""
    if not _empty(row.get(field)) or not types.get(field):
        return row.get(field)
    return next((code for code, kind in instrument.fields[field].missing.items() if kind == types[field]), None)


def _answer(instrument: Instrument, item: str, row: Mapping[str, Any], types: Mapping[str, str]) -> Answer:
    fmt = instrument.format_of(item)
    if isinstance(fmt, MultiChoice | Rank):
        cells = {choice: row.get(f"{item}.{choice}") for choice in fmt.choices}
        kind = types.get(f"{item}.{next(iter(fmt.choices))}", "")
        if any(_empty(value) for value in cells.values()):
            return Missing(kind or "skipped")
        if isinstance(fmt, Rank):
            return tuple(sorted(cells, key=lambda choice: float(cells[choice] or 0)))
        return tuple(choice for choice, value in cells.items() if value)
    value: Any = row.get(item)
    if _empty(value):
        return Missing(types.get(item) or "skipped")
    return value if isinstance(value, str) else float(value)


Submission = tuple[str, dict[str, Answer], tuple[str, ...]]
"""A page or screen, its answers, and its items in their order."""


def _submissions(
    instrument: Instrument, name: str, answers: Mapping[str, Answer], ties: Tables, seed: int
) -> Iterator[Submission]:
    """The pages and screens that a respondent's answers show them to have sent, in order."""
    for page in _sent_pages(instrument, answers, ties.named.get(name, frozenset())):
        if page.items or page.network is None:
            yield page.id, _given(instrument, page, answers), order_shown(instrument, page, seed)
        if page.network is not None:
            for screen, given in screens_sent(instrument, page, name, ties):
                about = tuple(own for own in given if ".about." in screen and own.count(".") == 2 and ".of." not in own)
                yield screen, given, about


def _log(
    study: Study, keys: Keys, response: UUID, pages: list[Submission], pace: float, until: datetime
) -> list[dict[str, Any]]:
    """The lines of one respondent."""
    share = int.from_bytes(hashlib.sha256(response.bytes).digest()[:6], "big") / 2**48
    clock = until - timedelta(days=14) + SPREAD * share
    lines: list[dict[str, Any]] = []
    for page, given, order in pages:
        sent = clock + timedelta(seconds=pace * len(order) if order else 10 * USUAL_SECONDS)
        lines.append(
            {
                "response_id": response,
                "sequence": len(lines),
                "page": page,
                "answers": to_json(given),
                "item_order": json.dumps(order),
                "uuid": uuid5(response, f"{page}/{len(lines)}"),
                "body_hash": body_of(keys, page, given),
                "instrument_hash": study.instrument_hash,
                "language": study.instrument.languages[0],
                "channel": "simulated",
                "shown_at": clock,
                "sent_at": sent,
                "received_at": sent,
            }
        )
        clock = sent + timedelta(seconds=1)
    return lines


def _sent_pages(instrument: Instrument, answers: Mapping[str, Answer], named: Set[str]) -> list[Page]:
    """The pages sent: those with an item that was answered or passed over, those of a network in which somebody is
    ``named``, and what lies between and around them.

    A page without items was sent if a later page was, or if nothing stayed unreached.
    """
    agreed = {page.id: "yes" for page in instrument.pages if page.type == "consent"}
    shown = {flow.page_of(page) for page in flow.visible_pages(instrument, {**answers, **agreed})}
    asked = [page for page in instrument.pages if page.id in shown and page.type != "feedback"]
    met = [page.network in named or not all(_never_met(answers[item]) for item in page.items) for page in asked]
    if not any(met):
        return asked[:1]
    unreached = any(page.items and not was_met for page, was_met in zip(asked, met, strict=True))
    last = max(i for i, was_met in enumerate(met) if was_met) if unreached else len(asked)
    return [page for i, page in enumerate(asked) if met[i] or (not page.items and i < last)]


def _never_met(answer: Answer) -> bool:
    return answer in (Missing.NOT_REACHED, Missing.NOT_SHOWN)


def _given(instrument: Instrument, page: Page, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    if page.type in private.TYPES:
        return {page.id: Missing.SKIPPED}
    given: dict[str, Answer] = {}
    for name in flow.names_on(instrument, page):
        if page.type == "consent" and name == page.id:
            given[name] = "yes"
        else:
            given[name] = answers.get(name, Missing.SKIPPED)
    return given
