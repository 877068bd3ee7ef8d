"""The one store that all sessions of this server share."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

from survey.store import Store, default_url, open_store, watch

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_opened: dict[str, Store] = {}


def store() -> Store:
    """The store at ``TWOFOLD_DATABASE`` (by default ``data/twofold.db``), opened and migrated once a process.

    A module-level value and not ``st.cache_resource``: routes outside Streamlit's script runs use it as well.
    """
    url = default_url()
    with _lock:
        if url not in _opened:
            _opened[url] = open_store(url)
        return _opened[url]


async def forget_in_time(every: float = 3600.0, soon: float = 30.0) -> None:
    """While the server runs: delete hashes of network addresses whose declared days are over, and finish erasures.

    every, soon: seconds from one look at the addresses, and at the erasures, to the next.
    """
    looked = time.monotonic()
    while True:
        await asyncio.sleep(min(every, soon))
        try:
            await asyncio.to_thread(finish_erasures, 0.0)
            if time.monotonic() - looked >= every:
                looked = time.monotonic()
                await asyncio.to_thread(store().paradata.forget_addresses)
        except Exception:  # the next time tries again
            _log.exception("what is to be forgotten could not be looked through")


_erased: dict[str, int] = {}
"""By database: the last erasure after which this process has emptied what it keeps in memory."""


def finish_erasures(wait: float) -> bool:
    """Go on with erasures that could not be finished, whoever began them, and forget what pages were made from.

    Whether none is left unfinished.
    """
    opened = store()
    done = opened.erasures.list()
    last = done[-1].id if done else 0
    if last > _erased.get(opened.url, 0):
        _erased[opened.url] = last
        forget_answers()
    return all(one.finished for one in done) or opened.erasures.finish(wait)


def forget_answers() -> None:
    """Empty what this process keeps in memory of answers, for all studies: it is made again when it is asked for."""
    import streamlit as st

    from views.plain.survey import REFUSED
    from views.respondent.others import OTHERS

    watch.forget(store().database)
    st.cache_data.clear()
    st.cache_resource.clear()
    OTHERS.forget()
    REFUSED.forget()
