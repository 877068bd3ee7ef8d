"""Something to start from: a small instrument and its plan with comments, or a copy of one that ships."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from survey.files.problems import FileProblems, Problem
from survey.files.shapes import meant
from survey.instrument.canonical import yaml_of
from survey.instrument.load import load, ready_ids, shipped_ids, shipped_plan_text, shipped_text

_WORDS: dict[str, dict[str, str]] = {
    "title": {"en": "A new study", "fr": "Une nouvelle étude"},
    "labels": {
        "en": "Strongly disagree, Disagree, Neither agree nor disagree, Agree, Strongly agree",
        "fr": "Pas du tout d'accord, Pas d'accord, Ni d'accord ni pas d'accord, D'accord, Tout à fait d'accord",
    },
    "yes": {"en": "Yes", "fr": "Oui"},
    "no": {"en": "No", "fr": "Non"},
    "unit": {"en": "hours", "fr": "heures"},
    "one": {"en": "I know whom to ask for help.", "fr": "Je sais à qui demander de l'aide."},
    "two": {"en": "Someone listens when I need it.", "fr": "On m'écoute quand j'en ai besoin."},
    "three": {"en": "I have nobody to turn to.", "fr": "Je n'ai personne vers qui me tourner."},
    "works": {"en": "Do you have a job?", "fr": "Avez-vous un emploi\xa0?"},
    "hours": {
        "en": "How many hours did you work last week?",
        "fr": "Combien d'heures avez-vous travaillé la semaine dernière\xa0?",
    },
    "scale": {"en": "Support", "fr": "Soutien"},
    "consent": {
        "en": "This study is about [what it is about]. Taking part is voluntary, and you may stop at any time."
        " If you have questions, write to [name and e-mail address].",
        "fr": "Cette étude porte sur [son sujet]. Participer est volontaire, et vous pouvez arrêter quand vous voulez."
        " Si vous avez des questions, écrivez à [nom et adresse électronique].",
    },
    "about": {"en": "About you", "fr": "À propos de vous"},
    "intro": {"en": "How far do you agree?", "fr": "Dans quelle mesure êtes-vous d'accord\xa0?"},
    "thanks": {"en": "Thank you. Your answers are saved.", "fr": "Merci. Vos réponses sont enregistrées."},
    "wording": {"en": "[Wording of item {}]", "fr": "[Texte de la question {}]"},
}

_INSTRUMENT = """\
# {id}: what is asked, how it is answered, and how it is scored. Check it with: twofold check {id}.yaml
# Every key is explained in docs/instrument.md.
format: twofold/1
id: {id}
version: 0.1.0            # a study pins the version; change it when you change the questions
title: {title}
languages: [{languages}]

formats:                  # how items are answered; several items may share one
  agree5:
    type: likert
    from: 1               # the code of the first label
    labels:
{labels}
  yesno: {{type: choice, choices: {{yes: {{label: {yes}, score: 1}}, no: {{label: {no}, score: 0}}}}}}
  hours: {{type: number, min: 0, max: 168, unit: {unit}}}

items:                    # what is asked
  support1: {{text: {one}, format: agree5}}
  support2: {{text: {two}, format: agree5}}
  support3: {{text: {three}, format: agree5}}
  works: {{text: {works}, format: yesno}}
  hours: {{text: {hours}, format: hours}}

scales:                   # which items are scored together; a minus reverses an item
  support:
    label: {scale}
    items: [support1, support2, -support3]
    min_answered: 0.6     # with fewer answers the score is missing

pages:                    # what respondents see, in order; the first asks for consent
  - id: consent
    type: consent
    text: {consent}
    required: true
  - {{id: support, intro: {intro}, items: [support1, support2, support3], layout: matrix, order: random, require: soft}}
  - {{id: about, title: {about}, items: [works], require: soft}}
  - {{id: work, items: [hours], show_if: works == 'yes'}}     # shown to those with a job alone
  - {{id: thanks, type: feedback, text: {thanks}}}
"""

_PLAN = """\
# What is analysed, decided before the data are looked at. Check it with: twofold check {id}.yaml {id}.plan.yaml
# Every kind of analysis is explained in docs/plan.md.
format: twofold-plan/1
instrument: {id}
seed: 1                   # the same seed gives the same numbers
alpha: 0.05
reliability: {{scales: all, resamples: 1000}}
analyses:
  - {{id: described, kind: descriptives, variables: [{scales}]}}
"""
_CLAIM = """\
  - {{id: H1, kind: regression, outcome: hours, blocks: [[support]], errors: HC3, tier: primary, expect: positive}}
