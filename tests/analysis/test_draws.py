"""Draws of counts: exactly multinomial by every way they are made, in little memory, and the same for any use."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise, product
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import draws
from analysis.draws import BLOCK, CELLS, TILE, block_of_counts, tiles_of
from analysis.resample import resample_sums


def counts(rows: int, resamples: int, seed: int) -> np.ndarray:
    """Whole blocks of counts (B, n), put together from their pieces."""
    found = np.full((resamples, rows), np.nan)
    for at, child in enumerate(np.random.SeedSequence(seed).spawn(-(-resamples // BLOCK))):
        here = min(BLOCK, resamples - at * BLOCK)
        for which, tile, piece in block_of_counts(rows, here, child):
            found[at * BLOCK + which.start : at * BLOCK + which.stop, tile] = piece
    return found


@pytest.mark.parametrize("rate", [0.3, 0.47, 0.95, 1.0])
def test_the_bytes_give_each_count_its_chance(rate: float) -> None:
    found = draws._thresholds(rate)
    sure = np.bincount(np.frombuffer(found.code[: found.sure], dtype=np.uint8), minlength=41) / 256
    rest = np.diff(found.rest, prepend=0.0) * (256 - found.sure) / 256
    np.testing.assert_allclose(sure + rest, stats.poisson.pmf(np.arange(41), rate), atol=1e-16)
    assert found.rest[-1] == 1.0


@pytest.mark.parametrize(("few", "tile"), [(64, 8192), (0, 8192), (0, 2), (64, 2)])
def test_every_way_of_drawing_has_the_multinomial_distribution(
    few: int, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ways in which 4 cases can fall on 4 rows, against their exact chances: by one, by thresholds, by tiles."""
    monkeypatch.setattr(draws, "FEW", few)
    monkeypatch.setattr(draws, "TILE", tile)
    monkeypatch.setattr(draws, "_rate", lambda rows, tiles: 0.6)  # so that some are added and some are over
    resamples = 40_000
    found = counts(4, resamples, 20160930)
    assert (found.sum(axis=1) == 4).all()
    ways = [way for way in product(range(5), repeat=4) if sum(way) == 4]
    chance = np.array([24 / np.prod([factorial(c) for c in way]) / 4**4 for way in ways])
    assert chance.sum() == pytest.approx(1.0)
    seen = dict.fromkeys(ways, 0)
    for row in found.astype(int):
        seen[tuple(row)] += 1
    observed, expected = np.array(list(seen.values())), resamples * chance
    assert stats.chi2.sf(((observed - expected) ** 2 / expected).sum(), len(ways) - 1) > 0.001


@pytest.mark.parametrize("rows", [8, 65, 900, TILE + 1, 3 * TILE - 5])
def test_counts_have_the_moments_of_the_multinomial_distribution(rows: int) -> None:
    resamples = 20_000 if rows < 100 else 1000
    found = counts(rows, resamples, 20160930)
    assert (found.sum(axis=1) == rows).all()
    pooled = found.mean()
    assert pooled == pytest.approx(1.0)
    # a count is binomial(n, 1/n), two of them correlate -1 / (n - 1); the last rows are those of another tile
    band = 4.5 * np.sqrt((1 - 1 / rows) / resamples)
    assert np.abs(found.mean(axis=0) - 1).max() < band * (1 + np.log10(rows) / 10)
    first, last = found[:, : rows // 2].sum(axis=1), found[:, rows // 2 :].sum(axis=1)
    size = rows // 2
    spread = rows * size / rows * (1 - size / rows)
    assert stats.chi2.sf(resamples * first.var() / spread, resamples - 1) > 0.001
    assert stats.chi2.cdf(resamples * first.var() / spread, resamples - 1) > 0.001
    assert np.corrcoef(first, last)[0, 1] == pytest.approx(-1.0)
    observed = np.bincount(found.ravel().astype(int), minlength=5)
    expected = found.size * stats.binom.pmf(range(5), rows, 1 / rows)
    assert np.abs(observed[:5] / expected - 1).max() < 5 / np.sqrt(expected.min()) + 1e-3


@settings(deadline=None, max_examples=25)
@given(rows=st.integers(1, 300), resamples=st.integers(1, 600), seed=st.integers(0, 2**32))
def test_fewer_resamples_are_the_first_of_more(rows: int, resamples: int, seed: int) -> None:
    more = counts(rows, 600, seed)
    assert counts(rows, resamples, seed).tobytes() == more[:resamples].tobytes()
    assert (more.sum(axis=1) == rows).all()


def test_pieces_of_a_wide_block_are_the_first_of_more_too() -> None:
    more = counts(TILE + 10, 40, 5)
    assert counts(TILE + 10, 33, 5).tobytes() == more[:33].tobytes()


@settings(deadline=None, max_examples=50)
@given(rows=st.integers(1, 10**7))
def test_tiles_are_all_the_rows_once(rows: int) -> None:
    tiles = tiles_of(rows)
    assert (tiles[0].start, tiles[-1].stop) == (0, rows)
    assert all(a.stop == b.start for a, b in pairwise(tiles))
    sizes = [tile.stop - tile.start for tile in tiles]
    assert max(sizes) <= TILE
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("rows", [20_000, 200_000])
def test_memory_does_not_grow_with_rows_or_resamples(rows: int) -> None:
    """Beyond what is given and what is returned: a few arrays of ``CELLS`` counts."""
    columns = np.ones((rows, 2))
    peaks = []
    for resamples in (20, 260):
        tracemalloc.start()
        resample_sums(columns, resamples, 1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 4 * 8 * CELLS
