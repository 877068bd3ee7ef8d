"""Respondents' phrases in French; before ! ? : ; stands a space that does not break, as French print has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str]] = {
    # Moving through the pages
    "next": "Suivant",
    "back": "Retour",
    "begin": "Continuer",
    "finish": "Terminer",
    "anyway": "Continuer sans répondre",
    "saving": "Enregistrement…",
    "progress": "{percent}\u202f% effectués",
    "progress_label": "Votre progression",
    # Consent
    "consent_heading": "Avant de commencer",
    "consent_question": "Souhaitez-vous participer\u202f?",
    "consent_yes": "Oui, j’ai lu ce texte et je souhaite participer",
    "consent_no": "Non, je ne souhaite pas participer",
    "declined_heading": "Merci de nous l’avoir dit",
    "declined": (
        "Vous avez choisi de ne pas participer, et nous ne vous poserons aucune question. Vous pouvez fermer cette "
        "page."
    ),
    "declined_changed": "Si vous changez d’avis, revenez en arrière et choisissez de nouveau.",
    # Asking for what is missing
    "required": "Pour continuer, merci de répondre à cette question.",
    "asked": "Pas encore de réponse.",
    "consent_needed": "Merci de choisir l’une des deux réponses.",
    "problems_one": "Une question demande votre attention.",
    "problems_many": "{count} questions demandent votre attention.",
    "asked_one": "Une question est encore sans réponse. Vous pouvez y répondre, ou continuer sans.",
    "asked_many": "{count} questions sont encore sans réponse. Vous pouvez y répondre, ou continuer sans.",
    "unknown_choice": "Merci de choisir l’une des réponses proposées.",
    "unknown_item": "Merci de recharger cette page.",
    "not_a_number": "Merci de donner un nombre en chiffres, par exemple 12 ou 7,5.",
    "not_whole": "Merci de donner un nombre entier.",
    "too_small": "Merci de donner un nombre d’au moins {min}.",
    "too_large": "Merci de donner un nombre d’au plus {max}.",
    "not_a_date": "Merci de donner une date.",
    "too_early": "Merci de donner une date qui ne précède pas le {min}.",
    "too_late": "Merci de donner une date qui ne dépasse pas le {max}.",
    "too_long": "Merci de raccourcir ce texte à {max} caractères\u202f; il en compte {length}.",
    "too_many_names": "Merci de nommer au plus {max} personnes\u202f; il y en a {given}.",
    "rank_twice": "Deux éléments ont la même place. Merci de donner à chacun une place à lui.",
    "rank_whole": "Merci de donner une place à chacun.",
    "rank_partial": (
        "Certains n’ont pas encore de place. Un classement incomplet compte comme une absence de réponse."
    ),
    "say_what": "Merci de préciser en quelques mots, ou de choisir une autre réponse.",
    # Around the items
    "range_both": "De {min} à {max}",
    "range_min": "{min} ou plus",
    "range_max": "{max} ou moins",
    "from_day": "À partir du {min}",
    "until_day": "Jusqu’au {max}",
    "between_days": "Du {min} au {max}",
    "several": "Plusieurs réponses sont possibles.",
    "characters_left": "Encore {count} caractères",
    "choose": "Choisir…",
    "rank_hint": "Donnez à chacun une place\u202f; 1 vient en premier.",
    "slider_untouched": "Pas encore choisi",
    "refused": "Je préfère ne pas répondre",
    "does_not_apply": "Cela ne me concerne pas",
    "own_words": "Avec vos propres mots",
    "people_hint": "Des initiales ou des surnoms, un à la fois, {max} au plus.",
    "people_box": "Initiales ou surnom",
    "people_add": "Ajouter",
    "people_remove": "Retirer {name}",
    "people_full": "Vous en avez nommé {max}, le plus que l’on puisse nommer ici.",
    "people_before": "Est-ce quelqu’un que vous avez déjà nommé ?",
    "people_listed": "Personnes nommées ici",
    "people_count": "{count} sur {max} au plus",
    "people_added": "{name} : ajouté à la liste.",
    "people_removed": "{name} : retiré de la liste.",
    "people_again": (
        "{name} est déjà sur la liste. S’il s’agit de quelqu’un d’autre, gardez les deux : nous vous poserons la "
        "question."
    ),
    "person_number": "Personne {number}",
    "same_heading": "Une personne ou deux ?",
    "same_intro": (
        "Certains noms se ressemblent. Dites-nous s’il s’agit d’une seule personne, pour que nous ne vous interrogions "
        "qu’une fois sur chacune."
    ),
    "same_across": ("Vous avez écrit « {a} » pour « {first} » et « {b} » pour « {second} ». Est-ce la même personne ?"),
    "same_twice": ("Vous avez écrit « {a} » et « {b} » pour « {first} ». Est-ce la même personne ?"),
    "same_yes": "Oui, la même personne",
    "same_no": "Non, deux personnes",
    "about_heading": "À propos de {name}",
    "about_count": "Personne {number} sur {count}",
    "about_sample": (
        "Vous avez nommé {named} personnes. Nous vous interrogeons sur {count} d’entre elles, tirées au sort."
    ),
    "between_intro": "Dites, pour chaque paire de personnes, si elles se connaissent.",
    "between_how": (
        "Choisissez deux personnes dans le dessin, ou répondez paire par paire dans la liste ci-dessous\u202f: ce sont "
        "les mêmes réponses."
    ),
    "between_pair": "{a} et {b}",
    "between_drawing": "Les personnes que vous avez nommées",
    "between_list": "Paire par paire",
    "between_rest": "Aucune des autres paires ne se connaît",
    "between_pick": "Choisissez une personne.",
    "between_second": "{name} : choisi. Choisissez maintenant une deuxième personne.",
    "between_levels": "{a} et {b} : {question}",
    "between_said": "{a} et {b} : {level}.",
    "between_open": "Paires encore sans réponse : {count}",
    "people_privacy": (
        "Des initiales ou des surnoms suffisent, et personne n’a besoin de les reconnaître. Ils sont conservés "
        "chiffrés, à part de vos réponses, et ne font jamais partie des résultats."
    ),
    # Le résultat personnel
    "result_heading": "Votre résultat personnel",
    "result_intro": (
        "Établi à partir de vos réponses, pour vous seulement. Ce n’est pas un test\u202f: il n’y a ni bonne quantité "
        "de soutien, ni note à atteindre. Prenez ce qui vous est utile."
    ),
    "result_people": "Les personnes autour de vous",
    "result_me": "Vous",
    "result_drawing": (
        "Un dessin de vous et des personnes que vous avez nommées. La liste qui suit dit la même chose en mots."
    ),
    "result_nobody": "Vous n’avez nommé personne cette fois, il n’y a donc rien à dessiner. C’est très bien ainsi.",
    "result_nobody_here": "aucun nom",
    "result_both": "Les deux sortes de soutien",
    "result_neither": "Les autres personnes nommées",
    "result_left": "Personnes qui n’ont pas trouvé place dans le dessin et ne sont que dans la liste\u202f: {count}.",
    "result_none_gives": (
        "Aucune des personnes que vous avez nommées ne figure sous «\u202f{kind}\u202f». Une seule personne serait un "
        "début."
    ),
    "result_tied": (
        "Paires de personnes qui se connaissent, parmi celles que nous avons évoquées\u202f: {tied} sur {pairs}."
    ),
    "result_tied_much": (
        "La plupart se connaissent. Un tel cercle prend soin des siens, mais ses nouvelles viennent souvent du même "
        "endroit\u202f: quelqu’un de l’extérieur peut ouvrir une fenêtre."
    ),
    "result_tied_little": (
        "La plupart ne se connaissent pas. Chacun peut vous ouvrir une porte que les autres ne peuvent pas ouvrir, et "
        "c’est vous qui faites le lien entre eux."
    ),
    "result_support": "Ce que vous avez de chaque sorte",
    "result_low": "{score} sur une ligne de {low} à {high}\u202f: peu pour l’instant.",
    "result_middle": (
        "{score} sur une ligne de {low} à {high}\u202f: une certaine part, et il y a de la place pour plus."
    ),
    "result_high": "{score} sur une ligne de {low} à {high}\u202f: une bonne part.",
    "result_no_score": "Trop de ces questions sont restées sans réponse pour que nous puissions le dire.",
    "result_among": (
        "La moitié des {count} autres personnes qui ont répondu jusqu’ici se trouve entre {low} et {high}\u202f: c’est "
        "la partie ombrée."
    ),
    "result_among_below": "Vous êtes en dessous, comme une personne sur quatre.",
    "result_among_within": "Vous en faites partie.",
    "result_among_above": "Vous êtes au-dessus, comme une personne sur quatre.",
    "result_even": "Vous avez à peu près autant de l’une que de l’autre sorte.",
    "result_uneven": (
        "Vous avez davantage de «\u202f{full}\u202f» que de «\u202f{thin}\u202f». Beaucoup de gens ont plus de l’une "
        "des deux sortes, souvent sans le remarquer. Si vous cherchez par où commencer, commencez par "
        "«\u202f{thin}\u202f»."
    ),
    "result_checklist": "Qui vous avez, et qui vous pourriez chercher",
    "result_have_of": "Vous en avez {have} sur {count}.",
    "result_have": "Vous l’avez.",
    "result_open": "Vous n’avez pas répondu.",
    "result_answered": "Votre réponse\u202f: {answer}.",
    "result_might": "Ce que vous pourriez faire\u202f:",
    "result_all": (
        "Vous avez tout cela. Ce qui l’entretient est petit et régulier\u202f: un mot de remerciement, des nouvelles, "
        "un service rendu avant qu’on le demande."
    ),
    "result_note": (
        "Ceci décrit vos réponses d’un seul jour. Ce n’est pas un diagnostic, et cela ne dit pas comment vous allez. "
        "Ce que vous savez de votre propre vie compte plus que toutes les lignes de cette page."
    ),
    "help_heading": "Si vous souhaitez parler à quelqu’un",
    "result_keep": "Garder ceci en PDF",
    "result_keep_hint": (
        "Le fichier contient les noms tels que vous les avez écrits\u202f: gardez-le à l’abri des regards."
    ),
    "result_later": (
        "Votre résultat personnel vous attendra ici une fois l’étude terminée. Gardez votre lien\u202f: il ramène à "
        "cette page."
    ),
    # Coming back
    "link_label": "Votre lien pour continuer plus tard",
    "link_hint": "Gardez ce lien pour vous\u00a0: quiconque l’a peut voir et modifier vos réponses.",
    "copy": "Copier le lien",
    "copied": "Copié",
    "copy_failed": "Merci de sélectionner le lien et de le copier.",
    # When things go wrong
    "offline": (
        "La connexion est interrompue. Vos réponses des pages précédentes sont enregistrées, et ce que vous avez "
        "choisi sur cette page est gardé dans ce navigateur. Nous essayons de nous reconnecter."
    ),
    "online": "Connexion rétablie. Vous pouvez continuer.",
    "slow": (
        "Cela a pris plus de temps que prévu. Rien n’est perdu\u00a0: merci d’appuyer encore une fois sur le bouton."
    ),
    "other_tab": (
        "Vous étiez allé plus loin dans un autre onglet ou sur un autre appareil. Cette page montre maintenant les "
        "réponses enregistrées\u202f; merci de continuer à partir d’ici."
    ),
    "changed": "Le questionnaire a changé depuis que vous l’avez ouvert. Merci de continuer à partir d’ici.",
    "not_saved": (
        "Vos réponses n’ont pas pu être enregistrées à l’instant. Elles sont encore sur cette page\u00a0: merci de "
        "réessayer dans un moment."
    ),
    # Quitter une étude
    "leave_link": "Quitter cette étude",
    "leave_heading": "Quitter cette étude",
    "leave": (
        "Vous pouvez partir à tout moment. Personne ne vous demandera pourquoi. Rien ne se passe avant que vous n’ayez "
        "confirmé."
    ),
    "leave_stop": "Ne plus rien me demander",
    "leave_stop_text": (
        "Nous ne vous demandons plus rien et ne vous envoyons plus de courrier. Les réponses que vous avez données "
        "restent dans l’étude."
    ),
    "leave_delete": "Effacer ce que j’ai dit",
    "leave_delete_text": (
        "Tout ce que nous avons de vous est effacé\u202f: vos réponses, les noms que vous avez écrits, votre "
        "invitation et votre adresse si nous l’avons. Il n’y a pas de retour possible. Les résultats déjà calculés à "
        "partir des réponses de tous restent tels quels."
    ),
    "leave_owed": (
        "Si quelque chose vous est dû pour votre participation, votre adresse reste sur une liste à part jusqu’à ce "
        "que vous l’ayez reçu."
    ),
    "leave_until": "Vous pouvez faire effacer vos réponses jusqu’au {day}.",
    "leave_late": (
        "Ce lien permettait d’effacer les réponses jusqu’au {day}. Si vous voulez faire effacer les vôtres maintenant, "
        "écrivez aux responsables de l’étude\u202f: leur adresse est sur la première page ou dans votre invitation."
    ),
    "leave_choose_stop": "Choisir\u202f: ne plus rien me demander",
    "leave_choose_delete": "Choisir\u202f: effacer ce que j’ai dit",
    "leave_nothing": "Ne rien changer et revenir",
    "leave_stop_heading": "Ne plus rien vous demander\u202f?",
    "leave_stop_yes": "Oui, ne plus rien me demander",
    "leave_delete_heading": "Effacer ce que vous avez dit\u202f?",
    "leave_delete_yes": "Oui, effacer",
    "left_stop_heading": "Nous ne vous demanderons plus rien",
    "left_stop": (
        "Noté le {day}. Les réponses que vous avez données restent dans l’étude. Vous pouvez fermer cette page."
    ),
    "left_delete_heading": "Ce que vous avez dit est effacé",
    "left_delete": (
        "Effacé le {day}\u202f: tout ce que vous avez répondu et tout ce que nous avions d’autre de vous. Vous pouvez "
        "fermer cette page."
    ),
    "left_delete_traces": (
        "Il ne reste qu’un compte\u202f: une personne s’est retirée. Les traces dans les fichiers de l’ordinateur sont "
        "bientôt recouvertes, en général en quelques minutes. Les copies gardées pour les cas d’urgence disparaissent "
        "après un certain temps\u202f: les responsables de l’étude peuvent vous dire quand."
    ),
    "left_again_heading": "Il n’y a rien de vous ici",
    "left_again": (
        "Ce lien ne mène à aucune réponse\u202f: elles ont été effacées, aucune n’a encore été donnée, ou le lien est "
        "incomplet."
    ),
    "stopped_heading": "Vous avez quitté cette étude",
    "stopped": (
        "Vous nous avez demandé d’arrêter, nous ne vous demandons donc plus rien. Les réponses que vous aviez données "
        "jusque-là sont gardées."
    ),
    # Pages of their own
    "thanks_heading": "Merci",
    "thanks": (
        "Merci pour votre temps et votre attention. Toutes vos réponses sont enregistrées, et vous pouvez fermer cette "
        "page."
    ),
    "thanks_change": "Modifier une réponse",
    "thanks_link": "Votre lien pour revenir à vos réponses",
    "claim_offer": "Pour votre participation, vous recevez : {what}. Dites-nous où l’envoyer.",
    "claim_open": "Dire où l’envoyer",
    # Ce à quoi mènent les messages
    "letters_end_heading": "Messages au sujet de cette étude",
    "letters_end": (
        "Ne souhaitez-vous plus recevoir de messages au sujet de « {study} » ? Votre lien vers le questionnaire "
        "continue de fonctionner, et ce que vous avez envoyé reste enregistré."
    ),
    "letters_end_yes": "Arrêter les messages",
    "letters_ended_heading": "Vous ne recevrez plus de messages",
    "letters_ended": (
        "Aucun autre message au sujet de « {study} » ne vous sera envoyé. Votre lien vers le questionnaire continue de "
        "fonctionner : vous pouvez participer quand vous le voulez."
    ),
    "letters_again_yes": "Recevoir de nouveau les messages",
    "claim_heading": "Où l’envoyer ?",
    "claim": "Pour votre participation, vous recevez : {what}.",
    "claim_label": "Votre adresse électronique",
    "claim_hint": (
        "Elle est conservée à part de vos réponses : elle ne permet à personne de savoir lesquelles sont les vôtres."
    ),
    "claim_wrong": "Veuillez indiquer une adresse électronique, par exemple nom@example.org.",
    "claim_send": "Envoyer",
    "claimed_heading": "Merci",
    "claimed": "Votre adresse est notée, à part de vos réponses. Vous pouvez fermer cette page.",
    "claim_none_heading": "Il n’y a rien à faire ici",
    "claim_none": "Soit rien n’est offert pour la participation, soit l’adresse a déjà été indiquée.",
    "closed_early_heading": "Merci beaucoup",
    "closed_early": "Vous êtes arrivé à la fin de ce questionnaire. Vous pouvez fermer cette page.",
    "unknown_heading": "Cette page est introuvable",
    "unknown": (
        "Le lien est peut-être incomplet\u00a0: merci de le copier en entier depuis votre invitation et de réessayer. "
        "S’il ne fonctionne toujours pas, écrivez à la personne qui vous l’a envoyé."
    ),
    "draft_heading": "Pas encore ouverte",
    "draft": "Cette étude n’a pas commencé. Merci de revenir plus tard avec le même lien.",
    "closed_heading": "Cette étude est terminée",
    "closed": "Elle ne reçoit plus de réponses. Merci de votre intérêt.",
    "closed_partly_heading": "Cette étude est terminée",
    "closed_partly": "Elle ne reçoit plus de réponses. Celles que vous aviez données sont enregistrées. Merci.",
    "error_heading": "Un problème est survenu de notre côté",
    "error": "Rien de ce que vous avez envoyé n’est perdu. Merci de recharger cette page dans une minute.",
    "lighter": "Version plus légère de cette page",
    "full": "Version complète de cette page",
    "saved_already": (
        "Cette page avait déjà été enregistrée avec d’autres réponses. Elle montre maintenant celles qui sont "
        "enregistrées\u00a0: vous pouvez les modifier et continuer à partir d’ici."
    ),
    "elsewhere_heading": "Merci d’ouvrir votre lien encore une fois",
    "elsewhere": (
        "Ce qui a été envoyé ne venait pas d’une page de cette enquête\u00a0: rien n’a été enregistré. Ouvrez votre "
        "lien de nouveau."
    ),
    "too_many_heading": "Merci de patienter une minute",
    "too_many": (
        "De très nombreuses requêtes viennent d’arriver depuis votre réseau. Ce que vous avez envoyé auparavant est "
        "enregistré. Attendez une minute, puis revenez en arrière ou rechargez cette page pour continuer."
    ),
    "too_much_heading": "C’était trop long",
    "too_much": (
        "Ce qui a été envoyé est bien plus long que toute réponse possible ici\u00a0: rien n’a été enregistré. Revenez "
        "en arrière et raccourcissez."
    ),
    "sign_in_heading": "Pour les chercheurs",
    "sign_in": "Connectez-vous pour voir vos études et leurs résultats.",
    "sign_in_button": "Se connecter",
    "sign_in_respondent": "Vous avez été invité à une étude\u202f? Ouvrez le lien de votre invitation.",
    "language": "Langue",
    "preview": "Aperçu\u00a0: rien n’est enregistré",
    "pilot": ("Essai\u00a0: vos réponses aident à améliorer ce questionnaire et ne comptent pas parmi les résultats."),
    # Plusieurs vagues, codes et nominations
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
        "l’inviter, et elle est gardée à part de vos réponses. Elle ne voit pas vos réponses, et vous ne voyez pas les "
        "siennes."
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
    "wave_next": (
        "Cette étude a une autre partie. Elle ouvre le {opens}\u202f: merci de revenir ce jour-là avec le même lien."
    ),
}