correction: {{primary: holm, secondary: bh}}
"""


def start(name: str, languages: Sequence[str] = (), origin: str = "") -> tuple[str, str]:
    """The texts of an instrument called ``name`` and of its plan.

    languages: of its texts; a text that is not here in one of them is English, in brackets, to be translated.
    origin: an instrument or a ready definition that ships, to begin with a copy of it. Raises FileProblems.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        remedy = "Use letters, digits, '-' and '_'."
        raise FileProblems([Problem(name, 0, 0, "this cannot be the id of an instrument.", remedy)])
    if origin in ready_ids():
        made = _from_ready(name, languages or ("en",), origin)
    elif origin:
        made = _from_shipped(name, languages, origin)
    else:
        words = {key: _said(key, languages or ("en",)) for key in _WORDS if key not in ("labels", "wording")}
        labels = "\n".join(f"      {code}: {_labels(code)}" for code in languages or ("en",))
        shown = ", ".join(languages or ("en",))
        instrument = _INSTRUMENT.format(id=name, languages=shown, labels=labels, **words)
        made = instrument, (_PLAN + _CLAIM).format(id=name, scales="support, hours")
    load(made[0], f"{name}.yaml")
    return made


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in(key: str, code: str) -> str:
    known = _WORDS[key]
    return known.get(code) or f"[{code}: {known['en'].replace('[', '(').replace(']', ')')}]"


def _said(key: str, languages: Sequence[str], *values: object) -> str:
    """A text in each language, as YAML has it."""
    return (
        "{"
        + ", ".join(f"{code}: {_quoted(_in(key, code).replace('{}', ''.join(map(str, values))))}" for code in languages)
        + "}"
    )


def _labels(code: str) -> str:
    known = _WORDS["labels"].get(code)
    texts = known.split(", ") if known else [f"[{code}: {text}]" for text in _WORDS["labels"]["en"].split(", ")]
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _from_ready(name: str, languages: Sequence[str], origin: str) -> tuple[str, str]:
    """A ready definition with a place for each wording, and the pages to ask it on."""
    text = shipped_text(origin).replace(f"id: {origin}\n", f"id: {name}\n", 1)
    text = text.replace("\nsources:\n", f"\nlanguages: [{', '.join(languages)}]\nsources:\n", 1)
    instrument = load(text, origin)
    for number, item in enumerate(instrument.items, 1):
        bare = f"  {item}: {{format: answer}}\n"
        text = text.replace(bare, f"  {item}: {{text: {_said('wording', languages, number)}, format: answer}}\n", 1)
    items = ", ".join(instrument.items)
    text += (
        "\npages:\n"
        f"  - {{id: consent, type: consent, text: {_said('consent', languages)}, required: true}}\n"
        f"  - {{id: items, items: [{items}], layout: matrix, require: soft}}\n"
        f"  - {{id: thanks, type: feedback, text: {_said('thanks', languages)}}}\n"
    )
    return text, _PLAN.format(id=name, scales=", ".join(instrument.scales))


def _from_shipped(name: str, languages: Sequence[str], origin: str) -> tuple[str, str]:
    """A copy of an instrument that ships, with its plan; in fewer languages it is written without its comments."""
    if origin not in shipped_ids():
        known = (*shipped_ids(), *ready_ids())
        remedy = meant(origin, known) or f"There are: {', '.join(known)}."
        raise FileProblems([Problem(origin, 0, 0, "nothing of this name ships.", remedy)])
    text = shipped_text(origin)
    instrument = load(text, origin)
    if lacking := [code for code in languages if code not in instrument.languages]:
        what = f"there is no language {', '.join(lacking)} in it."
        raise FileProblems([Problem(origin, 0, 0, what, f"It has: {', '.join(instrument.languages)}.")])
    if languages and tuple(languages) != instrument.languages:
        data = instrument.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = yaml_of({**_only(data, set(instrument.languages), languages), "languages": list(languages), "id": name})
    else:
        text = text.replace(f"id: {origin}\n", f"id: {name}\n", 1)
    plan = shipped_plan_text(origin) or _PLAN.format(id=origin, scales=", ".join(instrument.scales))
    return text, plan.replace(f"instrument: {origin}\n", f"instrument: {name}\n", 1)


def _only(value: Any, known: set[str], wanted: Sequence[str]) -> Any:
    """The same with texts in some of their languages alone."""
    if isinstance(value, Mapping):
        if value and set(value) <= known:
            return {code: value[code] for code in wanted if code in value}
        return {key: _only(inner, known, wanted) for key, inner in value.items()}
    return [_only(inner, known, wanted) for inner in value] if isinstance(value, list) else value
