"""How much one network address may ask of the respondents' routes: far above a full lecture hall, far below a flood.

A class of three hundred behind one address sends about 15 pages a second, or 900 a minute, and may mistype a link a few
hundred times between them. The limits stand well above that; they stop a script, not a room. Counts are kept in memory,
by each worker for itself, and a restart forgives. Addresses are never written anywhere.
"""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache

PAGES_A_MINUTE = 6_000
"""Pages sent from one address: a hundred a second, six full lecture halls at one page every 20 seconds each."""
WRONG_LINKS = 1_000
"""Links that lead nowhere, from one address within ten minutes. A link holds 144 bits: guessing finds none anyway."""
MOST_ADDRESSES = 20_000
ENVIRONMENT = "TWOFOLD_PAGES_A_MINUTE"


class Budget:
    """So many in a window for each key, forgotten as time goes by (a fixed window that starts at a key's first)."""

    def __init__(self, most: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.window, self._clock = most, window, clock
        self._lock = threading.Lock()
        self._spent: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def spend(self, key: str) -> int:
        """Take one: 0 where there was one left, else the seconds until there is."""
        now = self._clock()
        with self._lock:
            began, count = self._spent.get(key, (now, 0))
            if now - began >= self.window:
                began, count = now, 0
                self._spent.pop(key, None)
            self._spent[key] = (began, count + 1)
            while len(self._spent) > MOST_ADDRESSES:  # a flood of addresses must not fill the memory
                self._spent.popitem(last=False)
        return 0 if count < self.most else int(began + self.window - now) + 1

    def wait(self, key: str) -> int:
        """Seconds until there is one left, without taking any; 0 where there is."""
        now = self._clock()
        with self._lock:
            began, count = self._spent.get(key, (now, 0))
        over = count >= self.most and now - began < self.window
        return int(began + self.window - now) + 1 if over else 0


def network_of(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 that a household or a class has of IPv6.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


@cache
def sent_pages() -> Budget:
    """Of pages that are sent."""
    given = os.environ.get(ENVIRONMENT, "")
    return Budget(int(given) if given.isdigit() and int(given) else PAGES_A_MINUTE, 60)


@cache
def wrong_links() -> Budget:
    """Of links that lead nowhere."""
    return Budget(WRONG_LINKS, 600)
