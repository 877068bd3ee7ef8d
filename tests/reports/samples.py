"""A table that has everything a table can have, for the tests of every writer."""

from __future__ import annotations

import math

from reports.numbers import BETA, BOUNDED, COUNT, P
from reports.table import EMPTY, STARS, Column, Interval, Row, Table, Value, message, section, words
from reports.text import marked, said

FULL = Table(
    number=3,
    name="regression-stress",
    title=marked("Regression of {x} on Demands & Support", x="<b>Stress</b>"),
    columns=(
        Column("term", said("Predictor"), "left"),
        Column("n", marked("*n*")),
        Column("b", marked("*b*"), spanner=said("Step 1")),
        Column("se", marked("*SE*"), spanner=said("Step 1")),
        Column("ci", said("95% CI"), spanner=said("Step 1")),
        Column("beta", said("β")),
        Column("r2", marked("*R*^2^")),
        Column("p", marked("*p*")),
    ),
    rows=(
        section("People"),
        Row(
            (
                words("=HYPERLINK(1)"),
                Value(1234, COUNT),
                Value(-0.4567891),
                Value(0.03),
                Interval(-0.5, -0.1),
                Value(-0.215, BETA, "**"),
                Value(0.456, BOUNDED),
                Value(0.00012, P),
            ),
            indent=1,
        ),
        Row(
            (
                words("Demands_1 | 50% $"),
                Value(999, COUNT),
                Value(0.4567),
                Value(math.nan),
                Interval(math.nan, math.nan),
                EMPTY,
                Value(-0.001, BOUNDED, "*"),
                Value(0.031, P),
            ),
            indent=1,
        ),
        message("@Support", "Not applicable, because the variable is constant."),
    ),
    general=marked("*N* = 1,234. CI = confidence interval."),
    specific=(marked("^a^ Of the last step."),),
    probability=STARS,
)

PLAIN = Table(
    number=4,
    name="plain",
    title=said("One Column of Counts"),
    columns=(Column("group", said("Group"), "left"), Column("n", marked("*n*"))),
    rows=(Row((words("A"), Value(2, COUNT))), Row((words("B"), Value(10, COUNT)))),
)
