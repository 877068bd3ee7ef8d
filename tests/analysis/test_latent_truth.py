"""A product between factors comes back as it is from items without steps; what five uneven answers make of it.

Each way of answering is of the same people with the same errors, so that what sets two of them apart is nearly without
chance: a standard error of .0004 where that of each is .002.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.moderation.latent import latent_moderation
from analysis.moderation.result_latent import LatentModeration
from analysis.simulate import latents
from analysis.simulate.reference import ONE
from analysis.simulate.two_supports import ACQUIESCENCE, LOADINGS, REVERSAL, THRESHOLDS

N, DRAWS = 100_000, 4
STEMS = ("dem", "psy", "str")
TERM = "dem:psy"


def answers(draw: int, *, cut: tuple[str, ...], style: float) -> dict[str, np.ndarray]:
    """Items of demands, psychosocial support and stress, turned as scored; style: 1 with factors of answering."""
    rng = np.random.default_rng([20160930, draw])
    drawn = latents.draw(N, rng, null=False)
    agree, turn = rng.standard_normal((2, N))
    found = {}
    for stem in STEMS:
        latent, loadings = LOADINGS[stem]
        for i, loading in enumerate(loadings, start=1):
            a, r = style * ACQUIESCENCE, style * REVERSAL * (loading < 0)
            rest = np.sqrt(1 - loading**2 - a**2 - r**2) * rng.standard_normal(N)
            value = loading * drawn[latent] + a * agree + r * turn + rest
            value = np.searchsorted(THRESHOLDS, value).astype(np.float64) if stem in cut else value
            found[f"{stem}{i}"] = np.sign(loading) * value
    return found


@cache
def beta(cut: tuple[str, ...], style: float) -> np.ndarray:
    """The product's, in each draw."""
    found = []
    for draw in range(DRAWS):
        items = pd.DataFrame(answers(draw, cut=cut, style=style))
        scales = {stem: [item for item in items if item.startswith(stem)] for stem in STEMS}
        one = latent_moderation(items, scales, "str", "dem", "psy")
        assert isinstance(one, LatentModeration), one
        found.append(one.term(TERM).beta)
    return np.array(found)


def test_a_product_of_factors_of_items_without_steps_is_the_latent_one() -> None:
    """−.10; four standard errors."""
    assert beta((), 0.0).mean() == pytest.approx(latents.STRESS["DEM:PSY"], abs=0.008)


@pytest.mark.parametrize(
    ("cut", "style", "apart"),
    [
        (("str",), 0.0, 0.0077),  # a step counts for less towards an end: a bend that products share
        (("dem", "psy"), 0.0, -0.0014),  # of predictors it costs nothing that can be seen
        ((), 1.0, 0.0049),  # agreeing lies behind every item, and widens every factor
        (STEMS, 1.0, 0.0110),
    ],
)
def test_what_steps_and_styles_of_answering_take_from_it(cut: tuple[str, ...], style: float, apart: float) -> None:
    """As in eight other draws of the same size; bands of four standard errors of both together."""
    found = beta(cut, style) - beta((), 0.0)
    error = found.std(ddof=1) / np.sqrt(DRAWS)
    assert found.mean() == pytest.approx(apart, abs=4 * np.sqrt(1.5) * max(error, 0.0008))


def test_the_stored_truth_of_the_plan_s_latent_product_is_that_of_five_answers() -> None:
    value, se = ONE["C9_latent"]["beta"]["demands:psychosocial"]
    assert value == pytest.approx(-0.089, abs=0.001 + 4 * se)
    assert value == pytest.approx(beta(STEMS, 1.0).mean(), abs=0.008)
