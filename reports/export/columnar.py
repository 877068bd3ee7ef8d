"""Data as Parquet: a file a table, labels and codes in the metadata of columns, reasons of empty cells beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from reports.export.described import DescribedTable, described, numbers
from reports.export.path import beside
from survey.dataset.model import Dataset
from survey.instrument.canonical import sha256


def parquet(dataset: Dataset, out: Path) -> list[Path]:
    """``out`` holds the respondents; ``out_ties``, ``out_between`` and ``out_missing…`` the rest."""
    written = []
    about = {"instrument": dataset.instrument.id, "version": dataset.instrument.version}
    about["instrument_sha256"] = sha256(dataset.instrument)
    for table in described(dataset):
        part = "" if table.name == "respondents" else table.name
        written.append(_write(table, beside(out, ".parquet", part), about))
        if (reasons := table.reasons()) is not None:
            path = beside(out, ".parquet", f"missing_{part}" if part else "missing")
            reasons.astype("str").to_parquet(path, index=False)
            written.append(path)
    return written


def _write(table: DescribedTable, path: Path, about: dict[str, str]) -> Path:
    import pyarrow
    import pyarrow.parquet

    arrays, fields = [], []
    for one in table.columns:
        values = table.values[one.name]
        if one.kind == "number":
            array = pyarrow.array(numbers(values), from_pandas=True)
        else:
            texts = [None if pd.isna(cell) else str(cell) for cell in values]
            array = pyarrow.array(texts, type=pyarrow.string())
            array = array.cast(pyarrow.date32()) if one.kind == "date" else array
        codes = json.dumps({str(code): text for code, text in one.codes.items()}, ensure_ascii=False)
        said = {"label": one.label, "measure": one.measure} | ({"codes": codes} if one.codes else {})
        arrays.append(array)
        fields.append(pyarrow.field(one.name, array.type, metadata=said))
    schema = pyarrow.schema(fields, metadata={f"twofold_{key}": value for key, value in about.items()})
    pyarrow.parquet.write_table(pyarrow.table(arrays, schema=schema), path)
    return path
