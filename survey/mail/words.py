"""The letters that Twofold brings, in English and French: a study may put words of its own in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from survey.mail.letter import Kind

Words = tuple[str, str]
"""Subject and body."""

_EN: Mapping[Kind, Words] = {
    "invitation": (
        "Invitation: {title}",
        """\
Dear {name|participant},

we invite you to take part in a study: {title}

This link is yours alone. It also lets you stop and go on later, on any device:

{link}

Taking part is voluntary. The first page says what we ask, why, and who we are.

You can answer this message if you have a question.

If you do not want any more messages about this study:
{unsubscribe}
""",
    ),
    "next_wave": (
        "The next part: {title}",
        """\
Dear {name|participant},

thank you for your part in this study so far: {title}

The next questionnaire is open for you now, under the same link as before:

{link}

You can answer this message if you have a question.

If you do not want any more messages about this study:
{unsubscribe}
""",
    ),
    "reminder": (
        "Reminder: {title}",
        """\
Dear {name|participant},

some days ago we wrote to you about this study: {title}

You have not finished the questionnaire yet. Whatever you have sent is saved, and you go on from there:

{link}

If you would rather not take part, you need not do anything, or you can end these messages:
{unsubscribe}
""",
    ),
}
_FR: Mapping[Kind, Words] = {
    "invitation": (
        "Invitation : {title}",
        """\
Bonjour {name|à vous},

nous vous invitons à participer à une étude : {title}

Ce lien est personnel. Il permet aussi de s’arrêter et de reprendre plus tard, sur n’importe quel appareil :

{link}

La participation est libre. La première page dit ce que nous demandons, pourquoi, et qui nous sommes.

Vous pouvez répondre à ce message si vous avez une question.

Si vous ne souhaitez plus recevoir de messages au sujet de cette étude :
{unsubscribe}
""",
    ),
    "next_wave": (
        "La suite : {title}",
        """\
Bonjour {name|à vous},

merci d’avoir pris part à cette étude jusqu’ici : {title}

Le questionnaire suivant est maintenant ouvert pour vous, sous le même lien :

{link}

Vous pouvez répondre à ce message si vous avez une question.

Si vous ne souhaitez plus recevoir de messages au sujet de cette étude :
{unsubscribe}
""",
    ),
    "reminder": (
        "Rappel : {title}",
        """\
Bonjour {name|à vous},

il y a quelques jours, nous vous avons écrit au sujet de cette étude : {title}

Vous n’avez pas encore terminé le questionnaire. Ce que vous avez envoyé est enregistré, et vous reprenez là où vous \
en étiez :

{link}

Si vous préférez ne pas participer, vous n’avez rien à faire, ou vous pouvez arrêter ces messages :
{unsubscribe}
""",
    ),
}
_WORDS: Final[Mapping[str, Mapping[Kind, Words]]] = {"en": _EN, "fr": _FR}
LANGUAGES = tuple(_WORDS)


def default_words(kind: Kind, language: str) -> Words:
    """Subject and body in a language (a tag such as 'fr-CH'); in English where Twofold brings none."""
    return _WORDS.get(language.split("-")[0].lower(), _EN)[kind]
