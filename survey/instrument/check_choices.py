"""Checks of what single choices do: open a line for the respondent's own words, or exclude all others."""

from __future__ import annotations

from survey.files.problems import Problem
from survey.instrument.draft import Draft
from survey.instrument.formats import OTHER_TEXT


def check_choices(draft: Draft) -> list[Problem]:
    """Choices that ask for words where there can be none, and ones that exclude where nothing else is picked."""
    problems: list[Problem] = []
    for name, raw in draft.section("formats").items():
        kind = raw.get("type") if isinstance(raw, dict) else None
        choices = raw.get("choices") if isinstance(raw, dict) else None
        if ("formats", name, "type") in draft.guessed or not isinstance(choices, dict):
            continue
        known = {code: choice for code, choice in choices.items() if isinstance(choice, dict)}
        specified = [code for code, choice in known.items() if choice.get("specify") is True]
        for number, code in enumerate(specified):
            path = ("formats", name, "choices", code, "specify")
            if kind == "rank":
                what = f"choice '{code}' of '{name}' cannot open a line for words: the things of a ranking are given."
                problems.append(draft.problem(path, what, "Delete 'specify'.", key=True))
            elif number:
                what = f"two choices of '{name}' open a line for words: '{specified[0]}' and '{code}'."
                problems.append(draft.problem(path, what, "Keep 'specify' at one of them.", key=True))
        if specified and OTHER_TEXT in choices:
            what = f"a choice of '{name}' is called '{OTHER_TEXT}', as the column of respondents' own words will be."
            problems.append(draft.problem(("formats", name, "choices", OTHER_TEXT), what, "Rename it.", key=True))
        for code, choice in known.items():
            if kind in ("choice", "rank") and choice.get("exclusive") is True:
                path = ("formats", name, "choices", code, "exclusive")
                what = f"choice '{code}' of '{name}' cannot exclude others: its format is {kind}."
                problems.append(draft.problem(path, what, "Delete 'exclusive', or make it a multichoice.", key=True))
    return problems
