"""Checks of everything that people read: languages, labels, and nothing but plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.wording import named
from survey.instrument.draft import Draft

_TEXTS = (
    "title",
    "note",
    "licence",
    "sources.*.citation",
    "sources.*.owner",
    "sources.*.note",
    "formats.*.unit",
    "formats.*.choices.*.label",
    "items.*.text",
    "scales.*.label",
    "fields.*.label",
    "networks.*.generators.*.text",
    "networks.*.generators.*.support",
    "networks.*.between.text",
    "pages.*.title",
    "pages.*.text",
    "pages.*.intro",
    "pages.*.code.*.text",
    "pages.*.screen_out.title",
    "pages.*.screen_out.text",
    "pages.*.result.help",
    "pages.*.result.kinds.*.label",
    "pages.*.result.kinds.*.text",
    "pages.*.result.kinds.*.support",
    "pages.*.result.kinds.*.checklist.*.advice",
    "quotas.*.title",
    "quotas.*.text",
)
_LABELS = ("formats.*.labels", "networks.*.between.levels")
_HTML = re.compile(r"<[A-Za-z/!?]")
# Writers of Word and XML cannot hold these; tab and line break they can.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def check_texts(draft: Draft) -> list[Problem]:
    """Every problem of texts and labels."""
    languages, problems = _languages(draft)
    for pattern in _TEXTS:
        for path, text in draft.find(pattern):
            problems += _covered(draft, path, text, languages)
            problems += [p for at, words in _strings(path, text) for p in _plain(draft, at, words)]
    for pattern in _LABELS:
        for path, labels in draft.find(pattern):
            problems += _covered(draft, path, labels, languages)
            problems += _counts(draft, path, labels)
            problems += [p for at, words in _strings(path, labels) for p in _plain(draft, at, words)]
    return problems


def _languages(draft: Draft) -> tuple[list[str] | None, list[Problem]]:
    """The declared languages (None where they cannot be known), and the ones declared twice."""
    raw = draft.data.get("languages", ["en"])
    if not isinstance(raw, list) or not all(isinstance(code, str) for code in raw):
        return None, []
    twice = [i for i, code in enumerate(raw) if code in raw[:i]]
    what = "language '{}' is declared twice."
    return raw, [draft.problem(("languages", i), what.format(raw[i]), "Delete one.") for i in twice]


def _strings(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """Every string of a text or of labels, in all languages."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _strings((*path, key), inner)


def _covered(draft: Draft, path: Path, text: Any, languages: list[str] | None) -> list[Problem]:
    """Languages that a text lacks, and ones that it has but that are not declared."""
    if languages is None or not isinstance(text, dict):
        return []
    problems = [
        draft.problem(
            path,
            f"{named(path)} has no text in language '{code}'.",
            f"Add '{code}: …', or take it out of 'languages'.",
        )
        for code in dict.fromkeys(languages)
        if code not in text
    ]
    for code in text:
        if code not in languages:
            what = f"language '{code}' of {named(path)} is not declared."
            problems.append(draft.problem((*path, code), what, f"Add {code} to 'languages'.", key=True))
    return problems


def _plain(draft: Draft, path: Path, words: str) -> list[Problem]:
    problems = []
    if words and not words.strip():
        problems.append(draft.problem(path, f"{named(path)} is empty.", "Write a text there."))
    if (found := _HTML.search(words)) is not None:
        what = f"{named(path)} looks like HTML: '{words[found.start() : found.start() + 12].strip()}'."
        problems.append(draft.problem(path, what, "Write plain text; put a space after '<' if it means 'less than'."))
    if (found := _CONTROL.search(words)) is not None:
        what = f"{named(path)} holds a control character (U+{ord(found.group()):04X})."
        problems.append(draft.problem(path, what, "Delete it."))
    return problems


def _counts(draft: Draft, path: Path, labels: Any) -> list[Problem]:
    """Labels must be two or more, and as many in every language."""
    problems = []
    lists: dict[Path, list[Any]] = {(): labels} if isinstance(labels, list) else {}
    if isinstance(labels, dict):
        lists = {(code,): given for code, given in labels.items() if isinstance(given, list)}
    for code, given in lists.items():
        if len(given) == 1:
            what = f"{named((*path, *code))} has only one label."
            problems.append(draft.problem((*path, *code), what, "Write two or more."))
    first = next(iter(lists.values()), [])
    for code, given in lists.items():
        if len(given) != len(first):
            what = f"{named((*path, *code))} has {len(given)} labels, but '{next(iter(lists))[0]}' has {len(first)}."
            problems.append(draft.problem((*path, *code), what, "Write as many in every language."))
    return problems
