"""The colours of Twofold, once: instrumental teal, psychosocial plum, ink on warm paper, and their contrast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme, as hexadecimal sRGB."""

    paper: str
    card: str
    ink: str
    line: str
    teal: str
    plum: str
    alarm: str

    @property
    def quiet(self) -> str:
        """Hints and progress: ink let down with paper, as ``survey.css`` mixes it."""
        return mix(self.ink, self.paper, 0.75)

    @property
    def control(self) -> str:
        """The border of inputs, which must be seen (3:1) but not read."""
        return mix(self.ink, self.paper, 0.60)


def mix(one: str, other: str, share: float) -> str:
    """``share`` of one colour with the rest of another, channel by channel, as CSS ``color-mix(in srgb)``."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in pairs)


LIGHT = Palette(
    paper="#FBFAF7",
    card="#FFFFFF",
    ink="#17252A",
    line="#DAD7CF",
    teal="#0B6E6E",
    plum="#8A3B6B",
    alarm="#A8321F",
)
DARK = Palette(
    paper="#12181B",
    card="#1B2428",
    ink="#E7ECEB",
    line="#33413F",
    teal="#5CC2BC",
    plum="#D592BC",
    alarm="#F2937F",
)

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 28" width="40" height="28">'
    '<circle cx="14" cy="14" r="11" fill="#0B6E6E" fill-opacity=".85"/>'
    '<circle cx="26" cy="14" r="11" fill="#8A3B6B" fill-opacity=".75"/></svg>'
)
"""The mark: two circles that overlap, one for each kind of support."""


def luminance(colour: str) -> float:
    """Relative luminance of a hexadecimal sRGB colour, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21: (lighter + .05) / (darker + .05); WCAG AA asks 4.5 for text."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
