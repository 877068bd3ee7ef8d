"""One respondent of a Dataset from their log, whatever versions of the instrument they answered."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from survey import feedback, flow
from survey.answers import Answer, from_json
from survey.dataset.assemble import Respondent, Version
from survey.dataset.columns import AT, wave_field
from survey.dataset.harmonise import VERSION, harmonise
from survey.dataset.waves import with_wave_field
from survey.instrument.model import Instrument
from survey.private import of_role
from survey.store.nominations import dyad_field
from survey.store.results import seconds
from survey.store.sessions import of_wave, response_of
from survey.waves import WAVE


@dataclass(frozen=True)
class Joined:
    """Who is who, beyond invitations. people: of invitations whose self-made code came before, the first one's; pairs:
    those that came about by nomination."""

    people: Mapping[UUID, UUID] = field(default_factory=dict)
    pairs: frozenset[str] = frozenset()


NOT_JOINED = Joined()


class Reader:
    """Reads logs, one respondent after another.

    versions: the instruments that were answered, by hash, the study's own last. instrument: all of them together.
    refused: who did not consent, counted so far.
    """

    def __init__(self, versions: Mapping[str, Instrument], waves: int = 1, joined: Joined = NOT_JOINED) -> None:
        self._versions = versions
        self._together = harmonise(tuple(versions.values()))
        self._waves = waves
        self._joined = joined
        self.instrument = with_wave_field(self._together.instrument) if waves > 1 else self._together.instrument
        self.notes = self._together.notes
        self.refused = 0

    def read(self, log: list[Any]) -> Respondent | None:
        """The respondent of a log in the order of its sequence; None where they did not consent."""
        own = log[-1].instrument_hash
        fields = json.loads(log[0].fields)
        answers: dict[str, Answer] = of_wave(log[0].wave) | of_role(self._versions[own], fields)
        placed: dict[str, Answer] = {}
        sent_to: dict[str, str] = {}
        for row in log:
            given = from_json(row.answers)
            answers.update(given)
            if len(self._versions) > 1:
                columns = self._together.columns[row.instrument_hash]
                placed.update({columns.get(name, name): answer for name, answer in given.items()})
                sent_to[row.page] = row.instrument_hash
        if not flow.consented(self._versions[own], answers):
            self.refused += 1
            return None
        version = None
        if len(self._versions) > 1:
            fields[VERSION] = self._together.names[own]
            version = Version(self._versions[own], self._together.columns[own], placed, self._otherwise(own, sent_to))
        return Respondent(
            id=self._named(log[0], fields),
            answers=answers,
            submitted=frozenset(row.page for row in log),
            fields=fields,
            seconds_per_item=_seconds_per_item(log),
            version=version,
            came=_came(log) | self._result(log, own, fields),
        )

    def _named(self, row: Any, fields: dict[str, Any]) -> str:
        """The id of a row. With several waves ``PERSON@WAVE``, and the fields say both; a person is called as their
        response of the first wave is."""
        if self._waves == 1:
            return str(UUID(str(row.response_id)))
        person = self._person(row)
        for name, declared in self.instrument.fields.items():
            if declared.type == "id" and not fields.get(name):
                fields[name] = person
        fields[wave_field(self.instrument) or WAVE] = str(row.wave)
        return f"{person}{AT}{row.wave}"

    def _person(self, row: Any) -> str:
        """Who somebody is over waves: with a self-made code, whoever gave it first."""
        own = UUID(str(row.invitation_id))
        return str(response_of(self._joined.people.get(own, own), row.phase))

    def sorted(self, respondents: list[Respondent]) -> list[Respondent]:
        """Rows in their order: by random ids, a person's waves together.

        A pair that a nomination made is one only where both have agreed to take part.
        """
        own = dyad_field(self.instrument)
        if own is not None and self._joined.pairs:
            members: defaultdict[object, set[str]] = defaultdict(set)
            for one in respondents:
                members[one.fields.get(own)].add(one.id.rpartition(AT)[0] if self._waves > 1 else one.id)
            alone = {pair for pair in self._joined.pairs if len(members[pair]) < 2}
            respondents = [
                replace(one, fields={k: v for k, v in one.fields.items() if k != own})
                if one.fields.get(own) in alone
                else one
                for one in respondents
            ]
        if self._waves == 1:
            return respondents
        return sorted(respondents, key=lambda one: (one.id.rpartition(AT)[0], int(one.id.rpartition(AT)[2])))

    def _result(self, log: list[Any], own: str, fields: Mapping[str, object]) -> dict[str, str | float]:
        """Whether they saw their own result at once, where not everybody did; of simulated answers nobody did."""
        if any(row.channel == "simulated" for row in log):
            return {}
        person = response_of(UUID(str(log[0].invitation_id)), log[0].phase)
        last = log[0].wave == self._waves > 1
        shown = feedback.recorded(self._versions[own], person, fields, last=last)
        return {} if shown is None else {"result_shown": shown}

    def _otherwise(self, own: str, sent_to: Mapping[str, str]) -> frozenset[str]:
        """Items of the own version that were not asked so, because their page was sent to a version that differs."""
        mine = self._together.columns[own]
        return frozenset(
            item
            for page in self._versions[own].pages
            if sent_to.get(page.id, own) != own
            for item in page.items
            if self._together.columns[sent_to[page.id]].get(item) != mine[item]
        )


def _came(log: list[Any]) -> dict[str, str | float]:
    """How the answers came, as far as it is known: of simulated ones nothing is."""
    channels = {row.channel for row in log}
    if "simulated" in channels:
        return {}
    came: dict[str, str | float] = {
        "channel": channels.pop() if len(channels) == 1 else "both",
        "back_steps": float(log[0].back_steps),
        "minutes": _minutes(log),
    }
    devices = {row.device for row in log if row.device is not None}
    if devices:
        came["device"] = devices.pop() if len(devices) == 1 else "several"
    if log[0].source is not None:
        came["link_code"] = log[0].source
    return came


def _minutes(log: list[Any]) -> float:
    """Minutes that pages were in sight, every visit counted: a break between two pages is none."""
    return sum(seconds(row.shown_at, row.sent_at) for row in log) / 60


def _seconds_per_item(log: list[Any]) -> float:
    """Seconds on pages with items, every visit counted, by the number of items shown; NaN where none was."""
    spent = 0.0
    shown: dict[str, int] = {}
    for row in log:
        items = row.item_order.count('"') // 2  # a JSON list of ids: to parse it would take longer than all else here
        if items:
            spent += seconds(row.shown_at, row.sent_at)
            shown[row.page] = items
    return spent / sum(shown.values()) if shown else math.nan
