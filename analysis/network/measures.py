"""Measures of each respondent's network, worked out for all respondents at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.plan.networks import available, supports
from survey.dataset.columns import STRONG, WEAK
from survey.dataset.model import Dataset
from survey.dataset.ties import INTERPRETED, LEVEL, NETWORK, TIE, TIE_A, TIE_B, WEIGHT
from survey.instrument.expressions import parse
from survey.instrument.labels import score_of
from survey.instrument.model import ChoiceFormat, Instrument, MultiChoice, Network, Rank

Floats = npt.NDArray[np.float64]
STANDING, COMPLETED = "standing", "completed"


def measures(dataset: Dataset) -> pd.DataFrame:
    """The measures of every network, float64: index as of the respondents, columns ``ties.size`` and so on.

    Without a table of ties there are no columns. See ``of_network`` for what each of them is.
    """
    columns: dict[str, Floats] = {}
    for name, network in dataset.instrument.networks.items():
        if not dataset.ties.empty:
            columns |= {f"{name}.{key}": values for key, values in of_network(dataset, name, network).items()}
    return pd.DataFrame(columns, index=dataset.respondents.index)


def of_network(dataset: Dataset, name: str, network: Network) -> dict[str, Floats]:
    """The measures of one network; arrays of one value a respondent, NaN where there is none.

    size, n_SUPPORT: people named, at all and for a kind of support. balance: (n1 - n2) / (n1 + n2) of the two kinds.
    multiplex_share: of the people named, those named for two kinds or more.
    The others are of the people asked about; where these are a sample, each counts by its weight w (1 / probability).
    density: share of pairs that are tied, by w_a w_b. effective_size: size - (size - 1) density, which is Borgatti's
    n - 2t/n where everybody is asked about (Burt 1992; Borgatti 1997). efficiency: effective_size / size.
    constraint: sum over j of (p_ej + sum over q of p_eq p_qj)², ties of equal strength (Burt 1992); no weights; NaN
    where a pair has no answer. mean_closeness, weak_share: weighted means. n_weak, n_strong: sums of weights.
    blau_context: 1 - sum of squared shares (Blau 1977); iqv_context: that over 1 - 1/K with K the choices offered.
    ei_department: (external - internal) / all (Krackhardt & Stern 1988). reciprocity: of ties in which anything is
    given or received, the share with both.

    Who named nobody has size 0 and no ratios, where it is known that they were asked: they completed (or the data do
    not say how far anyone came), and the page has no condition; else the size is missing too.
    """
    instrument, rows = dataset.instrument, dataset.respondents.index
    ties = _own(dataset.ties, name)
    ties = ties[ties["id"].isin(rows)]
    code = np.asarray(rows.get_indexer(pd.Index(ties["id"])))
    n = len(rows)

    def total(values: Floats, of: npt.NDArray[np.int64] = code) -> Floats:
        return np.bincount(of, values, minlength=n).astype(np.float64)

    found: dict[str, Floats] = {}
    size = total(np.ones(len(ties)))
    size[(size == 0) & ~_asked(dataset, name)] = np.nan
    found["size"] = size
    named = _by_support(network, ties)
    counts = {kind: np.where(np.isnan(size), np.nan, total(flags)) for kind, flags in named.items()}
    found |= {f"n_{kind}": values for kind, values in counts.items()}
    if len(named) == 2:
        first, second = counts.values()
        found["balance"] = _ratio(first - second, first + second)
    if len(named) > 1:
        found["multiplex_share"] = _ratio(total((np.sum(list(named.values()), axis=0) >= 2).astype(np.float64)), size)
    asked = ties[INTERPRETED].to_numpy() == 1
    weight = np.where(asked, ties[WEIGHT].to_numpy(dtype=np.float64), 0.0)

    def mean(values: Floats) -> Floats:
        known = asked & ~np.isnan(values)
        return _ratio(total(np.where(known, weight * np.nan_to_num(values), 0.0)), total(np.where(known, weight, 0.0)))

    if network.between is not None:
        found |= _structure(dataset, name, network, ties, code, asked, weight, size)
    if network.closeness:
        found["mean_closeness"] = mean(_number(instrument, ties, network.closeness))
    for key, column in (("weak", WEAK), ("strong", STRONG)):
        if getattr(network, key):
            flags = ties[column].to_numpy(dtype=np.float64) if column in ties else np.full(len(ties), np.nan)
            if key == "weak":
                found["weak_share"] = mean(flags)
            known = total((asked & ~np.isnan(flags)).astype(np.float64))
            number = total(weight * np.nan_to_num(flags))
            found[f"n_{key}"] = np.where((known > 0) | (size == 0), number, np.nan)
    if network.context:
        found |= _variety(instrument, network.context, ties, asked, weight, total)
    if network.inside:
        found["ei_department"] = mean(1 - 2 * holds(instrument, network, network.inside, ties))
    if network.given and network.received:
        gave, got = (_any(instrument, ties, names) for names in (network.given, network.received))
        both = gave + got
        found["reciprocity"] = mean(np.where(np.nan_to_num(both) == 0, np.nan, gave * got))
    return {key: found[key] for key in available(network)}


def _own(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one network."""
    return table[table[NETWORK] == name] if NETWORK in table.columns else table


def _asked(dataset: Dataset, name: str) -> npt.NDArray[np.bool_]:
    """Of whom it is known that they met the network's page."""
    pages = [page for page in dataset.instrument.pages if page.network == name]
    if any(page.show_if for page in pages):
        return np.zeros(len(dataset.respondents), dtype=bool)
    if STANDING not in dataset.respondents.columns:
        return np.ones(len(dataset.respondents), dtype=bool)
    return (dataset.respondents[STANDING] == COMPLETED).to_numpy(dtype=bool)


