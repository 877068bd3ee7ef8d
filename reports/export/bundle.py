"""Everything of a data set in one .zip, for an archive or a colleague: it can be read without this tool, and by it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.codebook import codebook
from reports.export.ddi import ddi_of
from reports.export.packages import sav
from reports.export.path import beside
from reports.write.zipped import folder_zipped
from survey.dataset.model import Dataset
from survey.dataset.write import write_csv_folder
from survey.instrument.canonical import sha256, to_yaml

READ_ME = """\
respondents.csv   one row a respondent, codes as in codebook.html; ties.csv and between.csv: the people they named
missing.csv       why a cell is empty, in the same rows and columns
*.sav             the same for SPSS and R (haven), with labels
instrument.yaml   the questionnaire
codebook.html     what every column means; codebook.xml: the same as DDI Codebook 2.5
manifest.json     the SHA-256 of every file

twofold analyze --data FOLDER --instrument FOLDER/instrument.yaml --plan PLAN computes a plan from this folder.
"""


def bundle(dataset: Dataset, out: Path) -> list[Path]:
    """One .zip of CSV and .sav files, questionnaire, both codebooks and a manifest of hashes."""
    path = beside(out, ".zip")
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv_folder(dataset, folder)
        sav(dataset, folder / "data.sav")
        for file, text in {
            "codebook.html": codebook(dataset), "instrument.yaml": to_yaml(dataset.instrument), "READ-ME.txt": READ_ME,
        }.items():  # fmt: skip
            (folder / file).write_text(text, encoding="utf-8")
        (folder / "codebook.xml").write_bytes(ddi_of(dataset))
        hashes = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.iterdir())}
        said = {
            "instrument_sha256": sha256(dataset.instrument),
            "respondents": len(dataset.respondents),
            "files": hashes,
        }
        (folder / "manifest.json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
        path.write_bytes(folder_zipped(folder))
    return [path]
