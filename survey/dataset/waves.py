"""Data of several waves in long form: one row a person and wave, and who a row is about.

In the store and in a plan a wave is its number. In data it is text, since data from elsewhere call theirs 'pre' and
'post'; a study's own are its numbers, written out.
"""

from __future__ import annotations

import pandas as pd

from survey.dataset.columns import AT, wave_field
from survey.dataset.model import Dataset
from survey.instrument.model import FieldOf, Instrument
from survey.waves import WAVE as WAVE


def with_wave_field(instrument: Instrument) -> Instrument:
    """The instrument with a field of type wave, added where it declares none: ``wave``, or a longer name where that
    is taken."""
    if wave_field(instrument) is not None:
        return instrument
    name = WAVE
    while name in instrument.items or name in instrument.fields or name in instrument.scales:
        name += "_number"
    declared = FieldOf.model_validate({"type": "wave", "label": {"en": "Wave", "fr": "Vague"}})
    return instrument.model_copy(update={"fields": {**instrument.fields, name: declared}})


def people(dataset: Dataset) -> pd.Series:
    """Who each row is about, by the index: the declared field of type id, else the index without its wave."""
    for name, declared in dataset.instrument.fields.items():
        if declared.type == "id" and name in dataset.respondents.columns:
            return dataset.respondents[name]
    labels = dataset.respondents.index.to_series()
    field = wave_field(dataset.instrument)
    if field is None or field not in dataset.respondents.columns:
        return labels
    ends = AT + dataset.respondents[field].fillna("").astype(str)
    if not all(label.endswith(end) for label, end in zip(labels, ends, strict=True)):
        return labels
    return labels.str.rsplit(AT, n=1).str[0]