def _by_support(network: Network, ties: pd.DataFrame) -> Mapping[str, Floats]:
    """Whether each tie was named for each kind of support."""
    found = {}
    for kind in supports(network):
        names = [name for name, one in network.generators.items() if one.support == kind and name in ties.columns]
        flags = np.zeros(len(ties), dtype=bool)
        for name in names:
            flags |= ties[name].to_numpy() == 1
        found[kind] = flags.astype(np.float64)
    return found


def _ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where there is nothing below."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def _number(instrument: Instrument, ties: pd.DataFrame, item: str) -> Floats:
    """An interpreter's answers as numbers, choices by their scores."""
    if item not in ties.columns:
        return np.full(len(ties), np.nan)
    fmt = instrument.format_of(item)
    if isinstance(fmt, ChoiceFormat):
        scores = {str(code): score_of(fmt, code) for code in fmt.choices}
        return ties[item].map(scores).to_numpy(dtype=np.float64, na_value=np.nan)
    return ties[item].to_numpy(dtype=np.float64, na_value=np.nan)


def holds(instrument: Instrument, network: Network, text: str, ties: pd.DataFrame) -> Floats:
    """Where a condition over interpreters holds of a tie: 1 or 0; NaN where an answer that it needs is missing."""
    condition = parse(text)
    known = ties[INTERPRETED].to_numpy() == 1
    columns = {}
    for column in ties.columns:
        if column.partition(".")[0] in network.interpreters:
            numeric = pd.api.types.is_numeric_dtype(ties[column].dtype)
            columns[column] = ties[column].to_numpy(dtype=np.float64 if numeric else object)
    for name in condition.names:
        fmt = instrument.format_of(name)
        first = f"{name}.{next(iter(fmt.choices))}" if isinstance(fmt, MultiChoice | Rank) else name
        if first not in columns:
            return np.full(len(ties), np.nan)
        known &= ties[first].notna().to_numpy()
    return np.where(known, np.asarray(condition.column(columns), dtype=np.float64), np.nan)


def _any(instrument: Instrument, ties: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    """Whether any of these numbers is above 0; NaN where that is not known."""
    values = np.column_stack([_number(instrument, ties, name) for name in names])
    some = (np.nan_to_num(values) > 0).any(axis=1)
    return np.where(some, 1.0, np.where(np.isnan(values).any(axis=1), np.nan, 0.0))


def _variety(
    instrument: Instrument,
    item: str,
    ties: pd.DataFrame,
    asked: npt.NDArray[np.bool_],
    weight: Floats,
    total: Callable[[Floats], Floats],
) -> dict[str, Floats]:
    """Blau's index of the contexts, and its share of what is possible."""
    fmt = instrument.format_of(item)
    choices = [str(code) for code in fmt.choices] if isinstance(fmt, ChoiceFormat) else []
    column = ties[item] if item in ties.columns else pd.Series(None, index=ties.index, dtype=object)
    sums = np.array([total(np.where(asked & (column == code).to_numpy(dtype=bool), weight, 0.0)) for code in choices])
    whole = sums.sum(axis=0)
    shares = np.array([_ratio(row, whole) for row in sums])
    blau = 1 - (shares**2).sum(axis=0)
    return {"blau_context": blau, "iqv_context": blau / (1 - 1 / len(choices)) if len(choices) > 1 else blau * np.nan}


def _structure(
    dataset: Dataset, name: str, network: Network, ties: pd.DataFrame, code: npt.NDArray[np.int64],
    asked: npt.NDArray[np.bool_], weight: Floats, size: Floats,
) -> dict[str, Floats]:  # fmt: skip
    """Density, effective size, efficiency and constraint, from the pairs."""
    n = len(size)

    def total(values: Floats, of: npt.NDArray[np.int64]) -> Floats:
        return np.bincount(of, values, minlength=n).astype(np.float64)

    place = pd.MultiIndex.from_arrays([ties["id"].astype(object), ties[TIE].astype(object)])
    level = np.empty(0)
    a = b = np.empty(0, dtype=np.int64)
    if not dataset.between.empty:
        pairs = _own(dataset.between, name)
        ids = pairs["id"].astype(object)
        a = np.asarray(place.get_indexer(pd.MultiIndex.from_arrays([ids, pairs[TIE_A].astype(object)])))
        b = np.asarray(place.get_indexer(pd.MultiIndex.from_arrays([ids, pairs[TIE_B].astype(object)])))
        level = pairs[LEVEL].to_numpy(dtype=np.float64)
        there = (a >= 0) & (b >= 0) & (a != b)
        a, b, level = a[there], b[there], level[there]
    known = ~np.isnan(level)
    a, b, level = a[known], b[known], level[known]
    tied = level >= (network.between.tied_from if network.between else 1)
    both = weight[a] * weight[b]
    owner = code[a]
    density = _ratio(total(both * tied, owner), total(both, owner))
    effective = np.where(size == 1, 1.0, size - (size - 1) * density)
    effective[~(size >= 1)] = np.nan
    degree = 1.0 + np.bincount(np.r_[a[tied], b[tied]], minlength=len(ties))
    through = np.bincount(np.r_[a[tied], b[tied]], 1 / degree[np.r_[b[tied], a[tied]]], minlength=len(ties))
    people = total(asked.astype(np.float64), code)
    bound = np.where(asked, (1 + through) ** 2, 0.0)
    constraint = _ratio(total(bound, code), people**2)
    whole = np.bincount(owner, minlength=n) == people * (people - 1) / 2
    return {
        "density": density, "effective_size": effective, "efficiency": _ratio(effective, size),
        "constraint": np.where(whole, constraint, np.nan),
    }  # fmt: skip
