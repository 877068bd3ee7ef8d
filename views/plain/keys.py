"""The key under which the cookies of the sign-in are signed."""

from __future__ import annotations

from views.database import store


def cookie_key() -> bytes:
    """32 bytes, from the key that lies outside the database."""
    return store().secret("cookies")
