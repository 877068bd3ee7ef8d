"""Short ways to send letters in tests, and to look at what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from survey.mail.sending import Tally, Which, plan_round, send_round
from survey.store import Store
from survey.store.schema import now
from tests.survey.store_support import TEXT

BASE = "https://survey.example.org"
FRENCH = TEXT.replace("languages: [en]", "languages: [en, fr]").replace(
    "{en: A small study}", "{en: A study, fr: Une étude}"
)
PEOPLE = "email,language,name\na@example.org,en,P One\nb@example.org,fr,P Deux\nc@example.org,,\n"


def send(store: Store, which: Which = "invitation", at: datetime | None = None, **more: Any) -> Tally:
    moment = at or now()
    return send_round(store, replace(plan_round(store, "small", which, moment), clock=lambda: moment, **more), "rob")


def states(store: Store) -> dict[str, list[str]]:
    mail = store.letters.correspondence("small")
    return {one.contact.address[0]: [letter.state for letter in one.letters] for one in mail.people}
