"""What a reader must know of a moderation: the centring, the levels, and what could not be had."""

from __future__ import annotations

from analysis.moderation.design import PERCENTILES, Design, Moderator
from analysis.regression import Regression
from analysis.result import NotApplicable
from analysis.wording import readable


def notes_of(
    design: Design, predictor: str, model: Regression, squares: Regression | NotApplicable | None, probe: str,
    three_way: bool,
) -> tuple[str, ...]:  # fmt: skip
    """The notes, in the order of the tables."""
    centred = [(predictor, design.centre)] + [(m.name, m.centre) for m in design.moderators if m.numeric]
    means = ", ".join(f"{name} {readable(value)}" for name, value in centred)
    notes = [f"Centred at their means before they were multiplied: {means}."]
    notes += [note for one in design.moderators for note in _levels(one, probe)]
    if len(design.moderators) == 2 and not three_way:
        notes.append("There is no Johnson–Neyman region of two moderators: each bound would depend on the other.")
    if isinstance(squares, NotApplicable):
        notes.append(f"The squares cannot be added as a check, because {squares.reason}.")
    notes += list(model.notes)
    return tuple(notes)


def _levels(one: Moderator, probe: str) -> list[str]:
    """Where a moderator is probed, and what is odd about that."""
    if not one.numeric:
        return [f"{one.name} holds categories: a slope for each, and products for all but the first."]
    if one.two:
        values = " and ".join(readable(level.value) for level in one.levels)
        return [f"{one.name} has two values, {values}: slopes are taken at both, and there is no region between them."]
    at = ", ".join(readable(level.value) for level in one.levels)
    if probe == "percentiles":
        where = ", ".join(f"{share:.0f}" for share in PERCENTILES)
        return [f"Low, middle and high {one.name} are its percentiles {where}: {at}."]
    notes = [f"Low, mean and high {one.name} are its mean and one standard deviation to both sides: {at}."]
    for level, beyond in ((one.levels[0], one.levels[0].value < one.values.min()),
                          (one.levels[-1], one.levels[-1].value > one.values.max())):  # fmt: skip
        if beyond:
            notes.append(
                f"{level.term.capitalize()} {one.name} lies outside of its values: that slope is extrapolated."
            )
    return notes
