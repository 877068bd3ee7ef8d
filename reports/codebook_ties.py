"""What the codebook says of the tables of ties, and in which table the answers about people are."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from survey.dataset.model import Dataset
from survey.instrument.labels import labels_in
from survey.instrument.model import Instrument, say


@dataclass(frozen=True)
class TieColumn:
    """A column of ``ties.csv`` or ``between.csv`` that no item asks for."""

    file: str
    id: str
    text: str


def tables(name: str, data: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table that holds an item, and that of its types of missing: what is asked about people is in ``ties``."""
    if data.ties.empty or all(name not in network.interpreters for network in data.instrument.networks.values()):
        return data.respondents, data.missing
    return data.ties, data.missing_ties


def tie_columns(instrument: Instrument, language: str = "en") -> tuple[TieColumn, ...]:
    """What the tables of ties hold beside the answers about each person; () where an instrument has no network."""
    if not instrument.networks:
        return ()
    found = [TieColumn("ties.csv", "id", "The respondent."), TieColumn("ties.csv", "tie", "The person: T1, T2, …")]
    for network in instrument.networks.values():
        for name, generator in network.generators.items():
            asked = say(generator.text, language, instrument.languages)
            found.append(TieColumn("ties.csv", name, f"1 where this question named the person: {asked}"))
    found += [
        TieColumn("ties.csv", "interpreted", "1 where the person was asked about; of many people a sample is."),
        TieColumn("ties.csv", "probability", "The probability that the person had of being asked about."),
        TieColumn("ties.csv", "weight", "1 / probability, of those who were asked about."),
    ]
    for network in instrument.networks.values():
        for name, condition in (("weak", network.weak), ("strong", network.strong)):
            if condition:
                found.append(TieColumn("ties.csv", name, f"1 where {condition}; missing where that is not known."))
        if network.between is not None:
            asked = say(network.between.text, language, instrument.languages)
            levels = ", ".join(f"{i} {text}" for i, text in enumerate(labels_in(network.between.levels, language)))
            found.append(TieColumn("between.csv", "tie_a, tie_b", "Two people of one respondent."))
            found.append(TieColumn("between.csv", "level", f"{asked} {levels}"))
    return tuple(dict.fromkeys(found))
