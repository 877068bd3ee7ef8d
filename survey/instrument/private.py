"""Pages whose answers never lie among the answers: a code that respondents make up, and whom they nominate."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from survey.instrument.frozen import Model
from survey.instrument.words import Identifier, Text


class CodePart(Model):
    """One question of a self-made code: letters or digits of something that stays the same, and never a name."""

    text: Text
    """What is asked for, such as the first two letters of the place where the respondent was born."""
    letters: int | None = Field(None, ge=1, le=6)
    """How many letters; either this or 'digits'."""
    digits: int | None = Field(None, ge=1, le=6)
    """How many digits."""


class Nominate(Model):
    """Whom respondents are asked to nominate, and when that person is invited."""

    role: Identifier
    """What the nominee is in the pair, such as mentor."""
    own: Identifier
    """What the respondent is, such as protege."""
    by: Literal["email", "link"] = "email"
    """email: the page asks for an address; link: it gives a link to hand on."""
    invite: Literal["at_once", "agreed", "never"] = "agreed"
    """at_once: the nominee is invited when the page is sent; agreed: once a researcher agrees; never: only noted."""
