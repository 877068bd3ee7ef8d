"""Simulated respondents with a known truth, for trying out, for planning and for testing the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import SimulationError
from analysis.simulate import answers, latents, spoil, ties, truth
from analysis.simulate import waves as moving
from analysis.simulate.two_supports import Respondents
from survey.dataset.columns import AT, SECONDS, columns_of, wave_field
from survey.dataset.model import Dataset
from survey.dataset.ties import NO_TIES
from survey.instrument.frozen import Frozen
from survey.instrument.model import FieldOf, Instrument

__all__ = ["Simulated", "simulate"]

MODELLED = "two-supports"
MOST = 10_000_000
MOST_WAVES = 20
WAVE = {"wave": FieldOf.model_validate({"type": "wave"})}


@dataclass(frozen=True)
class Simulated:
    """Simulated answers, and what is true of them (plain numbers and text, ready for JSON)."""

    dataset: Dataset
    truth: Mapping[str, Any]


def simulate(
    instrument: Instrument,
    n: int,
    seed: int,
    *,
    null: bool = False,
    waves: int = 1,
    clean: bool = False,
    networks: bool = True,
) -> Simulated:
    """Simulate n respondents of an instrument.

    ``two-supports`` follows a model of its own: latent variables in teams of 8, items cut from normal values, counts,
    choices, 8 % careless respondents, 3 % of cells missing at random and a stress block that those under high demands
    leave out. Of any other instrument each scale is one factor with loadings of .70, nothing is related to anything,
    3 % of cells are missing and nobody is careless. ``null`` is the world in which every coefficient, correlation and
    method factor is 0 and nobody is careless, so that no two scales are related.

    waves: with more than one, data in long form, a row a person and wave (r0001@2), of whom some leave on the way; an
    instrument that declares no field of type wave gets one, named 'wave'. See ``analysis.simulate.waves``.

    clean: nobody is careless, nothing is missing and nobody leaves. networks: whether people's ties are simulated too;
    the respondents are the same without.

    Typed missing agrees with the pages' conditions. Ids are r0001, r0002, …; the same seed gives the same data.
    Raises SimulationError for n below 1 or above ten million, and for waves below 1 or above 20.
    """
    if not 1 <= n <= MOST:
        raise SimulationError(f"the number of respondents must be between 1 and {MOST:,}, not {n:,}.")
    if not 1 <= waves <= MOST_WAVES:
        raise SimulationError(f"the number of waves must be between 1 and {MOST_WAVES}, not {waves}.")
    if waves > 1 and wave_field(instrument) is None:
        instrument = instrument.model_copy(update={"fields": Frozen({**instrument.fields, **WAVE})})
    children = np.random.SeedSequence(seed).spawn(5 + max(waves + 1, 2))
    streams = [np.random.default_rng(child) for child in children]
    later = [streams[:5], *([np.random.default_rng(c) for c in child.spawn(5)] for child in children[7:])]
    modelled = instrument.id == MODELLED
    careless = spoil.CARELESS if modelled and not null and not clean else 0.0
    drawn: list[latents.Latents] = []
    if modelled:
        one = waves == 1
        drawn = [latents.draw(n, streams[1], null=null)] if one else moving.draw(n, waves, streams[1], null=null)
    width = max(4, len(str(n)))
    names = [f"r{i:0{width}d}" for i in range(1, n + 1)]
    indices = [
        pd.Index(names if waves == 1 else [f"{name}{AT}{wave + 1}" for name in names], dtype="str", name="id")
        for wave in range(waves)
    ]
    parts: list[_Wave] = []
    for wave in range(waves):
        latent = drawn[wave] if modelled else None
        first = parts[0] if parts else None
        parts.append(_wave(instrument, indices[wave], later[wave], latent, null, clean, wave, first))
    there = [np.ones(n, dtype=np.bool_)] * waves
    if waves > 1 and not clean:
        stress = [one["STR"] for one in drawn] if modelled else [np.zeros(n)] * waves
        there = moving.stays(stress, streams[6], null=null or not modelled)
    tables = [NO_TIES] * waves
    if networks:
        tables = ties.over_waves(
            instrument,
            indices,
            streams[5],
            latents=[one.values for one in drawn] if modelled else [None] * waves,
            null=null,
            at_random=0.0 if clean else spoil.AT_RANDOM,
        )
    known = {
        "instrument": instrument.id,
        "version": instrument.version,
        "n": n,
        "seed": seed,
        "null": null,
        **(truth.of_two_supports(instrument, null=null) if modelled else truth.of_scales(instrument)),
        "careless": {
            "share": careless,
            "respondents": [
                name
                for index, part, stayed in zip(indices, parts, there, strict=True)
                for name in index[part.careless & stayed]
            ],
        },
    }
    if modelled:
        known["reference"] = truth.of_the_plan(waves, null=null)
    if modelled and not tables[0].ties.empty:
        known["ties"] = ties.truth(null=null)
    if waves > 1:
        known["over_waves"] = moving.truth(waves, null=null) if modelled else truth.NO_TRUTH
    kept = {name for index, stayed in zip(indices, there, strict=True) for name in index[stayed]}

    def of(frames: list[pd.DataFrame]) -> pd.DataFrame:
        if waves == 1:
            return frames[0]
        whole = pd.concat([frame for frame in frames if not frame.empty] or frames[:1], ignore_index=True)
        return whole if whole.empty else whole[whole["id"].isin(kept)].reset_index(drop=True)

    dataset = Dataset(
        instrument=instrument,
        respondents=_rows([part.answers for part in parts], there),
        missing=_rows([part.missing for part in parts], there),
        source=f"simulated {instrument.id} (seed {seed})",
        ties=of([one.ties for one in tables]),
        between=of([one.between for one in tables]),
        missing_ties=of([one.missing_ties for one in tables]),
        missing_between=of([one.missing_between for one in tables]),
    )
    return Simulated(dataset, known)


def _rows(frames: list[pd.DataFrame], there: list[npt.NDArray[np.bool_]]) -> pd.DataFrame:
    """The rows of those who were there, wave after wave."""
    if len(frames) == 1:
        return frames[0]
    return pd.concat([frame[stayed] for frame, stayed in zip(frames, there, strict=True)])


@dataclass(frozen=True)
class _Wave:
    """What everybody answered in one wave, who of them was careless, and both before conditions hid anything."""

    answers: pd.DataFrame
    missing: pd.DataFrame
    careless: npt.NDArray[np.bool_]
    columns: spoil.Columns
    skipped: dict[str, npt.NDArray[np.bool_]]


def _wave(
    instrument: Instrument,
    index: pd.Index,
    streams: list[np.random.Generator],
    drawn: latents.Latents | None,
    null: bool,
    clean: bool,
    wave: int,
    first: _Wave | None,
) -> _Wave:
    """Everybody's answers in one wave (0 is the first), with what does not change as it was in the ``first``."""
    n = len(index)
    columns = answers.scales(instrument, n, streams[0])
    demands: answers.Vector | None = None
    block: tuple[str, ...] = ()
    if drawn is not None:
        columns |= Respondents(instrument, drawn, streams[2], null=null).answers()
        demands = None if null else drawn["DEM"]
        block = tuple(key.lstrip("-") for key in instrument.scales["stress"].items)
    share = 0.0 if clean or null or drawn is None else spoil.CARELESS
    who, seconds = spoil.careless(instrument, columns, n, streams[3], share=share)
    skipped = spoil.missing_cells(instrument, n, streams[4], demands, block)
    if clean:
        skipped = {item: np.zeros(n, dtype=np.bool_) for item in skipped}
    for name, declared in instrument.fields.items():
        column = answers.field(name, declared, n, streams[0])
        if column is not None:
            columns[name] = np.full(n, str(wave + 1), dtype=object) if declared.type == "wave" else column
    columns[SECONDS] = seconds
    if first is not None:
        columns |= {name: first.columns[name] for name in _lasting(instrument) if name in first.columns}
        skipped |= {item: gone for item, gone in first.skipped.items() if item in moving.LASTING}
    return _Wave(*spoil.assemble(instrument, columns, skipped, index, wave + 1), who, columns, skipped)


def _lasting(instrument: Instrument) -> list[str]:
    """The columns of what does not change from wave to wave."""
    return [
        column.name
        for column in columns_of(instrument)
        if column.of in moving.LASTING
        or (column.source == "field" and instrument.fields[column.of].type not in ("wave", "time"))
    ]
