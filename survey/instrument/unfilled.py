"""What an author has yet to write: placeholders in square brackets that respondents would read as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.instrument.model import Instrument, Text

_PLACEHOLDER = re.compile(r"\[[^\[\]]+\]")


def unfilled(instrument: Instrument) -> tuple[tuple[str, str], ...]:
    """Each placeholder that a consent page still holds, in any language, as (page, placeholder).

    Such as ('consent', '[your name and e-mail]'): who asks, and how to reach them, no shipped instrument can know.
    """
    found = [
        (page.id, placeholder)
        for page in instrument.pages
        if page.type == "consent"
        for text in (page.title, page.intro, page.text)
        for words in _in_all_languages(text)
        for placeholder in _PLACEHOLDER.findall(words)
    ]
    return tuple(dict.fromkeys(found))


def _in_all_languages(text: Text | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return tuple(text.values()) if isinstance(text, Mapping) else (text,)
