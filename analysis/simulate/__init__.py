"""Simulated respondents with a known truth, for trying out, for planning and for testing the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import SimulationError
from analysis.simulate import answers, latents, spoil, ties, truth
from analysis.simulate.two_supports import Respondents
from survey.dataset.columns import SECONDS
from survey.dataset.model import Dataset
from survey.instrument.model import Instrument

__all__ = ["Simulated", "simulate"]

MODELLED = "two-supports"
MOST = 10_000_000


@dataclass(frozen=True)
class Simulated:
    """Simulated answers, and what is true of them (plain numbers and text, ready for JSON)."""

    dataset: Dataset
    truth: Mapping[str, Any]


def simulate(instrument: Instrument, n: int, seed: int, *, null: bool = False) -> Simulated:
    """Simulate n respondents of an instrument.

    ``two-supports`` follows a model of its own: latent variables in teams of 8, items cut from normal values, counts,
    choices, 8 % careless respondents, 3 % of cells missing at random and a stress block that those under high demands
    leave out. Of any other instrument each scale is one factor with loadings of .70, nothing is related to anything,
    3 % of cells are missing and nobody is careless. ``null`` is the world in which every coefficient, correlation and
    method factor is 0 and nobody is careless, so that no two scales are related.

    Typed missing agrees with the pages' conditions. Ids are r0001, r0002, …; the same seed gives the same data.
    Raises SimulationError for n below 1 or above ten million.
    """
    if not 1 <= n <= MOST:
        raise SimulationError(f"the number of respondents must be between 1 and {MOST:,}, not {n:,}.")
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)]
    modelled = instrument.id == MODELLED
    columns = answers.scales(instrument, n, streams[0])
    demands: answers.Vector | None = None
    drawn: latents.Latents | None = None
    block: tuple[str, ...] = ()
    careless = spoil.CARELESS if modelled and not null else 0.0
    known: dict[str, Any]
    if modelled:
        drawn = latents.draw(n, streams[1], null=null)
        columns |= Respondents(instrument, drawn, streams[2], null=null).answers()
        demands = None if null else drawn["DEM"]
        block = tuple(key.lstrip("-") for key in instrument.scales["stress"].items)
        known = truth.of_two_supports(instrument, null=null)
    else:
        known = truth.of_scales(instrument)
    who, seconds = spoil.careless(instrument, columns, n, streams[3], share=careless)
    skipped = spoil.missing_cells(instrument, n, streams[4], demands, block)
    for name, declared in instrument.fields.items():
        column = answers.field(name, declared, n, streams[0])
        if column is not None:
            columns[name] = column
    columns[SECONDS] = seconds
    width = max(4, len(str(n)))
    index = pd.Index([f"r{i:0{width}d}" for i in range(1, n + 1)], dtype="str", name="id")
    respondents, missing = spoil.assemble(instrument, columns, skipped, index)
    known = {
        "instrument": instrument.id,
        "version": instrument.version,
        "n": n,
        "seed": seed,
        "null": null,
        **known,
        "careless": {"share": careless, "respondents": index[who].tolist()},
    }
    tables = ties.simulate_ties(
        instrument,
        index,
        streams[5],
        latents=None if drawn is None else drawn.values,
        null=null,
        at_random=spoil.AT_RANDOM,
    )
    if modelled and not tables.ties.empty:
        known["ties"] = ties.truth(null=null)
    dataset = Dataset(
        instrument=instrument,
        respondents=respondents,
        missing=missing,
        source=f"simulated {instrument.id} (seed {seed})",
        ties=tables.ties,
        between=tables.between,
        missing_ties=tables.missing_ties,
        missing_between=tables.missing_between,
    )
    return Simulated(dataset, known)
