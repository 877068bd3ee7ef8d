"""What others in a study have scored, for the respondent's own place among them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from analysis.own import FEWEST_OTHERS, Among, among, scores_of
from survey.dataset.columns import AT
from survey.store import Session, Store, Study
from survey.store.sessions import response_of

KEPT_FOR = 600.0
"""Seconds: a study's scores are worked out once in this time, however many respondents finish in it."""

Scores = Mapping[str, Mapping[str, float]]
"""By scale, respondent to score."""


def comparisons_open(study: Study, completed: int) -> bool:
    """Whether a respondent may see their own place among others. The one place that decides.

    What is shown is the distribution of one variable at a time, which is open in every phase of a study; a relation of
    an outcome with a predictor is never shown to respondents. completed: how many others have finished.
    """
    return study.status != "draft" and completed >= FEWEST_OTHERS


class Others:
    """The scores of those who completed each study, kept for some minutes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, tuple[str, ...]], tuple[float, int, Scores]] = {}
        self._lock = threading.Lock()

    def among(self, store: Store, session: Session, scales: Sequence[str]) -> dict[str, Among]:
        """By scale, the middle half of others' scores in the same wave; {} where comparisons are closed."""
        wave = None if session.place is None else session.wave
        completed, scores = self._of(store, session.study, tuple(scales), wave)
        person = str(response_of(session.invitation_id, session.study.phase))
        own = person if wave is None else f"{person}{AT}{wave}"
        if not comparisons_open(session.study, completed - 1):  # they have completed themselves
            return {}
        places = {name: among([v for key, v in scores.get(name, {}).items() if key != own]) for name in scales}
        return {name: place for name, place in places.items() if place is not None}

    def forget(self) -> None:
        """Work everything out anew from now on: what it was made from may have been erased."""
        with self._lock:
            self._kept.clear()

    def _of(self, store: Store, study: Study, scales: tuple[str, ...], wave: int | None) -> tuple[int, Scores]:
        key = (store.url, f"{study.id} {study.phase} {wave}", scales)
        known = self._kept.get(key)
        if known is not None and known[1] > FEWEST_OTHERS:
            if time.monotonic() - known[0] < KEPT_FOR:
                return known[1], known[2]
            if not self._lock.acquire(blocking=False):  # somebody works it out anew: what was known will do meanwhile
                return known[1], known[2]
        else:
            self._lock.acquire()  # who comes while it is worked out waits, rather than do the same work again
        try:
            newer = self._kept.get(key)
            if newer is not None and newer is not known and newer[1] > FEWEST_OTHERS:
                return newer[1], newer[2]
            completed = store.results.counts(study.slug, wave=wave).completed
            enough = completed > FEWEST_OTHERS
            scores = scores_of(store.results.dataset(study.slug, wave=wave), scales) if enough else {}
            self._kept[key] = (time.monotonic(), completed, scores)
            return completed, scores
        finally:
            self._lock.release()


OTHERS = Others()
