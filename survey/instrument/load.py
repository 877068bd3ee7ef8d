"""Reading an instrument: every mistake in it at once, each with its place, or the instrument."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from survey.files.document import MAX_CHARACTERS, decode, scan_yaml
from survey.files.problems import FileProblems, Problem
from survey.files.shapes import meant
from survey.files.validation import validate_document
from survey.instrument.check_networks import check_networks
from survey.instrument.check_pages import check_pages
from survey.instrument.check_parts import check_parts
from survey.instrument.check_result import check_result
from survey.instrument.check_texts import check_texts
from survey.instrument.draft import Draft
from survey.instrument.model import Instrument

_SHIPPED = Path(__file__).parent.parent / "instruments"
_READY = _SHIPPED / "ready"


def load(text: str, name: str) -> Instrument:
    """The instrument in ``text``, called ``name`` in problems. Raises ``FileProblems`` with all of them."""
    instrument, problems = _examine(text, name)
    if instrument is None or problems:
        raise FileProblems(problems)
    return instrument


def check(text: str, name: str) -> list[Problem]:
    """Every mistake in an instrument's text, in the order of the file; [] where there is none."""
    try:
        return _examine(text, name)[1]
    except FileProblems as unreadable:
        return list(unreadable.problems)


def load_path(path: str | os.PathLike[str]) -> Instrument:
    """The instrument in a file. Raises ``FileProblems``, also where the file cannot be read."""
    return load(read_text(path), str(path))


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a UTF-8 file. Raises ``FileProblems`` where it cannot be read or is too large."""
    name = str(path)
    try:
        with open(path, "rb") as file:
            raw = file.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        reason = {FileNotFoundError: "there is no such file.", IsADirectoryError: "this is a folder, not a file."}
        what = reason.get(type(error), f"the file cannot be read: {error.strerror or error}.")
        raise FileProblems([Problem(name, 0, 0, what, "Check its path.")]) from None
    if len(raw) > 4 * MAX_CHARACTERS:
        what = "the file is too large."
        raise FileProblems([Problem(name, 0, 0, what, f"At most {MAX_CHARACTERS:,} characters can be read.")])
    return decode(raw, name)


def _examine(text: str, name: str) -> tuple[Instrument | None, list[Problem]]:
    document, problems = scan_yaml(text, name)
    held = validate_document(document, Instrument)
    problems += held.problems
    if isinstance(held.mended.data, dict):
        draft = Draft(held.mended, held.guessed)
        problems += [*check_texts(draft), *check_parts(draft), *check_networks(draft), *check_pages(draft)]
        problems += check_result(draft)
    problems = sorted(set(problems))
    return (None if problems else held.model), problems


def shipped_ids() -> tuple[str, ...]:
    """The names of the instruments that ship."""
    files = sorted(_SHIPPED.glob("*.yaml"))
    return tuple(file.stem for file in files if not file.stem.endswith(".plan"))


def ready_ids() -> tuple[str, ...]:
    """The names of the ready definitions: keys and scoring of others' scales, to which one brings the wording."""
    return tuple(file.stem for file in sorted(_READY.glob("*.yaml")))


def shipped_text(name: str) -> str:
    """The file of an instrument or a ready definition that ships."""
    if name in ready_ids():
        return read_text(_READY / f"{name}.yaml")
    if name not in shipped_ids():
        remedy = meant(name, shipped_ids()) or f"These do: {', '.join(shipped_ids())}."
        raise FileProblems([Problem(name, 0, 0, "no instrument of this name ships.", remedy)])
    return read_text(_SHIPPED / f"{name}.yaml")


@cache
def shipped(name: str) -> Instrument:
    """An instrument that ships, by name."""
    return load(shipped_text(name), f"{name}.yaml")


def shipped_plan_text(name: str) -> str | None:
    """The default plan of an instrument that ships, or None where it has none."""
    path = _SHIPPED / f"{name}.plan.yaml"
    return read_text(path) if name in shipped_ids() and path.is_file() else None
