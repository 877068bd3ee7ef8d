"""The one store that all sessions of this server share."""

from __future__ import annotations

import asyncio
import logging
import threading

from survey.store import Store, default_url, open_store

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


async def forget_in_time(every: float = 3600.0) -> None:
    """While the server runs: delete hashes of network addresses whose declared days are over."""
    while True:
        await asyncio.sleep(every)
        try:
            await asyncio.to_thread(store().paradata.forget_addresses)
        except Exception:  # the next hour tries again
            _log.exception("hashes of network addresses could not be looked through")
