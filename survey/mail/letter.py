"""The words of a letter: placeholders in braces, checked when they are saved and filled in for each person."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal, get_args

from survey.errors import MailError

Kind = Literal["invitation", "next_wave", "reminder"]
KINDS: tuple[Kind, ...] = get_args(Kind)

PLACEHOLDERS = ("link", "title", "deadline", "unsubscribe")
"""What Twofold puts in itself; ``name`` and every other word comes from the list of people."""

LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000
_HOLDER = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}|[{}]")


def holders(text: str) -> list[tuple[str, str | None]]:
    """The placeholders of a text in order, each with what stands in its place where somebody has no such word.

    >>> holders("Dear {name|participant}: {link}")
    [('name', 'participant'), ('link', None)]
    """
    return [(found[1].strip(), found[2]) for found in _HOLDER.finditer(text) if found[1] is not None]


def wrong_with(subject: str, body: str, words: Collection[str], deadline: bool) -> list[str]:
    """What keeps a letter from being saved, a line for each mistake.

    words: those that the list of people has. deadline: whether the study says until when it takes answers.
    """
    wrong = []
    if not subject.strip():
        wrong.append("The subject is empty.")
    if any(ord(character) < 32 for character in subject):
        wrong.append("The subject has a line break in it.")
    if len(subject) > LONGEST_SUBJECT:
        wrong.append(f"The subject is longer than {LONGEST_SUBJECT} characters.")
    if len(body) > LONGEST_BODY:
        wrong.append(f"The letter is longer than {LONGEST_BODY} characters.")
    for place, text in (("subject", subject), ("letter", body)):
        if any(found[0] in "{}" and found[1] is None for found in _HOLDER.finditer(text)):
            wrong.append(f"The {place} has a brace without its partner. Write {{{{ for a brace that is meant.")
        for name, otherwise in holders(text):
            if name not in (*PLACEHOLDERS, "name", *words):
                listed = ", ".join(f"{{{one}}}" for one in (*PLACEHOLDERS, "name", *sorted(set(words) - {"name"})))
                wrong.append(f"The {place} asks for {{{name}}}, which is not known. There are: {listed}.")
            elif name == "deadline" and otherwise is None and not deadline:
                wrong.append(f"The {place} asks for {{deadline}}, and the study has none. Set it, or take it out.")
            elif place == "subject" and name in ("link", "unsubscribe"):
                wrong.append(f"{{{name}}} belongs into the letter, not into its subject.")
    named = {name for name, _ in holders(body)}
    for name, why in (("link", "nobody could answer"), ("unsubscribe", "everybody must be able to end the letters")):
        if name not in named:
            wrong.append(f"The letter lacks {{{name}}}: without it {why}.")
    return list(dict.fromkeys(wrong))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in. Raises MailError where a word is missing and nothing stands for it.

    >>> fill("Dear {name|participant}", {}), fill("{{as it is}} {name}", {"name": "P One"})
    ('Dear participant', '{as it is} P One')
    """

    def put(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        value = values.get(found[1].strip(), "") or found[2]
        if value is None:
            raise MailError(
                f"there is no {{{found[1].strip()}}} for this person. Write {{{found[1].strip()}|other words}}."
            )
        return value

    return _HOLDER.sub(put, text)
