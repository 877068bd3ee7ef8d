"""Earlier answers within texts: ``{job}`` stands for what was answered to the item 'job'; ``{{`` and ``}}`` for braces.

A text is cut into pieces, and a piece is a text or a name: nothing in it is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_PIECE = re.compile(r"\{\{|\}\}|\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}|[{}]")


class PipeError(ValueError):
    """A brace that opens no name; ``at`` is its place in the text, counted from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(f"a brace that opens no name, at {at}")
        self.at = at


def pieces(text: str) -> Iterable[tuple[str, str | None, int]]:
    """The pieces of a text in order: its words and None, or '' and the name of an item; and where each begins.

    Raises PipeError.

    >>> list(pieces("As a {job}, {{you}}"))
    [('As a ', None, 0), ('', 'job', 5), (', ', None, 10), ('{', None, 12), ('you', None, 14), ('}', None, 17)]
    """
    at = 0
    for found in _PIECE.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], None, at
        if found.group(1):
            yield "", found.group(1), found.start()
        elif len(found.group()) == 2:
            yield found.group()[0], None, found.start()
        else:
            raise PipeError(found.start())
        at = found.end()
    if at < len(text):
        yield text[at:], None, at


def filled(text: str, answer_of: Callable[[str], str]) -> str:
    """A text with each name replaced by what ``answer_of`` gives for it; a text with a stray brace stays as it is."""
    if "{" not in text and "}" not in text:
        return text
    try:
        return "".join(words if name is None else answer_of(name) for words, name, _ in pieces(text))
    except PipeError:  # a questionnaire from before braces had a meaning
        return text


def bare(text: str) -> str:
    """A text for researchers, who read of no one's answers: ``[job]`` where an answer goes.

    >>> bare("As a {job}, {{so}}")
    'As a [job], {so}'
    """
    return filled(text, lambda name: f"[{name}]")
