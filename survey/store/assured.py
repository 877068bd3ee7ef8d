"""What was said of a study when it was launched, for whoever must hold it to that."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from survey.assurance import LONGEST, METHODS, Assurance, Assured, latest, needed
from survey.errors import StudyError
from survey.store import audit, schema
from survey.store.sessions import Study


def said_of(connection: Connection, study: Study) -> tuple[Assurance, ...]:
    """All that was said of a study, in order."""
    table = schema.assurance.c
    rows = connection.execute(select(schema.assurance).where(table.study_id == study.id).order_by(table.id))
    return tuple(Assurance(row.kind, row.language, row.answer, row.words, row.actor, row.at) for row in rows)


def keep(connection: Connection, study: Study, said: Assured, actor: str) -> None:
    """Keep what is new of what is said. Raises StudyError for a language, a method or a length that cannot be."""
    known = latest(said_of(connection, study))
    for kind, language, answer, words in said.lines():
        if kind == "translation" and language not in study.instrument.languages[1:]:
            further = ", ".join(study.instrument.languages[1:]) or "none"
            raise StudyError(
                f"{language!r} is no further language of {study.slug!r}, so that no translation was reviewed. There"
                f" are: {further}."
            )
        if kind == "translation" and answer not in METHODS:
            raise StudyError(f"{answer!r} is no way to review a translation. There are: {', '.join(METHODS)}.")
        if len(words) > LONGEST:
            raise StudyError(f"what is said of {kind} is longer than {LONGEST:,} characters.")
        before = known.get((kind, language))
        if before is None or (before.answer, before.words) != (answer, words):
            line = {"kind": kind, "language": language, "answer": answer, "words": words}
            connection.execute(insert(schema.assurance).values(study_id=study.id, **line, actor=actor, at=schema.now()))
            audit.note(connection, "assure", study.slug, actor, kind=kind, language=language, answer=answer)


def must_be_assured(connection: Connection, study: Study) -> None:
    """Raises StudyError that lists all that has yet to be said before a study is launched."""
    known = latest(said_of(connection, study))
    open_ = [one for one in needed(study.instrument) if one not in known]
    if open_:
        raise StudyError(
            f"the study {study.slug!r} cannot be launched yet. Still to be said: "
            + "; ".join(_words(kind, language) for kind, language in open_)
            + "."
        )


def _words(kind: str, language: str) -> str:
    if kind == "ethics":
        return "the number of the ethics approval (--ethics NUMBER), or why none is needed (--no-ethics REASON)"
    if kind == "distress":
        return "whom respondents can turn to in distress (--distress WORDS)"
    methods = "|".join(METHODS)
    return f"how the translation into {language} was reviewed (--translation {language}={methods}:WORDS)"
