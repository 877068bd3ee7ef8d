"""What an author has yet to write: placeholders in square brackets that respondents would read as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.instrument.model import Instrument, Text

_PLACEHOLDER = re.compile(r"\[[^\[\]]+\]")


def unfilled(instrument: Instrument) -> tuple[tuple[str, str], ...]:
    """Each placeholder that a consent page still holds, and each item that is nothing else, as (place, placeholder).

    In any language. Such as ('consent', '[your name and e-mail]'): who asks, and how to reach them, no shipped
    instrument can know; or ('pss10_1', '[Wording of item 1]') of a ready definition, to which one brings the wording.
    """
    found = [
        (page.id, placeholder)
        for page in instrument.pages
        if page.type == "consent"
        for text in (page.title, page.intro, page.text)
        for words in _in_all_languages(text)
        for placeholder in _PLACEHOLDER.findall(words)
    ]
    asked = [item for page in instrument.pages for item in page.items]
    found += [
        (item, words)
        for item in asked
        for words in _in_all_languages(instrument.items[item].text)
        if _PLACEHOLDER.fullmatch(words)
    ]
    return tuple(dict.fromkeys(found))


def _in_all_languages(text: Text | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return tuple(text.values()) if isinstance(text, Mapping) else (text,)
