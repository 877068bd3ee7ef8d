"""Languages by their English names, as XLSForm writes them beside their codes."""

from __future__ import annotations

import re

from survey.exchange.report import UnreadableError

NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sv": "Swedish",
    "sw": "Swahili",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

AGREE = {
    "en": "I agree to take part.",
    "fr": "J'accepte de participer.",
    "de": "Ich bin mit der Teilnahme einverstanden.",
    "es": "Acepto participar.",
    "it": "Accetto di partecipare.",
    "nl": "Ik ga akkoord met deelname.",
    "pt": "Aceito participar.",
}
"""What a platform without consent pages shows beside the box to tick; English where a language is not here."""


def named(code: str) -> str:
    """A language as a header of XLSForm has it.

    >>> named("fr"), named("tlh")
    ('French (fr)', 'tlh (tlh)')
    """
    return f"{NAMES.get(code, code)} ({code})"


def code_of(name: str, source: str) -> str:
    """The code of a language in a header. Raises UnreadableError where it has none.

    >>> code_of("French (fr)", "x"), code_of("french", "x"), code_of("pt-BR", "x")
    ('fr', 'fr', 'pt-BR')
    """
    bracketed = re.search(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)\s*$", name)
    if bracketed:
        return bracketed.group(1)
    by_name = {known.casefold(): code for code, known in NAMES.items()}
    if name.strip().casefold() in by_name:
        return by_name[name.strip().casefold()]
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", name.strip()):
        return name.strip()
    raise UnreadableError(f"{source}: the language '{name}' has no code. Write it as: {name.strip()} (xx)")


def agree(languages: tuple[str, ...]) -> dict[str, str]:
    """The words beside the box of consent, in each language."""
    return {code: AGREE.get(code, AGREE["en"]) for code in languages}
