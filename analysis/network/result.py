"""What the kind ``network`` gives: each respondent's measures, and how each measure is spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import nan
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.network.measures import of_network
from analysis.plan.networks import available
from analysis.result import NotApplicable, Number
from survey.dataset.model import Dataset
from survey.dataset.ties import INTERPRETED

Floats = npt.NDArray[np.float64]
SPREAD = ("n", "mean", "sd", "min", "max")
NAMED = "n_"
ONE_SIDED = ("one_sided", "one_sided_shuffled")


@dataclass(frozen=True)
class Spread:
    """One measure over respondents: how many have it, and its mean, standard deviation and range."""

    measure: str
    n: int
    mean: float = nan
    sd: float = nan
    min: float = nan
    max: float = nan


@dataclass(frozen=True)
class Networks:
    """Measures of one network.

    n: respondents of whom the size is known. people: named by them. asked: those of them who were asked about.
    spreads: a row a measure. values: respondents × measures. supports: the kinds of support.
    one_sided: of the respondents with a balance, the share with |balance| >= .5; one_sided_shuffled: what it would be
    on average if it were shuffled over all namings of all respondents which of the two kinds each was for.
    """

    kind: ClassVar[str] = "network"
    network: str
    n: int
    people: int
    asked: int
    spreads: tuple[Spread, ...]
    supports: tuple[str, ...]
    values: pd.DataFrame = field(repr=False, compare=False)
    notes: tuple[str, ...] = ()
    one_sided: float = nan
    one_sided_shuffled: float = nan

    def numbers(self) -> tuple[Number, ...]:
        """n; of each measure its spread, with the measure as target; then each respondent's, with their id as term.

        How many gave a kind of support is ``n_ties``, with the support as target.
        """
        rows = [Number(self.network, "", "n", float(self.n))]
        for spread in self.spreads:
            target = f"{self.network}.{spread.measure}"
            rows += [Number(target, "", name, float(getattr(spread, name))) for name in SPREAD]
            if spread.measure == "balance":
                rows += [Number(target, "", name, float(getattr(self, name))) for name in ONE_SIDED]
        for measure in self.values.columns:
            support = measure.removeprefix(NAMED) if measure.startswith(NAMED) else ""
            target, statistic = (support, "n_ties") if support in self.supports else (self.network, str(measure))
            column = self.values[measure]
            rows += [Number(target, str(term), statistic, float(v)) for term, v in column.items() if not np.isnan(v)]
        return tuple(row for row in rows if not np.isnan(row.value))

    def frame(self) -> pd.DataFrame:
        """One row a measure: measure, n, mean, sd, min, max."""
        return pd.DataFrame([asdict(row) for row in self.spreads], columns=["measure", *SPREAD])


def networks(dataset: Dataset, network: str, chosen: Sequence[str] | None = None) -> Networks | NotApplicable:
    """The measures of one network over all respondents.

    chosen: some of ``available``; by default all. Returns ``Networks``, or ``NotApplicable`` where nobody named anyone.
    """
    declared = dataset.instrument.networks[network]
    if dataset.ties.empty:
        return NotApplicable(Networks.kind, network, "the data have no table of ties (ties.csv)")
    found = of_network(dataset, network, declared)
    names = tuple(chosen or available(declared))
    values = pd.DataFrame({name: found[name] for name in names}, index=dataset.respondents.index)
    ties = dataset.ties
    own = ties[ties["network"] == network] if "network" in ties.columns else ties
    mine = own[own["id"].isin(dataset.respondents.index)]
    if mine.empty:
        return NotApplicable(Networks.kind, network, "nobody named anyone")
    asked = int((mine[INTERPRETED] == 1).sum())
    known = int(np.isfinite(found["size"]).sum())
    notes = []
    if asked < len(mine):
        notes.append(
            f"{asked:,} of {len(mine):,} people were asked about, a sample where there were many: shares and means"
            " weight each by 1 / the probability of being asked about; constraint is of those asked about alone."
        )
    if known < len(values):
        notes.append(f"Of {len(values) - known:,} respondents it is not known whether they would have named anyone.")
    kinds = tuple(k.support for k in declared.generators.values() if k.support)
    return Networks(
        network, known, len(mine), asked, tuple(_spread(name, values[name]) for name in names),
        tuple(dict.fromkeys(kinds)), values, tuple(notes), *one_sided(*_counts(found, kinds)),
    )  # fmt: skip


def _counts(found: Mapping[str, Floats], kinds: Sequence[str]) -> tuple[Floats, Floats]:
    """How many people each respondent named for the first and for the second of two kinds of support."""
    names = [f"{NAMED}{kind}" for kind in dict.fromkeys(kinds)]
    none = np.zeros(0)
    return (found[names[0]], found[names[1]]) if len(names) == 2 else (none, none)


def one_sided(first: Floats, second: Floats) -> tuple[float, float]:
    """The share of respondents of whom three quarters of the namings or more are for one kind: |balance| >= .5.

    first, second: (n,) namings for either kind; NaN and 0 + 0 are left out. Returns the share observed, and its
    expectation with the labels of all namings shuffled: of the m namings of one respondent those of the first kind
    then have a hypergeometric distribution. (nan, nan) where nobody named anyone.

    >>> one_sided(np.array([2.0, 0.0]), np.array([0.0, 2.0]))
    (1.0, 0.3333333333333333)
    """
    from scipy import stats

    known = np.isfinite(first) & np.isfinite(second) & (first + second > 0)
    a, m = np.rint(first[known]).astype(int), np.rint(first[known] + second[known]).astype(int)
    if not len(a):
        return nan, nan
    observed = float(np.mean(2 * np.abs(2 * a - m) >= m))
    chances = {}
    for size in np.unique(m):
        k = np.arange(size + 1)
        far = 2 * np.abs(2 * k - size) >= size
        chances[int(size)] = float(stats.hypergeom.pmf(k[far], int(m.sum()), int(a.sum()), int(size)).sum())
    return observed, float(np.mean([chances[int(size)] for size in m]))


def _spread(name: str, column: pd.Series) -> Spread:
    held = column.dropna().to_numpy()
    if not len(held):
        return Spread(name, 0)
    sd = float(held.std(ddof=1)) if len(held) > 1 else nan
    return Spread(name, len(held), float(held.mean()), sd, float(held.min()), float(held.max()))


MEASURES: Mapping[str, str] = {
    "size": "People named", "balance": "Balance of the two kinds of support",
    "multiplex_share": "Share named for more than one kind of support", "density": "Density",
    "effective_size": "Effective size", "efficiency": "Efficiency", "constraint": "Constraint",
    "mean_closeness": "Mean closeness", "weak_share": "Share of weak ties", "n_weak": "Weak ties",
    "n_strong": "Strong ties", "blau_context": "Variety of contexts (Blau)", "iqv_context": "Variety of contexts (IQV)",
    "ei_department": "E-I index of the department", "reciprocity": "Share of mutual exchange",
}  # fmt: skip
"""What people call each measure; ``n_SUPPORT`` is 'People named for SUPPORT'."""


def called(measure: str) -> str:
    """What people call a measure.

    >>> called("size"), called("n_instrumental")
    ('People named', 'People named (instrumental)')
    """
    return MEASURES.get(measure) or f"People named ({measure.removeprefix(NAMED)})"
