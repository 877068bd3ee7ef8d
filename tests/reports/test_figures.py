"""Figures: the same bytes twice, colours that can be told apart, words for those who see none."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from reports.draw_matplotlib import draw
from reports.draw_plotly import draw as draw_plotly
from reports.figure import (
    PALETTE,
    Arrow,
    Bars,
    Coefficients,
    Contour,
    Diagram,
    FigureSpec,
    Heatmap,
    Lines,
    Node,
    Point,
    Stacked,
    blend,
    diverging,
    ink_on,
)

SPECS: tuple[FigureSpec, ...] = (
    Coefficients(
        "C", "β", (Point("<b>A</b> $x$ & b", 0.3, 0.1, 0.5), Point("B", -0.2, series=1)), series=("One", "Two")
    ),
    Bars("B", "age", ("18–29", "30+"), (12, 30)),
    Bars("H", "score", tuple("12345"), (1, 2, 3, 2, 1), joined=True, series=1),
    Heatmap("R", ("a", "b", "c"), ((math.nan,) * 3, (0.5, math.nan, math.nan), (-0.3, math.nan, math.nan))),
    Stacked("S", ("one", "two"), ("No", "Neither", "Yes"), ((0.2, 0.3, 0.5), (0.6, 0.0, 0.4)), (10, 9), 1),
    Lines("L", "Rank", "Eigenvalue", ("Data <b>", "Chance"), ((2.1, 0.9), (1.2, 0.8))),
    Diagram(
        "D",
        (Node("<b>a</b> $x$", 0, 1), Node("b", 1, 1), Node("c", 0, 0, latent=True)),
        (Arrow(0, 1, "0.20", strong=True), Arrow(2, 1, "0.10"), Arrow(0, 2, "0.30", both=True)),
    ),
    Contour("K", "<b>x</b>", "y", "z", (1.0, 2.0, 3.0), ((1.0, 2.0, 3.0), (2.0, 2.5, 3.5), (0.5, 1.5, 4.0))),
)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__ + spec.title)
def test_a_drawing_is_the_same_each_time_and_holds_no_time(spec: FigureSpec) -> None:
    from reports.draw_matplotlib import _drawn

    first = draw(spec, "svg"), draw(spec, "png")
    _drawn.cache_clear()
    assert (draw(spec, "svg"), draw(spec, "png")) == first
    svg = first[0].decode("utf-8")
    assert "<text" not in svg, "letters are drawn as paths: no font is needed"
    assert "dc:date" not in svg
    assert first[1].startswith(b"\x89PNG")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__ + spec.title)
@pytest.mark.parametrize("dark", [False, True])
def test_the_screen_shows_the_same_data(spec: FigureSpec, dark: bool) -> None:
    figure = draw_plotly(spec, dark=dark)
    assert figure.layout.meta["alt"] == spec.alt
    text = figure.to_json()
    assert "<b>A</b>" not in text
    if isinstance(spec, Coefficients):
        assert [float(trace.x[0]) for trace in figure.data] == [0.3, -0.2]
    if isinstance(spec, Lines):
        assert [list(trace.y) for trace in figure.data] == [[2.1, 0.9], [1.2, 0.8]]
        assert "Data <b>" not in text


def test_the_words_of_a_figure_hold_its_numbers() -> None:
    contour = next(spec for spec in SPECS if isinstance(spec, Contour))
    assert "both low 1.00; both high 4.00; <b>x</b> high and y low 3.00" in contour.alt
    assert "<b>x</b> low and y high 0.50; both in the middle 2.50" in contour.alt
    assert contour.middle == 2.0
    assert "0.30, from 0.10 to 0.50" in SPECS[0].alt
    assert "a with b .50" in SPECS[3].alt
    assert "one: most often 'Yes' (50%)" in SPECS[4].alt
    assert SPECS[6].alt == "D. <b>a</b> $x$ to b 0.20; c to b 0.10; <b>a</b> $x$ with c 0.30."
    assert SPECS[5].alt == (
        "L. Eigenvalue by rank. Rank 1: 2.10 (Data <b>), 1.20 (Chance); Rank 2: 0.90 (Data <b>), 0.80 (Chance)."
    )


def test_stacked_rows_meet_at_the_middle_of_the_scale() -> None:
    spec = SPECS[4]
    assert isinstance(spec, Stacked)
    assert spec.start(0) == pytest.approx(-(0.2 + 0.15))
    even = Stacked("S", ("one",), ("No", "Yes"), ((0.25, 0.75),), (4,))
    assert even.start(0) == pytest.approx(-0.25)


def _light(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_from_paper_and_text_from_colours() -> None:
    for colour in PALETTE[:3]:
        assert 1.05 / (_light(colour) + 0.05) >= 4.5
    for count in (2, 4, 5, 7):
        ramp = diverging(count)
        assert len(set(ramp)) == count
        for colour in ramp:
            ink = ink_on(colour)
            pair = sorted((_light(colour), _light(ink)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5
    assert blend("#000000", "#FFFFFF", 0.5) == "#808080"


def test_drawing_libraries_load_only_when_something_is_drawn() -> None:
    code = "import sys, reports.verbs, reports.draw_plotly, reports.draw_matplotlib, reports.report\n"
    code += "print([m for m in ('plotly', 'matplotlib', 'streamlit', 'statsmodels', 'pingouin') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
