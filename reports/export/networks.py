"""Respondents' networks for programs that analyse networks: R's egor, and GraphML for igraph, Gephi and visone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from reports.errors import ExportError
from reports.export.path import beside, folder
from survey.dataset.columns import ID
from survey.dataset.model import Dataset
from survey.dataset.ties import LEVEL, NETWORK, TIE, TIE_A, TIE_B
from survey.dataset.write import frames

EGO, ALTER, SOURCE, TARGET = "egoID", "alterID", "Source", "Target"

READ = """\
# Reads this folder into R: install.packages("egor") once, then source("read.R", chdir = TRUE).
library(egor)
networks <- egor(
  alters = read.csv("alters.csv", fileEncoding = "UTF-8"),
  egos = read.csv("egos.csv", fileEncoding = "UTF-8"),
  aaties = read.csv("aaties.csv", fileEncoding = "UTF-8"),
  ID.vars = list(ego = "egoID", alter = "alterID", source = "Source", target = "Target")
)
"""


def egor(dataset: Dataset, out: Path) -> list[Path]:
    """``egos.csv``, ``alters.csv``, ``aaties.csv`` (the pairs that count as tied) and ``read.R``.

    Of an instrument with several networks each respondent is an ego once a network: ``p07/network``.
    """
    respondents, ties, between = _tables(dataset)
    place = folder(out, "egor")
    several = NETWORK in ties.columns
    egos = respondents.rename(columns={ID: EGO})
    if several:
        names = list(dataset.instrument.networks)
        whose = [egos.assign(egoID=egos[EGO] + f"/{name}", network=name) for name in names]
        egos = pd.concat(whose, ignore_index=True)
    alters = ties.assign(**{EGO: _ego(ties), ALTER: ties[TIE]}).drop(columns=[ID, TIE])
    pairs = between.assign(**{EGO: _ego(between), SOURCE: between[TIE_A], TARGET: between[TIE_B]})
    files = {
        "egos": egos,
        "alters": _first(alters, EGO, ALTER),
        "aaties": _first(pairs, EGO, SOURCE, TARGET)[[EGO, SOURCE, TARGET, LEVEL]],
    }
    written = []
    for name, frame in files.items():
        path = place / f"{name}.csv"
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        written.append(path)
    (place / "read.R").write_text(READ, encoding="utf-8")
    return [*written, place / "read.R"]


def graphml(dataset: Dataset, out: Path) -> list[Path]:
    """One undirected graph, a part a respondent: their node, those of the people they named, and who is tied to whom.

    Nodes carry ``kind`` (respondent, person), ``respondent`` and all that was answered; edges ``kind`` (named, knows).
    """
    import networkx

    respondents, ties, between = _tables(dataset)
    path = beside(out, ".graphml")
    graph = networkx.Graph(id=dataset.instrument.id)
    for row in _rows(respondents):
        graph.add_node(row[ID], kind="respondent", respondent=row[ID], **_but(row, ID))
    for row in _rows(ties):
        node = _node(row, TIE)
        graph.add_node(node, kind="person", respondent=row[ID], **_but(row, ID))
        graph.add_edge(row[ID], node, kind="named")
    for row in _rows(between):
        graph.add_edge(_node(row, TIE_A), _node(row, TIE_B), kind="knows", level=row[LEVEL])
    networkx.write_graphml(graph, path, infer_numeric_types=False)
    return [path]


def _tables(dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Respondents, their ties, and the pairs that count as tied."""
    written = frames(dataset)
    if written["ties"].empty:
        raise ExportError(f"{dataset.source}: nobody has named anyone, so there is no network to export.")
    between = written["between"]
    if between.empty:
        between = pd.DataFrame({name: pd.Series(dtype=object) for name in (ID, TIE_A, TIE_B, LEVEL)})
    networks = dataset.instrument.networks
    whose = between[NETWORK] if NETWORK in between.columns else pd.Series(next(iter(networks)), between.index)
    least = whose.map({name: one.between.tied_from for name, one in networks.items() if one.between is not None})
    return written["respondents"], written["ties"], between[(between[LEVEL] >= least).fillna(False).astype(bool)]


def _ego(frame: pd.DataFrame) -> pd.Series:
    return frame[ID] + "/" + frame[NETWORK] if NETWORK in frame.columns else frame[ID]


def _first(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame[[*names, *(name for name in frame.columns if name not in names)]]


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each row with the cells that hold something, numbers as float and the rest as text."""
    names = list(frame.columns)
    for row in frame.astype(object).itertuples(index=False, name=None):
        yield {
            name: float(cell) if isinstance(cell, int | float) else str(cell)
            for name, cell in zip(names, row, strict=True)
            if not pd.isna(cell)
        }


def _node(row: dict[str, Any], tie: str) -> str:
    return "/".join([row[ID], *([row[NETWORK]] if NETWORK in row else []), row[tie]])


def _but(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row's cells under names that do not collide with the graph's own."""
    own = {"kind", "respondent", "id"}
    return {f"{name}_answered" if name in own else name: cell for name, cell in row.items() if name not in names}
