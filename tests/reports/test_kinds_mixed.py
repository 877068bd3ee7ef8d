"""Mixed models as table, figures and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.mixed import Mixed, mixed
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import Interval, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, figures, sentence, table
from reports.write import FORMATS, render

LABELS = Labels({"y": "Stress", "x": "Demands", "team": "Team", "role": "Role"}, levels={("role", "b"): "boss"})


def people(groups: int = 15, spread: float = 0.8) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    member = np.repeat(np.arange(groups), 8)
    x = 0.6 * rng.normal(size=groups)[member] + rng.normal(size=len(member))
    y = 0.7 * x + spread * rng.normal(size=groups)[member] + rng.normal(size=len(member))
    frame = pd.DataFrame({"team": member, "x": x, "y": y, "role": rng.choice(["a", "b"], len(member))})
    return frame if spread else frame.assign(y=frame["y"] - frame.groupby("team")["y"].transform("mean"))


def fitted(frame: pd.DataFrame, *, slope: str = "", parts: tuple[str, ...] = ()) -> Mixed:
    found = mixed(frame, "y", ["x", "role"], "team", slope, parts)
    assert isinstance(found, Mixed)
    return found


def cells(made: Table, key: str) -> list[object]:
    place = [one.key for one in made.columns].index(key)
    return [row.cells[place] for row in made.rows]


def test_the_table_holds_the_fixed_part_and_the_variances() -> None:
    found = fitted(people(), slope="x", parts=("x",))
    made = table(found, labels=LABELS)
    assert plain(made.title) == "Mixed Model Predicting Stress"
    names = [shown(row.cells[0]) for row in made.rows]
    assert names[:5] == ["Intercept", "Demands (within)", "Demands (between)", "Role: boss", "Demands (contextual)"]
    rows = [*found.effects, *found.contextual]
    variances = [found.var_group, found.var_slope, found.slope_r, found.var_resid]
    assert [c.value for c in cells(made, "b") if isinstance(c, Value)] == [*(row.b for row in rows), *variances]
    for key in ("se", "df", "t", "p"):
        assert [c.value for c in cells(made, key) if isinstance(c, Value)] == [getattr(row, key) for row in rows]
    assert [(c.low, c.high) for c in cells(made, "ci") if isinstance(c, Interval)] == [
        (row.ci_low, row.ci_high) for row in rows
    ]
    note = plain(made.general)
    assert "N = 120 in 15 groups (Team) of 8." in note
    assert "contextual = between − within" in note
    assert "Categories are compared with: Role (a)." in note
    assert all(len(render(made, ending)) > 100 for ending in FORMATS)


def test_the_sentence_says_direction_and_no_cause() -> None:
    text = sentence(fitted(people(), parts=("x",)), labels=LABELS)
    assert text.startswith("In 15 groups (Team, N = 120) the fixed part accounted for ")
    assert "Higher Demands (within) was associated with higher Stress: b = " in text
    assert "t(" in text
    assert "did not clearly differ" in text or "Between groups Demands was associated with" in text
    flat = sentence(fitted(people(spread=0.0)), labels=LABELS)
    assert "variance between groups of team is 0 (a singular fit)" in flat


def test_coefficients_and_groups_are_drawn() -> None:
    found = fitted(people())
    first, second = figures([found], labels=LABELS)
    assert isinstance(first, Coefficients)
    assert isinstance(second, Coefficients)
    assert [point.label for point in first.points] == ["Demands", "Role: boss"]
    assert [point.estimate for point in first.points] == [row.beta for row in found.effects[1:]]
    ranked = sorted((group.intercept for group in found.groups), reverse=True)
    assert [point.estimate for point in second.points] == ranked
    assert second.points[0].label == "Rank 15"
    assert not any(group.name == point.label for group in found.groups for point in second.points)
    assert figure(found, labels=LABELS) == first
    (alone,) = figures([fitted(people(spread=0.0))], labels=LABELS)
    assert alone.name == "mixed-y"


def test_many_groups_are_thinned_and_that_is_said() -> None:
    drawn = figures([fitted(people(100))], labels=LABELS)[1]
    assert isinstance(drawn, Coefficients)
    assert len(drawn.points) == 40
    assert (drawn.points[0].label, drawn.points[-1].label) == ("Rank 100", "Rank 1")
    assert "40 of 100 groups" in drawn.note


@pytest.mark.parametrize("count", [2, 3])
def test_pooled_models_say_so(count: int) -> None:
    from analysis.mixed.pooled import pooled_mixed

    frames = [people().assign(x=lambda f, i=i: f["x"] + 0.1 * i * np.sin(np.arange(len(f)))) for i in range(count)]
    found = pooled_mixed(frames, "y", ["x", "role"], "team")
    assert isinstance(found, Mixed)
    made = table(found, labels=LABELS)
    assert "fmi" in [one.key for one in made.columns]
    assert f"pooled over {count} imputed data sets" in plain(made.general)
    assert "Restricted log likelihood" not in plain(made.general)
