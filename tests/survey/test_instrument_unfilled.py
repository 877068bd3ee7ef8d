"""Placeholders that a consent page still holds."""

from __future__ import annotations

from survey.instrument.load import load, shipped
from survey.instrument.unfilled import unfilled

TEXT = """
format: twofold/1
id: t
version: 1.0.0
languages: [en, fr]
formats: {n: {type: number}}
items: {age: {text: {en: 'Age [years]', fr: 'Âge [ans]'}, format: n}}
scales: {}
pages:
  - {id: hello, type: consent, required: true, text: {en: CONSENT, fr: ACCORD}}
  - {id: about, intro: 'Say [what you like]', items: [age]}
"""


def of(english: str, french: str) -> tuple[tuple[str, str], ...]:
    return unfilled(load(TEXT.replace("CONSENT", f"'{english}'").replace("ACCORD", f"'{french}'"), "t"))


def test_a_placeholder_is_found_in_every_language_once() -> None:
    assert of("Ask [name], [name] or [e-mail].", "Demandez à [nom].") == (
        ("hello", "[name]"),
        ("hello", "[e-mail]"),
        ("hello", "[nom]"),
    )


def test_brackets_elsewhere_and_empty_ones_are_no_placeholders() -> None:
    assert of("Ask A. [] and B.", "Demandez.") == ()


def test_the_shipped_instrument_asks_for_the_researchers_name() -> None:
    assert [page for page, _ in unfilled(shipped("two-supports"))] == ["consent", "consent"]  # English and French
