"""Checks of networks: names that the log and the tables of ties need for themselves, and how much is asked."""

from __future__ import annotations

import re

from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.draft import Draft
from survey.instrument.formats import ChoiceFormat
from survey.instrument.labels import is_numeric

LOG_NAMES = ("last", "alike", "same", "asked", "chance", "between", "of", "about")
"""What a question that asks for names cannot be called: the log keeps answers of its own under these names."""
TABLE_NAMES = ("id", "network", "tie", "interpreted", "probability", "weight", "weak", "strong")
"""What neither such a question nor an interpreter can be called: the table of ties has these columns."""
MOST_BETWEEN = 10
"""Of so many people each pair may be asked about: 45 pairs."""
LONGEST_SCREEN = 64
"""Characters of the name under which a screen is in the log."""

_TIE = re.compile(r"T\d+")


def check_networks(draft: Draft) -> list[Problem]:
    """Every problem of networks beside names that refer to nothing."""
    problems: list[Problem] = []
    for path, _ in draft.find("networks.*.generators.*"):
        name = str(path[3])
        interpreters = [item for at, item in draft.texts("networks.*.interpreters.#") if at[1] == path[1]]
        if name in (*LOG_NAMES, *TABLE_NAMES) or _TIE.fullmatch(name):
            what = f"'{name}' cannot name a question for names: it is kept for the data's own columns."
            problems.append(draft.problem(path, what, "Choose another name.", key=True))
        elif name in interpreters:
            what = f"'{name}' names a question for names and an interpreter of network '{path[1]}'."
            problems.append(draft.problem(path, what, "Rename one of the two.", key=True))
    for path, name in draft.texts("networks.*.interpreters.#"):
        if name in TABLE_NAMES:
            what = f"'{name}' cannot be an interpreter: the table of ties has a column of that name."
            problems.append(draft.problem(path, what, "Choose another name."))
    return [*problems, *_measures(draft), *_pairs(draft), *_long(draft)]


def _measures(draft: Draft) -> list[Problem]:
    """Interpreters of which measures are made: ones of this network, with answers that can carry the measure."""
    problems = []
    for key in ("closeness", "context", "given.#", "received.#"):
        for path, name in draft.texts(f"networks.*.{key}"):
            own = [item for at, item in draft.texts("networks.*.interpreters.#") if at[1] == path[1]]
            fmt, said = draft.format_of(name), key.removesuffix(".#")
            if name not in own:
                what = f"'{name}' in '{said}' is no interpreter of network '{path[1]}'."
                problems.append(draft.problem(path, what, meant(name, own) or "Add it to 'interpreters'."))
            elif fmt is not None and key == "context" and not isinstance(fmt, ChoiceFormat):
                what = f"'{name}' in 'context' is not answered by one of several choices."
                problems.append(draft.problem(path, what, "Name an interpreter with a format of type choice."))
            elif fmt is not None and key != "context" and not is_numeric(fmt):
                what = f"'{name}' in '{said}' is not a number."
                problems.append(draft.problem(path, what, "Name an interpreter that is answered by a number."))
    return problems


def _pairs(draft: Draft) -> list[Problem]:
    problems = []
    for path, _ in draft.find("networks.*.between"):
        network = draft.section("networks")[str(path[1])]
        most = network.get("interpret_at_most", 5)
        if isinstance(most, int) and most > MOST_BETWEEN:
            what = f"network '{path[1]}' would ask about {most * (most - 1) // 2} pairs of people."
            remedy = f"Make 'interpret_at_most' {MOST_BETWEEN} or less, or delete 'between'."
            problems.append(draft.problem(path, what, remedy, key=True))
    return problems


def _long(draft: Draft) -> list[Problem]:
    """The log names a screen by its page and its question."""
    problems = []
    for at, page in draft.pages:
        own, name = page.get("id"), page.get("network")
        network = draft.section("networks").get(name) if isinstance(name, str) else None
        if not isinstance(own, str) or not isinstance(network, dict):
            continue
        generators, items = network.get("generators"), network.get("interpreters")
        parts = [str(key) for key in generators] if isinstance(generators, dict) else []
        parts += [f"about.{item}.9" for item in items] if isinstance(items, list) else []
        longest = max(parts, key=len, default="")
        if len(own) + 1 + len(longest) > LONGEST_SCREEN:
            question = longest.removeprefix("about.").split(".")[0]
            what = f"the names of page '{own}' and of its question '{question}' are too long together."
            problems.append(draft.problem(("pages", at, "id"), what, "Shorten one of them."))
    return problems
