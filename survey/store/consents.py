"""Which words respondents agreed to, out of the log: to be shown to whoever asks what a consent was to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from survey import consent
from survey.answers import from_json
from survey.store import schema
from survey.store.results import Kind, lines_of, phase_of
from survey.store.sessions import instruments


@dataclass(frozen=True)
class AgreedTo:
    """Words of a consent page: ``text`` as it stood, its SHA-256, its version and language; n: how often it was sent.

    answer: 'yes' or 'no'. whole: whether the text still has the hash that the log keeps.
    """

    page: str
    answer: str
    version: str
    language: str
    words: str
    text: str
    n: int
    whole: bool


def agreed_to(connection: Connection, slug: str, kind: Kind | None = None) -> tuple[AgreedTo, ...]:
    """Every different text that was answered on a consent page, in the order of versions. Raises NotFoundError."""
    study, phase = phase_of(connection, slug, kind)
    log = schema.submission.c
    found: Counter[tuple[str, str, str, str, str, str]] = Counter()
    for row in connection.execute(lines_of(study, phase, log.page, log.answers, log.instrument_hash)):
        given = from_json(row.answers)
        kept = [str(given.get(f"{row.page}.{part}", "")) for part in consent.RECORDED]
        if all(kept):
            found[(row.page, str(given[row.page]), *kept, row.instrument_hash)] += 1
    known = instruments(connection, sorted({key[-1] for key in found}))
    agreed = []
    for (page_id, answer, version, language, words, key), n in sorted(found.items()):
        page = next(page for page in known[key].pages if page.id == page_id)
        text = consent.words_of(known[key], page, language)
        agreed.append(AgreedTo(page_id, answer, version, language, words, text, n, consent.words_hash(text) == words))
    return tuple(agreed)
