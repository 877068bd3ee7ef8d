"""Some respondents as the analyses of a plan meet them: scored once and imputed once, and only where that is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from analysis.errors import PlanDataError
from analysis.imputation import Imputations
from analysis.imputation.planned import imputed
from analysis.plan.check_missing import UNPOOLED
from analysis.plan.kinds import Analysis
from analysis.plan.model import Plan
from analysis.plan.waves import names_in
from analysis.result import NotApplicable
from analysis.rows import of_wave, wave_of, with_errors, with_person
from analysis.runners import RUNNERS
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored, derived, score
from analysis.waves import over_waves
from analysis.withheld import all_withheld, too_few
from survey.dataset.columns import PERSON, wave_field
from survey.dataset.model import Dataset
from survey.instrument.expressions import parse
from survey.instrument.frozen import Frozen

NOT_IMPUTED = "Multiple imputation is of one wave: this analysis has complete cases."


class Prepared:
    """What one plan makes of one set of respondents. everyone: all that were read, the excluded among them."""

    def __init__(self, plan: Plan, dataset: Dataset, everyone: Dataset) -> None:
        self.plan = plan
        self._dataset, self._everyone = dataset, everyone
        self._filled: Imputations | None = None
        self._asked = False

    @cached_property
    def scored(self) -> Scored:
        """The scores. Raises PlanDataError (a ValueError) where the data lack the column of a derivation."""
        return _score(self._dataset, self.plan)

    def imputations(self, progress: Callable[[float], None] | None = None) -> Imputations | None:
        """The imputed data sets, made at the first call; None where the plan has nothing to pool.

        By the plan's settings, and by those by default where the plan itself imputes nothing.
        """
        if not self._asked:
            known = {name: text for name, text in self.plan.derive.items() if name in self.scored.frame.columns}
            missing = self.plan.missing if self.plan.treatment == "mi" else "mi"
            plan = self.plan.model_copy(update={"derive": Frozen(known), "missing": missing})
            self._filled, self._asked = imputed(plan, self.scored, progress), True
        return self._filled

    def analyse(self, name: str, analysis: Analysis, missing: Any = None, *, brief: bool = False) -> Outcome:
        """The results of one analysis; a numerical failure inside it is a reason, not the end of the run.

        Who is in it by its ``where`` is judged by what was answered, so that all imputed data sets have the same cases.
        missing: a treatment of missing values in place of the plan's. brief: whether nothing is asked but what a claim
        rests on.
        """
        plan = self.plan if missing is None else self.plan.model_copy(update={"missing": missing})
        smallest = self.scored.dataset.smallest_group
        filled, notes = None, []
        wave = wave_of(analysis, plan)
        if plan.treatment == "mi" and analysis.imputable:
            if wave == plan.wave:
                filled = self.imputations()
            elif analysis.kind not in UNPOOLED:
                notes.append(NOT_IMPUTED)
        if filled is not None and filled.failure:
            return (NotApplicable(analysis.kind, analysis.subject, filled.failure),)
        try:
            scored = of_wave(self.scored, wave)
            if analysis.where is not None:
                held = derived(analysis.where, scored.frame) == 1.0
                if few := too_few(int(held.sum()), len(held), smallest):
                    return (NotApplicable(analysis.kind, analysis.subject, few),)
                scored = Scored(scored.dataset, scored.frame[held], scored.notes, scored.keyed[held])
                filled = None if filled is None else filled.of(held)
            if of_waves := names_in(analysis):
                wide = over_waves(scored, of_waves)
                if isinstance(wide, str):
                    return (NotApplicable(analysis.kind, analysis.subject, wide),)
                scored, filled = wide, None
            if getattr(analysis, "group", None) == PERSON:
                scored = with_person(scored)
            analysis, note = with_errors(analysis, scored)
            notes += [note] if note else []
            results = RUNNERS[analysis.kind](analysis, Task(name, plan, scored, filled, self._everyone, brief))
            return all_withheld(tuple(_noted(result, notes) for result in results), smallest)
        except PlanDataError as error:
            reason = str(error)
        except KeyError as error:
            reason = f"the data have no variable {error.args[0]}"
        except (ArithmeticError, np.linalg.LinAlgError, ValueError) as error:
            reason = f"it failed: {str(error) or type(error).__name__}"
        return (NotApplicable(analysis.kind, analysis.subject, reason),)


def _noted(result: Any, notes: list[str]) -> Any:
    """A result with further notes, where it has any."""
    return result if not notes or not hasattr(result, "notes") else replace(result, notes=(*result.notes, *notes))


def _score(dataset: Dataset, plan: Plan) -> Scored:
    """The scores; what is derived from a network or from waves is left out, with a note, where the data have none."""
    derive = dict(plan.derive)
    left_out: list[str] = []
    while True:
        try:
            scored = score(dataset, derive)
            break
        except KeyError as error:
            name = str(error.args[0])
            known = {*left_out, *dataset.instrument.networks, wave_field(dataset.instrument)}
            gone = [key for key, text in derive.items() if name in parse(text, functions=True).names]
            if not known & {name, name.partition(".")[0]} or not gone:
                message = f"{dataset.source}: a variable is derived from '{name}', and the data have no such column."
                raise PlanDataError(f"{message} Add the column, or take it out of 'derive'.") from None
            left_out += gone
            derive = {key: text for key, text in derive.items() if key not in gone}
    if left_out:
        note = f"Not derived, as the data have no table of ties or no column of waves: {', '.join(left_out)}."
        scored = replace(scored, notes=(*scored.notes, note))
    return scored
