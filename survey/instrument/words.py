"""The smallest parts of an instrument file: names, codes, and texts in one or in several languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from survey.files.shapes import Said
from survey.instrument.frozen import Table

_NAME = Said("a name of letters, digits and '_' that begins with a letter")

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64), _NAME]
"""What items, scales, formats and pages are called in files, data and results."""

Code = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.+-]+$", max_length=64),
    Said("a code of letters, digits, '_', '.', '+' and '-'"),
]
"""What a choice is called in expressions and data."""

Language = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Said("the code of a language, such as en or pt-BR")
]
"""A language by its code, such as en, fr, pt-BR."""

Words = Annotated[str, Field(min_length=1, max_length=20_000)]
"""A text that people read; never empty, and without HTML."""

Label = Annotated[str, Field(min_length=1, max_length=500)]
"""A short text that people read; never empty, and without HTML."""

Text = Words | Table[Language, Words]
"""A text: one string for all languages, or a map of language to string."""

Labels = Annotated[tuple[Label, ...], Field(strict=False, min_length=1, max_length=101)]
"""Labels in the order of their codes."""

LabelsOf = Labels | Table[Language, Labels]
"""Labels for all languages, or a map of language to labels."""

Version = Annotated[
    str, Field(pattern=r"^\d+(\.\d+){0,3}([-+][A-Za-z0-9.-]+)?$", max_length=64), Said("a text such as '1.0.0'")
]
"""The version of an instrument."""

WaveCode = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=64), Said("a wave as data have it, such as '3'")
]
"""A wave by its value in the field of type wave."""

Day = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"), Said("a day as YYYY-MM-DD")]
"""A date as YYYY-MM-DD."""
