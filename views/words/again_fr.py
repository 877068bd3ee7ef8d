"""Respondents' phrases in French around several waves: when to come back, earlier people, codes, nominations."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "code_why": (
        "De ces lettres et chiffres nous faisons un code, qui permet de réunir vos réponses de plusieurs moments sans "
        "que personne sache qui vous êtes. Seule une forme brouillée en est gardée, où nul ne peut le lire."
    ),
    "code_kept": "Votre code est enregistré. Vous n’avez rien à écrire ici, sauf en cas d’erreur la première fois.",
    "code_letters_hint": "Nombre de lettres\u202f: {count}",
    "code_digits_hint": "Nombre de chiffres\u202f: {count}",
    "code_letters": "Merci de donner ici {count} lettres.",
    "code_digits": "Merci de donner ici {count} chiffres.",
    "code_whole": "Le code a aussi besoin de cette partie.",
    "nominee_why": (
        "Merci de demander d’abord à cette personne si elle est d’accord. Nous n’utilisons l’adresse que pour "
        "l’inviter, et elle est gardée à part de vos réponses. Elle ne voit pas vos réponses, et vous ne voyez pas "
        "les siennes."
    ),
    "nominee_kept": "L’adresse donnée est enregistrée. Pour la changer, écrivez aux responsables de cette étude.",
    "nominee_address": "Son adresse électronique",
    "nominee_link": (
        "Ce lien est pour cette personne seule\u202f: merci de le lui transmettre. Il fonctionne dès que vous aurez "
        "appuyé sur le bouton ci-dessous. Elle ne voit pas vos réponses, et vous ne voyez pas les siennes."
    ),
    "nominee_handed_on": "Allez-vous transmettre le lien\u202f?",
    "nominee_yes": "Oui",
    "nominee_no": "Non",
    "not_an_address": "Merci de donner une adresse électronique, par exemple nom@example.org.",
    "still_heading": "Les personnes que vous avez déjà nommées",
    "still_intro": (
        "Vous avez nommé ces personnes dans une partie précédente de cette étude. Êtes-vous toujours en contact avec "
        "elles\u202f? Nous vous demandons ensuite qui vous nommeriez aujourd’hui\u202f: vous pouvez les garder, les "
        "retirer et en ajouter d’autres."
    ),
    "still_yes": "Oui",
    "still_no": "Non, plus maintenant",
    "wave_early_heading": "Pas encore ouverte",
    "wave_early": "Cette étude commence le {opens}. Merci de revenir ce jour-là avec le même lien.",
    "wave_early_later": "Cette étude n’a pas commencé. Merci de revenir plus tard avec le même lien.",
    "wave_between_heading": "La partie suivante n’est pas encore ouverte",
    "wave_between": (
        "La partie suivante de cette étude ouvre le {opens}. Merci de revenir ce jour-là avec le même lien."
    ),
    "wave_between_later": (
        "La partie suivante de cette étude n’est pas encore ouverte. Merci de revenir plus tard avec le même lien."
    ),
    "wave_between_later_heading": "La partie suivante n’est pas encore ouverte",
    "wave_early_later_heading": "Pas encore ouverte",
    "wave_next": (
        "Cette étude a une autre partie. Elle ouvre le {opens}\u202f: merci de revenir ce jour-là avec le même lien."
    ),
}
