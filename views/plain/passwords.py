"""What is asked of a password: length, and not to be the first thing that anybody would try."""

from __future__ import annotations

from survey.store.accounts import LONGEST_PASSWORD as LONGEST
from survey.store.accounts import SHORTEST_PASSWORD as SHORTEST

__all__ = ["LONGEST", "SHORTEST", "trouble_with"]


def trouble_with(password: str, again: str, name: str) -> str:
    """What is wrong with a new password, as a sentence, or ''."""
    if len(password) < SHORTEST:
        return f"The password is too short: {len(password)} characters where {SHORTEST} are needed."
    if len(password) > LONGEST:
        return f"The password is longer than {LONGEST} characters. Please choose a shorter one."
    if password != again:
        return "The two passwords differ. Please type the same one twice."
    if password.strip().casefold() == name.strip().casefold() or len(set(password)) < 4:
        return "That password is too easy to guess. Please choose another."
    return ""
