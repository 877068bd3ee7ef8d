"""Which language a respondent meets first, and what each language calls itself."""

from __future__ import annotations

from collections.abc import Sequence

NAMES = {
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
LONGEST = 1_000


def own_name(language: str, among: Sequence[str] = ()) -> str:
    """What a language calls itself, with its region where two of ``among`` share the name; its tag where it is rare.

    >>> own_name("fr"), own_name("fr-CA", ["fr-CA", "fr-FR"]), own_name("pt-BR", ["en", "pt-BR"]), own_name("rm")
    ('Français', 'Français (CA)', 'Português', 'rm')
    """
    base, _, region = language.partition("-")
    name = NAMES.get(base.lower(), language)
    alike = [other for other in among if other.partition("-")[0].lower() == base.lower()]
    return f"{name} ({region})" if region and len(alike) > 1 and name != language else name


def accepted(header: str | None, languages: Sequence[str]) -> str | None:
    """The language of ``languages`` that a browser's Accept-Language asks for first; None where it asks for none.

    >>> accepted("de;q=0.9, fr-CH, en;q=0.8", ["en", "fr"])
    'fr'
    """
    asked: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "")[:LONGEST].split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        if tag and 0 < quality <= 1:
            asked.append((-quality, place, tag.lower()))
    for _, _, tag in sorted(asked):
        whole = [language for language in languages if language.lower() == tag]
        base = [language for language in languages if language.split("-")[0].lower() == tag.split("-")[0]]
        if whole or base:
            return (whole or base)[0]
    return None
