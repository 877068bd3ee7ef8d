"""Moderation and mediation as table, figures and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.mediation import Mediation, mediation
from analysis.moderation import Moderation, moderation
from analysis.result import NotApplicable
from reports import draw_matplotlib, draw_plotly
from reports.figure import Curves, Diagram
from reports.labels import Labels
from reports.numbers import show
from reports.table import shown
from reports.text import plain
from reports.verbs import figure, figures, options, sentence, table

LABELS = Labels(
    {"x": "Demands", "w": "Support", "y": "Stress", "z": "Load", "sex": "Gender"},
    levels={("sex", "f"): "woman", ("sex", "m"): "man"},
)


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame(rng.normal(size=(200, 4)), columns=["x", "w", "z", "e"])
    frame["y"] = 0.5 * frame["x"] - 0.4 * frame["x"] * frame["w"] + frame["e"]
    frame["sex"] = pd.Categorical(rng.choice(["f", "m"], 200), categories=["f", "m"])
    return frame


def moderated(data: pd.DataFrame, *w: str, three_way: bool = False) -> Moderation:
    found = moderation(data, "y", "x", list(w), three_way=three_way)
    assert isinstance(found, Moderation)
    return found


def test_the_table_of_a_moderation_has_coefficients_slopes_and_the_region(data: pd.DataFrame) -> None:
    found = moderated(data, "w")
    made = table(found, labels=LABELS)
    assert plain(made.title) == "Moderated Regression of Stress on Demands by Support"
    first = [shown(row.cells[0]) for row in made.rows]
    assert first[:5] == ["Intercept", "Demands", "Support", "Demands × Support", "Simple slopes of Demands"]
    assert first[5].startswith("At low Support (")
    note = plain(made.general)
    (region,) = found.regions
    assert all(show(bound) in note for bound in region.bounds)
    assert "centred" in note.lower()
    assert "With the squares of the centred variables" in note
    assert "HC3" in note


def test_the_sentence_of_a_moderation_claims_no_cause(data: pd.DataFrame) -> None:
    said = sentence(moderated(data, "w"), labels=LABELS)
    assert said.startswith("The association of Demands with Stress depended on Support: ΔR² = ")
    assert "By Johnson and Neyman, the slope of Demands differs from zero" in said
    assert "reduces" not in said
    nothing = sentence(moderated(data, "z"), labels=LABELS)
    assert nothing.startswith("The association of Demands with Stress did not clearly depend on Load")
    strict = sentence(moderated(data, "w"), options=options(LABELS, alpha=1e-300))
    assert "did not clearly depend" in strict


def test_levels_of_a_category_are_called_by_their_names(data: pd.DataFrame) -> None:
    found = moderated(data, "sex")
    first = [shown(row.cells[0]) for row in table(found, labels=LABELS).rows]
    assert "At Gender: woman" in first
    assert "At Gender: man" in first
    assert "Demands × Gender: man" in first
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Curves)
    assert [curve.label for curve in drawn.curves] == ["Gender: woman", "Gender: man"]


def test_pictures_of_a_moderation_are_drawn_on_screen_and_paper(data: pd.DataFrame) -> None:
    made = figures([moderated(data, "w", "sex", three_way=True), moderated(data, "w")], labels=LABELS)
    assert [spec.name for spec in made] == [
        "moderation-y-x-1", "moderation-y-x-2", "moderation-y-x-region", "moderation-y-x", "moderation-y-x-region"
    ]  # fmt: skip
    assert made[0].title == "Stress by Demands and Support, at Gender: woman"
    region = made[-1]
    assert isinstance(region, Curves)
    assert region.marks == moderated(data, "w").regions[0].bounds
    for spec in made:
        assert draw_matplotlib.draw(spec, "png")[:4] == b"\x89PNG"
        figure_ = draw_plotly.draw(spec, dark=True)
        assert figure_.layout.meta["alt"] == spec.alt
    assert "marked at" in region.alt


def test_what_is_not_applicable_is_told_in_a_table_and_has_no_picture() -> None:
    nothing = NotApplicable("moderation", "y", "w is constant")
    assert figures([nothing], labels=LABELS) == ()
    assert "Not applicable, because w is constant." in shown(table(nothing, labels=LABELS).rows[0].cells[0])


def mediated(data: pd.DataFrame, *m: str, **options: object) -> Mediation:
    found = mediation(data, "y", "x", list(m), resamples=300, **options)  # type: ignore[arg-type] # any of its options
    assert isinstance(found, Mediation)
    return found


def test_the_table_of_a_mediation_has_paths_effects_and_differences(data: pd.DataFrame) -> None:
    found = mediated(data, "w", "z")
    made = table(found, labels=LABELS)
    assert plain(made.title) == "Stress on Demands by Way of Support and Load"
    first = [shown(row.cells[0]) for row in made.rows]
    assert first == [
        "Coefficients", "Demands → Support (a)", "Support → Stress (b)", "Demands → Load (a)", "Load → Stress (b)",
        "Demands → Stress (c′)", "Demands → Stress (c)", "Indirect effects", "Demands → Support → Stress",
        "Demands → Load → Stress", "Total indirect", "Differences",
        "Demands → Support → Stress less Demands → Load → Stress",
    ]  # fmt: skip
    note = plain(made.general)
    assert "percentile bootstrap, 300 resamples" in note
    assert "HC3" in note
    effect = found.effect("x->w->y")
    cells = [shown(cell) for cell in made.rows[8].cells]
    assert cells[4] == show(effect.std)


def test_many_differences_are_printed_in_part(data: pd.DataFrame) -> None:
    rng = np.random.default_rng(4)
    wide = data.assign(**{f"m{i}": data["x"] + rng.standard_normal(len(data)) for i in range(7)})
    for names, serial, printed, every, which in (
        (("m0", "m1", "m2"), True, 3, 21, "those of paths through one mediator"),
        (("m0", "m1", "m2", "m3"), True, 6, 105, "those of paths through one mediator"),
        (tuple(f"m{i}" for i in range(7)), False, 15, 21, "the first in the order of the mediators"),
    ):
        found = mediated(wide, *names, serial=serial)
        assert sum(one.statistic == "contrast" for one in found.numbers()) == every
        made = table(found, labels=LABELS)
        first = [shown(row.cells[0]) for row in made.rows]
        rows = first[first.index("Differences") + 1 :]
        assert len(rows) == len(set(rows)) == printed
        assert all(row.count("→") == 4 for row in rows)
        assert f"Differences: {printed} of {every}, {which}; results.csv has them all." in plain(made.general)
    few = table(mediated(wide, "m0", "m1", serial=True), labels=LABELS)
    assert "results.csv" not in plain(few.general)
    assert [shown(row.cells[0]).count(" less ") for row in few.rows][-3:] == [1, 1, 1]


def test_the_sentence_of_a_mediation_says_what_goes_together(data: pd.DataFrame) -> None:
    said = sentence(mediated(data, "w"), labels=LABELS)
    assert said.startswith("Demands was associated with Stress, b = ")
    assert "The indirect association Demands → Support → Stress " in said
    assert "Data of one wave show what goes together" in said
    assert not any(word in said for word in ("reduces", "causes", "leads to", "effect of"))
    moderated = sentence(mediated(data, "w", moderator="z", path="b"), labels=LABELS)
    assert "The index of moderated mediation of Demands → Support → Stress" in moderated
    assert "at low Load" in moderated


def test_the_diagram_of_a_mediation_is_drawn(data: pd.DataFrame) -> None:
    for found in (mediated(data, "w"), mediated(data, "w", "z"), mediated(data, "w", "z", serial=True)):
        drawn = figure(found, labels=LABELS)
        assert isinstance(drawn, Diagram)
        assert drawn.nodes[0].label == "Demands"
        assert len(drawn.arrows) == sum(path.name in ("a", "b", "d", "c_prime") for path in found.paths)
        assert draw_matplotlib.draw(drawn, "png")[:4] == b"\x89PNG"
        assert draw_plotly.draw(drawn).layout.meta["alt"] == drawn.alt


def test_a_mediator_with_two_values_is_named_in_the_note(data: pd.DataFrame) -> None:
    found = mediated(data.assign(w=(data["w"] > 0) * 1.0), "w")
    assert "Support has two values, 0 and 1: its equation is linear" in plain(table(found, labels=LABELS).general)
