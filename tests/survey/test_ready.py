"""Ready definitions of others' scales: their keys as published, no wording, and permission asked for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from survey.errors import StudyError
from survey.instrument.canonical import sha256
from survey.instrument.labels import label, labels, range_of
from survey.instrument.load import load, ready_ids, shipped, shipped_ids, shipped_text
from survey.store import Store, schema

# Number of items, range, and each scale: its score, its items and those of them that are reversed.
KEYS: dict[str, tuple[int, tuple[int, int], dict[str, tuple[str, list[int], list[int]]]]] = {
    "pss-10": (10, (0, 4), {"perceived_stress": ("sum", [*range(1, 11)], [4, 5, 7, 8])}),
    "pss-4": (4, (0, 4), {"perceived_stress": ("sum", [1, 2, 3, 4], [2, 3])}),
    "mspss": (
        12,
        (1, 7),
        {
            "perceived_support": ("mean", [*range(1, 13)], []),
            "significant_other": ("mean", [1, 2, 5, 10], []),
            "family": ("mean", [3, 4, 8, 11], []),
            "friends": ("mean", [6, 7, 9, 12], []),
        },
    ),
    "isel-12": (
        12,
        (1, 4),
        {
            "support": ("sum", [*range(1, 13)], [1, 2, 7, 8, 11, 12]),
            "appraisal": ("sum", [2, 4, 6, 11], [2, 11]),
            "belonging": ("sum", [1, 5, 7, 9], [1, 7]),
            "tangible": ("sum", [3, 8, 10, 12], [8, 12]),
        },
    ),
    "mfq-9": (9, (1, 5), {"mentoring": ("mean", [*range(1, 10)], [])}),
    "ucla-3": (20, (1, 4), {"loneliness": ("sum", [*range(1, 21)], [1, 5, 6, 9, 10, 15, 16, 19, 20])}),
    "k6": (6, (0, 4), {"distress": ("sum", [*range(1, 7)], [])}),
    "k10": (10, (1, 5), {"distress": ("sum", [*range(1, 11)], [])}),
}


def test_all_of_them_are_there_and_are_no_instruments_to_publish() -> None:
    assert set(ready_ids()) == set(KEYS)
    assert not set(ready_ids()) & set(shipped_ids())


@pytest.mark.parametrize("name", KEYS)
def test_the_key_is_the_published_one(name: str) -> None:
    count, limits, scales = KEYS[name]
    instrument = shipped(name)
    assert len(instrument.items) == count
    assert {range_of(instrument.format_of(item)) for item in instrument.items} == {limits}
    found = {}
    for scale, declared in instrument.scales.items():
        numbers = [int(item.rsplit("_", 1)[1]) for item in declared.items]
        backwards = [n for n, item in zip(numbers, declared.items, strict=True) if item.startswith("-")]
        found[scale] = (declared.score, numbers, backwards)
    assert found == scales


@pytest.mark.parametrize("name", KEYS)
def test_no_wording_ships(name: str) -> None:
    """No text of an item, no label but the codes, nothing to show, and an owner to ask."""
    instrument = shipped(name)
    assert all(item.text is None for item in instrument.items.values())
    assert not instrument.pages
    for fmt in instrument.formats.values():
        assert labels(fmt) == {code: str(code) for code in labels(fmt)}
        assert label(fmt, 1) == "1"
    (source,) = instrument.sources.values()
    assert source.permission == "needed"
    assert re.search(r"\(\d{4}\)\. ", source.citation)


TEXT = """\
format: twofold/1
id: borrowed
version: 1.0.0
sources:
  theirs: {citation: 'Doe, J. (2020). A scale.', owner: J. Doe}
  given: {citation: 'Roe, R. (2021). Another.', owner: R. Roe, permission: free}
formats: {answer: {type: likert, labels: [No, Yes]}}
items: {q1: {text: One?, format: answer}}
scales: {}
pages:
  - {id: consent, type: consent, text: Do you agree?}
  - {id: one, items: [q1]}
"""


def log(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    columns = schema.audit.c.actor, schema.audit.c.action, schema.audit.c.detail
    rows = store.studies._database.read(lambda c: c.execute(select(*columns).order_by(schema.audit.c.id)).all())
    return [(actor, action, json.loads(detail)) for actor, action, detail in rows]


@pytest.mark.parametrize("status", ["pilot", "live"])
def test_publishing_asks_for_the_permission_and_logs_it(store: Store, status: str) -> None:
    store.studies.create("s", TEXT)
    with pytest.raises(StudyError, match=rf"theirs \(J\. Doe\)\..* s {status} --permission theirs$") as refused:
        store.studies.set_status("s", status, "Ann")
    assert "Roe" not in str(refused.value)
    assert store.studies.get("s").status == "draft"
    assert not [line for line in log(store) if line[1] == "confirm permission"]
    store.studies.set_status("s", status, "Ann", permissions=["theirs"])
    assert store.studies.get("s").status == status
    confirmed = [line for line in log(store) if line[1] == "confirm permission"]
    assert confirmed == [("Ann", "confirm permission", {"source": "theirs", "owner": "J. Doe"})]


def test_launching_after_the_pilot_asks_again_and_closing_does_not(store: Store) -> None:
    store.studies.create("s", TEXT)
    store.studies.set_status("s", "pilot", permissions=["theirs"])
    with pytest.raises(StudyError, match="permit"):
        store.studies.set_status("s", "live", permissions=["given"])
    store.studies.set_status("s", "live", permissions=["theirs", "given"])
    store.studies.set_status("s", "closed")
    store.studies.set_status("s", "live")
    assert len([line for line in log(store) if line[1] == "confirm permission"]) == 2


def test_a_live_study_takes_on_no_wording_that_nobody_asked_for(store: Store) -> None:
    bare = TEXT.replace("owner: J. Doe}", "owner: J. Doe, permission: free}")
    store.studies.create("s", bare)
    store.studies.set_status("s", "live")
    text = TEXT.replace("1.0.0", "1.1.0")
    with pytest.raises(StudyError, match=r"theirs \(J\. Doe\)"):
        store.studies.update_instrument("s", text, accept=sha256(load(text, "t")))
    free = bare.replace("1.0.0", "1.1.0")
    assert store.studies.update_instrument("s", free, accept=sha256(load(free, "t"))).instrument.version == "1.1.0"


def test_a_ready_definition_as_it_ships_cannot_be_published(store: Store) -> None:
    store.studies.create("s", shipped_text("pss-10"))
    with pytest.raises(StudyError, match="no page with items"):
        store.studies.set_status("s", "pilot", permissions=["pss10"])
    assert load(shipped_text("pss-10"), "pss-10").sources["pss10"].owner == "Sheldon Cohen"
