"""The one store that all sessions of this server share."""

from __future__ import annotations

import threading

from survey.store import Store, default_url, open_store

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
