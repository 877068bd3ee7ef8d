"""Respondents' phrases in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str]] = {
    # Moving through the pages
    "next": "Next",
    "back": "Back",
    "begin": "Continue",
    "finish": "Finish",
    "anyway": "Continue without answering",
    "saving": "Saving…",
    "progress": "{percent} % complete",
    "progress_label": "Your progress",
    # Consent
    "consent_heading": "Before you begin",
    "consent_question": "Do you want to take part?",
    "consent_yes": "Yes, I have read this and want to take part",
    "consent_no": "No, I do not want to take part",
    "declined_heading": "Thank you for telling us",
    "declined": "You have chosen not to take part, and we will not ask you anything. You can close this page.",
    "declined_changed": "If you change your mind, go back and choose again.",
    # Asking for what is missing
    "required": "Please answer this question to go on.",
    "asked": "Not answered yet.",
    "consent_needed": "Please choose one of the two.",
    "problems_one": "One question needs your attention.",
    "problems_many": "{count} questions need your attention.",
    "asked_one": "One question is not answered yet. You can answer it, or go on without.",
    "asked_many": "{count} questions are not answered yet. You can answer them, or go on without.",
    "unknown_choice": "Please choose one of the answers shown.",
    "unknown_item": "Please reload this page.",
    "not_a_number": "Please give a number in digits, for example 12 or 7.5.",
    "not_whole": "Please give a whole number.",
    "too_small": "Please give a number of at least {min}.",
    "too_large": "Please give a number of at most {max}.",
    "not_a_date": "Please give a date.",
    "too_early": "Please give a date no earlier than {min}.",
    "too_late": "Please give a date no later than {max}.",
    "too_long": "Please shorten this to {max} characters; it has {length} now.",
    "too_many_names": "Please name at most {max} people; there are {given} now.",
    "rank_twice": "Two of these have the same place. Please give each a place of its own.",
    "rank_whole": "Please give each of these a place.",
    "rank_partial": "Some have no place yet. An order that is not complete counts as not answered.",
    "say_what": "Please say in a few words what you mean, or choose another answer.",
    # Around the items
    "range_both": "From {min} to {max}",
    "range_min": "{min} or more",
    "range_max": "{max} or less",
    "from_day": "{min} or later",
    "until_day": "{max} or earlier",
    "between_days": "From {min} to {max}",
    "several": "Choose all that apply.",
    "characters_left": "{count} characters left",
    "choose": "Choose…",
    "rank_hint": "Give each a place; 1 comes first.",
    "slider_untouched": "Not chosen yet",
    "refused": "I prefer not to answer",
    "does_not_apply": "This does not apply to me",
    "own_words": "In your own words",
    # People in the respondent's network
    "people_hint": "Initials or nicknames, one at a time, at most {max}.",
    "people_box": "Initials or nickname",
    "people_add": "Add",
    "people_remove": "Remove {name}",
    "people_full": "You have named {max}, the most that can be named here.",
    "people_before": "Is it one of those you have named already?",
    "people_listed": "Named here",
    "people_count": "{count} of at most {max}",
    "people_added": "{name} added.",
    "people_removed": "{name} removed.",
    "people_again": "{name} is on the list already. If this is somebody else, add them: you will be asked.",
    "person_number": "Person {number}",
    "same_heading": "One person or two?",
    "same_intro": "Some names are alike. Tell us whether they are one person, so that we ask about each only once.",
    "same_across": "You wrote “{a}” for “{first}” and “{b}” for “{second}”. Is it the same person?",
    "same_twice": "You wrote “{a}” and “{b}” for “{first}”. Is it the same person?",
    "same_yes": "Yes, the same person",
    "same_no": "No, two people",
    "about_heading": "About {name}",
    "about_count": "Person {number} of {count}",
    "about_sample": "You named {named} people. We ask about {count} of them, chosen by chance.",
    "between_intro": "Say of each two people how well they know each other.",
    "between_how": (
        "Pick two people in the drawing, or answer pair by pair in the list below it: both are the same answers."
    ),
    "between_pair": "{a} and {b}",
    "between_drawing": "The people you named",
    "between_list": "Pair by pair",
    "between_rest": "None of the others know each other",
    "between_pick": "Pick a person.",
    "between_second": "{name} is picked. Now pick a second person.",
    "between_levels": "{a} and {b}: {question}",
    "between_said": "{a} and {b}: {level}.",
    "between_open": "Pairs still open: {count}",
    "people_privacy": (
        "Initials or nicknames are enough, and nobody need recognise them. They are stored encrypted, apart from your "
        "answers, and are never part of the results."
    ),
    # The respondent's own result
    "result_heading": "Your own result",
    "result_intro": (
        "Made from your answers, for you alone. It is no test: there is no right amount of support and no mark to "
        "reach. Take what is of use to you."
    ),
    "result_people": "The people around you",
    "result_me": "You",
    "result_drawing": "A drawing of you and the people you named. The list that follows says the same in words.",
    "result_nobody": "You named nobody this time, so there is nothing to draw. That is quite all right.",
    "result_nobody_here": "nobody named",
    "result_both": "Both kinds of support",
    "result_neither": "Others you named",
    "result_left": "People who found no room in the drawing and are in the list alone: {count}.",
    "result_none_gives": "Nobody you named stands under “{kind}”. One person would be a start.",
    "result_tied": "Pairs who know each other, among those we asked about: {tied} of {pairs}.",
    "result_tied_much": (
        "Most of them know each other. Such a circle looks after its own, but its news often comes from one place: "
        "somebody from outside can open a window."
    ),
    "result_tied_little": (
        "Most of them do not know each other. Each can open a door for you that the others cannot, and it is you who "
        "holds them together."
    ),
    "result_support": "How much you have of each kind",
    "result_low": "{score} on a line from {low} to {high}: not much so far.",
    "result_middle": "{score} on a line from {low} to {high}: some, with room for more.",
    "result_high": "{score} on a line from {low} to {high}: a good deal.",
    "result_no_score": "You left too many of these questions open for us to say.",
    "result_among": (
        "Half of the {count} others who have answered so far lie between {low} and {high}: that is the shaded part."
    ),
    "result_among_below": "You lie below it, as one person in four does.",
    "result_among_within": "You lie within it.",
    "result_among_above": "You lie above it, as one person in four does.",
    "result_even": "You have about as much of one kind as of the other.",
    "result_uneven": (
        "You have more of “{full}” than of “{thin}”. Many people have more of one kind, often without noticing. If you "
        "look for a place to begin, begin with “{thin}”."
    ),
    "result_checklist": "Whom you have, and whom you might look for",
    "result_have_of": "You have {have} of {count}.",
    "result_have": "You have this.",
    "result_open": "You left this open.",
    "result_answered": "Your answer: {answer}.",
    "result_might": "What you might do:",
    "result_all": (
        "You have all of these. What keeps them is small and regular: a word of thanks, some news, a favour before "
        "anyone asks."
    ),
    "result_note": (
        "This describes your answers on one day. It is not a diagnosis, and it does not say how well you are. What you "
        "know of your own life counts for more than any line on this page."
    ),
    "help_heading": "If you would like to talk to somebody",
    "result_keep": "Keep this as a PDF",
    "result_keep_hint": "The file holds the names as you wrote them: keep it where only you can see it.",
    "result_later": (
        "Your own result will be here for you once the study has ended. Keep your link: it leads back to this page."
    ),
    # Coming back
    "link_label": "Your link to continue later",
    "link_hint": "Keep this link to yourself: whoever has it can see and change your answers.",
    "copy": "Copy link",
    "copied": "Copied",
    "copy_failed": "Please select the link and copy it.",
    # Leaving a study
    "leave_link": "Leave this study",
    "leave_heading": "Leave this study",
    "leave": "You can leave at any time. Nobody will ask you why. Nothing happens before you confirm it.",
    "leave_stop": "Stop asking me",
    "leave_stop_text": (
        "We ask you nothing more and send you no more letters. The answers you have given stay in the study."
    ),
    "leave_delete": "Delete what I said",
    "leave_delete_text": (
        "Everything we have of you is deleted: your answers, the names you wrote, your invitation and your address if "
        "we have it. It cannot be brought back. Results that were worked out earlier from everybody’s answers stay as "
        "they are."
    ),
    "leave_owed": (
        "If something is owed to you for taking part, your address stays on a list of its own until you have it."
    ),
    "leave_until": "You can have your answers deleted until {day}.",
    "leave_late": (
        "Answers could be deleted by this link until {day}. If you want yours deleted now, write to the people of the "
        "study: their address is on the first page or in your invitation."
    ),
    "leave_choose_stop": "Choose: stop asking me",
    "leave_choose_delete": "Choose: delete what I said",
    "leave_nothing": "Change nothing and go back",
    "leave_stop_heading": "Shall we stop asking you?",
    "leave_stop_yes": "Yes, stop asking me",
    "leave_delete_heading": "Shall we delete what you said?",
    "leave_delete_yes": "Yes, delete it",
    "left_stop_heading": "We will not ask you again",
    "left_stop": "Noted on {day}. The answers you gave stay in the study. You can close this page.",
    "left_delete_heading": "What you said is deleted",
    "left_delete": (
        "Deleted on {day}: all that you answered and everything else that we had of you. You can close this page."
    ),
    "left_delete_traces": (
        "What is left is a count: that one person withdrew. Traces in the computer’s files are overwritten soon, as a "
        "rule within minutes. Copies kept for emergencies disappear after some time: the people of the study can tell "
        "you when."
    ),
    "left_again_heading": "There is nothing of yours here",
    "left_again": (
        "This link does not lead to any answers: they were deleted, none have been given yet, or the link is "
        "incomplete."
    ),
    "stopped_heading": "You have left this study",
    "stopped": "You asked us to stop, so we ask you nothing more. The answers you had given by then are kept.",
    # The same survey in Streamlit and as plain HTML
    "lighter": "Lighter version of this page",
    "full": "Full version of this page",
    # When things go wrong
    "offline": (
        "The connection is lost. Your answers on earlier pages are saved, and what you chose on this page is kept in "
        "this browser. We are trying to reconnect."
    ),
    "online": "Connected again. Please go on.",
    "slow": "That took longer than it should. Nothing is lost: please press the button once more.",
    "other_tab": (
        "You had gone further in another tab or on another device. This page now shows the answers that are saved; "
        "please go on from here."
    ),
    "saved_already": (
        "This page had already been saved with other answers. It now shows the answers that are saved: you can change "
        "them and go on from here."
    ),
    "changed": "The questionnaire has changed since you opened it. Please go on from here.",
    "not_saved": "Your answers could not be saved just now. They are still on this page: please try again in a moment.",
    # Pages of their own
    "thanks_heading": "Thank you",
    "thanks": "Thank you for your time and your thought. All your answers are saved, and you can close this page.",
    "thanks_change": "Change an answer",
    "thanks_link": "Your link to come back to your answers",
    "claim_offer": "For taking part you get: {what}. Tell us where it should go.",
    "claim_open": "Say where it should go",
    # What letters lead to
    "letters_end_heading": "Messages about this study",
    "letters_end": (
        "Do you want no more messages about “{study}”? Your link to the questionnaire goes on working, and what you "
        "have sent stays saved."
    ),
    "letters_end_yes": "End the messages",
    "letters_ended_heading": "You will get no more messages",
    "letters_ended": (
        "No more messages about “{study}” will be sent to you. Your link to the questionnaire goes on working: you can "
        "take part whenever you like."
    ),
    "letters_again_yes": "Send me messages again",
    "claim_heading": "Where should it go?",
    "claim": "For taking part you get: {what}.",
    "claim_label": "Your email address",
    "claim_hint": "It is kept apart from your answers: nobody can tell by it which answers are yours.",
    "claim_wrong": "Please give an email address, such as name@example.org.",
    "claim_send": "Send",
    "claimed_heading": "Thank you",
    "claimed": "Your address is noted, apart from your answers. You can close this page.",
    "claim_none_heading": "There is nothing to do here",
    "claim_none": "Either nothing is given for taking part, or the address was given already.",
    "closed_early_heading": "Thank you",
    "closed_early": "You have come to the end of this questionnaire. You can close this page.",
    "unknown_heading": "We cannot find this page",
    "unknown": (
        "The link may be incomplete: please copy the whole of it from your invitation and try again. If it still does "
        "not work, write to whoever sent it to you."
    ),
    "draft_heading": "Not open yet",
    "draft": "This study has not begun. Please come back later with the same link.",
    "closed_heading": "This study has ended",
    "closed": "It no longer takes answers. Thank you for your interest.",
    "closed_partly_heading": "This study has ended",
    "closed_partly": "It no longer takes answers. The answers you gave until then are saved. Thank you.",
    "elsewhere_heading": "Please open your link once more",
    "elsewhere": "What was sent did not come from a page of this survey, so nothing was saved. Open your link again.",
    "too_many_heading": "Please wait a minute",
    "too_many": (
        "Very many requests came from your network just now. What you sent before is saved. Wait a minute, then go "
        "back or reload this page and go on where you were."
    ),
    "too_much_heading": "That was too much",
    "too_much": "What was sent is far longer than any answer here, so nothing was saved. Go back and shorten it.",
    "error_heading": "Something went wrong on our side",
    "error": "Nothing you sent is lost. Please reload this page in a minute.",
    "sign_in_heading": "For researchers",
    "sign_in": "Sign in to see your studies and their results.",
    "sign_in_button": "Sign in",
    "sign_in_respondent": "Were you invited to a study? Please open the link in your invitation.",
    "language": "Language",
    "preview": "Preview: nothing is saved",
    "pilot": "Trial run: your answers help to improve this questionnaire and do not count as results.",
    # Several waves, codes of one's own and nominations
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
    "wave_next": "This study has another part. It opens on {opens}: please come back then with the same link.",
}
