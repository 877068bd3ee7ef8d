"""The Dataset: what was answered, whatever it came from (the store, a file, an upload, the simulator)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from survey.dataset.missing import Missing as Missing
from survey.instrument.model import Instrument


@dataclass(frozen=True)
class Dataset:
    """Answers and the instrument that asked for them.

    respondents: one row a respondent, index named ``id`` (str, unique). Columns are item ids (likert, number, slider:
        float64 codes; choice, date, text: str codes; multichoice: ``item.choice`` float64 0/1; rank: ``item.choice``
        float64 places from 1), declared field ids, and the reserved ``seconds_per_item`` (float64) and those of
        ``columns.PARADATA`` where they are known.
        No answer is NaN. A column that a file
        does not have is absent here too, so that nothing is taken for asked that was not.
    missing: same index; the columns of items, and of fields that declare codes for missing; '' where answered, else a
        value of ``Missing`` ('' too where unknown).
    ties, between: the people in respondents' networks and the pairs of them, with the twins missing_ties and
        missing_between; see ``survey.dataset.ties``. Without rows they have no columns either.
    notes: what the reader ought to know of how the data were read (for example undeclared columns ignored).
    source: 'study NAME' or the name of the file.
    smallest_group: of an employer's study, how many people results by group need; 0: no such protection.
    """

    instrument: Instrument
    respondents: pd.DataFrame
    missing: pd.DataFrame
    source: str
    notes: tuple[str, ...] = ()
    ties: pd.DataFrame = field(default_factory=pd.DataFrame)
    between: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing_ties: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing_between: pd.DataFrame = field(default_factory=pd.DataFrame)
    smallest_group: int = 0
