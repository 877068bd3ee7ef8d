"""Respondents' phrases in English around several waves: when to come back, earlier people, codes, nominations."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "code_why": (
        "From these letters and digits a code is made, by which your answers of several times can be put together "
        "without anybody knowing who you are. Only a scrambled form of it is kept, from which nobody can read it."
    ),
    "code_kept": "Your code is kept. You need not write anything here, unless you made a mistake the first time.",
    "code_letters_hint": "Letters: {count}",
    "code_digits_hint": "Digits: {count}",
    "code_letters": "Please give {count} letters here.",
    "code_digits": "Please give {count} digits here.",
    "code_whole": "The code needs this part too.",
    "nominee_why": (
        "Please ask this person first whether they agree. We use the address for nothing but inviting them, and it is "
        "kept apart from your answers. They do not see your answers, and you do not see theirs."
    ),
    "nominee_kept": "The address you gave is kept. To change it, write to the people who carry out this study.",
    "nominee_address": "Their e-mail address",
    "nominee_link": (
        "This link is for them alone: please hand it on. It works once you have pressed the button below. They do not "
        "see your answers, and you do not see theirs."
    ),
    "nominee_handed_on": "Will you hand the link on?",
    "nominee_yes": "Yes",
    "nominee_no": "No",
    "not_an_address": "Please give an e-mail address, such as name@example.org.",
    "still_heading": "People you have named before",
    "still_intro": (
        "You have named these people in an earlier part of this study. Are you still in touch with them? After that we "
        "ask whom you would name now: you can keep them, leave them out and add others."
    ),
    "still_yes": "Yes",
    "still_no": "No, not any more",
    "wave_early_heading": "Not open yet",
    "wave_early": "This study begins on {opens}. Please come back then with the same link.",
    "wave_early_later": "This study has not begun. Please come back later with the same link.",
    "wave_between_heading": "The next part is not open yet",
    "wave_between": "The next part of this study opens on {opens}. Please come back then with the same link.",
    "wave_between_later": "The next part of this study is not open yet. Please come back later with the same link.",
    "wave_between_later_heading": "The next part is not open yet",
    "wave_early_later_heading": "Not open yet",
    "wave_next": "This study has another part. It opens on {opens}: please come back then with the same link.",
}
