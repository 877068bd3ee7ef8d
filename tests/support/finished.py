"""Somebody who has finished two-supports: known answers, known names, sent through the store page by page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from survey import flow
from survey.instrument.canonical import to_yaml
from survey.instrument.load import load, shipped
from survey.instrument.model import Network
from survey.store import Session, Store
from tests.survey.store_support import send

NAMES = {"g1": ("Quillon", "Brisetta", "Mo & <i>K</i>"), "g2": ("Brisetta", "Zephyrine"), "g3": ("Torvald",)}
"""By question; Brisetta gives both kinds of support."""
CHECKLIST = {"ck1": "yes", "ck2": "no", "ck3": "unsure", "ck4": "yes", "ck5": "yes", "ck6": "yes"}
SCORES = {"instrumental": 3.625, "psychosocial": 5.0}


@cache
def short() -> str:
    """two-supports without the pages that its result does not need, and with two questions about each person."""
    whole = shipped("two-supports")
    pages = tuple(
        p for p in whole.pages if p.id in ("consent", "instrumental", "psychosocial", "checklist", "people", "thanks")
    )
    ties = Network(
        generators=whole.networks["ties"].generators,
        interpreters=("closeness", "contact"),
        interpret_at_most=whole.networks["ties"].interpret_at_most,
        between=whole.networks["ties"].between,
    )
    needed = {item for page in pages for item in page.items} | set(ties.interpreters)
    scales = {name: scale for name, scale in whole.scales.items() if {i.lstrip("-") for i in scale.items} <= needed}
    checks = {name: check for name, check in whole.checks.items() if check.item in needed}
    items = {name: item for name, item in whole.items.items() if name in needed}
    changed = {"pages": pages, "networks": {"ties": ties}, "items": items, "scales": scales, "checks": checks}
    text = to_yaml(whole.model_copy(update=changed))
    load(text, "short")
    return text


def finished(
    store: Store, slug: str, who: str, given: Mapping[str, Any] | None = None, *, names: Any = NAMES
) -> Session:
    """A respondent on an open link who answers everything that is asked of them, and completes."""
    return through(store, store.respond.begin(slug, who), given, names=names)


def through(store: Store, session: Session, given: Mapping[str, Any] | None = None, *, names: Any = NAMES) -> Session:
    """The same for a session that is there already."""
    instrument = session.study.instrument
    scored: dict[str, Any] = {f"ins{n}": 4 if n < 5 else 3 for n in range(1, 7)} | {"ins7": 2, "ins8": 3}
    scored |= {f"psy{n}": 5 for n in range(1, 7)} | {"psy7": 1, "psy8": 1}
    answers = {"consent": "yes", **scored, **CHECKLIST, **(given or {})}
    page = flow.next_page(instrument, session.answers, session.submitted, None)
    while page is not None and flow.find_page(instrument, page).type != "feedback":
        screen = flow.find_screen(instrument, page, session.answers)
        here = {name: answers[name] for name in flow.asked_on(instrument, page, session.answers) if name in answers}
        if screen is not None and screen.kind == "names":
            known = {name: tie for tie, name in store.respond.names(session).get("ties", {}).items()}
            here = {screen.names[0]: [(known[n], n) if n in known else n for n in names[screen.generator]]}
        elif screen is not None and screen.kind == "between":
            here = {name: at % 3 for at, name in enumerate(screen.names)}
        session = send(store, session, page, here).session
        page = flow.next_page(instrument, session.answers, session.submitted, page)
    return session
