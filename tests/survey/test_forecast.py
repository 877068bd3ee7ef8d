"""The forecast of minutes: by hand for a small instrument, and under the promised time for the one that ships."""

from __future__ import annotations

import pytest

from survey.forecast import forecast
from survey.instrument.load import load, shipped
from tests.support.browser import ROOT

NETWORK = load((ROOT / "tests" / "support" / "network.yaml").read_text("utf-8"), "network.yaml")


def test_the_minutes_of_a_small_network_by_hand() -> None:
    consent = 2 + 6 / 4 + 5
    words = 6 / 4 + 2 + 9 / 4 + 2 + 7 / 4  # the intro, and the two questions for names, each on a screen of its own
    about = 0.8 * (4 + 4 + 5 + 8 + 7) + 2  # five questions and a page turn for each person
    usual = 2 + words + 4 * 8 + 4 * about + 6 * 3  # four of the eight whom one may name, six pairs of them
    most = 2 + words + 8 * 8 + 5 * about + 10 * 3  # everybody named, five of them asked about
    found = forecast(NETWORK)
    assert found.pages == {"consent": pytest.approx(consent / 60), "people": pytest.approx(usual / 60)}
    assert found.usual == pytest.approx((consent + usual) / 60)
    assert found.most == pytest.approx((consent + most) / 60)


def test_the_instrument_that_ships_stays_under_eighteen_minutes() -> None:
    found = forecast(shipped("two-supports"))
    assert 12 < found.usual < found.most < 18


def test_a_page_with_a_condition_counts_half_and_no_pages_take_no_time() -> None:
    page = NETWORK.pages[1].model_copy(update={"show_if": "closeness == 1"})
    half = forecast(NETWORK.model_copy(update={"pages": (NETWORK.pages[0], page)}))
    assert half.pages["people"] == pytest.approx(forecast(NETWORK).pages["people"] / 2)
    assert half.most == forecast(NETWORK).most
    none = forecast(NETWORK.model_copy(update={"pages": ()}))
    assert (none.usual, none.most, none.pages) == (0.0, 0.0, {})
