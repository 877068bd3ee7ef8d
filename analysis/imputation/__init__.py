"""Multiple imputation by chained equations: predictive mean matching, and logistic regression for categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.imputation.chain import chains
from analysis.imputation.scored import MOST_LEVELS, Product, completed, recipe_of
from analysis.scoring import Scored

__all__ = ["Imputations", "Product", "impute"]


@dataclass(frozen=True, eq=False)
class Imputations:
    """m completed data sets, and how they were made.

    sets: scores as ``analysis.scoring.score`` gives them, rows in the same order in each. seed, iterations, donors: of
    the chains. methods: how each variable with gaps was imputed. cells, gaps: of the variables asked for in the
    imputation model, all cells that apply, and those imputed. notes: what could not be done. failure: why there are no
    sets at all; '' where there are.
    """

    sets: tuple[Scored, ...]
    seed: int
    iterations: int
    donors: int
    methods: Mapping[str, str]
    cells: int
    gaps: int
    notes: tuple[str, ...] = ()
    failure: str = ""

    @property
    def share(self) -> float:
        """Share of the cells that were imputed."""
        return self.gaps / self.cells if self.cells else 0.0

    def of(self, rows: npt.NDArray[np.bool_]) -> Imputations:
        """The same for some of the respondents."""
        sets = tuple(Scored(s.dataset, s.frame[rows], s.notes, s.keyed[rows]) for s in self.sets)
        return Imputations(
            sets, self.seed, self.iterations, self.donors, self.methods, self.cells, self.gaps, self.notes, self.failure
        )


def impute(
    scored: Scored, derive: Mapping[str, str], model: Sequence[str], also: Sequence[str] = (),
    products: Sequence[Product] = (), *, imputations: int = 20, iterations: int = 10, donors: int = 5, seed: int = 1,
    workers: int = 1, progress: Callable[[float], None] | None = None,
) -> Imputations:  # fmt: skip
    """Impute scored answers ``imputations`` times.

    model, also, products, derive: see ``analysis.imputation.scored.recipe_of``. seed: of all chains; imputation i has
    stream i of it, so that results do not depend on ``workers``. Cells of questions that did not apply (not shown, does
    not apply) stay missing.

    Numbers: Bayesian least squares, type-1 predictive mean matching with ``donors`` donors (van Buuren 2018, sections
    3.2 and 3.4), as ``mice::mice.impute.pmm``. Categories: logistic or multinomial regression with a weak normal prior,
    drawn from the normal approximation of its posterior, as ``mice.impute.logreg`` does for two levels.
    """
    recipe = recipe_of(scored, derive, model, also, products, donors=donors, iterations=iterations)
    drawn = chains(recipe, imputations, seed, workers=workers, progress=progress) if recipe.targets else []
    sets = [completed(scored, derive, recipe, one) for one in drawn] or [scored] * imputations
    methods = {one.name: _method(one.levels) for one in recipe.targets}
    cells = sum(len(v.values) - (0 if v.beside is None else int((np.isnan(v.values) & v.beside).sum()))
                for v in recipe.variables)  # fmt: skip
    notes = []
    unknown = [v.name for v in recipe.variables if v.wanted.any() and v.name not in methods]
    if unknown:
        notes.append(f"Nobody has a value of {', '.join(unknown)}: nothing could be imputed.")
    known = {v.name for v in recipe.variables}
    wide = [n for n in model if n in scored.frame.columns and scored.frame[n].dtype == "category" and n not in known]
    if wide:
        notes.append(f"{', '.join(wide)} has one category or more than {MOST_LEVELS}: it was not imputed.")
    gaps = sum(int(v.wanted.sum()) for v in recipe.targets)
    return Imputations(tuple(sets), seed, iterations, donors, methods, cells, gaps, tuple(notes))


def _method(levels: int) -> str:
    if not levels:
        return "predictive mean matching"
    return "logistic regression" if levels == 2 else "multinomial regression"
