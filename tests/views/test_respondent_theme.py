"""The colours: the settings, the tokens and the styles say the same, and every pair that is read has contrast."""

from __future__ import annotations

import tomllib

import pytest

from tests.support.browser import ROOT
from views.components import survey_module
from views.theme import DARK, LIGHT, Palette, contrast, mix

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_settings_carry_the_tokens(scheme: str, palette: Palette) -> None:
    section = SETTINGS["theme"][scheme]
    assert section["backgroundColor"] == palette.paper
    assert section["secondaryBackgroundColor"] == palette.card
    assert section["textColor"] == palette.ink
    assert section["primaryColor"] == section["linkColor"] == palette.teal
    assert section["violetColor"] == palette.plum
    assert section["redColor"] == palette.alarm
    assert section["borderColor"] == palette.line


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_has_a_contrast_of_at_least_4_5_and_controls_of_3(palette: Palette) -> None:
    for ground in (palette.paper, palette.card):
        for text in (palette.ink, palette.quiet, palette.teal, palette.plum, palette.alarm):
            assert contrast(text, ground) >= 4.5, (text, ground)
        for control in (palette.control, palette.teal):
            assert contrast(control, ground) >= 3, (control, ground)
    # Letters on a button, on the bar of a preview, and on a notice tinted with its colour.
    assert contrast(palette.paper, palette.teal) >= 4.5
    assert contrast(palette.card, palette.plum) >= 4.5
    for tint in (palette.teal, palette.plum, palette.alarm):
        assert contrast(palette.ink, mix(tint, palette.card, 0.09)) >= 4.5
        assert contrast(palette.alarm, mix(palette.alarm, palette.card, 0.09)) >= 4.5


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)  # the grey that WCAG's own notes name
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


def test_styles_mix_what_the_tokens_mix() -> None:
    style = survey_module()
    assert "--quiet: color-mix(in srgb, var(--ink) 75%, var(--paper))" in style
    assert "--control: color-mix(in srgb, var(--ink) 60%, var(--paper))" in style


def test_settings_for_respondents() -> None:
    """Each was measured: see the table of speeds in docs/decisions."""
    assert SETTINGS["server"]["fileWatcherType"] == "none"
    assert SETTINGS["server"]["disconnectedSessionTTL"] >= 1800
    assert SETTINGS["server"]["maxUploadSize"] <= 50
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["client"]["toolbarMode"] == "minimal"
    assert SETTINGS["runner"]["postScriptGC"] is False
