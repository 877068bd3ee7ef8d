"""The imputation that a plan asks for: once, for all of its analyses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from analysis.imputation import Imputations, Product, impute
from analysis.plan.kinds import EVERY, RegressionOf, ReliabilityOf
from analysis.plan.model import Plan
from analysis.plan.parts import AllReliability
from analysis.plan.waves import names_in
from analysis.rows import of_wave, wave_of
from analysis.runners.task import seed_of
from analysis.scoring import Scored
from survey.instrument import expressions
from survey.instrument.evaluation import Arithmetic, Name


def imputed(plan: Plan, scored: Scored, progress: Callable[[float], None] | None = None) -> Imputations | None:
    """Impute what a plan's analyses need; None where it does not ask for imputation, or has nothing to pool.

    Every variable that an analysis relates to others predicts every other (van Buuren 2018, section 6.3.2), with the
    plan's auxiliary variables and the covariates of its robustness; what is merely described is imputed too. A
    numerical failure is told by ``failure``, and ends only the analyses that would be pooled.
    """
    settings = plan.imputing
    if settings is None:
        return None
    scored = of_wave(scored, plan.wave)
    rows = [a for a in plan.analyses if not names_in(a) and wave_of(a, plan) == plan.wave]
    related = [name for analysis in rows for name in analysis.related]
    if plan.robustness is not None and "mi" in plan.robustness.missing:
        related += [name for names in plan.robustness.covariates.values() for name in names]
    measuring = [*rows, *([] if plan.reliability is None else [reliability_of(plan.reliability)])]
    described = list(_each(scored, (name for analysis in measuring for name in analysis.described)))
    if not related and not described:
        return None
    seed = seed_of(plan, "imputation")
    try:
        products = _of_numbers(scored, tuple(dict.fromkeys(products_of(plan))))
        return impute(
            scored, plan.derive, tuple(dict.fromkeys([*related, *settings.auxiliary])), tuple(dict.fromkeys(described)),
            products, imputations=settings.imputations, iterations=settings.iterations, donors=settings.donors,
            seed=seed, progress=progress,
        )  # fmt: skip
    except (ArithmeticError, np.linalg.LinAlgError, ValueError) as error:
        why = f"the imputation failed: {str(error) or type(error).__name__}"
        return Imputations((), seed, settings.iterations, settings.donors, {}, 0, 0, failure=why)


def reliability_of(asked: AllReliability) -> ReliabilityOf:
    """The plan's own reliability as an analysis; what it does not say stays unsaid."""
    return ReliabilityOf(kind="reliability", **asked.model_dump(exclude_unset=True))


def _each(scored: Scored, names: Iterable[str]) -> Iterator[str]:
    """Names, with every scale that is not formative in place of ``EVERY``."""
    for name in names:
        if name != EVERY:
            yield name
        else:
            yield from (scale for scale, one in scored.instrument.scales.items() if not one.formative)


def _of_numbers(scored: Scored, products: tuple[Product, ...]) -> tuple[Product, ...]:
    """The products of numbers; one of categories would need a column for each of them."""
    frame = scored.frame
    return tuple(
        (name, first, second)
        for name, first, second in products
        if all(part not in frame.columns or frame[part].dtype == np.float64 for part in (first, second))
    )


def products_of(plan: Plan) -> Iterator[Product]:
    """What a moderator, or a derived product (or square) among a regression's predictors, asks of the imputation model.

    Of y on x * w, x depends on y * w as well, and w on y * x; the product itself is a predictor of y already
    (Tilling et al. 2016, J Clin Epidemiol 80).
    """
    for analysis in plan.analyses:
        for outcome, first, second in analysis.interactions:
            yield outcome, first, second
            yield first, outcome, second
            yield second, outcome, first
        if not isinstance(analysis, RegressionOf):
            continue
        for block in analysis.blocks:
            for name in block:
                if name in plan.derive and (factors := _factors(plan.derive[name])) is not None:
                    first, second = factors
                    yield first, analysis.outcome, second
                    if first != second:
                        yield second, analysis.outcome, first


def _factors(text: str) -> tuple[str, str] | None:
    """The two names of a product, where an expression is nothing else."""
    tree = expressions.parse(text, functions=True).tree
    if isinstance(tree, Arithmetic) and tree.sign == "*" and isinstance(tree.left, Name):
        return (tree.left.name, tree.right.name) if isinstance(tree.right, Name) else None
    return None
