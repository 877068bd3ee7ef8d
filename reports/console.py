"""What the terminal shows: rows as columns that line up, and how far long work is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager


def columns(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows under the keys of the first, padded so that they line up; '' where there is none."""
    if not rows:
        return ""
    texts = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[i]) for line in texts) for i in range(len(texts[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in texts)


@contextmanager
def progress() -> Iterator[Callable[[float, str], None]]:
    """A line on standard error that says how far long work is; each step on a line of its own where nobody watches."""
    watched = sys.stderr.isatty()

    def tell(share: float, what: str) -> None:
        text = f"{share:4.0%} {what}"
        print(f"\r\033[K{text}" if watched else text, end="" if watched else "\n", file=sys.stderr, flush=True)

    yield tell
    if watched:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
