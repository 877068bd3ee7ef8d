"""What this process has done since it started, in numbers alone: for /metrics. No path, no address, no name."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter

STARTED = time.time()
BOUNDS = (0.025, 0.1, 0.25, 1.0, 5.0)
"""Seconds: upper bounds of the classes in which times of answers are counted."""

_lock = threading.Lock()
_answers: Counter[tuple[str, str, str]] = Counter()
_times: Counter[float] = Counter()
_seconds = 0.0


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer of a route, by its name in the table."""
    global _seconds
    bound = next((b for b in BOUNDS if seconds <= b), float("inf"))
    with _lock:
        _answers[route, method, f"{status // 100}xx"] += 1
        _times[bound] += 1
        _seconds += seconds


def memory() -> int | None:
    """Bytes of memory that this process holds; None where the system does not tell in the way of Linux."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None


def exposition(sessions: int | None) -> str:
    """Everything in Prometheus' text format. sessions: browser tabs that are connected now."""
    with _lock:
        answers, times, seconds = sorted(_answers.items()), dict(_times), _seconds
    lines = ["# TYPE twofold_answers_total counter"]
    lines += [
        f'twofold_answers_total{{route="{route}",method="{method}",status="{status}"}} {count}'
        for (route, method, status), count in answers
    ]
    lines.append("# TYPE twofold_answer_seconds histogram")
    sofar = 0
    for bound in (*BOUNDS, float("inf")):
        sofar += times.get(bound, 0)
        lines.append(f'twofold_answer_seconds_bucket{{le="{"+Inf" if bound == float("inf") else bound}"}} {sofar}')
    lines += [f"twofold_answer_seconds_sum {seconds:.6f}", f"twofold_answer_seconds_count {sofar}"]
    gauges = {"twofold_sessions": sessions, "twofold_memory_bytes": memory(), "twofold_started_seconds": STARTED}
    for name, value in gauges.items():
        if value is not None:
            lines += [f"# TYPE {name} gauge", f"{name} {value:.0f}"]
    return "\n".join(lines) + "\n"
