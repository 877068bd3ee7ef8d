"""A small questionnaire with every kind of page, and short ways to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from survey import flow
from survey.store import Saved, Session, Store

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

TEXT = """\
format: twofold/1
id: small
version: 1.0.0
title: {en: A small study}
languages: [en]
formats:
  agree5: {type: likert, from: 1, labels: [Never, Rarely, Sometimes, Often, Always]}
  age: {type: number, min: 16, max: 99, integer: true}
  hours: {type: number, min: 0, max: 200}
  yn: {type: choice, choices: {yes: {label: 'Yes', score: 1}, no: {label: 'No', score: 0}}}
  roles: {type: multichoice, choices: {peer: {label: Peer}, friend: {label: Friend}, other: {label: Other}}}
  ranks: {type: rank, choices: {a: {label: A}, b: {label: B}}}
  day: {type: date}
  words: {type: text, max_length: 200}
items:
  age: {text: How old are you?, format: age}
  employed: {text: Do you have a job?, format: yn}
  a1: {text: First, format: agree5}
  a2: {text: Second, format: agree5}
  a3: {text: Third, format: agree5}
  a4: {text: Fourth, format: agree5}
  att1: {text: Pick Often here., format: agree5}
  d1: {text: Work is hard, format: agree5}
  d2: {text: Is it far?, format: yn}
  far: {text: How many hours away?, format: hours}
  roles: {text: Who helps you?, format: roles}
  order: {text: Put in order, format: ranks}
  since: {text: Since when?, format: day}
  remark: {text: Anything else?, format: words}
scales:
  a: {label: A, items: [a1, a2, a3, -a4]}
networks:
  ties:
    generators:
      g1: {text: Who helped you?, max: 3}
      g2: {text: Who listened?}
    interpreters: []
fields:
  team: {type: group, missing: {'-99': refused}}
  level: {type: number}
checks:
  att1: {item: att1, pass: 4}
pages:
  - {id: consent, type: consent, text: Do you agree?, required: true}
  - {id: about, items: [age, employed], require: hard}
  - {id: support, items: [a1, a2, a3, a4, att1], layout: matrix, order: random, require: soft}
  - {id: work, items: [d1, d2], show_if: employed == 'yes'}
  - {id: distance, items: [far], show_if: d2 == 'yes'}
  - {id: people, network: ties}
  - {id: rest, items: [roles, order, since, remark]}
  - {id: thanks, type: feedback}
"""

PAGES = ("consent", "about", "support", "work", "distance", "people.g1", "people.g2", "rest")

ANSWERS: dict[str, dict[str, object]] = {
    "consent": {"consent": "yes"},
    "about": {"age": 40, "employed": "yes"},
    "support": {"a1": 1, "a2": 2, "a3": 3, "a4": 4, "att1": 4},
    "work": {"d1": 5, "d2": "yes"},
    "distance": {"far": 1.5},
    "people.g1": {},
    "people.g2": {},
    "rest": {"roles": ["friend", "peer"], "order": ["b", "a"], "since": "2020-02-29", "remark": "Fine, «thanks»\nBye"},
}


def send(
    store: Store, session: Session, page: str, answers: Mapping[str, object] | None = None, **more: object
) -> Saved:
    """Submit a page, shown for ten seconds, a minute after the one before."""
    shown = START + timedelta(minutes=session.sequence)
    given = ANSWERS[page] if answers is None else answers
    order = flow.item_order(session.study.instrument, page, session.seed, session.answers)
    options: dict[str, object] = {"order": order, "shown_at": shown, "sent_at": shown + timedelta(seconds=10), **more}
    return store.respond.submit(session, page, given, **options)  # type: ignore[arg-type]


def go_through(
    store: Store, session: Session, answers: Mapping[str, Mapping[str, object]] = ANSWERS, stop: str | None = None
) -> Session:
    """Answer page after page as the flow gives them, up to (not with) the page ``stop``."""
    instrument = session.study.instrument
    page = flow.next_page(instrument, session.answers, session.submitted, None)
    while page is not None and page != stop and flow.find_page(instrument, page).type != "feedback":
        session = send(store, session, page, answers.get(page, {})).session
        page = flow.next_page(instrument, session.answers, session.submitted, page)
    return session
