"""Rounds of letters that go out while their sender does something else: one a study, in a thread of this process."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from survey.errors import SurveyError
from survey.mail.sending import Round, Tally, Which, plan_round, send_round
from survey.store import Store
from survey.store.schema import now

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_rounds: dict[str, RoundUnderWay] = {}
PATIENCE = 15.0
"""Seconds that a server which is ended waits for the letter that is under way."""


@dataclass
class RoundUnderWay:
    """A round with how far it has come; ``error`` says why it could not begin or go on."""

    plan: Round
    which: Which
    tally: Tally
    done: bool = False
    error: str = ""
    thread: threading.Thread | None = None


def start(store: Store, slug: str, which: Which, actor: str) -> RoundUnderWay:
    """Send all that is due of a kind, unless a round of this study is under way: then that one is given.

    Raises MailError for whatever is not set.
    """
    with _lock:
        known = _rounds.get(slug)
        if known is not None and not known.done:
            return known
        plan = plan_round(store, slug, which, now())
        begun = RoundUnderWay(plan, which, Tally(len(plan.people)))
        begun.thread = threading.Thread(target=_go, args=(store, begun, actor), name=f"letters of {slug}", daemon=True)
        _rounds[slug] = begun
        begun.thread.start()
        return begun


def _go(store: Store, begun: RoundUnderWay, actor: str) -> None:
    def told(tally: Tally) -> None:
        begun.tally = tally

    try:
        begun.tally = send_round(store, begun.plan, actor, told)
    except SurveyError as error:
        begun.error = str(error)
    except Exception:  # whoever sends reads a sentence; whoever runs the server reads the log
        _log.exception("a round of letters failed")
        begun.error = "Something went wrong on the server. What was sent is recorded; the rest waits."
    finally:
        begun.plan = replace(begun.plan, people=(), letters=())  # whoever is erased shall not be here either
        begun.done = True


def under_way(slug: str) -> RoundUnderWay | None:
    """The last round of a study in this process, whether it goes on or is done."""
    with _lock:
        return _rounds.get(slug)


def forget_round(slug: str) -> None:
    """Take a round that is done off the page."""
    with _lock:
        known = _rounds.get(slug)
        if known is not None and known.done:
            del _rounds[slug]


def stop_all() -> None:
    """Before the server ends: no letter more than those that are under way."""
    with _lock:
        going = [one for one in _rounds.values() if not one.done]
    for one in going:
        one.plan.stop.set()
    for one in going:
        if one.thread is not None:
            one.thread.join(PATIENCE)
