"""Names for addresses and files, made from what people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection


def slug_of(title: str, taken: Collection[str] = ()) -> str:
    """A short name for addresses: plain letters, digits and hyphens, unlike any in ``taken``.

    >>> slug_of("Être soutenu: a study!", {"etre-soutenu-a-study"})
    'etre-soutenu-a-study-2'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].rstrip("-") or "study"
    if not base[0].isalpha():
        base = f"study-{base}"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    return name
