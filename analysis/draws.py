"""Counts of a bootstrap resample, drawn fast and exactly: how often each row is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.moments import Floats

BLOCK = 250
"""Resamples that share one random stream; a different size changes the draws, so it is fixed."""
TILE = 8192
"""Rows counted at once; a different size changes the draws, so it is fixed."""
CELLS = 2**18
"""Counts held at once (2 MB as float64, which a processor's cache holds); it too changes the draws."""
FEW = 64
"""Up to so many rows indices are drawn one by one; counting by thresholds would save nothing."""
BYTE = 256


@dataclass(frozen=True)
class Thresholds:
    """How a random byte gives a Poisson count: ``code[byte]`` where the byte is below ``sure``, else by ``rest``.

    Each count has floor(256 p) bytes of its own. What is left of every p is shared out by ``rest``, cumulated to 1:
    it decides, by a second random number, for the few bytes from ``sure`` on. Together each count has exactly its p.
    """

    code: bytes
    sure: int
    rest: Floats


@lru_cache(maxsize=64)
def _thresholds(rate: float) -> Thresholds:
    """The thresholds of a Poisson distribution with a rate up to 1; counts over 40 have a chance below 1e-48."""
    share = np.empty(41)
    share[0] = np.exp(-rate)
    for count in range(1, len(share)):
        share[count] = share[count - 1] * rate / count
    whole = np.floor(BYTE * share).astype(np.intp)
    code = np.repeat(np.arange(len(share), dtype=np.uint8), whole)
    rest = np.cumsum(BYTE * share - whole)
    return Thresholds(code.tobytes().ljust(BYTE, b"\0"), len(code), rest / rest[-1])


def _rate(rows: int, tiles: int) -> float:
    """A rate at which nearly always fewer cases are drawn than are wanted, so that some must be added.

    Three standard deviations below; where the number wanted varies from tile to tile, of the difference of both.
    """
    return 1 - 3 * float(np.sqrt((1 if tiles == 1 else 2) / rows))


def _fill(counts: Floats, generator: np.random.Generator, thresholds: Thresholds) -> None:
    """Independent Poisson counts into an array (r, m)."""
    flat = counts.reshape(-1)
    # '<u8': the same bytes in the same order on any machine
    drawn = generator.bit_generator.random_raw(-(-flat.size // 8)).astype("<u8").view(np.uint8)[: flat.size]
    flat[:] = np.frombuffer(drawn.tobytes().translate(thresholds.code), dtype=np.uint8)
    undecided = np.flatnonzero(drawn >= thresholds.sure)
    flat[undecided] = np.searchsorted(thresholds.rest, generator.random(len(undecided)), side="right")


def _counted(
    counts: Floats, wanted: npt.NDArray[np.int64], generator: np.random.Generator, thresholds: Thresholds | None
) -> Floats:
    """Fill an array (r, m): each row one draw of ``wanted`` cases, with replacement, from m."""
    rows, size = counts.shape
    if thresholds is None:
        place = generator.integers(0, size, size=int(wanted.sum()), dtype=np.uint32)
        place = place + np.repeat(np.arange(rows) * size, wanted)
        counts[:] = np.bincount(place, minlength=counts.size).reshape(counts.shape)
        return counts
    _fill(counts, generator, thresholds)
    ones = np.ones(size)
    short = wanted - (counts @ ones).astype(np.int64)
    while (over := np.flatnonzero(short < 0)).size:
        again = np.empty((len(over), size))
        _fill(again, generator, thresholds)
        counts[over] = again
        short[over] = wanted[over] - (again @ ones).astype(np.int64)
    added = generator.integers(0, size, size=int(short.sum()), dtype=np.uint32)
    np.add.at(counts.reshape(-1), added + np.repeat(np.arange(rows) * size, short), 1.0)
    return counts


def tiles_of(rows: int) -> list[slice]:
    """Slices of nearly equal size, none over ``TILE``, that make up the rows."""
    number = -(-rows // TILE)
    return [slice(rows * i // number, rows * (i + 1) // number) for i in range(number)]


def block_of_counts(rows: int, resamples: int, seed: np.random.SeedSequence) -> Iterator[tuple[slice, slice, Floats]]:
    """The counts of one block of up to ``BLOCK`` resamples, piece by piece: (resamples, rows, counts) of each piece.

    The counts of a resample over all rows are multinomial with equal chances, exactly (to the 53 bits of a random
    number). For: (1) the cases in each tile of rows are multinomial, and given them the tiles are independent, each
    multinomial with equal chances. (2) Within a tile of m rows, independent Poisson counts are, given their sum s,
    multinomial with equal chances; whether a draw is kept (s no more than the w wanted) depends on s alone, so that
    kept draws still are. (3) Such a draw of s cases and w - s more drawn one by one are together one of w cases.

    Each tile has a stream of its own. Draws depend on the rows and the seed alone, never on the memory or the number
    of resamples: fewer are the first of more. What is held is a few megabytes, whatever the rows and resamples. A piece
    is overwritten by the next.
    """
    tiles = tiles_of(rows)
    streams = [np.random.Generator(np.random.SFC64(child)) for child in seed.spawn(len(tiles) + 1)]
    sizes = np.array([tile.stop - tile.start for tile in tiles])
    cases = streams[-1].multinomial(rows, sizes / rows, size=BLOCK) if len(tiles) > 1 else np.full((BLOCK, 1), rows)
    for place, tile in enumerate(tiles):
        size = int(sizes[place])
        thresholds = _thresholds(_rate(size, len(tiles))) if size > FEW else None
        chunk = max(1, min(BLOCK, CELLS // size))
        counts = np.empty((chunk, size))
        for start in range(0, resamples, chunk):
            wanted = cases[start : start + chunk, place]
            part = _counted(counts[: len(wanted)], wanted, streams[place], thresholds)
            number = min(len(wanted), resamples - start)
            yield slice(start, start + number), tile, part[:number]
